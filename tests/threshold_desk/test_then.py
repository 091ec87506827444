"""Answers show the thresholds that were in force at their time, over the demo plant."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from core.charts import choose_chart
from core.codec import from_json, to_json
from core.errors import Unavailable
from core.governance.policy import Mask
from core.semantic.compile import compile_query
from core.semantic.limits import Known
from core.services import Services
from core.threshold_desk.then import LimitsThen
from core.thresholds.acts import ref
from core.thresholds.record import Scope, Threshold
from core.types import Answer, ChartSpec
from tests.plant_services import plant_services
from tests.threshold_desk.tenant import Tenant
from tests.thresholds.plant import demo

PUMPS = Scope((("asset_class", "pump"),))
HAMBURG = Scope((("plant_id", "HAM"),))
PUMP_3 = Scope((("asset_id", "PMP-03"),))
JANUARY = dt.datetime(2026, 1, 1)
CHANGE = dt.datetime(2026, 5, 12, 6)
CHANGE_THERE = dt.datetime(2026, 5, 12, 8)
BY_DAY = "vibration of PMP-03 by day in May 2026"
BY_PUMP = "vibration of pumps by asset in May 2026"


@pytest.fixture(scope="module")
def shared(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("then")) as built:
        yield built


@pytest.fixture
def plant(shared: Services, request: pytest.FixtureRequest) -> Tenant:
    return Tenant(shared, f"t{abs(hash(request.node.name)):x}"[:32])


def lines(spec: ChartSpec | None) -> list[tuple[float, dt.datetime | None, dt.datetime | None]]:
    assert spec is not None
    return [(line.value, line.start, line.end) for line in spec.lines]


def next_version(one: Threshold, **fields: Any) -> dict[str, Any]:
    kept = {f.name: getattr(one, f.name) for f in dataclasses.fields(one)}
    return {**kept, "status": "draft", **fields}


def test_a_chart_has_the_versions_of_its_time(plant: Tenant) -> None:
    first = plant.put(JANUARY, high=3.5)
    answer = plant.ask(BY_DAY)
    assert lines(answer.chart) == [(3.5, None, None)]
    assert answer.held[0].limits[0].label == ""
    plant.put(CHANGE, **next_version(first, high=3.0))
    again = plant.ask(BY_DAY)
    assert lines(again.chart) == [(3.0, CHANGE_THERE, None), (3.5, None, CHANGE_THERE)]
    assert again.chart is not None
    assert "version 2, valid from 12 May 2026 08:00" in again.chart.lines[0].label
    # 12 May, on which it changed, has no one limit
    assert any("(High, version 2) in " in f.text and " of 30 days" in f.text for f in again.facts)
    june = plant.ask("vibration of PMP-03 by day in June 2026")
    assert lines(june.chart) == [(3.0, None, None)]


def test_the_models_limits_stand_where_none_is_in_force(plant: Tenant) -> None:
    before = plant.ask(BY_DAY)
    assert lines(before.chart) == [(5.1, None, None), (8.5, None, None)]
    plant.put(dt.datetime(2026, 7, 1), high=3.0)  # later than the answer's time
    plant.put(JANUARY, measure="temperature_c", high=80.0, deadband=0.0)  # of something else
    plant.put(JANUARY, kind="missing", high=60.0, on_delay_min=0, deadband=0.0)  # of no value
    again = plant.ask(BY_DAY)
    assert (again.chart, again.facts, again.held) == (before.chart, before.facts, ())


def test_one_that_ended_gives_way_to_the_models_limits(plant: Tenant) -> None:
    one = plant.put(JANUARY, high=3.5)
    store = plant.services.watching.threshold_store
    store.retire([ref(one)], demo(), plant.who(), valid_from=CHANGE)
    found = dict.fromkeys(lines(plant.ask(BY_DAY).chart))
    assert list(found) == [
        (3.5, None, CHANGE_THERE), (5.1, CHANGE_THERE, None), (8.5, CHANGE_THERE, None),
    ]  # fmt: skip


def test_assets_with_different_ones_have_no_line(plant: Tenant) -> None:
    plant.put(JANUARY, high=3.5)
    assert lines(plant.ask(BY_PUMP).chart) == [(3.5, None, None)]
    plant.put(JANUARY, high=3.0, scope=PUMP_3)
    chart = plant.ask(BY_PUMP).chart
    assert lines(chart) == []
    assert chart is not None
    assert "Where not all of these assets have the same limit, none is drawn." in chart.note
    assert lines(plant.ask(BY_DAY).chart) == [(3.0, None, None)]


def test_a_change_within_a_time_that_is_not_drawn_along_is_said(plant: Tenant) -> None:
    first = plant.put(JANUARY, high=3.5)
    plant.put(CHANGE, **next_version(first, high=3.0))
    chart = plant.ask(BY_PUMP).chart
    assert lines(chart) == []
    assert chart is not None
    assert chart.note == (
        "Limits changed within this time (12 May 2026); those that did not hold throughout are "
        "not drawn."
    )


def test_bars_beside_those_of_another_time_have_what_held_in_both(plant: Tenant) -> None:
    first = plant.put(JANUARY, high=3.5)
    question = "vibration of pumps by asset in May 2026 compared with April 2026"
    assert lines(plant.ask(question).chart) == [(3.5, None, None)]
    plant.put(dt.datetime(2026, 4, 20, 12), **next_version(first, high=3.0))
    chart = plant.ask(question).chart
    assert lines(chart) == []
    assert chart is not None
    assert "Limits changed within this time (20 Apr 2026" in chart.note
    assert lines(plant.ask(BY_PUMP).chart) == [(3.0, None, None)]


def test_shifts_reach_into_another_day(plant: Tenant) -> None:
    """A night shift of 30 April ends on 1 May; a limit that changed then did not hold for it."""
    first = plant.put(JANUARY, high=3.5)
    plant.put(dt.datetime(2026, 5, 1, 1), **next_version(first, high=3.0))
    asked = plant.ask("vibration of PMP-03 by shift on 30 April 2026")
    assert lines(asked.chart) == []
    assert lines(plant.ask("vibration of PMP-03 by hour of day on 30 April 2026").chart) == [
        (3.5, None, None)
    ]


def test_units_are_converted(plant: Tenant) -> None:
    plant.put(JANUARY, measure="temperature_c", high=140.0, unit="[degF]", deadband=0.0)
    found = plant.ask("temperature of PMP-03 by day in May 2026")
    assert lines(found.chart) == [(60.0, None, None)]


def test_of_a_figure_of_the_model(plant: Tenant) -> None:
    plant.put(JANUARY, measure="oee", kind="low", low=0.7, high=None, deadband=0.0, scope=HAMBURG)
    answer = plant.ask("OEE by line in Hamburg in May 2026")
    assert answer.chart is not None
    assert [line.value for line in answer.chart.lines] == [70.0]
    assert lines(plant.ask("OEE by plant in May 2026").chart) == []


class TestKept:
    def test_an_answer_keeps_what_counted_for_it(self, plant: Tenant) -> None:
        first = plant.put(JANUARY, high=3.5)
        answer = plant.ask(BY_DAY)
        plant.put(CHANGE, **next_version(first, high=3.0))
        kept = from_json(to_json(dataclasses.replace(answer, result=None)), Answer)
        assert (kept.held, kept.chart) == (answer.held, answer.chart)
        assert answer.result is not None
        model = plant.services.model(answer.model)
        again = choose_chart(
            answer.result, kept.columns, kept.plan, model, known=Known(kept.known, kept.held)
        )
        assert again == answer.chart

    def test_another_picture_of_it_has_them_too(self, plant: Tenant) -> None:
        first = plant.put(JANUARY, high=3.5)
        user = plant.who()

        def said(question: str) -> Answer:
            *_, answer = plant.services.ask(question, user, session="s1")
            assert isinstance(answer, Answer)
            return answer

        said(BY_DAY)
        plant.put(CHANGE, **next_version(first, high=3.0))
        bars = said("as a bar chart")
        assert bars.chart is not None
        assert bars.chart.type == "bar"
        assert lines(bars.chart) == [(3.5, None, None)]
        asked_anew = said(BY_DAY)
        assert len(lines(asked_anew.chart)) == 2

    def test_one_from_before_there_were_any_still_reads(self, plant: Tenant) -> None:
        answer = dataclasses.replace(plant.ask(BY_DAY), result=None)
        text = to_json(answer).replace(',"held":[]', "")
        assert "held" not in text
        assert from_json(text, Answer) == answer


def test_a_card_of_a_board_has_them_and_so_has_its_paper(plant: Tenant) -> None:
    first = plant.put(JANUARY, high=3.5)
    plant.put(CHANGE, **next_version(first, high=3.0))
    admin = plant.who()
    board = plant.services.boards.make("Pumps", admin)
    card = plant.services.boards.pin(board.id, plant.ask(BY_DAY), admin)
    shown = plant.services.boards.run(card, admin)
    assert lines(shown.chart) == [(3.0, CHANGE_THERE, None), (3.5, None, CHANGE_THERE)]
    pdf = pypdf.PdfReader(io.BytesIO(plant.services.boards.export(board.id, "pdf", admin)))
    said = pdf.pages[0].extract_text().replace("\u00a0", " ")
    assert "Warning 3 mm/s: High, version 2, valid from 12 May 2026 08:00" in said
    plant.services.boards.pin(board.id, plant.ask(BY_PUMP), admin)
    pdf = pypdf.PdfReader(io.BytesIO(plant.services.boards.export(board.id, "pdf", admin)))
    assert "Limits changed within this time (12 May 2026)" in pdf.pages[0].extract_text()


def test_sql_has_them_where_it_says_what_a_question_says(plant: Tenant) -> None:
    plant.put(JANUARY, high=3.5)
    asked = plant.ask(BY_DAY)
    assert asked.plan is not None
    sql = compile_query(asked.plan, plant.services.model("plant"))
    *_, found = plant.services.run_sql(sql, plant.who())
    assert isinstance(found, Answer)
    assert lines(found.chart) == lines(asked.chart)
    assert found.held == asked.held


class TestWhoseLimits:
    def test_those_of_other_plants_are_not_there(self, plant: Tenant) -> None:
        """A limit of one pump in Hamburg is no difference to whoever sees Hai Phong alone."""
        plant.put(JANUARY, high=3.5)
        plant.put(JANUARY, high=2.5, scope=PUMP_3)
        assert lines(plant.ask(BY_PUMP).chart) == []
        for_viewer = plant.ask(BY_PUMP, "viewer")
        assert lines(for_viewer.chart) == [(3.5, None, None)]
        assert for_viewer.chart is not None
        assert "Where not" not in for_viewer.chart.note
        told = dataclasses.replace(for_viewer, result=None, timings_ms={}, asked_at=JANUARY)
        assert "2.5" not in to_json(told)
        outside = plant.services.answer("vibration of PMP-03 in Hamburg", plant.who("viewer"))
        assert (outside.status, outside.held) == ("empty", ())

    @pytest.mark.parametrize("more", ["hidden", "masks"])
    def test_who_may_not_see_what_a_limit_is_for_is_told_none(
        self, plant: Tenant, more: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A masked class would fit no scope, and the limit of something else would be drawn."""
        plant.put(JANUARY, high=3.5)
        policy = plant.services.policy
        role = policy.roles["admin"]
        if more == "hidden":
            less = dataclasses.replace(role, hidden=("asset_class",))
        else:
            less = dataclasses.replace(role, masks={"asset_class": Mask("null")})
        narrow = dataclasses.replace(policy, roles={**policy.roles, "admin": less})
        limits = LimitsThen(lambda: plant.services.watching.threshold_store, narrow)
        plan = plant.ask(BY_DAY).plan
        assert plan is not None

        def run(_query: Any) -> Any:
            raise AssertionError("nothing is asked")

        known = limits.known(plan, plant.services.parts(), plant.who(), run)
        assert [one.is_unknown for one in known.held] == [True]

    def test_tenants_have_their_own(self, plant: Tenant) -> None:
        other = Tenant(plant.services, "another")
        plant.put(JANUARY, high=3.5)
        other.put(JANUARY, high=2.5)
        assert lines(plant.ask(BY_DAY).chart) == [(3.5, None, None)]
        assert lines(other.ask(BY_DAY).chart) == [(2.5, None, None)]


class TestCost:
    def test_versions_are_read_once(self, plant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
        store = plant.services.watching.threshold_store
        plant.put(JANUARY, high=3.5)
        read: list[str] = []
        spans = store.spans

        def counted(model: str, measure: str, tenant: str) -> Any:
            read.append(measure)
            return spans(model, measure, tenant)

        monkeypatch.setattr(store, "spans", counted)
        plant.ask(BY_DAY)
        plant.ask(BY_PUMP)
        assert read == ["vibration_mm_s"]
        plant.put(JANUARY, measure="temperature_c", high=80.0, deadband=0.0)
        plant.ask(BY_DAY)
        assert read == ["vibration_mm_s"] * 2

    def test_without_thresholds_the_store_is_not_asked_for_more(
        self, plant: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        run = plant.services._queries.evidence

        def counted(query: Any, *more: Any) -> Any:
            asked.append(query.table)
            return run(query, *more)

        monkeypatch.setattr(plant.services._queries, "evidence", counted)
        plant.ask("temperature of PMP-03 by day in May 2026")
        assert len(asked) == 1  # of quality alone

    def test_where_thresholds_cannot_be_read_no_line_is_drawn(
        self, plant: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plant.put(JANUARY, high=3.5)

        def away(*_: object) -> Any:
            raise Unavailable("The thresholds could not be read; please try again.")

        monkeypatch.setattr(plant.services.watching.threshold_store, "published", away)
        answer = plant.ask(BY_DAY)
        assert lines(answer.chart) == []
        assert answer.held[0].is_unknown
