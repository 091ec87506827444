"""A chart changed by hand: the same rows, drawn as somebody wants them, where that is sound.

`edited` makes one change and `edited_by` several. Neither asks the store or a model; a change that
would not show the rows as they are is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.charts.case import Case
from core.charts.columns import columned, focused, typed
from core.charts.control import control_kept, control_note, with_control
from core.charts.fits import BARS, coloured_by, has_order, is_upright, misfit, splits_of
from core.charts.misfit import ChartMisfit, refused_as
from core.charts.own_lines import (
    left_out,
    lines_kept,
    with_limits,
    with_line,
    without,
    without_limits,
)
from core.charts.points import names_of
from core.charts.shape import shape_of
from core.charts.summed import drawn_rows
from core.charts.text import clip
from core.charts.titles import titled
from core.charts.tops import noted, topped_again, with_top
from core.charts.words import chart_name
from core.semantic.display import column_grains
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.translation import gettext as _
from core.types import CategoryColour, ChartEdit, ChartSpec, Result, ResultColumn

#: Characters of a title; changes that one chart keeps.
MOST_TITLE = 120
MOST_EDITS = 100


@dataclass(frozen=True, slots=True)
class Edited:
    """A chart after its changes. refused: why a change was passed over, one text for each."""

    spec: ChartSpec
    refused: tuple[str, ...] = ()


def case_of(
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
) -> Case:
    """What can be drawn of a result: every split and every figure that it has."""
    shape = shape_of(result, columns, query)
    return Case(shape, query, model, tuple(columns), result.table, result.truncated, False)


def edited_by(
    spec: ChartSpec,
    edits: Sequence[ChartEdit],
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
    known: Known | None = None,
) -> Edited:
    """The chart after all changes, one after the other; what does not fit is passed over. known:
    as for `choose_chart`."""
    refused: list[str] = []
    for edit in edits:
        try:
            spec = edited(spec, edit, result, columns, query, model, known)
        except ChartMisfit as error:
            refused.append(str(error))
    return Edited(spec, tuple(refused))


def with_edit(edits: tuple[ChartEdit, ...], edit: ChartEdit) -> tuple[ChartEdit, ...]:
    """The changes with one more; a title right after a title takes its place. Raises ChartMisfit
    when there are too many."""
    is_title = edit == ChartEdit(title=edit.title)
    if edits and is_title and edits[-1] == ChartEdit(title=edits[-1].title):
        return (*edits[:-1], edit)
    if len(edits) >= MOST_EDITS:
        raise ChartMisfit(_("A chart keeps {n} changes. Reset it to go on.").format(n=MOST_EDITS))
    return (*edits, edit)


def edited(
    spec: ChartSpec,
    edit: ChartEdit,
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
    known: Known | None = None,
) -> ChartSpec:
    """The chart with a change, its titles and its note made anew. known: as for `choose_chart`.

    Raises ChartMisfit where the change does not fit the rows.
    """
    case = case_of(result, columns, query, model)
    made = _drawn_otherwise(case, spec, edit)
    if edit.colour is not None:
        made = _coloured(case, made, edit.colour)
    made = lines_kept(case, result, spec, made, known)
    made = control_kept(spec, made)
    if edit.control is not None:
        made = with_control(case, made, edit.control)
    if edit.limits is not None:
        made = with_limits(case, result, made, known) if edit.limits else without_limits(made)
    if edit.drop_line is not None:
        made = without(made, edit.drop_line)
    if edit.add_line is not None:
        made = with_line(case, made, edit.add_line)
    reason = misfit(case, made)
    if reason:
        raise refused_as(made.type, reason)
    named = titled(focused(case, made), made) if _shown(made) != _shown(spec) else made
    if edit.title is not None:
        text = " ".join(clip(edit.title, MOST_TITLE).split())
        named = titled(focused(case, made), made) if made.has_own_title and not text else named
        named = replace(named, title=text or named.title, has_own_title=bool(text))
    elif made.has_own_title:
        named = replace(named, title=spec.title)
    left = left_out(case, result, named, known)
    notes = (noted(case, named), left, control_note(named))
    return replace(named, note=" ".join(filter(None, notes)))


def _shown(spec: ChartSpec) -> tuple[object, ...]:
    """What titles speak of."""
    return spec.type, spec.x, spec.y, spec.y2, spec.series, spec.summed


def _drawn_otherwise(case: Case, spec: ChartSpec, edit: ChartEdit) -> ChartSpec:
    """The chart with another kind, columns, direction, order or number of categories."""
    made = spec
    if edit.type is not None:
        made = typed(case, made, edit.type)
    if edit.x is not None or edit.y is not None or edit.series is not None:
        made = columned(case, made, edit)
    if edit.joined is not None:
        made = _joined(case, made, edit.joined)
    if (made.type, made.x, made.y, made.series) != (spec.type, spec.x, spec.y, spec.series):
        made = topped_again(case, spec, made)
    if edit.horizontal is not None:
        made = _turned(case, made, lies=edit.horizontal)
    if edit.order is not None:
        if not has_order(case, made):
            raise ChartMisfit(
                _("What {chart} shows has an order of its own.").format(chart=chart_name(made.type))
            )
        made = replace(made, order=edit.order)
    if edit.top is not None:
        made = with_top(case, made, edit.top)
    return made


def _joined(case: Case, spec: ChartSpec, how: str) -> ChartSpec:
    """Series drawn each for itself, or added up. Raises ChartMisfit."""
    if how == "mean":
        raise ChartMisfit(
            _(
                "A mean of series would not be the figure of all of them together. Ask "
                "the question without the split instead."
            )
        )
    if how == "sum":
        if spec.series is None and not spec.summed:
            raise ChartMisfit(_("There are no series to add up."))
        return columned(case, spec, ChartEdit(series="")) if spec.series else spec
    unused = [name for name in splits_of(case) if name not in (spec.x, spec.series)]
    if spec.series is not None or not spec.summed or not unused:
        return spec
    return columned(case, spec, ChartEdit(series=unused[0]))


def _turned(case: Case, spec: ChartSpec, *, lies: bool) -> ChartSpec:
    if lies and spec.type not in BARS:
        raise ChartMisfit(
            _("There are no bars that could lie in {chart}.").format(chart=chart_name(spec.type))
        )
    if lies and is_upright(case, spec):
        raise ChartMisfit(_("Time runs from left to right, so these bars stand."))
    return replace(spec, horizontal=lies)


def categories(case: Case, spec: ChartSpec) -> tuple[str, ...]:
    """Names of what a chart gives colours to, as they stand on it, in the order of the rows."""
    split = splits_of(case).get(coloured_by(case, spec) or "")
    if split is None:
        return ()
    grains = column_grains(case.columns, None)
    grain = next(g for c, g in zip(case.columns, grains, strict=True) if c.name == split.name)
    names = names_of(drawn_rows(spec, case.table), split.column, grain)
    return tuple(dict.fromkeys(names))


def _coloured(case: Case, spec: ChartSpec, colour: CategoryColour) -> ChartSpec:
    """Raises ChartMisfit."""
    if colour.column != coloured_by(case, spec):
        raise ChartMisfit(
            _("Colours of {chart} are not given by that column.").format(
                chart=chart_name(spec.type)
            )
        )
    if colour.category not in categories(case, spec):
        raise ChartMisfit(_("The chart shows no {name!r}.").format(name=clip(colour.category, 40)))
    at = (colour.column, colour.category)
    others = tuple(c for c in spec.colours if (c.column, c.category) != at)
    return replace(spec, colours=others if colour.meaning is None else (*others, colour))
