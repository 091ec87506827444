"""How large a statement becomes when DuckDB has put every macro's text in its place.

A macro's text names its arguments several times, so calls inside one another multiply: eight of
them kept DuckDB planning for forty seconds. What would grow too large is refused instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp

from core.errors import ModelFixable

LIMIT = 60_000  # parts; DuckDB plans about 150 of them in a millisecond
_MACRO = re.compile(r"CREATE TEMP MACRO (\w+)\(([^)]*)\) AS\s+(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Macro:
    own: int  # parts of its text, with the macros that it calls
    copies: tuple[int, ...]  # how often each argument stands in it


def check_size(tree: exp.Expr, macros: tuple[str, ...]) -> None:
    """Raises ModelFixable when the statement would grow beyond LIMIT parts."""
    if not any(n.name.startswith("sr_") for n in tree.find_all(exp.Anonymous)):
        return
    if _size(tree, _table(macros), {}) > LIMIT:
        raise ModelFixable(
            "The query has too many functions inside one another.",
            hint="Compute the inner values in a WITH query first, and use their names.",
        )


def _size(tree: exp.Expr, known: dict[str, _Macro], names: dict[str, int]) -> int:
    """Parts of a tree. names: parts that a name stands for, 1 unless given."""
    total = 0
    stack: list[tuple[exp.Expr, int]] = [(tree, 1)]
    while stack:
        node, times = stack.pop()
        macro = known.get(node.name.lower()) if isinstance(node, exp.Anonymous) else None
        if macro is not None:
            total += times * macro.own
            stack += [
                (argument, times * copies)
                for argument, copies in zip(node.expressions, macro.copies, strict=True)
            ]
        else:
            own = names.get(node.name, 1) if isinstance(node, exp.Column) else 1
            total += times * own
            stack += [(child, times) for child in node.iter_expressions()]
        if total > LIMIT:
            return total
    return total


@lru_cache(maxsize=4)
def _table(macros: tuple[str, ...]) -> dict[str, _Macro]:
    known: dict[str, _Macro] = {}
    for text in macros:  # a macro calls those before it only
        found = _MACRO.fullmatch(text)
        assert found is not None, text
        parameters = [p.strip() for p in found[2].split(",") if p.strip()]
        body = sqlglot.parse_one(found[3], read="duckdb")
        none = dict.fromkeys(parameters, 0)
        base = _size(body, known, none)
        copies = tuple(_size(body, known, {**none, p: 1}) - base for p in parameters)
        known[found[1]] = _Macro(base, copies)
    return known
