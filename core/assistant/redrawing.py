"""The rows of an answer in another picture, or in another order: nothing is asked of the store.

What was changed of a chart stays with it: a further picture keeps what still fits (title, lines,
order), whether it was said or pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from core.assistant.charts_said import ASKED_AS, Drawn, edits_of, offers
from core.assistant.parts import ModelParts
from core.assistant.talk import Talk
from core.charts import ChartMisfit, choose_chart, edited_by
from core.charts.control import control_note
from core.charts.edit import MOST_EDITS
from core.charts.fits import BARS
from core.dialogue.drawing import Drawing
from core.dialogue.intents import Intent
from core.dialogue.past import PastTurn
from core.insights.chips import chips
from core.language.reading import Ask
from core.semantic.limits import Known
from core.semantic.phrases import sentence
from core.semantic.query import SemanticQuery
from core.translation import LANGUAGES, marked, speaking
from core.translation import gettext as _
from core.types import (
    Answer,
    ChartEdit,
    ChartOrder,
    ChartSpec,
    ChartType,
    Clarification,
    Made,
    Option,
    Result,
)

_STILL: Final = marked("The rows of the answer before; nothing was asked of the store.")
_NO_CHART: Final = marked("There is nothing to draw in the answer before.")
_GONE: Final = marked(
    "The rows of the answer before are not kept any more. Please ask its question again."
)
_NOT_HERE: Final = marked("Not in this picture: ")
_WHICH: Final = marked("In which picture should the answer before be shown?")


def in_picture(
    turn: PastTurn, rows: pa.Table, wish: ChartType | None, talk: Talk, parts: ModelParts
) -> Answer:
    """The answer in the picture that is wished for, None for its own, with the changes of its chart
    that fit there. Raises Ask where rows that no query says cannot be drawn so."""
    before = turn.answer
    of = _drawn(turn, rows, parts)
    base = _in_kind(before, wish, of)
    if before.chart is not None:  # what a drift was told by is of the rows, and not of a picture
        base = replace(base, control=before.chart.control)
        base = replace(base, note=" ".join(filter(None, (base.note, control_note(base)))))
    carried = (*before.drawn, *talk.drawn(turn.id))
    is_there = wish is None or base.type == wish or (wish in BARS and base.type in BARS)
    if is_there:
        # the kind was said last; what else was changed stands, as far as it leaves that kind
        carried = tuple(e for e in (replace(e, type=None) for e in carried) if e != ChartEdit())
    spec, passed_over = base, []
    for edit in carried:
        try:
            made = of.with_edit(spec, edit)
        except ChartMisfit as error:
            if edit.add_line is not None or edit.colour is not None:
                passed_over.append(str(error))
            continue
        if not is_there or made.type == base.type:
            spec = made
    if base.type == "table":
        passed_over.clear()  # who wants numbers misses no line
    notes = tuple(f"{_(_NOT_HERE)}{text}" for text in dict.fromkeys(passed_over))
    return _again(before, of.result, spec, carried, notes)


def in_wished(answer: Answer, wish: ChartType, parts: ModelParts) -> Answer:
    """An answer with its rows in the kind of picture that is wished for, where they can be."""
    if answer.result is None or answer.chart is None:
        return answer
    of = Drawn(
        answer.result, answer.columns, answer.plan, parts.model, Known(answer.known, answer.held)
    )
    try:
        return replace(answer, chart=_in_kind(answer, wish, of))
    except Ask:
        return answer


def _in_kind(before: Answer, wish: ChartType | None, of: Drawn) -> ChartSpec:
    """The rows in the kind of picture that is wished for, None for their own. Raises Ask."""
    own = before.beside.chart if before.beside is not None else None
    if own is None:
        return choose_chart(of.result, of.columns, of.query, of.model, wish=wish, known=of.known)
    if wish is None or wish == own.type or (wish in BARS and own.type in BARS):
        return own
    try:
        return of.with_edit(own, ChartEdit(type=wish))
    except ChartMisfit as error:
        raise Ask(Clarification(str(error), offers(own, of))) from None


def as_said(turn: PastTurn, drawing: Drawing, talk: Talk, parts: ModelParts) -> Answer:
    """The answer with one more change of its chart. Raises Ask where it does not fit, with what
    else could be changed."""
    before, rows = turn.answer, talk.rows_of(turn)
    if before.status != "answered" or before.chart is None:
        raise Ask(Clarification(_(_NO_CHART)))
    if rows is None:
        again = () if before.follows else (Option(_("Ask it again"), before.question),)
        raise Ask(Clarification(_(_GONE), again))
    of = _drawn(turn, rows, parts)
    pressed = talk.drawn(turn.id)
    now = _edited(before.chart, pressed, of)
    try:
        edits = edits_of(drawing, now, of)
        spec = now
        for edit in edits:
            spec = of.with_edit(spec, edit)
    except ChartMisfit as error:
        raise Ask(Clarification(str(error), offers(now, of))) from None
    return _again(before, of.result, spec, (*before.drawn, *pressed, *edits))


def as_it_was(turn: PastTurn, talk: Talk, parts: ModelParts) -> Answer | None:
    """The answer again, from its rows, where what came after it only drew them otherwise; else
    None, as the store may hold others by now."""
    before, rows = turn.answer, talk.rows_of(turn)
    last = talk.past.stack(parts.model.name)[-1:]
    is_of_rows = bool(last) and last[0].answer.intent == Intent.VISUAL_UPDATE.value
    is_of_rows = is_of_rows and last[0].answer.follows == turn.id
    if rows is None or not is_of_rows or before.status != "answered" or before.chart is None:
        return None
    of, pressed = _drawn(turn, rows, parts), talk.drawn(turn.id)
    spec = _edited(before.chart, pressed, of)
    return _again(before, of.result, spec, (*before.drawn, *pressed))


def in_order(turn: PastTurn, query: SemanticQuery, talk: Talk, parts: ModelParts) -> Answer | None:
    """The answer with its rows in the order of a query that is otherwise its own; None where they
    are others, not all there, or the store alone knows their order."""
    before, plan = turn.answer, turn.plan
    is_same = plan is not None and plan.with_(order=query.order) == query
    if not is_same or before.chart is None or query.limit is not None or turn.is_truncated:
        return None
    rows = talk.rows_of(turn)
    keys = _keys(before, query)
    if rows is None or not keys or any(rows.column(name).null_count for name, _ in keys):
        return None
    rows = rows.take(pc.sort_indices(rows, sort_keys=keys))
    of = replace(_drawn(turn, rows, parts), query=query)
    pressed = talk.drawn(turn.id)
    spec = _edited(before.chart, pressed, of)
    edits: tuple[ChartEdit, ...] = (ChartEdit(order=_order_of(query)),)
    try:
        spec = of.with_edit(spec, edits[0])
    except ChartMisfit:
        edits = ()  # a line along time, a table: the rows alone are in order
    answer = _again(before, of.result, spec, (*before.drawn, *pressed, *edits))
    return replace(answer, plan=query, chips=chips(query, parts.model))


def which_picture(turn: PastTurn, talk: Talk, parts: ModelParts) -> Clarification:
    """Asking for the picture, with those that the rows can be drawn as."""
    before, rows = turn.answer, talk.rows_of(turn)
    if rows is None or before.chart is None:
        return Clarification(_(_WHICH))
    kinds = _drawn(turn, rows, parts).choices(before.chart).types
    said = [ASKED_AS[k] for k in kinds if k in ASKED_AS and k != before.chart.type]
    return Clarification(_(_WHICH), tuple(Option(sentence(_(t)), t) for t in said))


def _not_here() -> tuple[str, ...]:
    """How a note of what was passed over begins, in each language that an answer may be in."""
    found = []
    for one in LANGUAGES:
        with speaking(one):
            found.append(_(_NOT_HERE))
    return tuple(found)


def _drawn(turn: PastTurn, rows: pa.Table, parts: ModelParts) -> Drawn:
    result = Result(rows, turn.is_truncated, 0.0)
    known = Known(turn.answer.known, turn.answer.held)
    return Drawn(result, turn.answer.columns, turn.plan, parts.model, known)


def _edited(spec: ChartSpec, edits: Sequence[ChartEdit], of: Drawn) -> ChartSpec:
    return edited_by(spec, edits, of.result, of.columns, of.query, of.model, of.known).spec


def _again(
    before: Answer,
    result: Result,
    spec: ChartSpec,
    drawn: tuple[ChartEdit, ...],
    notes: tuple[str, ...] = (),
) -> Answer:
    """The answer as it was, with other rows' order or another chart."""
    old = before.chart.note if before.chart is not None else ""
    kept = [n for n in before.notes if n != old and not n.startswith(_not_here())]
    made = Made(_(_STILL))
    if before.plan is None and before.made is not None:
        made = replace(before.made, why=_(_STILL))  # the statement stands in what was tried
    return replace(
        before,
        source="cache",
        result=result,
        chart=spec,
        drawn=drawn[-MOST_EDITS:],
        made=made,
        verified=None if before.plan is not None else before.verified,
        notes=tuple(dict.fromkeys((*kept, *notes, *filter(None, (spec.note,))))),
    )


def _keys(answer: Answer, query: SemanticQuery) -> list[tuple[str, str]]:
    """Columns and directions that put rows in the query's order, ties as the store breaks them;
    none where columns alone do not tell."""
    by = [c.name for c in answer.columns if c.role == "dimension"]
    figures = [c.name for c in answer.columns if c.role == "measure"]
    is_plain = all(d.column is not None for d in query.dimensions)
    is_told = len(by) == len(query.dimensions) and len(figures) == len(query.measures)
    if query.kind != "aggregate" or not is_plain or not is_told:
        return []
    places = {"dimension": by, "measure": figures}
    keys: dict[str, str] = {}
    for one in query.order:
        if one.by not in places:
            return []
        name = places[one.by][one.index]
        keys.setdefault(name, "descending" if one.descending else "ascending")
    return [*keys.items(), *((name, "ascending") for name in by if name not in keys)]


def _order_of(query: SemanticQuery) -> ChartOrder:
    """How a chart of the query stands in its order."""
    first = query.order[0]
    if first.by == "measure" and first.index == 0:
        return "highest" if first.descending else "lowest"
    return "name" if first.by == "dimension" and not first.descending else "given"
