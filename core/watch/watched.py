"""The table that a model has watched, as SQL sees it: intervals in UTC, and which rows are Good."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from core.errors import ConfigError
from core.semantic.compile.trees import literal, parsed
from core.semantic.facts import Fetch
from core.semantic.model import SemanticModel, Table, Watch
from core.thresholds.grounds import Measure, measures

EPOCH: Final = dt.datetime(1970, 1, 1)
DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Watched:
    """A model that is watched, over its store. at: the column of UTC time. good: the condition of a
    Good row, empty where rows are not graded. measures: what can be looked at, by name."""

    model: SemanticModel
    watch: Watch
    table: Table
    at: str
    good: str
    measures: dict[str, Measure]
    fetch: Fetch

    @property
    def step_s(self) -> int:
        """Seconds of an interval, and of a step of the watch."""
        return self.watch.interval_min * 60

    @property
    def places(self) -> tuple[str, ...]:
        """The levels of a place, from the operating position (the scope) on, without the asset."""
        levels = self.watch.levels
        first = levels.index(self.table.scope) if self.table.scope in levels else 0
        return levels[first:-1]

    def floor(self, at_s: float) -> int:
        """The step that a moment is in."""
        return int(at_s // self.step_s) * self.step_s

    def between(self, start_s: int, end_s: int) -> str:
        """The condition of rows that begin in [start, end). The date, by which a large table is
        parted, is the plant's own: a day more to either side holds all zones."""
        start, end = moment(start_s), moment(end_s)
        parts = [f"{self.at} >= {text(start)}", f"{self.at} < {text(end)}"]
        if self.table.time is not None and self.table.time.date is not None:
            day = dt.timedelta(days=1)
            parts.append(f"{self.table.time.date} >= {text((start - day).date())}")
            parts.append(f"{self.table.time.date} <= {text((end + day).date())}")
        return " AND ".join(parts)


def watched_of(model: SemanticModel, fetch: Fetch) -> Watched:
    """Raises ConfigError for a model that is not watched, or whose rows do not say UTC."""
    watch = model.watch
    if watch is None:
        raise ConfigError(
            f"The model {model.name!r} has no section 'watch': nothing of it can be watched."
        )
    table = model.tables[watch.table]
    time = table.time
    assert time is not None  # the loader takes no other
    if time.utc is None and model.timezones:
        raise ConfigError(
            f"The table {table.name!r} of model {model.name!r} needs `utc` in its `time`: an hour "
            "that comes twice on the plant's wall cannot be watched by local time."
        )
    quality = table.quality
    good = ""
    if quality is not None:
        good = f"{quality.column} IN ({', '.join(map(text, quality.good))})"
        parsed(good)
    return Watched(
        model, watch, table, time.utc or time.timestamp, good, measures(model, watch), fetch
    )


def text(value: str | dt.date) -> str:
    """A value as an SQL literal."""
    return literal(value).sql("starrocks")


def moment(at_s: float) -> dt.datetime:
    """Epoch seconds as UTC, naive."""
    return EPOCH + dt.timedelta(seconds=at_s)


def seconds(at: dt.datetime) -> int:
    """UTC, naive, as epoch seconds."""
    return int((at - EPOCH).total_seconds())
