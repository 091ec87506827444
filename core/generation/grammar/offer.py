"""What one user may name: tables, their columns by type, stored values, metrics."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot.generators.starrocks import StarRocksGenerator

from core.generation.grammar.literals import quoted
from core.generation.prompt import Visible
from core.semantic.compile.trees import DIALECT, parsed, under
from core.semantic.facts import DataFacts
from core.semantic.model import Column, Metric, SemanticModel, Table

#: Stored values of a column, by table and column.
Values = Mapping[tuple[str, str], Sequence[str]]

#: A column with more stored values takes a text of bounded length instead of one of them.
MAX_VALUES = 150

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BAD_IN_NAME = re.compile(r"[`\"\\;]|--|/\*|\*/")
_RESERVED = frozenset(word.upper() for word in StarRocksGenerator.RESERVED_KEYWORDS)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class OfferedTable:
    """A table as the grammar knows it. columns: those that may be named, in the model's order.
    values: literals of a column's stored values, for columns that take no other text."""

    table: Table
    columns: tuple[Column, ...]
    values: Mapping[str, tuple[str, ...]]
    metrics: tuple[tuple[Metric, str], ...]

    @property
    def name(self) -> str:
        """As it is written."""
        return sql_name(self.table.name)

    def of(self, *types: str) -> tuple[Column, ...]:
        """The columns of these types."""
        return tuple(c for c in self.columns if c.type in types)

    def has(self, name: str | None) -> bool:
        """Whether the column may be named."""
        return any(c.name == name for c in self.columns)


def sql_name(name: str) -> str:
    """A name, in backticks where StarRocks needs them."""
    is_plain = _PLAIN_NAME.fullmatch(name) and name.upper() not in _RESERVED
    return name if is_plain else f"`{name}`"


def values_for(
    facts: DataFacts, scopes: Iterable[str], masked: Container[tuple[str, str]] = ()
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The stored values that occur in these plants; a value of another plant alone is not among
    them, for naming it would tell that it exists.

    masked: the (table, column) whose values this user does not see; they have none.
    """
    mine = frozenset(scopes)
    found: dict[tuple[str, str], list[str]] = {}
    for entry in facts.values:
        if (entry.table, entry.column) in masked:
            continue
        of_column = found.setdefault((entry.table, entry.column), [])
        if not entry.scopes or entry.scopes & mine:
            of_column.append(entry.text)
    return {key: tuple(texts) for key, texts in found.items()}


def offered(
    model: SemanticModel,
    visible: Visible,
    values: Values,
    columns: Container[tuple[str, str]] | None = None,
) -> tuple[OfferedTable, ...]:
    """What the grammar may name, table by table; a table without a column is left out.

    columns: the (table, column) that were retrieved, None for all. A table with one of them keeps
    its columns of time, plant and grade as well, since every question needs them.
    """
    found = []
    for table in model.tables.values():
        kept = tuple(
            column
            for column in table.own.values()
            if column.name in visible.get(table.name, frozenset())
            and not _BAD_IN_NAME.search(column.name)
            and (columns is None or (table.name, column.name) in columns or _is_key(column, table))
        )
        is_wanted = columns is None or any((table.name, c) in columns for c in table.columns)
        if kept and is_wanted:
            found.append(
                OfferedTable(
                    table, kept, _values(table, kept, values), _metrics(model, table, kept)
                )
            )
    return tuple(found)


def _is_key(column: Column, table: Table) -> bool:
    keys = {table.scope, table.quality.column if table.quality else None}
    if table.time:
        time = table.time
        keys |= {time.timestamp, time.date, time.production_date, time.shift, time.end}
    return column.name in keys


def _values(table: Table, columns: Iterable[Column], values: Values) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for column in columns:
        known = values.get((table.name, column.name))
        if column.type != "string" or column.personal or not known or len(known) > MAX_VALUES:
            continue
        literals = tuple(literal for value in known if (literal := quoted(value)))
        if literals:
            found[column.name] = tuple(dict.fromkeys(literals))
    return found


def _metrics(
    model: SemanticModel, table: Table, columns: Iterable[Column]
) -> tuple[tuple[Metric, str], ...]:
    """The metrics over these columns alone, each with its SQL under its own condition."""
    missing = table.columns.keys() - {c.name for c in columns}
    found = []
    for metric in model.metrics.values():
        if metric.table != table.name or not metric.expression:
            continue
        if missing & set(_WORD.findall(f"{metric.expression} {metric.condition or ''}")):
            continue
        condition = parsed(metric.condition) if metric.condition else None
        tree = under(parsed(metric.expression), condition)
        found.append((metric, tree.sql(dialect=DIALECT, comments=False)))
    return tuple(found)
