"""A query's parts in words: figures, splits, conditions and windows, without their grammar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from core.semantic.compile.figures import unit_of
from core.semantic.display import (
    format_date,
    format_moment,
    format_plain,
    format_window,
    is_later,
    month_name,
    shaped_window,
    weekday_name,
)
from core.semantic.model import Column, Metric, SemanticModel, State, Table
from core.semantic.phrases import (
    TEMPLATES,
    has,
    is_many,
    listed,
    lowered,
    plainly_lowered,
    plural,
    say,
)
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
from core.semantic.said import entities_of, said, unsaid, value_label
from core.semantic.units import PERCENT, display_unit, line
from core.translation import CODE, language


def table_of(query: SemanticQuery, model: SemanticModel, name: str | None = None) -> Table | None:
    """The named table, else the query's own, said in the language at hand; None when the model
    has none of that name."""
    return said(model).tables.get(name or query.table)


def column_of(
    name: str, query: SemanticQuery, model: SemanticModel, table: str | None = None
) -> Column | None:
    """The column in the query's table, or in any that has one of that name."""
    first = table_of(query, model, table)
    if first is not None and name in first.columns:
        return first.columns[name]
    tables = said(model).tables.values()
    return next((t.columns[name] for t in tables if name in t.columns), None)


def metric_of(name: str | None, model: SemanticModel) -> Metric | None:
    """The metric, said in the language at hand; None when the model has none of that name."""
    return said(model).metrics.get(name or "")


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
    return say(f"grain_{grain}")


def ordinal(rank: float) -> str:
    """0.95 -> `95th`; the number alone where the sentence makes it one."""
    text = f"{rank * 100:g}"
    if language() != CODE:
        return format_plain(rank * 100)
    ends = {"1": "st", "2": "nd", "3": "rd"}
    is_teen = text[-2:] in ("11", "12", "13") or "." in text
    return text + ("th" if is_teen else ends.get(text[-1], "th"))


def measure_words(measure: Measure, query: SemanticQuery, model: SemanticModel) -> str:
    """What a measure is, for the middle of a sentence: `mean vibration`, `OEE`."""
    if measure.over is not None:
        return ratio_words(measure, query.table, model)
    words = _bare(measure, query, model)
    if measure.where and measure.agg not in (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME):
        is_share = measure.transform in (Transform.SHARE, Transform.SHARE_WITHIN)
        plain = replace(measure, transform=Transform.NONE, per=None)
        rows = counted(plain, query, model) if is_share else ""
        words = rows or _held(words, measure, query, model)
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


def ratio_words(measure: Measure, main: str, model: SemanticModel) -> str:
    """A figure with what it is divided by: `downtime as a share of run time`, `parts cost per work
    order`, `energy per h of downtime`."""
    assert measure.over is not None
    query = SemanticQuery(model.name, main)
    top = replace(measure, over=None, unit=None)
    words = counted(top, query, model) or measure_words(top, query, model)
    things = counted(measure.over, query, model)
    if measure.unit == PERCENT:
        over = things or measure_words(measure.over, query, model)
        return say("divided_share", what=words, over=over)
    if things:
        table = model.metrics[measure.over.metric].table if measure.over.metric else None
        entity = table_of(query, model, table or measure.over.table)
        is_of_rows = entity is not None and things == entities_of(entity)
        over = entity.entity if is_of_rows and entity else _one(things)
        return say("divided", what=words, over=over)
    own = unit_of(measure.over, main, model)
    unit = measure.over.unit or own
    over = measure_words(replace(measure.over, unit=None), query, model)
    if unit and (unit != own or not is_many(over)):
        return say("divided_unit", what=words, unit=display_unit(unit), over=over)
    return say("divided", what=words, over=_one(over))


def _one(words: str) -> str:
    """One of several things, as far as English goes: `good unit`."""
    return words.removesuffix("s") if language() == CODE and is_many(words) else words


def _held(words: str, measure: Measure, query: SemanticQuery, model: SemanticModel) -> str:
    """A figure's words with the conditions inside it."""
    return say("where", what=words, conditions=conditions(measure.where, query, model))


def _bare(measure: Measure, query: SemanticQuery, model: SemanticModel) -> str:
    if measure.metric is not None:
        metric = metric_of(measure.metric, model)
        return lowered(metric.label) if metric else measure.metric
    table = table_of(query, model, measure.table)
    entity = table.entity if table else say("row")
    agg = measure.agg or Agg.AVG
    if agg is Agg.DURATION and not measure.where:
        return say("agg_hours")
    if agg in (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME):
        words = (
            conditions(measure.where, query, model)
            if measure.where
            else say("agg_any_time", entities=entities_of(table))
        )
        return say(f"agg_{agg}", conditions=words)
    if measure.column is None:
        return say("agg_count", what=entities_of(table))
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
    is_event = table is not None and table.time is not None and table.time.interval_min is None
    if agg is Agg.AVG and is_event:
        return say("each", what=say("agg_avg", what=label), entity=entity)
    if agg in (Agg.MIN, Agg.MAX) and column is not None and column.additive:
        # The most of one row is not the most of a day.
        return say("in_one", what=say(f"agg_{agg}", what=label), entity=entity)
    return say(f"agg_{agg}", what=label)


_ALL_ROWS = re.compile(r"\s*COUNT\(\s*\*\s*\)\s*", re.IGNORECASE)


def counted(measure: Measure | None, query: SemanticQuery, model: SemanticModel) -> str:
    """What a count counts, in the plural (`alarms`), else nothing."""
    if measure is None or measure.transform is not Transform.NONE:
        return ""
    if measure.per is not None or measure.over is not None:
        return ""
    words = ""
    metric = metric_of(measure.metric, model)
    if metric is not None and _ALL_ROWS.fullmatch(metric.expression or ""):
        # Whether the label names the things themselves, its English tells.
        if is_many(plainly_lowered(unsaid(model).metrics[metric.name].label)):
            words = lowered(metric.label)
        elif metric.condition is None and metric.table in model.tables:
            words = entities_of(said(model).tables[metric.table])
    if measure.agg is Agg.COUNT and measure.column is None:
        table = table_of(query, model, measure.table)
        words = entities_of(table) if table else ""
    elif measure.agg is Agg.COUNT_DISTINCT and measure.column:
        column = column_of(measure.column, query, model, measure.table)
        words = column_plural(column) if column else ""
    if words and measure.where:
        words = say("where", what=words, conditions=conditions(measure.where, query, model))
    return words


def dimension_words(dimension: Dimension, query: SemanticQuery, model: SemanticModel) -> str:
    """What a result is split by, singular: `asset`, `day`, `hour of day`."""
    if dimension.grain is not None and dimension.column is not None:
        words = column_words(dimension.column, query, model)
        return f"{grain_words(dimension.grain)} ({words})"
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
    is_plain = dimension.grain is None and not dimension.bin_width
    if dimension.column is not None and is_plain:
        column = column_of(dimension.column, query, model)
        if column is not None:
            return column_plural(column)
    if dimension.grain is not None:
        return grain_plural(dimension.grain)
    return plural(dimension_words(dimension, query, model))


def grain_plural(grain: Grain) -> str:
    """`days`, `hours of day`."""
    return say(f"grains_{grain}")


def value_words(value: Scalar, column: Column | None) -> str:
    """A literal of a filter with its column's unit."""
    if isinstance(value, bool):
        return say("true" if value else "false")
    if isinstance(value, dt.datetime):
        return format_moment(value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, int | float):
        return format_plain(value, column.unit if column else None)
    return value_label(value, column)


def tells_itself(value: str, label: str) -> bool:
    """Whether a value's own name in the language at hand tells what it is: `Frühschicht`."""
    return language() != CODE and label.casefold() in value.casefold()


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


def clock_times(one: Filter) -> tuple[str, str]:
    """When a range of minutes of the day begins and ends: `14:00`, `16:00`."""
    # Both minutes are in it, so that it ends at the next one.
    last = int(one.values[-1]) + 1 if isinstance(one.values[-1], int | float) else 0
    high = "24:00" if last >= 1440 else _part_words(one.column, last)
    return _part_words(one.column, one.values[0]), high


def _says(value: str, name: str, column: Column | None) -> bool:
    """Whether a value names its column already: `Line 2` of the column `Line`, whatever that is
    called in the language at hand."""
    names = (name, column.label) if column is not None else (name,)
    return tells_itself(value, name) or any(
        value.casefold().startswith(one.casefold() + " ") for one in names
    )


def state_of(
    one: Filter, query: SemanticQuery, model: SemanticModel, table: str | None = None
) -> str:
    """The model's own word for what a filter leaves ("open", "not cleared"), else nothing."""
    own = table_of(query, model, table)
    opposite = ""
    for state in own.states if own is not None else ():
        name = state.words
        if state.column != one.column:
            continue
        if _is_state(state, one):
            return name
        if state.is_null is not None and one.op in (Op.IS_NULL, Op.NOT_NULL):
            opposite = opposite or say("op_state_not", state=name)
    return opposite


def _is_state(state: State, one: Filter) -> bool:
    if state.is_null is not None:
        return one.op is (Op.IS_NULL if state.is_null else Op.NOT_NULL)
    return one.op in (Op.EQ, Op.IN) and set(map(_as_said, one.values)) == set(state.values)


def _as_said(value: Scalar) -> str:
    """A value as a model's file says it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def together(filters: Iterable[Filter]) -> list[tuple[Filter, ...]]:
    """The filters in order, the two ends of a range on one column in one group."""
    groups: list[tuple[Filter, ...]] = []
    for one in filters:
        at = next((i for i, g in enumerate(groups) if _are_ends(g, one)), None)
        if at is None:
            groups.append((one,))
        elif one.op in _LOW:
            groups[at] = (one, *groups[at])
        else:
            groups[at] = (*groups[at], one)
    return groups


#: Significant digits of a limit that is told in another unit than its figure's own.
_DIGITS = 6
_LOW = (Op.GE, Op.GT)
_HIGH = (Op.LE, Op.LT)


def _are_ends(group: tuple[Filter, ...], one: Filter) -> bool:
    first = group[0]
    is_date = all(isinstance(f.values[0], dt.date) for f in (first, one) if f.values)
    apart = (first.op in _LOW and one.op in _HIGH) or (first.op in _HIGH and one.op in _LOW)
    return len(group) == 1 and first.column == one.column and apart and is_date


def condition_of(group: tuple[Filter, ...], query: SemanticQuery, model: SemanticModel) -> str:
    """A group of `together` in words: `closed 22 to 28 Jun 2026`."""
    state = state_of(group[0], query, model)
    if state:
        return state
    column = column_of(group[0].column, query, model)
    if column is not None and column.type in ("date", "datetime"):
        return _date_words(group, column)
    return condition(group[0], query, model)


def _date_words(group: tuple[Filter, ...], column: Column) -> str:
    """A condition on a date column: its label is what happened then."""
    label = lowered(column.label)
    for end in (" on", " at") if language() == CODE else ():
        label = label.removesuffix(end)
    one = group[0]
    if one.op is Op.IS_NULL:
        return say("op_date_null", column=label)
    if one.op is Op.NOT_NULL:
        return say("op_date_there", column=label)
    moments = [_moment(v) for f in group for v in f.values]
    if not moments or None in moments:
        values = [value_words(v, column) for f in group for v in f.values]
        return say("op_eq", column=label, value=listed(values, link="or", most=8))
    known = [m for m in moments if m is not None]
    day = dt.timedelta(days=1)
    if len(group) == 2 or one.op is Op.BETWEEN:
        is_closed = one.op is Op.BETWEEN or group[-1].op is Op.LE
        last = known[-1] + (day if is_closed and known[-1].time() == dt.time(0) else 0 * day)
        return say("date_in", column=label, period=format_window(TimeWindow(known[0], last)))
    text = format_date(known[0]) if known[0].time() == dt.time(0) else format_moment(known[0])
    keys = {Op.LT: "date_before", Op.LE: "date_until", Op.GT: "date_after", Op.GE: "date_since"}
    if one.op in keys:
        return say(keys[one.op], column=label, moment=text)
    if one.op in (Op.EQ, Op.IN):
        days = listed([value_words(v, column) for v in one.values], link="or", most=8)
        return say("date_on", column=label, period=days)
    return say("op_ne", column=label, value=text)


def _moment(value: Scalar) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time()) if isinstance(value, dt.date) else None


def condition(one: Filter, query: SemanticQuery, model: SemanticModel) -> str:
    """A filter in words: `asset class pump`, `vibration above 4.5 mm/s`, `still open`."""
    if one.column.startswith("@"):
        values = [_part_words(one.column, v) for v in one.values]
        name = say(f"part_{one.column}")
        if one.column == "@minute_of_day" and one.op is Op.BETWEEN:
            low, high = clock_times(one)
            return say("op_clock", column=name, low=low, high=high)
    else:
        state = state_of(one, query, model)
        if state:
            return state
        column = column_of(one.column, query, model)
        if column is not None and column.type in ("date", "datetime"):
            return _date_words((one,), column)
        values = [value_words(v, column) for v in one.values]
        name = lowered(column.label) if column else one.column
    if one.column == "@weekday" and one.op is Op.IN and len(set(values)) >= 5:
        missing = [weekday_name(n) for n in range(1, 8) if n not in one.values]
        if missing != [weekday_name(6), weekday_name(7)]:
            return say("op_ne", column=name, value=listed(missing, link="or"))
        return say("op_clock", column=name, low=weekday_name(1), high=weekday_name(5))
    own = column_of(one.column, query, unsaid(model))
    if one.op in (Op.EQ, Op.IN) and values and all(_says(v, name, own) for v in values):
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
    return listed([condition_of(group, query, model) for group in together(filters)])


def having_words(having: Having, query: SemanticQuery, model: SemanticModel) -> str:
    """`above 4.5 mm/s`, for the measure that the condition is on."""
    measure = query.measures[having.measure] if having.measure < len(query.measures) else None
    metric = metric_of(measure.metric, model) if measure else None
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
    shown = measure.unit if measure is not None and measure.unit else unit
    scale, offset = line(unit, shown)
    if having.on == "change":
        offset = 0.0
    is_relative = having.on == "change_pct"
    values = [
        format_plain(v * 100, "%")
        if is_percent or is_relative
        else format_plain(float(f"{v * scale + offset:.{_DIGITS}g}"), shown)
        for v in having.values
    ]
    if is_percent and having.on == "change":
        values = [say("points_of", n=format_plain(v * 100)) for v in having.values]
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
_NAMES = tuple(key for key in TEMPLATES if key.startswith("name_"))


def when(window: TimeWindow | None) -> str:
    """A window for the end of a sentence: `in June 2026`, `last week (22 to 28 Jun 2026)`."""
    period, shape = shaped_window(window)
    if window is None or shape == "none":
        return say("all_data")
    name = _named(window.phrase.strip().casefold())
    if name:
        return say("named_window", name=name, period=period)
    match shape:
        case "edge":
            return period
        case "day":
            return say("on", period=period)
        case "named":
            return say("in", period=period)
        case "clock" if window.start is not None and not window.start.second:
            return say("on", period=period)
    return say("from", period=period)


def _named(phrase: str) -> str:
    """A period's own name in the language at hand; empty where that has none for it."""
    is_plain = phrase.replace(" ", "").isalpha() and len(phrase) <= 24
    if language() == CODE:
        return phrase if is_plain and phrase.startswith(_NAMED) else ""
    key = f"name_{phrase.replace(' ', '_')}"
    if has(key):
        return say(key)
    # a question in this language names it so
    return phrase if is_plain and any(say(name) == phrase for name in _NAMES) else ""


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
    said = [one for one in query.filters if not is_implied(one, query, model)]
    return [condition_of(group, query, model) for group in together(said)]


def having_change_words(having: Having, query: SemanticQuery, model: SemanticModel) -> str:
    """A condition on a change, such as `only where OEE fell`."""
    measure = query.measures[having.measure]
    what = measure_words(measure, query, model)
    comparison = query.comparison
    is_window = comparison is not None and comparison.kind == "window"
    sides = {Op.GT: "rose", Op.GE: "rose", Op.LT: "fell", Op.LE: "fell"}
    if is_window and having.op in sides and having.values and not having.values[0]:
        side = sides[having.op]
        if comparison is not None and is_later(comparison.window, query.time):
            side = {"rose": "more", "fell": "less"}[side]
        before = period(comparison.window) if comparison else ""
        return say(f"chip_having_{side}", what=what, before_when=before)
    kept = having_words(having, query, model)
    return say("chip_having_change", what=what, condition=kept)


def kept_words(having: Having, query: SemanticQuery, model: SemanticModel) -> str:
    """A condition on groups as a whole: `only where OEE is below 65 %`."""
    if having.on != "value":
        return having_change_words(having, query, model)
    what = measure_words(query.measures[having.measure], query, model)
    verb = say("chip_are" if is_many(what) else "chip_is")
    return say("chip_having", what=what, verb=verb, condition=having_words(having, query, model))


def is_count_of_some(query: SemanticQuery, measure: Measure | None, model: SemanticModel) -> bool:
    """Whether a figure counts only some of a table's rows, so that a step without any had none.

    Filters that name things (a place, an asset) pick whole series, whose missing rows are missing
    data; any other filter picks rows.
    """
    is_count = measure is not None and measure.agg in (Agg.COUNT, Agg.COUNT_DISTINCT)
    if not is_count and not counted(measure, query, model):
        return False
    names = {level for h in model.hierarchies for level in h.levels}
    names |= {t.scope for t in model.tables.values() if t.scope} | {model.entity or ""}
    return any(
        f.column not in names or f.op not in (Op.EQ, Op.IN)
        for f in query.filters
        if not f.column.startswith("@")
    )
