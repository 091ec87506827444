"""Rules about denominators that may be zero."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, shown
from core.statement.scopes import Scope, Statement
from core.statement.trees import bare, columns_in, conjuncts, number_of, own_nodes

_DIVISIONS = (exp.Div, exp.IntDiv, exp.Mod)


def zero_division(statement: Statement) -> Iterator[Hit]:
    """Divisions whose denominator may be zero."""
    for scope in statement.scopes:
        same: dict[str, list[exp.Expr]] = {}
        for node in own_nodes(scope.select):
            if isinstance(node, _DIVISIONS):
                under = bare(node.expression)
                if _is_zero(under):
                    yield Hit(
                        node,
                        "The denominator is zero, so this is always NULL.",
                        fix="Write the NULL that it is: the same rows",
                        edit=_null(node, scope),
                    )
                elif under is not None and not _is_safe(under) and not _is_guarded(node, scope):
                    same.setdefault(under.sql(comments=False), []).append(node)
        for nodes in same.values():
            yield Hit(
                nodes[0],
                f"Where {shown(bare(nodes[0].expression))} is zero, StarRocks gives NULL without a "
                "word, and NULL drops out of sums and comparisons. NULLIF says so to whoever reads "
                "the statement.",
                is_warning=False,
                fix="Write NULLIF(…, 0): the same rows",
                edit=_explicit(nodes),
            )


def _null(node: exp.Expr, scope: Scope) -> Edit:
    """A group and the column that shows it change together."""
    places = [each for each in own_nodes(scope.select) if each == node]

    def edit(twin: Twin) -> None:
        for place in places:
            twin(place).replace(exp.cast(exp.Null(), "DOUBLE", dialect="starrocks"))

    return edit


def _explicit(nodes: list[exp.Expr]) -> Edit:
    def edit(twin: Twin) -> None:
        # Inner divisions first, so that an outer one takes the changed denominator over.
        for node in reversed(nodes):
            copy = twin(node)
            under = bare(copy.expression)
            assert under is not None
            zero = exp.Literal.number(0)
            copy.set("expression", exp.Nullif(this=under.copy(), expression=zero))

    return edit


def _is_zero(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and number_of(node) == 0


def _is_safe(under: exp.Expr) -> bool:
    """Whether a denominator is never zero, or says itself what zero becomes."""
    if not columns_in(under) and not under.find(exp.Query, exp.Count):
        return True
    if isinstance(under, exp.Nullif):
        return _is_zero(bare(under.expression))
    if isinstance(under, exp.Greatest):
        return any((number_of(n) or 0) > 0 for n in (under.this, *under.expressions))
    if isinstance(under, exp.Coalesce | exp.Cast | exp.Round):
        return isinstance(under.this, exp.Expr) and _is_safe(under.this)
    if isinstance(under, exp.Mul):
        factors = [bare(under.this), bare(under.expression)]
        return all(f is not None and (number_of(f) or _is_safe(f)) for f in factors)
    call = under.this if isinstance(under, exp.Window) else under
    # A group has rows; where there is none, the figure above the stroke is NULL too.
    return isinstance(call, exp.Count) and isinstance(call.this, exp.Star)


def _is_guarded(node: exp.Expr, scope: Scope) -> bool:
    """Whether a condition around it, or on its rows or groups, is about the denominator."""
    under = bare(node.expression)
    conditions = [*conjuncts(scope.where)]
    having = scope.select.args.get("having")
    conditions += conjuncts(having.this) if having is not None else []
    at = node.parent
    while at is not None and at is not scope.select:
        if isinstance(at, exp.If):
            conditions.append(at.this)
        elif isinstance(at, exp.Case):
            conditions += [i.this for i in at.args.get("ifs") or ()]
        at = at.parent
    for condition in conditions:
        for test in condition.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
            sides = [bare(test.this), bare(test.expression)]
            if under in sides and any(number_of(s) is not None for s in sides):
                return True
    return False


RULES = (Rule("zero_division", "A denominator that may be zero", zero_division),)
