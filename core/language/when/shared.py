"""Words that two times share, said once: "Monday and Tuesday last week", "3 and 4 June", "May vs
June 2025", "week 23 vs 24"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.language.normalise import Token
from core.language.when.phrase import TimePhrase
from core.language.when.words import TimeWords
from core.semantic.query import Grain

#: The longest time phrase that begins at a token, by its own words alone.
Plain = Callable[[Sequence[Token], int], TimePhrase | None]

#: What stands between two times that are named in a row.
_JOINS: Final = ("and", "versus")
#: What may stand behind a bare number that is a time.
_ENDS: Final = ("and", "versus", "by", "ignored", "or")
#: No time phrase that shares its first words is longer than this, in tokens.
_LONGEST: Final = 6
_LAST_DAY: Final = 53


def with_shared(
    plain: Plain, words: TimeWords, tokens: Sequence[Token], at: int
) -> TimePhrase | None:
    """The phrase at a token with the words that it shares with a time beside it; None where it
    shares none."""
    found = plain(tokens, at)
    if found is not None and not found.has_window:
        return None
    length = found.length if found is not None else int(_is_bare(tokens, at))
    if length == 0:
        return None
    one = _One(plain, words, tokens, at, found, length)
    return one.with_end_of_next() or one.with_begin_of_last()


@dataclass(frozen=True, slots=True)
class _One:
    """A time among others, by its own words. found: what these say, None for a bare number; length:
    of them, in tokens."""

    plain: Plain
    words: TimeWords
    tokens: Sequence[Token]
    at: int
    found: TimePhrase | None
    length: int

    @property
    def own(self) -> tuple[Token, ...]:
        return tuple(self.tokens[self.at : self.at + self.length])

    def with_end_of_next(self) -> TimePhrase | None:
        """`Monday and Tuesday last week`: Monday of last week. `May and May last year` share
        none."""
        if self.found is not None and _end(self.plain, self.own):
            return None
        following = _joined(self.words, self.tokens, self.at + self.length)
        if following == 0:
            return None
        ending = _shared_end(self.plain, self.words, self.tokens, following)
        other = self.plain(self.tokens, following)
        whole = self._whole((*self.own, *ending), other) if ending else None
        if whole is None or (other and (other.start, other.end) == (whole.start, whole.end)):
            return None
        return whole

    def with_begin_of_last(self) -> TimePhrase | None:
        """`week 23 vs 24`: week 24. `last week on Monday and Tuesday`: Tuesday of last week."""
        is_end = self.found is not None or _ends(self.words, self.tokens, self.at + self.length)
        for begin in range(max(0, self.at - _LONGEST), self.at - 1):
            before = self.plain(self.tokens, begin)
            if before is None or not before.has_window or before.length < 2:
                continue
            end = begin + before.length
            if end >= self.at or _joined(self.words, self.tokens, end) != self.at:
                continue
            if not is_end and before.grain is not Grain.WEEK:
                return None  # "on 4 June and 5 pumps"
            return self._whole((*self.tokens[begin : end - 1], *self.own), before)
        return None

    def _whole(self, said: tuple[Token, ...], other: TimePhrase | None) -> TimePhrase | None:
        """What all these words say, where it is a time of the kind of this one and of the other."""
        whole = self.plain(said, 0)
        if whole is None or whole.length != len(said) or not whole.has_window:
            return None
        kinds = {p.grain for p in (whole, self.found, other) if p is not None}
        return replace(whole, length=self.length) if len(kinds) == 1 else None


def _shared_end(
    plain: Plain, words: TimeWords, tokens: Sequence[Token], at: int
) -> tuple[Token, ...]:
    """The words behind the first that name a time, of the phrase at a token or of those that follow
    it in the same row."""
    found = plain(tokens, at)
    if found is None and not _is_bare(tokens, at):
        return ()
    length = found.length if found is not None else 1
    ending = _end(plain, tuple(tokens[at : at + length])) if found is not None else ()
    if ending:
        return ending
    following = _joined(words, tokens, at + length)
    return _shared_end(plain, words, tokens, following) if following > 0 else ()


def _end(plain: Plain, own: tuple[Token, ...]) -> tuple[Token, ...]:
    """What stands behind the shortest beginning that is a time of the same kind by itself, or
    behind a number: `last week`, of "Tuesday last week"; `June`, of "4 June"."""
    whole = plain(own, 0)
    for size in range(1, len(own)):
        begin = plain(own[:size], 0)
        is_time = begin is not None and begin.length == size and begin.has_window
        is_same = is_time and whole is not None and begin is not None and begin.grain is whole.grain
        if is_same or (size == 1 and _is_bare(own, 0)):
            return own[size:]
    return ()


def _joined(words: TimeWords, tokens: Sequence[Token], at: int) -> int:
    """Where the next time of a row begins, behind what joins it to the one before; 0 where nothing
    joins."""
    begin = at
    while at < len(tokens):
        found = [words.lexicon[group].match(tokens, at) for group in _JOINS]
        length = max((f[1] for f in found if f is not None), default=0)
        if length == 0:
            break
        at += length
    if at == begin:
        return 0
    after = words.skip(tokens, at, "in")
    return after if after < len(tokens) else 0


def _ends(words: TimeWords, tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing stands at a token that a number before it could count."""
    if at >= len(tokens) or tokens[at].kind == "symbol":
        return True
    return any(words.lexicon[group].match(tokens, at) is not None for group in _ENDS)


def _is_bare(tokens: Sequence[Token], at: int) -> bool:
    """Whether a whole number in figures stands there that may be a day or a week."""
    text = tokens[at].text if at < len(tokens) else ""
    return text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= _LAST_DAY
