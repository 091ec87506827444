"""Which columns say what one row of a table is, so that a row that comes again is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

from core.drafting.found import Sampled
from core.drafting.natures import Natured
from core.drafting.shape import Axis, Join
from core.drafting.words import names_one, parts_of, singular, table_label

_TRIED: Final = 12  # columns that are tried in pairs
_LEAST: Final = 2  # rows; fewer say nothing of what tells them apart


def key_of(
    sampled: Sampled, natures: Mapping[str, Natured], axis: Axis | None, joins: Sequence[Join] = ()
) -> tuple[str, ...]:
    """The primary key; else the number that no two rows of the sample share, of several the one of
    the table's own rows; else two such numbers together; else, in a table of even intervals, the
    time with what its rows are of. Empty where the rows have none of these.

    joins: of the model, by which a number may be that of another table's row."""
    if sampled.table.unique and all(c in natures for c in sampled.table.unique[0]):
        return sampled.table.unique[0]
    numbers = [
        name
        for name, natured in natures.items()
        if natured.nature in ("id", "dimension") and names_one(parts_of(name))
    ]
    others = {key for join in joins if join.left == sampled.table.name for key in join.keys}
    entity = parts_of(singular(table_label(sampled.table.name)))
    numbers.sort(key=lambda name: (name in others, parts_of(name)[: len(entity)] != entity))
    for size in (1, 2):
        for columns in combinations(numbers[:_TRIED], size):
            if _tells_apart(sampled, columns):
                return _in_order(columns, natures)
    if axis is None or not axis.minutes:
        return ()
    splits = [n for n, natured in natures.items() if natured.nature in ("id", "dimension")]
    for size in (0, 1, 2):
        for columns in combinations(splits[:_TRIED], size):
            if _tells_apart(sampled, (axis.timestamp, *columns)):
                return (axis.timestamp, *columns)
    return ()


def _tells_apart(sampled: Sampled, columns: Sequence[str]) -> bool:
    """Whether each row that was looked at has values there, and its own."""
    rows = list(zip(*(sampled.sample[column] for column in columns), strict=True))
    return len(rows) >= _LEAST and len(set(rows)) == len(rows) and not any(None in r for r in rows)


def _in_order(columns: Sequence[str], natures: Mapping[str, Natured]) -> tuple[str, ...]:
    return tuple(name for name in natures if name in columns)
