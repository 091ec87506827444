"""Shares of a whole: what is the part and what is the whole."""

from __future__ import annotations

from dataclasses import replace

from core.language.assembling.context import Context
from core.language.assembling.lookups import column_of, count_of, is_additive, scope_names
from core.language.assembling.questions import ask_split
from core.language.reading import Ask
from core.language.wording import say
from core.semantic.query import Agg, Filter, Measure, Op, Transform
from core.translation import gettext as _
from core.types import Clarification


def share_of_whole(ctx: Context) -> None:
    """The share that each group, or the part named, has in the whole."""
    at = ctx.draft.has("share")
    if at is None:
        return
    if not ctx.parts.measures:
        if not ctx.draft.tables and not _is_of_value(ctx, at):
            return
        ctx.parts.measures.append(count_of(ctx, ctx.parts.table))
    measure = ctx.parts.measures[0]
    if measure.metric and ctx.model.metrics[measure.metric].display == "percent":
        ctx.draft.mark(at, "as a percentage")
        return
    # Of different things that are counted a part is well told, and parts do not make up a whole.
    if not is_additive(ctx, measure) and not _counts_different(ctx, measure):
        raise _no_amount(ctx, at)
    _refuse_two(ctx, at)
    ctx.draft.mark(at, "share of the total")
    limit = _limit_part(ctx)
    if limit is not None:
        ctx.parts.filters = [f for f in ctx.parts.filters if f is not limit]
        ctx.parts.measures[0] = replace(measure, where=(limit,), transform=Transform.SHARE)
        return
    part = _named_part(ctx)
    if part is not None and ctx.parts.dimensions:
        _refuse_hidden_whole(ctx, part)
        ctx.parts.filters = [f for f in ctx.parts.filters if f is not part]
        ctx.parts.measures[0] = replace(
            measure, where=(replace(part, phrase=""),), transform=Transform.SHARE
        )
        return
    if ctx.parts.dimensions:
        if not is_additive(ctx, measure):
            raise _no_amount(ctx, at)
        kind = _share_kind(ctx)
        ctx.parts.measures.insert(1, replace(measure, transform=kind))
        ctx.parts.having = [
            replace(h, measure=h.measure + (h.measure > 0)) for h in ctx.parts.having
        ]
        return
    picked = _share_filter(ctx)
    if picked is None:
        raise ask_split(ctx, "share_of_what")
    _refuse_hidden_whole(ctx, picked)
    ctx.parts.filters = [f for f in ctx.parts.filters if f is not picked]
    ctx.parts.measures = [
        replace(measure, where=(replace(picked, phrase=""),), transform=Transform.SHARE)
    ]


def _is_of_value(ctx: Context, at: int) -> bool:
    """`share of fail`, `pass rate` without a figure: the part of the rows, where rows are events
    and the value, or the state, says how one is and not where."""
    table = ctx.model.tables[ctx.parts.table]
    if table.time is None or table.time.interval_min is not None:
        return False
    places = {level for h in ctx.model.hierarchies for level in h.levels} | scope_names(ctx)
    named = {v.at for v in ctx.draft.values if v.targets[0].name not in places}
    named |= {state_at for state_at, _target, _is_negated in ctx.draft.states}
    before, after = at - 1, at + 1
    while after < len(ctx.draft.items) and ctx.draft.items[after].is_ignorable:
        after += 1
    return before in named or after in named


def _no_amount(ctx: Context, at: int) -> Ask:
    return Ask(Clarification(say("share_adds_up"), (), (ctx.draft.items[at].text,)))


def _counts_different(ctx: Context, measure: Measure) -> bool:
    if measure.metric is not None:
        return ctx.model.metrics[measure.metric].counts_different
    return measure.agg is Agg.COUNT_DISTINCT


def _limit_part(ctx: Context) -> Filter | None:
    """`share of readings above 5 mm/s`: the readings under the limit are the part."""
    found = [
        f
        for f in ctx.parts.filters
        if f.op in (Op.GT, Op.GE, Op.LT, Op.LE, Op.BETWEEN)
        and not f.column.startswith("@")
        and ctx.vocabulary.columns[f.column][0].role == "measure"
    ]
    return found[0] if len(found) == 1 else None


def _refuse_two(ctx: Context, at: int) -> None:
    """`scrap as a percentage of good units`, `weekends as a share of the total by month`: what is
    the whole is not one amount over all groups, so it is asked."""
    limited = {h.measure for h in ctx.parts.having}
    figures = [m for i, m in enumerate(ctx.parts.measures) if i not in limited]
    by_days = any(f.column.startswith("@") for f in ctx.parts.filters) and ctx.parts.dimensions
    if len(figures) > 1 or by_days:
        raise Ask(
            Clarification(
                _(
                    "A share is of one amount over all its groups. Please name one amount, "
                    "and what it is split by; a ratio of two figures can be asked by its own "
                    "name."
                ),
                (),
                (ctx.draft.items[at].text,),
            )
        )


def _refuse_hidden_whole(ctx: Context, part: Filter) -> None:
    """The share of one plant in all plants needs all plants."""
    everywhere = {s for entry in ctx.facts.values for s in entry.scopes}
    if ctx.scopes and not everywhere <= ctx.scopes and part.column in scope_names(ctx):
        raise Ask(
            Clarification(
                _(
                    "Your account covers {places} only, so a share of the whole cannot be "
                    "told. Ask for the amount instead."
                ).format(places=", ".join(sorted(ctx.scopes))),
                (),
                (part.phrase,),
            )
        )


def _named_part(ctx: Context) -> Filter | None:
    """The part that a share by places speaks of: "used by compressors", "uncertain
    readings"; it is a part of each group and no selection before the split."""
    grades = {t.quality.column for t in ctx.model.tables.values() if t.quality}
    agents = {v.targets[0].name for v in ctx.draft.values if v.is_agent or _is_said_part(ctx, v.at)}
    places = {level for h in ctx.model.hierarchies for level in h.levels}
    split: set[str | None] = {d.column for d in ctx.parts.dimensions}
    time = ctx.model.tables[ctx.parts.table].time
    shift = time.shift if time else None
    named = [f for f in ctx.parts.filters if f.phrase and not f.column.startswith("@")]
    if len(named) > 1:
        split.add(shift)  # beside another part, the shift is a selection
    found = [
        f
        for f in named
        if f.column not in split
        and (f.column in grades | agents or f.column not in places)
        and f.op in (Op.EQ, Op.IN, Op.IS_NULL, Op.NOT_NULL)
    ]
    return found[0] if len(found) == 1 else None


def _is_said_part(ctx: Context, at: int) -> bool:
    """`comes from pumps`, `do the pumps use`, `share of pumps in the energy`: what is said to have
    the share, whatever the share is split by."""
    items, senses = ctx.draft.items, ctx.senses
    told = senses["share_sources"] | senses["did"] | senses["share_wholes"]

    def next_to(index: int, way: int) -> int:
        index += way
        while 0 <= index < len(items) and items[index].is_ignorable:
            if items[index].norm in told:
                break
            index += way
        return index

    before, after = next_to(at, -1), next_to(at, 1)
    if before < 0:
        return False
    if items[before].norm in senses["share_sources"] | senses["did"]:
        return True
    if "share" not in items[before].tags or after >= len(items):
        return False
    of = next_to(after, 1)
    is_in = items[after].norm in senses["share_wholes"]
    return is_in and of < len(items) and items[of].use == "figure"


def _share_kind(ctx: Context) -> Transform:
    """`share by reason per plant` is of each plant's own total; `by reason and plant`, or one
    split, is of the whole."""
    splits = [d for d in ctx.draft.dimensions if d.column and d.after_by]
    if len(splits) != 2 or len(ctx.parts.dimensions) != 2:
        return Transform.SHARE
    first, second = sorted(splits, key=lambda d: d.at)
    between = ctx.draft.items[first.at + 1 : second.at]
    if not any("by" in i.tags and "and" not in i.tags for i in between):
        return Transform.SHARE
    outer = column_of(ctx, second)
    ctx.parts.dimensions.sort(key=lambda d: d.column != outer)
    return Transform.SHARE_WITHIN


def _first_within(ctx: Context, named: list[Filter]) -> Filter | None:
    """Of parts that no hierarchy orders, that which is said to be in the others ("share of minor
    alarms in night alarms"); None where nothing says so."""
    places = {v.targets[0].name: v.at for v in reversed(ctx.draft.values)}
    states = {s.name: s.column for s in ctx.model.tables[ctx.parts.table].states}
    places |= {states[t.name]: at for at, t, _ in ctx.draft.states if t.name in states}
    ordered = sorted((f for f in named if f.column in places), key=lambda f: places[f.column])
    if len(ordered) != len(named):
        return None
    between = ctx.draft.items[places[ordered[0].column] + 1 : places[ordered[1].column]]
    is_said = any(item.norm in ctx.senses["within"] for item in between)
    return ordered[0] if is_said else None


def _share_filter(ctx: Context) -> Filter | None:
    """The filter that makes the part: the most particular one that is named."""
    rank: dict[str, int] = {}
    for hierarchy in ctx.model.hierarchies:
        for level, name in enumerate(hierarchy.levels):
            rank[name] = max(rank.get(name, 0), level)
    named = [
        f
        for f in ctx.parts.filters
        if f.phrase and not f.column.startswith("@") and f.op in (Op.EQ, Op.IN, Op.NE)
    ]
    if not named:
        return None
    if len(named) == 1:
        return named[0]
    own = [f for f in named if f.column not in rank]
    if len(own) == 1:
        return own[0]
    if own:
        return _first_within(ctx, own)
    ordered = sorted(named, key=lambda f: rank.get(f.column, 9))
    return ordered[-1]
