"""From a SemanticQuery to StarRocks SQL.

    figures     a measure as arithmetic over aggregates of one table each
    dimensions  what it is split by
    predicates  filters, windows, grades of reading
    comparison  laying one window over another
    grouped     FROM, WHERE, GROUP BY; several tables are grouped on their own, then joined
    transforms  shares, running and moving figures
    sheet       projections, having, order, limit
    rows        single records
    canonical   one form of queries that mean the same

Only constructs that DuckDB reads the same way are written, and dates are literals, so that an
answer can be run again.
"""

from __future__ import annotations

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.borrowed import joined_in
from core.semantic.compile.canonical import canonical
from core.semantic.compile.rows import records
from core.semantic.compile.sheet import aggregate
from core.semantic.compile.trees import DIALECT
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.said import with_labels

__all__ = ["canonical", "compile_query", "compile_tree", "compile_unjoined"]


def compile_query(q: SemanticQuery, model: SemanticModel) -> str:
    """StarRocks SQL of the query, formatted, without comments.

    Raises UserFixable when the query asks for what the model or the data cannot give, ValueError
    when it is malformed (an anchor that is not resolved, a position that is not there).
    """
    return compile_tree(q, model).sql(dialect=DIALECT, pretty=True, comments=False)


def compile_unjoined(q: SemanticQuery, model: SemanticModel) -> str:
    """The same before columns of other tables are joined in: as if each table held all of its
    own."""
    return _unjoined(q, model).sql(dialect=DIALECT, pretty=True, comments=False)


def compile_tree(q: SemanticQuery, model: SemanticModel) -> exp.Expression:
    """The query's SELECT as a tree."""
    try:
        return _tree(q, model)
    except UserFixable as error:
        raise UserFixable(with_labels(error.args[0], model)) from error


def _tree(q: SemanticQuery, model: SemanticModel) -> exp.Expression:
    return joined_in(_unjoined(q, model), model)


def _unjoined(q: SemanticQuery, model: SemanticModel) -> exp.Expression:
    if q.anchor is not None:
        raise ValueError("the query's anchor must be resolved to a time window first")
    q = canonical(q, model)
    return records(q, model) if q.kind == "records" else aggregate(q, model)
