"""Turns that go on from an answer: its query changed, its rows drawn again, or what lies behind it.

What a question does to its conversation is read by `core.dialogue`; here it is done. A picture is
drawn from the rows that are kept, and asks neither the store nor a model; where they are not kept,
the query before runs again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pyarrow as pa

from core.assistant import evidence
from core.assistant.beside import Besides, OfQuery
from core.assistant.boundary import Clock
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
from core.assistant.redrawing import as_it_was, as_said, in_order, in_picture, which_picture
from core.assistant.talk import Talk
from core.assistant.why import behind, told
from core.dialogue.drawing import Drawing
from core.dialogue.intents import Intent
from core.dialogue.move import Move
from core.dialogue.past import COUNTED, PastTurn
from core.insights import chips, empty_message
from core.insights.chips import changed
from core.language import Reading
from core.language.reading import Ask
from core.semantic.asset_question import AssetQuestion
from core.semantic.compile import compile_query
from core.semantic.phrases import say
from core.semantic.query import SemanticQuery
from core.semantic.wording import column_plural, grain_plural
from core.translation import gettext as _
from core.translation import marked
from core.types import (
    Answer,
    Clarification,
    EmptyReason,
    Made,
    Progress,
    Result,
    ResultColumn,
)

_WHY: Final = marked(
    "The words change the question before; Gemba's own parser accounts for each of them."
)
_AGAIN: Final = marked("An answer of this conversation, asked again.")
_BEHIND: Final = marked("The split in which one group carries the most of the change.")
_FRESH: Final = marked("Started over. The next question stands alone.")
_STILL: Final = marked("The rows of the answer before; nothing was asked of the store.")


class FollowUps:
    """Thread-safe; a turn keeps all its state in itself."""

    def __init__(self, of_query: OfQuery, queries: Queries, beside: Besides) -> None:
        self._of_query = of_query
        self._queries = queries
        self._beside = beside

    def answer(
        self,
        move: Move,
        draft: Answer,
        talk: Talk,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """Progress, then one Answer. Raises what governance and the engine raise."""
        turn = move.turn
        draft = self.draft(move, draft)
        if move.action == "reset":
            yield replace(draft, status="answered", message=_(_FRESH), timings_ms=clock.total())
        elif move.action == "ask" or turn is None:
            yield asked_back(draft, move, clock)
        elif move.action == "pick":
            asked = Reading(clarification=which_picture(turn, talk, parts))
            yield asked_back(draft, replace(move, reading=asked), clock)
        elif move.drawing is not None:
            yield self._drawn(move, move.drawing, turn, draft, talk, parts, clock)
        elif move.action == "redraw":
            yield from self._redrawn(move, turn, draft, talk, parts, clock, errand)
        elif move.action == "why" and turn.plan is not None:
            yield from self._behind(
                move, turn, move.query or turn.plan, draft, talk, parts, clock, errand
            )
        elif move.action == "count":
            yield from self._counted(move, turn, draft, talk, parts, clock, errand)
        elif move.action == "back" and (was := as_it_was(turn, talk, parts)) is not None:
            yield self._of_rows(was, draft, clock)
        elif move.asked is not None:
            yield from self._of_assets(move, move.asked, draft, parts, clock, errand)
        elif move.query is not None:
            answer = in_order(turn, move.query, talk, parts) if move.is_order else None
            if answer is not None and not move.reading.out_of_scope:
                shown = _only_shown(answer, turn, talk, parts)
                yield self._ordered(shown, draft, parts, clock)
                return
            yield from self._changed(move, move.query, draft, parts, clock, errand)
        else:
            yield asked_back(draft, move, clock)

    @staticmethod
    def draft(move: Move, blank: Answer) -> Answer:
        """What an answer that goes on from another begins as."""
        return replace(
            blank,
            intent=move.intent.value,
            words=move.reading.words,
            notes=(*blank.notes, *move.reading.notes),
            follows=move.turn.id if move.turn is not None else "",
        )

    def _changed(
        self,
        move: Move,
        query: SemanticQuery,
        draft: Answer,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        why = _(_AGAIN) if move.action == "back" else _(_WHY)
        draft = replace(draft, plan=query, source="parser", made=Made(why))
        if move.action == "edit" and move.turn is not None and move.turn.plan is not None:
            told = changed(move.turn.plan, query, parts.model)
            if told != say("follow_same") or "trend" not in move.reading.named:
                draft = replace(draft, notes=(*draft.notes, told))
        if move.reading.out_of_scope:
            names = ", ".join(move.reading.out_of_scope)
            reason = EmptyReason.OUT_OF_SCOPE
            yield replace(
                draft,
                status="empty",
                empty=reason,
                chips=chips(query, parts.model),
                message=empty_message(reason, query, parts.model, subject=names),
                timings_ms=clock.total(),
            )
            return
        yield from self._of_query(draft, move.reading, parts, clock, errand)

    def _of_assets(
        self,
        move: Move,
        asked: AssetQuestion,
        draft: Answer,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """A question of assets that was changed, or one from before again."""
        why = _(_AGAIN) if move.action == "back" else _(_WHY)
        draft = replace(draft, source="parser", made=Made(why))
        yield from self._beside.again(draft, asked, parts, clock, errand, self._queries)

    def _redrawn(
        self,
        move: Move,
        turn: PastTurn,
        draft: Answer,
        talk: Talk,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """The same rows in another picture."""
        plan, rows, beside = turn.plan, talk.rows_of(turn), turn.answer.beside
        if (plan is None and beside is None) or turn.answer.status != "answered":
            message = _("There is nothing to draw in the answer before.")
            asked = replace(move, reading=Reading(clarification=Clarification(message)))
            yield asked_back(draft, asked, clock)
            return
        if rows is None:
            draft = replace(draft, intent=Intent.NEW_QUERY.value)  # the store is asked
        if rows is None and beside is not None:
            yield from self._of_assets(move, beside.asked, draft, parts, clock, errand)
            return
        if rows is None:
            assert plan is not None
            move = replace(move, query=plan)
            yield from self._changed(move, plan, draft, parts, clock, errand)
            return
        yield Progress("explain", _("Drawing it"), clock.elapsed_ms)
        try:
            answer = in_picture(turn, rows, move.reading.chart, talk, parts)
        except Ask as ask:
            yield asked_back(
                draft, replace(move, reading=Reading(clarification=ask.clarification)), clock
            )
            return
        clock.lap("chart")
        yield self._of_rows(_only_shown(answer, turn, talk, parts), draft, clock)

    def _drawn(
        self,
        move: Move,
        drawing: Drawing,
        turn: PastTurn,
        draft: Answer,
        talk: Talk,
        parts: ModelParts,
        clock: Clock,
    ) -> Answer:
        """The chart as it is, with what was said of it changed."""
        try:
            answer = as_said(turn, drawing, talk, parts)
        except Ask as ask:
            asked = replace(move, reading=Reading(clarification=ask.clarification))
            return asked_back(draft, asked, clock)
        clock.lap("chart")
        return self._of_rows(_only_shown(answer, turn, talk, parts), draft, clock)

    def _ordered(self, answer: Answer, draft: Answer, parts: ModelParts, clock: Clock) -> Answer:
        """The rows that were there in another order, with the statement that gives them so. Raises
        what governance raises."""
        assert answer.plan is not None
        sql = compile_query(answer.plan, parts.model)
        governed = self._queries.govern(sql, draft.user, parts.model)
        clock.lap("chart")
        draft = replace(draft, intent=Intent.VISUAL_UPDATE.value)
        return self._of_rows(replace(answer, sql=governed.sql, governed=governed), draft, clock)

    @staticmethod
    def _of_rows(answer: Answer, draft: Answer, clock: Clock) -> Answer:
        """An answer of rows that were there, as the one to this question."""
        return replace(
            answer,
            id=draft.id,
            question=draft.question,
            intent=draft.intent,
            follows=draft.follows,
            words=draft.words,
            asked_at=draft.asked_at,
            notes=tuple(dict.fromkeys((*answer.notes, *draft.notes))),
            timings_ms=clock.total(),
        )

    def _behind(
        self,
        move: Move,
        turn: PastTurn,
        plan: SemanticQuery,
        draft: Answer,
        talk: Talk,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """What the change of the figure before comes from."""
        yield Progress("understand", _("Looking for what lies behind it"), clock.elapsed_ms)

        def run(query: SemanticQuery) -> Result:
            return self._queries.evidence(query, parts.model, parts.engine, errand, parts.facts)

        try:
            found = behind(plan, turn, lambda: talk.rows_of(turn), parts, run)
        except Ask as ask:
            asked = replace(move, reading=Reading(clarification=ask.clarification))
            yield asked_back(draft, asked, clock)
            return
        clock.lap("why")
        draft = replace(draft, plan=found.query, source="parser", made=Made(_(_BEHIND)))
        for event in self._of_query(draft, Reading(), parts, clock, errand):
            if isinstance(event, Answer) and event.status == "answered":
                yield told(event, found, parts.model)
            else:
                yield event

    def _counted(
        self,
        move: Move,
        turn: PastTurn,
        draft: Answer,
        talk: Talk,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """How many groups the answer before has, from its rows; or how many of them are so, for
        which they are asked for again. What is gone on from then are those."""
        plan, rows, before = turn.plan, talk.rows_of(turn), turn.answer
        if move.query is not None and move.query != plan:
            sql = compile_query(move.query, parts.model)
            governed = self._queries.govern(sql, draft.user, parts.model)
            found = self._queries.evidence(
                move.query, parts.model, parts.engine, errand, parts.facts
            )
            draft = replace(draft, plan=move.query, notes=(*draft.notes, _changed_to(move, parts)))
            before = replace(
                before, sql=governed.sql, governed=governed, chips=chips(move.query, parts.model)
            )
            plan, rows = move.query, None if found.truncated else found.table
        elif turn.is_truncated:
            rows = None
        if rows is None:
            message = _("The answer before is not kept whole. Please ask its question again.")
            yield replace(
                draft,
                plan=None,
                status="clarify",
                message=message,
                clarification=Clarification(message),
                timings_ms=clock.total(),
            )
            return
        table = pa.table({COUNTED: pa.array([rows.num_rows], pa.int64())})
        label = _groups_of(plan, parts)
        column = ResultColumn(
            COUNTED, say("agg_count", what=label), "integer", "measure", decimals=0
        )
        result = Result(table, truncated=False, elapsed_ms=0.0)
        yield replace(
            draft,
            status="answered",
            source="cache",
            columns=(column,),
            result=result,
            headline=say("headline_groups", n=rows.num_rows, what=label),
            quality=before.quality,
            sql=before.sql,
            governed=before.governed,
            chips=before.chips,
            made=Made(_(_STILL) if plan == turn.plan else _(_WHY)),
            doubts=evidence.doubts(result, (column,), parts.model),
            timings_ms=clock.total(),
        )


def _changed_to(move: Move, parts: ModelParts) -> str:
    """What a query changed of the answer before."""
    assert move.turn is not None
    assert move.turn.plan is not None
    assert move.query is not None
    return changed(move.turn.plan, move.query, parts.model)


def _groups_of(plan: SemanticQuery | None, parts: ModelParts) -> str:
    """What the groups of an answer are called, in the plural."""
    if plan is None:
        return say("rows_found")
    if len(plan.dimensions) == 1 and plan.dimensions[0].grain is not None:
        return grain_plural(plan.dimensions[0].grain)
    names = [d for d in plan.dimensions if d.column is not None]
    if len(plan.dimensions) != 1 or not names or names[0].column is None:
        return say("groups")
    return column_plural(parts.model.tables[plan.table].columns[names[0].column])


def asked_back(draft: Answer, move: Move, clock: Clock) -> Answer:
    """Asking back what a follow-up is to change."""
    asked = move.reading.clarification or Clarification(_("Please say it another way."))
    return replace(
        draft,
        status="clarify",
        message=asked.question,
        clarification=asked,
        timings_ms=clock.total(),
    )


def _only_shown(answer: Answer, turn: PastTurn, talk: Talk, parts: ModelParts) -> Answer:
    """An answer that is drawn otherwise: what it once changed of the one before it is told no more,
    but that now only the picture changed."""
    shown = say("follow_shown")
    stale = {shown, say("follow_same")}
    for one in talk.past.turns:
        if one.id == turn.answer.follows and one.plan is not None and turn.plan is not None:
            stale.add(changed(one.plan, turn.plan, parts.model))
    return replace(answer, notes=(*(n for n in answer.notes if n not in stale), shown))
