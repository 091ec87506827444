"""Time phrases to absolute windows, by code, against a given clock.

`TimeParser.parse(tokens, at)` reads the longest time phrase that begins at a token. All windows
are half-open in plant-local time; see docs/semantics.md for what each phrase means.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.language.lexicon import Lexicon
from core.language.normalise import Token
from core.language.when.calendar_math import ClockTime, shift_moment
from core.language.when.phrase import TimePhrase
from core.language.when.phrases import (
    aged,
    all_time,
    clock_only,
    one_sided,
    single_period,
    to_date,
    weekday_sets,
)
from core.language.when.ranges import time_range
from core.language.when.shared import with_shared
from core.language.when.words import TimeWords

__all__ = ["ClockTime", "TimeParser", "TimePhrase", "shift_moment"]

_RULES = (to_date, all_time, time_range, aged, one_sided, weekday_sets, clock_only, single_period)


class TimeParser:
    """Reads time phrases of one language against one clock."""

    def __init__(self, lexicon: Lexicon, clock: ClockTime) -> None:
        self.words = TimeWords(lexicon, clock)

    def parse(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        """The longest time phrase that begins at token `at`, with the words that it shares with a
        time beside it, or None."""
        shared = with_shared(self._alone, self.words, tokens, at)
        return shared if shared is not None else self._alone(tokens, at)

    def _alone(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        """By its own words; of two phrases as long the first rule's."""
        best: TimePhrase | None = None
        for rule in _RULES:
            found = rule(self.words, tokens, at)
            if found is not None and (best is None or found.length > best.length):
                best = found
        return best
