"""Whatever comes in whatever order, an alert shows its condition, and nothing unseen is lost."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerting.lifecycle import (
    BY_PEOPLE,
    NORMAL,
    PUT_AWAY,
    SHOWN,
    STATES,
    TRANSITIONS,
    UNSEEN,
    Event,
    Rules,
    Standing,
    State,
    check,
    follow,
    is_possible,
    is_told,
)
from core.errors import UserFixable
from tests.alerting.alerts_page import PAGE, between, matrix

NOW = dt.datetime(2026, 6, 1, 12)
HOUR = dt.timedelta(hours=1)
CLEAR = (State.NORMAL, State.RETURNED)
STANDING = (State.UNACKNOWLEDGED, State.ACKNOWLEDGED)
HELD = (State.LATCHED, State.LATCHED_UNACKNOWLEDGED)
histories = st.lists(st.sampled_from(list(Event)), max_size=60)


def reachable() -> set[Standing]:
    """Every standing that some history leads to."""
    found, ahead = {NORMAL}, [NORMAL]
    while ahead:
        here = ahead.pop()
        for event in Event:
            if is_possible(here, event) and (there := follow(here, event)) not in found:
                found.add(there)
                ahead.append(there)
    return found


def test_each_state_and_event_leads_somewhere_or_is_refused_in_words() -> None:
    for standing, event in product(reachable(), Event):
        if is_possible(standing, event):
            after = follow(standing, event)
            assert (after.beneath is not None) == (after.state in PUT_AWAY)
            assert after.beneath not in PUT_AWAY
        else:
            with pytest.raises(UserFixable) as said:
                follow(standing, event)
            assert STATES[standing.state] in str(said.value)
            assert len(str(said.value)) > 30


def test_every_state_and_every_row_of_the_table_is_reached() -> None:
    used = {(s.state, e) for s, e in product(reachable(), Event) if is_possible(s, e)}
    assert used == set(TRANSITIONS)
    assert {s.state for s in reachable()} == set(State)
    assert set(STATES) == set(State) == {State.NORMAL, *SHOWN, *PUT_AWAY}


@given(histories)
def test_the_condition_is_always_the_one_that_was_evaluated(events: list[Event]) -> None:
    """An independent account of the condition, beside the table."""
    here, condition = NORMAL, "clear"
    for event in events:
        moves = {
            Event.RAISE: ("active", {"clear", "held"}),
            Event.RETURN: ("clear", {"active"}),
            Event.LATCH: ("held", {"active"}),
            Event.RESET: ("clear", {"held"}),
        }
        if event in moves:
            then, where = moves[event]
            assert is_possible(here, event) == (condition in where)
            condition = then if condition in where else condition
        if is_possible(here, event):
            here = follow(here, event)
        kind = {"clear": CLEAR, "active": STANDING, "held": HELD}[condition]
        assert here.base in kind, (here, condition)


@given(histories)
def test_what_is_put_away_tells_nobody(events: list[Event]) -> None:
    here = NORMAL
    for event in events:
        if is_possible(here, event):
            here = follow(here, event)
            if here.state in PUT_AWAY or here.state in (State.NORMAL, State.RETURNED):
                assert not is_told(event, here)
            if event is Event.RAISE and here.state not in PUT_AWAY:
                assert is_told(event, here)


@given(histories)
def test_leaving_shows_what_the_condition_is_by_then(events: list[Event]) -> None:
    here = NORMAL
    for event in events:
        if not is_possible(here, event):
            continue
        before, here = here, follow(here, event)
        if event in (Event.UNSHELVE, Event.INTO_SERVICE):
            expected = {
                State.NORMAL: State.NORMAL,
                State.UNACKNOWLEDGED: State.UNACKNOWLEDGED,
                State.LATCHED_UNACKNOWLEDGED: State.LATCHED_UNACKNOWLEDGED,
            }
            assert here == Standing(expected[before.base])
            assert is_told(event, here) == (here.state is not State.NORMAL)


@given(histories)
def test_suppression_changes_nothing_but_who_is_told(events: list[Event]) -> None:
    """The same history without the rule ends where leaving the rule ends, but for what returned
    meanwhile: the alert that suppressed it stands for it."""
    quiet = (Event.SUPPRESS, Event.UNSUPPRESS)
    not_shown = (Event.ACKNOWLEDGE, Event.REALARM, Event.SHELVE, Event.OUT_OF_SERVICE)
    here = plain = NORMAL
    for event in events:
        if here.state is State.SUPPRESSED and event in not_shown:
            continue
        if is_possible(here, event):
            here = follow(here, event)
            plain = plain if event in quiet else follow(plain, event)
        if here.state is State.SUPPRESSED and plain.state is State.RETURNED:
            plain = NORMAL
        assert here.base == plain.base


@given(histories)
def test_nothing_unseen_vanishes_by_itself(events: list[Event]) -> None:
    """From unseen to normal: somebody acknowledged, or took it upon them with a reason, or it
    returned while another alert stood for it."""
    here, is_answered = NORMAL, True
    for event in events:
        if not is_possible(here, event):
            continue
        before, here = here, follow(here, event)
        if event in (Event.ACKNOWLEDGE, Event.SHELVE, Event.OUT_OF_SERVICE):
            is_answered = True
        elif here.state in UNSEEN or (here.state is State.SUPPRESSED and here.base in UNSEEN):
            is_answered = False
        elif before.state is State.SUPPRESSED and event in (Event.RETURN, Event.RESET):
            is_answered = True
        if here.state is State.NORMAL:
            assert is_answered
        if before.state in UNSEEN:
            assert here.state is not State.NORMAL or event is Event.ACKNOWLEDGE


@given(histories)
def test_what_latched_ends_by_a_reset_alone(events: list[Event]) -> None:
    here, is_latched = NORMAL, False
    for event in events:
        if not is_possible(here, event):
            continue
        here = follow(here, event)
        is_latched = event is Event.LATCH or (
            is_latched and event not in (Event.RESET, Event.RAISE)
        )
        if is_latched:
            assert here.base in HELD


def test_an_acknowledged_alert_that_stands_when_its_shelf_ends_is_told_anew() -> None:
    here = follow(follow(NORMAL, Event.RAISE), Event.ACKNOWLEDGE)
    shelved = follow(here, Event.SHELVE)
    assert follow(shelved, Event.UNSHELVE) == Standing(State.UNACKNOWLEDGED)
    suppressed = follow(here, Event.SUPPRESS)
    assert follow(suppressed, Event.UNSUPPRESS) == here
    assert not is_told(Event.UNSUPPRESS, here)


def test_it_is_told_again_as_long_as_it_stands() -> None:
    acknowledged = follow(follow(NORMAL, Event.RAISE), Event.ACKNOWLEDGE)
    again = follow(acknowledged, Event.REALARM)
    assert again.state is State.UNACKNOWLEDGED
    assert is_told(Event.REALARM, again)
    for state in (State.NORMAL, State.RETURNED):
        assert not is_possible(Standing(state), Event.REALARM)


def test_a_reason_is_asked_for_where_it_is_required() -> None:
    check(Event.ACKNOWLEDGE, "", None, NOW, Rules())
    strict = Rules(is_reason_required=True)
    check(Event.ACKNOWLEDGE, "seen at the pump", None, NOW, strict)
    for event, until in (
        (Event.ACKNOWLEDGE, None),
        (Event.SHELVE, NOW + HOUR),
        (Event.OUT_OF_SERVICE, None),
    ):
        with pytest.raises(UserFixable, match="why"):
            check(event, " ", until, NOW, strict)


def test_a_shelf_ends() -> None:
    rules = Rules(most_shelved=8 * HOUR)
    check(Event.SHELVE, "works", NOW + 8 * HOUR, NOW, rules)
    for until in (None, NOW, NOW - HOUR):
        with pytest.raises(UserFixable, match="until when"):
            check(Event.SHELVE, "works", until, NOW, rules)
    with pytest.raises(UserFixable, match="8 hours at most"):
        check(Event.SHELVE, "works", NOW + 8 * HOUR + dt.timedelta.resolution, NOW, rules)


def test_people_do_only_what_people_do() -> None:
    for event in set(Event) - set(BY_PEOPLE):
        with pytest.raises(UserFixable, match="watch"):
            check(event, "because", None, NOW, Rules())


def test_the_page_has_the_table() -> None:
    assert between(PAGE.read_text("utf-8"), "transitions") == matrix()
