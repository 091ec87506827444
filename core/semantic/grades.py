"""What a quality code says of a reading, in the two encodings that a plant has.

They contradict one another: an OPC DA quality byte of 0 is Bad and 192 is Good, an OPC UA status
code of 0 is Good. So a code is read only by whoever knows which of the two it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

Grade = Literal["good", "uncertain", "bad"]
#: Best first.
GRADES: Final[tuple[Grade, ...]] = ("good", "uncertain", "bad")

_UA: Final[dict[int, Grade]] = {0b00: "good", 0b01: "uncertain"}
_DA: Final[dict[int, Grade]] = {0b11: "good", 0b01: "uncertain"}


def ua_grade(status: int) -> Grade:
    """Of an OPC UA status code (32 bits): the top two bits are 00 Good, 01 Uncertain, 10 Bad, and
    11, which is reserved, is to be taken as Bad (OPC UA part 4). Raises ValueError for what is no
    such code."""
    if not 0 <= status < 1 << 32:
        raise ValueError(f"{status} is no OPC UA status code: it has 32 bits")
    return _UA.get(status >> 30, "bad")


def da_grade(quality: int) -> Grade:
    """Of an OPC DA quality (low byte QQSSSSLL): 11 Good, 01 Uncertain, 00 Bad; 10 is not used and
    taken as Bad. The high byte is the vendor's. Raises ValueError for what is no such quality."""
    if not 0 <= quality < 1 << 16:
        raise ValueError(f"{quality} is no OPC DA quality: it has 16 bits")
    return _DA.get(quality >> 6 & 0b11, "bad")


def worst(grades: Iterable[Grade]) -> Grade:
    """The worst of them; good where there is none."""
    return max(grades, key=GRADES.index, default="good")
