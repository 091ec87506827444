"""One figure over another: the metric that is just that, else a ratio of two amounts."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from core.errors import UserFixable
from core.language.assembling.context import Context
from core.language.draft import MeasureDraft
from core.language.reading import Understood
from core.language.wording import say
from core.semantic.compile.figures import Figure, figure_of, unit_of
from core.semantic.model import SemanticModel
from core.semantic.query import Measure
from core.semantic.units import PERCENT, same_dimension
from core.types import Clarification


def divided(ctx: Context, top: Measure, draft: MeasureDraft, under: Measure) -> Measure:
    """A figure over another one. Raises Understood where one of them does not add up, and where a
    share is asked for of two that are not in the same unit."""
    main = ctx.parts.table
    measure = replace(top, over=replace(under, unit=None), unit=None)
    try:
        figure = figure_of(measure, main, ctx.model)
    except UserFixable as error:
        raise Understood(Clarification(str(error))) from None
    known = same_metric(figure, main, ctx.model)
    if known is not None:
        return Measure(metric=known)
    units = [unit_of(one, main, ctx.model) for one in (top, under)]
    if draft.is_share and units[0] != units[1]:
        word = ctx.draft.items[draft.at].text
        raise Understood(Clarification(say("share_of_other", over=word)))
    if _is_of_some(under, top, main, ctx.model):
        word = ctx.draft.items[draft.at].text
        raise Understood(Clarification(say("per_some", word=word)))
    if draft.unit is not None:
        if not same_dimension(units[1], draft.unit):
            word = ctx.draft.items[draft.at].text
            raise Understood(Clarification(say("other_unit", word=word)))
        return replace(measure, over=replace(under, unit=draft.unit))
    is_share = draft.is_share or (units[0] is not None and units[0] == units[1])
    return replace(measure, unit=PERCENT if is_share else None)


def _is_of_some(under: Measure, top: Measure, main: str, model: SemanticModel) -> bool:
    """Whether what divides is of some of the rows that the figure is of ("cost per failure", of all
    work orders): whether the others' count too is not plain."""
    metrics = [model.metrics.get(one.metric or "") for one in (under, top)]
    if metrics[0] is None:
        return False
    of_some = metrics[0].condition or "CASE" in (metrics[0].expression or "").upper()
    table = metrics[1].table if metrics[1] is not None else top.table or main
    return bool(of_some) and metrics[0].table == table


def same_metric(figure: Figure, main: str, model: SemanticModel) -> str | None:
    """The model's own name for a ratio ("scrap as a share of total units"); None for none."""
    asked = _written(figure)
    for metric in model.metrics.values():
        if metric.table == main and metric.formula is None and metric.condition is None:
            found = _written(figure_of(Measure(metric=metric.name), main, model))
            if found == asked and not any(leaf.condition or leaf.where for leaf in figure.leaves):
                return metric.name
    return None


def _written(figure: Figure) -> str:
    """A figure's SQL, without what differs in spelling alone."""
    holder = exp.Paren(this=figure.filled(lambda leaf: leaf.expression.copy()))
    for one in list(holder.find_all(exp.Nullif)):
        one.replace(one.this.copy())
    for paren in list(holder.this.find_all(exp.Paren)):
        paren.replace(paren.this.copy())
    return str(holder.this.sql(dialect="starrocks")).upper()
