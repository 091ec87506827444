"""The unit of an expression, as far as the model tells it."""

from __future__ import annotations

from sqlglot import exp

from core.statement.scopes import Scope
from core.statement.trees import bare

_KEEPERS = (
    exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Abs, exp.Round, exp.Neg, exp.Coalesce, exp.Nullif,
    exp.Median, exp.StddevPop, exp.StddevSamp, exp.AnyValue, exp.Cast,
)  # fmt: skip
_DEEPEST = 12


def unit_of(node: exp.Expr | None, scope: Scope, depth: int = 0) -> str | None:
    """The UCUM code of an expression's values; None where the model does not tell."""
    node = bare(node)
    if node is None or depth > _DEEPEST:
        return None
    if isinstance(node, exp.Column):
        origin = scope.origin(node)
        if origin is not None:
            return origin.column.unit
        behind = scope.behind(node)
        return unit_of(behind[0][0], behind[0][1], depth + 1) if len(behind) == 1 else None
    if isinstance(node, exp.Add | exp.Sub):
        one = unit_of(node.this, scope, depth + 1)
        return one if one == unit_of(node.expression, scope, depth + 1) else None
    if isinstance(node, exp.Window):
        return unit_of(node.this, scope, depth + 1)
    if isinstance(node, exp.Case):
        ifs = list(node.args.get("ifs") or [])
        return unit_of(ifs[0].args.get("true"), scope, depth + 1) if len(ifs) == 1 else None
    if isinstance(node, _KEEPERS) and isinstance(node.this, exp.Expr):
        return unit_of(node.this, scope, depth + 1)
    return None
