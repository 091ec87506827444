"""What a ranking leaves out although it is as high: groups equal to the last one that is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.assistant.wanted_units import in_wanted_units
from core.insights.reading import Figure, View, view_of
from core.semantic.columns import describe
from core.semantic.display import format_number
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed
from core.semantic.query import SemanticQuery
from core.translation import gettext as _
from core.translation import ngettext
from core.types import Result

#: How many rows after the last one are looked at, in each group.
_LOOKED_AT = 200
_NAMED = 4
#: Figures that come from measured values are hardly ever equal: their ranking is run once.
_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Ties:
    """What a ranking cut off though it is level with the last row shown.

    notes: a sentence for each group of rows that the limit holds for. firsts: names of those that
    share the first place with all that are shown.
    """

    notes: tuple[str, ...] = ()
    firsts: tuple[str, ...] = ()


def cut_ties(
    query: SemanticQuery,
    result: Result,
    model: SemanticModel,
    run: Callable[[SemanticQuery], Result],
) -> Ties:
    """The groups that a ranking cut off though their figure is the same as that of the last one
    shown.

    result: the rows of the query as it was run. run: runs a query under the user's own scope; it
    is asked only where the last figure is a round one, such as a count.
    """
    if not _is_cut(query, result) or not _may_tie(_view(query, result, model)):
        return Ties()
    assert query.limit is not None
    more = query.with_(limit=query.limit + _LOOKED_AT)
    view = _view(more, run(more), model)
    notes, firsts = [], []
    for rows in _groups(view):
        last = query.limit - 1
        if len(rows) <= query.limit:
            continue
        equal = [row for row in rows[last + 1 :] if _are_equal(view, rows[last], row)]
        if not equal:
            continue
        notes.append(_note(view, rows[last], equal))
        is_first = _are_equal(view, rows[0], rows[last]) and len(equal) < _LOOKED_AT
        if is_first and not query.per_group:
            firsts = [view.name(row) for row in equal]
    return Ties(tuple(notes), tuple(firsts))


def _view(query: SemanticQuery, result: Result, model: SemanticModel) -> View:
    """A query's rows with what they are called, in the units that were asked for."""
    shown, columns = in_wanted_units(query, result, describe(query, model))
    return view_of(shown, columns, query, model)


def _is_cut(query: SemanticQuery, result: Result) -> bool:
    """Whether a ranking by figures alone was cut to as many groups as were asked for."""
    figures = [order.by for order in query.order if order.by != "dimension"]
    return (
        query.kind == "aggregate"
        and query.limit is not None
        and query.comparison is None
        and bool(query.dimensions)
        and bool(figures)
        and query.order[0].by == "measure"
        and set(figures) == {"measure"}
        and result.row_count >= query.limit
    )


def _ordered_by(view: View) -> list[Figure]:
    wanted = [view.query.measures[o.index] for o in view.query.order if o.by == "measure"]
    return [figure for figure in view.figures if any(figure.measure is one for one in wanted)]


def _may_tie(view: View) -> bool:
    figures = _ordered_by(view)
    lasts = [rows[-1] for rows in _groups(view)]
    return bool(figures) and any(
        all(round(float(f.values[row]), _DECIMALS) == f.values[row] for f in figures)
        for row in lasts
    )


def _groups(view: View) -> list[list[int]]:
    """The rows that a limit holds for: all of them, or those of each value of the first split."""
    if not view.query.per_group:
        return [list(range(view.rows))]
    firsts = view.result.table.column(view.splits[0].column.name).to_pylist()
    found: dict[object, list[int]] = {}
    for row, value in enumerate(firsts):
        found.setdefault(value, []).append(row)
    return list(found.values())


def _are_equal(view: View, one: int, other: int) -> bool:
    return all(figure.ranks[one] == figure.ranks[other] for figure in _ordered_by(view))


def _note(view: View, last: int, equal: list[int]) -> str:
    splits = view.splits[1:] if view.query.per_group else view.splits
    names = listed([view.name(row, splits) for row in equal], most=_NAMED)
    if len(equal) == _LOOKED_AT:
        text = _("At least {n} more are level with {last} and left out by the limit: {names}.")
        return text.format(n=format_number(len(equal), 0), last=view.name(last), names=names)
    return ngettext(
        "{names} is level with {last} and left out by the limit.",
        "{names} are level with {last} and left out by the limit.",
        len(equal),
    ).format(names=names, last=view.name(last))
