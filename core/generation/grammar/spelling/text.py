"""Expressions on one line, as the grammar writes them."""

from __future__ import annotations

import re

from sqlglot import exp

from core.semantic.compile.trees import DIALECT


def written(tree: exp.Expr) -> str:
    """The expression on one line: units in small letters, NOT beside its operator."""
    holder = exp.Paren(this=tree.copy())
    for node in reversed(list(holder.find_all(exp.Not))):
        text = negated(node.this)
        if text:
            node.replace(exp.Var(this=text))
    for like in list(holder.find_all(exp.Like)):
        if like.args.get("negate"):
            text = f"{written(like.this)} NOT LIKE {written(like.expression)}"
            like.replace(exp.Var(this=text))
    found: str = holder.this.sql(dialect=DIALECT, comments=False)
    found = re.sub(r"INTERVAL '(\d+)'", r"INTERVAL \1", found)
    return re.sub(r"DATE_TRUNC\('(\w+)'", lambda m: f"DATE_TRUNC('{m[1].lower()}'", found)


def negated(inner: exp.Expr) -> str:
    """A negated condition with NOT beside its operator; empty where it stands before it."""
    match inner:
        case exp.In():
            left = written(inner.this)
            query = inner.args.get("query")
            if query is not None:
                return f"{left} NOT IN ({written(query.this)})"
            return f"{left} NOT IN ({', '.join(written(e) for e in inner.expressions)})"
        case exp.Is():
            return f"{written(inner.this)} IS NOT NULL"
        case exp.Between():
            low, high = written(inner.args["low"]), written(inner.args["high"])
            return f"{written(inner.this)} NOT BETWEEN {low} AND {high}"
        case exp.Like():
            return f"{written(inner.this)} NOT LIKE {written(inner.expression)}"
        case _:
            return ""
