"""What figures are compared with: another time, an average, only what changed."""

from __future__ import annotations

from core.language.assembling.change_limits import ask_way, refuse_without_before, so_much
from core.language.assembling.context import Context
from core.language.assembling.lookups import good_direction, place_levels, scopes_of
from core.semantic.query import Comparison, Filter, Having, Op, Order


def compare_with(ctx: Context) -> None:
    """The comparison: with the other time that was read, or with an average."""
    if ctx.times.comparison is not None:
        ctx.parts.comparison = ctx.times.comparison
        _only_changed(ctx)
        return
    refuse_without_before(ctx)
    versus = ctx.draft.has("versus")
    reference = ctx.draft.has("average_reference")
    if versus is None and reference is None:
        _groups_compared(ctx)
    if versus is None or reference is None or reference < versus:
        return
    ctx.draft.mark(versus, "compares")
    ctx.draft.mark(reference, "average to compare with")
    drop = _reference_columns(ctx, _reference_level(ctx, reference))
    ctx.parts.comparison = Comparison(
        "reference", drop=drop, phrase=ctx.draft.items[reference].text
    )


def _groups_compared(ctx: Context) -> None:
    """`compare the OEE of the shifts`: the groups, side by side."""
    compares = ctx.draft.has("compare")
    if compares is not None and any(d.plural or d.after_by for d in ctx.draft.dimensions):
        ctx.draft.mark(compares, "compares")


def _only_changed(ctx: Context) -> None:
    """`which lines got worse`, `rose by more than 10 hours`: only the groups that changed that way,
    most changed first."""
    parts = ctx.parts
    by = next((d.condition for d in ctx.draft.conditions if d.condition.of_change), None)
    is_listed = any(d.listed for d in ctx.draft.dimensions)
    if not parts.measures or not (is_listed or (by is not None and parts.dimensions)):
        return
    words = {w for i in ctx.draft.items if "change" in i.tags for w in i.norm.split()}
    for item in ctx.draft.items:
        if (
            item.norm in ctx.senses["more_than_before"] | ctx.senses["less_than_before"]
            and not item.targets
        ):
            item.use = item.use or "compares"
            words |= ctx.senses["rise" if item.norm in ctx.senses["more_than_before"] else "fall"]
    rises = _turn(ctx, words, good_direction(ctx, parts.measures[0]))
    if rises is None:
        if by is not None:
            raise ask_way(ctx, by)
        return
    if by is None:
        parts.having.append(Having(0, Op.GT if rises else Op.LT, (0,), on="change"))
    else:
        parts.having += so_much(ctx, by, rises=rises)
    parts.order = (Order("change", 0, descending=rises),)


def _turn(ctx: Context, words: set[str], direction: str) -> bool | None:
    """Whether the words speak of a rise (True) or a fall (False); None when of neither."""
    better, worse = ctx.senses["better"], ctx.senses["worse"]
    if words & ctx.senses["rise"]:
        return True
    if words & ctx.senses["fall"]:
        return False
    if direction == "none" or not words & (better | worse):
        return None
    return bool(words & better) == (direction == "higher")


def _reference_level(ctx: Context, reference: int) -> tuple[str | None, bool]:
    """The column that the average is spoken of with ("plant average", "average of all
    plants"), which is then no split, and whether it stands in the plural."""
    items = ctx.draft.items
    near = [reference - 1, reference + 1, reference + 2, reference + 3, reference + 4]
    for index in near:
        if not 0 <= index < len(items):
            continue
        dims = [d for d in ctx.draft.dimensions if d.at == index and not d.after_by]
        if dims and dims[0].column:
            name = dims[0].column
            ctx.parts.dimensions = [d for d in ctx.parts.dimensions if d.column != name]
            return name, items[index].is_plural
        if items[index].use == "speaks of the whole":
            names = [t.name for t in items[index].of_kind("column")]
            return (names[0] if names else None), items[index].is_plural
        if index > reference and not items[index].is_ignorable and "the" not in (items[index].tags):
            break
    return None, False


def _reference_columns(ctx: Context, level: tuple[str | None, bool]) -> tuple[str, ...]:
    """Filters that fall away for the reference: those on places below the level that the
    average is over; that level's own too when it stands in the plural or is the only one."""
    table = ctx.model.tables[ctx.parts.table]
    order = place_levels(ctx.model)
    named = [f.column for f in ctx.parts.filters if f.column in order]
    name, is_plural = level
    if name in order and not is_plural:
        below = order[order.index(name) + 1 :]
        drop = [c for c in named if c in below]
    elif is_plural:
        drop = named
    else:
        drop = [c for c in named if c in order[1:]]
    drop = drop or named
    top = order[0] if order else None
    if drop and top not in drop and table.scope and not ctx.out_of_scope:
        scopes = scopes_of(ctx, drop)
        has_scope = any(f.column in (table.scope, top) for f in ctx.parts.filters)
        if len(scopes) == 1 and not has_scope and len(scopes) < len(ctx.scopes or scopes) + 1:
            ctx.parts.filters.append(Filter(table.scope, Op.EQ, tuple(scopes)))
    return tuple(drop)
