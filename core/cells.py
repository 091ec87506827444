"""What a column's cells are: numbers with which marks, dates in which order, truths or text.

Pure: decided from texts of cells. Where they allow two readings that differ (`03/04/2026`,
`1,234`) nothing is guessed: the caller looks at more values, or asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

#: duration: a length of time such as `27:41:36`, chosen; it is stored as a number of minutes.
CellType = Literal["text", "integer", "double", "boolean", "date", "datetime", "duration"]
TYPES: Final[tuple[CellType, ...]] = (
    "text", "integer", "double", "boolean", "date", "datetime", "duration",
)  # fmt: skip
Decimal = Literal[".", ","]

#: Texts that stand where there is no value, folded.
EMPTY: Final = frozenset(
    {
        "", "null", "none", "nan", "n/a", "#n/a", "na", "-", "--", "---", "?", "no data", "nodata",
        "bad", "bad input", "bad data", "i/o timeout", "io timeout", "calc failed", "scan off",
        "pt created", "shutdown", "not connect", "comm fail", "configure", "intf shut", "#value!",
        "#div/0!", "#ref!",
    }
)  # fmt: skip
TRUE: Final = frozenset({"true", "yes", "ja", "wahr", "có", "y", "j"})
FALSE: Final = frozenset({"false", "no", "nein", "falsch", "không", "n"})
#: Letters say yes and no only where a column has both of them.
_LETTERS: Final = (frozenset({"y", "n"}), frozenset({"j", "n"}))
_PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_COMMA = re.compile(r"[-+]?(\d+,\d*|,\d+)([eE][-+]?\d+)?")
_WHOLE = re.compile(r"[-+]?\d+")
_GROUPED = {
    mark: re.compile(rf"[-+]?\d{{1,3}}({re.escape(mark)}\d{{3}})+(?P<rest>[.,]\d+)?")
    for mark in (",", ".", " ", "\u00a0", "\u202f", "'", "’")
}
_LEADING_ZERO = re.compile(r"[-+]?0\d+")
_NUMERIC_DATE = re.compile(
    r"(?P<a>\d{1,4})(?P<mark>[-/.])(?P<b>\d{1,2}|[A-Za-z]{3})(?P=mark)(?P<c>\d{2,4})"
    r"(?:(?P<gap>[ T])\s*(?P<time>\d{1,2}:\d{2}(?::\d{2}(?P<fraction>[.,]\d{1,9})?)?)"
    r"\s?(?P<half>[AaPp][Mm])?)?(?P<zone>Z|\s?[-+]\d{2}:?\d{2}|\s?UTC)?"
)
_DIGIT_DATE = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
#: Numbers of days since 1899-12-30, as workbooks keep dates: those of 1954 to 2064.
SERIALS: Final = (20_000.0, 60_000.0)
_EPOCHS: Final = {"epoch_s": (946_684_800, 4_102_444_800), "epoch_ms": (9.4e11, 4.2e12)}

DateOrder = Literal["ymd", "dmy", "mdy"]


@dataclass(frozen=True, slots=True)
class NumberMarks:
    """decimal: between whole and fraction. thousands: between groups of three, or empty."""

    decimal: Decimal = "."
    thousands: str = ""


@dataclass(frozen=True, slots=True)
class DateForm:
    """How a column writes its times. order: of year, month and day; None where the values do not
    tell. mark: between them. is_named: months are `Jan`. year: digits of it. parts: of the time of
    day, 0 (none), 2 or 3. has_fraction, has_half (am, pm), has_zone: what follows."""

    order: DateOrder | None
    mark: str
    year: int = 4
    is_named: bool = False
    parts: int = 0
    gap: str = " "
    has_fraction: bool = False
    has_half: bool = False
    has_zone: bool = False
    epoch: str = ""

    def written(self, order: DateOrder | None = None) -> str:
        """The format for people, such as `DD.MM.YYYY HH:MM`."""
        if self.epoch:
            if self.epoch == "serial":
                return "days since 1899-12-30"
            return "seconds since 1970" if self.epoch == "epoch_s" else "milliseconds since 1970"
        month = "Mon" if self.is_named else "MM"
        year = "YYYY" if self.year == 4 else "YY"
        shown = {"y": year, "m": month, "d": "DD"}
        which = order or self.order
        date = self.mark.join(shown[c] for c in which) if which else f"?{self.mark}?{self.mark}?"
        time = ("", "", " HH:MM", " HH:MM:SS")[self.parts]
        return (
            date + time + (".fff" if self.has_fraction else "")
            + (" am/pm" if self.has_half else "") + (" with zone" if self.has_zone else "")
        )  # fmt: skip


def looks_like_value(cell: str) -> bool:
    """Whether a cell is a number or a date, as no header is."""
    text = cell.strip()
    return bool(
        _PLAIN.fullmatch(text) or _COMMA.fullmatch(text) or _NUMERIC_DATE.fullmatch(text)
        or any(pattern.fullmatch(text) for pattern in _GROUPED.values())
    )  # fmt: skip


def is_empty(cell: str) -> bool:
    """Whether a cell of a column of numbers or times holds no value."""
    return cell.strip().casefold() in EMPTY


def filled(cells: Iterable[str | None]) -> list[str]:
    """Those cells that hold something, trimmed."""
    return [cell.strip() for cell in cells if cell is not None and not is_empty(cell)]


@dataclass(frozen=True, slots=True)
class MarkEvidence:
    """What the numbers of a file say of their marks. commas, points: cells in which that mark can
    only be the decimal one. either: cells such as `1,234`, which can be read in two ways. grouped:
    the mark between thousands where one was seen beyond doubt."""

    commas: int = 0
    points: int = 0
    either: tuple[str, ...] = ()
    grouped: str = ""


def mark_evidence(cells: Iterable[str]) -> MarkEvidence:
    """Looks at cells of columns that hold numbers."""
    commas = points = 0
    either: list[str] = []
    grouped = ""
    for cell in cells:
        for mark, pattern in _GROUPED.items():
            found = pattern.fullmatch(cell)
            if not found:
                continue
            rest = found["rest"]
            if rest and rest[0] != mark:
                grouped = mark
                commas, points = commas + (rest[0] == ","), points + (rest[0] == ".")
                break
            if rest:
                continue
            if mark not in ",.":
                grouped = grouped or mark
            elif cell.count(mark) > 1:
                grouped = mark
                commas, points = commas + (mark == "."), points + (mark == ",")
            elif cell.lstrip("+-").startswith("0"):  # nobody groups a nought: `0,123`
                commas, points = commas + (mark == ","), points + (mark == ".")
            else:
                either.append(cell)
            break
        else:
            if _COMMA.fullmatch(cell) and "," in cell:
                commas += 1
            elif "." in cell and _PLAIN.fullmatch(cell):
                points += 1
    return MarkEvidence(commas, points, tuple(either[:5]), grouped)


def number_marks(evidence: MarkEvidence, *, is_english: bool = True) -> NumberMarks | None:
    """The marks of a file's numbers; None where they can be read in two ways. is_english: whether
    a point alone is taken for the decimal one, as in a file whose cells a comma parts: elsewhere
    `1.234` may be twelve hundred."""
    if evidence.commas and not evidence.points:
        dotted = any("." in cell for cell in evidence.either)
        return NumberMarks(",", "." if evidence.grouped == "." or dotted else _other(evidence))
    if not evidence.commas:
        with_comma = any("," in cell for cell in evidence.either)
        with_point = any("." in cell for cell in evidence.either) and not is_english
        is_open = with_comma or (with_point and not evidence.grouped)
        if is_open and not evidence.points:
            return None
        return NumberMarks(".", "," if evidence.grouped == "," or with_comma else _other(evidence))
    return None


def _other(evidence: MarkEvidence) -> str:
    return evidence.grouped if evidence.grouped not in (",", ".") else ""


def is_number(cell: str, marks: NumberMarks) -> bool:
    """Whether a trimmed cell is a number with these marks."""
    pattern = _COMMA if marks.decimal == "," else _PLAIN
    if pattern.fullmatch(cell) or _WHOLE.fullmatch(cell):
        return True
    if not marks.thousands:
        return False
    found = _GROUPED[marks.thousands].fullmatch(cell)
    return (
        bool(found) and found is not None and (found["rest"] or marks.decimal)[0] == marks.decimal
    )


def column_type(cells: Sequence[str], marks: NumberMarks) -> CellType:
    """The type that all these cells have; `text` where there is none, and for no cell at all."""
    values = filled(cells)
    if not values:
        return "text"
    said = {cell.casefold() for cell in values}
    if said <= TRUE | FALSE and (said in _LETTERS or all(len(word) > 1 for word in said)):
        return "boolean"
    if date_form(values) is not None:
        return "datetime" if date_form_of(values).parts else "date"
    if all(is_number(cell, marks) for cell in values):
        # `00417` is a name made of digits, and so is what a double cannot hold.
        if any(_LEADING_ZERO.fullmatch(cell) for cell in values):
            return "text"
        if all(_WHOLE.fullmatch(cell) for cell in values):
            longest = max(len(cell.lstrip("+-")) for cell in values)
            return "integer" if longest <= 18 else "text"
        return "double"
    return "text"


def date_form_of(cells: Sequence[str]) -> DateForm:
    """As `date_form`, for cells that have one."""
    form = date_form(cells)
    assert form is not None
    return form


def date_form(cells: Sequence[str]) -> DateForm | None:
    """How these trimmed cells write dates or times; None where they are none. The order is None
    where day and month could be swapped in all of them."""
    found = [_NUMERIC_DATE.fullmatch(cell) for cell in cells]
    matches = [match for match in found if match is not None]
    if not matches or len(matches) < len(cells):
        digits = [cell for cell in cells if _DIGIT_DATE.fullmatch(cell)]
        return DateForm("ymd", "") if len(digits) == len(cells) and cells else None
    marks = {match["mark"] for match in matches}
    if len(marks) > 1:
        return None
    mark = marks.pop()
    named = {match["b"].isalpha() for match in matches}
    if len(named) > 1:
        return None
    order = _order(matches, mark, is_named=named.pop())
    if order == "none":
        return None
    times = [match["time"] for match in matches if match["time"]]
    return DateForm(
        order=order,
        mark=mark,
        year=4 if order == "ymd" or all(len(m["c"]) == 4 for m in matches) else 2,
        is_named=matches[0]["b"].isalpha(),
        parts=max((time.count(":") + 1 for time in times), default=0),
        gap=next((m["gap"] for m in matches if m["gap"]), " "),
        has_fraction=any(m["fraction"] for m in matches),
        has_half=any(m["half"] for m in matches),
        has_zone=any(m["zone"] for m in matches),
    )


def _order(
    matches: Sequence[re.Match[str]], mark: str, *, is_named: bool
) -> DateOrder | Literal["none"] | None:
    if all(len(match["a"]) == 4 for match in matches):
        fits = all(1 <= int(m["c"]) <= 31 for m in matches) and not is_named
        return "ymd" if fits and all(1 <= int(m["b"]) <= 12 for m in matches) else "none"
    if any(len(match["a"]) > 2 for match in matches):
        return "none"
    if is_named:
        return "dmy"
    first = max(int(match["a"]) for match in matches)
    second = max(int(match["b"]) for match in matches)
    if max(first, second) > 31 or min(first, second) < 1 or (first > 12 and second > 12):
        return "none"
    if first > 12:
        return "dmy"
    if second > 12:
        return "mdy"
    # Nobody writes the month first with points.
    return "dmy" if mark == "." else None


def is_serial(cells: Sequence[str]) -> bool:
    """Whether all cells may be dates as workbooks keep them, in days."""
    low, high = SERIALS
    return bool(cells) and all(_PLAIN.fullmatch(c) and low <= float(c) <= high for c in cells)


def epoch_of(cells: Sequence[str]) -> str:
    """`epoch_s` or `epoch_ms` where all cells are times counted from 1970; empty elsewhere."""
    for name, (low, high) in _EPOCHS.items():
        if cells and all(_PLAIN.fullmatch(c) and low <= float(c) < high for c in cells):
            return name
    return ""


def strptime_formats(form: DateForm, order: str = "") -> Sequence[str]:
    """The formats of a column's times, the usual one first."""
    year = "%Y" if form.year == 4 else "%y"
    shown = {"y": year, "m": "%b" if form.is_named else "%m", "d": "%d"}
    date = form.mark.join(shown[c] for c in (form.order or order or "dmy"))
    if not form.parts:
        return (date,)
    halves = (" %p", "%p") if form.has_half else ("",)
    until_min = f"{date}{form.gap}{'%I' if form.has_half else '%H'}:%M"
    found = [f"{until_min}:%S{half}" for half in halves] if form.parts == 3 else []
    if form.has_fraction:
        found += [f"{until_min}:%S.{part}{half}" for part in ("%f", "%n") for half in halves]
    found += [f"{until_min}{half}" for half in halves]
    # Midnight is often written as the date alone.
    found.append(date)
    return found
