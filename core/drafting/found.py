"""What was found in a database: its tables and columns, and what a sample of the rows says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from core.drafting.written import Written
from core.semantic.model import ColumnType

#: What a column is for.
Nature = Literal["time", "dimension", "measure", "id", "flag", "text"]


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column as its database declares it. stored: the type's name there. type: the model's type,
    None for one that models do not have. written: what its texts hold, where they are copied as
    that."""

    name: str
    stored: str
    type: ColumnType | None
    comment: str = ""
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of a table name a row of `table` by its `keys`."""

    columns: tuple[str, ...]
    table: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table or view. unique: sets of columns that name one row, the primary key first."""

    name: str
    columns: tuple[FoundColumn, ...]
    comment: str = ""
    unique: tuple[tuple[str, ...], ...] = ()
    foreign: tuple[ForeignKey, ...] = ()

    def only(self, names: frozenset[str]) -> FoundTable:
        """With these columns alone."""
        return replace(
            self,
            columns=tuple(c for c in self.columns if c.name in names),
            unique=tuple(u for u in self.unique if names.issuperset(u)),
            foreign=tuple(f for f in self.foreign if names.issuperset(f.columns)),
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """What a sample says of a column. rows: of the sample; filled: with a value; distinct: values.

    first, last: the smallest and the greatest value, None without any. values: the most frequent
    ones, most first, empty where samples may not be kept. length: mean number of characters of a
    text.
    """

    rows: int = 0
    filled: int = 0
    distinct: int = 0
    first: Any = None
    last: Any = None
    values: tuple[Any, ...] = ()
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class Sampled:
    """A table with what its sample says. rows: of the whole table, counted up to a bound; by_bound:
    whether that was reached. sample: column -> values, row by row."""

    table: FoundTable
    rows: int
    by_bound: bool
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    sample: Mapping[str, list[Any]] = field(default_factory=dict)
