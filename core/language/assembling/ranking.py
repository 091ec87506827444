"""What is ranked, by which figure, which way round and how many."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from core.language.assembling.context import Context
from core.language.assembling.lookups import (
    good_direction,
    is_additive,
    is_event_table,
    measure_unit,
    place_levels,
)
from core.language.assembling.questions import ask_measure, ask_split
from core.language.assembling.steps import auto_grain
from core.language.draft import DimensionDraft, Draft, Ranking
from core.language.reading import Ask
from core.semantic import units
from core.semantic.phrases import lowered
from core.semantic.query import Agg, Dimension, Grain, Measure, Order
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification, Option


def rank(ctx: Context) -> None:
    """Order, limit and "for each group" of what is ranked; else the usual order."""
    parts, ranking = ctx.parts, ctx.draft.ranking
    if ctx.peak is not None and ranking is None:
        parts.dimensions.sort(key=lambda d: d.grain is not None)
        parts.order = (Order("measure", 0, ctx.peak),)
        parts.limit, parts.per_group = 1, len(parts.dimensions) > 1
        return
    if ranking is None:
        default_order(ctx)
        return
    if not parts.measures:
        if ctx.draft.tables and not parts.dimensions:
            return  # rows are ranked when they are listed
        raise ask_measure(ctx, "ranked_by")
    index = ctx.measure_of.get(ranking.measure_at if ranking.measure_at is not None else -1)
    index = _by_adjective(ctx, ranking) if index is None else min(index, len(parts.measures) - 1)
    descending = _is_descending(ctx, parts.measures[index])
    moment = ctx.draft.asks_when
    if moment is not None and len(parts.measures) == 1:
        ctx.draft.mark(moment, "what is asked")
        parts.dimensions.append(Dimension(grain=_step_of_moments(ctx, index, descending)))
        parts.order = (Order("measure", index, descending),)
        parts.limit, parts.per_group = 1, len(parts.dimensions) > 1
        return
    if not parts.dimensions:
        _rank_nothing(ctx, index)
        return
    parts.order = (Order("measure", index, descending),)
    count = _how_many(ctx, ranking)
    parts.limit = count
    parts.skip = ranking.place - 1 if ranking.place is not None else 0
    if ranking.count is None:
        _list_together(ctx.draft)
    listed = [d for d in ctx.draft.dimensions if d.listed]
    split = [d for d in ctx.draft.dimensions if not d.listed]
    if count is None and not listed and _ranks_steps(ctx, ranking):
        parts.limit, parts.per_group = 1, len(parts.dimensions) > 1
        parts.dimensions.sort(key=lambda d: d.grain is not None)
        return
    if count is not None:
        _refuse_two_questions(ctx, ranking)
    if count is not None and listed and split and len(parts.dimensions) > 2:
        raise Ask(
            Clarification(
                _("The top of each group can be told for one split at a time. Which one?"),
                (),
            )
        )
    if count is not None and listed and split and len(parts.dimensions) > 1:
        _refuse_split_first(ctx, ranking, split)
        parts.per_group = True
        # "the worst day of each line": the limit holds within what comes first
        steps = {d.grain for d in listed if d.column is None}
        parts.dimensions.sort(key=lambda d: d.column is None and d.grain in steps)


def _list_together(draft: Draft) -> None:
    """`which line and shift is the worst?` asks for the one pair, and for none of each shift."""
    by_place = sorted(draft.dimensions, key=lambda d: d.at)
    for one, other in pairwise(by_place):
        between = [i for i in draft.items[one.at + 1 : other.at] if not i.is_ignorable]
        is_joined = between and all({"and", "which"} & set(i.tags) for i in between)
        if is_joined and (one.listed or other.listed) and not (one.after_by or other.after_by):
            one.listed = other.listed = True


def _step_of_moments(ctx: Context, index: int, descending: bool) -> Grain:
    """`when was it highest?`: of readings the hour that holds the one that is; of other figures a
    step that suits the window."""
    measure = ctx.parts.measures[index]
    table = measure.table or ctx.parts.table
    column = ctx.model.tables[table].columns.get(measure.column or "")
    is_mean = any(i.tags.get("aggregates") == "avg" for i in ctx.draft.items)
    if column is None or column.additive or is_mean or is_event_table(ctx, table):
        return auto_grain(ctx)
    agg = Agg.MAX if descending else Agg.MIN
    ctx.parts.measures[index] = replace(measure, agg=agg)
    return Grain.HOUR


def ranked_rows(ctx: Context) -> None:
    """`top 5 products by amount`: what is ranked are rows of another table, by the column with
    which the figure's rows name them."""
    draft, ranking = ctx.draft, ctx.draft.ranking
    if ranking is None or not draft.measures or draft.dimensions or len(draft.tables) != 1:
        return
    at, table = draft.tables[0]
    naming = {
        (r.left, r.pairs[0][0])
        for r in ctx.model.relations
        if r.kind == "many_to_one" and r.right == table and len(r.pairs) == 1
    }
    found = [
        column.name
        for column in ctx.model.tables[ctx.parts.table].columns.values()
        if ((column.via.table, column.via.column) if column.via else (ctx.parts.table, column.name))
        in naming
    ]
    if table == ctx.parts.table or len(found) != 1:
        return
    is_plural = draft.items[at].is_plural
    draft.dimensions.append(DimensionDraft(found[0], None, at, listed=True, plural=is_plural))
    draft.tables.clear()
    draft.mark(at, "split")


def _by_adjective(ctx: Context, ranking: Ranking) -> int:
    """The figure that a superlative speaks of by its unit ("most expensive", of orders and their
    cost); else the first."""
    unit = ctx.draft.items[ranking.at].tags.get("measured_by_unit")
    units_of = [measure_unit(ctx, m) for m in ctx.parts.measures]
    return units_of.index(unit) if unit is not None and unit in units_of else 0


def _refuse_split_first(ctx: Context, ranking: Ranking, split: list[DimensionDraft]) -> None:
    """`downtime by reason of the three worst assets` picks assets first and splits them then;
    that is two questions, and not the worst assets of each reason."""
    before = [d for d in split if d.after_by and d.at < ranking.at]
    words = {ctx.draft.items[d.at - 1].norm for d in before if d.at}
    if before and not words & ctx.senses["each_group"]:
        raise Ask(
            Clarification(
                _(
                    "Do you mean the ranking within each group, or the split of those at the "
                    "top? Please ask for the top ones first, then for their split."
                ),
                (),
                tuple(ctx.draft.items[d.at].text for d in before),
            )
        )


def _refuse_two_questions(ctx: Context, ranking: Ranking) -> None:
    """`which asset had the most downtime and what was the reason`, `top 5 and their reasons`: the
    reason of that one, and not the first asset of each reason."""
    items = ctx.draft.items
    for dim in ctx.draft.dimensions:
        asks = ctx.senses["asks_again"]
        which = any("which" in item.tags for item in items)
        for at in range(ranking.at + 1, dim.at):
            ends = [items[at + 1], *items[dim.at + 1 : dim.at + 2]]  # "and the reason is what"
            words = {i.norm.split()[0] for i in ends} if "and" in items[at].tags else set()
            # "which asset had the most, and reason"
            is_bare = bool(words) and at + 1 == dim.at and not dim.after_by and which
            if words & asks or is_bare:
                first = ctx.question[: items[at].tokens[0].start].strip()
                raise Ask(
                    Clarification(
                        _("These are two questions. Please ask the second one after the first."),
                        (Option(first, first),),
                        (items[at + 1].text,),
                    )
                )


def _ranks_steps(ctx: Context, ranking: Ranking) -> bool:
    """`lowest daily production`: the one step of time that has it."""
    steps = [d for d in ctx.draft.dimensions if d.grain is not None and d.at == ranking.at + 1]
    return len(steps) == 1


def _is_one_of(ctx: Context, split: DimensionDraft) -> bool:
    """`which of the lines is the best`: one of them."""
    said = [item.norm for item in ctx.draft.items]
    at = split.at - 1
    if at > 0 and said[at] in ctx.senses["of_things"]:
        at -= 1
    verb = said[split.at + 1] if split.at + 1 < len(said) else ""
    is_of = at > 0 and said[at] in ctx.senses["one_of"]
    is_which = is_of and "which" in ctx.draft.items[at - 1].tags
    return is_which and verb not in ctx.senses["several_verbs"]


def _how_many(ctx: Context, ranking: Ranking) -> int | None:
    """The number asked for; ten of "the top lines", one of "the best line"; None for all."""
    listed = [d for d in ctx.draft.dimensions if d.listed]
    if ranking.place is not None and ranking.count is None:
        return 1 if listed or len(ctx.parts.dimensions) == 1 else None
    if ranking.count is not None or not listed:
        return ranking.count
    if any(d.plural for d in listed) and not any(_is_one_of(ctx, d) for d in listed):
        return 10 if ranking.word in ctx.senses["top_words"] else None
    return None if ranking.word in ctx.senses["ranked"] else 1


def _is_descending(ctx: Context, measure: Measure) -> bool:
    ranking = ctx.draft.ranking
    assert ranking is not None
    if _is_of_other_kind(ctx, ranking, measure):
        raise ask_measure(ctx, "ranked_by")
    if ranking.descending is not None and ranking.good is None:
        # the slowest takes the longest
        takes_time = ranking.word in ctx.senses["by_speed"] and _is_time(ctx, measure)
        return ranking.descending != takes_time
    direction = good_direction(ctx, measure)
    if direction == "none" or ranking.good is None:
        if ranking.word in ctx.senses["judged"] and direction == "none":
            raise Ask(
                Clarification(
                    _("For this figure neither high nor low is {word}. Highest or lowest?").format(
                        word=ranking.word
                    ),
                    (
                        Option(_("Highest"), ctx.question.replace(ranking.word, "highest")),
                        Option(_("Lowest"), ctx.question.replace(ranking.word, "lowest")),
                    ),
                    (ranking.word,),
                )
            )
        return True
    return (direction == "higher") == ranking.good


def _is_of_other_kind(ctx: Context, ranking: Ranking, measure: Measure) -> bool:
    """Whether an adjective speaks of another kind of figure: who closes most is not the fastest,
    nor the longest, and no number of orders is the most expensive."""
    unit, senses = measure_unit(ctx, measure), ctx.senses
    said = ctx.draft.items[ranking.at].tags.get("measured_by_unit")
    if said is not None:
        return unit is None or not units.same_dimension(unit, said)
    is_long = ranking.word in senses["by_length"]
    is_other = is_long and not (unit and units.same_dimension(unit, "m"))
    is_other = is_other or ranking.word in senses["by_speed"]
    return is_other and is_additive(ctx, measure) and not _is_time(ctx, measure)


def _is_time(ctx: Context, measure: Measure) -> bool:
    unit = measure_unit(ctx, measure)
    return unit is not None and units.same_dimension(unit, "h")


def refuse_unplaced(ctx: Context) -> None:
    """Raises Ask where a place was asked for ("the second worst") that the query does not give."""
    ranking = ctx.draft.ranking
    if ranking is None or ranking.place is None:
        return
    is_one = ctx.parts.limit == 1 and ctx.parts.skip == ranking.place - 1
    if is_one and ctx.parts.order and ctx.parts.order[0].by in ("measure", "column"):
        return
    raise Ask(Clarification(_place_asked(ctx)))


def _place_asked(ctx: Context) -> str:
    """What a place of a ranking needs, with an example of the model's own names."""
    table = ctx.model.tables[ctx.model.default_table]
    figures = [m for m in ctx.model.metrics.values() if m.table == table.name]
    splits = [table.columns[name] for name in place_levels(ctx.model) if name in table.columns]
    if not figures or not splits:
        return _("One place of a ranking can be told: name what is ranked, and by which figure.")
    return _(
        "One place of a ranking can be told: name what is ranked, and by which figure, such as "
        "“the second highest {figure} by {split}”."
    ).format(
        figure=lowered(label_of(figures[0], ctx.model)),
        split=lowered(label_of(splits[-1], ctx.model)),
    )


def _rank_nothing(ctx: Context, index: int) -> None:
    """A superlative with nothing to rank: the maximum of a reading, or ask "of what"."""
    measure, ranking = ctx.parts.measures[index], ctx.draft.ranking
    is_placed = ranking is not None and ranking.place is not None
    if measure.agg in (Agg.MAX, Agg.MIN) and not is_placed:
        return
    raise ask_split(ctx, "ranked_what")


def default_order(ctx: Context) -> None:
    """Time runs forward; categories stand by their figure, highest first."""
    parts = ctx.parts
    if not parts.dimensions or parts.kind == "records":
        return
    asks_which = any(d.listed and d.grain is not None for d in ctx.draft.dimensions)
    has_steps = any(d.grain is not None for d in parts.dimensions) and not asks_which
    if has_steps or not parts.measures:
        parts.order = tuple(
            Order("dimension", i, descending=False) for i in range(len(parts.dimensions))
        )
    else:
        parts.order = (Order("measure", 0, descending=True),)
