"""The parts to one SemanticQuery."""

from __future__ import annotations

from dataclasses import replace

from core.language.assembling.context import Context
from core.language.assembling.lookups import measure_unit
from core.language.assembling.ranking import refuse_unplaced
from core.language.assembling.windows import production_axis
from core.language.reading import Ask
from core.semantic import units
from core.semantic.display import unit_symbol
from core.semantic.query import Anchor, Measure, SemanticQuery
from core.translation import gettext as _
from core.types import Clarification


def to_query(ctx: Context) -> SemanticQuery:
    """The query; raises Ask where its figure cannot be shown in the unit asked for."""
    parts = ctx.parts
    refuse_unplaced(ctx)
    time = production_axis(ctx, ctx.times.window)
    comparison = parts.comparison
    if comparison is not None and comparison.window is not None and time is not None:
        comparison = replace(comparison, window=replace(comparison.window, axis=time.axis))
    measures = [_with_unit(ctx, m) for m in parts.measures]
    return SemanticQuery(
        model=ctx.model.name,
        table=parts.table,
        kind="records" if parts.kind == "records" else "aggregate",
        measures=tuple(measures),
        dimensions=tuple(parts.dimensions),
        fields=parts.fields,
        filters=tuple(parts.filters),
        time=time,
        comparison=comparison,
        having=tuple(parts.having),
        order=parts.order,
        limit=parts.limit,
        per_group=parts.per_group,
        readings=ctx.draft.readings,
        anchor=_placed_anchor(ctx),
        skip=parts.skip,
        every=parts.every,
    )


def _placed_anchor(ctx: Context) -> Anchor | None:
    """The anchor, under the places that the question names and its event does not."""
    anchor = ctx.draft.anchor
    if anchor is None:
        return None
    columns = ctx.model.tables[anchor.table].columns
    own = {f.column for f in anchor.filters}
    places = {level for h in ctx.model.hierarchies for level in h.levels}
    shared = tuple(
        replace(f, phrase="")
        for f in ctx.parts.filters
        if f.column in places and f.column in columns and f.column not in own
    )
    return replace(anchor, filters=anchor.filters + shared)


def _with_unit(ctx: Context, measure: Measure) -> Measure:
    wanted, pieces = ctx.draft.display_unit, _wanted_pieces(ctx)
    own = measure_unit(ctx, measure)
    if wanted is None and pieces and own is not None:
        raise Ask(
            Clarification(
                _("“{said}” does not fit this figure, which is in {own}.").format(
                    said=pieces, own=unit_symbol("%" if own == "1" else own)
                ),
                (),
                (pieces,),
            )
        )
    if wanted is None or own is None or own == wanted:
        return measure
    if wanted == "%" and own == "1":
        return measure
    if not units.same_dimension(own, wanted):
        raise Ask(
            Clarification(
                _("This figure is in {own} and cannot be shown in {wanted}.").format(
                    own=unit_symbol(own), wanted=unit_symbol(wanted)
                )
            )
        )
    return replace(measure, unit=wanted)


def _wanted_pieces(ctx: Context) -> str:
    """What things are counted in, where figures are to be shown in it ("scrap rate in units")."""
    items, senses = ctx.draft.items, ctx.senses
    for at, item in enumerate(items):
        is_said = at > 0 and items[at - 1].norm == "in" and item.norm in senses["counted_in"]
        is_rate = any(i.norm in senses["per_rate"] for i in items[at + 1 : at + 2])
        if is_said and item.is_ignorable and not is_rate:  # and not "units per hour"
            return item.text
    return ""
