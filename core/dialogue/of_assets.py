"""Words that go on from an answer about assets that no one query gives, such as a risk ranking.

What they change is read as for every other answer: against a query that has its places, its order
and its number of assets (`as_query`). What comes of it is read back, and whatever is no part of
such a question is asked back, so that no word is passed over. A figure that is named with an asset
of the answer ("the vibration of it") is a question of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

from core.dialogue.going_on import GoingOn
from core.dialogue.intents import Intent
from core.dialogue.move import Move
from core.dialogue.past import PastTurn
from core.dialogue.references import Reference, Rows, found_reference, pinned
from core.dialogue.surface import Surface, surface
from core.dialogue.whole_questions import WholeQuestions
from core.dialogue.words import DialogueWords
from core.language.normalise import Token
from core.language.parser import QuestionParser
from core.language.reading import Ask, Reading
from core.semantic.asset_question import MOST, AssetQuestion, as_query
from core.semantic.model import Watch
from core.semantic.places import place_columns
from core.semantic.query import Dimension, Op, SemanticQuery
from core.translation import gettext as _
from core.translation import marked
from core.types import Beside, ChartType, Clarification, Option

Key = tuple[str, str]
#: Assets that are offered where one has to be named.
_OFFERED: Final = 3
_WHICH: Final = marked("Which asset do you mean? Please name it.")
_NOW_ALONE: Final = marked(
    "The answer before is as of now, and there is none of another time. Ask for a figure of an "
    "asset to see how it was."
)
_CANNOT: Final = marked(
    "Of the answer before, the places, how many assets are listed and from which end can be "
    "changed. Please ask anything else as a whole question."
)
_MADE_OF: Final = marked(
    "This is what it is made of now. What it was before is not kept, so how it changed is not told."
)
_OF_ONE: Final = marked("The answer before is about one asset. Ask for its figures, or anew.")


@dataclass(frozen=True, slots=True)
class OfAssets:
    """One question, and the answer about assets that it goes on from."""

    parser: QuestionParser
    words: DialogueWords
    said: Surface
    question: str
    turn: PastTurn
    beside: Beside
    scopes: tuple[str, ...]

    def move(self, alone: Reading) -> Move:
        """What the words do. alone: the question on its own."""
        said = self.said
        whole = WholeQuestions(self.parser, self.words)
        base = as_query(self.beside.asked, self.parser.model)
        if whole.stands_alone(said, alone, base) or whole.is_of_its_own(said, alone, base):
            return Move(Intent.NEW_QUERY, "new", self.question, alone, stands_alone=True)
        if alone.problem == "write" and self.words["remove"].match(said.tokens, 0) is None:
            return Move(Intent.NEW_QUERY, "new", self.question, alone)
        if said.whole == "count":
            return Move(Intent.DATA_FILTER, "count", self.question, turn=self.turn)
        if said.chart is not None or said.whole == "list":
            wish: ChartType | None = (
                "table" if said.chart == "table" or said.whole == "list" else None
            )
            reading = Reading(chart=wish)
            return Move(Intent.VISUAL_UPDATE, "redraw", self.question, reading, self.turn)
        try:
            if said.whole == "why" or alone.problem == "cause":
                return self._edit(self._why(), Reading(notes=(_(_MADE_OF),)))
            return self._changed(base)
        except Ask as ask:
            reading = Reading(clarification=ask.clarification)
            return Move(Intent.DATA_FILTER, "ask", self.question, reading, self.turn)

    def of_those(self, reference: Reference, bare: Sequence[Token]) -> Move:
        """A question that names its topic and points to assets of the answer. Raises Ask."""
        where = self._where(self._keys(reference))
        return self._edit(_asked_of(_text(bare), where, self.parser, self.scopes, adds=True))

    def reference(self) -> tuple[Reference | None, tuple[Token, ...]]:
        """The first words that point to assets of the answer, and the others."""
        return self._reference(self.said.tokens)

    def _edit(self, asked: AssetQuestion, reading: Reading | None = None) -> Move:
        reading = reading or Reading()
        return Move(
            Intent.DATA_FILTER, "edit", self.question, reading, self.turn, asked=asked
        )  # fmt: skip

    # -- what it is made of ------------------------------------------------------------------

    def _why(self) -> AssetQuestion:
        """Of what the figure of one asset is made: the one that is named or pointed to, else the
        first. Raises Ask where that is none, or more is said than is understood."""
        text, pointed = self._named(self.said.tokens)
        found = self.parser.of_assets(text, self.beside.asked.topic, self.scopes)
        if found.asked is None or not found.asked.why:
            raise Ask(found.clarification or Clarification(_(_CANNOT)))
        named = found.asked.values(self._watch.asset)
        if pointed is not None:
            asset = self._watch.asset
            others = tuple(one for one in found.asked.where if one[0] != asset)
            where = (*self._where([pointed]), *others)
        elif named or found.asked.where:
            if len(named) != 1:
                raise self._which()
            where = found.asked.where
        elif self.beside.shown and not self.beside.asked.by:
            where = self._where(self.beside.shown[:1])
        else:
            raise self._which()
        return AssetQuestion(
            self.beside.asked.topic, where, why=True, said=found.asked.said,
            out_of_scope=found.asked.out_of_scope,
        )  # fmt: skip

    def _named(self, tokens: Sequence[Token]) -> tuple[str, Key | None]:
        """The words with the name of the one asset in place of the words that point to it, and that
        asset; None where none do. Raises Ask where it cannot be told which."""
        reference, _bare = self._reference(tokens)
        if reference is None:
            return _text(tokens), None
        keys = self._keys(reference)
        if len(keys) != 1:
            raise self._which()
        return self._with_names(tokens, keys), keys[0]

    # -- words that point to assets ----------------------------------------------------------

    def _reference(self, tokens: Sequence[Token]) -> tuple[Reference | None, tuple[Token, ...]]:
        """The first words that point to assets of the answer, and the others. "The second" is one
        also before words that only say how it is ("so high"), and behind "of"."""
        manner = self.parser.lexicon.senses["risk_manner"]
        for end in range(len(tokens), 0, -1):
            if end < len(tokens) and " ".join(t.norm for t in tokens[end:]) not in manner:
                continue
            found, bare = found_reference(
                tokens[:end], self.words, self.parser.vocabulary, self.parser.model.entity
            )
            found, bare = (found, bare) if found is not None else self._last(tokens[:end])
            if found is not None and (end == len(tokens) or found.kind == "place"):
                return found, (*bare, *tokens[end:])
        return None, tuple(tokens)

    def _last(self, tokens: Sequence[Token]) -> tuple[Reference | None, tuple[Token, ...]]:
        """`of the first`, `of first`, where they are the last words."""
        for at in range(max(1, len(tokens) - self.words["places"].longest), len(tokens)):
            found = self.words["places"].match(tokens, at)
            is_of = self.words["before_it"].match(tokens[at - 1 : at], 0) is not None
            if found is not None and at + found[1] == len(tokens) and is_of:
                return Reference("place", at=int(found[0])), tuple(tokens[:at])
        return None, tuple(tokens)

    def _keys(self, reference: Reference) -> tuple[Key, ...]:
        """The assets of the answer that a word points to. Raises Ask where it cannot be told."""
        shown = self.beside.shown
        if not shown or reference.column not in ("", self._watch.asset):
            raise self._which()
        if reference.kind == "many":
            return shown
        if reference.kind == "first":
            return shown[:1]
        if reference.kind == "place":
            first = reference.at if reference.at >= 0 else len(shown) - reference.size
            chosen = shown[first : first + reference.size] if first >= 0 else ()
            if len(chosen) < reference.size:
                raise self._which()
            return chosen
        if len(shown) > 1:
            raise self._which()
        return shown

    def _where(self, keys: Sequence[Key]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The places that are these assets and no others. Raises Ask where places cannot say so:
        assets of the same names in several plants."""
        scopes = tuple(dict.fromkeys(scope for scope, _name in keys if scope))
        names = tuple(dict.fromkeys(name for _scope, name in keys))
        asset = (self._watch.asset, names)
        column = self.parser.model.tables[self._watch.table].scope
        if not scopes or column is None:
            return (asset,)
        if len(scopes) > 1 and len(names) < len(keys):
            raise self._which()
        return ((column, scopes), asset)

    def _which(self) -> Ask:
        """Asking for the asset, with the first ones of the answer."""
        tokens = self.said.tokens
        is_pointing = self._reference(tokens)[0] is not None
        options = tuple(
            Option(
                key[1],
                self._with_names(tokens, [key]) if is_pointing else f"{_text(tokens)} {key[1]}",
            )
            for key in self.beside.shown[:_OFFERED]
        )
        return Ask(Clarification(_(_WHICH), options))

    @property
    def _watch(self) -> Watch:
        watch = self.parser.model.watch
        assert watch is not None
        return watch

    # -- other places, another number, a figure ----------------------------------------------

    def _changed(self, base: SemanticQuery) -> Move:
        """The question with what the words change of it. Raises Ask."""
        asked = self.beside.asked
        reference, _bare = self._reference(self.said.rest)
        is_of_one = len(self.beside.shown) == 1 and not asked.by
        is_whole = self.said.whole is not None
        if reference is not None and not is_whole and (is_of_one or not reference.is_loose):
            return self._pointed(reference)
        found = self._going_on(self.said, base, lambda: None)
        if found.action == "redraw":
            return replace(found, query=None)
        query = found.query
        if found.action != "edit" or query is None:
            raise Ask(Clarification(_(_CANNOT)))
        if _has_figure(query):
            if not is_of_one:
                raise self._which()
            return self._figure(self.said, self.beside.shown)
        return self._edit(self._read_back(query, base), found.reading)

    def _pointed(self, reference: Reference) -> Move:
        """What is asked of assets of the answer: a figure of theirs, or they alone. Raises Ask."""
        keys = self._keys(reference)
        said = self.said
        if reference.kind in ("place", "first"):
            tokens = self._with_names(said.rest, keys)
            said = surface(tokens, self.words, self.parser, said.language)
        move = self._figure(said, keys)
        if move.query is not None and not _has_figure(move.query):
            # "only the second one": they alone, as what is at hand asks it
            base = self._of_keys(keys)
            where = self._read_back(move.query, base).where
            return self._edit(self.beside.asked.with_(where=where, why=False, said=None, by=""))
        return move

    def _with_names(self, tokens: Sequence[Token], keys: Sequence[Key]) -> str:
        """The words with the names of assets in place of those that point to them."""
        _reference, bare = self._reference(tokens)
        first = next((i for i, t in enumerate(tokens) if t not in bare), len(tokens))
        names = " and ".join(name for _scope, name in keys)
        before = [t.text for t in tokens[:first] if t in bare]
        after = [t.text for t in tokens[first:] if t in bare]
        return " ".join((*before, names, *after))

    def _figure(self, said: Surface, keys: Sequence[Key]) -> Move:
        """The answer to words that are read as going on from the number of rows of these assets.
        Raises Ask."""
        names = [name for _scope, name in keys]
        column = next(
            (c.name for c in self.turn.answer.columns if c.model_column == self._watch.asset), ""
        )
        rows = pa.table({column: names}) if column else None
        return self._going_on(said, self._of_keys(keys), lambda: rows)

    def _of_keys(self, keys: Sequence[Key]) -> SemanticQuery:
        """The rows of these assets; of several by asset."""
        asked = AssetQuestion(self.beside.asked.topic, self._where(keys), most=len(keys))
        query = as_query(asked, self.parser.model)
        if len(keys) == 1:
            return query.with_(dimensions=(), order=(), limit=None)
        return query.with_(limit=None)

    def _going_on(
        self, said: Surface, base: SemanticQuery, rows: Callable[[], pa.Table | None]
    ) -> Move:
        turn = replace(self.turn, answer=replace(self.turn.answer, plan=base))
        going = GoingOn(
            self.parser, self.words, said, self.question, turn, base, rows, self.scopes
        )  # fmt: skip
        found = going.move(Reading(), None)
        return replace(found, turn=self.turn, is_order=False)

    def _read_back(self, query: SemanticQuery, base: SemanticQuery) -> AssetQuestion:
        """The question that a changed query says. Raises Ask for a change that it has no part
        for."""
        asked, watch = self.beside.asked, self._watch
        if query.time is not None or query.comparison is not None:
            raise Ask(Clarification(_(_NOW_ALONE)))
        plain = query.with_(
            filters=base.filters, dimensions=base.dimensions, order=base.order, limit=base.limit
        )
        places = place_columns(self.parser.model, watch)
        is_said = all(f.op in (Op.EQ, Op.IN) and f.column in places for f in query.filters)
        if plain != base or not is_said or query.kind != "aggregate":
            raise Ask(Clarification(_(_CANNOT)))
        where = tuple((f.column, tuple(str(v) for v in f.values)) for f in query.filters)
        by = self._by(query, base)
        if by is None or not self._is_by_rows(query):
            raise Ask(Clarification(_(_CANNOT)))
        changed = asked.with_(where=where, by=by, said=None, out_of_scope=())
        if not by and query.limit != base.limit:
            if asked.why:
                raise Ask(Clarification(_(_OF_ONE)))
            changed = changed.with_(most=min(query.limit or MOST, MOST))
        if not by and query.order and query.order != base.order:
            if asked.why:
                raise Ask(Clarification(_(_OF_ONE)))
            changed = changed.with_(order="high" if query.order[0].descending else "low")
        if asked.why and len(changed.values(watch.asset)) != 1:
            raise Ask(Clarification(_(_OF_ONE)))
        return changed

    def _by(self, query: SemanticQuery, base: SemanticQuery) -> str | None:
        """The column whose values are set against one another; empty for none, None where the
        groups are others than can be told."""
        compares = any(
            self.parser.lexicon.has(group, self.said.tokens, at)
            for group in ("compare", "versus")
            for at in range(len(self.said.tokens))
        )
        new = [d for d in query.dimensions if d not in base.dimensions]
        if not new and query.dimensions == base.dimensions and not compares:
            several = [f.column for f in query.filters if len(f.values) > 1]
            return self.beside.asked.by if self.beside.asked.by in several else ""
        one = new[0].column if len(new) == 1 else None
        if not new and compares:
            one = next((d.column for d in base.dimensions if d.column is not None), None)
        values = next((f.values for f in query.filters if f.column == one), ())
        is_split = not new or new[0] == Dimension(one)
        return one if compares and is_split and len(values) > 1 else None

    @staticmethod
    def _is_by_rows(query: SemanticQuery) -> bool:
        """Whether the order is by the figure and not by name."""
        return all(one.by == "measure" and one.index == 0 for one in query.order)


def of_those(
    said: Surface,
    question: str,
    turn: PastTurn,
    rows: Rows,
    parser: QuestionParser,
    words: DialogueWords,
    scopes: tuple[str, ...],
) -> Move | None:
    """A question that names its topic, of what the answer before is about ("and its risk?"); None
    where its words do not go on from that. Raises Ask where it cannot be told of what."""
    beside, plan = turn.answer.beside, turn.plan
    if beside is not None:
        own = OfAssets(parser, words, said, question, turn, beside, scopes)
        reference, bare = own.reference()
        return own.of_those(reference, bare) if reference is not None else None
    if plan is None or parser.model.watch is None:
        return None
    reference, bare = found_reference(said.tokens, words, parser.vocabulary, parser.model.entity)
    if reference is None and not said.points_back:
        return None
    places = place_columns(parser.model, parser.model.watch)
    filters = [f for f in plan.filters if f.op in (Op.EQ, Op.IN) and f.column in places]
    if reference is not None:
        one = pinned(reference, turn, plan, rows, parser.model)
        if one.column not in places:
            raise Ask(Clarification(_(_WHICH)))
        filters = [*(f for f in filters if f.column != one.column), one]
    where = tuple((f.column, tuple(str(v) for v in f.values)) for f in filters)
    tokens = bare if reference is not None else said.rest
    asked = _asked_of(_text(tokens), where, parser, scopes, adds=reference is not None)
    return Move(Intent.DATA_FILTER, "edit", question, Reading(), turn, asked=asked)


def _asked_of(
    text: str,
    where: tuple[tuple[str, tuple[str, ...]], ...],
    parser: QuestionParser,
    scopes: tuple[str, ...],
    *,
    adds: bool,
) -> AssetQuestion:
    """The question that words say of these places. adds: places that they name narrow these down;
    else they stand in their place. Raises Ask."""
    found = parser.of_assets(text, parser.topic_of(text), scopes)
    if found.asked is None:
        raise Ask(found.clarification or Clarification(_(_CANNOT)))
    asked = found.asked
    if adds or not asked.where:
        asked = asked.with_(where=_narrowed(where, asked.where))
    assert parser.model.watch is not None
    if asked.why and len(asked.values(parser.model.watch.asset)) != 1:
        raise Ask(Clarification(_(_WHICH)))
    return asked.with_(is_named=True)


def _narrowed(
    where: tuple[tuple[str, tuple[str, ...]], ...], more: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Places under further ones. Raises Ask where a column would have to be two things."""
    found = dict(where)
    for column, values in more:
        if set(found.get(column, values)) != set(values):
            raise Ask(Clarification(_(_WHICH)))
        found[column] = values
    return tuple(found.items())


def _has_figure(query: SemanticQuery) -> bool:
    """Whether a query is about a figure of the data, and no more the number of rows alone."""
    if query.kind == "records":
        return True
    return any(m.metric is not None or m.column is not None for m in query.measures)


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(t.text for t in tokens)
