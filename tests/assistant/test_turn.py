"""A turn: stages in order, one answer, honest empties, and nothing that runs unrecorded."""

import contextlib
import dataclasses
import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.assistant.report import as_json, as_text
from core.errors import ModelFixable, QueryCancelled, QueryTimeout, Unavailable
from core.types import Answer, EmptyReason, Progress
from tests.assistant.bakehouse import Bakehouse, rows


@pytest.fixture(scope="module")
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


@pytest.fixture
def own() -> Iterator[Bakehouse]:
    """One that a test may break."""
    with contextlib.closing(Bakehouse()) as built:
        yield built


def test_stages_come_in_order_and_one_answer_ends_them(house: Bakehouse) -> None:
    events = house.events("loaves by shop last week")
    *stages, answer = events
    assert [e.stage for e in stages if isinstance(e, Progress)] == [
        "understand", "govern", "execute", "explain",
    ]  # fmt: skip
    assert isinstance(answer, Answer)
    assert not any(isinstance(e, Answer) for e in stages)


def test_an_answer_shows_all_it_must(house: Bakehouse) -> None:
    answer = house.ask("loaves by shop last week")
    assert (answer.status, answer.source) == ("answered", "parser")
    assert [shop for shop, _ in rows(answer.result)] == ["North", "South"]
    assert answer.sql
    assert answer.governed
    assert answer.governed.predicates[0].values == ("N", "S")
    assert answer.plan
    assert answer.plan.time
    assert answer.chips
    assert answer.headline
    assert answer.explanation
    assert answer.quality
    assert answer.quality.data_to == house.parts.facts.tables["bakes"].overall.last
    assert answer.chart
    assert all(word.used for word in answer.words if word.text.isalpha())
    assert (
        answer.timings_ms["total"]
        >= sum(v for k, v in answer.timings_ms.items() if k != "total") - 0.01
    )


def test_figures_equal_sql_written_by_hand(house: Bakehouse) -> None:
    answer = house.ask("burn rate by oven this week")
    expected = house.store.connection.sql(
        "SELECT oven, SUM(burnt) / SUM(loaves) FROM bakes WHERE day >= '2031-03-10' "
        "GROUP BY 1 ORDER BY 2 DESC"
    ).fetchall()
    assert rows(answer.result) == [(oven, pytest.approx(rate)) for oven, rate in expected]


def test_shares_of_readings_by_grade(house: Bakehouse) -> None:
    quality = house.ask("heat of OV-2 on 10 March including bad readings").quality
    assert quality is not None
    assert (quality.bad, quality.good, quality.readings) == (1.0, 0.0, 24)


def test_a_user_sees_the_rows_of_its_own_shops(house: Bakehouse) -> None:
    assert {r[0] for r in rows(house.ask("loaves by shop").result)} == {"North", "South"}
    assert [r[0] for r in rows(house.ask("loaves by shop", "clerk").result)] == ["South"]
    (whole,), (part,) = rows(house.ask("loaves").result), rows(house.ask("loaves", "clerk").result)
    assert part[0] < whole[0]  # type: ignore[operator]


def test_personal_values_are_masked(house: Bakehouse) -> None:
    assert rows(house.ask("loaves by baker").result)[0][0] == "Baker 3"
    masked = house.ask("loaves by baker", "clerk")
    assert masked.result is None or {r[0] for r in rows(masked.result)} <= {None}


# -- what is not answered --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "user", "status", "empty"),
    [
        ("loaves in 2019", "owner", "empty", EmptyReason.NOT_LOADED),
        ("loaves in the north", "clerk", "empty", EmptyReason.OUT_OF_SCOPE),
        ("heat of OV-2 on 10 March", "owner", "empty", EmptyReason.SENSOR_BAD),
        ("ovens with more than 9000000 loaves", "owner", "empty", EmptyReason.NO_ROWS),
        ("vibration of pumps", "owner", "clarify", None),
        ("OV-9 heat", "owner", "clarify", None),
        ("delete all complaints", "owner", "refused", None),
        ("why do loaves burn", "owner", "clarify", None),
        ("loaves next week", "owner", "clarify", None),
        ("", "owner", "clarify", None),
        ("🥖", "owner", "clarify", None),
        ("x" * 5000, "owner", "clarify", None),
    ],
)
def test_status(
    house: Bakehouse, question: str, user: str, status: str, empty: EmptyReason | None
) -> None:
    before = len(house.recorded)
    answer = house.ask(question, user)
    assert (answer.status, answer.empty) == (status, empty)
    assert answer.message
    assert not answer.headline
    if empty in (None, EmptyReason.NOT_LOADED, EmptyReason.OUT_OF_SCOPE):
        assert answer.sql is None
        assert len(house.recorded) == before


def test_an_out_of_scope_answer_reads_nothing(house: Bakehouse) -> None:
    before = len(house.store.ran)
    house.ask("loaves in the north", "clerk")
    assert len(house.store.ran) == before


def test_a_role_without_the_model_is_refused(house: Bakehouse) -> None:
    before = len(house.store.ran)
    answer = house.ask("loaves by shop", "guest")
    assert (answer.status, answer.result) == ("refused", None)
    assert len(house.store.ran) == before


# -- what fails ------------------------------------------------------------------------------


def test_a_failed_audit_stops_the_query(own: Bakehouse) -> None:
    own.audit_fails = True
    answer = own.ask("loaves by shop")
    assert (answer.status, answer.result) == ("failed", None)
    assert "audit" in answer.message
    assert own.store.ran == []


def test_every_query_of_a_turn_is_recorded_before_it_runs(own: Bakehouse) -> None:
    answer = own.ask("loaves by shop")
    assert own.recorded[0] == (answer.id, "owner", "loaves by shop", answer.sql)
    assert {r[:3] for r in own.recorded} == {(answer.id, "owner", "loaves by shop")}
    assert [r[3] for r in own.recorded] == own.store.ran
    assert own.ran_before == list(range(len(own.store.ran)))
    assert own.purposes[0] == "answer"
    assert set(own.purposes[1:]) == {"evidence"}, "the readings' quality is a query too"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ModelFixable("no such function", hint="x"), "failed"),
        (QueryTimeout("The query took longer than 10 s and was ended."), "failed"),
        (Unavailable("The data file is not there."), "failed"),
        (QueryCancelled("Stopped."), "failed"),
    ],
)
def test_an_engine_that_fails_is_a_message(
    own: Bakehouse, monkeypatch: pytest.MonkeyPatch, error: Exception, status: str
) -> None:

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(own.store, "run", fail)
    answer = own.ask("loaves by shop")
    assert answer.status == status
    assert answer.message
    assert answer.result is None


def test_rows_over_the_cap_are_cut_and_told() -> None:
    with contextlib.closing(Bakehouse(row_cap=2)) as small:
        answer = small.ask("loaves by oven")
    assert answer.result is not None
    assert (answer.result.row_count, answer.result.truncated) == (2, True)
    assert any("Only the first 2 rows" in note for note in answer.notes)


def test_figures_come_in_the_unit_that_was_asked_for(house: Bakehouse) -> None:
    in_kg = rows(house.ask("dough").result)[0][0]
    tonnes = house.ask("dough in tonnes")
    assert tonnes.columns[0].unit == "t"
    assert rows(tonnes.result)[0][0] == pytest.approx(in_kg / 1000)  # type: ignore[operator]
    cold = rows(house.ask("heat of OV-1").result)[0][0]
    warm = house.ask("heat of OV-1 in °F")
    assert rows(warm.result)[0][0] == pytest.approx(cold * 1.8 + 32)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("loaves before the last complaint", "baked_at < (SELECT MAX(said_at) FROM complaints)"),
        (
            "loaves in the 24 hours before the last complaint",
            """baked_at < (SELECT MAX(said_at) FROM complaints) AND
               baked_at >= (SELECT MAX(said_at) FROM complaints) - INTERVAL 24 HOUR""",
        ),
        ("loaves since the first complaint", "baked_at >= (SELECT MIN(said_at) FROM complaints)"),
    ],
)
def test_an_anchor_becomes_a_date_of_the_data(house: Bakehouse, question: str, where: str) -> None:
    answer = house.ask(question)
    assert answer.status == "answered"
    expected = house.store.connection.sql(f"SELECT SUM(loaves) FROM bakes WHERE {where}").fetchall()
    assert rows(answer.result) == expected


# -- the report ------------------------------------------------------------------------------


WORDS = """
    loaves burnt heat burn rate by shop oven bread day top 3 last week yesterday of OV-1 north
    except rye share running total complaints list open how many above 210 °C hours vs average
    latest and in March"""
QUESTIONS = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=8).map(" ".join)


@settings(max_examples=60)
@given(question=QUESTIONS)
def test_any_turn_ends_with_one_answer_that_can_be_printed(house: Bakehouse, question: str) -> None:
    answer = house.ask(question)
    assert answer.status in ("answered", "clarify", "refused", "empty"), answer.message
    report = as_json(answer)
    assert {f.name for f in dataclasses.fields(answer)} - set(report) <= {
        "governed", "result", "quality", "facts", "words", "suggestions", "asked_at", "estimate",
        "doubts", "windows", "known", "drawn", "held",
    }  # fmt: skip
    assert as_text(answer).endswith("\n")


def test_a_report_holds_only_what_json_knows(house: Bakehouse) -> None:
    for question in ("loaves by week", "list complaints", "burn rate", "latest heat of OV-3"):
        text = json.dumps(as_json(house.ask(question)), allow_nan=False)
        assert json.loads(text)["status"] == "answered"


def test_text_of_many_rows_says_how_many_more(house: Bakehouse) -> None:
    text = as_text(house.ask("loaves by hour"))
    assert "more rows" in text
    assert len(text.splitlines()) < 60
