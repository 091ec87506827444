"""Grades of readings: Good, Uncertain or Bad, out of words and of the codes of OPC.

The same number means two things: in OPC DA 192 is Good and 0 is Bad, in OPC UA the top two bits
are 00 for Good, 01 for Uncertain and 10 for Bad, so 0 is Good. Which it is, is decided from all
codes of the files, and asked where these do not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal

from core.errors import UserFixable
from core.ingest.recognised import QualityCodes, Question
from core.ingest.tags import letters
from core.translation import told

Grade = Literal["Good", "Uncertain", "Bad"]
GRADES: Final[tuple[Grade, ...]] = ("Good", "Uncertain", "Bad")
_NUMBER: Final = re.compile(r"(0x[0-9a-fA-F]{1,8}|\d{1,10})(\.0+)?")


def codes_of(texts: Iterable[str]) -> QualityCodes | Literal["ask"] | None:
    """What numbers of quality mean; None where there are none."""
    numbers = {_number(text) for text in texts} - {None}
    known = {number for number in numbers if number is not None}
    if not known:
        return None
    if any(number >= 1 << 30 for number in known):
        return "ua"
    if known <= {0, 100} and 100 in known:
        return "percent"
    if all(number < 256 for number in known) and any(number >= 64 for number in known):
        return "da"
    return "ask"


def ask_codes() -> Question:
    """What is asked where numbers of quality may be of OPC DA or of OPC UA."""
    return Question(
        "quality_codes",
        told("Which codes of quality are these? The number 0 is good in one and bad in the other."),
        (
            ("da", told("OPC DA: 192 is good, 0 is bad")),
            ("ua", told("OPC UA: 0 is good")),
            ("percent", told("Percent good: 100 is good, 0 is bad")),
        ),
    )


def grade(text: str, codes: QualityCodes | None) -> Grade:
    """The grade of one code or word. Raises UserFixable for one that is not known."""
    word = letters().qualities.get(text.strip().casefold())
    for known in GRADES:
        if word == known:
            return known
    number = _number(text)
    if number is None or codes is None:
        raise UserFixable(
            told(
                "The quality {text} is neither Good, Uncertain nor Bad, nor a code of OPC. Choose "
                "another column for the quality, or mend the file.",
                text=repr(text[:40]),
            )
        )
    if codes == "percent":
        return "Good" if number >= 100 else "Bad" if number == 0 else "Uncertain"
    top = (number >> 6) & 0b11 if codes == "da" else (number >> 30) & 0b11
    if codes == "ua":
        return ("Good", "Uncertain", "Bad", "Bad")[top]
    return ("Bad", "Uncertain", "Bad", "Good")[top]


def _number(text: str) -> int | None:
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1], 0 if found[1].startswith("0x") else 10) if found else None
