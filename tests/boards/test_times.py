"""A card's time: what moves with the clock, and what stays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.boards.card import CardTime
from core.boards.times import CardClock, asked_time, kept_time, placed, said_time
from core.errors import UserFixable
from core.language.lexicon import load_lexicon
from core.language.time_phrases import ClockTime
from core.language.times import previous_window
from core.models import LEXICON_DIR, model_file
from core.semantic.load import load_model
from core.semantic.query import Comparison, Filter, Measure, Op, SemanticQuery, TimeWindow
from core.semantic.shifts import begun_shifts, ended_shifts

MODEL = load_model(model_file("plant"))
LEXICON = load_lexicon(LEXICON_DIR / "en.yaml")
BLANK = SemanticQuery("plant", "plant_obt", measures=(Measure(metric="oee"),))
MOVING = (
    "last week", "this week", "yesterday", "today", "last month", "this month", "month to date",
    "last quarter", "this year", "last 7 days", "past 24 hours", "last 3 months", "last 2 weeks",
    "on Monday", "over the last 3 weeks",
)  # fmt: skip
STILL = ("in May 2026", "June 2025", "between 1 May 2026 and 10 May 2026", "2026-05-03", "Q1 2026")
#: Days that include month ends, leap days, and the nights on which clocks change.
MOMENTS = st.datetimes(dt.datetime(2026, 6, 30), dt.datetime(2032, 12, 31))
EDGES = [
    dt.datetime(2026, 3, 29, 3, 0), dt.datetime(2026, 10, 25, 2, 30), dt.datetime(2026, 11, 1, 1),
    dt.datetime(2028, 2, 29, 12), dt.datetime(2026, 12, 31, 23, 59), dt.datetime(2027, 1, 1),
    dt.datetime(2026, 5, 31, 8), dt.datetime(2027, 2, 28, 22),
]  # fmt: skip


def clock(now: dt.datetime, week_start: int = 1) -> CardClock:
    return CardClock(LEXICON, ClockTime(now.date(), now, week_start))


def asked(phrase: str, now: dt.datetime, **more: object) -> SemanticQuery:
    window = clock(now).read(phrase)
    assert window is not None, phrase
    return BLANK.with_(time=window, **more)


def moved(phrase: str, then: dt.datetime, now: dt.datetime) -> TimeWindow | None:
    """What a card that was kept at `then` covers at `now`."""
    query = asked(phrase, then)
    return placed(query, kept_time(query, MODEL, clock(then)), MODEL, clock(now)).time


@given(st.sampled_from(MOVING), MOMENTS, MOMENTS)
def test_words_that_move_mean_what_they_would_mean_if_asked_now(
    phrase: str, then: dt.datetime, now: dt.datetime
) -> None:
    assert moved(phrase, then, now) == clock(now).read(phrase)


@pytest.mark.parametrize("then", EDGES)
@pytest.mark.parametrize("phrase", MOVING)
def test_also_at_the_edges_of_the_calendar(phrase: str, then: dt.datetime) -> None:
    for now in EDGES:
        assert moved(phrase, then, now) == clock(now).read(phrase)


@given(st.sampled_from(STILL), MOMENTS, MOMENTS)
def test_dates_stay(phrase: str, then: dt.datetime, now: dt.datetime) -> None:
    query = asked(phrase, then)
    assert kept_time(query, MODEL, clock(then)).kind == "fixed"
    assert moved(phrase, then, now) == query.time


@given(MOMENTS, MOMENTS)
def test_a_month_by_name_is_the_one_that_was_meant(then: dt.datetime, now: dt.datetime) -> None:
    assert moved("in March", then, now) == asked("in March", then).time


@given(MOMENTS, st.integers(0, 800))
def test_since_a_day_goes_on_and_keeps_its_start(then: dt.datetime, days: int) -> None:
    now = then + dt.timedelta(days=days)
    query = asked("since April", then)
    assert kept_time(query, MODEL, clock(then)).kind == "since"
    window = moved("since April", then, now)
    assert window is not None
    assert query.time is not None
    assert (window.start, window.end) == (query.time.start, now)


@given(st.sampled_from((*MOVING, *STILL)), MOMENTS)
def test_a_card_that_is_looked_at_at_once_covers_what_was_asked(
    phrase: str, then: dt.datetime
) -> None:
    query = asked(phrase, then)
    assert placed(query, kept_time(query, MODEL, clock(then)), MODEL, clock(then)) == query


@given(MOMENTS, MOMENTS)
def test_the_period_before_moves_along(then: dt.datetime, now: dt.datetime) -> None:
    query = asked("last week", then)
    assert query.time is not None
    before = previous_window(query.time, clock(then).time)
    query = query.with_(comparison=Comparison("window", before, phrase="the period before"))
    made = placed(query, kept_time(query, MODEL, clock(then)), MODEL, clock(now))
    assert made.time is not None
    assert made.comparison is not None
    assert made.comparison.window is not None
    assert made.comparison.window.end == made.time.start
    assert made.comparison.window.length == dt.timedelta(days=7)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (CardTime("shift", runs=True), "the shift that runs"),
        (CardTime("shift", shift="Night", runs=True), "the Night shift that runs, or ran last"),
        (CardTime("shift", shift="Late", count=3), "the last 3 Late shifts that ended"),
        (CardTime("shifts", runs=True), "the shift that runs"),
        (CardTime("shifts"), "the last ended shift"),
        (CardTime("shifts", count=3), "the last 3 shifts that ended"),
    ],
)
@given(MOMENTS, MOMENTS)
def test_shifts_that_are_told_from_now_move(
    time: CardTime, said: str, then: dt.datetime, now: dt.datetime
) -> None:
    blank = BLANK.with_(time=TimeWindow(then, then))
    query = placed(blank, time, MODEL, clock(then))
    axis = MODEL.tables["plant_obt"].time
    assert axis is not None
    is_named = bool(time.shift)
    ended = ended_shifts(axis.shift_hours, then.date(), then, (time.shift,), most=1)
    begun = begun_shifts(axis.shift_hours, then.date(), then, (time.shift,))
    if is_named and time.runs and ended[0] == begun[0]:
        return  # none runs: it is the last one that ended
    kept = kept_time(query, MODEL, clock(then))
    assert kept == time
    assert said_time(kept, query) == said
    assert placed(query, kept, MODEL, clock(now)) == placed(blank, time, MODEL, clock(now))


@given(MOMENTS, MOMENTS, st.booleans())
def test_the_last_ended_shift_moves(then: dt.datetime, now: dt.datetime, named: bool) -> None:
    time = MODEL.tables["plant_obt"].time
    assert time is not None
    names = ("Night",) if named else None
    shift = ended_shifts(time.shift_hours, then.date(), then, names, most=1)[0]
    start = dt.datetime.combine(shift.day, dt.time())
    window = TimeWindow(
        start, start + dt.timedelta(days=1), "production", phrase=f"last {shift.name} shift"
    )
    one = Filter("shift_name", Op.EQ, (shift.name,), phrase="night shift" if named else "")
    query = BLANK.with_(time=window, filters=(one,))
    kept = kept_time(query, MODEL, clock(then))
    assert (kept.kind, kept.shift) == ("shift", "Night" if named else "")
    made = placed(query, kept, MODEL, clock(now))
    expected = ended_shifts(time.shift_hours, now.date(), now, names, most=1)[0]
    assert made.time is not None
    assert made.time.start == dt.datetime.combine(expected.day, dt.time())
    assert [f.values for f in made.filters] == [(expected.name,)]
    assert expected.end <= now


def test_a_window_that_its_words_do_not_give_is_fixed() -> None:
    now = dt.datetime(2026, 6, 30, 12)
    window = TimeWindow(dt.datetime(2026, 6, 3), dt.datetime(2026, 6, 5), phrase="last week")
    query = BLANK.with_(time=window)
    kept = kept_time(query, MODEL, clock(now))
    assert kept.kind == "fixed"
    assert said_time(kept, query) == "fixed: 3 to 4 Jun 2026"


def test_another_time_can_be_written() -> None:
    now = dt.datetime(2026, 6, 30, 12)
    query = asked("in May 2026", now)
    made, time = asked_time("last 7 days", query, MODEL, clock(now))
    assert (time.kind, said_time(time, made)) == ("phrase", "last 7 days")
    assert made.time == clock(now).read("last 7 days")
    made, time = asked_time("in April 2026", query, MODEL, clock(now))
    assert said_time(time, made) == "fixed: April 2026"
    for words in ("pumps", "", "last week in Hamburg", "1/2/2026"):
        with pytest.raises(UserFixable, match="not read as a time"):
            asked_time(words, query, MODEL, clock(now))
