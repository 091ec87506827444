"""Findings in a model's words, as far as each sentence holds to one finding.

A sentence is shown only when every number in it stands in one finding of ours, every name with a
digit too, and it says no direction that this finding does not say. All others are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_NUMBER: Final = re.compile(r"[-+−]?\d[\d.,:/]*%?|\d")
_WORD: Final = re.compile(r"[A-Za-zÀ-ỹ]+")
#: Words that are numbers, and say one that no finding writes so.
_NUMBER_WORDS: Final = frozenset(
    {
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "twenty", "hundred", "thousand", "million", "billion", "half", "third",
        "quarter", "twice", "thrice", "double", "doubled", "triple", "tripled", "halved", "dozen",
        "both",
    }
)  # fmt: skip
_RISING: Final = frozenset(
    {
        "rise", "rises", "rose", "risen", "rising", "increase", "increases", "increased",
        "increasing", "up", "higher", "highest", "more", "most", "above", "grew", "grow", "grows",
        "growing", "climbed", "climbs", "gained", "exceeds", "exceeded", "over", "maximum",
        "largest", "greatest", "peak", "peaked",
    }
)  # fmt: skip
_FALLING: Final = frozenset(
    {
        "fall", "falls", "fell", "fallen", "falling", "decrease", "decreases", "decreased",
        "decreasing", "down", "lower", "lowest", "less", "least", "below", "dropped", "drops",
        "drop", "dropping", "declined", "declines", "decline", "shrank", "under", "minimum",
        "smallest",
    }
)  # fmt: skip
_BETTER: Final = frozenset(
    {
        "better", "best", "improved", "improves", "improving",
    }
)  # fmt: skip
_WORSE: Final = frozenset(
    {
        "worse", "worst", "worsened", "worsens", "worsening",
    }
)  # fmt: skip
_DIRECTIONS: Final = (_RISING, _FALLING, _BETTER, _WORSE)
#: Words that claim what figures do not show.
_CLAIMS: Final = frozenset(
    {
        "because", "caused", "cause", "causes", "due", "therefore", "thus", "hence", "should",
        "must", "recommend", "recommended", "likely", "probably", "suggests", "suggesting",
        "indicates", "indicating", "will",
    }
)  # fmt: skip


def backed(sentences: Sequence[str], findings: Sequence[str]) -> tuple[str, ...]:
    """Those of the sentences that one of the findings backs, each once."""
    seen = [_Said.of(text) for text in findings]
    return tuple(dict.fromkeys(s for s in sentences if any(_Said.of(s).is_within(f) for f in seen)))


class _Said:
    """What a text claims: numbers as digits, directions, number words, causes."""

    __slots__ = ("directions", "numbers", "words")

    def __init__(self, numbers: frozenset[str], words: frozenset[str]) -> None:
        self.numbers = numbers
        self.words = words & (_NUMBER_WORDS | _CLAIMS)
        self.directions = frozenset(i for i, says in enumerate(_DIRECTIONS) if words & says)

    @classmethod
    def of(cls, text: str) -> _Said:
        numbers = frozenset(_digits(n) for n in _NUMBER.findall(text))
        return cls(numbers, frozenset(w.casefold() for w in _WORD.findall(text)))

    def is_within(self, finding: _Said) -> bool:
        return (
            self.numbers <= finding.numbers
            and self.words <= finding.words
            and self.directions <= finding.directions
        )


def _digits(number: str) -> str:
    """A number as it is written, without what punctuation puts around it."""
    return number.rstrip(".,:/").lstrip("+").replace("−", "-")
