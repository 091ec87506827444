"""Reads a question in its conversation: what it goes on from, and what it makes of it.

Rules first, in an order in which each is surer than the next: forgetting and going back; a reply to
what Gemba asked; a question that names what it is about, which takes over nothing; a change of the
answer before. What neither stands alone nor changes anything is asked back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.asides import without_asides
from core.dialogue.drawing import drawing_of, drawing_on
from core.dialogue.drifting import of_drift
from core.dialogue.edits import Edit, Ground, edited
from core.dialogue.going_on import GoingOn, Unchanged
from core.dialogue.intents import Intent, State, state_of, taken
from core.dialogue.move import Action, Move
from core.dialogue.of_assets import OfAssets, of_those
from core.dialogue.past import Past, PastTurn
from core.dialogue.rebind import rebound
from core.dialogue.references import Rows
from core.dialogue.removal import removals
from core.dialogue.replies import completed
from core.dialogue.returns import Return, figures_of, found_return, found_turn, is_so_already
from core.dialogue.rows_at_hand import rows_at_hand
from core.dialogue.shown_rows import NotOfIt
from core.dialogue.surface import Surface, in_read_words, surface
from core.dialogue.typed import as_typed
from core.dialogue.whole_questions import SETTING, SUBJECTS, WholeQuestions
from core.dialogue.words import DialogueWords
from core.errors import UserFixable
from core.language.fragment import Fragment
from core.language.normalise import clean, tokenise
from core.language.parser import QuestionParser
from core.language.reading import Ask, NotRead, Reading
from core.semantic.query import Agg, Measure, Op, SemanticQuery
from core.translation import gettext as _
from core.translation import marked
from core.types import Clarification, Option

#: Parts that say how something is shown, and never what.
_MANNER: Final = frozenset({"readings", "chart", "unit", "trend", "rank", "splits", "share"})
#: Marks of what is to be done with an answer ("break that down").
_ACTS_ON_IT: Final = frozenset({"this", "deed", "instead"})
#: Parts that pick from groups; with others they are no single word.
_PICKS: Final = frozenset({"rank", "limits"})
_NAMES: Final = frozenset({Op.EQ, Op.IN})
#: What Gemba never answers: to write, to tell causes, what will be.
_NEVER: Final = frozenset({"write", "cause", "future"})
_NOTHING_BEFORE: Final = marked(
    "There is no answer before this one that it could go on from. Please ask the whole question."
)
_NOT_AT_HAND: Final = marked(
    "The answer that this would change is not at hand any more. Please ask its question again."
)
_COUNT_OF_WHAT: Final = marked(
    "The question before was not answered, so there is nothing of it to count. Please ask the "
    "whole question."
)


@dataclass(frozen=True, slots=True)
class DialogueReader:
    """Reads questions over one model in one language. Safe to share between threads."""

    parser: QuestionParser
    words: DialogueWords

    def read(self, question: str, past: Past, rows: Rows, scopes: tuple[str, ...] = ()) -> Move:
        """What a question is in its conversation. rows: of the newest answer. scopes: what the user
        may see. Raises UserFixable for a text that is no question."""
        text, told = rows_at_hand(question, past, self.parser)
        move = self._in_its_place(text, past, rows, scopes)
        if told:
            notes = (*told, *move.reading.notes)
            move = replace(move, reading=replace(move.reading, notes=notes))
            question = text
        asked = move.reading.clarification
        if asked is None or move.action not in ("ask", "new"):
            return move
        typed = as_typed(asked, question, self.words, self.parser)
        move = replace(move, reading=replace(move.reading, clarification=typed))
        aside = without_asides(clean(question), asked.unknown_words, self.words, self.parser)
        for text, left_out in aside:
            again = self._in_its_place(text, past, rows, scopes)
            if again.reading.clarification is None:
                note = _("Taken as background, and not asked: “{text}”").format(text=left_out)
                notes = (*again.reading.notes, note)
                return replace(again, reading=replace(again.reading, notes=notes))
        return move

    def _in_its_place(self, question: str, past: Past, rows: Rows, scopes: tuple[str, ...]) -> Move:
        """The same for all of the text."""
        move = self._read(question, past, rows, scopes)
        pending, turn = past.pending, move.turn
        is_reply = move.intent is Intent.CLARIFY or move.action in ("ask", "reset")
        is_new = move.intent is Intent.NEW_QUERY and move.action == "new"
        if pending is None or turn is None or is_reply or is_new:
            return move
        if turn.plan is None and move.action == "count":
            # of an answer that could not be changed as was asked just before
            reading = Reading(clarification=Clarification(_(_COUNT_OF_WHAT)))
            return Move(Intent.DATA_FILTER, "ask", question, reading, turn)
        said = surface(question, self.words, self.parser)
        is_of_rows = move.action in ("edit", "new", "count") and turn.answer.beside is None
        if is_of_rows and not self._says_of_what(said, pending, scopes):
            text = _text(said)
            asked = Clarification(
                _("The question before was not answered. Do you mean this of “{question}”?").format(
                    question=turn.answer.question
                ),
                (Option(_("Yes, of that one"), text),),
            )
            reading = Reading(clarification=asked)
            return Move(Intent.DATA_FILTER, "ask", question, reading, turn)
        # what came between was not answered, so what is gone on from is told
        note = _("Goes on from “{question}”: what was asked after it was not answered.").format(
            question=turn.answer.question
        )
        return replace(move, reading=replace(move.reading, notes=(*move.reading.notes, note)))

    def _tells_shift(self, past: Past) -> bool:
        """Whether the answer that is gone on from is split by shifts."""
        stack = past.stack(self.parser.model.name)
        plan = stack[-1].plan if stack else None
        if plan is None:
            return False
        axis = self.parser.model.tables[plan.table].time
        return axis is not None and any(d.column == axis.shift for d in plan.dimensions if d.column)

    def _says_of_what(self, said: Surface, pending: PastTurn, scopes: tuple[str, ...]) -> bool:
        """Whether it is plain which answer a change is about after a question that was not
        answered: the words go back to one, or what was asked is never answered, and so nobody
        goes on from it."""
        if found_return(said.text, self.words) is not None:
            return True
        before = self._alone(pending.answer.question, scopes)
        return not said.joins and before is not None and before.problem in _NEVER

    def _read(self, question: str, past: Past, rows: Rows, scopes: tuple[str, ...]) -> Move:
        tells_shift = self._tells_shift(past)
        said = surface(question, self.words, self.parser, tells_shift=tells_shift)
        if said.whole == "reset":
            return Move(Intent.RESET, "reset", question)
        fresh = self._after_fresh(question)
        if fresh is not None:
            own = self._alone(fresh, scopes)
            if own is not None and (own.query is not None or not own.is_open):
                return Move(Intent.NEW_QUERY, "new", fresh, own, stands_alone=True)
            question, said = fresh, surface(fresh, self.words, self.parser)
        alone = self._alone(question, scopes)
        if alone is not None and self._is_of_assets(alone, past):
            pointed = self._pointed(said, question, past, rows, scopes)
            if pointed is not None:
                return pointed
            return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
        is_of_drift = alone is not None and (alone.drift is not None or alone.problem == "drift")
        if is_of_drift and alone is not None and not self._draws(question, past):
            return of_drift(question, alone, past, self.parser.model)
        is_asked = taken(state_of(past), Intent.CLARIFY) is Intent.CLARIFY
        if is_asked and drawing_of(question, self.words.draws) is None:
            reply = self._reply(said, question, past, scopes)
            if reply is not None:
                whole = self._alone(reply, scopes)
                if whole is not None and whole.drift is not None:
                    found = of_drift(reply, whole, past, self.parser.model)
                    return replace(found, intent=Intent.CLARIFY)
                offered = past.pending.answer.clarification if past.pending is not None else None
                is_offer = offered is not None and any(o.question == reply for o in offered.options)
                if (
                    is_offer
                    and whole is not None
                    and whole.query
                    and not past.stack(whole.query.model)
                ):
                    return Move(Intent.CLARIFY, "new", reply, whole, stands_alone=True)
                again = surface(reply, self.words, self.parser)
                move = self._going_on(again, reply, past, rows, scopes)
                # what completes a change is one; alone it would be asked of everything
                is_change = past.pending is not None and bool(past.pending.answer.follows)
                if move.action != "new" or not is_change:
                    return replace(move, question=reply, intent=Intent.CLARIFY)
        return self._going_on(said, question, past, rows, scopes)

    def _after_fresh(self, question: str) -> str | None:
        """What follows words that begin another subject ("new question: energy of Hamburg"); None
        for other words, and where nothing follows."""
        try:
            text = clean(question)
        except UserFixable:
            return None
        tokens = tokenise(text)
        begin = 0  # after "thank you."
        while begin < len(tokens) and (
            tokens[begin].kind == "symbol" or self.words["lead_apart"].match(tokens, begin)
        ):
            polite = self.words["lead_apart"].match(tokens, begin)
            begin += polite[1] if polite is not None else 1
        found = self.words["fresh"].match(tokens, begin) if begin < len(tokens) else None
        end = begin + found[1] if found is not None else 0
        while 0 < end < len(tokens) and tokens[end].kind == "symbol":
            end += 1
        return text[tokens[end].start :] if 0 < end < len(tokens) else None

    def _draws(self, question: str, past: Past) -> bool:
        """Whether a question changes the chart of the answer before ("show control limits")."""
        has_answer = bool(past.stack(self.parser.model.name))
        return has_answer and drawing_of(question, self.words.draws) is not None

    def _is_of_assets(self, alone: Reading, past: Past) -> bool:
        """Whether a question is one that no one query answers, and so goes on from nothing. One
        that does not name its topic ("why is PMP-03 at 82?") is about a figure where one is at
        hand."""
        if alone.asked is None:
            return alone.problem == "asked"
        stack = past.stack(self.parser.model.name)
        return alone.asked.is_named or not stack or stack[-1].plan is None

    def _pointed(
        self, said: Surface, question: str, past: Past, rows: Rows, scopes: tuple[str, ...]
    ) -> Move | None:
        """A question of assets that points to what the answer before is about ("and its risk?");
        None for one that does not."""
        stack = past.stack(self.parser.model.name)
        if not stack:
            return None
        try:
            return of_those(said, question, stack[-1], rows, self.parser, self.words, scopes)
        except Ask as ask:
            reading = Reading(clarification=ask.clarification)
            return Move(Intent.DATA_FILTER, "ask", question, reading, stack[-1])

    def language_of(self, question: str) -> str:
        """The language that a question or a follow-up is told to be in; empty for the one that is
        read, and where its words do not tell."""
        try:
            told = self.parser.language_of(question)
            if not told and not self.parser.has_unknown(question):
                return ""
            _said, typed_in = in_read_words(clean(question), self.words, self.parser)
            return typed_in if typed_in != self.parser.lexicon.language else told
        except UserFixable:
            return ""

    def pressed(self, question: str, past: Past, of: str, edits: tuple[Edit, ...]) -> Move:
        """The same for changes that were pressed under the answer `of`. question: what that is
        called."""
        turn = next((t for t in reversed(past.turns) if t.id == of), None)
        if turn is None or turn.plan is None:
            reading = Reading(clarification=Clarification(_(_NOT_AT_HAND)))
            return Move(Intent.NEW_QUERY, "ask", question, reading)
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        try:
            query = edited(turn.plan, edits, ground)
        except Ask as ask:
            reading = Reading(clarification=ask.clarification)
            return Move(Intent.DATA_FILTER, "ask", question, reading, turn)
        return Move(Intent.DATA_FILTER, "edit", question, Reading(), turn, query)

    def is_new(self, question: str, scopes: tuple[str, ...] = ()) -> bool:
        """Whether somebody who takes it for a question of its own may be followed: not in what is
        read whole and names no figure, which would be answered over everything there is."""
        alone = self._alone(question, scopes) or Reading()
        if alone.query is not None and not alone.named & SUBJECTS:
            return False
        return self.read(question, Past(), lambda: None, scopes).action == "new"

    # -- a reply -----------------------------------------------------------------------------

    def _reply(
        self, said: Surface, question: str, past: Past, scopes: tuple[str, ...]
    ) -> str | None:
        """The question that a reply completes; None where it is none."""
        pending = past.pending
        if pending is None:
            return None
        before = self._alone(pending.answer.question, scopes)
        if before is None or before.problem in ("write", "cause"):
            return None
        offered = pending.answer.clarification
        options = offered.options if offered is not None else ()
        typed = [token for token in tokenise(said.text) if token.kind != "symbol"]
        if len(options) == 1 and self.words.whole("agrees", typed) is not None:
            return options[0].question
        own = self._alone(said.text, scopes)
        names = own.named if own is not None and own.query is not None else frozenset()
        asked = pending.answer.clarification
        # "by downtime last week", where it was asked what to rank by
        says_by = bool(said.tokens) and bool(self.parser.lexicon.has("by", said.tokens, 0))
        completes = says_by and asked is not None and not asked.unknown_words
        if names & SUBJECTS and names != {"measures"} and not completes:
            return None
        if said.joins and names & SUBJECTS and not completes:
            return None  # "and how much did the parts cost?" is a further question

        def reads(text: str) -> bool:
            found = self._alone(text, scopes)
            return found is not None and (found.query is not None or found.drift is not None)

        points = said.reference is not None or said.edge & {"this", "deed"} or said.has_pronoun
        if points or said.chart is not None:
            return None

        def may_hold(word: str) -> bool:
            own = self._parts(said, scopes)
            if own == {"time"} and "time" in self._is_said(pending.answer.question, word, scopes):
                return False  # the question has its time
            if own <= {"splits"} and (says_by or clean(question).endswith("?")):
                return False  # "reasons?", "by machine" are no name that was not understood
            if said.joins and own & SUBJECTS and own - SUBJECTS:
                return False  # "and energy per plant" is a question, and no word of another one
            if said.marks.also or (own & _PICKS and len(own) > 1):
                return False  # "which machine had most", "with the scrap beside it"
            if own == {"unit"} and len(said.tokens) > 1:
                return False  # "in hours" is of what was answered
            if self._names_again(said, pending.answer.question, word, scopes):
                return False  # "no, line 2", of a question about line 1
            return before.problem == "future" or self._may_hold(word, own)

        # what was whole, and asked back for what it points to, is completed by no further question
        is_whole = before.query is not None and bool(before.named & SUBJECTS)
        is_alone = state_of(past) is State.ASKING and not is_whole
        # a word of a question that was typed in another language is said in that one
        is_read = not self.parser.language_of(pending.answer.question)
        asked_of = pending.answer.question
        if not is_read:
            reply = clean(question).strip(" ?.!")
            found = completed(pending, said.tokens, reply, reads, may_hold, is_alone=is_alone)
            if found is None and names == {"measures"}:  # "energy only", of "cost of energy"
                bare = " ".join(t.text for t in said.rest)
                found = completed(pending, said.rest, bare, reads, may_hold, is_alone=False)
            if found is not None:
                return found
            asked_of = in_read_words(asked_of, self.words, self.parser)[0]
        return completed(
            pending, said.tokens, _text(said), reads, may_hold, is_alone=is_alone, asked_of=asked_of
        )

    def _is_said(self, question: str, word: str, scopes: tuple[str, ...]) -> frozenset[str]:
        """The parts that a question names without a word that was not understood in it."""
        without = self._without(question, word, scopes)
        return without.named if without is not None else frozenset()

    def _names_again(
        self, said: Surface, question: str, word: str, scopes: tuple[str, ...]
    ) -> bool:
        """Whether words name another value of a column that a question without a word that was not
        understood is limited by."""
        own, without = self._fragment(said, scopes), self._without(question, word, scopes)
        if own is None or without is None or without.query is None:
            return False
        asked = {f.column: set(f.values) for f in without.query.filters if f.op in _NAMES}
        return any(
            f.column in asked and not set(f.values) <= asked[f.column]
            for f in own.query.filters
            if f.op in _NAMES
        )

    def _without(self, question: str, word: str, scopes: tuple[str, ...]) -> Reading | None:
        return self._alone(" ".join(question.replace(word, " ", 1).split()), scopes)

    def _may_hold(self, word: str, parts: frozenset[str]) -> bool:
        """Whether a reply that names these parts may stand for a word that was not understood. One
        that only names a place or a time may for a misspelt name, and not for a plain word
        ("parts") that says what is wanted."""
        speller = self.parser.tagger.speller
        known = [w for w in word.casefold().split() if speller.knows(w) or speller.is_ordinary(w)]
        return not known or bool(parts & SUBJECTS)

    def _parts(self, said: Surface, scopes: tuple[str, ...]) -> frozenset[str]:
        """The parts of a query that words name which are no whole question."""
        found = self._fragment(said, scopes)
        return frozenset(found.named) if found is not None else frozenset()

    def _fragment(self, said: Surface, scopes: tuple[str, ...]) -> Fragment | None:
        """What words say that are no whole question; None where they are not understood."""
        model = self.parser.model
        base = SemanticQuery(model.name, model.default_table, measures=(Measure(agg=Agg.COUNT),))
        try:
            found = self.parser.fragment(_text(said), base, scopes)
        except UserFixable:
            return None
        return found if isinstance(found, Fragment) else None

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
        drawing = None
        if can_go_on:
            answer = stack[-1].answer
            drawing = drawing_on(answer, question, said.whole, self.words.draws)
        if drawing is not None:
            turn = stack[-1]
            return Move(
                Intent.VISUAL_UPDATE, "redraw", question, Reading(), turn, turn.plan,
                drawing=drawing,
            )  # fmt: skip
        back = found_return(said.text, self.words) if can_go_on and said.whole is None else None
        if back is not None:
            found = self._returned(back, question, past, stack[-1], rows, scopes)
            if found is not None:
                return found
            if back.is_told:  # "back to May": a change of the answer at hand
                is_here = is_so_already(back, stack[-1], self.parser)
                left = back.rest if is_here else back.text
                again = surface(left, self.words, self.parser)
                asked = self._never_shown(again, stack[-1], scopes)
                if asked is not None:
                    return Move(Intent.DATA_FILTER, "ask", question, asked, stack[-1])
                return self._going_on(again, left, past, rows, scopes)
        alone = self._alone(question, scopes) or Reading()
        if alone.query is None and not alone.problem and _says_nothing_else(said, alone):
            # less what says nothing at either end ("now the mean pressure ...")
            bare = self._alone(said.asked, scopes)
            if bare is not None and bare.query is not None:
                alone, question = bare, said.asked
        if not can_go_on:
            return self._first(said, question, alone, past.pending)
        steps = self._steps_back(said)
        if steps:
            return _back(question, stack, past, steps)
        beside = stack[-1].answer.beside
        if beside is not None:
            of_assets = OfAssets(self.parser, self.words, said, question, stack[-1], beside, scopes)
            return of_assets.move(alone)
        plan = stack[-1].plan
        earlier = tuple(turn.plan for turn in stack[:-1] if turn.plan is not None)
        whole = WholeQuestions(self.parser, self.words, earlier)
        is_order = self.words.sorts_by(said.tokens) is not None and plan is not None
        if is_order:
            alone = Reading()
        if whole.stands_alone(said, alone, plan) or whole.is_of_its_own(said, alone, plan):
            return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
        turn = stack[-1]
        if alone.problem == "write" and turn.plan is not None and said.whole is None:
            removed = self._removes(said, turn.plan)
            if not removed:
                return Move(Intent.NEW_QUERY, "new", question, alone)
        if turn.plan is None:
            return self._after_sql(said, question, turn, alone, scopes)
        if whole.is_a_sentence(said, alone, turn.plan, scopes):
            return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
        going = GoingOn(self.parser, self.words, said, question, turn, turn.plan, rows, scopes)
        try:
            found = going.move(alone, stack[-2] if len(stack) > 1 else None)
        except Ask as ask:
            is_of_it = isinstance(ask, NotOfIt)
            if not is_of_it and whole.may_be_new(said, alone, plan):
                return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
            reading = Reading(clarification=ask.clarification)
            is_unsure = isinstance(ask, NotRead)
            found = Move(Intent.DATA_FILTER, "ask", question, reading, turn, is_unsure=is_unsure)
        return replace(found, stands_alone=alone.query is not None)

    def _steps_back(self, said: Surface) -> int:
        """How many answers are taken back; 0 for other words."""
        if said.whole == "undo":
            return 1
        several = self.words.whole("undo_steps", said.tokens)
        return int(several) if several is not None else 0

    def _removes(self, said: Surface, plan: SemanticQuery) -> bool:
        """Whether words that would be an order to write take something away from the answer."""
        commas = [i for i, t in enumerate(said.tokens) if self.words["parts_with"].match([t], 0)]
        first = said.tokens[: commas[0]] if commas else said.tokens
        try:
            return any(
                removals(tokens, plan, self.words, self.parser) is not None
                for tokens in (said.tokens, first)
            )
        except Ask:
            return True

    def _returned(
        self,
        back: Return,
        question: str,
        past: Past,
        newest: PastTurn,
        rows: Rows,
        scopes: tuple[str, ...],
    ) -> Move | None:
        """What goes back to an answer further up; None where none of them is described."""
        turns = tuple(reversed(past.answers(self.parser.model.name)))
        found = found_turn(back, turns, newest, self.parser, self.words, scopes)
        if found is None:
            return None
        if back.rest:
            said = surface(back.rest, self.words, self.parser)
            going = GoingOn(
                self.parser, self.words, said, question, found.turn, found.query,
                rows if found.turn.id == newest.id else _not_kept, scopes,
            )  # fmt: skip
            try:
                return going.move(self._alone(back.rest, scopes) or Reading(), None)
            except Unchanged:
                pass  # it was so already
            except Ask as ask:
                reading = Reading(clarification=ask.clarification)
                return Move(Intent.DATA_FILTER, "ask", question, reading, found.turn)
        action: Action = "back" if found.is_same else "edit"
        return Move(Intent.DATA_FILTER, action, question, turn=found.turn, query=found.query)

    def _never_shown(
        self, said: Surface, turn: PastTurn, scopes: tuple[str, ...]
    ) -> Reading | None:
        """What is asked of who goes back to a figure that no answer has shown; None where the words
        name none, or the one at hand."""
        if turn.plan is None:
            return None
        try:
            found = self.parser.fragment(_text(said), turn.plan, scopes)
        except (Ask, UserFixable):
            return None
        if not isinstance(found, Fragment) or "measures" not in found.named:
            return None
        if figures_of(found.query) == figures_of(turn.plan):
            return None
        text = _text(said)
        asked = _(
            "Nothing here was about “{text}” yet. Do you want it in place of the answer before?"
        ).format(text=text)
        option = Option(_("Yes, in its place"), f"what about {text}")
        return Reading(clarification=Clarification(asked, (option,)))

    def _first(
        self, said: Surface, question: str, alone: Reading, pending: PastTurn | None
    ) -> Move:
        """A question with nothing before it that it could change. Words that only point back are
        asked about, and so is, after a question that was asked back, what names no figure: it may
        be an answer to that one. pending: the question before, where it was asked back."""
        is_asked = pending is not None
        is_pointing = said.whole is not None or said.chart is not None
        if alone.query is not None:
            subject = bool(alone.named & SUBJECTS)
            points = said.points_back or said.marks.only
            is_pointing = is_pointing or alone.named <= {"readings", "chart", "unit"}
            is_pointing = is_pointing or (points and not subject)
            is_pointing = is_pointing or (is_asked and not subject)
            # "how many alarms is that altogether", of what was not answered
            says_it = any(self.words.is_small("it", t) for t in said.tokens[1:])
            is_pointing = is_pointing or (is_asked and says_it and not alone.named & SETTING)
            # "and the parts cost?", which would be of everything
            # "with the scrap as well", "energy only"
            adds = said.joins or said.marks.also or said.marks.only
            goes_on = is_asked and adds and not alone.named & SETTING
            is_pointing = is_pointing or goes_on
            # "when did it fail", after a question of June
            is_of_time = pending is not None and self._names_time(pending.answer.question)
            is_pointing = is_pointing or (is_of_time and says_it and "time" not in alone.named)
            acts = bool(said.edge & _ACTS_ON_IT) and not alone.named & SETTING
            takes = self.words["remove"].match(said.tokens, 0) is not None
            is_pointing = is_pointing or acts or (takes and "time" not in alone.named)
            is_manner = alone.named <= _MANNER | {"measures"}
            is_manner = is_manner or alone.named <= _MANNER - {"splits"} | {"measures", "time"}
            is_pointing = is_pointing or (said.reference is not None and is_manner)
            is_pointing = is_pointing or _points_at_nothing(said, alone.query)
            # "how many of those are urgent", "how many are urgent" of what was not answered
            is_of_those = said.reference is not None and not said.reference.is_loose
            is_of_those = is_of_those or "part" in said.marks.kinds
            is_left = is_of_those or (is_asked and "time" not in alone.named)
            is_pointing = is_pointing or (is_left and self._counts_unnamed(said, alone.query))
        # words that are not read, after a question back, may be a reply that rules do not know
        is_plain = said.whole is None and said.chart is None
        is_whole = alone.query is not None and not is_pointing
        is_unsure = is_asked and is_plain and alone.is_open and not is_whole
        if not is_pointing:
            return Move(Intent.NEW_QUERY, "new", question, alone, is_unsure=is_unsure)
        reading = Reading(clarification=Clarification(_(_NOTHING_BEFORE)))
        return Move(Intent.NEW_QUERY, "ask", question, reading, is_unsure=is_unsure)

    def _counts_unnamed(self, said: Surface, query: SemanticQuery) -> bool:
        """Whether rows are counted of which no word says what they are: only a value tells whose
        they would be."""
        if not query.measures or any(m.agg is Agg.COUNT_DISTINCT for m in query.measures):
            return False
        norms, at = [t.norm for t in said.tokens], 0
        while at < len(norms):
            found = max(
                self.parser.vocabulary.match(norms, at), key=lambda m: m.length, default=None
            )
            if found is not None and any(t.kind != "value" for t in found.targets):
                return False
            at += found.length if found is not None else 1
        return True

    def _names_time(self, question: str) -> bool:
        """Whether a question names a time, whatever else it says."""
        tokens = tokenise(question)
        return any(self.parser.time.parse(tokens, at) is not None for at in range(len(tokens)))

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
        if not goes_on and (alone.query is None or names & SUBJECTS):
            is_unsure = alone.query is None and alone.is_open
            return Move(Intent.NEW_QUERY, "new", question, alone, is_unsure=is_unsure)
        parts = turn.answer.verified.parameters if turn.answer.verified is not None else ()
        listed = ", ".join(f"“{p.phrase}”" for p in parts if p.editable)
        can = _(" Only {listed} can be changed in it.").format(listed=listed) if listed else ""
        asked = _(
            "The answer before comes from SQL that Gemba did not write.{can} Please "
            "ask the whole question."
        ).format(can=can)
        reading = Reading(clarification=Clarification(asked))
        # whoever writes SQL may change it; not so what is out of scope, or no question at all
        is_unsure = alone.is_open
        return Move(Intent.DATA_FILTER, "ask", question, reading, turn, is_unsure=is_unsure)


def _points_at_nothing(said: Surface, query: SemanticQuery) -> bool:
    """Whether words point to a thing by its noun ("that pump") which the question does not name."""
    column = said.reference.column if said.reference is not None else ""
    named = {one.column for one in query.filters} | {one.column for one in query.dimensions}
    return bool(column) and column not in named


def _not_kept() -> None:
    """The rows of an answer further up."""


def _says_nothing_else(said: Surface, alone: Reading) -> bool:
    """Whether all that was not understood of a question is what it begins with and that says
    nothing ("now the mean pressure"), or politeness at its end; there the same word may say a lot
    ("right now")."""
    unknown = alone.clarification.unknown_words if alone.clarification is not None else ()
    kept = _words_of(said.asked)
    front = _words_of(said.text[: said.tokens[0].start]) if kept else set()

    def says_nothing(words: set[str]) -> bool:
        # several words stand for something, unless all of them are at the front
        return words <= front or (len(words) == 1 and not words & kept)

    return bool(unknown) and all(says_nothing(_words_of(word)) for word in unknown)


def _words_of(text: str) -> set[str]:
    return {token.text.casefold() for token in tokenise(text)}


def _text(said: Surface) -> str:
    return " ".join(t.text for t in said.tokens)


def _back(question: str, stack: Sequence[PastTurn], past: Past, steps: int) -> Move:
    """The answer so many steps before the last one again; what was only told of the last one ("4
    lines") is a step of its own."""
    last = past.turns[-1]
    is_told = last.answer.follows == stack[-1].id and last.plan is None
    if steps == 1 and is_told and last.id != stack[-1].id:
        return _again(question, stack[-1])
    if len(stack) <= steps:
        asked = Clarification(
            _("There is nothing further back that is still kept. Please ask the question again.")
        )
        return Move(Intent.DATA_FILTER, "ask", question, Reading(clarification=asked), stack[-1])
    return _again(question, stack[-1 - steps])


def _again(question: str, turn: PastTurn) -> Move:
    """An answer once more."""
    beside = turn.answer.beside
    asked = beside.asked if beside is not None else None
    return Move(Intent.DATA_FILTER, "back", question, turn=turn, query=turn.plan, asked=asked)
