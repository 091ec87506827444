"""Whether something drifts, asked in a conversation: of what the answer before shows, and again of
something else after an answer that said it."""

from __future__ import annotations

from dataclasses import replace

from core.dialogue.intents import Intent
from core.dialogue.move import Move
from core.dialogue.past import Past, PastTurn
from core.language.asked_drift import DriftQuestion
from core.language.drift_questions import STEPS, asset_column, is_measured
from core.language.reading import Reading
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery, TimeWindow
from core.translation import gettext as _
from core.types import Clarification


def of_drift(question: str, alone: Reading, past: Past, model: SemanticModel) -> Move:
    """What a question whether something drifts is in its conversation: a whole one where it names
    the asset, or there is no answer that it could be about."""
    stack = past.stack(model.name)
    turn = stack[-1] if stack else None
    asked = alone.drift
    if asked is None or turn is None or turn.plan is None or _is_whole(asked, model):
        return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
    found = _completed(asked, turn, turn.plan, model)
    if isinstance(found, Clarification):
        reading = replace(alone, drift=None, clarification=found)
        return Move(Intent.DATA_FILTER, "ask", question, reading, turn)
    note = _("Goes on from “{question}”.").format(question=turn.answer.question)
    reading = replace(alone, drift=found, notes=(*alone.notes, note))
    return Move(Intent.DATA_FILTER, "drift", question, reading, turn)


def drift_again(move: Move, model: SemanticModel) -> DriftQuestion | None:
    """What is asked by words that go on: whether something drifts, or the same of something else
    where the answer before said it; None where they ask for anything else."""
    if move.action == "drift":
        return move.reading.drift
    turn, query = move.turn, move.query
    if move.action not in ("edit", "back") or turn is None or query is None:
        return None
    each = _is_of_each(query, model)
    if move.is_order or turn.answer.drift is None or not (each or _is_series(query, model)):
        return None
    told = turn.answer.drift
    was = turn.plan.time if turn.plan is not None else None
    time = query.time
    if time is not None and time == was:
        time = TimeWindow(told.start, time.end, time.axis)
    dimensions = query.dimensions
    grain = dimensions[0].grain
    had = turn.plan.dimensions if turn.plan is not None else ()
    bare = query.with_(dimensions=(), order=(), time=time)
    return DriftQuestion(
        bare,
        told.asks,
        grain=grain if dimensions != had else None,
        each=each,
        out_of_scope=move.reading.out_of_scope,
    )


def _is_series(query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether a query is one figure over a step of time and nothing else."""
    steps = [one.grain for one in query.dimensions]
    is_plain = not (query.having or query.comparison or query.limit or query.anchor)
    is_one = len(query.measures) == 1 and query.kind == "aggregate" and is_plain
    return is_one and len(steps) == 1 and steps[0] in STEPS and is_measured(query, model)


def _is_of_each(query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether a query is one figure of each asset and nothing else."""
    columns = [one.column for one in query.dimensions]
    table = model.tables[query.table]
    names = [name for name in (table.scope, asset_column(model)) if name is not None]
    is_plain = not (query.having or query.comparison or query.limit or query.anchor)
    is_one = len(query.measures) == 1 and query.kind == "aggregate" and is_plain
    is_split = columns in (names, names[-1:]) and not any(d.grain for d in query.dimensions)
    return is_one and is_split and is_measured(query, model)


def _is_whole(asked: DriftQuestion, model: SemanticModel) -> bool:
    asset = asset_column(model)
    return asset in asked.named or (asked.has_measure and (asked.each or bool(asked.named)))


def _completed(
    asked: DriftQuestion, turn: PastTurn, plan: SemanticQuery, model: SemanticModel
) -> DriftQuestion | Clarification:
    """The question with what it does not name taken from the answer before."""
    query = asked.query
    measures, table = query.measures, query.table
    if not asked.has_measure:
        if len(plan.measures) != 1:
            return Clarification(_("The answer before shows several figures. Which one drifts?"))
        measures, table = plan.measures, plan.table
        if plan.kind != "aggregate" or not is_measured(plan, model):
            return Clarification(
                _("Whether what the answer before shows drifts cannot be told. Name a figure.")
            )
    columns = model.tables[table].columns
    kept = tuple(
        one
        for one in plan.filters
        if one.column not in asked.named and (one.column in columns or one.column.startswith("@"))
    )
    if len(kept) < len([one for one in plan.filters if one.column not in asked.named]):
        return Clarification(
            _("The answer before is limited in a way that this figure does not know. Ask it whole.")
        )
    told = turn.answer.drift
    time = query.time
    if time is None:
        time = plan.time
        if told is not None and time is not None:
            time = TimeWindow(told.start, time.end, time.axis)
    return replace(
        asked,
        query=query.with_(
            measures=measures,
            table=table,
            filters=(*kept, *query.filters),
            time=time,
            readings=plan.readings,
        ),
        has_measure=True,
    )
