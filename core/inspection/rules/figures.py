"""Rules about figures that the kind of a reading makes meaningless."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin
from core.semantic.units import display_unit
from core.statement.scopes import Statement


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


RULES = (Rule("sum_of_level", "The sum of a level", sum_of_level),)
