"""What the columns of a result are called: dimensions first, then measures, each name once."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import UserFixable, nearest
from core.semantic.model import SemanticModel, Table, TimeAxis
from core.semantic.query import Agg, Dimension, Grain, Measure, SemanticQuery, Transform
from core.translation import Told, told

_TRANSFORM_SUFFIX = {
    Transform.NONE: "",
    Transform.SHARE: "_share",
    Transform.SHARE_WITHIN: "_share",
    Transform.RUNNING: "_running",
    Transform.MOVING: "_moving",
    Transform.CHANGE: "_change",
}


@dataclass(frozen=True, slots=True)
class MeasureNames:
    """The columns of one measure; `other` is the previous or reference figure, None without a
    comparison, and so are `change` and `change_pct`."""

    value: str
    other: str | None = None
    change: str | None = None
    change_pct: str | None = None

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(n for n in (self.value, self.other, self.change, self.change_pct) if n)


@dataclass(frozen=True, slots=True)
class ResultNames:
    """Names of a result's columns; a dimension has one, or two where it is the shift."""

    dimensions: tuple[tuple[str, ...], ...]
    measures: tuple[MeasureNames, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(n for d in self.dimensions for n in d) + tuple(
            n for m in self.measures for n in m.all
        )


def table_of(model: SemanticModel, name: str) -> Table:
    """The model's table; UserFixable when there is none of that name."""
    table = model.tables.get(name)
    if table is None:
        raise UserFixable(
            unknown(
                told(
                    "The model {model} has no table {name}.",
                    model=repr(model.name),
                    name=repr(name),
                ),
                nearest(name, model.tables),
            )
        )
    return table


def unknown(said: Told, near: str) -> Told:
    """The sentence about a name that is not there, with the nearest that is."""
    if not near:
        return said
    return told("{said} Did you mean {near}?", said=said, near=repr(near))


def require_column(table: Table, name: str) -> str:
    """The name itself; UserFixable when the table has no such column."""
    if name not in table.columns:
        raise UserFixable(
            unknown(
                told(
                    "{table} has no column {name}, so it cannot be used there.",
                    table=table.label,
                    name=repr(name),
                ),
                nearest(name, table.columns),
            )
        )
    return name


def time_of(table: Table) -> TimeAxis:
    """The table's time axis; UserFixable when it has none."""
    if table.time is None and table.times:
        raise UserFixable(
            told(
                "Rows of {table} have no time of their own, and it is not plain whose they have: "
                "{times}. Name one of them, or have an administrator say it in the model, with "
                "'via' under the table's 'time'.",
                table=table.label,
                times=", ".join(table.columns[axis.timestamp].label for axis in table.times),
            )
        )
    if table.time is None:
        raise UserFixable(
            told("{table} has no time, so it cannot be cut or grouped by time.", table=table.label)
        )
    return table.time


def measure_name(measure: Measure) -> str:
    """The measure's own name before duplicates are told apart."""
    per = f"_per_{measure.per.value}" if measure.per else ""
    over = f"_over_{_base_name(measure.over)}" if measure.over else ""
    return _base_name(measure) + over + per + _TRANSFORM_SUFFIX[measure.transform]


def _base_name(measure: Measure) -> str:
    if measure.metric is not None:
        return measure.metric
    match measure.agg:
        case None:
            raise ValueError("a measure needs a metric or an aggregate")
        case Agg.DURATION:
            return "hours"
        case Agg.FIRST_TIME | Agg.LAST_TIME:
            return str(measure.agg)
        case Agg.COUNT if measure.column is None:
            return "row_count"
        case Agg.PERCENTILE:
            rank = f"{(measure.percentile or 0.0) * 100:.6g}".replace(".", "_")
            return f"p{rank}_{measure.column}"
        case _:
            return f"{measure.agg}_{measure.column}"


def dimension_names(dimension: Dimension, table: Table) -> tuple[str, ...]:
    """The dimension's own names before duplicates are told apart."""
    if dimension.grain is Grain.SHIFT:
        return ("day", time_of(table).shift or "shift")
    if dimension.grain is Grain.INTERVAL:
        return ("time",)
    if dimension.grain is not None and dimension.column is not None:
        return (f"{dimension.column}_{dimension.grain}",)
    if dimension.grain is not None:
        return (str(dimension.grain),)
    if dimension.column is None:
        raise ValueError("a dimension needs a column or a grain")
    return (f"{dimension.column}_bin" if dimension.bin_width else dimension.column,)


def result_names(q: SemanticQuery, table: Table) -> ResultNames:
    """Names of all columns, in SELECT order; a second use of a name gets `_2`, a third `_3`."""
    used: set[str] = set()

    def unique(name: str) -> str:
        found, n = name, 2
        while found.lower() in used:
            found, n = f"{name}_{n}", n + 1
        used.add(found.lower())
        return found

    dimensions = tuple(
        tuple(unique(name) for name in dimension_names(d, table)) for d in q.dimensions
    )
    measures = []
    for measure in q.measures:
        value = unique(measure_name(measure))
        if q.comparison is None:
            measures.append(MeasureNames(value))
            continue
        other = "_previous" if q.comparison.kind == "window" else "_reference"
        measures.append(
            MeasureNames(
                value,
                unique(value + other),
                unique(f"{value}_change"),
                unique(f"{value}_change_pct"),
            )
        )
    return ResultNames(dimensions, tuple(measures))
