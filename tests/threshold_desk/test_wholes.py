"""Thresholds on figures of whole places, for people: over the demo plant."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.alert_desk.curve import curve_query
from core.alert_desk.question import question_about
from core.alert_desk.story import Story, StoryTeller
from core.alert_desk.words import limited, name_of, where
from core.alerting.alert import raised
from core.errors import UserFixable
from core.governance.policy import Role
from core.services import Services
from core.thresholds.acts import Current, ref
from core.thresholds.checks import check
from core.thresholds.finding import Unfit, errors
from core.thresholds.record import Scope, Threshold
from tests.plant_services import plant_services
from tests.threshold_desk.tenant import Tenant
from tests.thresholds.plant import demo, threshold

HAMBURG = Scope((("plant_id", "HAM"),))
LINE_1 = Scope((("plant_id", "HAM"), ("line_name", "Line 1")))
PUMPS = Scope((("asset_class", "pump"), ("plant_id", "HAM")))
OEE: dict[str, Any] = {
    "scope": HAMBURG, "measure": "oee", "kind": "low", "high": None, "low": 60.0, "unit": "%",
    "deadband": 1.0, "on_delay_min": 0, "window_min": 480, "per": "line_name",
}  # fmt: skip
NOW = dt.datetime(2026, 7, 1)


@pytest.fixture(scope="module")
def shared(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("wholes")) as built:
        yield built


def put(plant: Tenant, **fields: Any) -> Threshold:
    """A threshold on the OEE of lines, from the first row on."""
    return plant.put(dt.datetime(2026, 1, 1), **{**OEE, **fields})


@pytest.fixture
def plant(shared: Services, request: pytest.FixtureRequest) -> Tenant:
    return Tenant(shared, f"w{abs(hash(request.node.name)):x}"[:32])


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"per": "hall"}, "per", "no level 'hall'"),
        ({"per": "asset_id"}, "per", "each asset"),
        ({"measure": "vibration_mm_s"}, "per", "is a sensor's"),
        ({"scope": PUMPS}, "scope", "one figure of a whole Line"),
        ({"window_min": 0}, "window_min", "needs a window"),
        (
            {"measure": "mtbf", "per": "", "unit": "h", "window_min": 0},
            "window_min",
            "needs a window",
        ),
        (
            {"kind": "missing", "high": 60, "low": None, "unit": "min"},
            "kind",
            "a limit of its value",
        ),
        ({"kind": "rate", "high": 1, "low": None, "unit": ""}, "kind", "high, high_high, low"),
        ({"measure": "failures", "unit": ""}, "measure", "grows with the time"),
        ({"unit": "bar"}, "unit", "bar"),
    ],
)
def test_what_is_wrong_stands_at_its_field(fields: dict[str, Any], field: str, says: str) -> None:
    found = errors(check(threshold(**{**OEE, **fields}), demo(), at=NOW))
    assert any(one.field == field and says in one.text for one in found), found


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"per": "plant_id"},
        {"per": "asset_class", "scope": PUMPS},
        {"scope": LINE_1, "measure": "mtbf", "unit": "h", "window_min": 44_640},
        {"measure": "failure_rate", "per": "", "unit": "/h", "low": 0.01},
        {"kind": "band", "high": 95.0},
        {"scope": Scope()},
    ],
)
def test_what_can_be_is_right(fields: dict[str, Any]) -> None:
    assert not errors(check(threshold(**{**OEE, **fields}), demo(), at=NOW))


def test_a_trial_is_of_the_lines_of_ones_plants_and_is_what_the_question_answers(
    plant: Tenant,
) -> None:
    made = put(plant, scope=HAMBURG, low=101.0)
    bench = plant.bench("engineer")
    _start, end = bench.window(2)
    found = bench.compare(Current(made, made, made), end - dt.timedelta(days=2), end).current
    assert found is not None
    assert {c.asset for c in found.courses} == {f"HAM/Line {n}" for n in range(1, 5)}
    assert {load.plant for load in found.loads} == {"HAM"}
    said = plant.ask("OEE by line in Hamburg on 29 June 2026 from 06:00 to 14:00")
    rows = {row["line_name"]: row["oee"] for row in said.result.table.to_pylist()}
    at = (dt.datetime(2026, 6, 29, 12) - dt.datetime(1970, 1, 1)).total_seconds()  # 14:00 there
    for course in found.courses:
        n = course.starts.tolist().index(int(at) - 600)
        assert course.values[n] == pytest.approx(rows[course.asset.split("/")[1]], rel=1e-9)
    others = plant.bench("viewer")  # sees Hai Phong alone
    with pytest.raises(UserFixable):
        others.get(made.id)


def test_of_each_line_everywhere_each_sees_those_of_their_own_plants(plant: Tenant) -> None:
    made = put(plant, scope=Scope(), low=101.0)
    for name, plants in {"admin": {"HAM", "AUS", "HPH"}, "viewer": {"HPH"}}.items():
        bench = plant.bench(name)
        _start, end = bench.window(2)
        found = bench.compare(Current(made, made, made), end - dt.timedelta(days=2), end).current
        assert found is not None
        assert {c.asset.split("/")[0] for c in found.courses} == plants
        (row,) = [one for one in bench.holdings(Scope()) if one.threshold.id == made.id]
        assert row.of == len(row.assets) == 4 * len(plants)


def test_a_draft_is_tried_suggested_exported_and_comes_back(plant: Tenant) -> None:
    bench = plant.bench()
    (change,) = bench.save(threshold(**OEE))
    assert change.after is not None
    draft = change.after
    start, end = bench.window(3)
    tried = bench.compare(bench.get(draft.id), start, end).draft
    assert tried is not None
    assert tried.by_asset
    limits = bench.suggest(draft, start, end)
    assert limits.found
    assert all(one.low is not None for one in limits.found)
    content = bench.export()
    assert b'"per"' in content
    again = plant.services.thresholds.bench(dataclasses.replace(plant.who(), tenant="copy"))
    taken = again.import_file(content)
    assert not taken.wrong, taken.problems
    copied = again.drafts()[0].newest
    assert (copied.per, copied.window_min, copied.low) == ("line_name", 480, 60.0)
    wrong = again.import_file(content.replace(b'"low","line_name"', b'"low","lin_name"'))
    assert [(one.field, one.severity) for one in wrong.problems] == [("per", "error")]
    with pytest.raises(Unfit):
        bench.publish([ref(bench.save(dataclasses.replace(draft, window_min=0))[0].after)])


def test_at_a_place_stands_what_counts_for_wholes_beside_what_counts_for_assets(
    plant: Tenant,
) -> None:
    wide, near = put(plant), put(plant, scope=LINE_1, low=70.0)
    each = put(plant, per="", low=50.0)
    rows = {row.threshold.id: row for row in plant.bench().holdings(HAMBURG)}
    assert (rows[wide.id].of, len(rows[wide.id].assets), rows[wide.id].where) == (4, 3, "here")
    assert rows[near.id].assets == ("HAM/Line 1",)
    assert [one.id for one in rows[near.id].hides] == [wide.id]
    assert rows[each.id].of == 24
    bench = plant.bench()
    assert [one.id for one in bench.counting("HAM/Line 1", "line_name")] == [near.id]
    assert [one.id for one in bench.counting("HAM/Line 2", "line_name")] == [wide.id]
    assert bench.places_of("oee") == ("", "asset_class", "plant_id", "line_name")
    assert bench.places_of("vibration_mm_s") == ("",)


def test_lines_of_wholes_are_on_charts_of_those_wholes_alone(plant: Tenant) -> None:
    put(plant, low=60.0)

    def limits(question: str) -> list[float]:
        answer = plant.ask(question)
        return [] if answer.chart is None else [one.value for one in answer.chart.lines]

    assert limits("OEE by line by day in Hamburg in June 2026 as a line chart") == [60.0]
    assert limits("OEE of Line 2 in Hamburg by day in June 2026") == [60.0]
    assert limits("OEE by day in Hamburg in June 2026") == []
    assert limits("OEE of cnc machines by line by day in Hamburg in June 2026") == []
    assert limits("OEE by line by day in Austin in June 2026") == []


def test_an_alert_of_a_line_has_a_curve_and_a_question(plant: Tenant) -> None:
    made = put(plant)
    alert = raised(
        tenant=plant.tenant, model="plant", pair=(made.id, "HAM/Line 1"),
        at=dt.datetime(2026, 6, 20, 12), threshold_version=1, plant="HAM",
        place=(("plant_id", "HAM"), ("line_name", "Line 1")), measure="oee", kind="low",
        severity="warning", value=0.55, limit=0.6, unit="1",
    )  # fmt: skip
    model = demo().model
    start, end = dt.datetime(2026, 6, 20), dt.datetime(2026, 6, 21)
    query = curve_query(alert, model, start, end)
    assert query is not None
    assert {f.column: f.values for f in query.filters} == {
        "plant_id": ("HAM",), "line_name": ("Line 1",)
    }  # fmt: skip
    assert limited(alert, model).replace("\xa0", " ") == "55 %, limit 60 %"
    assert (name_of(alert, model), where(alert)) == ("HAM/Line 1, OEE low", "")
    text = question_about(alert, model, start, end)
    assert text == "OEE for Line 1, HAM from 20 June 2026 to 20 June 2026 by hour"
    assert plant.ask(text).result.row_count == 24


SIX = dt.datetime(2026, 6, 20, 12)


def told(plant: Tenant, made: Threshold, name: str = "engineer", **more: Any) -> Story:
    """The story of an alert of Line 1 in Hamburg, raised by a threshold."""
    fields: dict[str, Any] = {
        "place": (("plant_id", "HAM"), ("line_name", "Line 1")), "plant": "HAM", "value": 0.55,
    }  # fmt: skip
    fields |= more
    asset = "/".join(value for _level, value in fields["place"])
    alert = raised(
        tenant=plant.tenant, model="plant", pair=(made.id, fields.pop("asset", asset)), at=SIX,
        threshold_version=1, measure=made.measure, kind=made.kind, severity="warning", limit=0.6,
        unit="1", **fields,
    )  # fmt: skip
    desk, user = plant.services.alerts, plant.who(name)
    teller = StoryTeller(desk.parts(user, "plant"), desk.queries, user, desk.clock)
    return teller.story(alert, (), (made,), (), None)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"measure": "failure_rate", "kind": "high", "low": None, "high": 0.01, "unit": "/h",
         "deadband": 0.0, "window_min": 1440},
        {"measure": "downtime_hours", "kind": "high", "low": None, "high": 6.0, "unit": "h",
         "deadband": 0.5},
        {"measure": "total_units", "low": 100.0, "unit": ""},
    ],
    ids=["ratio", "several tables", "hours", "amount"],
)  # fmt: skip
def test_each_point_of_a_storys_curve_is_what_the_watch_holds_against_the_limit(
    plant: Tenant, fields: dict[str, Any]
) -> None:
    made = put(plant, **fields)
    story = told(plant, made)
    assert not story.lacks
    assert story.curve is not None
    assert story.curve.limits
    assert story.curve.columns[-1].label.endswith(f" over {made.window_min} min")
    assert any(m.what in ("Alarm", "Work order") for m in story.moments)
    rows = story.curve.result.table.to_pylist()
    at, value = (column.name for column in (story.curve.columns[0], story.curve.columns[-1]))
    assert rows[0][at] == story.curve.start
    found = plant.bench("engineer").compare(
        Current(made, made, made), dt.datetime(2026, 6, 19), dt.datetime(2026, 6, 21)
    )
    assert found.current is not None
    course = found.current.course("HAM/Line 1")
    assert course is not None
    by_start = dict(zip(course.starts.tolist(), course.values.tolist(), strict=True))
    in_utc = [(row[at] - dt.datetime(1970, 1, 1)).total_seconds() - 7200 for row in rows]
    both = [(row[value], by_start[s]) for s, row in zip(in_utc, rows, strict=True) if s in by_start]
    assert len(both) > 100
    assert [one for one, _other in both] == pytest.approx([other for _one, other in both])


def test_of_a_class_the_curve_is_of_the_class_in_that_plant_alone(plant: Tenant) -> None:
    made = put(plant, per="asset_class", scope=Scope((("asset_class", "cnc"),)))
    story = told(plant, made, place=(("plant_id", "HAM"), ("asset_class", "cnc")))
    assert story.curve is not None
    assert story.curve.result.row_count > 100


def test_of_one_asset_a_figure_of_several_tables_has_its_window_too(plant: Tenant) -> None:
    made = put(
        plant, per="", measure="failure_rate", kind="high", low=None, high=0.01, unit="/h",
        deadband=0.0, window_min=1440,
    )  # fmt: skip
    place = (("asset_class", "pump"), ("plant_id", "HAM"), ("line_name", "Line 3"),
             ("asset_id", "PMP-03"))  # fmt: skip
    story = told(plant, made, place=place, asset="PMP-03")
    assert story.curve is not None
    assert story.curve.columns[-1].label == "Failure rate over 1440 min"
    assert story.curve.result.row_count > 100


def test_who_may_not_read_the_figure_sees_no_curve_and_is_told(
    plant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = put(plant, measure="downtime_hours", kind="high", low=None, high=6.0, unit="h")
    see = Role.may_see
    monkeypatch.setattr(
        Role, "may_see", lambda self, table, column: column != "down_min"
        and see(self, table, column),
    )  # fmt: skip
    story = told(plant, made)
    assert story.curve is None
    assert any("down_min" in one for one in story.lacks)
