"""Which language a question is in, and its tokens in the parser's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.language.lexicon import Lexicon
from core.language.normalise import Token
from core.language.rendering.compounds import apart
from core.language.rendering.order import put_in_order
from core.language.rendering.pieces import Cut, cut
from core.language.rendering.syllables import plain
from core.language.rendering.wordbook import Wordbook
from core.language.vocabulary import Vocabulary

#: Letters of the shortest word by which a question is of a language that has fewer words in it.
_LEAST_SURE = 4


@dataclass(frozen=True, slots=True)
class Rendered:
    """A question's tokens as the parser reads them. language: the one that it was typed in;
    doubtful: typed words -> the words that they may be."""

    tokens: tuple[Token, ...]
    language: str
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question in one language's pieces. other: how many of its words only that one has."""

    book: Wordbook
    cut: Cut
    other: int


class Renderer:
    """Says questions of other languages in the parser's words. The books are read when the first
    question asks for them."""

    def __init__(
        self,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        read_books: Callable[[], tuple[Wordbook, ...]],
        is_ordinary: Callable[[str], bool],
    ) -> None:
        """read_books: gives the other languages' books. is_ordinary: whether a word is a usual one
        of the parser's own language, which speaks for no other one."""
        self.lexicon = lexicon
        self.vocabulary = vocabulary
        self.is_ordinary = is_ordinary
        self._read_books = read_books
        self._books: tuple[Wordbook, ...] | None = None
        self._words = frozenset(lexicon.words) | frozenset(vocabulary.words())

    @property
    def books(self) -> tuple[Wordbook, ...]:
        """The other languages' books, but for those that could not be read."""
        if self._books is None:
            self._books = tuple(book for book in self._read_books() if book.phrases)
        return self._books

    def with_phrases(self, phrases: Mapping[str, Mapping[str, Sequence[str]]]) -> Renderer:
        """One that knows more phrases: language -> what is said -> the phrases for it."""

        def read() -> tuple[Wordbook, ...]:
            return tuple(b.with_phrases(phrases.get(b.language, {})) for b in self.books)

        return Renderer(self.lexicon, self.vocabulary, read, self.is_ordinary)

    def book(self, language: str) -> Wordbook:
        """One language's book. Raises KeyError where there is none."""
        return {book.language: book for book in self.books}[language]

    def render(self, tokens: tuple[Token, ...]) -> Rendered:
        """The tokens, in the parser's words where the question is of another language: of those
        that it may be of, the one that has most of its words."""
        foreign = [
            t.norm
            for t in tokens
            if t.kind == "word" and not t.is_not_known and not self._is_own(t.norm)
        ]
        found: _Candidate | None = None
        for book in self.books if foreign else ():
            candidate = self._candidate(tokens, foreign, book)
            if candidate is not None and (found is None or candidate.other > found.other):
                found = candidate
        if found is None:
            return Rendered(tokens, self.lexicon.language)
        ordered = put_in_order(found.cut.pieces, found.book.rules)
        said = tuple(t for piece in ordered for t in piece.tokens)
        return Rendered(said, found.book.language, found.cut.doubtful)

    def _is_own(self, word: str) -> bool:
        return word in self._words or (word.endswith("s") and word[:-1] in self._words)

    def _candidate(
        self, tokens: Sequence[Token], foreign: Sequence[str], book: Wordbook
    ) -> _Candidate | None:
        """The question in a language's words; None where it is not in that language."""
        parted = apart(tokens, book, self.vocabulary)
        is_near = len(parted) > len(tokens) or any(
            book.has_mark(word) or plain(word) in book.single for word in foreign
        )
        if not is_near:
            return None
        made = cut(parted, book, self.vocabulary)
        other, own, is_marked_word, is_sure = 0, 0, False, False
        for at, token in enumerate(parted):
            if token.kind != "word" or token.is_not_known:
                continue
            is_own = token.norm in self.lexicon.words
            is_known = at in made.known and not is_own and not self._is_shared(token.norm)
            if is_known or book.has_mark(token.norm):
                other += 1
                is_marked_word = is_marked_word or book.has_mark(token.norm)
                is_sure = is_sure or len(token.norm) >= _LEAST_SURE
            elif is_own and at not in made.known:
                own += 1
        is_whole = all(p.kind != "unknown" for p in made.pieces)
        is_explained = all(
            at in made.known or token.kind != "word" or self._is_own(token.norm)
            for at, token in enumerate(parted)
        )
        if other > own or (is_marked_word and is_whole) or (is_sure and is_whole and is_explained):
            return _Candidate(book, made, other)
        return None

    def _is_shared(self, word: str) -> bool:
        """Whether a word of another language may as well be one of the parser's own."""
        return self._is_own(word) or self.is_ordinary(word)
