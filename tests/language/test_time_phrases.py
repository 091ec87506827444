"""Time phrases as a table: docs/semantics.md, phrase by phrase, against fixed clocks."""

import datetime as dt

import pytest

from core.language.normalise import clean, tokenise
from tests.language.reading import read_phrase, time_parser, window_of

# Newest row 2026-06-30 23:50 at 10 minutes: today is a Tuesday, now its closing midnight.
MIDYEAR = """
today                                   | 2026-06-30 .. 2026-07-01
yesterday                               | 2026-06-29 .. 2026-06-30
the day before yesterday                | 2026-06-28 .. 2026-06-29
this week                               | 2026-06-29 .. 2026-07-01
last week                               | 2026-06-22 .. 2026-06-29
the week before last                    | 2026-06-15 .. 2026-06-22
this month                              | 2026-06-01 .. 2026-07-01
last month                              | 2026-05-01 .. 2026-06-01
previous month                          | 2026-05-01 .. 2026-06-01
this quarter                            | 2026-04-01 .. 2026-07-01
last quarter                            | 2026-01-01 .. 2026-04-01
this year                               | 2026-01-01 .. 2026-07-01
last year                               | 2025-01-01 .. 2026-01-01
next week                               | 2026-07-06 .. 2026-07-13
past week                               | 2026-06-24 .. 2026-07-01
past 7 days                             | 2026-06-24 .. 2026-07-01
last 7 days                             | 2026-06-24 .. 2026-07-01
last 36 hours                           | 2026-06-29 12:00 .. 2026-07-01
the past 24h                            | 2026-06-30 .. 2026-07-01
previous 3 weeks                        | 2026-06-10 .. 2026-07-01
last two weeks                          | 2026-06-17 .. 2026-07-01
last 3 months                           | 2026-04-01 .. 2026-07-01
past 10 minutes                         | 2026-06-30 23:50 .. 2026-07-01
last hour                               | 2026-06-30 23:00 .. 2026-07-01
3 days ago                              | 2026-06-27 .. 2026-06-28
two weeks ago                           | 2026-06-15 .. 2026-06-22
a month ago                             | 2026-05-01 .. 2026-06-01
older than 30 days                      | - .. 2026-06-01
more than two weeks ago                 | - .. 2026-06-17
over 36 hours old                       | - .. 2026-06-29 12:00
newer than 3 days                       | 2026-06-28 .. 2026-07-01
less than a week old                    | 2026-06-24 .. 2026-07-01
in March                                | 2026-03-01 .. 2026-04-01
in June                                 | 2026-06-01 .. 2026-07-01
in December                             | 2025-12-01 .. 2026-01-01
March 2025                              | 2025-03-01 .. 2025-04-01
Q1                                      | 2026-01-01 .. 2026-04-01
Q2                                      | 2026-04-01 .. 2026-07-01
Q3                                      | 2025-07-01 .. 2025-10-01
Q2 2025                                 | 2025-04-01 .. 2025-07-01
second quarter                          | 2026-04-01 .. 2026-07-01
first quarter of 2026                   | 2026-01-01 .. 2026-04-01
H1                                      | 2026-01-01 .. 2026-07-01
second half                             | 2025-07-01 .. 2026-01-01
the first half-year                     | 2026-01-01 .. 2026-07-01
the first of May                        | 2026-05-01 .. 2026-05-02
since the first of May                  | 2026-05-01 .. 2026-07-01
first half of May                       | 2026-05-01 .. 2026-05-16
week 23                                 | 2026-06-01 .. 2026-06-08
week 27                                 | 2026-06-29 .. 2026-07-01
CW 12                                   | 2026-03-16 .. 2026-03-23
week 1                                  | 2025-12-29 .. 2026-01-05
week 23 2025                            | 2025-06-02 .. 2025-06-09
week of 6 May                           | 2026-05-04 .. 2026-05-11
2026                                    | 2026-01-01 .. 2026-07-01
this half-year                          | 2026-01-01 .. 2026-07-01
the whole half-year                     | 2026-01-01 .. 2026-07-01
last half year                          | 2025-07-01 .. 2026-01-01
in 2025                                 | 2025-01-01 .. 2026-01-01
since 3 May                             | 2026-05-03 .. 2026-07-01
since the 3rd of May                    | 2026-05-03 .. 2026-07-01
since May                               | 2026-05-01 .. 2026-07-01
since yesterday                         | 2026-06-29 .. 2026-07-01
from yesterday                          | 2026-06-29 .. 2026-06-30
from last week                          | 2026-06-22 .. 2026-06-29
from the last week                      | 2026-06-22 .. 2026-06-29
from last month                         | 2026-05-01 .. 2026-06-01
from last week onwards                  | 2026-06-22 .. 2026-07-01
from yesterday 14:00                    | 2026-06-29 14:00 .. 2026-07-01
from yesterday until today              | 2026-06-29 .. 2026-07-01
starting from last week                 | 2026-06-22 .. 2026-07-01
from May                                | 2026-05-01 .. 2026-07-01
from 3 May                              | 2026-05-03 .. 2026-07-01
until 3 May                             | - .. 2026-05-04
until May                               | - .. 2026-06-01
until 3 May 14:00                       | - .. 2026-05-03 14:00
before 3 May                            | - .. 2026-05-03
before May                              | - .. 2026-05-01
through 3 May                           | - .. 2026-05-04
after 3 May                             | 2026-05-04 .. 2026-07-01
after May                               | 2026-06-01 .. 2026-07-01
from 3 May to 9 May                     | 2026-05-03 .. 2026-05-10
from 3 to 9 May                         | 2026-05-03 .. 2026-05-10
between 3 May and 9 May                 | 2026-05-03 .. 2026-05-10
3-9 May                                 | 2026-05-03 .. 2026-05-10
May 3 to May 9                          | 2026-05-03 .. 2026-05-10
1-15 May                                | 2026-05-01 .. 2026-05-16
between April and May                   | 2026-04-01 .. 2026-06-01
from April to June                      | 2026-04-01 .. 2026-07-01
from November to February               | 2025-11-01 .. 2026-03-01
May 3                                   | 2026-05-03 .. 2026-05-04
3 May 2025                              | 2025-05-03 .. 2025-05-04
31 December                             | 2025-12-31 .. 2026-01-01
30 June                                 | 2026-06-30 .. 2026-07-01
1 July                                  | 2025-07-01 .. 2025-07-02
29 February 2024                        | 2024-02-29 .. 2024-03-01
2026-04-05                              | 2026-04-05 .. 2026-04-06
2026/04/05                              | 2026-04-05 .. 2026-04-06
05.04.2026                              | 2026-04-05 .. 2026-04-06
5.4.                                    | 2026-04-05 .. 2026-04-06
13/05/2026                              | 2026-05-13 .. 2026-05-14
05/13/2026                              | 2026-05-13 .. 2026-05-14
2026-04-05 14:00 to 16:00               | 2026-04-05 14:00 .. 2026-04-05 16:00
2026-04-05 14:00                        | 2026-04-05 14:00 .. 2026-04-05 15:00
on 5 April between 2 and 4 pm           | 2026-04-05 14:00 .. 2026-04-05 16:00
between 2 and 4 pm on 5 April           | 2026-04-05 14:00 .. 2026-04-05 16:00
yesterday from 22:00 to 06:00           | 2026-06-29 22:00 .. 2026-06-30 06:00
second week of May                      | 2026-05-08 .. 2026-05-15
the third day of May                    | 2026-05-03 .. 2026-05-04
the second month of Q2                  | 2026-05-01 .. 2026-06-01
between 6 and 2 pm yesterday            | 2026-06-29 06:00 .. 2026-06-29 14:00
from 6 to 14 o'clock yesterday          | 2026-06-29 06:00 .. 2026-06-29 14:00
between 10 and 2 am on 28 June          | 2026-06-28 22:00 .. 2026-06-29 02:00
yesterday after 14:00                   | 2026-06-29 14:00 .. 2026-06-30
yesterday before 6 am                   | 2026-06-29 .. 2026-06-29 06:00
yesterday at 12 am                      | 2026-06-29 .. 2026-06-29 01:00
yesterday at 12 pm                      | 2026-06-29 12:00 .. 2026-06-29 13:00
from 2026-04-05 22:00 to 2026-04-06 06:00 | 2026-04-05 22:00 .. 2026-04-06 06:00
month to date                           | 2026-06-01 .. 2026-07-01
MTD                                     | 2026-06-01 .. 2026-07-01
week to date                            | 2026-06-29 .. 2026-07-01
quarter to date                         | 2026-04-01 .. 2026-07-01
year to date                            | 2026-01-01 .. 2026-07-01
last weekend                            | 2026-06-27 .. 2026-06-29
Monday                                  | 2026-06-29 .. 2026-06-30
last Tuesday                            | 2026-06-23 .. 2026-06-24
on Tuesday                              | 2026-06-30 .. 2026-07-01
Monday last week                        | 2026-06-22 .. 2026-06-23
Tuesday of week 20                      | 2026-05-12 .. 2026-05-13
first 10 days of May                    | 2026-05-01 .. 2026-05-11
last 10 days of April                   | 2026-04-21 .. 2026-05-01
last day of February                    | 2026-02-28 .. 2026-03-01
first week of May                       | 2026-05-01 .. 2026-05-08
"""


def rows(table: str) -> list[tuple[str, str]]:
    lines = [line.split("|") for line in table.strip().splitlines()]
    return [(phrase.strip(), window.strip()) for phrase, window in lines]


@pytest.mark.parametrize(("phrase", "window"), rows(MIDYEAR))
def test_window(phrase: str, window: str) -> None:
    assert window_of(time_parser("2026-06-30"), phrase) == window


@pytest.mark.parametrize(
    ("phrase", "is_running"),
    [("last week", False), ("past week", True), ("last 7 days", True), ("last month", False)],
)
def test_only_a_number_or_past_runs_back_from_now(phrase: str, is_running: bool) -> None:
    assert read_phrase(time_parser("2026-06-30"), phrase).is_running is is_running


def test_a_running_span_from_the_middle_of_a_day_keeps_its_clock_time() -> None:
    parser = time_parser("2026-06-30", "2026-06-30T13:20:00")
    assert window_of(parser, "past 7 days") == "2026-06-23 13:20 .. 2026-06-30 13:20"
    assert window_of(parser, "this week") == "2026-06-29 .. 2026-06-30 13:20"
    assert window_of(parser, "month to date") == "2026-06-01 .. 2026-06-30 13:20"


def test_weeks_begin_on_the_models_day() -> None:
    parser = time_parser("2026-06-30", week_start=7)
    assert window_of(parser, "last week") == "2026-06-21 .. 2026-06-28"
    assert window_of(parser, "this week") == "2026-06-28 .. 2026-07-01"


@pytest.mark.parametrize(
    ("phrase", "days"),
    [
        ("weekdays", (1, 2, 3, 4, 5)),
        ("on weekends", (6, 7)),
        ("on Mondays", (1,)),
        ("every Monday and Tuesday", (1, 2)),
    ],
)
def test_days_of_the_week_are_kept_and_no_window_made(phrase: str, days: tuple[int, ...]) -> None:
    found = read_phrase(time_parser("2026-06-30"), phrase)
    assert (found.weekdays, found.start, found.end) == (days, None, None)


@pytest.mark.parametrize(
    ("phrase", "minutes"),
    [
        ("after 14:00", (840, 1440)),
        ("from 6 am to 2 pm", (360, 840)),
        ("between 22:00 and 06:00", (1320, 360)),
        ("at noon", (720, 780)),
    ],
)
def test_clock_times_without_a_day_are_minutes_of_each_day(
    phrase: str, minutes: tuple[int, int]
) -> None:
    assert read_phrase(time_parser("2026-06-30"), phrase).minutes == minutes


@pytest.mark.parametrize("phrase", ["ever", "all time", "over the whole period"])
def test_all_time_is_no_window(phrase: str) -> None:
    found = read_phrase(time_parser("2026-06-30"), phrase)
    assert found.is_all
    assert found.start is found.end is None


def test_a_date_with_two_readings_gives_both() -> None:
    found = read_phrase(time_parser("2026-06-30"), "04/05/2026")
    assert [label for label, *_ in found.readings] == ["4 May 2026", "5 April 2026"]


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "31.11.2026", "29.02.2026", "32 May", "week 54", "week 0",
     "25:00", "last weeks", "last 0 days", "last 99999999 years"],
)  # fmt: skip
def test_a_time_that_does_not_exist_is_no_phrase(text: str) -> None:
    """Left unread, it is asked back; never bent to a day that exists."""
    tokens = tokenise(clean(text))
    found = time_parser("2026-06-30").parse(tokens, 0)
    assert found is None or found.length < len(tokens)


@pytest.mark.parametrize(
    ("phrase", "start"),
    [("may i see the pumps", None), ("sun", None), ("sat", None), ("may", dt.datetime(2026, 5, 1))],
)
def test_words_that_are_a_time_only_sometimes(phrase: str, start: dt.datetime | None) -> None:
    found = time_parser("2026-06-30").parse(tokenise(clean(phrase)), 0)
    assert (found.start if found else None) == start
