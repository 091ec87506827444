"""Numbers, dates and units as each language writes them."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.dates import format_date as babel_date
from babel.dates import get_day_names, get_month_names

from core.semantic.display import (
    format_change,
    format_date,
    format_grain,
    format_moment,
    format_number,
    format_plain,
    format_value,
    format_window,
    number_marks,
    unit_symbol,
)
from core.semantic.query import Grain, TimeWindow
from core.semantic.result import ResultColumn
from core.semantic.spelling import SPELLINGS
from core.semantic.wording import when
from core.translation import LANGUAGES, speaking

RATIO = ResultColumn("r", "R", "double", "measure", display="percent", decimals=1)
SPEED = ResultColumn("v", "V", "double", "measure", unit="mm/s")
DAY = dt.datetime(2026, 6, 15)


def window(*days: tuple[int, int, int], phrase: str = "") -> TimeWindow:
    first, last = (dt.datetime(*day) for day in days)
    return TimeWindow(first, last, phrase=phrase)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("4.52", "1,234.5", "−0.5", "12,000", "15 Jun 2026", "15 Jun 2026 14:05", ".,")),
        ("vi", ("4,52", "1.234,5", "−0,5", "12.000", "15/06/2026", "15/06/2026 14:05", ",.")),
        ("de", ("4,52", "1.234,5", "−0,5", "12.000", "15.06.2026", "15.06.2026 14:05", ",.")),
    ],
)
def test_numbers_and_dates(language: str, said: tuple[str, ...]) -> None:
    with speaking(language):
        assert said == (
            format_number(4.52),
            format_number(1234.5, 1),
            format_plain(-0.5),
            format_number(12000),
            format_date(DAY),
            format_moment(DAY.replace(hour=14, minute=5)),
            number_marks(),
        )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", ("76,3\u00a0%", "4,52\u00a0mm/s", "+1,2\u00a0điểm", "không có giá trị")),
        ("de", ("76,3\u00a0%", "4,52\u00a0mm/s", "+1,2\u00a0Punkte", "kein Wert")),
    ],
)
def test_values(language: str, said: tuple[str, ...]) -> None:
    with speaking(language):
        assert said == (
            format_value(0.763, RATIO),
            format_value(4.52, SPEED),
            format_change(0.012, RATIO),
            format_value(None, SPEED),
        )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "vi",
            (
                "tháng 6/2026", "quý 2/2026", "năm 2026", "22/06 đến 28/06/2026",
                "28/06 đến 02/07/2026", "15/06/2026", "tuần từ 15/06/2026", "thứ Hai",
                "trong tháng 6/2026", "từ 22/06 đến 28/06/2026", "ngày 15/06/2026",
                "tuần trước (22/06 đến 28/06/2026)", "trên toàn bộ dữ liệu",
            ),
        ),
        (
            "de",
            (
                "Juni 2026", "2. Quartal 2026", "Jahr 2026", "22. bis 28.06.2026",
                "28.06. bis 02.07.2026", "15.06.2026", "Woche ab 15.06.2026", "Montag",
                "im Juni 2026", "vom 22. bis 28.06.2026", "am 15.06.2026",
                "letzte Woche (22. bis 28.06.2026)", "in allen geladenen Daten",
            ),
        ),
    ],
)  # fmt: skip
def test_windows_and_steps(language: str, said: tuple[str, ...]) -> None:
    june, week = window((2026, 6, 1), (2026, 7, 1)), window((2026, 6, 22), (2026, 6, 29))
    one = window((2026, 6, 15), (2026, 6, 16))
    named = window((2026, 6, 22), (2026, 6, 29), phrase="last week")
    with speaking(language):
        assert said == (
            format_window(june),
            format_window(window((2026, 4, 1), (2026, 7, 1))),
            format_window(window((2026, 1, 1), (2027, 1, 1))),
            format_window(week),
            format_window(window((2026, 6, 28), (2026, 7, 3))),
            format_window(one),
            format_grain(DAY.date(), Grain.WEEK),
            format_grain(1, Grain.DAY_OF_WEEK),
            when(june),
            when(week),
            when(one),
            when(named),
            when(None),
        )


def test_a_period_is_named_in_the_language_of_the_question() -> None:
    named = window((2026, 6, 22), (2026, 6, 29), phrase="Tuần trước")
    with speaking("vi"):
        assert when(named) == "tuần trước (22/06 đến 28/06/2026)"
    with speaking("en"):
        assert when(named) == "from 22 to 28 Jun 2026"


def test_units_that_are_words() -> None:
    units = ("min", "h", "/min", "mm/s", "kW.h/{unit}", "m3/h", "/h")
    with speaking("vi"):
        said = [unit_symbol(one) for one in units]
    assert said == ["phút", "giờ", "vòng/phút", "mm/s", "kWh/sản phẩm", "m³/h", "/giờ"]
    with speaking("en"):
        said = [unit_symbol(one) for one in units]
    assert said == ["min", "h", "rpm", "mm/s", "kWh/unit", "m³/h", "/h"]


def test_every_language_is_spelt() -> None:
    assert set(SPELLINGS) == set(LANGUAGES)


def test_german_names_and_dates_are_those_of_cldr() -> None:
    german = SPELLINGS["de"]
    months, days = get_month_names(locale="de"), get_day_names(locale="de")
    assert german.months == tuple(months[n] for n in range(1, 13))
    assert german.weekdays == tuple(days[n] for n in range(7))
    assert german.day(DAY) == babel_date(DAY, "dd.MM.yyyy", locale="de")
    vietnamese = SPELLINGS["vi"]
    months = get_month_names(locale="vi")
    assert vietnamese.months == tuple(months[n] for n in range(1, 13))
