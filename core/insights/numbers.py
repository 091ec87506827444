"""Whether a sentence says only numbers that the facts hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.types import Fact

_NUMERAL = re.compile(
    r"(?P<sign>(?<![\w.,])[-−–])?(?P<digits>\d[\d,\u00a0\u202f]*\d|\d)(?P<rest>\.\d+)?"
    r"(?P<power>[eE][+-]?\d+)?(?P<percent>[\s\u00a0\u202f]*(?:%|percent\b|per\s+cent\b))?"
)
#: A name that holds digits: `PMP-03`, `Line 2` is a word and a number, `m3/h` a unit.
_NAME = re.compile(r"[^\W\d_][\w/]*(?:[-_.][\w/]+)*")
_WORDS = {
    "zero": 0,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "dozen": 12,
    "twice": 2,
    "double": 2,
    "doubled": 2,
    "doubles": 2,
    "triple": 3,
    "tripled": 3,
    "thrice": 3,
    "quadruple": 4,
    "quadrupled": 4,
    "tenfold": 10,
    "twofold": 2,
    "threefold": 3,
}
#: A scale or a part changes the number beside it, which is more than this check can follow.
_REFUSED = {
    "half",
    "halved",
    "third",
    "thirds",
    "quarter",
    "quarters",
    "fifth",
    "tenth",
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "million",
    "millions",
    "billion",
    "billions",
}
_ROUNDING = 0.05


@dataclass(frozen=True, slots=True)
class _Said:
    value: float
    decimals: int
    is_percent: bool
    is_negative: bool


def check_numbers(text: str, facts: Sequence[Fact]) -> bool:
    """True when every number in `text` is one of the facts', in figures or in words.

    A number may be rounded further than in the facts, by at most 5 %, and may lose a minus sign
    that a word carries ("down 2.4"), but a percentage stays one. Names with digits (`PMP-03`) must
    stand in a fact as they are. Fractions and scales in words ("a third", "thousands") are refused,
    and so is every numeral in another script.
    """
    whole = " ".join(fact.text for fact in facts)
    allowed = _numbers(whole) + [
        _Said(abs(scale * n), 6, scale == 100, n < 0)
        for fact in facts
        for n in fact.numbers
        for scale in (1, 100)
    ]
    names = {name.casefold() for name in _names(whole)}
    if any(_is_foreign(c) for c in text):
        return False
    if any(name.casefold() not in names for name in _names(text)):
        return False
    if any(word in _REFUSED and word not in _words(whole) for word in _words(text)):
        return False
    said = _numbers(text)
    return all(any(_agrees(one, other) for other in allowed) for one in said)


def _is_foreign(character: str) -> bool:
    """A numeral that is no ASCII digit, but for the squares and cubes of units."""
    return (
        not character.isascii()
        and character not in "²³"
        and unicodedata.category(character) in ("Nd", "Nl", "No")
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.casefold())


def _names(text: str) -> list[str]:
    return [name for name in _NAME.findall(text) if any(c.isdigit() for c in name)]


def _numbers(text: str) -> list[_Said]:
    """The numbers of a text, in figures and in words, names left out."""
    bare = _NAME.sub(lambda m: " " if any(c.isdigit() for c in m[0]) else m[0], text)
    found = []
    for match in _NUMERAL.finditer(bare):
        whole = re.sub(r"[,\u00a0\u202f]", "", match["digits"])
        rest = match["rest"] or ""
        value = float(whole + rest + (match["power"] or ""))
        decimals = max(0, len(rest) - 1)
        found.append(_Said(value, decimals, bool(match["percent"]), bool(match["sign"])))
    found += [_Said(_WORDS[w], 0, False, False) for w in _words(bare) if w in _WORDS]
    return found


def _agrees(said: _Said, allowed: _Said) -> bool:
    if said.is_percent != allowed.is_percent or (said.is_negative and not allowed.is_negative):
        return False
    if said.value == allowed.value:
        return True
    rounded = round(allowed.value, said.decimals)
    is_near = abs(said.value - allowed.value) <= _ROUNDING * abs(allowed.value)
    return said.decimals <= allowed.decimals and rounded == said.value and is_near
