"""From StarRocks SQL to DuckDB SQL with StarRocks' values.

sqlglot translates syntax; where the same words mean another value on DuckDB (STARROCKS.md), a
pass over the tree puts a macro or an expression in their place. What is not mended here is not on
governance's list of functions. One module a family; each holds its MENDS by node class.
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.errors import ModelFixable
from core.execution.dialect import aggregates, arithmetic, casts, dates, named, numbers, texts
from core.execution.dialect.expansion import check_size
from core.execution.dialect.kinds import kind_of, remember
from core.execution.dialect.macros import MACROS
from core.execution.dialect.trees import check_numbers
from core.execution.dialect.types import Mend

__all__ = ["MACROS", "to_duckdb"]

_MENDS: dict[type[exp.Expr], Mend] = {
    **casts.MENDS,
    **arithmetic.MENDS,
    **dates.MENDS,
    **texts.MENDS,
    **numbers.MENDS,
    **aggregates.MENDS,
    **named.MENDS,
}


@lru_cache(maxsize=512)
def to_duckdb(sql: str) -> str:
    """The same query for DuckDB; raises ModelFixable for what DuckDB cannot give alike."""
    try:
        tree = sqlglot.parse_one(sql, read="starrocks")
        for node in reversed(list(tree.walk())):
            mend = _MENDS.get(type(node))
            if mend is not None:
                kind = kind_of(node)
                new = mend(node)
                remember(new, kind)
                if new is not node:
                    node.replace(new)
        check_numbers(tree)
        check_size(tree, MACROS)
        return tree.sql("duckdb", identify=True, comments=False)
    except RecursionError:
        raise ModelFixable(
            "The query has too many functions inside one another.",
            hint="Compute the inner values in a WITH query first, and use their names.",
        ) from None
    except SqlglotError as error:
        raise ModelFixable(
            "The query engine cannot read the query.", hint=f"DuckDB translation: {error}"
        ) from error
