"""Whose time the rows of a table without one have: that of the nearest table that has one, found as
`core.semantic.ways` finds it in the finished model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.drafting.shape import Join
from core.drafting.survey import Survey
from core.drafting.words import parts_of, singular, table_label

_MAX_STEPS: Final = 4
_LEAST_OF_WORD: Final = 3


@dataclass(frozen=True, slots=True)
class Lender:
    """way: the tables on the way from one without a time, the last of which has it. others: those
    that are as near; the model has to say then which one it is."""

    way: tuple[str, ...]
    others: tuple[str, ...] = ()


def lenders_of(found: Survey, joins: Sequence[Join]) -> dict[str, Lender]:
    """For each table without a time that can have another's. joins: those that the model has."""
    made = {}
    for name in found.tables:
        if found.axes[name] is None and (ways := _nearest(name, found, joins)):
            best = max(ways, key=lambda way: _as_lender(name, way[-1], found))
            made[name] = Lender(best, tuple(way[-1] for way in ways if way is not best))
    return made


def _nearest(name: str, found: Survey, joins: Sequence[Join]) -> list[tuple[str, ...]]:
    """The shortest ways to tables with a time; two joins between the same tables are two."""
    last: list[tuple[str, ...]] = [()]
    for _ in range(_MAX_STEPS):
        last = [
            (*way, join.right)
            for way in last
            for join in joins
            if join.left == (way[-1] if way else name) and join.right not in (name, *way)
        ]
        timed = [way for way in last if found.axes[way[-1]] is not None]
        if timed:
            return timed
    return []


def _as_lender(name: str, lender: str, found: Survey) -> tuple[bool, bool, int]:
    """How well rows of a table go by another's time: lines are of the day of their order and not of
    the day on which their product was listed. By name, then a finer time, then more rows."""
    axis = found.axes[lender]
    assert axis is not None
    is_moment = found.natures[lender][axis.timestamp].type == "datetime"
    mine = parts_of(table_label(name))
    theirs = parts_of(singular(table_label(lender)))
    is_kin = (
        bool(theirs)
        and len("".join(theirs)) >= _LEAST_OF_WORD
        and list(mine[: len(theirs)]) == list(theirs)
    )
    return is_kin, is_moment, found.tables[lender].rows
