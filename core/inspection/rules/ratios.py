"""Rules about means: of ratios, and of means."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, shown
from core.inspection.weighing import weighed, weighed_below, without_nullif
from core.statement.scopes import Scope, Statement
from core.statement.trees import aggregates_in, bare, columns_in, number_of


def mean_of_ratio(statement: Statement) -> Iterator[Hit]:
    """Means of ratios: every row weighs the same, whatever stands under the stroke."""
    for scope in statement.scopes:
        for call in _means(scope):
            inside = bare(call.this)
            if inside is None:
                continue
            ratio = next((n for n in _ratios(inside, scope)), None)
            if ratio is not None:
                fix, edit = _ratio_of_sums(call, inside, scope)
                if edit is None:
                    under = without_nullif(ratio.expression)
                    fix = f"Weigh each row by {shown(under)}"
                    edit = weighed(call, under)
                yield Hit(
                    call,
                    f"The mean of {shown(ratio)} weighs every row the same, however little stands "
                    "under the stroke. The ratio of the sums is the figure of the whole.",
                    fix=fix,
                    edit=edit,
                )
                continue
            yield from _mean_of_group_ratio(call, scope, statement)


def _means(scope: Scope) -> list[exp.Avg]:
    found = [c for c in scope.aggregates() if isinstance(c, exp.Avg)]
    return [c for c in found if not isinstance(c.this, exp.Distinct)]


def _ratios(node: exp.Expr, scope: Scope) -> Iterator[exp.Div]:
    """Divisions by something of the row, where the sides have different parts."""
    for one in node.find_all(exp.Div):
        under = [scope.origin(c) for c in columns_in(one.expression)]
        if under and any(o is None or o.column.role == "measure" for o in under):
            yield one


def _ratio_of_sums(call: exp.Avg, inside: exp.Expr, scope: Scope) -> tuple[str, Edit | None]:
    """SUM(a) / SUM(b) for AVG(a / b), where both add up over rows."""
    if not isinstance(inside, exp.Div):
        return "", None
    over, under = bare(inside.this), bare(inside.expression)
    nullif = isinstance(under, exp.Nullif)
    under = bare(under.this) if isinstance(under, exp.Nullif) else under
    if over is None or under is None or not (_adds_up(over, scope) and _adds_up(under, scope)):
        return "", None
    below: exp.Expr = exp.Sum(this=under.copy())
    if nullif:
        below = exp.Nullif(this=below, expression=exp.Literal.number(0))
    ratio = exp.Div(this=exp.Sum(this=over.copy()), expression=below)

    def edit(twin: Twin) -> None:
        place = twin(call)
        is_free = isinstance(place.parent, exp.Binary | exp.Unary | exp.Window)
        place.replace(exp.Paren(this=ratio.copy()) if is_free else ratio.copy())

    return "Take the ratio of the sums", edit


def _adds_up(node: exp.Expr, scope: Scope) -> bool:
    """Whether a sum of it over rows means something: additive columns, added or scaled."""
    node = bare(node) or node
    if isinstance(node, exp.Column):
        origin = scope.origin(node)
        return origin is not None and origin.column.additive
    if isinstance(node, exp.Add | exp.Sub):
        return _adds_up(node.this, scope) and _adds_up(node.expression, scope)
    if isinstance(node, exp.Mul):
        one, other = node.this, node.expression
        return (number_of(one) is not None and _adds_up(other, scope)) or (
            number_of(other) is not None and _adds_up(one, scope)
        )
    return (
        isinstance(node, exp.Div)
        and bool(number_of(node.expression))
        and _adds_up(node.this, scope)
    )


def _mean_of_group_ratio(call: exp.Avg, scope: Scope, statement: Statement) -> Iterator[Hit]:
    for value, inner in scope.behind(call.this):
        ratio = _group_ratio(value)
        if ratio is not None:
            edit = weighed_below(statement, scope, call, _denominator, is_empty=False)
            yield Hit(
                call,
                f"{shown(call.this)} is a ratio of each group of {inner.name or 'the subquery'} "
                f"({shown(ratio)}). Its mean weighs a small group like a large one: keep the sum "
                "under the stroke in the subquery, and weigh the groups by it here.",
                fix="Weigh each group by what stands under the stroke" if edit else "",
                edit=edit,
            )
            return


def _group_ratio(value: exp.Expr) -> exp.Div | None:
    """The first division of one figure of a group by another."""
    divisions = value.find_all(exp.Div)
    return next((d for d in divisions if _has_sum(d.expression) and _has_sum(d.this)), None)


def _has_sum(node: exp.Expr) -> bool:
    return any(not isinstance(a, exp.Min | exp.Max) for a in aggregates_in(node))


def _denominator(value: exp.Expr) -> exp.Expr:
    ratio = _group_ratio(value)
    return without_nullif(ratio.expression).copy() if ratio else exp.Literal.number(1)


def mean_of_means(statement: Statement) -> Iterator[Hit]:
    """Means of means of groups."""
    for scope in statement.scopes:
        for call in _means(scope):
            for value, inner in scope.behind(call.this):
                if isinstance(bare(value), exp.Avg):
                    edit = weighed_below(statement, scope, call, _rows_of, is_empty=True)
                    yield Hit(
                        call,
                        f"{shown(call.this)} is already a mean for each group of "
                        f"{inner.name or 'the subquery'}. A mean of means weighs a group of few "
                        "rows like one of many: carry the number of rows through, and weigh the "
                        "groups by it here.",
                        fix="Weigh each group by its number of rows" if edit else "",
                        edit=edit,
                    )
                    break


def _rows_of(value: exp.Expr) -> exp.Expr:
    """How many rows with a value a mean is of; 1 for a value that is no mean."""
    mean = bare(value)
    if isinstance(mean, exp.Avg):
        return exp.Count(this=mean.this.copy())
    there = exp.Not(this=exp.Is(this=exp.Paren(this=value.copy()), expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=there, true=exp.Literal.number(1))])


RULES = (
    Rule("mean_of_ratio", "The mean of a ratio", mean_of_ratio),
    Rule("mean_of_means", "The mean of means", mean_of_means),
)
