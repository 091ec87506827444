"""Which chart a result gets: a pure function of its shape and its query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from core.charts.lines import limit_lines
from core.charts.shape import Shape, Split, axis_unit, shape_of
from core.charts.words import CHART_NAMES, joined, say
from core.semantic.display import column_measures, format_window, unit_of
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, SemanticQuery
from core.types import ChartSpec, ChartType, Result, ResultColumn

#: Lines that an eye can follow in one picture, and bars that it can compare.
MAX_SERIES = 8
MAX_BARS = 30
#: From here on a table of two categories reads better as colours than as bars.
_MANY = 6
_MANY_CELLS = 40
_PIES = ("pie", "donut", "doughnut", "pie_chart")
_ALIASES: dict[str, ChartType] = {
    "column": "bar",
    "bars": "bar",
    "barchart": "bar",
    "area": "line",
    "number": "kpi",
    "stacked": "stacked_bar",
    "grouped": "grouped_bar",
    "boxplot": "box",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """What a choice looks at."""

    shape: Shape
    query: SemanticQuery | None
    model: SemanticModel
    columns: tuple[ResultColumn, ...]
    truncated: bool

    @property
    def measure(self) -> ResultColumn:
        return self.shape.measures[0]


def choose_chart(
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
    *,
    wish: str | None = None,
    known: Known | None = None,
) -> ChartSpec:
    """The specification for a result.

    wish: a ChartType that the question asked for, or a word such as `pie`; it is honoured where
    the shape allows it, and otherwise the note says why not. known: column -> values that the rows
    are known to have, beyond what filters say, so that limits with a condition can be drawn.
    """
    shape = shape_of(result, columns, query)
    case = _Case(shape, query, model, tuple(columns), result.truncated)
    spec = _chosen(case)
    if wish:
        spec = _wished(case, spec, wish)
    spec = _titled(case, spec)
    if query is not None and spec.y and spec.type in ("line", "bar", "grouped_bar", "box"):
        spec = limit_lines(spec, result, columns, query, model, known)
    return spec


def _chosen(case: _Case) -> ChartSpec:
    shape, query = case.shape, case.query
    if query is not None and query.kind == "records":
        return ChartSpec("table", "")
    if not shape.measures or shape.rows == 0:
        return ChartSpec("table", "")
    if shape.rows == 1 and not shape.undrawable and shape.axis is None:
        return _kpi(case)
    if not shape.splits:
        return ChartSpec("table", "")
    if shape.axis is not None:
        return _over_time(case, shape.axis)
    if len(shape.splits) == 1:
        return _one_split(case, shape.splits[0])
    if len(shape.splits) == 2:
        return _two_splits(case, shape.splits[0], shape.splits[1])
    return ChartSpec("table", "", note=say("more_splits"))


def _kpi(case: _Case) -> ChartSpec:
    return ChartSpec("kpi", "", y=tuple(m.name for m in case.shape.measures[:4]))


def _over_time(case: _Case, axis: Split) -> ChartSpec:
    shape, others = case.shape, case.shape.categories
    if shape.rows == 1:
        return replace(_kpi(case), x=axis.name)
    if not others:
        if shape.is_compared:
            return ChartSpec("line", "", x=axis.name, y=_with_previous(case), note=_more(case))
        if _is_event_count(case):
            return ChartSpec("bar", "", x=axis.name, y=(case.measure.name,), note=_more(case))
        left, right, is_whole = _by_unit(shape.measures)
        note = "" if is_whole else say("many_units")
        return ChartSpec("line", "", x=axis.name, y=left, y2=right, note=note)
    if len(others) > 1:
        return ChartSpec("table", "", note=say("more_splits"))
    series = others[0]
    y: tuple[str, ...] = (case.measure.name,)
    if _is_event_count(case) and axis.count <= 62:
        spec = ChartSpec("stacked_bar", "", x=axis.name, y=y, series=series.name)
    elif axis.count == 1:
        return _one_split(case, series)
    else:
        spec = ChartSpec("line", "", x=axis.name, y=y, series=series.name)
    return _topped(case, replace(spec, note=_more(case)), series)


def _with_previous(case: _Case) -> tuple[str, ...]:
    """The first figure that is compared, and what it is compared with."""
    name = next(n for n, found in case.shape.companions.items() if "previous" in found)
    return name, case.shape.companions[name]["previous"].name


def _is_event_count(case: _Case) -> bool:
    """A sum over events: a step of time without a row had none, which bars show and a line with
    gaps does not."""
    if case.query is None or len(case.shape.measures) != 1 or case.shape.is_compared:
        return False
    table = case.model.tables.get(case.query.table)
    is_events = table is not None and table.time is not None and table.time.interval_min is None
    return is_events and case.measure.additive


def _by_unit(measures: Sequence[ResultColumn]) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Names for the first and the second axis, and whether that was all of them."""
    units = list(dict.fromkeys(axis_unit(m) for m in measures))
    first = tuple(m.name for m in measures if axis_unit(m) == units[0])
    second = tuple(m.name for m in measures if len(units) > 1 and axis_unit(m) == units[1])
    return first, second, len(units) <= 2


def _one_split(case: _Case, split: Split) -> ChartSpec:
    shape = case.shape
    y: tuple[str, ...] = (case.measure.name,)
    if split.bin_width:
        return ChartSpec("histogram", "", x=split.name, y=y, note=_more(case))
    boxed = _percentiles(case)
    if boxed:
        return ChartSpec("box", "", x=split.name, y=boxed, top_n=MAX_BARS)
    horizontal = not split.is_recurring
    if shape.is_compared:
        y = _with_previous(case)
        spec = ChartSpec("grouped_bar", "", x=split.name, y=y, horizontal=horizontal)
        return _cut(case, replace(spec, note=_more(case)), split, can_sum=False)
    if len(shape.measures) > 1:
        return _several(case, split)
    if _is_pareto(case, split):
        spec = ChartSpec("pareto", "", x=split.name, y=(case.measure.name,))
        return _cut(case, spec, split, limit=16)
    spec = ChartSpec("bar", "", x=split.name, y=(case.measure.name,), horizontal=horizontal)
    return _cut(case, spec, split)


def _several(case: _Case, split: Split) -> ChartSpec:
    """More than one figure for each category."""
    measures = case.shape.measures
    y, y2, _ = _by_unit(measures)
    if len(y) == len(measures):
        spec = ChartSpec(
            "grouped_bar", "", x=split.name, y=y[:4], horizontal=not split.is_recurring
        )
        return _cut(case, replace(spec, note=_more(case, y[:4])), split, can_sum=False)
    if split.is_recurring:
        return ChartSpec("line", "", x=split.name, y=y, y2=y2)
    if case.shape.rows >= 5 and len(measures) == 2:
        names = tuple(m.name for m in measures)
        return ChartSpec("scatter", "", x=names[0], y=names[1:], series=split.name)
    return ChartSpec("table", "", note=say("many_units"))


def _two_splits(case: _Case, one: Split, two: Split) -> ChartSpec:
    shape = case.shape
    y = (case.measure.name,)
    note = _more(case)
    if shape.is_compared and len(shape.measures) == 1:
        return ChartSpec("table", "", note=say("more_splits"))
    if one.is_recurring and two.is_recurring:
        return ChartSpec("heatmap", "", x=two.name, series=one.name, y=y, note=note)
    if one.bin_width or two.bin_width:
        binned, series = (one, two) if one.bin_width else (two, one)
        spec = ChartSpec("histogram", "", x=binned.name, series=series.name, y=y, note=note)
        return _topped(case, spec, series)
    if one.is_recurring or two.is_recurring:
        along, series = (one, two) if one.is_recurring else (two, one)
        if series.count > MAX_SERIES:
            return ChartSpec("heatmap", "", x=along.name, series=series.name, y=y, note=note)
        return ChartSpec("line", "", x=along.name, y=y, series=series.name, note=note)
    many, few = (one, two) if one.count >= two.count else (two, one)
    is_large = few.count > _MANY or (few.count >= 4 and many.count * few.count > _MANY_CELLS)
    if is_large:
        return ChartSpec("heatmap", "", x=few.name, series=many.name, y=y, note=note)
    kind: ChartType = "stacked_bar" if case.measure.additive else "grouped_bar"
    spec = ChartSpec(kind, "", x=many.name, y=y, series=few.name, horizontal=True, note=note)
    return _cut(case, spec, many, can_sum=False)


def _percentiles(case: _Case) -> tuple[str, ...]:
    """The figures, in rising order of rank, when they are a column's quartiles and more."""
    measures = column_measures(case.columns, case.query)
    ranks: dict[float, str] = {}
    of: set[str | None] = set()
    for column, measure in zip(case.columns, measures, strict=True):
        if measure is None:
            continue
        rank = {Agg.MIN: 0.0, Agg.MAX: 1.0, Agg.PERCENTILE: measure.percentile}.get(
            measure.agg or Agg.AVG
        )
        if rank is None:
            return ()
        of.add(measure.column)
        ranks[rank] = column.name
    if len(of) != 1 or not {0.25, 0.5, 0.75} <= set(ranks):
        return ()
    return tuple(ranks[rank] for rank in sorted(ranks))


def _is_pareto(case: _Case, split: Split) -> bool:
    """An amount of something unwanted by its reasons: a column that is empty where nothing
    happened and no level of a hierarchy. Only over all of them: the share of a cut list would
    add up to 100 % of less than everything."""
    query, measure = case.query, case.measure
    if query is None or query.limit is not None or query.having or case.truncated:
        return False
    if not measure.additive or measure.display == "percent" or measure.direction == "higher":
        return False
    table = case.model.tables.get(query.table)
    column = table.columns.get(split.column.model_column or "") if table else None
    if column is None or not column.drop_null or case.shape.rows < 3:
        return False
    if any(f.column == column.name for f in query.filters):
        return False
    return not any(column.name in h.levels for h in case.model.hierarchies)


def _more(case: _Case, shown: Sequence[str] | None = None) -> str:
    """A note when some figures are only in the table."""
    drawn = shown or (case.measure.name,)
    if len(case.shape.measures) <= len(drawn):
        return ""
    labels = [m.label for m in case.shape.measures if m.name in drawn]
    return say("more_measures", shown=joined(labels))


def _cut(
    case: _Case, spec: ChartSpec, split: Split, *, can_sum: bool = True, limit: int = MAX_BARS
) -> ChartSpec:
    """Keep as many categories as can be read."""
    return _kept(case, spec, split, limit, can_sum=can_sum)


def _topped(case: _Case, spec: ChartSpec, split: Split) -> ChartSpec:
    """Keep as many series as can be told apart."""
    return _kept(case, spec, split, MAX_SERIES, can_sum=True)


def _kept(case: _Case, spec: ChartSpec, split: Split, limit: int, *, can_sum: bool) -> ChartSpec:
    if split.count <= limit:
        return spec
    note = [spec.note] if spec.note else []
    if can_sum and case.measure.additive and not case.truncated:
        kept, other = limit - 1, say("other")
        note.append(say("rest_summed", kept=kept, all=split.count, other=other))
        return replace(spec, top_n=kept, other_label=other, note=" ".join(note))
    which = say("lowest" if case.measure.direction == "higher" else "highest")
    note.append(say("rest_dropped", kept=limit, which=which, all=split.count))
    return replace(spec, top_n=limit, other_label="", note=" ".join(note))


def _wished(case: _Case, spec: ChartSpec, wish: str) -> ChartSpec:
    name = wish.strip().casefold().replace(" ", "_").replace("-", "_")
    if name in _PIES:
        if spec.type in ("bar", "pareto", "stacked_bar", "grouped_bar"):
            return replace(spec, note=f"{say('pie')} {spec.note}".strip())
        key = "no_pie_for_time" if spec.type == "line" else "pie"
        return (
            spec
            if spec.type in ("table", "kpi")
            else replace(spec, note=f"{say(key)} {spec.note}".strip())
        )
    name = _ALIASES.get(name, name)
    if name == spec.type:
        return spec
    if name not in get_args(ChartType):
        note = say("unknown_wish", wish=wish, type=CHART_NAMES[spec.type])
        return replace(spec, note=f"{note} {spec.note}".strip())
    changed, reason = _as(case, name)
    if changed is not None:
        return changed
    note = say("not_drawable", wish=CHART_NAMES[name], reason=say(reason))
    return replace(spec, note=f"{note} {spec.note}".strip())


def _as(case: _Case, name: str) -> tuple[ChartSpec | None, str]:
    """The chart of that type for this result, or None and the key of the reason why not."""
    shape = case.shape
    if name == "table":
        return ChartSpec("table", ""), ""
    if shape.rows == 0:
        return None, "empty"
    if not shape.measures:
        return None, "needs_number"
    measure = case.measure
    y = (measure.name,)
    axis = shape.axis
    along = axis or next((s for s in shape.splits if s.is_recurring or s.bin_width), None)
    others = [s for s in shape.splits if s is not along]
    match name:
        case "kpi":
            return (_kpi(case), "") if shape.rows == 1 else (None, "needs_one_row")
        case "line":
            if along is None:
                return None, "needs_time"
            series = others[0] if others else None
            made = ChartSpec("line", "", x=along.name, y=y, series=series.name if series else None)
            if series is None and len(shape.measures) > 1:
                first, second, _ = _by_unit(shape.measures)
                made = replace(made, y=first, y2=second)
            return (_topped(case, made, series) if series else made), ""
        case "bar" | "grouped_bar" | "stacked_bar":
            return _as_bars(case, name)
        case "pareto":
            if len(shape.splits) != 1:
                return None, "needs_category"
            if not measure.additive or case.truncated:
                return None, "needs_additive"
            made = ChartSpec("pareto", "", x=shape.splits[0].name, y=y)
            return _cut(case, made, shape.splits[0], limit=16), ""
        case "heatmap":
            if len(shape.splits) != 2:
                return None, "needs_two_splits"
            x = along or shape.splits[1]
            rows = next(s for s in shape.splits if s is not x)
            return ChartSpec("heatmap", "", x=x.name, series=rows.name, y=y), ""
        case "scatter":
            return _as_scatter(case)
        case "histogram":
            binned = next((s for s in shape.splits if s.bin_width), None)
            if binned is None:
                return None, "needs_bins"
            return ChartSpec("histogram", "", x=binned.name, y=y), ""
        case _:
            boxed = _percentiles(case)
            if boxed and shape.splits:
                return ChartSpec("box", "", x=shape.splits[0].name, y=boxed), ""
            if axis is None:
                return None, "needs_spread"
            by = others[0].name if others else None
            return ChartSpec("box", "", x=by, y=y, top_n=MAX_BARS if by else None), ""


def _as_bars(case: _Case, name: str) -> tuple[ChartSpec | None, str]:
    shape, measure = case.shape, case.measure
    if not shape.splits:
        return None, "needs_category"
    x = shape.axis or max(shape.splits, key=lambda s: (s.is_recurring, s.count))
    others = [s for s in shape.splits if s is not x]
    if name == "stacked_bar" and not measure.additive:
        return None, "needs_additive"
    if name == "stacked_bar" and not others:
        return None, "needs_two_splits"
    lies = not (x.is_axis or x.is_recurring or x.bin_width)
    if others:
        kind: ChartType = (
            "stacked_bar" if measure.additive and name != "grouped_bar" else "grouped_bar"
        )
        spec = ChartSpec(kind, "", x=x.name, y=(measure.name,), series=others[0].name)
        return _topped(case, replace(spec, horizontal=lies), others[0]), ""
    y: tuple[str, ...] = (measure.name,)
    if shape.is_compared:
        y = _with_previous(case)
    elif len(shape.measures) > 1 and name == "grouped_bar":
        y, y2, _ = _by_unit(shape.measures)
        if y2:
            return None, "needs_one_unit"
    kind = "grouped_bar" if len(y) > 1 else "bar"
    spec = ChartSpec(kind, "", x=x.name, y=y, horizontal=lies, note=_more(case, y))
    if not lies:
        return spec, ""
    return _cut(case, spec, x, can_sum=len(y) == 1), ""


def _as_scatter(case: _Case) -> tuple[ChartSpec | None, str]:
    measures = case.shape.measures
    if len(measures) >= 2:
        by = next(iter(case.shape.splits), None)
        return (
            ChartSpec(
                "scatter",
                "",
                x=measures[0].name,
                y=(measures[1].name,),
                series=by.name if by else None,
            ),
            "",
        )
    return None, "needs_two_measures"


def _axis_title(label: str, column: ResultColumn) -> str:
    symbol = unit_of(column)
    return f"{label} ({symbol})" if symbol else label


def _titled(case: _Case, spec: ChartSpec) -> ChartSpec:
    """The chart with its title and the titles of its axes, each with its unit."""
    by_name = {c.name: c for c in case.columns}
    window = format_window(case.query.time) if case.query else ""
    measures = [m for m in case.shape.measures if m.name in (*spec.y, *spec.y2)]
    if spec.type == "scatter" and spec.x in by_name and measures:
        x, y = by_name[spec.x], by_name[spec.y[0]]
        title = say("against", y=y.label, x=_lower(x.label))
        return replace(
            spec,
            title=_windowed(title, window),
            x_title=_axis_title(x.label, x),
            y_title=_axis_title(y.label, y),
        )
    shown = measures or list(case.shape.measures or case.shape.undrawable)
    label = joined([m.label for m in shown[:3]] if shown else [])
    splits = list(case.shape.splits)
    if spec.type == "kpi":
        splits = []
    if not label:
        if case.query is not None and case.query.kind == "records":
            label = _table_label(case)
        else:
            label = say("values", what=joined([_lower(s.column.label) for s in splits]))
            splits = []
    if splits:
        label = say("by", measure=label, splits=joined([_lower(s.column.label) for s in splits]))
    x_title = by_name[spec.x].label if spec.x in by_name else ""
    if case.shape.axis is not None and spec.x == case.shape.axis.name:
        is_bounded = case.query is not None and case.query.time is not None
        x_title = window if is_bounded else x_title
    elif spec.x in by_name and any(s.name == spec.x and s.bin_width for s in case.shape.splits):
        x_title = _axis_title(x_title, by_name[spec.x])
    return replace(
        spec,
        title=_windowed(label, window),
        x_title=x_title,
        y_title=_measures_title(spec.y, by_name),
        y2_title=say("cumulative") if spec.type == "pareto" else _measures_title(spec.y2, by_name),
    )


def _table_label(case: _Case) -> str:
    table = case.model.tables.get(case.query.table) if case.query else None
    return table.label if table else say("records")


def _windowed(title: str, window: str) -> str:
    return f"{title}, {window}" if window else title


def _measures_title(names: Sequence[str], by_name: dict[str, ResultColumn]) -> str:
    found = [by_name[n] for n in names if n in by_name and by_name[n].role == "measure"]
    if not found:
        return ""
    if len(found) == 1:
        return _axis_title(found[0].label, found[0])
    return unit_of(found[0]) or joined([c.label for c in found])


def _lower(label: str) -> str:
    """A label inside a title: `Asset class` -> `asset class`, but `OEE` stays."""
    return label if len(label) > 1 and not label[1].islower() else label[:1].lower() + label[1:]
