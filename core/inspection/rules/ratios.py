"""Rules about means: of ratios, and of means."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, shown
from core.inspection.statement import Scope, Statement
from core.inspection.trees import aggregates_in, bare, columns_in, number_of


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
                yield Hit(
                    call,
                    f"The mean of {shown(ratio)} weighs every row the same, however little stands "
                    "under the stroke. The ratio of the sums is the figure of the whole.",
                    fix=fix,
                    edit=edit,
                )
                continue
            yield from _mean_of_group_ratio(call, scope)
            yield from _mean_of_percent(call, scope)


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


def _mean_of_group_ratio(call: exp.Avg, scope: Scope) -> Iterator[Hit]:
    for value, inner in scope.behind(call.this):
        ratio = next(
            (d for d in value.find_all(exp.Div) if _has_sum(d.expression) and _has_sum(d.this)),
            None,
        )
        if ratio is not None:
            yield Hit(
                call,
                f"{shown(call.this)} is a ratio of each group of {inner.name or 'the subquery'} "
                f"({shown(ratio)}). Its mean weighs a small group like a large one: keep both sums "
                "in the subquery, and divide their sums here.",
            )
            return


def _has_sum(node: exp.Expr) -> bool:
    return any(not isinstance(a, exp.Min | exp.Max) for a in aggregates_in(node))


def _mean_of_percent(call: exp.Avg, scope: Scope) -> Iterator[Hit]:
    origin = scope.origin(call.this)
    if origin is None or origin.column.unit != "%" or origin.column.needs_good:
        return
    yield Hit(
        call,
        f"{origin.column.name} is a percentage of something in each row. Its plain mean weighs "
        "every row the same; weigh it with what it is a percentage of, or take the ratio of the "
        "sums.",
        is_warning=False,
    )


def mean_of_means(statement: Statement) -> Iterator[Hit]:
    """Means of means of groups."""
    for scope in statement.scopes:
        for call in _means(scope):
            for value, inner in scope.behind(call.this):
                if isinstance(bare(value), exp.Avg):
                    yield Hit(
                        call,
                        f"{shown(call.this)} is already a mean for each group of "
                        f"{inner.name or 'the subquery'}. A mean of means weighs a group of few "
                        "rows like one of many: carry SUM and COUNT through, and divide their "
                        "sums here.",
                    )
                    break


RULES = (
    Rule("mean_of_ratio", "The mean of a ratio", mean_of_ratio),
    Rule("mean_of_means", "The mean of means", mean_of_means),
)
