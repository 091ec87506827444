"""A SELECT as the grammar spells it: one line, positions in GROUP BY and ORDER BY, a LIMIT.

So an example in a prompt looks like what the model is let to write. The rows are the same, up to
the order and the names of columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.generation.grammar.matching import matches, reach
from core.generation.grammar.nodes import Rules
from core.generation.grammar.offer import OfferedTable
from core.generation.grammar.spelling.layers import Spelling
from core.generation.grammar.spelling.trees import NotSpelled, tidied
from core.semantic.compile.trees import DIALECT

__all__ = ["NotSpelled", "spelled"]


def spelled(
    sql: str | exp.Expr, rules: Rules, tables: Sequence[OfferedTable], *, row_cap: int
) -> str:
    """The statement as a sentence of the grammar of these tables; NotSpelled where it has none.

    row_cap: the LIMIT of a statement that has none, or a larger one. A reason is one of few texts,
    with what is special to the statement after a colon.
    """
    try:
        tree = sqlglot.parse_one(sql, read=DIALECT) if isinstance(sql, str) else sql.copy()
    except SqlglotError as error:
        raise NotSpelled("it cannot be read") from error
    if not isinstance(tree, exp.Select):
        raise NotSpelled(f"a set operation: {type(tree).__name__}")
    known = {table.table.name: table for table in tables}
    text = ""
    for whole in (True, False):
        spelling = Spelling(rules, known, row_cap, whole=whole)
        text = spelling.statement(tidied(tree.copy()))
        if matches(rules, text):
            return text
    raise NotSpelled(f"a part: {text[reach(rules, text) :]}")
