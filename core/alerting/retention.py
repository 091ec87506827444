"""Stories of alerts that are over are cut after a set time: whole ones, in batches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Final

import sqlalchemy as sa

from core.alerting.lifecycle import State
from core.alerting.tables import ALERTS, JOURNAL, OUTAGES, writing

#: Writes what else goes with stories of these ids, in their transaction.
Beside = Callable[[sa.Connection, tuple[str, ...]], None]
#: Stories of one transaction: others wait for it no longer than for a step of the watch.
BATCH: Final = 200


def cut_stories(
    engine: sa.Engine, before: dt.datetime, beside: Iterable[Beside] = (), most: int = BATCH
) -> int:
    """Delete at most so many alerts with their journal, of those that were over before a time, by
    the data's time and by the clock on the wall (nothing was written of them since); how many. What
    is open stays, however old. Raises Unavailable."""
    late = sa.select(JOURNAL.c.seq).where(
        JOURNAL.c.alert_id == ALERTS.c.id, JOURNAL.c.written_at >= before
    )
    over = sa.select(ALERTS.c.id).where(
        ALERTS.c.state == State.NORMAL.value, ALERTS.c.closed_at < before, ~sa.exists(late)
    )
    with writing(engine) as connection:
        query = over.order_by(ALERTS.c.closed_at, ALERTS.c.id).limit(most)
        ids = tuple(connection.execute(query).scalars())
        if ids:
            # the alert first: the database lets go the journal of those alone that are not there
            connection.execute(sa.delete(ALERTS).where(ALERTS.c.id.in_(ids)))
            connection.execute(sa.delete(JOURNAL).where(JOURNAL.c.alert_id.in_(ids)))
            for cut in beside:
                cut(connection, ids)
    return len(ids)


def cut_outages(engine: sa.Engine, before: dt.datetime) -> int:
    """Delete what was put back into service before a time; how many. Raises Unavailable."""
    with writing(engine) as connection:
        done = connection.execute(sa.delete(OUTAGES).where(OUTAGES.c.ended_at < before))
        return int(done.rowcount)
