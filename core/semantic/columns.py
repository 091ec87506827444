"""What each column of a result is: label, type, unit, role, in SELECT order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.semantic.compile.canonical import canonical
from core.semantic.compile.figures import figure_of
from core.semantic.compile.names import MeasureNames, result_names, table_of
from core.semantic.compile.rows import fields_of
from core.semantic.display import is_later
from core.semantic.model import Column, Direction, SemanticModel, Table
from core.semantic.phrases import lowered, say
from core.semantic.query import Agg, Dimension, Grain, Measure, SemanticQuery, Transform
from core.semantic.result import ResultColumn
from core.semantic.said import entities_of, said, said_values
from core.semantic.units import PERCENT
from core.semantic.wording import ratio_words


def describe(q: SemanticQuery, model: SemanticModel) -> tuple[ResultColumn, ...]:
    """The columns of `compile_query(q, model)`, in the same order and under the same names.

    Raises UserFixable as compile_query does.
    """
    q, model = canonical(q, model), said(model)
    table = table_of(model, q.table)
    if q.kind == "records":
        return tuple(_field(table.columns[name]) for name in fields_of(q, table))
    names = result_names(q, table)
    found: list[ResultColumn] = []
    for dimension, own in zip(q.dimensions, names.dimensions, strict=True):
        found += _dimension(dimension, own, table)
    for measure, columns in zip(q.measures, names.measures, strict=True):
        found += _measure(measure, columns, q, model)
    return tuple(found)


def _field(column: Column) -> ResultColumn:
    return ResultColumn(
        name=column.name,
        label=_title(column.label),
        type=column.type,
        role="field",
        unit=column.unit,
        decimals=column.decimals,
        direction=column.direction,
        additive=column.additive,
        model_column=column.name,
        said_values=said_values(column),
    )


def _title(text: str) -> str:
    return text[:1].upper() + text[1:]


def _dimension(dimension: Dimension, names: tuple[str, ...], table: Table) -> list[ResultColumn]:
    if dimension.column is not None and dimension.grain is None:
        column = table.columns[dimension.column]
        is_time = column.type in ("date", "datetime")
        is_binned = dimension.bin_width is not None
        return [
            ResultColumn(
                name=names[0],
                label=_title(column.label),
                type="double" if is_binned else column.type,
                role="time" if is_time else "dimension",
                unit=column.unit,
                decimals=column.decimals,
                model_column=column.name,
                said_values=said_values(column),
            )
        ]
    if dimension.grain is Grain.SHIFT:
        assert table.time is not None
        shift = table.columns.get(table.time.shift or "")
        label = _title(shift.label if shift else say("grain_shift"))
        day = ResultColumn(names[0], say("col_production_day"), "date", "time", decimals=0)
        return [
            day,
            ResultColumn(
                names[1],
                label,
                "string",
                "dimension",
                decimals=0,
                model_column=table.time.shift,
                said_values=said_values(shift),
            ),
        ]
    assert dimension.grain is not None
    kind = "date"
    if dimension.grain in (Grain.INTERVAL, Grain.HOUR):
        kind = "datetime"
    elif dimension.grain.is_recurring:
        kind = "integer"
    label = say(f"col_{dimension.grain}")
    if dimension.column is not None:
        label = f"{label} ({lowered(table.columns[dimension.column].label)})"
    return [ResultColumn(names[0], label, kind, "time", decimals=0)]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A measure's value before its transform."""

    label: str
    type: str
    unit: str | None
    display: Literal["number", "percent"]
    decimals: int
    direction: Direction
    additive: bool
    model_column: str | None


def _measure(
    measure: Measure, names: MeasureNames, q: SemanticQuery, model: SemanticModel
) -> list[ResultColumn]:
    of = _meaning(measure, q.table, model)
    if measure.per is not None:
        label = say("col_per", what=of.label, grain=say(f"grain_{measure.per}"))
        of = replace(of, label=label, type="double", decimals=max(of.decimals, 2), additive=False)
    of = _transformed(of, measure)
    if q.comparison is not None and is_later(q.comparison.window, q.time):
        # Against what comes later, more or less is neither better nor worse.
        of = replace(of, direction="none")

    def column(
        name: str, role: Literal["measure", "previous", "change"], label: str
    ) -> ResultColumn:
        return ResultColumn(
            name=name,
            label=label,
            type=of.type,
            role=role,
            unit=of.unit,
            display=of.display,
            decimals=of.decimals,
            direction=of.direction,
            additive=of.additive,
            model_column=of.model_column,
        )

    found = [column(names.value, "measure", of.label)]
    if q.comparison is None:
        return found
    assert names.other is not None
    assert names.change is not None
    assert names.change_pct is not None
    other = "previous" if q.comparison.kind == "window" else "reference"
    return [
        *found,
        column(names.other, "previous", say(f"col_{other}", what=of.label)),
        column(names.change, "change", say("col_change", what=of.label)),
        ResultColumn(
            name=names.change_pct,
            label=say("col_change_pct", what=of.label),
            type="double",
            role="change_pct",
            display="percent",
            decimals=1,
            direction=of.direction,
            model_column=of.model_column,
        ),
    ]


def _transformed(of: _Meaning, measure: Measure) -> _Meaning:
    match measure.transform:
        case Transform.NONE:
            return of
        case Transform.SHARE | Transform.SHARE_WITHIN:
            within = measure.transform is Transform.SHARE_WITHIN
            return _Meaning(
                say("col_share_within" if within else "col_share", what=of.label),
                "double",
                None,
                "percent",
                1,
                of.direction,
                not within,
                of.model_column,
            )
        case Transform.RUNNING:
            label, kind = say("col_running", what=of.label), of.type
        case Transform.MOVING:
            label, kind = say("col_moving", what=of.label, n=measure.window), "double"
        case _:
            label, kind = say("col_change", what=of.label), of.type
    return _Meaning(
        label, kind, of.unit, of.display, of.decimals, of.direction, False, of.model_column
    )


def _ratio(measure: Measure, under: Measure, main: str, model: SemanticModel) -> _Meaning:
    """One figure over another. Of two in one unit it is a bare number; its unit is that of the
    first where the second has none."""
    of = _meaning(replace(measure, over=None, unit=None), main, model)
    other = _meaning(under, main, model)
    is_share, unit = measure.unit == PERCENT, of.unit
    other_unit = under.unit or other.unit
    if of.unit and other_unit:
        unit = None if of.unit == other_unit else f"{of.unit}/{other_unit}"
    is_small = unit is None and under.agg is not Agg.COUNT and other.type != "integer"
    decimals = 4 if is_small else max(of.decimals, 2)
    return replace(
        of,
        label=_title(ratio_words(measure, main, model)),
        type="double",
        unit=None if is_share else unit,
        display="percent" if is_share else "number",
        decimals=1 if is_share else decimals,
        additive=False,
        model_column=None,
    )


def _meaning(measure: Measure, main: str, model: SemanticModel) -> _Meaning:
    if measure.over is not None:
        return _ratio(measure, measure.over, main, model)
    figure = figure_of(measure, main, model)
    if measure.metric is not None:
        metric = model.metrics[measure.metric]
        is_count = figure.leaves[0].is_count and metric.formula is None
        return _Meaning(
            _title(metric.label),
            "integer" if is_count else "double",
            metric.unit,
            metric.display,
            metric.decimals,
            metric.direction,
            metric.additive,
            metric.name,
        )
    table = table_of(model, measure.table or main)
    where = say("col_where") if measure.where else ""
    match measure.agg:
        case Agg.DURATION:
            return _Meaning(
                say("col_hours") + where, "double", "h", "number", 1, "none", True, None
            )
        case Agg.FIRST_TIME | Agg.LAST_TIME:
            which = say("col_first_time" if measure.agg is Agg.FIRST_TIME else "col_last_time")
            moment = table.time.timestamp if table.time else None
            return _Meaning(which + where, "datetime", None, "number", 0, "none", False, moment)
        case Agg.COUNT if measure.column is None:
            label = say("col_count", what=entities_of(table)) + where
            return _Meaning(label, "integer", None, "number", 0, "none", True, None)
    return _aggregate(measure, table.columns[measure.column or ""], where)


def _aggregate(measure: Measure, column: Column, where: str) -> _Meaning:
    agg, label = measure.agg, lowered(column.label)
    many = lowered(column.plural) or label
    if agg in (Agg.COUNT, Agg.COUNT_DISTINCT):
        words = say(f"col_{agg}", what=many)
        return _Meaning(
            words + where, "integer", None, "number", 0, "none", agg is Agg.COUNT, column.name
        )
    if agg is Agg.PERCENTILE:
        rank = (measure.percentile or 0.0) * 100
        key = "col_median" if rank == 50 else "col_percentile"
        words = _title(say(key, rank=f"{rank:g}", what=label))
    else:
        words = _title(say(f"col_{agg}", what=label) if agg else label)
    keeps_type = agg in (Agg.MIN, Agg.MAX, Agg.LATEST, Agg.SUM)
    return _Meaning(
        words + where,
        column.type if keeps_type else "double",
        column.unit,
        "number",
        column.decimals,
        column.direction if agg is not Agg.STDDEV else "none",
        agg is Agg.SUM,
        column.name,
    )
