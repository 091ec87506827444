"""The load of alerts and alarms, by plant, from what is kept of them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from core.alert_desk.clocks import to_local, to_utc
from core.alert_desk.words import name_of
from core.alerting.health import PRIORITIES, Activations, Health, Window, health
from core.alerting.load import load_of
from core.alerting.reading import Activation
from core.assistant import Queries
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand
from core.semantic.model import SemanticModel
from core.semantic.query import Filter, Op, SemanticQuery, TimeWindow
from core.types import Result, User

#: A query gives the rows of an answer at most; a longer time is read in so many parts at most.
_MOST_PARTS: Final = 32
_EPOCH: Final = dt.datetime(1970, 1, 1)
_PURPOSE: Final = "alert health"
#: Raised and cleared (UTC, None for what stands), source, priority, plant.
_Row = tuple[dt.datetime, dt.datetime | None, str, str, str]


def of_alerts(
    found: Sequence[Activation],
    model: SemanticModel,
    plants: Sequence[str],
    since: dt.datetime,
    until: dt.datetime,
) -> tuple[Health, ...]:
    """Of Gemba's own alerts: since, until are UTC. What stands for other alerts counts once, they
    count beside it where people were shown them."""
    load = load_of(found)
    names = np.array([name_of(one.alert, model) for one in found], np.str_)
    named = Activations(load.at, load.cleared, names, load.priority, load.position)
    window = Window(_seconds(since), _seconds(until))
    return health(named, window, positions=plants)


def of_records(
    parts: ModelParts,
    queries: Queries,
    user: User,
    until: Mapping[str, dt.datetime],
    length: dt.timedelta,
) -> tuple[tuple[Health, ...], bool]:
    """Of the plant's own alarms, as this person may read them: each plant up to its own present
    (UTC). True beside it: there were more than are read, so that the figures are too low."""
    found: list[Health] = []
    is_cut = False
    for plant, end in until.items():
        reader = _Reader(parts, queries, user, plant)
        rows = reader.rows(end - length, end)
        is_cut |= reader.is_cut
        window = Window(_seconds(end - length), _seconds(end))
        found += health(_activations(rows), window, positions=(plant,))
    return tuple(found), is_cut


class _Reader:
    """Reads one plant's alarms in parts that each fit into an answer."""

    def __init__(self, parts: ModelParts, queries: Queries, user: User, plant: str) -> None:
        self._parts = parts
        self._queries = queries
        self._plant = plant
        self._errand = Errand(secrets.token_hex(6), user, f"{_PURPOSE} {plant}")
        self._left = _MOST_PARTS
        self.is_cut = False
        watch = parts.model.watch
        assert watch is not None
        assert watch.alarms is not None
        self._table = parts.model.tables[watch.alarms]
        assert self._table.time is not None
        self._time = self._table.time
        visible = queries.visible(user, parts.model).get(watch.alarms, frozenset())
        self._source = tuple(name for name in watch.alarm_source if name in visible)
        self._priority = watch.alarm_priority if watch.alarm_priority in visible else None
        self._zone = parts.model.timezones.get(plant, "UTC")

    def rows(self, start: dt.datetime, end: dt.datetime) -> list[_Row]:
        """Those that rose in [start, end), UTC, and older ones that were not over at its start."""
        first, last = to_local(start, self._zone), to_local(end, self._zone)
        found = self._between(TimeWindow(first, last), ())
        if self._time.end is not None:
            for open_then in (
                Filter(self._time.end, Op.IS_NULL),
                Filter(self._time.end, Op.GE, (first,)),
            ):
                found += self._between(TimeWindow(None, first), (open_then,))
        return [self._row(row) for row in found]

    def _between(self, window: TimeWindow, filters: tuple[Filter, ...]) -> list[dict[str, Any]]:
        """The rows of a window; in halves where they are more than an answer holds."""
        result = self._read(window, filters)
        rows: list[dict[str, Any]] = result.table.to_pylist()
        if not result.truncated:
            return rows
        if window.start is None or window.end is None or self._left < 2:
            self.is_cut = True
            return rows
        self._left -= 2
        middle = window.start + (window.end - window.start) / 2
        return [
            *self._between(TimeWindow(window.start, middle), filters),
            *self._between(TimeWindow(middle, window.end), filters),
        ]

    def _read(self, window: TimeWindow, filters: tuple[Filter, ...]) -> Result:
        time, table = self._time, self._table
        fields = [time.timestamp, *((time.end,) if time.end else ()), *self._source]
        if self._priority is not None:
            fields.append(self._priority)
        here = (Filter(table.scope, Op.EQ, (self._plant,)),) if table.scope else ()
        query = SemanticQuery(
            self._parts.model.name,
            table.name,
            kind="records",
            fields=tuple(dict.fromkeys(fields)),
            filters=(*here, *filters),
            time=window,
        )
        parts = self._parts
        return self._queries.evidence(query, parts.model, parts.engine, self._errand, parts.facts)

    def _row(self, row: Mapping[str, Any]) -> _Row:
        began = to_utc(row[self._time.timestamp], self._zone)
        ended = row.get(self._time.end or "")
        over = max(began, to_utc(ended, self._zone)) if ended is not None else None
        source = ", ".join(str(row[name]) for name in self._source if row.get(name) is not None)
        said = str(row.get(self._priority or "") or "").casefold()
        return began, over, source, said if said in PRIORITIES else "", self._plant


def _activations(rows: Iterable[_Row]) -> Activations:
    found = list(rows)
    return Activations(
        np.array([_seconds(began) for began, *_rest in found], np.int64),
        np.array([-1 if one[1] is None else _seconds(one[1]) for one in found], np.int64),
        np.array([one[2] for one in found], np.str_),
        np.array([one[3] for one in found], np.str_),
        np.array([one[4] for one in found], np.str_),
    )


def _seconds(moment: dt.datetime) -> int:
    return int((moment - _EPOCH).total_seconds())
