"""What the columns of somebody's own SQL are, as far as the SQL says."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import sqlglot
from sqlglot import exp

from core.assistant.sql_labels import declared_unit, label_of
from core.semantic.model import Column, SemanticModel
from core.semantic.phrases import lowered, say, sentence
from core.semantic.result import ResultColumn
from core.semantic.said import said, said_values
from core.statement.outputs import Output, outputs_of
from core.statement.scopes import Statement
from core.statement.values import Value

_DECIMALS = 2
_NUMBERS = ("integer", "double")


def describe_sql(
    table: pa.Table, sql: str, model: SemanticModel, *, is_checked: bool = False
) -> tuple[ResultColumn, ...]:
    """One description a column of the result. sql: as governed, StarRocks dialect.

    A unit is given where it is certain: of a column, of a metric of the model, of what keeps or
    compares it. is_checked: somebody has verified the SQL, so that a name such as `base_load_kw`
    tells the unit of a figure that is computed otherwise.
    """
    tree, model = sqlglot.parse_one(sql, read="starrocks"), said(model)
    outputs = outputs_of(Statement(tree, model))
    if len(outputs) != table.num_columns:
        return tuple(_plain(field, model) for field in table.schema)
    known = _columns(tree, model)
    return tuple(
        _described(field, output, known, model, is_checked=is_checked)
        for field, output in zip(table.schema, outputs, strict=True)
    )


def _columns(tree: exp.Expr, model: SemanticModel) -> dict[str, Column]:
    """Columns of the tables read, by folded name; a name that means two things is left out."""
    found: dict[str, Column] = {}
    unclear: set[str] = set()
    for name in {t.name for t in tree.find_all(exp.Table)} & set(model.tables):
        for column in model.tables[name].columns.values():
            key = column.name.casefold()
            other = found.setdefault(key, column)
            if (other.unit, other.label) != (column.unit, column.label):
                unclear.add(key)
    return {key: column for key, column in found.items() if key not in unclear}


def _plain(field: pa.Field, model: SemanticModel) -> ResultColumn:
    kind = _type(field.type)
    decimals = 0 if kind == "integer" else _DECIMALS
    label = label_of(field.name, Value(), model)
    return ResultColumn(field.name, label, kind, _role_by_type(kind), decimals=decimals)


def _described(
    field: pa.Field,
    output: Output,
    known: dict[str, Column],
    model: SemanticModel,
    *,
    is_checked: bool,
) -> ResultColumn:
    kind, value = _type(field.type), output.value
    is_figure = kind in _NUMBERS and not output.is_calendar and not output.is_key
    unit = value.unit if value.unit != "1" or is_figure else None
    if is_checked and is_figure and not value.is_known:
        unit = declared_unit(output.name, value)
    of = value.metric or value.column
    decimals = value.decimals if value.decimals is not None else _DECIMALS
    if value.display == "percent" and value.metric is None:
        decimals = 1
    return ResultColumn(
        name=field.name,
        label=_label(output, known, model, unit),
        type=kind,
        role=_role(output, kind),
        unit=unit,
        display=value.display if is_figure else "number",
        decimals=0 if kind == "integer" and value.display != "percent" else decimals,
        direction=of.direction if of is not None else "none",
        additive=_adds(value),
        model_column=_behind(value),
        said_values=said_values(value.column) if kind == "string" else {},
    )


def _label(output: Output, known: dict[str, Column], model: SemanticModel, unit: str | None) -> str:
    value, key = output.value, output.name.casefold()
    metric, column = value.metric, value.column
    if metric is not None and value.is_whole and key in (metric.name.casefold(), ""):
        return metric.label
    if column is not None and value.is_whole and key in (column.name.casefold(), ""):
        word = value.word
        return sentence(under(word, lowered(column.label)) if word else column.label)
    if not output.is_named and column is None and key in known:
        return sentence(known[key].label)
    told = Value(unit, unit is not None, value.display, column=column)
    return label_of(output.name, told, model)


def under(word: str, label: str) -> str:
    """A column's label under an aggregate, which is known by its English word."""
    key = _AGGREGATES.get(word)
    return say(key, what=label) if key else f"{word} {label}"


#: The word around a value -> how a label stands under it.
_AGGREGATES = {
    "total": "agg_sum",
    "mean": "agg_avg",
    "lowest": "agg_min",
    "highest": "agg_max",
    "median": "median",
    "standard deviation of": "agg_stddev",
    "latest": "agg_latest",
}


def _behind(value: Value) -> str | None:
    """The metric or column of the model that a figure is, or is of."""
    if value.metric is not None:
        return None if value.is_difference else value.metric.name
    return value.column.name if value.column is not None else None


def _adds(value: Value) -> bool:
    """Whether rows of it may be summed."""
    if not value.is_whole:
        return False
    if value.metric is not None:
        return value.metric.additive
    return value.column is not None and value.column.additive and value.word == "total"


def _role(output: Output, kind: str) -> Literal["dimension", "time", "measure", "change", "field"]:
    if output.is_key is None and not output.is_calendar:
        return _role_by_type(kind)
    if output.is_key is not False:
        is_time = output.grain is not None or kind in ("date", "datetime")
        return "time" if is_time else "dimension"
    if kind not in _NUMBERS or output.is_calendar:
        return "field"
    return "change" if output.value.is_difference else "measure"


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


def _role_by_type(kind: str) -> Literal["time", "measure", "dimension"]:
    if kind in ("date", "datetime"):
        return "time"
    return "measure" if kind in _NUMBERS else "dimension"
