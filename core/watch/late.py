"""Rows that came after their step had been watched: found by counting again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
_APART: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Late:
    """Of one plant: table (empty: the watched one) and step -> how many rows it has by now, where
    that is more than it was watched with. rows: how many came late in all."""

    steps: Mapping[tuple[str, int], int] = field(default_factory=dict)
    rows: int = 0


#: Rows by table (empty: the watched one), plant and step.
Counts = Mapping[tuple[str, str, int], int]


def counted(watched: Watched, start_s: int, end_s: int, others: Iterable[str]) -> Counts:
    """Rows that there are of the watched table and of others."""
    return {
        (table, plant, at): n
        for table in ("", *others)
        for (plant, at), n in counts_of(watched, start_s, end_s, table).items()
    }


def late_rows(
    engine: sa.Engine, watched: Watched, tenant: str, upto: Mapping[str, int], lane: str = ""
) -> dict[str, Late]:
    """Rows that came late, by plant. upto: where each plant's watch stands in a lane, epoch
    seconds."""
    if not upto:
        return {}
    query = sa.select(SEEN).where(SEEN.c.tenant == tenant, SEEN.c.model == watched.model.name)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    seen: dict[tuple[str, str, int], int] = {}
    for row in rows:
        plant, own, table = _named(row.plant)
        end_s = upto.get(plant, 0)
        if own == lane and end_s - LOOKED_FOR_S <= row.start_s < end_s:
            seen[table, plant, row.start_s] = row.rows
    if not seen:
        return {}
    starts = [start_s for _table, _plant, start_s in seen]
    others = {table for table, _plant, _start_s in seen} - {""}
    others &= watched.model.tables.keys()
    now = counted(watched, min(starts), max(starts) + watched.step_s, sorted(others))
    found: dict[str, dict[tuple[str, int], int]] = {}
    more: dict[str, int] = {}
    for (table, plant, start_s), before in seen.items():
        by_now = now.get((table, plant, start_s), 0)
        if by_now > before:
            found.setdefault(plant, {})[table, start_s] = by_now
            more[plant] = more.get(plant, 0) + by_now - before
    return {plant: Late(steps, more[plant]) for plant, steps in found.items()}


def keep_seen(
    watched: Watched,
    tenant: str,
    plant: str,
    counts: Counts,
    steps: Sequence[int],
    late: Late | None,
    others: Sequence[str] = (),
    lane: str = "",
) -> Outbox:
    """Writes, in a step's transaction, with how many rows of the watched table and of others steps
    were watched, and what came late; what is older than late rows are looked for goes."""
    of = {"tenant": tenant, "model": watched.model.name}
    keys = {table: _key(plant, lane, table) for table in ("", *others)}
    came = (
        {(keys.get(t) or _key(plant, lane, t), at): n for (t, at), n in late.steps.items()}
        if late
        else {}
    )

    def put(connection: sa.Connection, _changes: tuple[Change, ...]) -> None:
        rows = [
            {**of, "plant": key, "start_s": at, "rows": counts.get((table, plant, at), 0)}
            for table, key in keys.items()
            for at in steps
        ]
        rows += [{**of, "plant": key, "start_s": at, "rows": n} for (key, at), n in came.items()]
        if not rows:
            return
        mine = sa.and_(*(SEEN.c[name] == value for name, value in of.items()))
        again = sa.and_(
            mine,
            SEEN.c.plant == sa.bindparam("of_plant"),
            SEEN.c.start_s == sa.bindparam("of_start"),
        )
        connection.execute(
            sa.delete(SEEN).where(again),
            [{"of_plant": r["plant"], "of_start": r["start_s"]} for r in rows],
        )
        connection.execute(sa.insert(SEEN), rows)
        old = max([*steps, *(at for _key, at in came)]) - LOOKED_FOR_S
        written = {row["plant"] for row in rows}
        connection.execute(
            sa.delete(SEEN).where(mine, SEEN.c.plant.in_(written), SEEN.c.start_s < old)
        )

    return put


def _key(plant: str, lane: str, table: str) -> str:
    return _APART.join((plant, lane, table)) if lane or table else plant


def _named(key: str) -> tuple[str, str, str]:
    """Plant, lane and table of a key."""
    plant, _, rest = key.partition(_APART)
    lane, _, table = rest.partition(_APART)
    return plant, lane, table
