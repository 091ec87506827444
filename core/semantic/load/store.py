"""Compares a model with the store it is meant for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pyarrow as pa

from core.errors import did_you_mean
from core.semantic.model import SemanticModel, Table

_CATALOGUE: Final = (
    "SELECT table_schema AS table_schema, table_name AS table_name, "
    "column_name AS column_name, data_type AS data_type FROM information_schema.columns"
)
_SYSTEM: Final = frozenset({"information_schema", "pg_catalog", "sys", "_statistics_"})
#: The model's type -> first words of the stores' type names.
_TYPE_WORDS: Final = {
    "datetime": "timestamp datetime",
    "date": "date",
    "boolean": "bool boolean",
    "string": "varchar char string text enum uuid",
    "double": "double float real decimal numeric",
    "integer": "tinyint smallint int integer bigint hugeint largeint "
    "utinyint usmallint uinteger ubigint",
}
_TYPES: Final = {word: kind for kind, words in _TYPE_WORDS.items() for word in words.split()}
#: Pairs (store, model) that do as well: some stores keep a boolean as a small number, and a whole
#: number can be read as a double.
_ALSO: Final = {("integer", "boolean"), ("integer", "double"), ("boolean", "integer")}


def check_against_store(
    model: SemanticModel, fetch: Callable[[str], pa.Table], schema: str | None = None
) -> tuple[str, ...]:
    """What of the model the store does not have, as sentences; empty when all is there.

    fetch runs SQL on the store and returns its rows. schema: the database to look in; None looks
    in all but the system's own.
    """
    store = _store_columns(fetch(_CATALOGUE), schema)
    return tuple(
        problem for table in model.tables.values() for problem in _table_problems(table, store)
    )


def model_type(store_type: str) -> str | None:
    """The model's type for a store's type name, or None for one that models do not have."""
    lowered = store_type.casefold()
    if lowered == "tinyint(1)":  # how a boolean is written on the MySQL wire
        return "boolean"
    word = re.match(r"[a-z]*", lowered)
    return _TYPES.get(word.group()) if word else None


def _store_columns(catalogue: pa.Table, schema: str | None) -> dict[str, dict[str, str]]:
    """Table -> column -> type name."""
    found: dict[str, dict[str, str]] = {}
    for row in catalogue.to_pylist():
        owner = str(row["table_schema"])
        if owner == schema if schema is not None else owner.casefold() not in _SYSTEM:
            columns = found.setdefault(str(row["table_name"]), {})
            columns[str(row["column_name"])] = str(row["data_type"])
    return found


def _table_problems(table: Table, store: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    if table.name not in store:
        yield f"the store has no table {table.name!r}.{did_you_mean(table.name, store)}"
        return
    there = store[table.name]
    for name, column in table.own.items():
        if name not in there:
            yield (
                f"table {table.name!r} of the store has no column {name!r}."
                + did_you_mean(name, there)
            )
            continue
        kind = model_type(there[name])
        if kind != column.type and (kind, column.type) not in _ALSO:
            yield (
                f"column {name!r} of table {table.name!r} is {column.type} in the model, but "
                f"{there[name]} in the store."
            )
