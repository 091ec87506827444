"""What is known of the groups that had none: which were counted, and which had no data at all."""

from __future__ import annotations

from collections.abc import Callable

from core.insights.reading import view_of
from core.semantic.columns import describe
from core.semantic.compile.figures import figure_of
from core.semantic.compile.grouped import is_of_groups, means_none
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed
from core.semantic.query import Agg, Having, Measure, Op, SemanticQuery
from core.semantic.said import entities_of
from core.translation import gettext as _
from core.types import Result

_NAMED = 6


def told_of_absent(
    query: SemanticQuery, model: SemanticModel, run: Callable[[SemanticQuery], Result]
) -> tuple[str, ...]:
    """Notes on groups that had none; none for a query of another kind. run: runs a query under the
    user's own scope."""
    if query.every is None:
        return ()
    table = model.tables[query.every]
    entities = entities_of(table)
    found = [
        _(
            "Counted are all that {table} hold at any time, also those without a row in this time."
        ).format(table=entities)
    ]
    leaves = [leaf for m in query.measures for leaf in figure_of(m, query.table, model).leaves]
    is_count = all(means_none(leaf, model.tables[leaf.table]) for leaf in leaves)
    is_own = all(leaf.table == table.name for leaf in leaves)
    if table.own_time is None or (is_own and is_count):
        return tuple(found)
    silent = SemanticQuery(
        query.model,
        table.name,
        measures=(Measure(agg=Agg.COUNT),),
        dimensions=query.dimensions,
        filters=tuple(f for f in query.filters if is_of_groups(f, table, model)),
        time=query.time,
        having=(Having(0, Op.EQ, (0.0,)),),
        readings="all",
        every=table.name,
    )
    result = run(silent)
    view = view_of(result, describe(silent, model), silent, model)
    names = listed([view.name(row) for row in range(view.rows)], most=_NAMED)
    if names and is_count:
        text = _("Nothing at all is known in this time of {names}: no data, and so none counted.")
        found.append(text.format(names=names))
    elif names:
        text = _("Not in this list, as there are no data of them in this time: {names}.")
        found.append(text.format(names=names))
    return tuple(found)
