"""What stands around the numbers of a column: brackets or a minus behind what is below nought, a
unit behind or before each, and lengths of time such as `27:41:36`.

Pure: decided from texts of cells. A column is read so where all its numbers say the same; a cell
that does not is a bad cell, and told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from core.cells import CellType, looks_like_value
from core.ingest.tags import heads
from core.semantic.units import parse_unit

#: What lengths of time become.
MINUTES: Final = "min"
_NUMBER: Final = r"[-+]?\d[\d.,'’ \u00a0\u202f]*"
#: Before a number stands what money is in alone: `C1` and `g 2` are names.
_MONEY: Final = r"(?:[€$£¥]|[A-Z]{3}(?=\s|\u00a0))"
_MARK: Final = r"(?:[^\W\d_][^\s\d()]{0,11}|[%€$£¥°][^\s\d()]{0,3})"
_DRESSED: Final = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+])?(?P<before>{_MONEY})?\s*(?P<number>{_NUMBER}?)"
    rf"(?P<gap>\s*)(?P<after>{_MARK})?\s*(?P<close>[-)])?"
)
_LENGTH: Final = re.compile(r"(?P<hours>\d{1,5}):[0-5]\d(?P<seconds>:[0-5]\d([.,]\d{1,6})?)?")
_FORM: Final = re.compile(r"\s*[\[(]\s*h{1,3}:mm(?P<seconds>:ss)?\s*[\])]\s*$", re.IGNORECASE)
_DAY_H: Final = 24
#: As for types: a few cells that are otherwise are bad cells, where there are enough to tell.
_MOSTLY: Final = 0.95
_ENOUGH: Final = 20


@dataclass(frozen=True, slots=True)
class Dress:
    """brackets: whether a number in brackets, or with a minus behind it, is one below nought.
    before, after: what stands at each number, as written. length: parts of a length of time, hours
    and minutes (2) or seconds too (3); 0 for plain numbers. unit: UCUM of the number that is meant,
    None where none is said.
    """

    brackets: bool = False
    before: str = ""
    after: str = ""
    length: Literal[0, 2, 3] = 0
    unit: str | None = None


def dress_of(
    header: str, cells: Sequence[str], unit: str | None, wanted: CellType | None
) -> Dress | None:
    """How these trimmed cells are dressed; None for plain numbers and for what is no number. unit:
    that the header says; wanted: the type that somebody chose."""
    if wanted not in (None, "double", "integer", "duration") or not cells:
        return None
    parts = _length(header, cells, is_chosen=wanted is not None)
    if parts:
        return Dress(length=parts, unit=MINUTES)
    return _around(cells, unit)


def undressed(cell: str, dress: Dress) -> str | None:
    """The number in a trimmed cell, as text; None where it is not dressed so. Lengths of time are
    given in minutes."""
    if dress.length:
        return _minutes(cell) if _LENGTH.fullmatch(cell) else None
    text = cell
    if dress.brackets and text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1].strip()
    elif dress.brackets and text.endswith("-"):
        text = "-" + text[:-1].strip()
    if dress.before:
        sign = text[:1] if text[:1] in ("-", "+") else ""
        rest = text[len(sign) :].lstrip()
        if not rest.startswith(dress.before):
            return None
        text = sign + rest.removeprefix(dress.before).lstrip()
    if dress.after:
        if not text.endswith(dress.after):
            return None
        text = text.removesuffix(dress.after).rstrip()
    return text


def bare(cell: str) -> str:
    """A cell's number without what stands around it; the cell itself where that is none."""
    found = _matched(cell)
    return found["number"].strip() if found else cell


def without_form(label: str) -> str:
    """`Downtime (hh:mm)` -> `Downtime`."""
    return _FORM.sub("", label) or label


def _length(header: str, cells: Sequence[str], *, is_chosen: bool) -> Literal[0, 2, 3]:
    """Parts of the lengths of time that cells hold, where they can be nothing else: the header says
    so, or they go beyond a day. Two parts are hours and minutes only where the header writes so."""
    found = [match for cell in cells if (match := _LENGTH.fullmatch(cell))]
    if not found or not _enough(len(found), len(cells)):
        return 0
    form = _FORM.search(header)
    with_seconds = {bool(match["seconds"]) for match in found}
    if with_seconds != {True} and not (form and not form["seconds"]):
        return 0
    is_long = any(int(match["hours"]) > _DAY_H for match in found)
    said = form is not None or is_long or heads(_FORM.sub("", header), "duration")
    return (3 if True in with_seconds else 2) if said or is_chosen else 0


def _around(cells: Sequence[str], unit: str | None) -> Dress | None:
    found = [match for cell in cells if (match := _matched(cell))]
    if not found or not _enough(len(found), len(cells), has_unit=unit is not None):
        return None
    marks = Counter((match["before"] or "", match["after"] or "") for match in found)
    (first, last), many = marks.most_common(1)[0]
    if not _enough(many, len(found)):
        return None
    brackets = any(match["close"] for match in found)
    if brackets and any("-" in match["number"] or match["sign"] == "-" for match in found):
        return None  # where minus says what is below nought, brackets say something else
    if not (brackets or first or last):
        return None
    said = parse_unit(first or last) if (first or last) else None
    if (first and last) or ((first or last) and said is None):
        return None
    if said is not None and unit is not None and said != unit:
        return None
    return Dress(brackets, first, last, 0, said)


def _matched(cell: str) -> re.Match[str] | None:
    found = _DRESSED.fullmatch(cell)
    if found is None or (found["close"] == ")") != bool(found["open"]):
        return None
    if found["close"] == "-" and (found["sign"] or found["number"][:1] in "+-"):
        return None
    if not looks_like_value(found["number"].strip()):
        return None
    after = found["after"]
    # `4B` is a room and `2m` may be one: a single letter is a unit only behind a blank.
    return None if after and len(after) == 1 and after.isalpha() and not found["gap"] else found


def _minutes(cell: str) -> str:
    hours, minutes, *seconds = cell.replace(",", ".").split(":")
    return repr(int(hours) * 60 + int(minutes) + (float(seconds[0]) if seconds else 0.0) / 60)


def _enough(fit: int, of: int, *, has_unit: bool = False) -> bool:
    return fit == of or (has_unit and 2 * fit >= of) or (of >= _ENOUGH and fit >= _MOSTLY * of)


def plain_of(cells: Iterable[str], dress: Dress) -> list[str]:
    """The numbers of those cells that are dressed so, as texts."""
    return [text for cell in cells if (text := undressed(cell, dress)) is not None]
