"""Measures, and the tables that they read."""

from __future__ import annotations

from core.errors import did_you_mean
from core.semantic.compile.figures import tables_of
from core.semantic.model import SemanticModel, Table
from core.semantic.query import Agg, Grain, Measure, Transform
from core.semantic.written.bounds import OWN_FILTERS, STEPS
from core.semantic.written.fields import Fields, chosen, number, shown, unfit, whole
from core.semantic.written.values import conditions, known_column

#: Aggregates of rows, without a column.
OF_ROWS = (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME)
#: Aggregates that compute with the column's values.
OF_NUMBERS = (Agg.SUM, Agg.AVG, Agg.PERCENTILE, Agg.STDDEV)
#: What a figure may be divided by the number of.
PER = (Grain.HOUR, Grain.SHIFT, Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)
NUMBERS = ("integer", "double")
#: Those that are written as such; `"moving": STEPS` is one of its own.
TRANSFORMS = tuple(t for t in Transform if t not in (Transform.NONE, Transform.MOVING))
_KNOWN = (
    "metric", "table", "agg", "column", "percentile", "where", "transform", "moving", "per", "over",
    "unit",
)  # fmt: skip


def measure(value: object, path: str, main: Table, model: SemanticModel) -> Measure:
    """One measure of a query about `main`."""
    fields = Fields(value, path, _KNOWN)
    if fields.has("metric"):
        fields.without(("table", "agg", "column", "percentile"), "a metric says this itself.")
        found = Measure(
            metric=chosen(fields.get("metric"), model.metrics, fields.at("metric"), "metric")
        )
    elif fields.has("agg"):
        found = _aggregate(fields, main, model)
    else:
        raise unfit(path, "a measure needs the field 'metric', or 'agg' with its 'column'.")
    tables = [model.tables[name] for name in tables_of(found, main.name, model)]
    transform, steps = _transform(fields)
    per = fields.choice("per", [g.value for g in PER]) if fields.has("per") else None
    over = None
    if fields.has("over"):
        fields.without(("transform", "moving", "per"), "a ratio of two figures is one by itself.")
        over = _divisor(fields.get("over"), fields.at("over"), main, model)
    return Measure(
        metric=found.metric,
        agg=found.agg,
        column=found.column,
        percentile=found.percentile,
        where=conditions(fields.items("where", 0, OWN_FILTERS), tables),
        transform=transform,
        window=steps,
        table=found.table,
        per=Grain(per) if per else None,
        over=over,
        unit=_unit(fields),
    )


def _divisor(value: object, path: str, main: Table, model: SemanticModel) -> Measure:
    """What a figure is divided by: another one, as it is."""
    Fields(value, path, _KNOWN).without(
        ("transform", "moving", "per", "over"), "what a figure is divided by is plain."
    )
    return measure(value, path, main, model)


def _aggregate(fields: Fields, main: Table, model: SemanticModel) -> Measure:
    agg = Agg(fields.choice("agg", [a.value for a in Agg]))
    table = main
    if fields.has("table"):
        table = model.tables[fields.choice("table", model.tables)]
    column = None
    if agg in OF_ROWS:
        fields.without(("column",), f"{agg.value!r} is of rows and takes no column.")
    elif agg is not Agg.COUNT or fields.has("column"):
        column = _column(fields, agg, table, model)
    percentile = None
    if agg is Agg.PERCENTILE:
        percentile = number(fields.get("percentile"), fields.at("percentile"))
        if not 0 <= percentile <= 1:
            raise unfit(fields.at("percentile"), f"{shown(percentile)} must be from 0 to 1.")
    else:
        fields.without(("percentile",), "only the aggregate 'percentile' has one.")
    return Measure(
        agg=agg,
        column=column,
        percentile=percentile,
        table=table.name if table is not main else None,
    )


def _column(fields: Fields, agg: Agg, table: Table, model: SemanticModel) -> str:
    """The aggregated column. What does not add up has no sum; and a mean of amounts over rows of a
    few minutes each is the mean of such a step, which nobody means by it."""
    name, path = fields.get("column"), fields.at("column")
    if isinstance(name, str) and name not in table.columns:
        others = [t.name for t in model.tables.values() if name in t.columns]
        if others:
            raise unfit(path, f"{name!r} is a column of {others[0]}, not of {table.name}.")
        if name in model.metrics:
            raise unfit(path, f"{name!r} is a metric: write {{'metric': {name!r}}} alone.")
        near = did_you_mean(name[:60].casefold(), [*table.columns, *model.metrics])
        raise unfit(path, f"{shown(name)} is no column of {table.name}.{near}")
    column = known_column(name, path, (table,))
    if agg in OF_NUMBERS and column.type not in NUMBERS:
        raise unfit(path, f"{column.name} holds no numbers, so it has no {agg.value!r}.")
    if agg is Agg.SUM and not column.additive:
        raise unfit(path, f"{column.name} does not add up, so it has no sum. Take 'avg'.")
    is_step = table.time is not None and table.time.interval_min is not None
    if agg is Agg.AVG and column.additive and is_step:
        raise unfit(
            path,
            f"{column.name} is an amount of each step of {table.name}. Take 'sum', with 'per' for"
            " the mean of a day or another calendar unit.",
        )
    return column.name


def _transform(fields: Fields) -> tuple[Transform, int | None]:
    """The transform, and the number of steps of a moving one, whose name alone says it."""
    if fields.has("moving"):
        fields.without(("transform",), "a moving figure has no other transform.")
        return Transform.MOVING, whole(fields.get("moving"), fields.at("moving"), 1, STEPS)
    return Transform(fields.choice("transform", [t.value for t in TRANSFORMS], "none")), None


def _unit(fields: Fields) -> str | None:
    if not fields.has("unit"):
        return None
    unit = fields.get("unit")
    if not isinstance(unit, str):
        raise unfit(fields.at("unit"), f"{shown(unit)} must be a unit's UCUM code, such as 'kW.h'.")
    return unit
