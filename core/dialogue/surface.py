"""A question's words on the surface: how they begin, what they point to and say as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.dialogue.changes import Marks
from core.dialogue.references import Reference, found_reference, points_to_noun
from core.dialogue.tongues import pieces_said, restated
from core.dialogue.words import DialogueWords
from core.language.normalise import Token, clean, not_known, tokenise
from core.language.parser import QuestionParser
from core.language.rendering.renderer import Renderer
from core.semantic.units import parse_unit

#: Marks at the edge of a question by which it goes on from another one.
_POINTS_BACK: Final = frozenset({"also", "instead", "about", "this", "deed"})
#: Marks by which it does, whatever else it names.
_BINDS: Final = frozenset({"also", "instead", "part"})
#: Kinds of phrases that say nothing beside other words.
_WHOLE_ALONE: Final = frozenset({"undo", "reset"})
_ASKS_WHETHER: Final = frozenset({"is", "are", "was", "were"})
_JOINS: Final = frozenset({"and", "but", "&"})


@dataclass(frozen=True, slots=True)
class Surface:
    """A question's words.

    tokens: without what says nothing at either end. rest: without the marks among them. whole: the
    kind of phrase that all of it is. edge: the kinds of marks at either end. joins: it begins with
    "and"; adds: and goes on with what is wanted too ("and plant", not "and now"). reference: the
    first word for what was found before. mended: typed -> read as. asked: the
    question without a beginning that says nothing and without politeness at its end; what else
    stands there ("now") may be what is asked. language: the one that it was typed in. has_pronoun:
    a "one" among the words stands for what was found. corrects: it begins with "no, ..." or
    "sorry, ...", which says nothing else.
    """

    text: str
    tokens: tuple[Token, ...]
    rest: tuple[Token, ...]
    marks: Marks
    edge: frozenset[str]
    whole: str | None
    chart: str | None
    joins: bool
    adds: bool
    reference: Reference | None
    mended: dict[str, str]
    asked: str
    language: str
    has_pronoun: bool
    corrects: bool

    @property
    def points_back(self) -> bool:
        """Whether it goes on from another question, as far as its edges say."""
        return self.joins or bool(self.edge & _POINTS_BACK)

    @property
    def asks_whether(self) -> bool:
        """Whether it is answered with yes or no ("is that good?")."""
        return bool(self.tokens) and self.tokens[0].norm in _ASKS_WHETHER

    @property
    def only_adds(self) -> bool:
        """Whether nothing but "also" binds it to another question."""
        strict = self.reference is not None and not self.reference.is_loose
        is_part = "part" in self.marks.kinds
        return not strict and not is_part and self.edge & _BINDS == {"also"}

    @property
    def is_bound(self) -> bool:
        """Whether it goes on from another question, whatever it names itself."""
        strict = self.reference is not None and not self.reference.is_loose
        return strict or bool(self.edge & _BINDS) or "part" in self.marks.kinds


def surface(
    question: str,
    words: DialogueWords,
    parser: QuestionParser,
    language: str = "",
    *,
    tells_shift: bool = False,
) -> Surface:
    """language: the one that a part of a question was typed in; else it is told by its words.
    tells_shift: the answer before is of single shifts, and "this shift" points to one of them.
    Raises UserFixable for a text that is no question."""
    said, typed_in = in_read_words(clean(question), words, parser)
    text = parser.of_today(words.restated(said), is_told=tells_shift)
    speller = parser.tagger.speller

    def knows(word: str) -> bool:
        return speller.knows(word) or speller.is_ordinary(word)

    typed, mended = words.mended(tokenise(text), knows)
    tokens = words.bare(typed)

    def is_no_mark(at: int) -> bool:
        points = points_to_noun(tokens, at, words, parser.vocabulary)
        return points or _asks_of_noun(tokens, at, words, parser)

    kinds, rest = words.marked(tokens, is_no_mark)
    first = next((t for t in typed if t.kind != "symbol" or t.text == "&"), None)
    joins = first is not None and first.norm in _JOINS and first not in tokens
    # "the early one": the noun is what the answer before was about
    kept = tuple(t for i, t in enumerate(rest) if not _is_pronoun(rest, i, words))
    plain = [t for t in typed if t.kind != "symbol"]
    after = next((t for t in typed if first is not None and t.start > first.start), None)
    return Surface(
        text,
        tokens,
        kept,
        Marks(kinds),
        _edge(tokens, words),
        words.whole("whole", tokens) or words.whole("whole", rest) or words.whole("whole", plain),
        words.whole("chart", tokens) or words.whole("chart", rest),
        joins,
        joins and after is not None and after in tokens,
        found_reference(tokens, words, parser.vocabulary, parser.model.entity)[0],
        mended,
        " ".join(t.text for t in words.bare(typed, "polite")),
        language or typed_in,
        len(kept) < len(rest),
        _takes_back(typed, tokens, words),
    )


def _takes_back(typed: Sequence[Token], left: Sequence[Token], words: DialogueWords) -> bool:
    """Whether the words before those that are left begin with "no" or "sorry"."""
    begun = [t for t in typed if left and t.start < left[0].start]
    return any(words["takes_back"].match(begun, at) for at in range(len(begun)))


def in_read_words(text: str, words: DialogueWords, parser: QuestionParser) -> tuple[str, str]:
    """The text in the words that are read, and the language that it was typed in: said by a tongue
    as a whole, else as the parser says a question of another language; as it is where neither knows
    it."""
    said = restated(text, words.tongues, parser.vocabulary)
    if said is not None and not _says_more(tokenise(said[0]), words):
        return said
    rendered = _renderer(words, parser).render(tokenise(text))
    if rendered.language == parser.lexicon.language:
        return text, rendered.language
    return " ".join(_as_read(token, parser) for token in rendered.tokens), rendered.language


def read_as(text: str, words: DialogueWords, parser: QuestionParser) -> dict[str, str]:
    """What is read in place of the words of a text of another language -> those words; nothing for
    a text of the language that is read."""
    pieces = pieces_said(text, words.tongues, parser.vocabulary)
    if pieces:
        return {said.casefold(): typed for said, typed in reversed(pieces) if said != typed}
    rendered = _renderer(words, parser).render(tokenise(text))
    if rendered.language == parser.lexicon.language:
        return {}
    found: dict[tuple[int, int], list[Token]] = {}
    for token in rendered.tokens:
        if token.typed and not token.is_not_known:
            found.setdefault((token.start, token.end), []).append(token)
    return {" ".join(t.norm for t in own): own[0].typed for own in reversed(found.values())}


def _says_more(tokens: Sequence[Token], words: DialogueWords) -> bool:
    """Whether more is said than to go back or to start over, in words that are the whole of what is
    said ("go back OEE by shift"): they are another phrase there."""
    found = words["whole"].match(tokens, 0)
    returns = words["return_to"].match(tokens, 0)
    if found is None or found[0] not in _WHOLE_ALONE or (returns and returns[1] > found[1]):
        return False
    return found[1] < len(words.bare(tokens))


def _as_read(token: Token, parser: QuestionParser) -> str:
    """A token of a text of another language; a word that nothing explains is no slip of the
    language that is read."""
    is_typed = token.kind == "word" and token.text == token.typed
    if not is_typed or parser.tagger.speller.knows(token.norm) or parse_unit(token.text):
        return token.text
    return not_known(token.text)


@lru_cache(maxsize=8)
def _renderer(words: DialogueWords, parser: QuestionParser) -> Renderer:
    """What says a text of another language in the words that are read, with the words there by
    which a question goes on."""
    return parser.tagger.renderer.with_phrases({t.language: t.within for t in words.tongues})


def _is_pronoun(tokens: Sequence[Token], at: int, words: DialogueWords) -> bool:
    """Whether a "one" stands for a thing and not for a number; that of "the second one" stays."""
    if tokens[at].norm == "ones":  # "the ones in Hamburg"
        return at > 0 and bool(words["articles"].match(tokens, at - 1))
    if tokens[at].norm != "one" or (at and words["places"].match(tokens[at - 1 :], 0)):
        return False
    for name in ("whole", "references"):  # "the previous one", "the top one"
        for size in range(1, min(at, words[name].longest) + 1):
            found = words[name].match(tokens, at - size)
            if found is not None and found[1] > size:
                return False
    return at > 0 and tokens[at - 1].number is None


def _asks_of_noun(
    tokens: Sequence[Token], at: int, words: DialogueWords, parser: QuestionParser
) -> bool:
    """Whether "of which" stands before what a column is called ("of which machine"), and not for
    what was shown ("of which jams")."""
    is_which = at > 0 and parser.lexicon.has("which", tokens, at) == 1
    if not is_which or not words.is_small("of_one", tokens[at - 1]) or at + 1 == len(tokens):
        return False
    found = next(iter(parser.vocabulary.match([t.norm for t in tokens], at + 1)), None)
    return found is not None and any(t.kind == "column" for t in found.targets)


def _edge(tokens: Sequence[Token], words: DialogueWords) -> frozenset[str]:
    """The kinds of marks that the words begin or end with."""
    marks, found = words["marks"], set()
    first = marks.match(tokens, 0) if tokens else None
    if first is not None:
        found.add(first[0])
    for at in range(max(0, len(tokens) - marks.longest), len(tokens)):
        last = marks.match(tokens, at)
        if last is not None and at + last[1] == len(tokens):
            found.add(last[0])
    if any(words["instead_of"].match(tokens, at) for at in range(len(tokens))):
        found.add("instead")
    return frozenset(found)
