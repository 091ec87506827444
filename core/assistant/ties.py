"""What a ranking leaves out although it is as high: groups equal to the last one that is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.assistant.wanted_units import in_wanted_units
from core.insights.ranking import Shared, no_place
from core.insights.reading import Figure, View, view_of
from core.semantic.columns import describe
from core.semantic.display import format_number
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed, lowered, sentence
from core.semantic.query import SemanticQuery
from core.semantic.said import label_of
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
    share the first place with all that are shown. shared: the groups at the one place that was
    asked for, where it is several.
    """

    notes: tuple[str, ...] = ()
    firsts: tuple[str, ...] = ()
    shared: Shared | None = None


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
    if query.kind == "records" and query.skip and query.order[:1] and query.limit:
        return Ties(_level_rows(query, model, run))
    if not _is_cut(query, result) or not _may_tie(_view(query, result, model)):
        return Ties()
    assert query.limit is not None
    more = query.with_(limit=query.skip + query.limit + _LOOKED_AT, skip=0)
    view = _view(more, run(more), model)
    if query.skip and query.limit == 1 and not query.per_group:
        return _at_place(query.skip, view)
    notes, firsts = [], []
    for rows in _groups(view):
        last = query.skip + query.limit - 1
        if len(rows) <= last or len(rows) == query.limit:
            continue
        others = (*rows[: query.skip], *rows[last + 1 :])
        equal = [row for row in others if _are_equal(view, rows[last], row)]
        if not equal:
            continue
        notes.append(_note(view, rows[last], equal))
        is_first = _are_equal(view, rows[0], rows[last]) and len(equal) < _LOOKED_AT
        if is_first and not query.per_group:
            firsts = [view.name(row) for row in equal]
    return Ties(tuple(notes), tuple(firsts))


def _at_place(place: int, view: View) -> Ties:
    """What shares a single place, from 0, with the one that is shown there."""
    if view.rows <= place:
        return Ties()
    level = [row for row in range(view.rows) if _are_equal(view, place, row)]
    first, last = level[0] + 1, level[-1] + 1
    if len(level) == 1:
        return Ties()
    if view.rows == view.query.limit and last == view.rows:  # how far they go is not known
        return Ties((_note(view, place, [row for row in level if row != place][:_LOOKED_AT]),))
    figure = _ordered_by(view)[0]
    behind = (view.name(last), figure.at(last)) if last < view.rows else ("", "")
    return Ties(shared=Shared(tuple(view.name(row) for row in level), first, last, behind))


def _level_rows(
    query: SemanticQuery, model: SemanticModel, run: Callable[[SemanticQuery], Result]
) -> tuple[str, ...]:
    """A note where the row before or behind those at the places that were asked for has the same
    value as they have."""
    assert query.limit is not None
    name = query.order[0].column or ""
    around = query.with_(limit=query.limit + 2, skip=query.skip - 1, fields=(name,))
    cells = run(around).table.column(name).to_pylist()
    shown = cells[1 : 1 + query.limit]
    if not shown or not (cells[0] == shown[0] or shown[-1] in cells[1 + query.limit :]):
        return ()
    own = model.tables[query.table].columns[name]
    text = _("Other rows have the same {column}: which of them stands at this place is by chance.")
    return (text.format(column=lowered(label_of(own, model))),)


def why_no_place(
    query: SemanticQuery, model: SemanticModel, run: Callable[[SemanticQuery], Result]
) -> str:
    """Why nothing stands at the place that was asked for, where there are groups before it; empty
    where there are none, or none was asked for."""
    if not query.skip or query.kind != "aggregate" or query.per_group or not query.dimensions:
        return ""
    before = query.with_(limit=query.skip + (query.limit or 1), skip=0)
    view = _view(before, run(before), model)
    if not view.rows or not view.figures or not len(view.lead.there):
        return ""
    return sentence(no_place(view, query.skip + 1))


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
