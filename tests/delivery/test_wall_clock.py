"""The wall clock and its moments, in the nights in which clocks change too."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.delivery.wall_clock import moment_of, on_wall, shifts_at, zone_of

HOURS = {"Early": (360, 840), "Late": (840, 1320), "Night": (1320, 360)}
#: One of half an hour (Lord Howe), one at midnight (Cairo), none (Ho Chi Minh), a whole day (Apia).
ZONES = ("Europe/Berlin", "America/Chicago", "Asia/Ho_Chi_Minh", "Australia/Lord_Howe",
         "Africa/Cairo", "Pacific/Apia", "UTC")  # fmt: skip
MOMENTS = st.datetimes(dt.datetime(2011, 1, 1), dt.datetime(2027, 1, 1))


@given(MOMENTS, st.sampled_from(ZONES))
def test_a_time_of_day_is_the_first_moment_that_shows_it_or_more(
    wall: dt.datetime, name: str
) -> None:
    zone = ZoneInfo(name)
    wall = wall.replace(microsecond=0)
    moment = moment_of(wall, zone)
    assert on_wall(moment, zone) >= wall
    assert on_wall(moment - dt.timedelta(seconds=1), zone) < wall
    for back in range(1, 4 * 60):  # no earlier moment of the hours before shows it
        assert on_wall(moment - dt.timedelta(minutes=back), zone) < wall


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T02:30", "2026-03-29T01:00"),  # left out: the moment of the change
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first time
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_the_changes_of_berlin(wall: str, moment: str) -> None:
    found = moment_of(dt.datetime.fromisoformat(wall), ZoneInfo("Europe/Berlin"))
    assert found == dt.datetime.fromisoformat(moment)


@given(MOMENTS, st.sampled_from(ZONES), st.lists(st.integers(0, 1439), min_size=2, max_size=5))
def test_shifts_that_tile_the_day_leave_no_gap_and_no_overlap(
    moment: dt.datetime, name: str, edges: list[int]
) -> None:
    starts = sorted(set(edges))
    hours = {f"shift {n}": (start, starts[(n + 1) % len(starts)]) for n, start in enumerate(starts)}
    # Not where a day as a whole was left out of the calendar.
    assume(name != "Pacific/Apia" or abs((moment - dt.datetime(2011, 12, 30)).days) > 2)
    assert len(shifts_at(moment, hours, ZoneInfo(name))) == 1


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for hour in range(6):
        (shift,) = shifts_at(dt.datetime(2026, 10, 25, hour), HOURS, berlin)
        is_early = hour >= 5  # 06:00 on the wall
        assert (shift.name, shift.day.day) == (("Early", 25) if is_early else ("Night", 24))


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of("Nowhere/At_All") is dt.UTC
    assert zone_of("../etc/passwd") is dt.UTC
