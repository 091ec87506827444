"""Checks of lists: results hold none, so a list is made where it is joined or counted at once."""

from __future__ import annotations

from sqlglot import exp

from core.governance.allowed.values import ordered_list, plain_text
from core.translation import marked

_USERS = (exp.ArrayToString, exp.ArraySize)


def array_agg(node: exp.Expr) -> str:
    """ARRAY_AGG: inside ARRAY_JOIN or ARRAY_LENGTH only."""
    if not isinstance(node.parent, _USERS) or node.arg_key != "this":
        return marked(
            "results hold no arrays: write ARRAY_JOIN(ARRAY_AGG(x), ', '), or "
            "GROUP_CONCAT(x SEPARATOR ', ')"
        )
    return ordered_list("ARRAY_AGG", node.this)


def of_list(node: exp.Expr) -> str:
    """ARRAY_JOIN and ARRAY_LENGTH: of a list that ARRAY_AGG makes on the spot."""
    if isinstance(node.this, exp.ArrayAgg):
        return ""
    return marked("a list is what ARRAY_AGG(x) gives, written inside")


def array_join(node: exp.Expr) -> str:
    """ARRAY_JOIN: a plain separator, and a plain text that stands for NULL."""
    if node.args.get("expression") is None:
        return marked("its separator must be a plain text")
    return of_list(node) or plain_text("expression")(node) or plain_text("null")(node)
