"""Time steps: where a figure is wanted for each, and how long one is."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import adds_up, shift_grain
from core.language.choose import put_in_place
from core.language.reading import Ask
from core.semantic.query import Dimension, Grain
from core.translation import gettext as _
from core.types import Clarification, Option


def average_steps(ctx: Context) -> None:
    """`average alarms per day`: an amount over each step, and no split by it."""
    at = next(
        (
            i
            for i, item in enumerate(ctx.draft.items)
            if item.tags.get("aggregates") == "avg" and not item.targets
        ),
        None,
    )
    if at is None:
        return
    for dim in ctx.draft.dimensions:
        grain = dim.grain or shift_grain(ctx, dim.column)
        by = ctx.draft.items[dim.at - 1] if dim.at else None
        is_per = by is not None and by.norm in ctx.senses["per_step"]
        if grain is None or grain.is_recurring or not (dim.after_by and is_per):
            continue
        amounts = [m for m in ctx.draft.measures if adds_up(ctx, m)]
        if len(amounts) == 1 == len(ctx.draft.measures):
            amounts[0].per, amounts[0].agg = grain, None
            ctx.draft.dimensions.remove(dim)
            ctx.draft.mark(at, "average for each time step")
        return


def refuse_rate_or_course(ctx: Context) -> None:
    """Raises Ask for "alarms per hour by plant in June": a rate of each plant may be meant, or a
    course over more hours than anybody reads."""
    steps = [d for d in ctx.draft.dimensions if d.grain is Grain.HOUR and d.after_by and d.at]
    others = [d for d in ctx.draft.dimensions if d.grain is None]
    amounts = [m for m in ctx.draft.measures if adds_up(ctx, m)]
    if len(steps) != 1 or not others or len(amounts) != 1 or len(ctx.draft.measures) != 1:
        return
    if auto_grain(ctx) is Grain.HOUR or ctx.draft.wants_trend:
        return
    items, at = ctx.draft.items, steps[0].at
    if items[at - 1].norm not in ctx.senses["per_step"]:
        return
    said = f"{items[at - 1].text} {items[at].text}"
    question = _("“{text}”: one rate for each, or the course hour by hour?").format(text=said)
    raise _rate_or(ctx, said, question, _("Hour by hour"), f"by {Grain.HOUR.value}")


def refuse_rate_or_each(ctx: Context) -> None:
    """Raises Ask for "which line had the most downtime per day in June": the rate of each line may
    be meant, or the line of each day."""
    draft, items = ctx.draft, ctx.draft.items
    steps = [d for d in draft.dimensions if d.grain is not None and d.after_by and d.at > 1]
    listed = [d for d in draft.dimensions if d.grain is None and d.listed]
    if draft.ranking is None or len(steps) != 1 or not listed or len(draft.measures) != 1:
        return
    per, step = items[steps[0].at - 1], items[steps[0].at]
    is_per = per.norm in ctx.senses["per_rate"]
    between = items[draft.measures[0].at + 1 : steps[0].at - 1]
    is_of_figure = draft.measures[0].at < steps[0].at and all(
        item.is_ignorable or item.use == "ranking" for item in between
    )
    if not (is_per and is_of_figure and adds_up(ctx, draft.measures[0])):
        return
    said = f"{per.text} {step.text}"
    question = _("“{text}”: one rate for each, or the one at the top of each step?").format(
        text=said
    )
    raise _rate_or(ctx, said, question, _("For each step"), f"each {step.norm}")


def _rate_or(ctx: Context, said: str, question: str, label: str, instead: str) -> Ask:
    """Asks whether a rate is meant, or the question with other words in place of those said."""
    rate = Option(_("A rate"), f"{ctx.question} on average")
    other = Option(label, put_in_place(ctx.question, said, instead))
    return Ask(Clarification(question, (rate, other), ()))


def each_day(ctx: Context) -> None:
    """`every Sunday in June`: a figure for each of those days."""
    has_step = any(d.grain is not None for d in ctx.parts.dimensions)
    if not has_step and any(phrase.is_each for _, phrase in ctx.draft.times):
        ctx.parts.dimensions.insert(0, Dimension(grain=Grain.DAY))


def add_steps(ctx: Context) -> None:
    """A time step where a curve or a running figure needs one."""
    wants = ctx.draft.wants_trend or any(
        ctx.draft.has(g) is not None for g in ("running", "moving", "period_change")
    )
    has_step = any(d.grain is not None for d in ctx.parts.dimensions)
    if ctx.times.joined is not None and not has_step and not ctx.parts.dimensions:
        ctx.parts.dimensions.append(Dimension(grain=ctx.times.joined))
        return
    if not wants or has_step:
        return
    if ctx.draft.wants_trend and _trend_is_chart_word(ctx) and ctx.parts.dimensions:
        return
    if not ctx.parts.measures:
        return
    period = ctx.draft.has("period_change")
    if period is not None:
        said = ctx.senses.kind("change_per", ctx.draft.items[period].norm)
        grain = Grain(said or Grain.YEAR)
    else:
        grain = _moving_grain(ctx) or auto_grain(ctx)
    ctx.parts.dimensions.insert(0, Dimension(grain=grain))


def _trend_is_chart_word(ctx: Context) -> bool:
    return not any("trend" in i.tags and i.use == "over time" for i in ctx.draft.items)


def _moving_grain(ctx: Context) -> Grain | None:
    at = ctx.draft.has("moving")
    if at is None:
        return None
    for index in (at - 1, at + 1, at + 2, at + 3):
        if 0 <= index < len(ctx.draft.items):
            unit = ctx.draft.items[index].unit
            found = {"d": Grain.DAY, "h": Grain.HOUR, "wk": Grain.WEEK, "mo": Grain.MONTH}
            if unit in found and ctx.draft.items[index].number is not None:
                return found[unit]
    return Grain.DAY


def auto_grain(ctx: Context) -> Grain:
    """The step of time that suits the window: a course by it can be read."""
    window = ctx.times.window or ctx.base_time
    start = window.start if window else None
    end = window.end if window else None
    span = ctx.facts.span(ctx.parts.table)
    start = start or (span[0] if span else None)
    end = end or (span[1] if span else None)
    if start is None or end is None:
        return Grain.DAY
    days = (end - start).total_seconds() / 86_400
    if days <= 2:
        return Grain.HOUR
    return Grain.DAY if days <= 62 else Grain.WEEK if days <= 400 else Grain.MONTH
