"""Figures along time or over bins: running totals, moving averages, changes, histograms."""

from __future__ import annotations

from dataclasses import replace

from core.language.assembling.context import Context
from core.language.reading import Ask
from core.semantic.query import AUTO_WIDTH, Agg, Dimension, Measure, Order, Transform
from core.translation import gettext as _
from core.types import Clarification, Option


def run_along_time(ctx: Context) -> None:
    """A running total or a moving average beside its figure."""
    at = ctx.draft.has("running")
    if at is not None and ctx.parts.measures:
        ctx.draft.mark(at, "adds up over time")
        first = ctx.parts.measures[0]
        ctx.parts.measures.insert(1, replace(first, transform=Transform.RUNNING))
    at = ctx.draft.has("moving")
    if at is None or not ctx.parts.measures:
        return
    ctx.draft.mark(at, "moving average")
    window = None
    for index in (at - 1, at + 1, at + 2, at + 3):
        if 0 <= index < len(ctx.draft.items):
            item = ctx.draft.items[index]
            if item.number is not None and not item.use and item.number == int(item.number):
                window = int(item.number)
                ctx.draft.mark(index, "moving average")
                break
    if window is None:
        raise Ask(
            Clarification(
                _("A moving average over how many points?"),
                tuple(
                    Option(_("{n} points").format(n=n), f"{n} day moving average of {ctx.question}")
                    for n in (3, 7, 14)
                ),
            )
        )
    first = ctx.parts.measures[0]
    if first.column is not None and first.agg is Agg.AVG:
        column = ctx.model.tables[ctx.parts.table].columns[first.column]
        if column.additive:
            first = replace(first, agg=Agg.SUM)
    ctx.parts.measures = [
        first,
        replace(first, transform=Transform.MOVING, window=window),
        *ctx.parts.measures[1:],
    ]


def change_by_step(ctx: Context) -> None:
    """The change from each time step to the next beside its figure."""
    period = ctx.draft.has("period_change")
    at = ctx.draft.has("change")
    has_step = any(d.grain is not None and not d.grain.is_recurring for d in ctx.parts.dimensions)
    if period is None and (at is None or ctx.parts.comparison is not None):
        if at is not None:
            ctx.draft.mark(at, "compares")
        return
    if not has_step or not ctx.parts.measures:
        return
    if period is not None:
        ctx.draft.mark(period, "change from step to step")
    if at is not None:
        ctx.draft.mark(at, "change from step to step")
    first = ctx.parts.measures[0]
    ctx.parts.measures.insert(1, replace(first, transform=Transform.CHANGE))


def count_in_bins(ctx: Context) -> None:
    """`histogram of vibration`: readings counted in bins of the figure; the width is found
    from the data when the turn runs."""
    parts = ctx.parts
    if ctx.draft.chart != "histogram" or parts.dimensions or len(parts.measures) != 1:
        return
    measure = parts.measures[0]
    if measure.column is None or measure.agg is not Agg.AVG or measure.where:
        return
    parts.dimensions = [Dimension(column=measure.column, bin_width=AUTO_WIDTH)]
    parts.measures = [Measure(agg=Agg.COUNT)]
    parts.order = (Order("dimension", 0, descending=False),)
