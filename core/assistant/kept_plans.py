"""A query that was kept: whether the model still has what it names, and the user's plants do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.errors import UserFixable
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.query import TIME_PARTS, Filter, Measure, Op, SemanticQuery
from core.semantic.said import said
from core.translation import gettext as _


def check_plan(
    plan: SemanticQuery, model: SemanticModel, visible: Mapping[str, frozenset[str]]
) -> None:
    """Raises UserFixable that names what the model, or this person's view of it, does not have.
    visible: columns that the person may see, by table."""
    lost = lost_names(plan, model, visible)
    if lost:
        listed = ", ".join(repr(name) for name in lost)
        raise UserFixable(
            _(
                "The data that this asks for is not there for you any more: {listed}. "
                "The model {label!r} may have changed, or your role may not see it. Ask "
                "it anew."
            ).format(listed=listed, label=said(model).label)
        )


def lost_names(
    plan: SemanticQuery, model: SemanticModel, visible: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """Tables, columns and metrics that the plan names and that are not there, each once."""
    if plan.table not in visible:
        return (plan.table,)
    lost: list[str] = []
    for measure in plan.measures:
        lost += _of_measure(measure, plan, model, visible)
    columns = [d.column for d in plan.dimensions]
    columns += [*plan.fields, *(o.column for o in plan.order)]
    columns += [f.column for f in plan.filters]
    columns += plan.comparison.drop if plan.comparison else ()
    lost += _not_in(columns, plan.table, visible)
    if plan.anchor is not None:
        anchor = plan.anchor
        lost += _not_in([f.column for f in anchor.filters], anchor.table, visible)
    return tuple(dict.fromkeys(lost))


def _of_measure(
    measure: Measure,
    plan: SemanticQuery,
    model: SemanticModel,
    visible: Mapping[str, frozenset[str]],
) -> list[str]:
    if measure.over is not None:
        return [name for one in measure.parts for name in _of_measure(one, plan, model, visible)]
    if measure.metric is not None and measure.metric not in model.metrics:
        return [measure.metric]
    table = measure.table or plan.table
    return _not_in([measure.column, *(f.column for f in measure.where)], table, visible)


def _not_in(
    names: Iterable[str | None], table: str, visible: Mapping[str, frozenset[str]]
) -> list[str]:
    if table not in visible:
        return [table]
    known = visible[table]
    return [n for n in names if n is not None and n not in TIME_PARTS and n not in known]


def outside_scope(
    plan: SemanticQuery, facts: DataFacts, scopes: tuple[str, ...]
) -> tuple[str, ...]:
    """Values that the plan asks for and that exist under other scope values alone, where a filter
    has no other. scopes: of the user; none where the model has no scope."""
    if not scopes:
        return ()
    mine = frozenset(scopes)
    found: list[str] = []
    for one in plan.filters:
        if one.op in (Op.EQ, Op.IN):
            outside = [str(v) for v in one.values if _is_outside(one, str(v), plan, facts, mine)]
            if len(outside) == len(one.values):
                found += outside
    return tuple(dict.fromkeys(found))


def _is_outside(
    one: Filter, value: str, plan: SemanticQuery, facts: DataFacts, mine: frozenset[str]
) -> bool:
    entries = [
        e
        for e in facts.values
        if e.table == plan.table and e.column == one.column and e.text == value and e.scopes
    ]
    return bool(entries) and not any(e.scopes & mine for e in entries)
