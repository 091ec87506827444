"""Rules about figures that a unit or a kind of reading makes meaningless."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, shown
from core.inspection.statement import Statement
from core.inspection.trees import own_nodes
from core.inspection.units import unit_of
from core.semantic.units import UnitError, display_unit, same_dimension


def sum_of_level(statement: Statement) -> Iterator[Hit]:
    """Sums of what is a level at each moment."""
    for scope in statement.scopes:
        for call in scope.aggregates():
            if not isinstance(call, exp.Sum) or _is_counted(call):
                continue
            origin = scope.origin(call.this)
            if origin is None or origin.column.role != "measure" or origin.column.additive:
                continue
            column = origin.column
            if column.default_agg in ("sum", "count", "count_distinct"):
                continue
            unit = display_unit(column.unit)
            yield Hit(
                call,
                f"{column.name}{f' ({unit})' if unit else ''} is a level, which does not add up: "
                "the sum grows with the number of rows and means nothing by itself.",
                fix="Take the mean",
                edit=_mean_of(call),
            )


def _mean_of(call: exp.Sum) -> Edit:
    def edit(twin: Twin) -> None:
        twin(call).replace(exp.Avg(this=call.this.copy()))

    return edit


def _is_counted(call: exp.Expr) -> bool:
    """Whether the sum is divided by a count, which makes it a mean."""
    at = call.parent
    while isinstance(at, exp.Paren | exp.Cast | exp.Mul | exp.Round | exp.Window | exp.Sum):
        at = at.parent
    return isinstance(at, exp.Div) and at.expression.find(exp.Count) is not None


def mixed_units(statement: Statement) -> Iterator[Hit]:
    """Sums, differences and comparisons of figures in different units."""
    kinds = (exp.Add, exp.Sub, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.NEQ)
    for scope in statement.scopes:
        for node in own_nodes(scope.select):
            if not isinstance(node, kinds):
                continue
            one, other = unit_of(node.this, scope), unit_of(node.expression, scope)
            if one is None or other is None or one == other:
                continue
            done = "added" if isinstance(node, exp.Add | exp.Sub) else "compared"
            yield Hit(
                node,
                f"{shown(node.this)} is in {display_unit(one) or one} and {shown(node.expression)} "
                f"in {display_unit(other) or other}: they are {done} as bare numbers. "
                + ("Convert one of them first." if _convertible(one, other) else
                   "They measure different things."),
            )  # fmt: skip


def _convertible(one: str, other: str) -> bool:
    try:
        return same_dimension(one, other)
    except UnitError:
        return False


RULES = (
    Rule("sum_of_level", "The sum of a level", sum_of_level),
    Rule("mixed_units", "Figures in different units", mixed_units),
)
