"""Reads a question in its conversation: what it goes on from, and what it makes of it.

Rules first, in an order in which each is surer than the next: forgetting and going back; a reply to
what Gemba asked; a question that names what it is about, which takes over nothing; a change of the
answer before. What neither stands alone nor changes anything is asked back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.edits import Edit, Ground, edited
from core.dialogue.going_on import GoingOn
from core.dialogue.intents import Intent, State, state_of, taken
from core.dialogue.move import Move
from core.dialogue.past import Past, PastTurn
from core.dialogue.rebind import rebound
from core.dialogue.references import Rows
from core.dialogue.removal import removals
from core.dialogue.replies import completed
from core.dialogue.surface import Surface, surface
from core.dialogue.words import DialogueWords
from core.errors import UserFixable
from core.language.fragment import Fragment
from core.language.parser import QuestionParser
from core.language.reading import Ask, Reading
from core.semantic.query import Agg, Measure, SemanticQuery
from core.types import Clarification

#: Parts of a query that make a question stand alone where its own words name them.
_SUBJECTS: Final = frozenset({"measures", "rows"})
#: Parts that say where and when; with a subject they make a whole question.
#: A figure with its split and its time is a whole question, even behind "also".
_WHOLE: Final = frozenset({"measures", "splits", "time"})
_SETTING: Final = frozenset({"filters", "time"})
#: Parts that say how something is shown, and never what.
_MANNER: Final = frozenset({"readings", "chart", "unit", "trend", "rank", "splits", "share"})
#: Marks of what is to be done with an answer ("break that down").
_ACTS_ON_IT: Final = frozenset({"this", "deed", "instead"})
_NOTHING_BEFORE: Final = (
    "There is no answer before this one that it could go on from. Please ask the whole question."
)


@dataclass(frozen=True, slots=True)
class DialogueReader:
    """Reads questions over one model in one language. Safe to share between threads."""

    parser: QuestionParser
    words: DialogueWords

    def read(self, question: str, past: Past, rows: Rows, scopes: tuple[str, ...] = ()) -> Move:
        """What a question is in its conversation. rows: of the newest answer. scopes: what the user
        may see. Raises UserFixable for a text that is no question."""
        said = surface(question, self.words, self.parser)
        if said.whole == "reset":
            return Move(Intent.RESET, "reset", question)
        if taken(state_of(past), Intent.CLARIFY) is Intent.CLARIFY:
            reply = self._reply(said, past, scopes)
            if reply is not None:
                again = surface(reply, self.words, self.parser)
                move = self._going_on(again, reply, past, rows, scopes)
                return replace(move, question=reply, intent=Intent.CLARIFY)
        return self._going_on(said, question, past, rows, scopes)

    def pressed(self, question: str, past: Past, of: str, edits: tuple[Edit, ...]) -> Move:
        """The same for changes that were pressed under the answer `of`. question: what that is
        called."""
        stack = past.stack(self.parser.model.name)
        turn = next((t for t in reversed(past.turns) if t.id == of), stack[-1] if stack else None)
        if turn is None or turn.plan is None:
            reading = Reading(clarification=Clarification(_NOTHING_BEFORE))
            return Move(Intent.NEW_QUERY, "ask", question, reading)
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        try:
            query = edited(turn.plan, edits, ground)
        except Ask as ask:
            reading = Reading(clarification=ask.clarification)
            return Move(Intent.DATA_FILTER, "ask", question, reading, turn)
        return Move(Intent.DATA_FILTER, "edit", question, Reading(), turn, query)

    # -- a reply -----------------------------------------------------------------------------

    def _reply(self, said: Surface, past: Past, scopes: tuple[str, ...]) -> str | None:
        """The question that a reply completes; None where it is none."""
        pending = past.pending
        if pending is None:
            return None
        before = self._alone(pending.answer.question, scopes)
        if before is None or before.problem in ("write", "cause"):
            return None
        own = self._alone(said.text, scopes)
        names = own.named if own is not None and own.query is not None else frozenset()
        asked = pending.answer.clarification
        # "by downtime last week", where it was asked what to rank by
        says_by = bool(said.tokens) and bool(self.parser.lexicon.has("by", said.tokens, 0))
        completes = says_by and asked is not None and not asked.unknown_words
        if names & _SUBJECTS and names != {"measures"} and not completes:
            return None

        def reads(text: str) -> bool:
            found = self._alone(text, scopes)
            return found is not None and found.query is not None

        if said.reference is not None or said.edge & {"this", "deed"} or said.chart is not None:
            return None

        def may_hold(word: str) -> bool:
            return before.problem == "future" or self._may_hold(word, said, scopes)

        is_alone = state_of(past) is State.ASKING
        return completed(pending, said.tokens, _text(said), reads, may_hold, is_alone=is_alone)

    def _may_hold(self, word: str, said: Surface, scopes: tuple[str, ...]) -> bool:
        """Whether a reply may stand for a word that was not understood. One that only names a place
        or a time may for a misspelt name, and not for a plain word ("parts") that says what is
        wanted."""
        speller = self.parser.tagger.speller
        known = [w for w in word.casefold().split() if speller.knows(w) or speller.is_ordinary(w)]
        if not known:
            return True
        model = self.parser.model
        base = SemanticQuery(model.name, model.default_table, measures=(Measure(agg=Agg.COUNT),))
        try:
            found = self.parser.fragment(_text(said), base, scopes)
        except UserFixable:
            return False
        return isinstance(found, Fragment) and bool(found.named & _SUBJECTS)

    def _alone(self, question: str, scopes: tuple[str, ...]) -> Reading | None:
        """The question as the parser reads it on its own."""
        try:
            return self.parser.parse(question, scopes)
        except UserFixable:
            return None

    # -- a question --------------------------------------------------------------------------

    def _going_on(
        self, said: Surface, question: str, past: Past, rows: Rows, scopes: tuple[str, ...]
    ) -> Move:
        """The question as it goes on from the answer before, or as a new one."""
        stack = past.stack(self.parser.model.name)
        can_go_on = taken(state_of(past), Intent.DATA_FILTER) is Intent.DATA_FILTER and stack
        alone = self._alone(question, scopes) or Reading()
        if alone.query is None and not alone.problem and _says_nothing_else(said, alone):
            # less what says nothing at either end ("now the mean pressure ...")
            bare = self._alone(said.asked, scopes)
            if bare is not None and bare.query is not None:
                alone, question = bare, said.asked
        if not can_go_on:
            is_asked = past.pending is not None
            return self._first(said, question, alone, is_asked=is_asked)
        if said.whole == "undo":
            return _back(question, stack)
        if self._stands_alone(said, alone):
            return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
        turn = stack[-1]
        if alone.problem == "write" and turn.plan is not None and said.whole is None:
            removed = self._removes(said, turn.plan)
            if not removed:
                return Move(Intent.NEW_QUERY, "new", question, alone)
        if turn.plan is None:
            return self._after_sql(said, question, turn, alone, scopes)
        going = GoingOn(self.parser, self.words, said, question, turn, turn.plan, rows, scopes)
        try:
            found = going.move(alone, stack[-2] if len(stack) > 1 else None)
        except Ask as ask:
            if self._may_be_new(said, alone):
                return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
            reading = Reading(clarification=ask.clarification)
            found = Move(Intent.DATA_FILTER, "ask", question, reading, turn)
        return replace(found, stands_alone=alone.query is not None)

    def _removes(self, said: Surface, plan: SemanticQuery) -> bool:
        """Whether words that would be an order to write take something away from the answer."""
        try:
            return removals(said.tokens, plan, self.words, self.parser) is not None
        except Ask:
            return True

    def _stands_alone(self, said: Surface, alone: Reading) -> bool:
        """Whether a question names what it is about and does not point back."""
        if alone.query is None or not alone.named & _SUBJECTS:
            return False
        if said.is_bound:
            return said.only_adds and alone.named >= _WHOLE
        if alone.named >= _SETTING:
            return True
        if said.points_back:
            return False
        # a figure without a place or a time keeps those of the answer before
        return bool(alone.named & _SETTING)

    def _may_be_new(self, said: Surface, alone: Reading) -> bool:
        """Whether what changes nothing is a question of its own. Words that only point back, or
        that name no figure, are never answered over everything there is."""
        if alone.problem:
            return self.words["remove"].match(said.tokens, 0) is None
        is_whole = alone.query is not None and bool(alone.named & _SUBJECTS)
        return is_whole and not said.is_bound and not said.points_back

    def _first(self, said: Surface, question: str, alone: Reading, *, is_asked: bool) -> Move:
        """A question with nothing before it that it could change. Words that only point back are
        asked about, and so is, after a question that was asked back, what names no figure: it may
        be an answer to that one. is_asked: the question before was asked back."""
        is_pointing = said.whole is not None or said.chart is not None
        if alone.query is not None:
            subject = bool(alone.named & _SUBJECTS)
            points = said.points_back or said.marks.only
            is_pointing = is_pointing or alone.named <= {"readings", "chart", "unit"}
            is_pointing = is_pointing or (points and not subject)
            is_pointing = is_pointing or (is_asked and not subject)
            acts = bool(said.edge & _ACTS_ON_IT) and not alone.named & _SETTING
            takes = self.words["remove"].match(said.tokens, 0) is not None
            is_pointing = is_pointing or acts or (takes and "time" not in alone.named)
            is_manner = alone.named <= _MANNER | {"measures"}
            is_pointing = is_pointing or (said.reference is not None and is_manner)
        if not is_pointing:
            return Move(Intent.NEW_QUERY, "new", question)
        reading = Reading(clarification=Clarification(_NOTHING_BEFORE))
        return Move(Intent.NEW_QUERY, "ask", question, reading)

    def _after_sql(
        self,
        said: Surface,
        question: str,
        turn: PastTurn,
        alone: Reading,
        scopes: tuple[str, ...],
    ) -> Move:
        """After an answer of which only the SQL is known: a part of a verified question may hold
        something else; all the rest is a question of its own."""
        if said.whole == "count":
            return Move(Intent.DATA_FILTER, "count", question, turn=turn)
        whole = rebound(turn, said, self.parser, scopes)
        if whole is not None:
            return Move(Intent.DATA_FILTER, "new", whole, turn=turn)
        goes_on = said.points_back or said.marks.only or said.is_bound or said.whole is not None
        names = alone.named if alone.query is not None else frozenset()
        if not goes_on and (alone.query is None or names & _SUBJECTS):
            return Move(Intent.NEW_QUERY, "new", question, alone)
        parts = turn.answer.verified.parameters if turn.answer.verified is not None else ()
        listed = ", ".join(f"“{p.phrase}”" for p in parts if p.editable)
        can = f" Only {listed} can be changed in it." if listed else ""
        asked = f"The answer before comes from SQL that Gemba did not write.{can} Please ask the "
        asked += "whole question."
        reading = Reading(clarification=Clarification(asked))
        return Move(Intent.DATA_FILTER, "ask", question, reading, turn)


def _says_nothing_else(said: Surface, alone: Reading) -> bool:
    """Whether all that was not understood of a question is what it begins with and that says
    nothing ("now the mean pressure"); at its end the same word may say a lot ("right now")."""
    unknown = alone.clarification.unknown_words if alone.clarification is not None else ()
    front = said.text[: said.tokens[0].start].casefold().split() if said.tokens else []
    return bool(unknown) and all(word.casefold() in front for word in unknown)


def _text(said: Surface) -> str:
    return " ".join(t.text for t in said.tokens)


def _back(question: str, stack: Sequence[PastTurn]) -> Move:
    """The answer before the last one again."""
    if len(stack) < 2:
        asked = Clarification(
            "There is nothing further back that is still kept. Please ask the question again."
        )
        return Move(Intent.DATA_FILTER, "ask", question, Reading(clarification=asked), stack[-1])
    return Move(Intent.DATA_FILTER, "back", question, turn=stack[-2], query=stack[-2].plan)
