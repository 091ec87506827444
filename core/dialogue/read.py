"""Reads a question in its conversation: what it goes on from, and what it makes of it.

Rules first, in an order in which each is surer than the next: forgetting and going back; a reply to
what Gemba asked; words that take something away; another picture of the same rows; a change of the
query before. A question that names its own figure and does not point back stands alone and takes
over nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.changes import Marks, changes, pin, swapped
from core.dialogue.edits import (
    All,
    AsRows,
    Edit,
    Ground,
    Measured,
    Ranked,
    Split,
    When,
    Where,
    edited,
)
from core.dialogue.intents import Intent, state_of, taken
from core.dialogue.move import Move
from core.dialogue.past import Past, PastTurn
from core.dialogue.periods import neighbour
from core.dialogue.references import Reference, Rows, found_reference, pinned, values_of
from core.dialogue.removal import everywhere, removals
from core.dialogue.replies import completed
from core.dialogue.words import DialogueWords
from core.errors import UserFixable
from core.language.fragment import Fragment
from core.language.normalise import Token, clean, tokenise
from core.language.parser import QuestionParser
from core.language.reading import Ask, Reading
from core.semantic.query import Agg, Filter, Measure, Op, SemanticQuery
from core.types import ChartType, Clarification, WordUse

#: Parts of a query that make a question stand alone where its own words name them.
_SUBJECTS: Final = frozenset({"measures", "rows"})
#: Marks at the edge of a question by which it goes on from another one, whatever it names.
_POINTS_BACK: Final = frozenset({"also", "instead", "about", "this", "deed"})


@dataclass(frozen=True, slots=True)
class DialogueReader:
    """Reads questions over one model in one language. Safe to share between threads."""

    parser: QuestionParser
    words: DialogueWords

    def read(self, question: str, past: Past, rows: Rows, scopes: tuple[str, ...] = ()) -> Move:
        """What a question is in its conversation. rows: of the newest answer. scopes: what the user
        may see. Raises UserFixable for a text that is no question."""
        tokens = self.words.bare(tokenise(clean(question)))
        whole = self.words.whole("whole", tokens)
        if whole == "reset":
            return Move(Intent.RESET, "reset", question)
        state = state_of(past)
        reply = self._reply(question, tokens, past, scopes)
        if reply is not None and taken(state, Intent.CLARIFY) is Intent.CLARIFY:
            move = replace(self._going_on(reply, past, rows, scopes), question=reply)
            return replace(move, intent=Intent.CLARIFY)
        return self._going_on(question, past, rows, scopes)

    # -- which way ---------------------------------------------------------------------------

    def _reply(
        self, question: str, tokens: Sequence[Token], past: Past, scopes: tuple[str, ...]
    ) -> str | None:
        if past.pending is None:
            return None

        def reads(text: str) -> bool:
            try:
                return self.parser.parse(text, scopes).query is not None
            except UserFixable:
                return False

        before = self._alone(past.pending.answer.question, scopes)
        if before is None or before.problem:
            return None
        own = self._alone(question, scopes)
        if own is not None and own.query is not None and own.named & _SUBJECTS:
            return None
        return completed(past.pending, tokens, " ".join(t.text for t in tokens), reads)

    def _alone(self, question: str, scopes: tuple[str, ...]) -> Reading | None:
        try:
            return self.parser.parse(question, scopes)
        except UserFixable:
            return None

    def _going_on(self, question: str, past: Past, rows: Rows, scopes: tuple[str, ...]) -> Move:
        """The question as it goes on from the answer before, or as a new one."""
        state = state_of(past)
        stack = past.stack(self.parser.model.name)
        can_go_on = taken(state, Intent.DATA_FILTER) is Intent.DATA_FILTER and bool(stack)
        if not can_go_on:
            return self._first(question, scopes)
        turn = stack[-1]
        text = clean(question)
        tokens = self.words.bare(tokenise(text))
        whole = self.words.whole("whole", tokens)
        if whole == "undo":
            return self._back(question, stack)
        alone = self.parser.parse(question, scopes)
        if self._stands_alone(text, tokens, alone):
            return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
        if turn.plan is None:
            return self._first(question, scopes)
        try:
            found = self._action(whole, tokens, turn, turn.plan, rows, scopes, question)
        except Ask as ask:
            reading = Reading(clarification=ask.clarification)
            found = Move(Intent.DATA_FILTER, "ask", question, reading, turn)
        points_back = self._points_back(tokens) or self._reference(tokens)[0] is not None
        if found.action == "ask" and alone.query is not None and not points_back:
            return Move(Intent.NEW_QUERY, "new", question, alone, stands_alone=True)
        takes_away = self.words["remove"].match(tokens, 0) is not None
        if found.action == "ask" and alone.problem and not takes_away:
            return Move(Intent.NEW_QUERY, "new", question, alone)
        return replace(found, stands_alone=alone.query is not None)

    def _first(self, question: str, scopes: tuple[str, ...]) -> Move:
        """A question with nothing before it that it could change. Words that only point back are
        asked about."""
        tokens = self.words.bare(tokenise(clean(question)))
        points = self.words.whole("whole", tokens) or self.words.whole("chart", tokens)
        if points is None and self._reference(tokens)[0] is not None:
            alone = self._alone(question, scopes)
            is_whole = alone is not None and "filters" in alone.named
            points = None if is_whole else "reference"
        if points is None:
            return Move(Intent.NEW_QUERY, "new", question)
        asked = Clarification(
            "There is no answer before this one that it could go on from. Please ask the whole "
            "question."
        )
        return Move(Intent.NEW_QUERY, "ask", question, Reading(clarification=asked))

    def _stands_alone(self, text: str, tokens: Sequence[Token], alone: Reading) -> bool:
        """Whether a question names what it is about and does not point back."""
        if alone.query is None or not alone.named & _SUBJECTS:
            return False
        every = [t for t in tokenise(text) if t.kind != "symbol"]
        skipped = len(every) - len([t for t in tokens if t.kind != "symbol"])
        joins = every[:1] and every[0].norm in ("and", "but") and skipped > 0
        if joins or self._points_back(tokens):
            return False
        reference, _ = self._reference(tokens)
        if reference is not None and not alone.named & {"filters", "time"}:
            return False
        # a bare figure ("scrap rate?") is what the answer before is to be about
        return alone.named != {"measures"} or len(alone.query.measures) == 0 or self._asks(tokens)

    def _asks(self, tokens: Sequence[Token]) -> bool:
        """Whether words beside a figure make a whole question of it ("what is the ...")."""
        norms = [t.norm for t in tokens]
        return any("which" in self._tags(n) or "show" in self._tags(n) for n in norms)

    def _tags(self, word: str) -> frozenset[str]:
        token = tokenise(word)
        groups = ("which", "show", "who", "records")
        return frozenset(g for g in groups if self.parser.lexicon.has(g, token, 0))

    def _points_back(self, tokens: Sequence[Token]) -> bool:
        """Whether marks at either edge of the question go on from another one."""
        found = self.words["marks"].match(tokens, 0)
        if found is not None and found[0] in _POINTS_BACK:
            return True
        if self.words["instead_of"].match(tokens, 0):
            return True
        for at in range(max(0, len(tokens) - self.words["marks"].longest), len(tokens)):
            found = self.words["marks"].match(tokens, at)
            if found and at + found[1] == len(tokens) and found[0] in _POINTS_BACK:
                return True
        return any(self.words["instead_of"].match(tokens, at) for at in range(len(tokens)))

    def _reference(self, tokens: Sequence[Token]) -> tuple[Reference | None, tuple[Token, ...]]:
        model = self.parser.model
        return found_reference(tokens, self.words, self.parser.vocabulary, model.entity)

    # -- what it makes -----------------------------------------------------------------------

    def _action(
        self,
        whole: str | None,
        tokens: Sequence[Token],
        turn: PastTurn,
        base: SemanticQuery,
        rows: Rows,
        scopes: tuple[str, ...],
        question: str,
    ) -> Move:
        """What words that go on from an answer do. Raises Ask."""
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        kinds, rest = self.words.marked(tokens)
        marks = Marks(kinds)
        picture = self.words.whole("chart", tokens) or self.words.whole("chart", rest)
        if picture is not None:
            wish: ChartType | None = "table" if picture == "table" else None
            return _redraw(question, turn, wish)
        whole = whole or self.words.whole("whole", rest)
        if whole == "why":
            return Move(Intent.DATA_FILTER, "why", question, turn=turn, query=base)
        if whole == "count" and base.kind == "aggregate" and base.dimensions:
            return Move(Intent.DATA_FILTER, "count", question, turn=turn, query=base)
        edits = self._whole_edits(whole, base, rest)
        reading = Reading()
        if edits is None:
            edits = removals(tokens, base, self.words, self.parser)
        if edits is None:
            edits = everywhere(rest or tokens, base, self.words, self.parser)
        if edits is None:
            edits, reading = self._said(rest, base, turn, marks, rows, scopes, question)
        if not edits and reading.chart is not None:
            return _redraw(question, turn, reading.chart, reading)
        query = edited(base, self._within(edits, base, turn, rows), ground)
        return Move(Intent.DATA_FILTER, "edit", question, reading, turn, query)

    def _whole_edits(
        self, whole: str | None, base: SemanticQuery, rest: Sequence[Token]
    ) -> list[Edit] | None:
        """The changes of phrases that are the whole of what is said."""
        if whole in ("before", "after"):
            said = " ".join(t.norm for t in rest)
            window = neighbour(base.time, self.parser.clock, said, is_after=whole == "after")
            return [When(window)]
        if whole == "everything":
            return [All()]
        if whole == "list":
            return [AsRows()] if _counts_events(base, self.parser) else None
        if whole == "count":
            if base.kind == "records":
                return [Measured((Measure(agg=Agg.COUNT),), base.table)]
            return None
        return None

    def _said(
        self,
        rest: Sequence[Token],
        base: SemanticQuery,
        turn: PastTurn,
        marks: Marks,
        rows: Rows,
        scopes: tuple[str, ...],
        question: str,
    ) -> tuple[list[Edit], Reading]:
        """The changes of words that the parser reads, and what it made of each of them."""
        first, second = self._parted(rest)
        if second:
            return self._instead(first, second, base, marks, scopes, question)
        reference, bare = self._reference(rest)
        edits: list[Edit] = []
        if reference is not None:
            pinned_to = pinned(reference, turn, base, rows, self.parser.model)
            edits += pin(base, pinned_to, is_one=reference.kind != "many")
            if not [t for t in bare if t.kind != "symbol"]:
                return edits, Reading()
        fragment = self._fragment(bare, base, scopes, also=marks.also)
        if reference is not None:
            only = Marks(marks.kinds | {"only"})
            try:
                edits += changes(base, fragment, only)
            except Ask:
                if not edits:
                    raise
        else:
            edits += [] if fragment.named == {"chart"} else changes(base, fragment, marks)
        return edits, _reading(fragment, question)

    def _parted(self, tokens: Sequence[Token]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
        """The words before and after "instead of"."""
        for at in range(len(tokens)):
            found = self.words["instead_of"].match(tokens, at)
            if found is not None:
                return tuple(tokens[:at]), tuple(tokens[at + found[1] :])
        return tuple(tokens), ()

    def _instead(
        self,
        first: Sequence[Token],
        second: Sequence[Token],
        base: SemanticQuery,
        marks: Marks,
        scopes: tuple[str, ...],
        question: str,
    ) -> tuple[list[Edit], Reading]:
        """The changes of "B instead of A" and of "instead of A, B"."""
        pairs = [(tuple(first), tuple(second))] if first else []
        pairs += [(tuple(second[at:]), tuple(second[:at])) for at in range(1, len(second))]
        asked: Ask | None = None
        for wanted, gone in pairs:
            now = self.words.marked(self.words.bare(wanted))[1]
            try:
                named = self._fragment(now, base, scopes, also=False)
                before = self._fragment(gone, base, scopes, also=False)
                if not named.named & before.named:
                    continue
                edits = swapped(base, before, changes(base, named, marks))
                return edits, _reading(named, question)
            except Ask as ask:
                asked = asked or ask
        raise asked or Ask(Clarification("What do you want instead of what? Please name both."))

    def _fragment(
        self, tokens: Sequence[Token], base: SemanticQuery, scopes: tuple[str, ...], *, also: bool
    ) -> Fragment:
        """The words as a fragment. Raises Ask where they cannot be read."""
        text = _joined(tokens)
        try:
            found = self.parser.fragment(text, base, scopes, also=also)
        except UserFixable as error:
            raise Ask(Clarification(str(error))) from error
        if isinstance(found, Reading):
            raise Ask(found.clarification or Clarification("Please say it another way."))
        return found

    def _within(
        self, edits: list[Edit], base: SemanticQuery, turn: PastTurn, rows: Rows
    ) -> list[Edit]:
        """A change that keeps the groups of a "top 5" and would lose which five they are first pins
        them down."""
        if base.limit is None or base.per_group or base.kind == "records":
            return edits
        split = [d for d in base.dimensions if d.column is not None]
        if len(split) != 1 or len(base.dimensions) != 1 or split[0].column is None:
            return edits
        if not any(_keeps_groups(edit) for edit in edits):
            return edits
        values = values_of(rows(), turn, split[0].column)
        if not values:
            return edits
        op = Op.EQ if len(values) == 1 else Op.IN
        these = Filter(split[0].column, op, tuple(values), phrase=", ".join(values[:3]))
        free = Ranked(base.order, None)
        return [Where((these,), "only"), free, *edits]

    def _back(self, question: str, stack: Sequence[PastTurn]) -> Move:
        """The answer before the last one again."""
        if len(stack) < 2:
            asked = Clarification(
                "There is nothing further back that is still kept. Please ask the question again."
            )
            return Move(
                Intent.DATA_FILTER, "ask", question, Reading(clarification=asked), stack[-1]
            )
        return Move(Intent.DATA_FILTER, "back", question, turn=stack[-2], query=stack[-2].plan)


def _keeps_groups(edit: Edit) -> bool:
    """Whether a change keeps the groups there are and would lose which of them count."""
    if isinstance(edit, Split):
        is_step = all(d.grain is not None for d in edit.dimensions)
        return edit.mode == "add" or (edit.mode == "swap" and is_step)
    if isinstance(edit, Ranked):
        return edit.limit is None and bool(edit.order)
    return False


def _counts_events(base: SemanticQuery, parser: QuestionParser) -> bool:
    time = parser.model.tables[base.table].time
    return base.kind == "aggregate" and time is not None and time.interval_min is None


def _redraw(
    question: str, turn: PastTurn, wish: ChartType | None, reading: Reading | None = None
) -> Move:
    found = replace(reading or Reading(), chart=wish)
    return Move(Intent.VISUAL_UPDATE, "redraw", question, found, turn, turn.plan)


def _joined(tokens: Sequence[Token]) -> str:
    """The tokens as text, with the spaces they were typed with."""
    text = ""
    for index, token in enumerate(tokens):
        gap = "" if index == 0 or tokens[index - 1].end == token.start else " "
        text += gap + token.text
    return text


def _reading(fragment: Fragment, question: str) -> Reading:
    """What was made of a fragment's words, at their places in the whole question."""
    words = []
    text, at = clean(question), 0
    for use in fragment.words:
        found = text.find(use.text, at)
        if found < 0:
            continue
        at = found + len(use.text)
        words.append(WordUse(found, at, use.text, use.meaning, use.used))
    return Reading(
        words=tuple(words),
        mended=dict(fragment.mended),
        out_of_scope=fragment.out_of_scope,
        chart=fragment.chart,
        notes=fragment.notes,
    )
