"""Numeric conditions: on rows, on groups, or as the time for which they hold."""

from __future__ import annotations

from dataclasses import replace

from core.errors import UserFixable
from core.language.assembling.context import Context
from core.language.assembling.events import first_or_last
from core.language.assembling.lookups import (
    columns_in_unit,
    count_of,
    is_event_table,
    put_measure,
    require_column,
    target_unit,
    wants,
)
from core.language.assembling.questions import (
    ask_group,
    ask_limit,
    ask_limited,
    ask_limited_of_table,
)
from core.language.choose import put_in_place
from core.language.conditions import Condition
from core.language.draft import ConditionDraft, MeasureDraft
from core.language.reading import Ask
from core.language.vocabulary import Target
from core.semantic import units
from core.semantic.query import Agg, Dimension, Filter, Having, Measure, Op
from core.semantic.reckoned import length_of
from core.translation import gettext as _
from core.translation import retold
from core.types import Clarification, Option


def apply_limits(ctx: Context) -> None:
    """Every numeric condition of the question, each where it belongs; those on a change belong to
    what it is compared with."""
    for draft in ctx.draft.conditions:
        if not draft.condition.of_change:
            _apply_limit(ctx, draft)


def _apply_limit(ctx: Context, draft: ConditionDraft) -> None:
    condition = draft.condition
    if condition.limit:
        raise ask_limit(ctx, draft)
    length = _length_of_rows(ctx, draft)
    if length is not None:
        target = length
    elif draft.measure is None:
        target = _counted_rows(ctx, condition) or _target_by_unit(ctx, condition.unit)
    elif draft.measure.is_count:
        target = draft.measure.target
    else:
        columns = {d.column for d in ctx.parts.dimensions if d.column}
        target = ctx.choose.measure(draft.measure, columns)
        if condition.unit and not _unit_fits(ctx, target, condition.unit):
            target = _target_by_unit(ctx, condition.unit)
    op, values = condition.op, _convert(ctx, target, condition.values, condition.unit)
    if target.kind == "column" and _is_row_condition(ctx, draft, target):
        _row_condition(ctx, target, op, values)
        return
    if _is_time_question(ctx, target):
        _row_measure(ctx, target, op, values)
        return
    _group_condition(ctx, draft, target, op, values)


def _counted_rows(ctx: Context, condition: Condition) -> Target | None:
    """`alarms per asset with more than 50`: rows are counted for each group, nothing else is told
    of them, and a bare number behind the groups is of that count."""
    measures = ctx.draft.measures
    is_behind = any(0 <= d.at < condition.first for d in ctx.draft.dimensions)
    is_count = len(measures) == 1 and measures[0].is_count
    return measures[0].target if is_count and is_behind and not condition.unit else None


def _length_of_rows(ctx: Context, draft: ConditionDraft) -> Target | None:
    """`calls longer than 10 minutes`: how long each row took, where the table tells that; `calls
    over 10 minutes` too, where it tells no other time."""
    condition, table = draft.condition, ctx.model.tables[ctx.parts.table]
    length = length_of(table)
    if length is None or not condition.unit or not units.same_dimension(condition.unit, "h"):
        return None
    items = ctx.draft.items[condition.first : condition.last + 1]
    words = {w for i in items for w in i.norm.split()}
    is_of_rows = bool(words & ctx.senses["of_length"]) and _follows_rows(ctx, condition.first)
    if draft.measure is not None:
        return Target("column", length.name, frozenset({table.name})) if is_of_rows else None
    others = [c for c in columns_in_unit(ctx, condition.unit) if c.name != length.name]
    if not words & ctx.senses["of_length"] and any(table.name in c.tables for c in others):
        return None
    return Target("column", length.name, frozenset({table.name}))


def _follows_rows(ctx: Context, first: int) -> bool:
    """Whether the rows are named right before: `waiting time of calls longer than 10 minutes`."""
    before = first - 1
    while before >= 0 and ctx.draft.items[before].is_ignorable:
        before -= 1
    return before >= 0 and any(at == before for at, _ in ctx.draft.tables)


def _target_by_unit(ctx: Context, unit: str | None) -> Target:
    """The measure that a number with this unit can be about, when there is only one."""
    if unit is None:
        unit = next(
            (
                i.tags["measured_by_unit"]
                for i in ctx.draft.items
                if i.use == "condition" and "measured_by_unit" in i.tags
            ),
            None,
        )
    if unit is not None:
        found = [t for t in columns_in_unit(ctx, unit) if ctx.parts.table in t.tables]
        is_time = units.same_dimension(unit, "h")
        exact = [t for t in found if ctx.vocabulary.columns[t.name][0].unit == unit and not is_time]
        if len(found) > 1 and len(exact) == 1:
            found = exact
        if len(found) == 1 and not is_time:
            return found[0]
        if found:
            raise ask_limited(ctx, found)
    raise ask_limited_of_table(ctx)


def _unit_fits(ctx: Context, target: Target, unit: str) -> bool:
    own = target_unit(ctx, target)
    if own is None:
        return False
    if unit == "%" and _is_percent(ctx, target):
        return True
    return units.same_dimension(own, unit)


def _is_percent(ctx: Context, target: Target) -> bool:
    return target.kind == "metric" and ctx.model.metrics[target.name].display == "percent"


def _convert(
    ctx: Context, target: Target, values: tuple[float, ...], unit: str | None
) -> tuple[float, ...]:
    own = target_unit(ctx, target)
    if _is_percent(ctx, target):
        return tuple(v / 100 if unit == "%" or abs(v) > 1.5 else v for v in values)
    if unit is None or own is None or unit == own:
        return values
    try:
        return tuple(float(f"{units.convert(v, unit, own):.9g}") for v in values)
    except UserFixable as error:
        raise Ask(Clarification(retold(error))) from error


def _is_time_question(ctx: Context, target: Target) -> bool:
    """Hours above a limit, when it was first passed: the condition makes the measure."""
    if target.kind != "column":
        return False
    groups = ("duration", "first_time", "last_time", "when")
    return any(wants(ctx, group) for group in groups) and not any(
        _is_other_measure(m, target) for m in ctx.draft.measures
    )


def _is_other_measure(measure: MeasureDraft, target: Target) -> bool:
    return not measure.is_count and target.name not in {t.name for t in measure.targets}


def _row_measure(ctx: Context, target: Target, op: Op, values: tuple[float, ...]) -> None:
    where = (Filter(target.name, op, values),)
    for group, agg in (
        ("first_time", Agg.FIRST_TIME),
        ("last_time", Agg.LAST_TIME),
        ("duration", Agg.DURATION),
        ("when", Agg.FIRST_TIME),
    ):
        if wants(ctx, group):
            for item in ctx.draft.items:
                if group in item.tags and not item.targets and item.time is None:
                    item.use = item.use or "what is asked"
            wanted = agg if agg is Agg.DURATION else first_or_last(ctx, agg)
            _drop_plain_measure(ctx, target)
            in_minutes = agg is Agg.DURATION and _says_minutes(ctx)
            unit = "min" if in_minutes else None
            put_measure(ctx, Measure(agg=wanted, where=where, unit=unit))
            return


def _says_minutes(ctx: Context) -> bool:
    return any(
        "duration" in i.tags and ctx.senses["minutes"] & set(i.norm.split())
        for i in ctx.draft.items
    )


def _drop_plain_measure(ctx: Context, target: Target) -> None:
    ctx.parts.measures = [
        m for m in ctx.parts.measures if not (m.column == target.name and not m.where)
    ]


def _is_row_condition(ctx: Context, draft: ConditionDraft, target: Target) -> bool:
    """Whether the condition picks rows before anything is aggregated."""
    column = ctx.vocabulary.columns[target.name][0]
    if _is_time_question(ctx, target):
        return False
    if any(_is_other_measure(m, target) for m in ctx.draft.measures):
        others = [m for m in ctx.draft.measures if _is_other_measure(m, target)]
        if column.additive and not is_event_table(ctx, ctx.parts.table):
            return False
        if others and _links_rows(ctx, draft):
            return True
        counted = [m for m in others if m.is_count or m.agg is Agg.COUNT_DISTINCT]
        return bool(counted) or not ctx.parts.dimensions or is_event_table(ctx, ctx.parts.table)
    if any(m.is_count for m in ctx.draft.measures) or ctx.draft.count_at is not None:
        return True
    if ctx.draft.tables or wants(ctx, "records"):
        return is_event_table(ctx, ctx.parts.table) or not ctx.parts.dimensions
    return wants(ctx, "count_of_rows")


def _links_rows(ctx: Context, draft: ConditionDraft) -> bool:
    """`when`, `while`, `where` before the condition make it one on rows."""
    begin = draft.condition.first
    for item in ctx.draft.items[max(0, begin - 4) : begin]:
        if ctx.senses["holds_while"] & set(item.norm.split()):
            item.use = item.use or "condition"
            return True
    return False


def _row_condition(ctx: Context, target: Target, op: Op, values: tuple[float, ...]) -> None:
    require_column(ctx, target.name, ctx.choose.label(target))
    ctx.parts.filters.append(Filter(target.name, op, values))


def _group_condition(
    ctx: Context, draft: ConditionDraft, target: Target, op: Op, values: tuple[float, ...]
) -> None:
    _refuse_counted_groups(ctx)
    _refuse_length(ctx, draft, target)
    if not ctx.parts.dimensions:
        noun = _noun_for_group(ctx)
        if noun is None:
            raise ask_group(ctx, target)
        ctx.parts.dimensions.append(Dimension(column=noun))
    if target.kind == "table":
        measure = count_of(ctx, target.name)
    elif target.kind == "metric":
        measure = Measure(metric=target.name)
    else:
        column = ctx.vocabulary.columns[target.name][0]
        agg = draft.measure.agg if draft.measure and draft.measure.agg else None
        is_of_each = draft.condition.exceed or _is_of_readings(ctx, draft)
        if agg is None and is_of_each and not column.additive:
            agg = Agg.MAX if op in (Op.GT, Op.GE, Op.BETWEEN) else Agg.MIN
        measure = Measure(agg=agg or Agg(column.default_agg), column=target.name)
    index = put_measure(ctx, measure)
    _show_in_unit_said(ctx, draft, target, index)
    ctx.parts.having.append(Having(index, op, values))


def _is_of_readings(ctx: Context, draft: ConditionDraft) -> bool:
    """`ovens with temperature readings over 180 °C`: single readings, and not their mean."""
    if draft.measure is None:
        return False
    said = ctx.draft.items[draft.measure.at : draft.condition.first]
    return any(ctx.senses["single_values"] & set(item.norm.split()) for item in said)


def _show_in_unit_said(ctx: Context, draft: ConditionDraft, target: Target, index: int) -> None:
    """`more than 18 hours of downtime`: a time that is told in the unit in which it is asked."""
    said, own = draft.condition.unit, target_unit(ctx, target)
    if said is None or own is None or said == own or ctx.draft.display_unit is not None:
        return
    if units.same_dimension(said, "h") and units.same_dimension(own, "h"):
        measures = ctx.parts.measures
        measures[index] = replace(measures[index], unit=measures[index].unit or said)


def _refuse_counted_groups(ctx: Context) -> None:
    """`how many assets have OEE below 60 %`: a count of groups is not a figure of groups."""
    counts = [m for m in ctx.draft.measures if m.agg is Agg.COUNT_DISTINCT or m.is_count]
    if not counts or ctx.draft.count_at is None:
        return
    text, asked = ctx.draft.items[counts[0].at].text, ctx.draft.items[ctx.draft.count_at - 1]
    which = put_in_place(ctx.question, asked.text, "which")
    is_how_many = ctx.draft.count_at > 0 and asked.tags.get("aggregates") == "count"
    is_read = is_how_many and asked.text.casefold() == asked.norm
    raise Ask(
        Clarification(
            _(
                "The number of {text} under such a limit cannot be told in one figure. "
                "Ask which {text} are under it; the answer says how many there are."
            ).format(text=text),
            (Option(which, which),) if is_read else (),
            (text,),
        )
    )


def _refuse_length(ctx: Context, draft: ConditionDraft, target: Target) -> None:
    """`stops longer than 1 hour`: the length of each stop is not a sum over a group."""
    condition = draft.condition
    items = ctx.draft.items[condition.first : condition.last + 1]
    words = {w for i in items for w in i.norm.split()}
    is_amount = target.kind == "column" and ctx.vocabulary.columns[target.name][0].additive
    if is_amount and words & ctx.senses["of_length"]:
        raise Ask(
            Clarification(
                _(
                    "The length of each single stop or event is not recorded as a figure "
                    "here. Ask for its total instead."
                ),
                (),
                tuple(i.text for i in items),
            )
        )


def _noun_for_group(ctx: Context) -> str | None:
    """`pumps with ...`: the class word stands for the things of that class."""
    for value in ctx.draft.values:
        before = ctx.draft.items[value.at - 1].norm.split() if value.at else []
        is_one_of = bool(before) and before[-1] in ctx.senses["each_one"]
        if (value.is_noun or is_one_of) and ctx.model.entity:
            return ctx.model.entity
    return None
