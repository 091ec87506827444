"""`parts cost of failures`: an amount of those events alone, and no second figure."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import is_plain_count
from core.language.draft import MeasureDraft
from core.semantic.conditions import condition_filter
from core.semantic.query import Agg, Filter


def amounts_of_events(ctx: Context) -> None:
    """Where one figure counts the rows of a kind and another is an amount of such rows, and the
    words say the one of the other, the first is a condition. "Failures and parts cost", "failures,
    parts cost" and "failures parts cost" are two figures."""
    for events in list(ctx.draft.measures):
        kind = _kind_of_rows(ctx, events)
        if kind is None or _is_asked_itself(ctx, events):
            continue
        amounts = [m for m in ctx.draft.measures if m is not events]
        table = ctx.model.metrics[events.target.name].table
        if len(amounts) == 1 and _is_amount(amounts[0], table) and _is_of(
            ctx, amounts[0].at, events.at
        ):  # fmt: skip
            amounts[0].agg = amounts[0].agg or events.agg  # "what an average failure costs"
            ctx.draft.measures.remove(events)
            ctx.draft.mark(events.at, "a condition")
            ctx.parts.filters.append(kind)


def _kind_of_rows(ctx: Context, draft: MeasureDraft) -> Filter | None:
    """The condition under which a figure counts rows; None for another figure."""
    metric = ctx.model.metrics.get(draft.target.name) if draft.target.kind == "metric" else None
    if metric is None or draft.agg not in (None, Agg.AVG) or draft.per is not None:
        return None
    return condition_filter(metric) if is_plain_count(metric) else None


def _is_asked_itself(ctx: Context, draft: MeasureDraft) -> bool:
    """Whether the number is needed: for a limit or a rank."""
    ranking = ctx.draft.ranking
    is_ranked_by = ranking is not None and ranking.measure_at == draft.at
    return is_ranked_by or any(c.measure is draft for c in ctx.draft.conditions)


def _is_amount(draft: MeasureDraft, table: str) -> bool:
    one = draft.target
    return one.kind == "column" and not draft.is_count and table in one.tables


def _is_of(ctx: Context, amount: int, events: int) -> bool:
    """Whether nothing parts the two: values, times and words like "of" may stand between; where
    the events come first ("what did the failures cost in parts"), something has to."""
    between = ctx.draft.items[min(amount, events) + 1 : max(amount, events)]
    links = [i for i in between if not i.targets and i.time is None]
    is_linked = all(i.norm in ctx.senses["of_events"] for i in links)
    if events < amount:
        return is_linked and _begins_as_question(ctx, events)
    return is_linked


def _begins_as_question(ctx: Context, at: int) -> bool:
    """`what did the failures ...`."""
    return any(i.norm in ctx.senses["did"] for i in ctx.draft.items[:at])
