"""What a model file says of what is watched is read strictly."""

from pathlib import Path

import pytest

from core.semantic.load import load_model
from core.semantic.model import Running, Watch
from tests.semantic.test_load import GOOD, problems

PLANT = Path(__file__).resolve().parents[2] / "data" / "models" / "plant.yaml"
SECTION = """\
watch:
  table: readings
  asset: machine
  levels: [grade, site, machine]
  alarms: events
"""


def test_a_right_section_becomes_a_value(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD + SECTION, encoding="utf-8")
    levels = ("grade", "site", "machine")
    expected = Watch("readings", 15, "machine", levels, "events", ("machine",))
    assert load_model(file).watch == expected
    file.write_text(GOOD + SECTION + "  interval_min: 15\n", encoding="utf-8")
    assert load_model(file).watch == expected


def test_what_names_an_alarm_and_its_priority(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    more = "  alarm_source: [machine, kind]\n  alarm_priority: kind\n"
    file.write_text(GOOD + SECTION + more, encoding="utf-8")
    watch = load_model(file).watch
    assert watch is not None
    assert (watch.alarm_source, watch.alarm_priority) == (("machine", "kind"), "kind")


def test_how_a_row_tells_that_its_asset_ran(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD + SECTION + "  running: {column: heat, at_least: 2.5}\n", encoding="utf-8")
    watch = load_model(file).watch
    assert watch is not None
    assert watch.running == Running("heat", 2.5)


def test_without_the_section_nothing_is_watched(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert load_model(file).watch is None


def test_the_demo_plant_is_watched() -> None:
    watch = load_model(PLANT).watch
    assert watch is not None
    assert watch.interval_min == 10
    assert watch.levels == ("asset_class", "plant_id", "line_name", "asset_id")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("table: readings", "table: reading", "names no table: 'reading'. Did you mean"),
        ("table: readings", "table: events", "'events' needs 'interval_min'"),
        ("asset: machine", "asset: machin", "names no column of 'readings': 'machin'. Did you"),
        ("asset: machine", "asset: heat", "'heat' is double; 'asset' of 'watch' takes texts"),
        ("asset: machine", "asset: person", "'person' is personal"),
        ("  asset: machine\n", "", "needs the key 'asset'"),
        ("[grade, site, machine]", "[grade, sites, machine]", "'sites'. Did you mean 'site'"),
        ("[grade, site, machine]", "[site, machine, grade]", "'machine' must be last"),
        ("[grade, site, machine]", "[]", "'machine' must be last"),
        ("[grade, site, machine]", "[grade, machine]", "need 'site', the scope of 'readings'"),
        ("[grade, site, machine]", "[site, site, machine]", "twice"),
        ("alarms: events", "alarms: event", "names no table: 'event'. Did you mean 'events'"),
        ("alarms: events", "alarms: events\n  interval_min: 10", "covers 15 minutes"),
        ("alarms: events", "alarms: events\n  interval_min: 0.5", "must be a whole number"),
        ("alarms: events", "alarms: events\n  step: 10", "unknown key 'step'"),
        (
            "alarms: events",
            "alarms: events\n  running: {column: grade, at_least: 1}",
            "names no column of numbers",
        ),
        ("alarms: events", "alarms: events\n  running: {column: heat}", "needs the key 'at_least'"),
        ("alarms: events", "alarms: events\n  alarm_source: [knd]", "no column of 'events': 'knd'"),
        ("alarms: events", "alarms: events\n  alarm_priority: began", "'began' is datetime"),
        ("  alarms: events\n", "  alarm_priority: kind\n", "needs the table: say 'alarms' too"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert SECTION.count(old) == 1
    found = problems(tmp_path, GOOD + SECTION.replace(old, new))
    assert any(said in one for one in found), found
    assert all(one.startswith("mill.yaml:") for one in found)
