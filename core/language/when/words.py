"""Small readers of one language's time words, and the clock that they are read against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.language.lexicon import Lexicon
from core.language.normalise import Token
from core.language.when.calendar_math import ClockTime


@dataclass(frozen=True, slots=True)
class TimeWords:
    """A lexicon and a clock. A reader gives what it read and the index of the next token."""

    lexicon: Lexicon
    clock: ClockTime

    def word(self, group: str, tokens: Sequence[Token], at: int) -> int:
        """Index after a phrase of time group `group` at `at`, or -1."""
        length = self.lexicon.has(f"time.{group}", tokens, at)
        return at + length if length else -1

    def skip(self, tokens: Sequence[Token], at: int, group: str = "in") -> int:
        """Index after any run of the group's words."""
        while at < len(tokens):
            after = self.word(group, tokens, at)
            if after < 0:
                return at
            at = after
        return at

    def payload(self, group: str, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        if at >= len(tokens):
            return None
        found = self.lexicon[group].match(tokens, at)
        return (found[0], at + found[1]) if found else None

    def count(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """A whole number in figures or words: (value, next)."""
        if at >= len(tokens):
            return None
        value = tokens[at].number
        if value is not None and value == int(value) and value < 100_000:
            return int(value), at + 1
        found = self.payload("cardinals", tokens, at)
        return (int(found[0]), found[1]) if found else None

    def unit(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        found = self.payload("units_of_time", tokens, at)
        return found if found and found[0] != "shift" else None

    def year(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        at = self.skip(tokens, at, "of") if at < len(tokens) else at
        if at < len(tokens) and tokens[at].kind == "number" and len(tokens[at].text) == 4:
            year = int(tokens[at].text) if tokens[at].text.isdecimal() else 0
            if 1990 <= year <= 2100:
                return year, at + 1
        return None

    def month_name(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        found = self.payload("months", tokens, at)
        return (int(found[0]), found[1]) if found else None
