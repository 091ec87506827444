"""Queries as values that are compared: up to their slots, or whole."""

from __future__ import annotations

from dataclasses import replace

from core.semantic.compile import canonical
from core.semantic.model import SemanticModel
from core.semantic.query import Filter, Op, Scalar, SemanticQuery
from core.verified.dictionary import Dictionary


def shape_of(query: SemanticQuery, words: Dictionary) -> object:
    """What two queries have in common that differ in slots alone."""
    columns: dict[str, str] = {}

    def blank(condition: Filter) -> tuple[str, str, int]:
        column = columns.setdefault(condition.column, _one_name(condition.column, words))
        is_list = condition.op in (Op.EQ, Op.IN, Op.NE, Op.NOT_IN)
        sign = {Op.IN: "=", Op.NOT_IN: "!="}.get(condition.op, condition.op.value)
        return column, sign, 1 if is_list else len(condition.values)

    return (
        query.table,
        query.kind,
        tuple(
            replace(m, where=(), metric=f"{m.metric}{sorted(map(blank, m.where))}")
            for m in query.measures
        ),
        query.dimensions,
        query.fields,
        tuple(sorted(map(blank, query.filters))),
        query.time is None,
        query.comparison and (query.comparison.kind, query.comparison.drop),
        tuple((h.measure, h.op, h.on) for h in query.having),
        query.order,
        query.limit is None,
        query.per_group,
        query.readings,
    )


def _one_name(column: str, words: Dictionary) -> str:
    return min([column, *(other for one, other in words.twins if one == column)])


def one_form(query: SemanticQuery, model: SemanticModel, words: Dictionary) -> SemanticQuery:
    """One form of queries that select the same: filters in one order, a place by one name."""

    def plain(condition: Filter) -> Filter:
        column = _one_name(condition.column, words)
        if column == condition.column or column not in model.tables[query.table].columns:
            return replace(condition, values=_sorted(condition))
        texts = tuple(v for v in condition.values if isinstance(v, str))
        said = words.translated(texts, condition.column, column)
        if said is None or len(texts) != len(condition.values):
            return condition
        return replace(condition, column=column, values=tuple(sorted(said)))

    def _sorted(condition: Filter) -> tuple[Scalar, ...]:
        if condition.op in (Op.IN, Op.NOT_IN):
            return tuple(sorted(condition.values, key=str))
        return condition.values

    found = canonical(query, model)
    filters = tuple(
        sorted(map(plain, found.filters), key=lambda f: (f.column, f.op, str(f.values)))
    )
    return found.with_(filters=filters)
