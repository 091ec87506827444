"""A query's parts in words: figures, splits, conditions and windows, without their grammar."""

from __future__ import annotations

import datetime as dt

from core.semantic.display import (
    format_date,
    format_moment,
    format_plain,
    format_window,
    month_name,
    weekday_name,
)
from core.semantic.model import Column, SemanticModel, Table
from core.semantic.phrases import listed, lowered, plural, say
from core.semantic.query import (
    Agg,
    Dimension,
    Filter,
    Grain,
    Having,
    Measure,
    Op,
    Scalar,
    SemanticQuery,
    TimeWindow,
    Transform,
)

_GRAIN_WORDS = {
    Grain.INTERVAL: "interval",
    Grain.HOUR_OF_DAY: "hour of day",
    Grain.DAY_OF_WEEK: "weekday",
    Grain.MONTH_OF_YEAR: "month of the year",
}


def table_of(query: SemanticQuery, model: SemanticModel, name: str | None = None) -> Table | None:
    """The named table, else the query's own; None when the model has none of that name."""
    return model.tables.get(name or query.table)


def column_of(
    name: str, query: SemanticQuery, model: SemanticModel, table: str | None = None
) -> Column | None:
    """The column in the query's table, or in any that has one of that name."""
    first = table_of(query, model, table)
    if first is not None and name in first.columns:
        return first.columns[name]
    return next((t.columns[name] for t in model.tables.values() if name in t.columns), None)


def column_words(
    name: str, query: SemanticQuery, model: SemanticModel, table: str | None = None
) -> str:
    """A column's label for the middle of a sentence; its name when the model lacks it."""
    column = column_of(name, query, model, table)
    return lowered(column.label) if column else name


def column_plural(column: Column) -> str:
    """A column's label in the plural, for the middle of a sentence."""
    return lowered(column.plural) if column.plural else plural(lowered(column.label))


def grain_words(grain: Grain) -> str:
    """`day`, `hour of day`."""
    return _GRAIN_WORDS.get(grain, str(grain).replace("_", " "))


def ordinal(rank: float) -> str:
    """0.95 -> `95th`."""
    text = f"{rank * 100:g}"
    ends = {"1": "st", "2": "nd", "3": "rd"}
    is_teen = text[-2:] in ("11", "12", "13") or "." in text
    return text + ("th" if is_teen else ends.get(text[-1], "th"))


def measure_words(measure: Measure, query: SemanticQuery, model: SemanticModel) -> str:
    """What a measure is, for the middle of a sentence: `mean vibration`, `OEE`."""
    words = _bare(measure, query, model)
    if measure.where and measure.agg not in (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME):
        words = say("where", what=words, conditions=conditions(measure.where, query, model))
    if measure.per is not None:
        words = say("per", what=words, grain=grain_words(measure.per))
    match measure.transform:
        case Transform.SHARE:
            return say("share", what=words)
        case Transform.SHARE_WITHIN:
            first = query.dimensions[0] if query.dimensions else None
            group = dimension_words(first, query, model) if first else ""
            return say("share_within", what=words, group=group)
        case Transform.RUNNING:
            return say("running", what=words)
        case Transform.MOVING:
            return say("moving", what=words, n=measure.window or "")
        case Transform.CHANGE:
            return say("change_of", what=words)
    return words


def _bare(measure: Measure, query: SemanticQuery, model: SemanticModel) -> str:
    if measure.metric is not None:
        metric = model.metrics.get(measure.metric)
        return lowered(metric.label) if metric else measure.metric
    table = table_of(query, model, measure.table)
    entity = table.entity if table else "row"
    agg = measure.agg or Agg.AVG
    if agg in (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME):
        words = (
            conditions(measure.where, query, model)
            if measure.where
            else say("agg_any_time", entities=plural(entity))
        )
        return say(f"agg_{agg}", conditions=words)
    if measure.column is None:
        return say("agg_count", what=plural(entity))
    column = column_of(measure.column, query, model, measure.table)
    label = lowered(column.label) if column else measure.column
    if agg in (Agg.COUNT, Agg.COUNT_DISTINCT):
        return say(f"agg_{agg}", what=column_plural(column) if column else label)
    if agg is Agg.PERCENTILE:
        rank = measure.percentile or 0.0
        if rank == 0.5:
            return say("median", what=label)
        return say("percentile", rank=ordinal(rank), what=label)
    if agg is Agg.SUM and column is not None and column.default_agg == "sum":
        return label
    return say(f"agg_{agg}", what=label)


def counted(measure: Measure | None, query: SemanticQuery, model: SemanticModel) -> str:
    """What a count counts, in the plural (`alarms`), else nothing."""
    if measure is None or measure.transform is not Transform.NONE or measure.per is not None:
        return ""
    words = ""
    if measure.agg is Agg.COUNT and measure.column is None:
        table = table_of(query, model, measure.table)
        words = plural(table.entity) if table else ""
    elif measure.agg is Agg.COUNT_DISTINCT and measure.column:
        column = column_of(measure.column, query, model, measure.table)
        words = column_plural(column) if column else ""
    if words and measure.where:
        words = say("where", what=words, conditions=conditions(measure.where, query, model))
    return words


def dimension_words(dimension: Dimension, query: SemanticQuery, model: SemanticModel) -> str:
    """What a result is split by, singular: `asset`, `day`, `hour of day`."""
    if dimension.grain is not None:
        return grain_words(dimension.grain)
    name = dimension.column or ""
    words = column_words(name, query, model)
    if dimension.bin_width:
        column = column_of(name, query, model)
        width = format_plain(dimension.bin_width, column.unit if column else None)
        return say("bins_of", column=words, width=width)
    return words


def dimension_plural(dimension: Dimension, query: SemanticQuery, model: SemanticModel) -> str:
    """The same in the plural."""
    if dimension.column is not None and not dimension.bin_width:
        column = column_of(dimension.column, query, model)
        if column is not None:
            return column_plural(column)
    if dimension.grain is not None:
        return grain_plural(dimension.grain)
    return plural(dimension_words(dimension, query, model))


def grain_plural(grain: Grain) -> str:
    """`days`, `hours of day`."""
    if grain is Grain.HOUR_OF_DAY:
        return "hours of day"
    if grain is Grain.MONTH_OF_YEAR:
        return "months of the year"
    return plural(grain_words(grain))


def value_words(value: Scalar, column: Column | None) -> str:
    """A literal of a filter with its column's unit."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return format_moment(value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, int | float):
        return format_plain(value, column.unit if column else None)
    return value


def _part_words(name: str, value: Scalar) -> str:
    number = int(value) if isinstance(value, int | float) else 0
    match name:
        case "@weekday":
            return weekday_name(number)
        case "@month":
            return month_name(number)
        case "@hour":
            return f"{number:02d}:00"
        case _:
            return f"{number // 60:02d}:{number % 60:02d}"


def _says(value: str, name: str) -> bool:
    """Whether a value names its column already: `Line 2` of the column `Line`."""
    return value.casefold().startswith(name.casefold() + " ")


def condition(one: Filter, query: SemanticQuery, model: SemanticModel) -> str:
    """A filter in words: `asset class pump`, `vibration above 4.5 mm/s`."""
    if one.column.startswith("@"):
        values = [_part_words(one.column, v) for v in one.values]
        name = say(f"part_{one.column}")
    else:
        column = column_of(one.column, query, model)
        values = [value_words(v, column) for v in one.values]
        name = lowered(column.label) if column else one.column
    if one.op in (Op.EQ, Op.IN) and values and all(_says(v, name) for v in values):
        return listed(values, link="or", most=8)
    return say(
        f"op_{one.op.name.lower()}",
        column=name,
        value=values[0] if values else "",
        values=listed(values, link="or", most=8),
        low=values[0] if values else "",
        high=values[-1] if values else "",
    )


def conditions(filters: tuple[Filter, ...], query: SemanticQuery, model: SemanticModel) -> str:
    """Several conditions that must all hold."""
    return listed([condition(one, query, model) for one in filters])


def having_words(having: Having, query: SemanticQuery, model: SemanticModel) -> str:
    """`above 4.5 mm/s`, for the measure that the condition is on."""
    measure = query.measures[having.measure] if having.measure < len(query.measures) else None
    metric = model.metrics.get(measure.metric or "") if measure else None
    column = (
        column_of(measure.column, query, model, measure.table)
        if measure and measure.column
        else None
    )
    is_percent = metric is not None and metric.display == "percent"
    unit = metric.unit if metric else column.unit if column else None
    if measure is not None and measure.agg in (Agg.COUNT, Agg.COUNT_DISTINCT):
        unit = None
    if measure is not None and measure.agg is Agg.DURATION:
        unit = "h"
    values = [
        format_plain(v * 100, "%") if is_percent else format_plain(v, unit) for v in having.values
    ]
    op = (
        Op.EQ
        if having.op in (Op.IN, Op.IS_NULL, Op.NOT_NULL, Op.NOT_IN, Op.CONTAINS)
        else having.op
    )
    return say(
        f"having_{op.name.lower()}",
        value=values[0] if values else "",
        high=values[-1] if values else "",
    )


#: Phrases that name one calendar period of their own and read well behind a verb.
_NAMED = ("last ", "this ", "yesterday", "today")


def when(window: TimeWindow | None) -> str:
    """A window for the end of a sentence: `in June 2026`, `last week (22 to 28 Jun 2026)`."""
    if window is None or (window.start is None and window.end is None):
        return say("all_data")
    period = format_window(window)
    phrase = window.phrase.strip().casefold()
    is_named = phrase.startswith(_NAMED) and not any(c.isdigit() for c in phrase)
    if is_named and phrase.replace(" ", "").isalpha() and len(phrase) <= 24:
        return say("named_window", name=phrase, period=period)
    if window.start is None or window.end is None:
        return period
    if " to " not in period:
        is_day = window.length is not None and window.length <= dt.timedelta(days=1)
        return say("on" if is_day and window.is_whole_days else "in", period=period)
    is_same_day = period.count(":") == 2 and period.count(" ") <= 5
    return say("on" if is_same_day else "from", period=period)


def period(window: TimeWindow | None) -> str:
    """A window's dates alone."""
    return format_window(window)


def is_implied(one: Filter, query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether a filter is only what splitting by its column brings (rows without a reason)."""
    column = column_of(one.column, query, model)
    is_split = any(d.column == one.column for d in query.dimensions)
    return one.op is Op.NOT_NULL and is_split and column is not None and column.drop_null


def filters_of(query: SemanticQuery, model: SemanticModel) -> list[str]:
    """The filters that were asked for, in words."""
    return [
        condition(one, query, model) for one in query.filters if not is_implied(one, query, model)
    ]
