"""What the reader must be told with the answer."""

from __future__ import annotations

import re

from core.language.assembling.context import Context, Parts
from core.language.assembling.lookups import is_plain_count, place_levels, scope_names
from core.semantic.facts import DataFacts
from core.semantic.model import Column, Metric, SemanticModel, Table
from core.semantic.phrases import sentence, small
from core.semantic.query import Agg, Op, SemanticQuery, Transform
from core.semantic.said import label_of, said
from core.semantic.wording import column_plural
from core.translation import CODE, language
from core.translation import gettext as _


def tell(ctx: Context) -> None:
    """Say what a reader might take for something else."""
    parts = ctx.parts
    ctx.draft.notes += single_readings(parts, ctx.model)
    _tell_scope(ctx)
    _tell_none(ctx)
    _tell_bare_split(ctx)
    ctx.draft.notes += pooled(parts, ctx.model, ctx.facts, ctx.scopes)
    ctx.draft.notes += of_reasons(parts, ctx.model)


def of_reasons(query: Parts | SemanticQuery, model: SemanticModel) -> list[str]:
    """That a rate by reason ("scrap rate by scrap reason") is of the rows that have one: what it is
    divided by knows no reason, so that the rates are no parts of the whole one."""
    table = model.tables[query.table]
    chosen = {f.column for f in query.filters if f.op in (Op.EQ, Op.IN)}
    chosen |= {d.column for d in query.dimensions if d.column}
    metrics = [model.metrics[m.metric] for m in query.measures if m.metric]
    told = [
        (metric, column, table.columns[column.default_measure])
        for metric in metrics
        for column in (table.columns[name] for name in sorted(chosen) if name in table.columns)
        if column.drop_null
        and column.default_measure in table.columns
        and _divides(metric, column.default_measure, table)
    ]
    return [
        _(
            "{figure} is of the rows that have a {label} alone, so these are no parts of the "
            "whole. Ask for {amount} by {label} to see the parts."
        ).format(
            figure=label_of(metric, model),
            label=small(label_of(column, model)),
            amount=small(label_of(amount, model)),
        )
        for metric, column, amount in told[:1]
    ]


def _divides(metric: Metric, amount: str, table: Table) -> bool:
    """Whether a metric is a ratio of this amount to others."""
    words = set(re.findall(r"\w+", metric.expression or ""))
    others = any(table.columns[w].additive for w in words - {amount} if w in table.columns)
    return not metric.additive and amount in words and others


def single_readings(query: Parts | SemanticQuery, model: SemanticModel) -> list[str]:
    """That a highest or lowest reading is of any of the things that there are."""
    entity = model.entity
    names_one = any(f.column == entity and f.op is Op.EQ for f in query.filters)
    by_entity = any(d.column == entity for d in query.dimensions)
    aggs = [m.agg for m in query.measures if m.agg in (Agg.MAX, Agg.MIN)]
    if not aggs or not entity or names_one or by_entity:
        return []
    highest = _("This is the highest single reading of any {label}.")
    lowest = _("This is the lowest single reading of any {label}.")
    column = model.tables[query.table].columns.get(entity)
    label = small(label_of(column, model)) if column is not None else _("one")
    return [(highest if aggs[0] is Agg.MAX else lowest).format(label=label)]


def pooled(
    query: Parts | SemanticQuery, model: SemanticModel, facts: DataFacts, scopes: frozenset[str]
) -> list[str]:
    """What is taken together: places of one name that are in several places above them."""
    table, entity, places = model.tables[query.table], model.entity, place_levels(model)
    named = {d.column for d in query.dimensions} | {f.column for f in query.filters}
    if table.scope is None or named & {table.scope, *places[:1]}:
        return []
    above = table.columns.get(places[0]) if places else None
    top = small(label_of(above, model)) if above is not None else ""
    return [
        _(
            "{plural} of the same name in several {top}s are taken together. Add “by {top}” to "
            "part them."
        ).format(plural=_plural(table.columns[dim.column], table.name, model), top=top)
        for dim in query.dimensions
        if top
        and dim.column in places[1:]
        and dim.column != entity
        and _is_pooled(dim.column, table.name, facts, scopes)
    ]


def _tell_none(ctx: Context) -> None:
    """`at most 3 failures`: what has none of the counted events is in no row."""
    for having in ctx.parts.having:
        measure = ctx.parts.measures[having.measure]
        metric = ctx.model.metrics.get(measure.metric or "")
        is_count = metric is not None and is_plain_count(metric)
        if is_count and having.op in (Op.LT, Op.LE) and having.on == "value":
            ctx.draft.notes.append(_("Those with none at all are not in this list."))


def _tell_bare_split(ctx: Context) -> None:
    """`tank volume by month`: a column's bare name right before a figure may be no more than a part
    of what the figure is called."""
    items, figures = ctx.draft.items, {m.at for m in ctx.draft.measures}
    table = ctx.model.tables[ctx.parts.table]
    for dim in ctx.draft.dimensions:
        is_bare = not (dim.after_by or dim.listed or dim.plural) and items[dim.at].use == "split"
        before = items[dim.at - 1] if dim.at else None
        is_led = before is not None and bool(before.use)  # "each machine's downtime"
        column = table.columns.get(dim.column or "")
        if column is None or not is_bare or is_led or dim.at + 1 not in figures:
            continue
        ctx.draft.notes.append(
            _(
                "“{word}” before the figure is read as “by {label}”. Leave it out for one figure."
            ).format(word=items[dim.at].text, label=small(label_of(column, ctx.model)))
        )


def _tell_scope(ctx: Context) -> None:
    """A total, a share or a best place is one of the places that this user may see."""
    if not ctx.scopes or ctx.facts.scopes() <= ctx.scopes:
        return
    shares = any(m.transform is not Transform.NONE for m in ctx.parts.measures)
    names = scope_names(ctx)
    split = any(d.column in names for d in ctx.parts.dimensions)
    counted = any(m.column in names for m in ctx.parts.measures)
    if shares or split or counted:
        ctx.draft.notes.append(
            _("Of what your account covers: {places}. There is more that it does not show.").format(
                places=", ".join(sorted(ctx.scopes))
            )
        )


def _plural(column: Column, table: str, model: SemanticModel) -> str:
    """Several values of a column, at the front of a sentence."""
    if language() == CODE:
        return (column.plural or column.name).lower().capitalize()
    return sentence(column_plural(said(model).tables[table].columns[column.name]))


def _is_pooled(column: str, table: str, facts: DataFacts, scopes: frozenset[str]) -> bool:
    """Whether a value of the column occurs in several scopes that this user may see."""
    return any(
        len(entry.scopes & scopes if scopes else entry.scopes) > 1
        for entry in facts.values
        if entry.column == column and entry.table == table
    )
