"""Measures for questions that name none: rows spoken of, an adjective, a unit, a usual figure."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import columns_in_unit, counts_things, has_edge
from core.language.draft import MeasureDraft
from core.language.vocabulary import Target

_STOPS = frozenset("?!.,;")
_SHOWS = frozenset({"show", "list"})


def default_measures(ctx: Context) -> None:
    """A measure for questions that name none: rows of a table spoken of, or what the named
    columns are usually measured by."""
    draft = ctx.draft
    if draft.tables and counts_things(ctx):
        return
    if draft.measures or _wants_time_of_event(ctx):
        return
    spoken = frozenset(name for _, name in draft.tables)
    said = _measure_by_unit(ctx, spoken) if spoken else None
    if said is not None:
        draft.measures.append(said)  # "how many kg did we melt", of rows that are called melts
        return
    if draft.tables:
        if not _wants_list(ctx):
            at, table = draft.tables[0]
            target = Target("table", table, frozenset({table}))
            draft.measures.append(MeasureDraft((target,), at, is_count=True))
            _absorb_total(ctx)
        return
    if any(c.measure is not None for c in draft.conditions):
        return
    if draft.has("duration") is not None and _names_grade(ctx):
        return  # the hours in which it was so
    said = _measure_by_adjective(ctx) or _measure_by_unit(ctx)
    if said is not None:
        draft.measures.append(said)
        return
    names = [d.column for d in draft.dimensions if d.column]
    names += [v.targets[0].name for v in draft.values]
    for name in names:
        default = _default_measure_of(ctx, name)
        if default is not None and (draft.ranking or draft.has("records") is None):
            draft.measures.append(MeasureDraft((default,), 0))
            return


def _wants_list(ctx: Context) -> bool:
    """Whether a table's rows are wanted one by one: "list", "which alarms", "last 10 work
    orders", "show ... alarms"; else their number is."""
    draft = ctx.draft
    if draft.has("records") is not None or has_edge(draft):
        return True
    ranking = draft.ranking
    if ranking is not None and ranking.noun_at is None and not draft.dimensions:
        return True
    if draft.dimensions or draft.wants_trend or draft.has("share") is not None:
        return False
    if draft.conditions:
        return not any(c.measure is not None and c.measure.is_count for c in draft.conditions)
    at = draft.tables[0][0]
    if _says_show_it(ctx, at):
        return True
    for index in range(at - 1, -1, -1):
        item = draft.items[index]
        if {"show", "which"} & set(item.tags) and not item.targets:
            return item.norm not in ctx.senses["what_is"]
        is_adjective = bool(item.of_kind("value") or item.of_kind("state")) or item.is_ignorable
        if not (is_adjective or "the" in item.tags or item.number is not None):
            return False
    return False


def _says_show_it(ctx: Context, at: int) -> bool:
    """`was a work order opened that day? show it`: the rows, after what is asked of them."""
    items = [i for i in ctx.draft.items[at + 1 :] if i.text not in _STOPS]
    words = [w for i in items for w in i.norm.split()]
    return len(words) > 1 and words[-1] in ctx.senses["stands_for"] and words[-2] in _SHOWS


def _absorb_total(ctx: Context) -> None:
    """`total alarms` is their number."""
    for item in ctx.draft.items:
        if item.tags.get("aggregates") == "sum" and not item.targets:
            item.use = item.use or "count"


def _measure_by_adjective(ctx: Context) -> MeasureDraft | None:
    """`hottest` says temperature: the one measure of the default table with that unit."""
    for at, item in enumerate(ctx.draft.items):
        unit = item.tags.get("measured_by_unit")
        if unit is None or item.targets:
            continue
        found = [
            Target("column", name, tables)
            for name, (column, tables) in ctx.vocabulary.columns.items()
            if column.role == "measure" and column.unit == unit
        ]
        if len(found) == 1:
            ctx.draft.mark(at, "figure")
            if ctx.draft.ranking is not None and ctx.draft.ranking.at == at:
                ctx.draft.ranking.measure_at = at
            return MeasureDraft((found[0],), at)
    return None


def _names_grade(ctx: Context) -> bool:
    grades = {t.quality.column for t in ctx.model.tables.values() if t.quality}
    return any(v.targets[0].name in grades for v in ctx.draft.values)


def _measure_by_unit(ctx: Context, tables: frozenset[str] = frozenset()) -> MeasureDraft | None:
    """`how many kWh`: the one amount with that unit, shown in it. tables: those that it has to be
    of, empty for all."""
    for at, item in enumerate(ctx.draft.items):
        unit = item.tags.get("unit_word")
        if unit is None or item.use or item.targets:
            continue
        found = [t for t in columns_in_unit(ctx, unit) if not tables or t.tables & tables]
        if len(found) > 1 and any(
            i.time is not None and i.time.has_window for i in ctx.draft.items
        ):
            found = [t for t in found if any(ctx.model.tables[n].time for n in t.tables)]
        if len(found) == 1:
            ctx.draft.mark(at, "figure")
            ctx.draft.display_unit = ctx.draft.display_unit or unit
            for index in range(at):
                if ctx.draft.items[index].tags.get("aggregates") == "count":
                    ctx.draft.mark(index, "how much")
            return MeasureDraft((found[0],), at)
    return None


def _default_measure_of(ctx: Context, name: str) -> Target | None:
    default = ctx.vocabulary.columns[name][0].default_measure
    if not default:
        return None
    if default in ctx.model.metrics:
        return Target("metric", default, frozenset({ctx.model.metrics[default].table}))
    if default in ctx.vocabulary.columns:
        return Target("column", default, ctx.vocabulary.columns[default][1])
    return None


def _wants_time_of_event(ctx: Context) -> bool:
    return any(
        group in item.tags and not item.targets and item.time is None
        for item in ctx.draft.items
        for group in ("first_time", "last_time")
    )
