"""What one run of the watch did, and the runs that are kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import sqlalchemy as sa

from core.alerting.step import Change
from core.alerting.tables import reading, writing
from core.types import DEFAULT_TENANT
from core.watch.tables import RUNS

#: Runs that are kept of a tenant's model.
KEPT: Final = 2_000
#: Changes that a run names.
MOST_CHANGES: Final = 1_000


@dataclass(frozen=True, slots=True)
class WatchRun:
    """One run of a tenant's watch. Times are UTC, naive.

    began, until: what was watched, over all plants; None where nothing was new. steps: intervals,
    counted once for each plant. raised, returned: how many times alerts did. late: rows that came
    for times that had been watched. holder: the process. error: why it ended early, in words; empty
    where it did not. notes: thresholds that cannot be watched, a sentence each. is_behind: there is
    more to catch up with. is_elsewhere: another process is at it, `holder`, and nothing was done.
    is_over: it ended; a run that is not over was killed, or goes on. changes: what became of
    alerts, the newest 1,000; not kept.
    """

    model: str
    started_at: dt.datetime
    seconds: float = 0.0
    began: dt.datetime | None = None
    until: dt.datetime | None = None
    steps: int = 0
    raised: int = 0
    returned: int = 0
    late: int = 0
    holder: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    is_behind: bool = False
    is_elsewhere: bool = False
    is_over: bool = True
    changes: tuple[Change, ...] = ()
    tenant: str = DEFAULT_TENANT


def together(runs: Sequence[WatchRun]) -> WatchRun:
    """Runs of several tenants at one model, one after another, as one; at least one run."""
    if len(runs) == 1:
        return runs[0]
    done = [run for run in runs if not run.is_elsewhere] or list(runs)
    return replace(
        done[0],
        seconds=sum(run.seconds for run in done),
        began=min((run.began for run in done if run.began is not None), default=None),
        until=min((run.until for run in done if run.until is not None), default=None),
        steps=sum(run.steps for run in done),
        raised=sum(run.raised for run in done),
        returned=sum(run.returned for run in done),
        late=sum(run.late for run in done),
        error="; ".join(dict.fromkeys(run.error for run in done if run.error)),
        notes=tuple(dict.fromkeys(note for run in done for note in run.notes)),
        is_behind=any(run.is_behind for run in done),
        is_over=all(run.is_over for run in done),
        changes=tuple(change for run in done for change in run.changes)[-MOST_CHANGES:],
    )


_KEPT_FIELDS: Final = tuple(
    one.name for one in fields(WatchRun) if one.name not in ("is_elsewhere", "changes")
)


class Runs:
    """The runs of an installation. Thread-safe. Raises Unavailable."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, run: WatchRun) -> int:
        """Keep a run that begins; its number. Older ones go where there are too many."""
        with writing(self._engine) as connection:
            made = connection.execute(sa.insert(RUNS).values(_row(run)))
            number = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
            if number % 100 == 0:
                mine = sa.and_(RUNS.c.model == run.model, RUNS.c.tenant == run.tenant)
                newest = sa.select(RUNS.c.number).where(mine).order_by(RUNS.c.number.desc())
                oldest = newest.offset(KEPT).limit(1).scalar_subquery()
                connection.execute(sa.delete(RUNS).where(mine, RUNS.c.number <= oldest))
        return number

    def change(self, number: int, run: WatchRun) -> None:
        """What it has come to."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(RUNS).where(RUNS.c.number == number).values(_row(run)))

    def cut(self, before: dt.datetime, most: int) -> int:
        """Delete at most so many runs that began before a time; how many. The newest of a model
        stays: it says when the watch looked last."""
        newest = sa.select(sa.func.max(RUNS.c.number)).group_by(RUNS.c.model, RUNS.c.tenant)
        old = sa.select(RUNS.c.number).where(
            RUNS.c.started_at < before, RUNS.c.number.not_in(newest)
        )
        with writing(self._engine) as connection:
            numbers = list(connection.execute(old.limit(most)).scalars())
            connection.execute(sa.delete(RUNS).where(RUNS.c.number.in_(numbers)))
        return len(numbers)

    def newest(
        self, model: str, most: int = 50, tenant: str = DEFAULT_TENANT
    ) -> tuple[WatchRun, ...]:
        """The newest runs first."""
        query = sa.select(RUNS).where(RUNS.c.model == model, RUNS.c.tenant == tenant)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(RUNS.c.number.desc()).limit(most)).mappings()
            return tuple(map(_run, rows))


def _row(run: WatchRun) -> dict[str, Any]:
    row = {name: getattr(run, name) for name in _KEPT_FIELDS}
    return {**row, "notes": json.dumps(run.notes)}


def _run(row: sa.RowMapping) -> WatchRun:
    plain = {name: row[name] for name in _KEPT_FIELDS}
    return WatchRun(**{**plain, "notes": tuple(json.loads(row["notes"]))})
