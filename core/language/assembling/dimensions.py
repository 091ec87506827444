"""Splits of the question to dimensions."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import column_of, require_column
from core.language.draft import DimensionDraft
from core.semantic.query import Agg, Dimension, Filter, Grain, Op


def same_nouns_once(ctx: Context) -> None:
    """One dimension for each column or grain, however often it is named."""
    seen: dict[tuple[str | None, Grain | None], DimensionDraft] = {}
    for dim in ctx.draft.dimensions:
        key = (dim.column, dim.grain)
        if key in seen:
            seen[key].listed |= dim.listed
            seen[key].after_by |= dim.after_by
        else:
            seen[key] = dim
    ctx.draft.dimensions = list(seen.values())


def take_in_all(ctx: Context) -> None:
    """`top 5 consumers across all plants`: over all of them together, where something else is
    listed or counted; and `energy of all plants together` and `over all plants`, whatever else is
    said."""
    drafts, items = ctx.draft.dimensions, ctx.draft.items
    is_counted = any(m.agg is Agg.COUNT_DISTINCT for m in ctx.draft.measures)
    is_compared = any("compare" in item.tags for item in items)
    for dim in list(drafts):
        before = items[dim.at - 1] if dim.at else None
        after = items[dim.at + 1].norm if dim.at + 1 < len(items) else ""
        is_said = before is not None and before.norm in ctx.senses["over_all"]
        is_one = bool(set(after.split()) & ctx.senses["all_together"])
        is_said = is_said or is_one
        is_parted = any(d.after_by and d is not dim for d in drafts)
        is_all = before is not None and before.norm in ctx.senses["all_of_them"]
        words = " ".join(i.norm for i in items[max(0, dim.at - 2) : dim.at])
        is_whole = words in ctx.senses["over_the_whole"]
        is_said = is_said or (is_all and is_parted and not dim.after_by)
        if dim.column is None or not (is_said or is_whole):
            continue
        others = [d for d in drafts if d is not dim]
        if items[dim.at].is_plural and (
            others or is_counted or (is_whole and not is_compared) or (is_all and is_one)
        ):
            drafts.remove(dim)
            ctx.draft.mark(dim.at, "speaks of the whole")


def resolve_dimensions(ctx: Context) -> None:
    """Dimension drafts to dimensions: the split ("by") ones first, then what is listed."""
    drafts = ctx.draft.dimensions
    ordered = [d for d in drafts if not d.listed] + [d for d in drafts if d.listed]
    if not any(d.listed for d in drafts):
        ordered = list(drafts)
    for dim in ordered:
        if dim.column is None:
            ctx.parts.dimensions.append(Dimension(grain=dim.grain))
            continue
        name = column_of(ctx, dim)
        if _is_counted(ctx, name, dim):
            continue
        require_column(ctx, name, ctx.draft.items[dim.at].text)
        if not any(d.column == name for d in ctx.parts.dimensions):
            ctx.parts.dimensions.append(Dimension(column=name))
    if len(ctx.parts.dimensions) > 1:
        ctx.parts.dimensions.sort(key=lambda d: d.grain is None)


def _is_counted(ctx: Context, name: str, dim: DimensionDraft) -> bool:
    return any(
        m.agg is Agg.COUNT_DISTINCT and m.target.name == name and m.at == dim.at
        for m in ctx.draft.measures
    )


def drop_nulls(ctx: Context) -> None:
    """Reasons that are empty where nothing happened are left out of a split by reason."""
    table = ctx.model.tables[ctx.parts.table]
    for dim in ctx.parts.dimensions:
        if dim.column is None or not table.columns[dim.column].drop_null:
            continue
        is_filtered = any(
            f.column == dim.column and f.op not in (Op.NE, Op.NOT_IN) for f in ctx.parts.filters
        )
        if not is_filtered:
            ctx.parts.filters.append(Filter(dim.column, Op.NOT_NULL))
