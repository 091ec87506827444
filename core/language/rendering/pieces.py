"""Cuts the tokens of a question into pieces that a wordbook, or the model's own words, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.language.normalise import Token, as_typed, singular
from core.language.rendering.figures import date_at, dotted_date_at, hour_of, number_at, number_of
from core.language.rendering.order import UNKNOWN, Piece, not_known, said_at
from core.language.rendering.syllables import is_marked, may_stand_for, plain
from core.language.rendering.wordbook import HOUR, HOUR_PM, NUMBER, Entry, Wordbook
from core.language.vocabulary import Target, Vocabulary

#: Points of a token in a phrase of the language, in a date, and in a thing of the model; a longer
#: phrase beats its parts.
_KNOWN, _DATE, _OWN, _JOINT = 10.0, 12.0, 9.0, 4.0


@dataclass(frozen=True, slots=True)
class Cut:
    """A question in pieces. known: the indices of tokens that phrases of the language explain;
    doubtful: words without marks -> what they may be with them."""

    pieces: tuple[Piece, ...]
    known: frozenset[int]
    doubtful: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Span:
    """What some tokens in a row may be. doubt: phrases that they may be, of which none is sure;
    is_phrase: one of the language's own."""

    length: int
    points: float
    piece: Piece
    doubt: tuple[str, ...] = ()
    is_phrase: bool = False


def cut(tokens: Sequence[Token], book: Wordbook, vocabulary: Vocabulary) -> Cut:
    """The pieces that explain most tokens, the fewest of them."""
    has_marks = any(is_marked(t.norm) for t in tokens if t.kind == "word")
    words = [t.norm for t in tokens]
    scores = [0.0] * (len(tokens) + 1)
    best: list[_Span] = []
    for at in range(len(tokens) - 1, -1, -1):
        choice = _Span(1, 0.0, _left(tokens[at], book))
        scores[at] = scores[at + 1]
        for span in (
            *_figures(tokens, at, book),
            *_phrases(tokens, at, book, has_marks),
            *_things(tokens, words, at, book, vocabulary),
        ):
            total = span.points + _JOINT * (span.length - 1) + scores[at + span.length]
            if total > scores[at]:
                scores[at], choice = total, span
        best.append(choice)
    best.reverse()
    pieces: list[Piece] = []
    known: set[int] = set()
    doubtful: dict[str, tuple[str, ...]] = {}
    at = 0
    while at < len(tokens):
        span = best[at]
        pieces.append(span.piece)
        if span.is_phrase:
            known.update(range(at, at + span.length))
        if span.doubt:
            doubtful[span.piece.typed] = span.doubt
        at += span.length
    return Cut(tuple(pieces), frozenset(known), doubtful)


def _figures(tokens: Sequence[Token], at: int, book: Wordbook) -> list[_Span]:
    """Dates, and numbers of several tokens, that begin at `at`."""
    found = date_at(tokens, at) or number_at(tokens, at)
    if found is None and at and tokens[at - 1].norm in book.manner.before_date:
        found = dotted_date_at(tokens, at)
    return [_Span(found[0], _DATE * found[0], found[1])] if found else []


def _phrases(tokens: Sequence[Token], at: int, book: Wordbook, has_marks: bool) -> list[_Span]:
    """The language's own phrases that begin at `at`."""
    found = []
    for length in range(min(book.longest, len(tokens) - at), 0, -1):
        span = tokens[at : at + length]
        entries = _entries(span, book, has_marks)
        if entries:
            piece, doubt = _piece(entries, span)
            if piece.kind == "value" and _takes_head_of_date(tokens, at, length, book, has_marks):
                continue
            found.append(_Span(length, _KNOWN * length, piece, doubt, is_phrase=True))
    return found


def _takes_head_of_date(
    tokens: Sequence[Token], at: int, length: int, book: Wordbook, has_marks: bool
) -> bool:
    """Whether the last word of a value's name begins the date behind it, and the rest is what is
    split by: "by shift, day 25/6" has the name of a day shift in it."""

    def has_kind(begin: int, end: int, kinds: frozenset[str]) -> bool:
        span = tokens[begin:end]
        return bool(span) and any(e.kind in kinds for e in _entries(span, book, has_marks))

    stop = at + length
    is_split = at > 0 and has_kind(at - 1, at, book.manner.splits_before_date)
    if length < 2 or not is_split or not has_kind(at, stop - 1, frozenset({"column"})):
        return False
    is_named = any(has_kind(stop, stop + n, frozenset({"named"})) for n in (1, 2, 3))
    return is_named or (stop < len(tokens) and tokens[stop].kind in ("number", "date"))


def _things(
    tokens: Sequence[Token], words: Sequence[str], at: int, book: Wordbook, vocabulary: Vocabulary
) -> list[_Span]:
    """The model's own words that begin at `at`, but for those that are words of the language."""
    found = []
    for match in vocabulary.match(words, at):
        span = tokens[at : at + match.length]
        is_typed_so = any(is_marked(t.norm) for t in span)  # as the thing itself is written
        if not is_typed_so and all(plain(t.norm) in book.letters for t in span):
            continue
        typed = tuple(replace(t, typed=t.text) for t in span)
        kind = kind_of(match.targets[0], vocabulary)
        piece = Piece(kind, typed, as_typed(span), span[0].start, span[-1].end)
        found.append(_Span(match.length, _OWN * match.length, piece))
    return found


def kind_of(target: Target, vocabulary: Vocabulary) -> str:
    """What a thing of the model is called in the rules of order."""
    if target.kind == "metric":
        return "measure"
    if target.kind == "column":
        is_measure = vocabulary.columns[target.name][0].role == "measure"
        return "measure" if is_measure else "column"
    return target.kind


def _entries(span: Sequence[Token], book: Wordbook, has_marks: bool) -> list[Entry]:
    """The phrases that a span may be; where the question is typed with marks and one is typed
    just so, that one alone."""
    letters = tuple(plain(t.norm) for t in span)
    found = book.phrases.get(letters, ())
    if not found and any(t.kind == "number" for t in span):
        slots = (NUMBER if t.kind == "number" else w for t, w in zip(span, letters, strict=True))
        found = book.phrases.get(tuple(slots), ())
    fitting = [e for e in found if _fits(span, e, book)]
    exact = [e for e in fitting if _is_exact(span, e, book)]
    return exact if exact and has_marks else fitting


def _fits(span: Sequence[Token], entry: Entry, book: Wordbook) -> bool:
    if any(is_marked(t.norm) for t in span):
        return _is_exact(span, entry, book)  # who types some marks of a phrase types them all
    return not entry.needs_marks


def _is_exact(span: Sequence[Token], entry: Entry, book: Wordbook) -> bool:
    return all(
        word == NUMBER
        or (may_stand_for(t.norm, word) and is_marked(t.norm) == is_marked(word))
        or t.norm == book.manner.spelled_out(word)
        for t, word in zip(span, entry.words, strict=True)
    )


def _piece(entries: Sequence[Entry], span: Sequence[Token]) -> tuple[Piece, tuple[str, ...]]:
    """What a span is said as; of phrases that say different things, none, and what they are."""
    typed, start, end = as_typed(span), span[0].start, span[-1].end
    entry = next((e for e in entries if e.words == tuple(t.norm for t in span)), entries[0])
    # one thing and several of it, told apart by a mark alone, are the same thing
    is_doubtful = len({(tuple(map(singular, e.say)), e.kind) for e in entries}) > 1
    if is_doubtful or entry.say == (UNKNOWN,):
        doubt = tuple(dict.fromkeys(e.text for e in entries)) if is_doubtful else ()
        kind = "unknown" if is_doubtful else entry.kind
        return Piece(kind, (not_known(typed, start, end),), typed, start, end), doubt
    numbers = iter([t for t in span if t.kind == "number"])
    tokens: list[Token] = []
    for word in entry.say:
        if word == NUMBER:
            tokens.append(number_of(next(numbers)))
        elif word in (HOUR, HOUR_PM):
            tokens.append(hour_of(next(numbers), is_after_noon=word == HOUR_PM))
        else:
            tokens.extend(said_at(word, typed, start, end))
    return Piece(entry.kind, tuple(tokens), typed, start, end), ()


def _left(token: Token, book: Wordbook) -> Piece:
    """A token that nothing explains: numbers and signs as they are, a word of the language's shape
    as one that is not known, and any other word as typed."""
    place = (token.text, token.start, token.end)
    as_is = (replace(token, typed=token.text),)
    if token.kind == "number":
        return Piece("number", (number_of(token),), *place)
    if token.kind == "symbol":
        return Piece("slash" if token.text == "/" else "mark", as_is, *place)
    if token.kind != "word":
        return Piece(token.kind, as_is, *place)
    if _is_of_language(token, book):
        return Piece("unknown", (not_known(*place),), *place)
    return Piece("word", as_is, *place)


def _is_of_language(token: Token, book: Wordbook) -> bool:
    """Whether a word could be one of the language, by its shape."""
    if token.text.isupper():
        return False  # an acronym
    letters = plain(token.norm)
    return letters in book.letters or book.manner.has_shape(letters)
