"""What the columns of somebody's own SQL are, as far as its outermost SELECT says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import pyarrow as pa
import sqlglot
from sqlglot import exp

from core.semantic.model import Column, SemanticModel
from core.semantic.result import ResultColumn

_PLAIN_NAME = re.compile(r"[a-z][a-z0-9]+(_[a-z0-9]+)*")
#: Aggregates that keep the unit of what they are given, with the word for their label.
_KEEPERS: dict[type[exp.Expr], str] = {
    exp.Avg: "mean",
    exp.Min: "lowest",
    exp.Max: "highest",
    exp.Sum: "total",
    exp.PercentileCont: "percentile of",
    exp.StddevPop: "standard deviation of",
    exp.StddevSamp: "standard deviation of",
}
_DECIMALS = 2


def describe_sql(table: pa.Table, sql: str, model: SemanticModel) -> tuple[ResultColumn, ...]:
    """One description a column of the result. sql: as governed, StarRocks dialect.

    Label and unit are the model's where the SELECT list names a column of the tables read, bare
    or inside an aggregate that keeps its unit; else the column's own name, without a unit.
    """
    known = _columns(sql, model)
    items = _items(sql)
    return tuple(
        _described(field, items[i] if i < len(items) else None, known)
        for i, field in enumerate(table.schema)
    )


def _items(sql: str) -> Sequence[exp.Expr]:
    tree = sqlglot.parse_one(sql, read="starrocks")
    while not isinstance(tree, exp.Select):
        tree = tree.this
    return tree.expressions


def _columns(sql: str, model: SemanticModel) -> dict[str, Column]:
    """Columns of the tables read, by folded name; a name that means two things is left out."""
    tree = sqlglot.parse_one(sql, read="starrocks")
    found: dict[str, Column] = {}
    unclear: set[str] = set()
    for name in {t.name for t in tree.find_all(exp.Table)} & set(model.tables):
        for column in model.tables[name].columns.values():
            key = column.name.casefold()
            other = found.setdefault(key, column)
            if (other.unit, other.label) != (column.unit, column.label):
                unclear.add(key)
    return {key: column for key, column in found.items() if key not in unclear}


def _described(field: pa.Field, item: exp.Expr | None, known: dict[str, Column]) -> ResultColumn:
    kind = _type(field.type)
    value = item.this if isinstance(item, exp.Alias) else item
    word = _KEEPERS.get(type(value), "") if value is not None else ""
    inner = value.this if word and value is not None else value
    column = known.get(inner.name.casefold()) if isinstance(inner, exp.Column) else None
    role = _role(kind)
    if column is None:
        decimals = 0 if kind == "integer" else _DECIMALS
        return ResultColumn(field.name, _in_words(field.name), kind, role, decimals=decimals)
    is_named = isinstance(item, exp.Alias) and item.alias.casefold() != column.name.casefold()
    label = f"{word} {column.label[:1].lower()}{column.label[1:]}" if word else column.label
    return ResultColumn(
        name=field.name,
        label=_in_words(field.name) if is_named else label[:1].upper() + label[1:],
        type=kind,
        role=role,
        unit=column.unit,
        decimals=column.decimals,
        direction=column.direction,
        additive=column.additive and isinstance(value, exp.Sum),
        model_column=column.name,
    )


def _in_words(name: str) -> str:
    """A name as a person would write it over a column: `cumulative_share`, Cumulative share. One
    that is no plain word, or has capitals, stays as its author wrote it."""
    if not _PLAIN_NAME.fullmatch(name):
        return name
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return "integer"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "double"
    if pa.types.is_timestamp(kind):
        return "datetime"
    return "date" if pa.types.is_date(kind) else "string"


def _role(kind: str) -> Literal["time", "measure", "dimension"]:
    if kind in ("date", "datetime"):
        return "time"
    return "measure" if kind in ("integer", "double") else "dimension"
