"""How each language spells numbers and dates: English as in code, others by Unicode's CLDR, where a
plant does not write otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
#: The note in a unit's code for a thing that is counted (`kW.h/{unit}`).
_COUNTED: Final = "unit"
#: English commas and dots -> dots and commas.
_SWAPPED: Final = {ord(","): ".", ord("."): ","}


@dataclass(frozen=True, slots=True)
class Spelling:
    """One language. months, weekdays: names in a sentence, from January and from Monday. short:
    names of months within a date. marks: what stands for the comma and the dot of numbers, empty
    where it is they. date, of_year: patterns of a date without and with its year (`{d}`, `{m}` and
    their padded `{dd}`, `{mm}`, `{short}`, `{y}`); first: of a date that shares its month and year
    with the next. month_of, quarter_of, year_of: patterns of what lies in the calendar. units:
    symbols that are words -> those of the language; counted: what stands for a thing that is
    counted."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    short: tuple[str, ...]
    date: str
    of_year: str
    first: str
    month_of: str = "{month} {y}"
    quarter_of: str = "Q{q} {y}"
    year_of: str = "{y}"
    marks: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    counted: str = "unit"

    def unit(self, symbol: str) -> str:
        """A unit's symbol as people write it: `min` -> `phút`; what is made of several stays, but
        for what is counted."""
        if symbol in self.units:
            return self.units[symbol]
        whole, stroke, part = symbol.partition("/")
        return f"{whole}/{self.counted}" if stroke and part == _COUNTED else symbol

    def day(self, day: dt.date, *, year: bool = True) -> str:
        """`28 Jun 2026`, or `28 Jun`."""
        return self._dated(self.of_year if year else self.date, day)

    def within_month(self, day: dt.date) -> str:
        """A day before one of the same month: `22` in `22 to 28 Jun 2026`."""
        return self._dated(self.first, day)

    def month(self, day: dt.date) -> str:
        """`June 2026`."""
        return self.month_of.format(month=self.months[day.month - 1], m=day.month, y=day.year)

    def quarter(self, day: dt.date) -> str:
        """`Q2 2026`."""
        return self.quarter_of.format(q=(day.month + 2) // 3, y=day.year)

    def year(self, day: dt.date) -> str:
        """`2026`, as it stands alone."""
        return self.year_of.format(y=day.year)

    def _dated(self, pattern: str, day: dt.date) -> str:
        return pattern.format(
            d=day.day,
            dd=f"{day.day:02d}",
            m=day.month,
            mm=f"{day.month:02d}",
            short=self.short[day.month - 1],
            y=day.year,
        )


SPELLINGS: Final[Mapping[str, Spelling]] = {
    "en": Spelling(
        months=_MONTHS,
        weekdays=(
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ),
        short=tuple(month[:3] for month in _MONTHS),
        date="{d} {short}",
        of_year="{d} {short} {y}",
        first="{d}",
    ),
    "de": Spelling(
        months=(
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ),
        weekdays=(
            "Montag",
            "Dienstag",
            "Mittwoch",
            "Donnerstag",
            "Freitag",
            "Samstag",
            "Sonntag",
        ),
        short=tuple(f"{n:02d}" for n in range(1, 13)),
        date="{dd}.{mm}.",
        of_year="{dd}.{mm}.{y}",
        first="{dd}.",
        quarter_of="{q}. Quartal {y}",
        year_of="Jahr {y}",
        marks=_SWAPPED,
        units={"rpm": "1/min", "wk": "Wo.", "mo": "Mon."},
        counted="Stück",
    ),
    "vi": Spelling(
        months=tuple(f"tháng {n}" for n in range(1, 13)),
        weekdays=(
            "thứ Hai",
            "thứ Ba",
            "thứ Tư",
            "thứ Năm",
            "thứ Sáu",
            "thứ Bảy",
            "Chủ nhật",
        ),
        short=tuple(f"{n:02d}" for n in range(1, 13)),
        date="{dd}/{mm}",
        of_year="{dd}/{mm}/{y}",
        first="{dd}/{mm}",
        month_of="tháng {m}/{y}",
        quarter_of="quý {q}/{y}",
        year_of="năm {y}",
        marks=_SWAPPED,
        units={
            "s": "giây",
            "min": "phút",
            "h": "giờ",
            "d": "ngày",
            "wk": "tuần",
            "mo": "tháng",
            "a": "năm",
            "rpm": "vòng/phút",
            "/h": "/giờ",
            "/d": "/ngày",
        },
        counted="sản phẩm",
    ),
}
