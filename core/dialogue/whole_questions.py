"""Which questions are whole ones in a conversation, and go on from nothing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.dialogue.surface import Surface
from core.dialogue.words import DialogueWords
from core.errors import UserFixable
from core.language.fragment import Fragment
from core.language.normalise import Token
from core.language.parser import QuestionParser
from core.language.reading import Reading
from core.semantic.query import Agg, Dimension, Op, SemanticQuery

#: Parts of a query that make a question stand alone where its own words name them.
SUBJECTS: Final = frozenset({"measures", "rows"})
#: Parts that say where and when; with a subject they make a whole question.
SETTING: Final = frozenset({"filters", "time"})
#: A figure with its split and its time is a whole question, even behind "also".
_WHOLE: Final = frozenset({"measures", "splits", "time"})
#: Marks of what goes on from an answer, whatever else is said.
_LEANS: Final = frozenset({"also", "instead", "about"})


#: A name alone, such as "work orders", is no question of everything there is.
_MOST_TERSE: Final = 3


@dataclass(frozen=True, slots=True)
class WholeQuestions:
    """Tells them over one model in one language. earlier: what was answered before the answer at
    hand."""

    parser: QuestionParser
    words: DialogueWords
    earlier: tuple[SemanticQuery, ...] = ()

    def stands_alone(self, said: Surface, alone: Reading, base: SemanticQuery | None) -> bool:
        """Whether a question names what it is about and does not point back."""
        if alone.query is None or not alone.named & SUBJECTS:
            return False
        if said.is_bound:
            return said.only_adds and alone.named >= _WHOLE
        if self._means_one_before(said, alone, base) or self._narrows(said, alone, base):
            return False
        if base is not None and points_there(said.tokens, self.words):
            return False
        if alone.named >= SETTING:
            return True
        if said.points_back:
            return False
        # a figure without a place or a time keeps those of the answer before, and so does the
        # figure at hand at another time ("compare the vibration in March with April")
        is_placed = self._is_placed(alone.query)
        of_it = (base, *self._of_the_same_thing(base))
        is_shown = any(_has_figure_of(alone.query, one) for one in of_it)
        return is_placed or ("time" in alone.named and not is_shown)

    def _of_the_same_thing(self, base: SemanticQuery | None) -> list[SemanticQuery]:
        """The answers just before that were about the one thing which that at hand is about, in
        their order."""
        entity = self.parser.model.entity
        own = _one_of(entity, base)
        same = itertools.takewhile(lambda q: _one_of(entity, q) == own, reversed(self.earlier))
        return list(same) if own is not None else []

    def _is_placed(self, query: SemanticQuery) -> bool:
        """Whether conditions say where, of what thing, or what is open at present; "bad readings"
        are none of a place."""
        model = self.parser.model
        levels = {level for h in model.hierarchies for level in h.levels} | {model.entity}
        levels.add(model.tables[query.table].scope)
        return any(
            f.column in levels or (f.phrase and f.op in (Op.IS_NULL, Op.NOT_NULL))
            for f in query.filters
        )

    def _narrows(self, said: Surface, alone: Reading, base: SemanticQuery | None) -> bool:
        """Whether words begin with "just" and name a figure that is at hand: they take from what is
        shown ("just the scrap rate, and for gear housings")."""
        query, first = alone.query, said.tokens[0] if said.tokens else None
        if base is None or query is None or first is None or not query.measures:
            return False
        begins = self.words["marks"].match(said.tokens, 0)
        figures = {(m.metric, m.column, m.agg) for m in base.measures}
        is_at_hand = all((m.metric, m.column, m.agg) in figures for m in query.measures)
        return begins is not None and begins[0] == "only" and is_at_hand

    def is_of_its_own(self, said: Surface, alone: Reading, base: SemanticQuery | None) -> bool:
        """Whether a question is a whole one though it names no figure, or no place and time: a list
        of what there is somewhere ("which areas are there in Austin"), how many of something "we
        have", and the reasons of another figure than that at hand ("top scrap reasons in May")."""
        query = alone.query
        if query is None or said.is_bound or said.joins or said.marks.only or said.edge & _LEANS:
            return False
        tokens = said.tokens
        if tokens and self.words.is_small("takes_apart", tokens[0]):
            return False  # "split Austin by failure mode"
        is_owned = any(self.words["owned"].match(tokens, i) for i in range(len(tokens)))
        if query.kind == "aggregate" and query.dimensions and not query.measures:
            asserts = any(self.words["asserts"].match(tokens, i) for i in range(len(tokens)))
            is_bare = not alone.named & {"rank", "limits", "share", "comparison"}
            return is_bare and (is_owned or (asserts and "filters" in alone.named))
        if "measures" in alone.named:
            counted = {m.column for m in query.measures if m.agg is Agg.COUNT_DISTINCT}
            return is_owned and counted == {self.parser.model.entity}
        if base is None or not alone.named & SETTING:
            return False
        return bool(query.measures) and self._has_own_figure(said, query, base)

    def is_a_sentence(
        self, said: Surface, alone: Reading, base: SemanticQuery, scopes: tuple[str, ...]
    ) -> bool:
        """Whether words that are not understood by themselves ask what is so somewhere ("which
        orders are running in Hamburg right now"): read as a change they would give an answer to
        something else."""
        if alone.query is not None or said.whole is not None or said.chart is not None:
            return False
        if said.is_bound or said.points_back or said.marks.kinds or said.reference is not None:
            return False
        tokens, lexicon = said.tokens, self.parser.lexicon
        is_which = any(lexicon.has(g, tokens, 0) for g in ("which", "when", "duration") if tokens)
        if not is_which or not any(self.words["asserts"].match([t], 0) for t in tokens):
            return False
        try:
            found = self.parser.fragment(" ".join(t.text for t in said.tokens), base, scopes)
        except UserFixable:
            return False
        own = found.named if isinstance(found, Fragment) else frozenset()
        is_about = "filters" in own and ("splits" in own or self._names_a_column(tokens))
        is_whole = "measures" in own and bool(own >= SETTING or own >= {"splits", "filters"})
        return is_about and (is_whole or not own & {"measures", "rank", "limits", "comparison"})

    def may_be_new(self, said: Surface, alone: Reading, base: SemanticQuery | None) -> bool:
        """Whether what changes nothing is a question of its own. Words that only point back, or
        that name no figure, are never answered over everything there is."""
        if alone.problem:
            return self.words["remove"].match(said.tokens, 0) is None
        is_whole = alone.query is not None and bool(alone.named & SUBJECTS)
        is_narrowed = bool(alone.named & SETTING)
        if not is_narrowed and (said.marks.only or said.reference is not None):
            return False  # "good parts only", "which orders did it have": of what was shown
        if self._means_one_before(said, alone, base):
            return False
        has_setting = base is not None and (base.time is not None or bool(base.filters))
        if not is_narrowed and has_setting and len(said.tokens) <= _MOST_TERSE:
            return False  # "alarms?" is of the place and the time at hand
        return is_whole and not said.is_bound and not said.points_back

    def _means_one_before(self, said: Surface, alone: Reading, base: SemanticQuery | None) -> bool:
        """Whether an "it" stands for the one thing that the answer before is about, as the question
        names no place itself ("which work orders did it have in June")."""
        entity, query = self.parser.model.entity, alone.query
        is_loose = said.reference is not None and said.reference.is_loose
        if not is_loose or base is None or query is None or entity is None:
            return False
        takes = any(self.words["expletives"].match(said.tokens, i) for i in range(len(said.tokens)))
        levels = {level for h in self.parser.model.hierarchies for level in h.levels}
        levels |= {entity, *(f.column for f in base.filters if f.column == entity)}
        is_placed = any(f.column in levels for f in query.filters)
        own = [f for f in base.filters if f.column == entity]
        is_one = any(f.op is Op.EQ and len(f.values) == 1 for f in own)
        is_one = is_one or (base.limit == 1 and base.dimensions == (Dimension(entity),))
        if said.reference is not None and said.reference.kind == "many":  # "did they raise"
            is_one = bool(own) or any(d.column == entity for d in base.dimensions)
        return is_one and not is_placed and not takes

    def _names_a_column(self, tokens: Sequence[Token]) -> bool:
        """Whether the name of a kind of thing is among the words."""
        norms = [t.norm for t in tokens]
        columns = self.parser.vocabulary.columns
        return any(
            target.kind == "column" and columns[target.name][0].role == "dimension"
            for at in range(len(norms))
            for match in self.parser.vocabulary.match(norms, at)
            for target in match.targets
        )

    def _has_own_figure(self, said: Surface, query: SemanticQuery, base: SemanticQuery) -> bool:
        """Whether it is split by the reasons of another figure, in their own words."""
        columns = self.parser.model.tables[query.table].columns
        named = {d.column for d in query.dimensions if d.column is not None}
        own = {c for c in named if columns[c].default_measure}
        figures = {m.metric or m.column for m in base.measures}
        if not own or any(columns[c].default_measure in figures for c in own):
            return False
        norms = [t.norm for t in said.tokens]
        return any(
            {t.name for t in match.targets if t.kind == "column"} == {column} and match.length > 1
            for column in own
            for at in range(len(norms))
            for match in self.parser.vocabulary.match(norms, at)
        )


def _one_of(entity: str | None, query: SemanticQuery | None) -> tuple[object, ...] | None:
    """The one thing of a kind that a query is about; None where it is about several or all."""
    own = [f for f in query.filters if f.column == entity] if query is not None else []
    return own[0].values if len(own) == 1 and own[0].op is Op.EQ else None


def _has_figure_of(query: SemanticQuery, base: SemanticQuery | None) -> bool:
    """Whether all figures are those of the answer before, however they are formed."""
    at_hand = {m.metric or m.column for m in base.measures} if base is not None else set()
    own = {m.metric or m.column for m in query.measures}
    return bool(own) and None not in own and own <= at_hand


def points_there(tokens: Sequence[Token], words: DialogueWords) -> bool:
    """Whether "there" stands for the place of the answer before ("on Line 4 there"), and not for
    nothing ("how many alarms were there")."""
    left = [t for t in tokens if t.kind != "symbol"]
    return any(
        words["there"].match(left, at) is not None
        and at > 0
        and not words.is_small("are", left[at - 1])
        and not (at + 1 < len(left) and words.is_small("are", left[at + 1]))
        for at in range(len(left))
    )
