"""Turns that go on from an answer: its query changed, its rows drawn again, or what lies behind it.

What a question does to its conversation is read by `core.dialogue`; here it is done. A picture is
drawn from the rows that are kept, and asks neither the store nor a model; where they are not kept,
the query before runs again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

import pyarrow as pa

from core.assistant import evidence
from core.assistant.boundary import Clock
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
from core.assistant.talk import Talk
from core.assistant.why import behind, told
from core.charts import choose_chart
from core.charts.choices import choices
from core.dialogue.move import Move
from core.dialogue.past import PastTurn
from core.insights import chips, empty_message
from core.insights.chips import changed
from core.language import Reading
from core.language.reading import Ask
from core.semantic.phrases import say
from core.semantic.query import SemanticQuery
from core.semantic.wording import column_plural
from core.types import (
    Answer,
    ChartType,
    Clarification,
    EmptyReason,
    Made,
    Option,
    Progress,
    Result,
    ResultColumn,
)

_WHY: Final = "The words change the question before; Gemba's own parser accounts for each of them."
_AGAIN: Final = "An answer of this conversation, asked again."
_BEHIND: Final = "The split in which one group carries the most of the change."
_FRESH: Final = "Started over. The next question stands alone."
_WHICH_CHART: Final = "In which picture should the answer before be shown?"
#: What asks for a kind of picture.
_ASKED_AS: Final[Mapping[ChartType, str]] = {
    "line": "as a line chart",
    "bar": "as a bar chart",
    "stacked_bar": "as stacked bars",
    "pareto": "as a pareto chart",
    "heatmap": "as a heatmap",
    "scatter": "as a scatter plot",
    "histogram": "as a histogram",
    "box": "as a box plot",
    "pie": "as a pie chart",
    "table": "as a table",
}
_STILL: Final = "The rows of the answer before; nothing was asked of the store."

#: Answers a draft's plan: (draft, reading, parts, clock, errand).
OfQuery = Callable[[Answer, Reading, ModelParts, Clock, Errand], Iterator[Progress | Answer]]


class FollowUps:
    """Thread-safe; a turn keeps all its state in itself."""

    def __init__(self, of_query: OfQuery, queries: Queries) -> None:
        self._of_query = of_query
        self._queries = queries

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
            yield replace(draft, status="answered", message=_FRESH, timings_ms=clock.total())
        elif move.action == "ask" or turn is None:
            yield asked_back(draft, move, clock)
        elif move.action == "pick":
            yield asked_back(draft, _which(move, turn, talk, parts), clock)
        elif move.action == "redraw":
            yield from self._redrawn(move, turn, draft, talk, parts, clock, errand)
        elif move.action == "why" and turn.plan is not None:
            yield from self._behind(move, turn, turn.plan, draft, talk, parts, clock, errand)
        elif move.action == "count":
            yield from self._counted(turn, draft, talk, parts, clock)
        elif move.query is not None:
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
        why = _AGAIN if move.action == "back" else _WHY
        draft = replace(draft, plan=query, source="parser", made=Made(why))
        if move.action == "edit" and move.turn is not None and move.turn.plan is not None:
            told = changed(move.turn.plan, query, parts.model)
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
        plan, rows = turn.plan, talk.rows(turn.id)
        if plan is None or turn.answer.status != "answered":
            message = "There is nothing to draw in the answer before."
            asked = replace(move, reading=Reading(clarification=Clarification(message)))
            yield asked_back(draft, asked, clock)
            return
        if rows is None:
            move = replace(move, query=plan)
            yield from self._changed(move, plan, draft, parts, clock, errand)
            return
        yield Progress("explain", "Drawing it", clock.elapsed_ms)
        before = turn.answer
        result = Result(rows, turn.is_truncated, 0.0)
        chart = choose_chart(result, before.columns, plan, parts.model, wish=move.reading.chart)
        clock.lap("chart")
        notes = [n for n in before.notes if n != (before.chart.note if before.chart else "")]
        yield replace(
            before,
            id=draft.id,
            question=draft.question,
            intent=draft.intent,
            source="cache",
            follows=draft.follows,
            words=draft.words,
            asked_at=draft.asked_at,
            result=result,
            chart=chart,
            made=Made(_STILL),
            verified=None,
            notes=tuple(dict.fromkeys((*notes, *draft.notes, *filter(None, (chart.note,))))),
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
        yield Progress("understand", "Looking for what lies behind it", clock.elapsed_ms)

        def run(query: SemanticQuery) -> Result:
            return self._queries.evidence(query, parts.model, parts.engine, errand, parts.facts)

        try:
            found = behind(plan, turn, lambda: talk.rows(turn.id), parts, run)
        except Ask as ask:
            asked = replace(move, reading=Reading(clarification=ask.clarification))
            yield asked_back(draft, asked, clock)
            return
        clock.lap("why")
        draft = replace(draft, plan=found.query, source="parser", made=Made(_BEHIND))
        for event in self._of_query(draft, Reading(), parts, clock, errand):
            if isinstance(event, Answer) and event.status == "answered":
                yield told(event, found, parts.model)
            else:
                yield event

    @staticmethod
    def _counted(
        turn: PastTurn, draft: Answer, talk: Talk, parts: ModelParts, clock: Clock
    ) -> Iterator[Progress | Answer]:
        """How many groups the answer before has, from its rows."""
        plan, rows = turn.plan, talk.rows(turn.id)
        if rows is None or turn.is_truncated:
            message = "The answer before is not kept whole. Please ask its question again."
            yield replace(
                draft,
                status="clarify",
                message=message,
                clarification=Clarification(message),
                timings_ms=clock.total(),
            )
            return
        table = pa.table({"number": pa.array([rows.num_rows], pa.int64())})
        label = _groups_of(plan, parts)
        column = ResultColumn(
            "number", say("agg_count", what=label), "integer", "measure", decimals=0
        )
        result = Result(table, truncated=False, elapsed_ms=0.0)
        before = turn.answer
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
            made=Made(_STILL),
            doubts=evidence.doubts(result, (column,), parts.model),
            timings_ms=clock.total(),
        )


def _which(move: Move, turn: PastTurn, talk: Talk, parts: ModelParts) -> Move:
    """Asking which picture, with those that the rows can be drawn as."""
    before, rows = turn.answer, talk.rows(turn.id)
    kinds: tuple[ChartType, ...] = ()
    if rows is not None and before.chart is not None:
        result = Result(rows, turn.is_truncated, 0.0)
        offered = choices(before.chart, result, before.columns, turn.plan, parts.model)
        kinds = tuple(k for k in offered.types if k != before.chart.type)
    options = tuple(
        Option(_ASKED_AS[k][0].upper() + _ASKED_AS[k][1:], _ASKED_AS[k])
        for k in kinds
        if k in _ASKED_AS
    )
    asked = Clarification(_WHICH_CHART, options)
    return replace(move, reading=Reading(clarification=asked))


def _groups_of(plan: SemanticQuery | None, parts: ModelParts) -> str:
    """What the groups of an answer are called, in the plural."""
    if plan is None:
        return say("rows_found")
    names = [d for d in plan.dimensions if d.column is not None]
    if len(plan.dimensions) != 1 or not names or names[0].column is None:
        return say("groups")
    return column_plural(parts.model.tables[plan.table].columns[names[0].column])


def asked_back(draft: Answer, move: Move, clock: Clock) -> Answer:
    """Asking back what a follow-up is to change."""
    asked = move.reading.clarification or Clarification("Please say it another way.")
    return replace(
        draft,
        status="clarify",
        message=asked.question,
        clarification=asked,
        timings_ms=clock.total(),
    )
