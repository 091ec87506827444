"""Whether something drifts, over the demo plant: known stories are found, and figures are those of
SQL written by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from core.assistant.report import as_json
from core.services import Services
from core.statistics.baseline import baseline
from core.translation import speaking
from core.types import Answer


def ask(services: Services, question: str, user: str = "admin", session: str = "") -> Answer:
    return services.answer(question, services.policy.user(user), session=session, is_kept=False)


def by_hand(demo_plant: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(demo_plant), read_only=True) as store:
        return store.execute(sql).fetchall()


def test_a_bearing_that_wore_out_is_told_with_its_repair(services: Services) -> None:
    answer = ask(services, "Is the vibration of PMP-03 drifting?")
    assert answer.status == "answered"
    assert answer.drift is not None
    assert answer.drift.verdict == "returned"
    level = answer.drift.findings[0]
    assert dt.datetime(2026, 5, 4) <= level.first <= dt.datetime(2026, 5, 8)
    assert dt.datetime(2026, 6, 25) <= level.last <= dt.datetime(2026, 6, 26)
    assert "Not any more" in answer.headline
    assert "26 Jun 2026 16:00" in answer.headline
    assert answer.chart is not None
    assert answer.chart.type == "line"
    assert answer.chart.control is not None
    assert answer.source == "parser"
    assert any("no specification limits" in note for note in answer.notes)


def test_limits_that_the_readings_come_to_are_drawn_and_no_others(services: Services) -> None:
    worn = ask(services, "Is the vibration of PMP-03 drifting?").chart
    well = ask(services, "Is the vibration of PMP-04 drifting?").chart
    assert worn is not None
    assert well is not None
    assert [line.value for line in worn.lines] == [5.1]  # it reaches 8 mm/s
    assert well.lines == ()


def test_its_baseline_is_that_of_sql_by_hand(services: Services, demo_plant: Path) -> None:
    rows = by_hand(
        demo_plant,
        "SELECT date_trunc('hour', event_ts) AS h, AVG(vibration_mm_s) FROM plant_obt "
        "WHERE asset_id = 'PMP-03' AND signal_quality = 'GOOD' AND run_min >= 10 "
        "AND event_ts >= '2026-04-01' AND event_ts < '2026-04-29' GROUP BY h ORDER BY h",
    )
    found = dict(rows)
    hours = [dt.datetime(2026, 4, 1) + dt.timedelta(hours=h) for h in range(28 * 24)]
    usual = baseline([found.get(h, np.nan) for h in hours]).usual
    answer = ask(services, "Is the vibration of PMP-03 drifting?")
    assert answer.chart is not None
    control = answer.chart.control
    assert control is not None
    assert control.mean == pytest.approx(usual.mean, rel=1e-12)
    assert control.sigma == pytest.approx(usual.sigma, rel=1e-12)
    assert control.first == dt.datetime(2026, 4, 1)
    assert control.start == dt.datetime(2026, 4, 29)


def test_a_drifting_sensor_is_found_and_its_neighbours_are_not(services: Services) -> None:
    drifting = ask(services, "is the temperature of OVN-03 drifting?")
    assert drifting.drift is not None
    assert drifting.drift.verdict == "moved"
    assert dt.datetime(2026, 6, 1) <= drifting.drift.findings[0].first <= dt.datetime(2026, 6, 6)
    assert "by hours" not in drifting.headline
    assert drifting.plan is not None
    assert [d.grain for d in drifting.plan.dimensions] == ["day"]
    assert any("over hours a reading of the baseline is too like" in n for n in drifting.notes)
    for other in ("OVN-01", "OVN-02"):
        answer = ask(services, f"is the temperature of {other} drifting?")
        assert answer.drift is not None
        assert answer.drift.verdict == "steady"
        assert answer.headline.startswith("No drift is found")


def test_a_step_that_was_asked_for_is_taken(services: Services) -> None:
    answer = ask(services, "is the vibration of PMP-04 drifting by day?")
    assert answer.plan is not None
    assert [d.grain for d in answer.plan.dimensions] == ["day"]
    assert answer.drift is not None
    assert answer.drift.verdict == "steady"


def test_a_baseline_that_itself_moves_is_no_baseline(services: Services) -> None:
    answer = ask(services, "is the vibration of PMP-03 drifting in June?")
    assert answer.status == "answered"
    assert answer.drift is not None
    assert answer.drift.verdict == "untold"
    assert "cannot be told" in answer.headline
    assert any("Within the baseline it went from" in note for note in answer.notes)
    assert answer.chart is not None
    assert answer.chart.control is None
    earlier = ask(services, answer.suggestions[0])
    assert earlier.drift is not None
    assert earlier.drift.verdict == "returned"


def test_two_days_are_too_few_to_tell_a_level(services: Services) -> None:
    answer = ask(services, "has the temperature of OVN-02 shifted since Monday?")
    assert answer.headline.startswith("It is too early to tell")
    assert answer.drift is not None
    assert answer.drift.verdict == "untold"


def test_no_figure_named_takes_the_one_with_a_limit_and_says_so(services: Services) -> None:
    answer = ask(services, "is PMP-03 drifting?")
    assert answer.drift is not None
    assert any("No figure is named; vibration is the one" in note for note in answer.notes)
    other = ask(services, "is OVN-03 drifting?")
    assert other.status == "clarify"
    assert other.clarification is not None
    assert [o.question for o in other.clarification.options] == [
        "Is the temperature of OVN-03 drifting?",
        "Is the power of OVN-03 drifting?",
    ]
    for option in other.clarification.options:
        assert ask(services, option.question).status == "answered"


def test_each_of_several_assets_is_looked_at_by_itself(
    services: Services, demo_plant: Path
) -> None:
    answer = ask(services, "Which ovens show a temperature drift?")
    assert answer.status == "answered"
    assert answer.headline.startswith("Mean temperature of ovens: 1 of 3 drifts: OVN-03 (since")
    assert answer.drift is not None
    assert answer.drift.verdict == "moved"
    assert [one.what for one in answer.drift.findings] == ["OVN-03", "OVN-01", "OVN-02"]
    alone = ask(services, "is the temperature of OVN-03 drifting?").drift
    assert alone is not None
    ends = [(one.findings[0].first, one.findings[0].last) for one in (answer.drift, alone)]
    assert ends[0] == ends[1]
    assert answer.result is not None
    by_name = by_hand(
        demo_plant,
        "SELECT asset_id, AVG(temperature_c) AS t FROM plant_obt WHERE asset_class = 'oven' "
        "AND signal_quality = 'GOOD' AND run_min >= 10 AND event_ts >= '2026-04-29' "
        "GROUP BY asset_id ORDER BY t DESC",
    )
    rows = [tuple(row.values()) for row in answer.result.table.to_pylist()]
    assert [row[0] for row in rows] == [row[0] for row in by_name]
    assert [row[1] for row in rows] == pytest.approx([row[1] for row in by_name])


@pytest.mark.parametrize("language", ["en", "de", "vi"])
def test_one_that_came_back_and_those_that_cannot_be_told_are_named(
    services: Services, language: str
) -> None:
    with speaking(language):
        answer = ask(services, "is the vibration of the pumps in Hamburg drifting?")
    assert answer.drift is not None
    told = {one.what: one for one in answer.drift.findings}
    assert list(told) == ["PMP-03", "PMP-01", "PMP-02", "PMP-04"]
    assert answer.drift.verdict == "returned"
    assert "PMP-03" in answer.headline
    june = ask(services, "which pumps in Hamburg drift in vibration since 1 June?")
    assert june.headline.endswith("none of 4 drifts now; of 1 it cannot be told: PMP-03.")


def test_assets_without_a_figure_take_the_one_that_has_a_limit(services: Services) -> None:
    answer = ask(services, "Which pumps in Hamburg are drifting?")
    assert answer.status == "answered"
    assert any(note.startswith("No figure is named; vibration is") for note in answer.notes)
    asked = ask(services, "Which machines in Hamburg are drifting?")
    assert asked.status == "clarify"
    assert asked.clarification is not None
    found = ask(services, asked.clarification.options[0].question)
    assert found.drift is not None


def test_somebody_sees_the_assets_of_their_own_plants(services: Services) -> None:
    own = ask(services, "is the vibration of any compressor drifting?", "viewer")
    assert own.drift is not None
    assert own.governed is not None
    assert "plant_id IN ('HPH')" in own.governed.sql
    assert {one.what for one in own.drift.findings} == {"CMP-05", "CMP-06"}


def test_a_standstill_is_left_out_and_said(services: Services) -> None:
    answer = ask(services, "is the vibration of CNC-01 drifting?")
    assert answer.governed is not None
    assert "run_min >= 10" in answer.governed.sql
    assert any("did not run through the interval" in note for note in answer.notes)


def test_a_metric_needs_no_asset(services: Services) -> None:
    answer = ask(services, "is the OEE of Line 2 in Austin drifting since April?")
    assert answer.status == "answered"
    assert answer.drift is not None
    assert "varies otherwise than in the baseline" in answer.headline


def test_nobody_learns_of_other_plants(services: Services) -> None:
    answer = ask(services, "is the vibration of PMP-03 drifting?", "viewer")
    assert answer.status == "empty"
    assert answer.empty == "out_of_scope"
    assert answer.result is None
    own = ask(services, "is the vibration of CMP-05 drifting in April?", "viewer")
    assert own.status == "answered"
    assert own.governed is not None
    assert "plant_id IN ('HPH')" in own.governed.sql


def test_what_is_not_loaded_or_not_measured_is_said(services: Services) -> None:
    assert ask(services, "is the vibration of PMP-04 drifting in 2025?").status == "empty"
    none = ask(services, "is the flow of CNC-01 drifting?")
    assert none.status == "empty"


def test_it_is_an_answer_as_others_are(services: Services) -> None:
    answer = ask(services, "is the temperature of OVN-03 drifting?")
    said = json.loads(json.dumps(as_json(answer)))
    assert said["drift"]["verdict"] == "moved"
    assert said["drift"]["findings"][0]["what"] == "Another level"
    assert said["chart"]["control"]["mean"] == pytest.approx(178.96, abs=0.1)
    assert answer.sql
    kept = services.past_run(answer.id, services.policy.user("admin"))
    assert kept is not None
    again = ask(services, "is the temperature of OVN-03 drifting?")
    assert again.headline == answer.headline
    assert again.drift == answer.drift
