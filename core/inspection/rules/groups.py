"""Rules about GROUP BY and HAVING."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, add_condition, removed, shown
from core.semantic.phrases import listed
from core.statement.scopes import GROUPINGS, Scope, Statement
from core.statement.trees import aggregates_in, bare, columns_in, conjuncts, is_aggregate

_WINDOWED = (exp.Window, exp.IgnoreNulls, exp.RespectNulls)


def not_grouped(statement: Statement) -> Iterator[Hit]:
    """Columns beside aggregates that are neither grouped nor aggregated."""
    for scope in statement.scopes:
        if scope.group is None and not scope.aggregates():
            continue
        keys = {_key(k, scope) for k in scope.group_keys()}
        aliases = set(scope.aliases())
        loose: dict[str, exp.Column] = {}
        for item in scope.select.expressions:
            for column in _loose(item, keys, scope, frozenset()):
                loose.setdefault(_key(column, scope), column)
        for name in ("having", "order"):
            clause = scope.select.args.get(name)
            if clause is not None and not scope.is_arm:
                for column in _loose(clause, keys, scope, frozenset(aliases)):
                    loose.setdefault(_key(column, scope), column)
        if not loose:
            continue
        names = listed([shown(c) for c in loose.values()])
        yield Hit(
            next(iter(loose.values())),
            f"{names} {'stand' if len(loose) > 1 else 'stands'} beside aggregates and "
            f"{'are' if len(loose) > 1 else 'is'} not in GROUP BY: StarRocks refuses this, as a "
            "group has no single value for it.",
            fix=f"Group by {names} too",
            edit=_grouped_too(scope, list(loose.values())),
        )


def _grouped_too(scope: Scope, columns: list[exp.Column]) -> Edit:
    def edit(twin: Twin) -> None:
        select = twin(scope.select)
        group = select.args.get("group")
        before = list(group.expressions) if group is not None else []
        new = exp.Group(expressions=[*before, *(c.copy() for c in columns)])
        if group is None:
            select.set("group", new)
        else:
            group.set("expressions", new.expressions)

    return edit


def _key(node: exp.Expr, scope: Scope) -> str:
    """The expression as text, every column with the source that it belongs to."""
    copy = (bare(node) or node).copy()
    originals = columns_in(bare(node) or node)
    for mine, column in zip(columns_in(copy), originals, strict=True):
        owner = scope.owner(column)
        mine.set("table", exp.to_identifier(owner.name.casefold()) if owner else None)
        mine.set("this", exp.to_identifier(column.name.casefold()))
    return copy.sql(comments=False)


def _loose(
    node: exp.Expr, keys: set[str], scope: Scope, aliases: frozenset[str]
) -> Iterator[exp.Column]:
    """Columns of an expression that no group has one value of."""
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, exp.Query | exp.Star) or is_aggregate(at):
            if is_aggregate(at) and at.parent is not None and isinstance(at.parent, _WINDOWED):
                # The arguments of a window are worked out for each group.
                stack += reversed(list(at.iter_expressions()))
            continue
        if not isinstance(at, exp.Alias | exp.Ordered | exp.Literal) and _key(at, scope) in keys:
            continue
        if isinstance(at, exp.Column):
            is_star = isinstance(at.this, exp.Star)
            is_alias = not at.table and at.name.casefold() in aliases
            if not is_star and not is_alias and scope.owner(at) is not None:
                yield at
            continue
        stack += reversed(list(at.iter_expressions()))


def having_without_aggregate(statement: Statement) -> Iterator[Hit]:
    """Conditions in HAVING that WHERE could have met before grouping."""
    for scope in statement.scopes:
        having = scope.select.args.get("having")
        if having is None or (scope.group is not None and scope.group.find(*GROUPINGS)):
            continue  # a key of a subtotal is NULL, which WHERE does not see
        aliases = scope.aliases()
        keys = {_key(k, scope) for k in scope.group_keys()}
        for condition in conjuncts(having.this):
            resolved = _resolved(condition, aliases, scope)
            if aggregates_in(resolved) or resolved.find(exp.Window, exp.Query):
                continue
            if not columns_in(resolved) or not all(
                _key(c, scope) in keys for c in columns_in(resolved)
            ):
                continue
            yield Hit(
                condition,
                f"{shown(condition)} is about rows, not about groups: in HAVING all rows are "
                "grouped first and most groups thrown away. In WHERE the rows are never read.",
                is_warning=False,
                fix="Move the condition to WHERE: the same rows",
                edit=_to_where(scope, condition, resolved),
            )


def _resolved(condition: exp.Expr, aliases: dict[str, exp.Expr], scope: Scope) -> exp.Expr:
    """The condition with names of the SELECT list replaced by what they stand for."""
    holder = exp.Paren(this=condition.copy())
    for column in columns_in(holder):
        value = aliases.get(column.name.casefold())
        if not column.table and value is not None and scope.owner_of_name(column) is None:
            column.replace(value.copy())
    found = holder.this
    assert isinstance(found, exp.Expr)
    return found


def _to_where(scope: Scope, condition: exp.Expr, resolved: exp.Expr) -> Edit:
    def edit(twin: Twin) -> None:
        removed(condition, twin)
        add_condition(twin(scope.select), resolved)

    return edit


RULES = (
    Rule("not_grouped", "A column that is not grouped", not_grouped),
    Rule("having_without_aggregate", "HAVING about rows", having_without_aggregate),
)
