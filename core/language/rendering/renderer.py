"""Which language a question is in, and its tokens in the parser's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.language.lexicon import Lexicon
from core.language.normalise import Token
from core.language.rendering.order import put_in_order
from core.language.rendering.pieces import Cut, cut
from core.language.rendering.syllables import is_marked
from core.language.rendering.wordbook import EMPTY, Wordbook
from core.language.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Rendered:
    """A question's tokens as the parser reads them. language: the one that it was typed in;
    doubtful: typed words -> the words that they may be."""

    tokens: tuple[Token, ...]
    language: str
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Renderer:
    """Says questions of one more language in the parser's words. The book is read when the first
    question asks for it."""

    def __init__(
        self,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        read_book: Callable[[Vocabulary], Wordbook] | None,
    ) -> None:
        self.lexicon = lexicon
        self.vocabulary = vocabulary
        self._read_book = read_book
        self._book: Wordbook | None = None
        self._words = frozenset(lexicon.words) | frozenset(vocabulary.words())

    @property
    def book(self) -> Wordbook:
        """The other language's book; an empty one where there is no other language."""
        if self._book is None:
            self._book = self._read_book(self.vocabulary) if self._read_book else EMPTY
        return self._book

    def render(self, tokens: tuple[Token, ...]) -> Rendered:
        """The tokens, in the parser's words where the question is of the other language: where
        more of its words are of that one alone than of the parser's."""
        words = [t for t in tokens if t.kind == "word"]
        as_they_are = Rendered(tokens, self.lexicon.language)
        if all(self._is_own(t.norm) for t in words) or not self.book.phrases:
            return as_they_are
        book = self.book
        made = cut(tokens, book, self.vocabulary)
        if not self._is_other(tokens, made):
            return as_they_are
        ordered = put_in_order(made.pieces, book.rules)
        said = tuple(t for piece in ordered for t in piece.tokens)
        return Rendered(said, book.language, made.doubtful)

    def _is_own(self, word: str) -> bool:
        return word in self._words or (word.endswith("s") and word[:-1] in self._words)

    def _is_other(self, tokens: Sequence[Token], made: Cut) -> bool:
        other, own, is_marked_word = 0, 0, False
        for at, token in enumerate(tokens):
            if token.kind != "word":
                continue
            is_own = token.norm in self.lexicon.words
            if (at in made.known and not is_own) or is_marked(token.norm):
                other += 1
                is_marked_word = is_marked_word or is_marked(token.norm)
            elif is_own and at not in made.known:
                own += 1
        if other > own:
            return True
        return is_marked_word and all(p.kind != "unknown" for p in made.pieces)
