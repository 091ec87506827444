"""What the reader must be told with the answer."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import is_plain_count, place_levels, scope_names
from core.semantic.query import Agg, Op, Transform


def tell(ctx: Context) -> None:
    """Say what a reader might take for something else."""
    parts, table = ctx.parts, ctx.model.tables[ctx.parts.table]
    entity = ctx.model.entity
    names_one = any(f.column == entity and f.op is Op.EQ for f in parts.filters)
    by_entity = any(d.column == entity for d in parts.dimensions)
    for measure in parts.measures:
        if measure.agg in (Agg.MAX, Agg.MIN) and entity and not (names_one or by_entity):
            word = "highest" if measure.agg is Agg.MAX else "lowest"
            label = table.columns[entity].label.lower() if entity in table.columns else "one"
            ctx.draft.notes.append(f"This is the {word} single reading of any {label}.")
            break
    _tell_scope(ctx)
    _tell_none(ctx)
    places = place_levels(ctx)
    named = {d.column for d in parts.dimensions} | {f.column for f in parts.filters}
    if table.scope is None or named & {table.scope, *places[:1]}:
        return
    for dim in parts.dimensions:
        if dim.column in places[1:] and dim.column != entity and _is_pooled(ctx, dim.column):
            plural = (table.columns[dim.column].plural or dim.column).lower()
            top = table.columns[places[0]].label.lower()
            ctx.draft.notes.append(
                f"{plural.capitalize()} of the same name in several {top}s are taken "
                f"together. Add “by {top}” to part them."
            )


def _tell_none(ctx: Context) -> None:
    """`at most 3 failures`: what has none of the counted events is in no row."""
    for having in ctx.parts.having:
        measure = ctx.parts.measures[having.measure]
        metric = ctx.model.metrics.get(measure.metric or "")
        is_count = metric is not None and is_plain_count(metric)
        if is_count and having.op in (Op.LT, Op.LE) and having.on == "value":
            ctx.draft.notes.append("Those with none at all are not in this list.")


def _tell_scope(ctx: Context) -> None:
    """A total, a share or a best place is one of the places that this user may see."""
    everywhere = {s for entry in ctx.facts.values for s in entry.scopes}
    if not ctx.scopes or everywhere <= ctx.scopes:
        return
    shares = any(m.transform is not Transform.NONE for m in ctx.parts.measures)
    names = scope_names(ctx)
    split = any(d.column in names for d in ctx.parts.dimensions)
    counted = any(m.column in names for m in ctx.parts.measures)
    if shares or split or counted:
        ctx.draft.notes.append(
            f"Of what your account covers: {', '.join(sorted(ctx.scopes))}. There is more "
            "that it does not show."
        )


def _is_pooled(ctx: Context, column: str) -> bool:
    """Whether a value of the column occurs in several scopes that this user may see."""
    return any(
        len(entry.scopes & ctx.scopes if ctx.scopes else entry.scopes) > 1
        for entry in ctx.facts.values
        if entry.column == column and entry.table == ctx.parts.table
    )
