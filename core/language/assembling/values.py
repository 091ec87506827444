"""Values and states of the question to filters; which of them are out of the user's scope."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import (
    named_columns,
    place_levels,
    require_column,
    scope_names,
)
from core.language.draft import DimensionDraft
from core.language.reading import Ask
from core.language.vocabulary import Target
from core.language.wording import say
from core.semantic.model import Column
from core.semantic.query import Agg, Filter, Op, Scalar
from core.types import Clarification


def resolve_values(ctx: Context) -> None:
    """Values to filters; values of one column that are joined go together."""
    named = named_columns(ctx)
    grouped: dict[tuple[str, bool], list[tuple[Target, int]]] = {}
    for value in ctx.draft.values:
        target = ctx.choose.values(value, named, frozenset({ctx.parts.table}))
        is_foreign = ctx.scopes and target.scopes and not (target.scopes & ctx.scopes)
        if is_foreign and not value.negated:
            ctx.out_of_scope.append(target.value or "")
        is_scope = target.name in scope_names(ctx)
        if value.negated and ctx.scopes and is_scope and ctx.scopes <= target.scopes:
            ctx.out_of_scope.append(f"everything but {target.value}")
        grouped.setdefault((target.name, value.negated), []).append((target, value.at))
    _resolve_states(ctx)
    for (name, negated), found in grouped.items():
        texts = tuple(dict.fromkeys(t.value or "" for t, _ in found))
        phrase = ", ".join(ctx.draft.items[at].text for _, at in found)
        if len(texts) == 1:
            op = Op.NE if negated else Op.EQ
        else:
            op = Op.NOT_IN if negated else Op.IN
        require_column(ctx, name, phrase)
        ctx.parts.filters.append(Filter(name, op, texts, phrase=phrase))
        if len(texts) > 1 and not negated:
            _maybe_split(ctx, name, [at for _, at in found])


def _resolve_states(ctx: Context) -> None:
    """`open`, `unacknowledged`: conditions that the table's model names."""
    for at, target, negated in ctx.draft.states:
        states = {s.name: s for s in ctx.model.tables[ctx.parts.table].states}
        state = states.get(target.name)
        text = ctx.draft.items[at].text
        if state is None:
            raise Ask(Clarification(say("does_not_go", word=text), (), (text,)))
        if state.is_null is not None:
            op = Op.IS_NULL if state.is_null is not negated else Op.NOT_NULL
            ctx.parts.filters.append(Filter(state.column, op, phrase=text))
        else:
            op = Op.NOT_IN if negated else Op.IN
            if len(state.values) == 1:
                op = Op.NE if negated else Op.EQ
            values = _typed(ctx.model.tables[ctx.parts.table].columns[state.column], state.values)
            ctx.parts.filters.append(Filter(state.column, op, values, phrase=text))


def _typed(column: Column, values: tuple[str, ...]) -> tuple[Scalar, ...]:
    """Values of a state as the column holds them."""
    if column.type == "boolean":
        return tuple(value.casefold() == "true" for value in values)
    if column.type == "integer":
        return tuple(int(value) for value in values)
    return values


def _maybe_split(ctx: Context, name: str, ats: list[int]) -> None:
    """Two values side by side are two rows ("compare A and B", "A vs B", "A and B"); with
    "or", "total" or another split they are one selection."""
    if any(d.column == name for d in ctx.draft.dimensions):
        return
    between = range(min(ats), max(ats) + 1)
    tags = {tag for i in between for tag in ctx.draft.items[i].tags}
    compares = "versus" in tags or ctx.draft.has("compare") is not None
    for item in ctx.draft.items:
        if "change" in item.tags and item.norm.split()[0] in ctx.senses["difference"]:
            item.use, compares = item.use or "compares", True
    for item in ctx.draft.items:
        words = set(item.norm.split())
        if not item.use and not item.targets and words & ctx.senses["compared"]:
            item.use, compares = "compares", True
    is_listed = any(d.listed for d in ctx.draft.dimensions)
    both = ctx.draft.has("both")
    if both is not None and name in place_levels(ctx.model):
        ctx.draft.mark(both, "each of them")
    if not compares:
        others = [d for d in ctx.draft.dimensions if d.column]
        words = {w for item in ctx.draft.items for w in item.norm.split()}
        if ctx.senses["either"] & {i.norm for i in ctx.draft.items} or others or is_listed:
            return
        if words & ctx.senses["all_together"]:
            return
        if ctx.draft.tables and not ctx.draft.measures:
            return
        if any(m.agg is Agg.COUNT_DISTINCT for m in ctx.draft.measures):
            return
    for index in between:
        if {"versus", "compare"} & set(ctx.draft.items[index].tags):
            ctx.draft.mark(index, "compares")
    at = ctx.draft.has("compare")
    if at is not None:
        ctx.draft.mark(at, "compares")
    ctx.draft.dimensions.append(DimensionDraft(name, None, ats[0]))


def refuse_or(ctx: Context) -> None:
    """`on pumps or in Austin`: conditions on two columns joined by `or` cannot be taken as
    both at once."""
    items = ctx.draft.items
    filters = {v.at: v.targets[0].name for v in ctx.draft.values if not v.negated}
    filters |= {at: target.name for at, target, _ in ctx.draft.states}
    for measure in ctx.draft.measures:
        metric = ctx.model.metrics.get(measure.target.name)
        if metric is not None and metric.condition is not None:
            filters[measure.at] = metric.name
    for at, item in enumerate(items):
        if item.norm not in ctx.senses["either"]:
            continue
        before = max((i for i in filters if i < at), default=None)
        after = min((i for i in filters if i > at), default=None)
        if before is None or after is None or filters[before] == filters[after]:
            continue
        between = items[before + 1 : after]
        if all(
            i.is_ignorable or i.norm in ctx.senses["either"] or "the" in i.tags for i in between
        ):
            raise Ask(
                Clarification(
                    say("two_selections", word=items[before].text, other=items[after].text),
                    (),
                    ("or",),
                )
            )
