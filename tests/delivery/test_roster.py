"""Who is on duty, and who is told when nobody is."""

from __future__ import annotations

import datetime as dt

import pytest

from core.delivery.roster import (
    DutyEntry,
    Person,
    PlantTimes,
    Roster,
    on_duty,
    receivers,
)

HOURS = {"Early": (360, 840), "Late": (840, 1320), "Night": (1320, 360)}
TIMES = PlantTimes("Europe/Berlin", HOURS)
PEOPLE = {
    name: Person(name, name.title(), {"email": f"{name}@plant.example"})
    for name in ("anna", "ben", "cem", "desk", "all")
}


def roster(*entries: DutyEntry, **defaults: tuple[str, ...]) -> Roster:
    return Roster(PEOPLE, {"HAM": entries}, {"HAM": ("desk",), **defaults})


def names(found: object) -> list[str]:
    return [person.id for person in found.people]


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_the_shift_decides() -> None:
    plan = roster(DutyEntry(("anna",), shifts=("Early",)), DutyEntry(("ben",), shifts=("Night",)))
    assert names(on_duty(plan, "HAM", utc("2026-06-01T04:00"), TIMES)) == ["anna"]  # 06:00
    assert names(on_duty(plan, "HAM", utc("2026-06-01T03:59"), TIMES)) == ["ben"]
    found = on_duty(plan, "HAM", utc("2026-06-01T12:00"), TIMES)
    assert names(found) == ["desk"]
    assert found.note == (
        "Nobody is on duty at HAM (1 Jun 2026 14:00 Late). The plant's default receivers are told."
    )


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-10-24T20:00", "anna"),  # Saturday 22:00
        ("2026-10-25T00:30", "anna"),  # 02:30, the first time
        ("2026-10-25T01:30", "anna"),  # 02:30, the second time
        ("2026-10-25T04:59", "anna"),  # 05:59, after nine hours
        ("2026-10-25T05:00", "desk"),
        ("2026-03-28T21:00", "anna"),  # Saturday 22:00
        ("2026-03-29T01:30", "anna"),  # 03:30
        ("2026-03-29T03:59", "anna"),  # 05:59, after seven hours
        ("2026-03-29T04:00", "desk"),
        ("2026-03-29T20:00", "desk"),  # Sunday's night
    ],
)
def test_a_saturday_night_is_a_saturday_whatever_its_length(at: str, told: str) -> None:
    plan = roster(DutyEntry(("anna",), shifts=("Night",), weekdays=frozenset({5})))
    assert names(on_duty(plan, "HAM", utc(at), TIMES)) == [told]


def test_first_and_last_day_are_within() -> None:
    first, last = dt.date(2026, 6, 1), dt.date(2026, 6, 2)
    plan = roster(DutyEntry(("anna",), first=first, last=last))
    assert names(on_duty(plan, "HAM", utc("2026-05-31T21:59"), TIMES)) == ["desk"]
    assert names(on_duty(plan, "HAM", utc("2026-05-31T22:00"), TIMES)) == ["anna"]
    assert names(on_duty(plan, "HAM", utc("2026-06-02T21:59"), TIMES)) == ["anna"]
    assert names(on_duty(plan, "HAM", utc("2026-06-02T22:00"), TIMES)) == ["desk"]


def test_a_night_that_begins_on_the_last_day_is_within() -> None:
    plan = roster(DutyEntry(("anna",), shifts=("Night",), last=dt.date(2026, 6, 2)))
    assert names(on_duty(plan, "HAM", utc("2026-06-03T03:00"), TIMES)) == ["anna"]
    assert names(on_duty(plan, "HAM", utc("2026-06-03T21:00"), TIMES)) == ["desk"]


def test_all_who_are_on_duty_are_found_each_once() -> None:
    plan = roster(DutyEntry(("anna", "ben")), DutyEntry(("ben", "cem"), shifts=("Early",)))
    assert names(on_duty(plan, "HAM", utc("2026-06-01T05:00"), TIMES)) == ["anna", "ben", "cem"]


def test_roles_are_kept_apart() -> None:
    plan = roster(DutyEntry(("anna",)), DutyEntry(("ben",), role="supervisor"))
    assert names(on_duty(plan, "HAM", utc("2026-06-01T05:00"), TIMES, "supervisor")) == ["ben"]
    found = receivers(
        plan, ("duty", "supervisor", "cem", "anna"), "HAM", utc("2026-06-01T05:00"), TIMES
    )
    assert names(found) == ["anna", "ben", "cem"]
    assert found.note == ""


def test_an_empty_roster_says_so_and_falls_back() -> None:
    found = on_duty(roster(), "HAM", utc("2026-06-01T05:00"), TIMES)
    assert names(found) == ["desk"]
    assert found.note.startswith("The roster of HAM is empty.")
    everywhere = Roster(PEOPLE, {}, {"": ("all",)})
    assert names(on_duty(everywhere, "AUS", utc("2026-06-01T05:00"), PlantTimes())) == ["all"]


def test_where_there_is_nobody_at_all_it_is_said() -> None:
    found = on_duty(Roster(), "HAM", utc("2026-06-01T05:00"), TIMES)
    assert found.people == ()
    assert found.note.endswith("HAM has no default receivers, so nobody is told.")


def test_default_is_a_receiver_of_its_own() -> None:
    found = receivers(roster(), ("default",), "HAM", utc("2026-06-01T05:00"), TIMES)
    assert (names(found), found.note) == (["desk"], "")
