"""A person's own SQL gets the same treatment as a question: governed, recorded, charted."""

import contextlib
import json
from collections.abc import Iterator

import pytest

from core.assistant import SqlTurns
from core.assistant.report import as_json, as_text
from core.errors import QueryTimeout
from core.types import Answer, CancelToken, EmptyReason, Governed, Progress, Result
from tests.assistant.bakehouse import Bakehouse, rows


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def _run(house: Bakehouse, sql: str, user: str = "owner") -> Answer:
    turns = SqlTurns(house.queries)
    *before, answer = turns.turn(sql, house.policy.user(user), house.parts)
    assert all(isinstance(event, Progress) for event in before)
    assert isinstance(answer, Answer)
    assert answer.source in ("sql", None)
    return answer


def test_sql_that_says_a_question_is_answered_as_that_question(house: Bakehouse) -> None:
    asked = house.ask("loaves by shop")
    assert asked.plan is not None
    from core.semantic.compile import compile_query

    answer = _run(house, compile_query(asked.plan, house.parts.model))
    assert answer.status == "answered"
    assert answer.plan == asked.plan
    assert rows(answer.result) == rows(asked.result)
    assert answer.headline == asked.headline
    assert answer.chips == asked.chips
    assert answer.quality == asked.quality
    assert answer.chart == asked.chart


def test_other_sql_is_its_rows_with_units_where_the_select_says_them(house: Bakehouse) -> None:
    answer = _run(
        house,
        "SELECT oven, AVG(heat) AS heat, AVG(heat) / 2 AS half, ROW_NUMBER() OVER (ORDER BY "
        "oven) AS n FROM bakes GROUP BY oven",
    )
    assert answer.status == "answered"
    assert answer.plan is None
    units = {c.name: c.unit for c in answer.columns}
    assert units["heat"] == house.parts.model.tables["bakes"].columns["heat"].unit
    assert units["half"] is None
    assert answer.headline.startswith(f"First of {answer.result.row_count} rows: Oven OV-1, ")
    assert answer.chart is not None


def test_one_value_is_said(house: Bakehouse) -> None:
    answer = _run(house, "SELECT COUNT(*) * 2 AS twice FROM bakes")
    assert answer.headline == f"Twice: {rows(answer.result)[0][0]:,}."


@pytest.mark.parametrize(
    ("sql", "rule"),
    [("DROP TABLE bakes", "Q2"), ("SELECT * FROM nothing", "Q6"), ("", "Q1"), ("SELECT (", "Q1")],
)
def test_refused_sql_is_not_run(house: Bakehouse, sql: str, rule: str) -> None:
    answer = _run(house, sql)
    assert (answer.status, answer.rule) == ("refused", rule)
    assert house.store.ran == []
    assert house.recorded == []


def test_no_rows_is_said_plainly(house: Bakehouse) -> None:
    answer = _run(house, "SELECT oven FROM bakes WHERE oven = 'none'")
    assert (answer.status, answer.empty) == ("empty", EmptyReason.NO_ROWS)


def test_it_is_recorded_before_it_runs(house: Bakehouse) -> None:
    answer = _run(house, "SELECT COUNT(*) AS n FROM bakes")
    assert house.recorded[0][0] == answer.id
    assert house.ran_before == list(range(len(house.store.ran)))


def test_what_the_engine_turns_down_is_told_in_its_words(
    house: Bakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import ModelFixable

    def fail(*_: object, **__: object) -> None:
        raise ModelFixable("The query engine did not accept the query: no such thing", hint="x")

    monkeypatch.setattr(house.store, "run", fail)
    answer = _run(house, "SELECT COUNT(*) AS n FROM bakes")
    assert answer.status == "clarify"
    assert "no such thing" in answer.message


def test_rows_of_ones_own_scope_only(house: Bakehouse) -> None:
    (one,) = [a for a in house.policy.accounts.values() if len(a.plants) == 1][:1]
    found = rows(_run(house, "SELECT DISTINCT shop_id FROM bakes", one.name).result)
    assert found == [(one.plants[0],)]


def test_two_columns_of_one_name_are_told_apart(house: Bakehouse) -> None:
    answer = _run(house, "SELECT oven, oven, MAX(heat) AS oven FROM bakes GROUP BY oven")
    assert answer.status == "answered"
    assert answer.result is not None
    assert answer.result.table.column_names == ["oven", "oven (2)", "oven (3)"]
    assert [c.name for c in answer.columns] == answer.result.table.column_names
    assert answer.chart is not None


def test_figures_without_a_value_are_said_to_be_empty(house: Bakehouse) -> None:
    answer = _run(house, "SELECT SUM(loaves) AS n FROM bakes WHERE shop_id = 'nowhere'")
    assert (answer.status, answer.empty) == ("empty", EmptyReason.NO_ROWS)
    assert "no row of your plants" in answer.message


def test_decimals_are_numbers_with_all_their_digits(house: Bakehouse) -> None:
    answer = _run(
        house,
        "SELECT CAST('12.50' AS DECIMAL(10, 2)) AS price, "
        "CAST('12345678901234567890.5' AS DECIMAL(30, 1)) AS big, "
        "CAST('12345678901234567890' AS DECIMAL(38, 0)) AS counter, SUM(loaves) AS loaves, "
        "COUNT(*) > 0 AS found FROM bakes",
    )
    assert answer.status == "answered", answer.message
    assert [c.type for c in answer.columns] == ["double", "double", "integer", "integer", "boolean"]
    assert [c.role for c in answer.columns[:4]] == ["measure"] * 4
    told = json.loads(json.dumps(as_json(answer)))
    price, big, counter, loaves, found = told["rows"][0]
    assert (price, big, counter) == (12.5, "12345678901234567890.5", "12345678901234567890")
    assert isinstance(loaves, int)
    assert found is True
    assert "12,345,678,901,234,567,890" in as_text(answer)


SPREAD = (
    "SELECT oven, MAX(heat) - MIN(heat) AS spread FROM bakes "
    "WHERE day >= '2031-03-03' AND day < '2031-03-05' AND oven <> 'OV-9' GROUP BY oven"
)


def test_sql_that_no_question_says_tells_its_time_conditions_and_quality(house: Bakehouse) -> None:
    answer = _run(house, SPREAD)
    assert answer.plan is None
    found = [(chip.kind, chip.label) for chip in answer.chips]
    assert found == [
        ("measure", "Spread"),
        ("by", "Oven"),
        ("where", "Oven not OV-9"),
        ("when", "3 to 4 Mar 2031"),
    ]
    written = as_json(answer)
    assert written["time_window"] == {
        "start": "2031-03-03T00:00:00",
        "end": "2031-03-05T00:00:00",
        "axis": "clock",
    }
    assert answer.columns[1].unit == "Cel"
    counted = house.store.fetch(
        "SELECT grade, COUNT(*) AS n FROM bakes WHERE day >= '2031-03-03' AND day < '2031-03-05' "
        "GROUP BY grade"
    ).to_pylist()
    total = sum(row["n"] for row in counted)
    assert answer.quality is not None
    assert answer.quality.readings == total
    fine = next(row["n"] for row in counted if row["grade"] == "FINE")
    assert answer.quality.good == pytest.approx(fine / total)
    assert answer.quality.note == ""
    assert "Data: " in as_text(answer)
    assert "3 to 4 Mar 2031" in answer.explanation


def test_without_a_window_the_extent_is_said(house: Bakehouse) -> None:
    answer = _run(house, "SELECT MAX(heat) - MIN(heat) AS spread FROM bakes")
    (window,) = as_json(answer)["time_windows"]
    assert window["start"] is None
    assert window["first"] < window["last"]
    assert as_json(answer)["time_window"] is None
    (chip,) = [chip for chip in answer.chips if chip.kind == "when"]
    assert chip.label.startswith("All loaded data, ")


def test_conditions_that_are_not_read_are_said_to_be_there(house: Bakehouse) -> None:
    answer = _run(house, SPREAD.replace("oven <> 'OV-9'", "(oven = 'OV-1' OR heat > 220)"))
    assert "Further conditions in the SQL" in [chip.label for chip in answer.chips]
    assert answer.quality is not None
    assert "the SQL uses only some of them" in answer.quality.note


def test_quality_that_may_not_be_measured_is_a_note_and_no_failure(house: Bakehouse) -> None:
    with contextlib.closing(Bakehouse()) as own:
        run = own.store.run

        def failing(
            governed: Governed, *, timeout_s: float, cancel: CancelToken | None = None
        ) -> Result:
            if "grade" in governed.sql.split(" FROM ")[0]:
                raise QueryTimeout("too late")
            return run(governed, timeout_s=timeout_s, cancel=cancel)

        own.store.run = failing  # type: ignore[method-assign]
        answer = _run(own, SPREAD)
    assert answer.status == "answered"
    assert answer.quality is not None
    assert answer.quality.good is None
    assert "not measured" in answer.quality.note


def test_a_time_without_data_is_not_loaded(house: Bakehouse) -> None:
    answer = _run(house, SPREAD.replace("2031-03-0", "2035-03-0"))
    assert (answer.status, answer.empty) == ("empty", EmptyReason.NOT_LOADED)


def test_rows_that_share_their_splits_are_a_table(house: Bakehouse) -> None:
    answer = _run(
        house, "SELECT oven, MAX(heat) - MIN(heat) AS spread FROM bakes GROUP BY oven, day"
    )
    assert answer.chart is not None
    assert answer.chart.type == "table"
