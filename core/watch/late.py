"""Rows that came after their step had been watched: found by counting again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from core.alerting.step import Change
from core.alerting.store import Outbox
from core.alerting.tables import reading
from core.watch.readings import counts_of
from core.watch.tables import SEEN
from core.watch.watched import DAY_S, Watched

#: How long after its step a row is still found to be late.
LOOKED_FOR_S: Final = 2 * DAY_S


@dataclass(frozen=True, slots=True)
class Late:
    """Of one plant: step -> how many rows it has by now, where that is more than it was watched
    with. rows: how many came late in all."""

    steps: Mapping[int, int] = field(default_factory=dict)
    rows: int = 0


def late_rows(
    engine: sa.Engine, watched: Watched, tenant: str, upto: Mapping[str, int]
) -> dict[str, Late]:
    """Rows that came late, by plant. upto: where each plant's watch stands, epoch seconds."""
    if not upto:
        return {}
    query = sa.select(SEEN).where(SEEN.c.tenant == tenant, SEEN.c.model == watched.model.name)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    seen = {
        (row.plant, row.start_s): row.rows
        for row in rows
        if upto.get(row.plant, 0) - LOOKED_FOR_S <= row.start_s < upto.get(row.plant, 0)
    }
    if not seen:
        return {}
    starts = [start_s for _plant, start_s in seen]
    now = counts_of(watched, min(starts), max(starts) + watched.step_s)
    found: dict[str, dict[int, int]] = {}
    more: dict[str, int] = {}
    for (plant, start_s), before in seen.items():
        by_now = now.get((plant, start_s), 0)
        if by_now > before:
            found.setdefault(plant, {})[start_s] = by_now
            more[plant] = more.get(plant, 0) + by_now - before
    return {plant: Late(steps, more[plant]) for plant, steps in found.items()}


def keep_seen(
    watched: Watched,
    tenant: str,
    plant: str,
    counts: Mapping[tuple[str, int], int],
    steps: Sequence[int],
    late: Late | None,
) -> Outbox:
    """Writes, in a step's transaction, with how many rows steps were watched, and what came late;
    what is older than late rows are looked for goes."""
    of = {"tenant": tenant, "model": watched.model.name, "plant": plant}
    mine = sa.and_(*(SEEN.c[name] == value for name, value in of.items()))

    def put(connection: sa.Connection, _changes: tuple[Change, ...]) -> None:
        rows = [{**of, "start_s": at, "rows": counts.get((plant, at), 0)} for at in steps]
        rows += [{**of, "start_s": at, "rows": n} for at, n in (late.steps if late else {}).items()]
        if not rows:
            return
        again = sa.and_(mine, SEEN.c.start_s == sa.bindparam("of_start"))
        connection.execute(sa.delete(SEEN).where(again), [{"of_start": r["start_s"]} for r in rows])
        connection.execute(sa.insert(SEEN), rows)
        old = max([*steps, *(late.steps if late else ())]) - LOOKED_FOR_S
        connection.execute(sa.delete(SEEN).where(mine, SEEN.c.start_s < old))

    return put
