"""Spots: the literals of a pair's SQL that a question's words may stand for.

A query as a value and a SQL tree give the same kind of spots, so that one piece of code ties words
to them. Only spots are ever written to, and only with values, never with text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from core.semantic.query import SemanticQuery

SpotKind = Literal["values", "moment", "number"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Literals in one place.

    values: `texts` that a column is compared with (negated: it is none of them). moment: a date or
    time on one side of a window; edge: the side that it bounds, `any` where that does not show;
    behind: what is added to it to get the exclusive edge (a day for `<= '2026-05-31'`). number:
    `role` says whether it caps rows or bounds a figure; unit: of the column compared.
    """

    kind: SpotKind
    column: str = ""
    texts: tuple[str, ...] = ()
    negated: bool = False
    moment: dt.datetime | None = None
    edge: Literal["start", "end", "day", "any"] = "any"
    behind: dt.timedelta = dt.timedelta(0)
    is_date: bool = False
    number: float | None = None
    role: Literal["", "limit", "compared"] = ""
    unit: str | None = None


#: What is written to a spot: values, a moment, a number.
Content = tuple[str, ...] | dt.datetime | float


@dataclass(frozen=True, slots=True)
class Filled:
    """A pair's SQL with other values in it, and its query where the SQL has that shape."""

    sql: str
    plan: SemanticQuery | None


class Body(Protocol):
    """A pair's SQL, opened."""

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Every literal that words may stand for."""
        ...

    @property
    def numbers(self) -> frozenset[float]:
        """All other numbers."""
        ...

    @property
    def texts(self) -> frozenset[str]:
        """All other text literals, and moments that stand in no comparison."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """Names that it gives to columns, in small letters."""
        ...

    def write(self, contents: Mapping[int, Content]) -> Filled | None:
        """The SQL with some spots changed; None where it cannot hold them."""
        ...
