"""delivery.yaml: read strictly, each mistake with its line; the example is one that holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from core.delivery.plan import Plan
from core.delivery.plan_file import load_plan
from core.delivery.quiet import QuietHours
from core.delivery.roster import DutyEntry, PlantTimes
from core.errors import ConfigError
from core.semantic.load import load_model
from tests.scaffold.tree import ROOT

HOURS = {"Early": (360, 840), "Late": (840, 1320), "Night": (1320, 360)}
TIMES = {plant: PlantTimes("Europe/Berlin", HOURS) for plant in ("HAM", "AUS", "HPH")}
EXAMPLE = ROOT / "data" / "delivery.example.yaml"
PEOPLE = "people:\n  anna: {email: anna@plant.example}\n"


def loaded(tmp_path: Path, text: str, times: object = TIMES) -> Plan:
    path = tmp_path / "delivery.yaml"
    path.write_text(text, "utf-8")
    return load_plan(path, times)


def test_without_a_file_nobody_is_told(tmp_path: Path) -> None:
    assert load_plan(tmp_path / "delivery.yaml", TIMES) == Plan()
    assert not (ROOT / "data" / "delivery.yaml").exists(), "a checkout tells nobody"


def test_the_example_holds_for_the_demo_plant() -> None:
    model = load_model(ROOT / "data" / "models" / "plant.yaml")
    axis = model.tables[model.default_table].time
    assert axis is not None
    times = {plant: PlantTimes(zone, axis.shift_hours) for plant, zone in model.timezones.items()}
    plan = load_plan(EXAMPLE, times)
    assert set(plan.roster.duty) == {"HAM", "HPH"}
    assert [len(route.steps) for route in plan.routes] == [3, 2]
    assert plan.roster.people["minh"].language == "vi"
    assert plan.roster.duty["HAM"][2] == DutyEntry(
        ("ben", "desk"),
        weekdays=frozenset({5, 6}),
        first=dt.date(2026, 1, 1),
        last=dt.date(2026, 12, 31),
    )
    assert plan.quiet[0] == (
        frozenset(),
        QuietHours(1320, 360, through=frozenset({"critical"})),
    )


def test_times_and_days_are_read_with_quotes_and_without(tmp_path: Path) -> None:
    text = "quiet:\n  - {from: %s, to: %s}\nplants:\n  HAM:\n    default: [anna]\n"
    text += "    duty:\n      - {people: [anna], from: %s}\n" + PEOPLE
    plain = loaded(tmp_path, text % ("22:00", "6:00", "2026-03-01"))
    quoted = loaded(tmp_path, text % ('"22:00"', "'06:00'", '"2026-03-01"'))
    assert plain == quoted
    assert plain.quiet[0][1] == QuietHours(1320, 360)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("people:\n  anna: {email: nobody}\n", "2: 'nobody' is no e-mail address"),
        ("people:\n  anna: {name: Anna}\n", "2: receiver 'anna' needs an address"),
        (
            "people:\n  anna: {email: a@b.example, language: fr}\n",
            "2: 'language' in receiver 'anna' must be 'en', 'de' or 'vi', not 'fr'",
        ),
        ("people:\n  anna:\n    mail: a@b.example\n", "3: unknown key 'mail' in receiver 'anna'"),
        ("peeple: {}\n", "1: unknown key 'peeple' in the plan. Did you mean 'people'?"),
        (PEOPLE + "default: [ana]\n", "3: the plan names no receiver: 'ana'. Did you mean 'anna'?"),
        (PEOPLE + "plants:\n  HAN: {default: [anna]}\n", "4: there is no plant 'HAN'. Did you"),
        (PEOPLE + "plants:\n  HAM: {duty: []}\n", "4: plant 'HAM' needs the key 'default'"),
        (PEOPLE + "plants:\n  HAM: {default: []}\n", "4: plant 'HAM' needs a default receiver"),
        (
            PEOPLE + "plants:\n  HAM:\n    default: [anna]\n    duty:\n"
            "      - {people: [anna], shifts: [Nacht]}\n",
            "7: 'HAM' has no shift 'Nacht'",
        ),
        (
            PEOPLE + "plants:\n  HAM:\n    default: [anna]\n    duty:\n"
            "      - people: [anna]\n        days: [Monday]\n",
            "8: duty entry of 'HAM' 1: a day is 'Mon'",
        ),
        (
            PEOPLE + "plants:\n  HAM:\n    default: [anna]\n    duty:\n"
            "      - people: [anna]\n        from: 2026-02-30\n",
            "8: 'from' in duty entry of 'HAM' 1 must be a day such as 2026-03-01",
        ),
        (
            PEOPLE + "plants:\n  HAM:\n    default: [anna]\n    duty:\n"
            "      - people: [anna]\n        from: 2026-03-02\n        to: 2026-03-01\n",
            "9: duty entry of 'HAM' 1 ends on 2026-03-01, before it begins on 2026-03-02",
        ),
        (
            PEOPLE + "plants:\n  HAM:\n    default: [anna]\n    duty:\n"
            "      - {people: [anna], role: anna}\n",
            "the role 'anna' is also the name of a receiver",
        ),
        ("routes:\n  - severities: [fatal]\n    steps: []\n", "2: route 1: 'severities' are"),
        ("routes:\n  - {steps: []}\n", "2: route 1 has no steps"),
        ("routes:\n  - {}\n", "2: route 1 needs the key 'steps'"),
        (
            PEOPLE + "routes:\n  - steps:\n      - who: [bob]\n        by: [email]\n",
            "5: step of route 1, 1 tells 'bob', who is neither a role nor a receiver",
        ),
        (
            PEOPLE + "routes:\n  - steps:\n      - who: [anna]\n        by: [teams]\n",
            "6: step of route 1, 1: 'anna' has no address for 'teams'",
        ),
        (
            PEOPLE + "routes:\n  - steps:\n      - who: [anna]\n        by: [pager]\n",
            "6: step of route 1, 1: a channel is 'email', 'webhook' or 'teams', not 'pager'",
        ),
        (
            PEOPLE + "routes:\n  - steps:\n      - {who: [anna], by: [email], wait_min: -1}\n",
            "5: step of route 1, 1 must wait from 0",
        ),
        ("quiet:\n  - {from: 25:00, to: 06:00}\n", "2: 'from' in quiet hours 1 must be a time"),
        ("quiet:\n  - {from: 22:00}\n", "2: quiet hours 1 needs the key 'to'"),
        ("quiet:\n  - {from: 22:00, to: [6]}\n", "2: 'to' in quiet hours 1 must be a time"),
        (
            "quiet:\n  - {from: 00:00, to: 00:00, through: [critical]}\n",
            "1: quiet hours hold 'warning' back without an end",
        ),
        (
            "quiet:\n  - {from: 22:00, to: 10:00}\n  - {plants: [HAM], from: 10:00, to: 22:00}\n",
            "1: quiet hours hold 'critical' back without an end",
        ),
        ("people: &a {}\ndefault: *a\n", "the alias '*a' is not allowed here. Write it out again."),
        ("- a\n", "1: the plan must be made of 'key: value' lines"),
        ("", "1: the file is empty"),
        ("people: [\n", "this is not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert said in str(caught.value)
    assert str(caught.value).startswith("delivery.yaml:")


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, "people:\n  anna: {}\nquiet:\n  - {from: x, to: y}\n")
    assert len(str(caught.value).splitlines()) == 3


def test_names_of_plants_are_not_checked_without_a_model(tmp_path: Path) -> None:
    text = PEOPLE + "plants:\n  X:\n    default: [anna]\n"
    assert set(loaded(tmp_path, text, None).roster.defaults) == {"X"}
