"""What a model file says of a shift's sheet is read strictly."""

from pathlib import Path

import pytest

from core.semantic.load import load_model
from core.semantic.model import Handover
from tests.semantic.test_load import changed, problems

SHIFTS = "shift: shift, shift_hours: {Day: ['06:00', '18:00'], Night: ['18:00', '06:00']}"
SECTION = """\
handover:
  plant: site
  line: machine
  asset: machine
  reason: grade
  figure: bad_rate
  losses: [bad_rate, mean_heat]
  downtime: total_made
  alarms: events
  alarm_fields: [began, kind]
  languages: {N: de}
"""
GOOD = changed("shift: shift,", f"{SHIFTS},") + SECTION


def test_a_right_section_becomes_a_value(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert load_model(file).handover == Handover(
        plant="site",
        line="machine",
        asset="machine",
        figure="bad_rate",
        losses=("bad_rate", "mean_heat"),
        downtime="total_made",
        reason="grade",
        alarms="events",
        alarm_fields=("began", "kind"),
        languages={"N": "de"},
    )


def test_without_the_section_there_is_no_sheet(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD.removesuffix(SECTION), encoding="utf-8")
    assert load_model(file).handover is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  line: machine", "  line: machin", "names no column of 'readings': 'machin'. Did you"),
        ("figure: bad_rate", "figure: stops", "'stops' is not of 'readings'"),
        ("figure: bad_rate", "figure: oee", "names no metric: 'oee'"),
        ("[bad_rate, mean_heat]", "[mean_het]", "names no metric: 'mean_het'. Did you mean"),
        ("alarms: events", "alarms: event", "names no table: 'event'. Did you mean 'events'"),
        ("alarms: events", "alarms: readings", "needs 'end' in its 'time'"),
        ("[began, kind]", "[began, priority]", "names no column of 'events': 'priority'"),
        ("{N: de}", "{N: German}", "is no language"),
        ("  reason: grade\n", "", "needs the key 'reason'"),
        ("  reason: grade\n", "  reason: grade\n  colour: red\n", "unknown key 'colour'"),
        (
            "    scope: site\n    time: {timestamp: at",
            "    scope: null\n    time: {timestamp: at",
            "'readings' needs a 'scope'",
        ),
        (SHIFTS, "shift: shift", "a sheet needs 'shift', 'production_date' and 'shift_hours'"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    found = problems(tmp_path, GOOD.replace(old, new))
    assert any(said in one for one in found), found
    assert all(one.startswith("mill.yaml:") for one in found)
