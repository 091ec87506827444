"""From alerts that stand to messages: to whom, once each, and what was held back in one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from core.delivery.escalation import Route, Standing, Step
from core.delivery.message import ToldAlert
from core.delivery.plan import Plan, Telling, tell
from core.delivery.quiet import QuietHours
from core.delivery.roster import DutyEntry, Person, PlantTimes, Roster
from core.delivery.wording import said
from tests.delivery.told import alert as told_alert

TIMES = {"HAM": PlantTimes("Europe/Berlin", {"Day": (360, 1320), "Night": (1320, 360)})}
MORNING = dt.datetime(2026, 6, 1, 8)
EVENING = dt.datetime(2026, 6, 1, 21)
END = dt.datetime(2026, 6, 2, 4)
ANNA = Person("anna", "Anna", {"email": "anna@plant.example", "teams": "ham"}, "de")
BEN = Person("ben", "Ben", {"email": "ben@plant.example"})
ROOM = Person("room", "Room", {"teams": "ham"})
PLAN = Plan(
    Roster(
        {"anna": ANNA, "ben": BEN, "room": ROOM},
        {"HAM": (DutyEntry(("anna",)), DutyEntry(("ben",), "supervisor"))},
        {"HAM": ("room",)},
    ),
    (
        Route(
            (
                Step(("duty", "room"), ("email", "teams")),
                Step(("supervisor",), ("email",), 15),
            )
        ),
    ),
    ((frozenset({"HAM"}), QuietHours(1320, 360, through=frozenset({"critical"}))),),
)


@dataclass(frozen=True)
class Told:
    def told(self, alert_id: str, language: str) -> ToldAlert:
        return told_alert(alert_id, "warning", measure=f"measure in {language}")

    def link(self, alert_id: str) -> str:
        return f"https://gemba.plant.example/alerts/{alert_id}"


def standing(alert_id: str = "a1", since: dt.datetime = MORNING, **others: object) -> Standing:
    return Standing(alert_id, "warning", "HAM", since, **others)


def telling(
    *alerts: Standing, now: dt.datetime, plan: Plan = PLAN, channels: object = ("email", "teams")
) -> Telling:
    return tell(plan, alerts, TIMES, Told(), now, channels)


def test_each_address_is_told_once_in_its_language() -> None:
    found = telling(standing(), now=MORNING)
    assert [(m.channel, m.to, m.language) for m in found.messages] == [
        ("email", "anna@plant.example", "de"),
        ("teams", "ham", "de"),
    ]
    assert found.told == (("a1", 0),)
    assert found.notes == ()
    first = found.messages[0]
    assert (first.plant, first.notice.kind, first.notice.zone) == ("HAM", "raised", "Europe/Berlin")
    assert first.notice.alerts[0].measure == "measure in de"


def test_keys_are_the_same_when_it_is_done_again_and_other_ones_for_the_next_round() -> None:
    now = MORNING + dt.timedelta(minutes=40)
    first, again = telling(standing(), now=MORNING), telling(standing(), now=now)
    assert [m.key for m in first.messages] == [m.key for m in again.messages]
    rearmed = telling(standing(since=now, is_again=True), now=now)
    assert not {m.key for m in first.messages} & {m.key for m in rearmed.messages}
    assert {m.notice.kind for m in rearmed.messages} == {"again"}


def test_the_next_step_is_an_escalation() -> None:
    waiting = standing(told={0: MORNING})
    assert not telling(waiting, now=MORNING + dt.timedelta(minutes=14)).messages
    (message,) = telling(waiting, now=MORNING + dt.timedelta(minutes=15)).messages
    assert (message.to, message.notice.kind) == ("ben@plant.example", "escalated")


def test_what_was_held_back_comes_as_one_summary_to_each_address() -> None:
    alerts = [standing(f"a{n}", EVENING + dt.timedelta(minutes=n)) for n in range(3)]
    alerts.append(standing("done", EVENING, is_acknowledged=True))
    alerts.append(standing("day", MORNING, is_acknowledged=True))
    assert not telling(*alerts, now=EVENING + dt.timedelta(hours=1)).messages
    found = telling(*alerts, now=END)
    assert [(m.to, m.notice.kind) for m in found.messages] == [
        ("anna@plant.example", "summary"),
        ("ham", "summary"),
    ]
    assert found.told == (("a0", 0), ("a1", 0), ("a2", 0))
    summary = found.messages[0].notice
    assert [one.alert_id for one in summary.alerts] == ["a0", "a1", "a2"]
    assert summary.settled == 1
    words = said(summary, "en")
    assert words.heading == "3 alerts were held back in the quiet hours"
    assert "1 more was acknowledged or put aside meanwhile." in words.text


def test_what_late_data_adds_to_the_same_hours_is_told_as_well() -> None:
    first = telling(standing("a1", EVENING), now=END)
    seen = standing("a1", EVENING, told={0: END}, is_acknowledged=True)
    late = telling(seen, standing("a2", EVENING), now=END + dt.timedelta(minutes=10))
    assert [m.to for m in late.messages] == [m.to for m in first.messages]
    assert not {m.key for m in late.messages} & {m.key for m in first.messages}
    notice = late.messages[0].notice
    assert ([one.alert_id for one in notice.alerts], notice.settled) == (["a2"], 0)


def test_all_acknowledged_in_the_night_is_nothing_to_tell() -> None:
    alerts = [standing(f"a{n}", EVENING, is_acknowledged=True) for n in range(3)]
    assert telling(*alerts, now=END) == Telling((), (), ())


def test_a_critical_alert_breaks_through_beside_it() -> None:
    found = telling(
        standing("a1", EVENING), replace(standing("a2", EVENING), severity="critical"), now=EVENING
    )
    assert found.told == (("a2", 0),)


def test_nobody_on_duty_is_said_in_the_message_and_to_who_runs_it() -> None:
    plan = replace(PLAN, roster=replace(PLAN.roster, duty={}))
    found = telling(standing(), now=MORNING, plan=plan)
    assert [(m.channel, m.to) for m in found.messages] == [("teams", "ham")]
    (note,) = found.notes
    assert note.startswith("The roster of HAM is empty.")
    assert note in said(found.messages[0].notice, "en").text


def test_a_channel_that_is_not_set_up_is_not_used_and_said() -> None:
    found = telling(standing(), now=MORNING, channels=("email",))
    assert [m.channel for m in found.messages] == ["email"]
    assert found.notes == (
        "Room cannot be told by email, teams: no address, or the channel is not set up.",
    )
    none = telling(standing(), now=MORNING, channels=())
    assert (none.messages, none.told) == ((), (("a1", 0),))


@pytest.mark.parametrize("plan", [Plan(), replace(PLAN, routes=())])
def test_a_plan_without_routes_tells_nobody(plan: Plan) -> None:
    assert telling(standing(), now=MORNING, plan=plan) == Telling((), (), ())
