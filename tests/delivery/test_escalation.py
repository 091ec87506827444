"""Escalation and quiet hours, stepped through time: order, waits, and nobody told in vain."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.escalation import Due, Route, Standing, Step, due_steps, next_look, route_of
from core.delivery.quiet import Quiet, QuietHours
from core.delivery.wall_clock import on_wall

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(22 * 60, 6 * 60, through=frozenset({"critical"}))
MIN = dt.timedelta(minutes=1)


def chain(*waits: float, **others: object) -> Route:
    return Route(tuple(Step(("duty",), ("email",), wait) for wait in waits), **others)


def walk(
    alert: Standing,
    route: Route,
    quiet: Quiet,
    minutes: int,
    every: int = 1,
    settle: tuple[int, dict[str, object]] | None = None,
) -> list[tuple[dt.datetime, Due]]:
    """What is told while the time runs on. settle: after so many minutes, what becomes of it."""
    told: list[tuple[dt.datetime, Due]] = []
    for minute in range(0, minutes, every):
        now = alert.since + minute * MIN
        if settle is not None and minute >= settle[0]:
            alert = replace(alert, **settle[1])
        for due in due_steps(alert, route, quiet, now):
            told.append((now, due))
            alert = replace(alert, told={**alert.told, due.index: now})
    return told


def standing(at: str, severity: str = "warning", **others: object) -> Standing:
    return Standing("a1", severity, "HAM", dt.datetime.fromisoformat(at), **others)


def times(told: list[tuple[dt.datetime, Due]]) -> list[str]:
    return [f"{on_wall(now, BERLIN):%d %H:%M}" for now, _ in told]


def test_each_step_waits_for_an_acknowledgement() -> None:
    alert = standing("2026-06-01T08:00")
    told = walk(alert, chain(0, 15, 30), Quiet(zone=BERLIN), 120)
    assert times(told) == ["01 10:00", "01 10:15", "01 10:45"]
    told = walk(alert, chain(0, 15, 30), Quiet(), 120, settle=(16, {"is_acknowledged": True}))
    assert len(told) == 2


def test_steps_that_wait_for_nothing_are_told_together() -> None:
    told = walk(standing("2026-06-01T08:00"), chain(0, 0, 5), Quiet(zone=BERLIN), 60)
    assert times(told) == ["01 10:00", "01 10:00", "01 10:05"]


def test_a_watch_that_stood_still_does_not_tell_all_steps_at_once() -> None:
    alert = standing("2026-06-01T08:00")
    now = alert.since + 90 * MIN
    assert [due.index for due in due_steps(alert, chain(0, 15, 30), Quiet(), now)] == [0]
    late = replace(alert, told={0: now})
    assert not due_steps(late, chain(0, 15, 30), Quiet(), now + 14 * MIN)
    assert due_steps(late, chain(0, 15, 30), Quiet(), now + 15 * MIN)


def test_an_alert_that_is_over_is_told_no_further_unless_the_route_says_so() -> None:
    alert = standing("2026-06-01T08:00")
    over = (5, {"is_over": True})
    assert len(walk(alert, chain(0, 15), Quiet(), 60, settle=over)) == 1
    assert len(walk(alert, chain(0, 15, after_return=True), Quiet(), 60, settle=over)) == 2


def test_quiet_hours_hold_back_and_stop_the_waits() -> None:
    quiet = Quiet((NIGHT,), BERLIN)
    in_the_night = walk(standing("2026-06-01T21:00"), chain(0, 15), quiet, 24 * 60)  # 23:00
    assert times(in_the_night) == ["02 06:00", "02 06:15"]
    assert [due.quiet_until is not None for _, due in in_the_night] == [True, False]
    before = walk(standing("2026-06-01T19:50"), chain(0, 15), quiet, 24 * 60)  # 21:50
    assert times(before) == ["01 21:50", "02 06:05"]
    assert [due.quiet_until for _, due in before] == [None, None]


def test_a_severity_breaks_through() -> None:
    told = walk(standing("2026-06-01T21:00", "critical"), chain(0, 15), Quiet((NIGHT,), BERLIN), 60)
    assert times(told) == ["01 23:00", "01 23:15"]


def test_what_came_and_went_in_quiet_hours_is_in_the_summary_but_goes_no_further() -> None:
    alert = standing("2026-06-01T21:00")
    told = walk(
        alert, chain(0, 15), Quiet((NIGHT,), BERLIN), 24 * 60, settle=(30, {"is_over": True})
    )
    assert times(told) == ["02 06:00"]


@pytest.mark.parametrize(
    ("raised", "told"),
    [("2026-03-28T22:30", "29 06:00"), ("2026-10-24T21:30", "25 06:00")],
)
def test_quiet_hours_end_by_the_wall_where_clocks_change(raised: str, told: str) -> None:
    found = walk(standing(raised), chain(0), Quiet((NIGHT,), BERLIN), 12 * 60)
    assert times(found) == [told]


def test_quiet_days_and_nights_that_touch_are_one() -> None:
    weekend = QuietHours(0, 0, weekdays=frozenset({5, 6}))
    friday = standing("2026-06-05T21:00")  # Friday, 23:00
    told = walk(friday, chain(0), Quiet((NIGHT, weekend), BERLIN), 4 * 24 * 60, every=5)
    assert times(told) == ["08 06:00"]  # Monday
    assert told[0][1].quiet_until == told[0][0], "one summary, at the end of all of it"


def test_the_first_route_that_fits_is_taken() -> None:
    routes = (
        chain(0, severities=frozenset({"critical"}), plants=frozenset({"HAM"})),
        chain(5, severities=frozenset({"critical"})),
        chain(9, plants=frozenset({"AUS"})),
    )
    assert route_of(routes, "critical", "HAM") is routes[0]
    assert route_of(routes, "critical", "AUS") is routes[1]
    assert route_of(routes, "caution", "AUS") is routes[2]
    assert route_of(routes, "caution", "HAM") is None


# -- whatever the plan ----------------------------------------------------------------------------

ZONES = ("Europe/Berlin", "America/Chicago", "Asia/Ho_Chi_Minh", "Australia/Lord_Howe", "UTC")
#: Around the changes of clocks of the two halves of the world, and anywhere else.
STARTS = st.one_of(
    st.datetimes(dt.datetime(2026, 3, 27), dt.datetime(2026, 4, 6)),
    st.datetimes(dt.datetime(2026, 10, 2), dt.datetime(2026, 11, 2)),
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31)),
).map(lambda at: at.replace(second=0, microsecond=0))
WAITS = st.lists(st.integers(0, 200), min_size=1, max_size=4)
HOURS = st.lists(
    st.builds(
        QuietHours,
        st.integers(0, 1439),
        st.integers(0, 1439),
        st.frozensets(st.sampled_from(["critical", "warning", "caution"]), max_size=2),
        st.frozensets(st.integers(0, 6), min_size=1, max_size=4),
    ),
    max_size=2,
).map(tuple)
SETTLED = st.sampled_from(
    [
        {"is_acknowledged": True},
        {"held": "shelved"},
        {"held": "suppressed"},
        {"held": "out_of_service"},
    ]
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Standing, Route, Quiet]:
    severity = draw(st.sampled_from(["critical", "warning", "caution"]))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    route = chain(*draw(WAITS), after_return=draw(st.booleans()))
    return Standing("a", severity, "P", draw(STARTS)), route, Quiet(draw(HOURS), zone)


def loud_minutes(quiet: Quiet, severity: str, start: dt.datetime, end: dt.datetime) -> int:
    """Minutes between two moments that are not quiet, counted one by one."""
    count = int((end - start) / MIN)
    return sum(quiet.until(start + n * MIN, severity) is None for n in range(count))


@given(plans(), st.integers(1, 90), st.integers(0, 900), SETTLED)
def test_nobody_is_told_of_what_is_settled(
    plan: tuple[Standing, Route, Quiet], every: int, after: int, settled: dict[str, object]
) -> None:
    alert, route, quiet = plan
    told = walk(alert, route, quiet, 2_000, every, (after, settled))
    assert all(now < alert.since + after * MIN for now, _ in told)


@given(plans(), st.integers(1, 90))
def test_each_step_is_told_once_in_order_out_of_quiet_hours_after_its_wait(
    plan: tuple[Standing, Route, Quiet], every: int
) -> None:
    alert, route, quiet = plan
    told = walk(alert, route, quiet, 2_500, every)
    assert [due.index for _, due in told] == list(range(len(told)))
    before = alert.since
    for now, due in told:
        assert quiet.until(now, alert.severity) is None
        assert due.at <= now
        assert loud_minutes(quiet, alert.severity, before, now) >= due.step.wait_min
        before = now


@given(plans())
def test_each_step_is_told_the_minute_it_falls_due(plan: tuple[Standing, Route, Quiet]) -> None:
    alert, route, quiet = plan
    for now, due in walk(alert, route, quiet, 2_500):
        assert now - due.at < MIN


@given(plans(), st.integers(0, 2_000))
def test_the_next_look_is_when_something_is_told(
    plan: tuple[Standing, Route, Quiet], minute: int
) -> None:
    alert, route, quiet = plan
    now = alert.since + minute * MIN
    for before, due in walk(alert, route, quiet, minute + 1):
        alert = replace(alert, told={**alert.told, due.index: before})
    look = next_look(alert, route, quiet, now)
    if len(alert.told) == len(route.steps):
        assert look is None
        return
    assert look is not None
    assert not due_steps(alert, route, quiet, look - MIN) or look == now
    assert due_steps(alert, route, quiet, look)


@given(plans())
def test_doing_it_twice_at_once_tells_nothing_more(plan: tuple[Standing, Route, Quiet]) -> None:
    alert, route, quiet = plan
    now = alert.since + 300 * MIN
    first = due_steps(alert, route, quiet, now)
    told = replace(alert, told={due.index: now for due in first})
    assert not due_steps(told, route, quiet, now)
