"""When something was, how long it took, and how it is at present."""

from __future__ import annotations

from dataclasses import replace

from core.language.assembling.context import Context
from core.language.assembling.lookups import (
    count_of,
    filters_state,
    is_event_table,
    is_of_many,
    is_plain_count,
    measure_unit,
)
from core.language.reading import Ask
from core.language.wording import say
from core.semantic import units
from core.semantic.conditions import condition_filter
from core.semantic.query import Agg, Dimension, Filter, Measure
from core.translation import gettext as _
from core.translation import marked
from core.types import Clarification, Option


def event_times(ctx: Context) -> None:
    """`when was the last alarm on ...`: the time of an event."""
    if ctx.parts.measures and any(
        m.agg in (Agg.FIRST_TIME, Agg.LAST_TIME, Agg.DURATION) for m in ctx.parts.measures
    ):
        return
    for group, agg in (("first_time", Agg.FIRST_TIME), ("last_time", Agg.LAST_TIME)):
        at = next(
            (
                i
                for i, item in enumerate(ctx.draft.items)
                if group in item.tags and not item.targets and not item.use and item.time is None
            ),
            None,
        )
        if at is None or (not ctx.draft.tables and not ctx.parts.filters):
            continue
        if ctx.draft.items[at].norm in ctx.senses["edge_of_time"] and not ctx.draft.tables:
            continue
        if not is_event_table(ctx, ctx.parts.table) and not filters_state(ctx):
            continue
        if not _keep_condition(ctx):
            continue
        ctx.draft.mark(at, "what is asked")
        ctx.parts.measures = [Measure(agg=first_or_last(ctx, agg))]
        return


def dates_of_things(ctx: Context) -> None:
    """`when was PRS-04 installed`: a date that a thing has is what is asked."""
    at = ctx.draft.has("when")
    if at is None or ctx.parts.measures or ctx.draft.tables:
        return
    columns = (ctx.vocabulary.columns.get(d.column or "") for d in ctx.parts.dimensions)
    if any(c is not None and c[0].type in ("date", "datetime") for c in columns):
        ctx.draft.mark(at, "what is asked")


def first_or_last(ctx: Context, agg: Agg) -> Agg:
    """`when did ... last`: a lone first or last decides which time is meant."""
    for item in ctx.draft.items:
        if item.use or item.targets or item.time is not None:
            continue
        if "last" in item.tags:
            item.use, agg = "what is asked", Agg.LAST_TIME
        elif "first" in item.tags:
            item.use, agg = "what is asked", Agg.FIRST_TIME
    return agg


def time_amounts(ctx: Context) -> None:
    """`how many hours was it down`, `how long ...`: a measure of time, in the unit asked for;
    without one, the hours in which the filters hold."""
    at = ctx.draft.has("duration")
    if at is None:
        return
    if ctx.draft.tables and _event_length(ctx, at):
        return
    wanted = ctx.senses.kind("amount_of_time", ctx.draft.items[at].norm)
    for index, measure in enumerate(ctx.parts.measures):
        own = measure_unit(ctx, measure)
        if own is None or not units.same_dimension(own, "h"):
            continue
        ctx.draft.mark(at, "how long")
        if wanted and wanted != own:
            ctx.parts.measures[index] = replace(measure, unit=wanted)
        return
    has_place_only = not filters_state(ctx)
    if not ctx.parts.measures and not has_place_only:
        ctx.draft.mark(at, "how long")
        states = [f for f in ctx.parts.filters if _is_grade(ctx, f)]
        ctx.parts.filters = [f for f in ctx.parts.filters if f not in states]
        where = tuple(replace(f, phrase="") for f in states)
        ctx.parts.measures.append(Measure(agg=Agg.DURATION, where=where))


def _event_length(ctx: Context, at: int) -> bool:
    """`average duration of alarms`: the metric of the table that is formed from the events'
    start and end, the mean or, with "total", the sum."""
    table = ctx.model.tables[ctx.parts.table]
    if table.time is None or table.time.end is None:
        return False
    words = {w for item in ctx.draft.items for w in item.norm.split()}
    function = "SUM(" if words & ctx.senses["sums"] else "AVG("
    found = [
        m.name
        for m in ctx.model.metrics.values()
        if m.table == table.name
        and (m.expression or "").upper().startswith(function)
        and table.time.timestamp in (m.expression or "")
        and table.time.end in (m.expression or "")
    ]
    counts = [m for m in ctx.parts.measures if m == count_of(ctx, table.name)]
    if len(found) != 1 or (ctx.parts.measures and not counts):
        return False
    ctx.parts.measures = [Measure(metric=found[0])]
    ctx.draft.mark(at, "how long")
    for item in ctx.draft.items:
        if item.tags.get("aggregates") in ("avg", "sum") and not item.targets:
            item.use = item.use or "how the figure is formed"
    return True


def _is_grade(ctx: Context, found: Filter) -> bool:
    quality = ctx.model.tables[ctx.parts.table].quality
    return quality is not None and found.column == quality.column


def _is_under_way(ctx: Context) -> bool:
    """`which product is running on Line 2`, `is Line 2 down?`: what is so at present, and no sum
    over all there is."""
    if ctx.times.window is not None or ctx.draft.conditions or ctx.draft.ranking:
        return False
    return any(_is_state(ctx, m.at) for m in ctx.draft.measures if not m.is_count)


def _is_state(ctx: Context, at: int) -> bool:
    """Whether a figure's word tells a state: "is running", "is Line 2 down", and not "what is
    loading"."""
    items, being = ctx.draft.items, ctx.senses["being"]
    words = {items[at].norm, items[at].text.casefold()}
    if not any(w.endswith("ing") or w in ctx.senses["states_now"] for w in words):
        return False
    things = [i for i in items[1:at] if i.targets]
    if items[0].norm in being and things and all(i.targets or i.is_ignorable for i in items[1:at]):
        return all(i.of_kind("value") or i.of_kind("column") for i in things)
    if at == 0 or items[at - 1].norm not in being:
        return False
    is_listed = any(d.listed for d in ctx.draft.dimensions)
    return is_listed or not (at > 1 and "which" in items[at - 2].tags)


def at_present(ctx: Context) -> None:
    """`right now`: the latest reading, or what a count of open things is anyway. Raises Ask for
    what is under way, which sums over a time do not tell."""
    if _is_under_way(ctx):
        options = tuple(
            Option(_("Over {word}").format(word=_(word)), f"{ctx.question} {word}")
            for word in (marked("today"), marked("yesterday"))
        )
        raise Ask(Clarification(say("under_way"), options))
    at = ctx.draft.has("now")
    if at is None or ctx.times.window is not None:
        return
    if ctx.draft.states or any(
        m.metric and ctx.model.metrics[m.metric].condition for m in ctx.parts.measures
    ):
        ctx.draft.mark(at, "now")
        return
    for index, measure in enumerate(ctx.parts.measures):
        column = ctx.vocabulary.columns.get(measure.column or "")
        if measure.agg is Agg.AVG and column is not None and column[0].needs_good:
            ctx.parts.measures[index] = replace(measure, agg=Agg.LATEST)
            ctx.draft.mark(at, "now")
            if is_of_many(ctx):
                ctx.parts.dimensions.append(Dimension(column=ctx.model.entity))


def _keep_condition(ctx: Context) -> bool:
    """Turn counted events into a filter, so that their time can be asked for; False when a
    figure is named that is no count."""
    found: list[Filter] = []
    for measure in ctx.parts.measures:
        metric = ctx.model.metrics.get(measure.metric or "")
        if metric is None or not is_plain_count(metric):
            return False
        if metric.condition is not None:
            condition = condition_filter(metric)
            if condition is None:
                return False
            found.append(condition)
        ctx.parts.table = metric.table
    ctx.parts.filters.extend(found)
    return True
