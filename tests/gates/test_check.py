"""Each kind of check: what passes, what fails, how many rows and which, and nothing personal."""

from __future__ import annotations

import datetime as dt
import math
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ModelError
from core.gates import CheckResult, check
from core.gates.report import from_json, outcome, title
from core.gates.rows import counts, judged, row_checks
from core.semantic.load import load_model
from core.semantic.model import Checks, SemanticModel
from core.translation import speaking
from tests.gates.small import MODEL, NOW, row, rows, small_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    return small_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that knows the machine M1 and has a row of 9 o'clock."""
    path = tmp_path / "works.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute("CREATE TABLE machines AS SELECT 'N' AS site, 'M1' AS machine")
        connection.execute(
            "CREATE TABLE readings AS SELECT 'N' AS site, 'M1' AS machine, "
            "TIMESTAMP '2026-06-30 09:00:00' AS ts"
        )
    return path


def failed(model: SemanticModel, batch: pa.Table | Path, **other: Any) -> list[CheckResult]:
    given = {"source": "test", "now": NOW, **other}
    return list(check(batch, model.tables["readings"], model, **given).failed)


def test_sound_rows_pass(model: SemanticModel, store: Path) -> None:
    report = check(
        rows(model), model.tables["readings"], model, source="x", store=store, appends=True, now=NOW
    )
    assert report.passed
    assert (report.rows, report.plants) == (4, ("N",))
    assert (report.first, report.last) == ("2026-06-30 10:00:00", "2026-06-30 10:30:00")
    assert {one.verdict for one in report.results} == {"passed"}
    assert from_json(report.as_json()) == report


@pytest.mark.parametrize(
    ("given", "kind", "column", "n"),
    [
        ([row(0, machine=None)], "not_null", "machine", 1),
        ([row(0, heat=100.5), row(1, heat=-0.1)], "range", "heat", 2),
        ([row(0, heat=math.nan)], "range", "heat", 1),
        ([row(0, heat=math.inf)], "range", "heat", 1),
        ([row(0, pieces=-1)], "range", "pieces", 1),
        ([row(0, shift="early")], "values", "shift", 1),
        ([row(0), row(0), row(0)], "unique", "machine", 2),
        ([row(0, ts="2026-06-30 19:16:00")], "ahead", "ts", 1),
        ([row(0, grade="BAD"), row(1, grade="BAD")], "quality", "grade", 0),
    ],
)
def test_what_fails(
    model: SemanticModel, given: list[dict[str, Any]], kind: str, column: str, n: int
) -> None:
    (one,) = failed(model, rows(model, *given))
    assert (one.kind, one.columns[0], one.rows) == (kind, column, n)
    assert kind == "quality" or one.samples


def test_what_has_no_value_breaks_no_range(model: SemanticModel) -> None:
    assert not failed(model, rows(model, row(0, heat=None, pieces=None, shift=None)))


def test_too_few_rows_and_too_many(model: SemanticModel) -> None:
    (one,) = failed(model, rows(model).slice(0, 1))
    assert (one.kind, one.found, one.limit) == ("rows", "1", "2 … 1000")
    many = [row(n % 12 + 12 * 0, machine=f"M{n}") for n in range(1001)]
    assert [one.kind for one in failed(model, rows(model, *many))] == ["rows"]
    (none,) = failed(model, rows(model).slice(0, 0))
    assert none.kind == "rows"


def test_a_machine_that_nobody_knows(model: SemanticModel, store: Path) -> None:
    (one,) = failed(model, rows(model, row(0, machine="M9")), store=store)
    assert (one.kind, one.rows, one.limit) == ("reference", 1, "machines")
    assert one.samples[0]["machine"] == "M9"
    without = check(rows(model), model.tables["readings"], model, source="x", now=NOW)
    assert without.passed
    assert [r.kind for r in without.results if r.verdict == "skipped"] == ["reference"]


def test_old_rows_by_the_models_clock(model: SemanticModel, store: Path) -> None:
    old = [row(n, ts=f"2026-06-29 08:{n}0:00") for n in range(4)]
    (one,) = failed(model, rows(model, *old), store=store)
    assert (one.kind, one.found, one.limit) == (
        "age", "2026-06-29 08:30:00", "2026-06-29 09:00:00",
    )  # fmt: skip
    assert not failed(model, rows(model, *old))  # the store has none: they are the newest
    wall = replace(model, clock="wall")
    assert [one.kind for one in failed(wall, rows(wall, *old))] == ["age"]
    assert not failed(wall, rows(wall))


def test_rows_that_the_store_has(model: SemanticModel, store: Path) -> None:
    again = rows(model, row(0, ts="2026-06-30 09:00:00"))
    (one,) = failed(model, again, store=store, appends=True)
    assert (one.kind, one.rows) == ("unique", 1)
    assert not failed(model, again, store=store, appends=False)


def test_columns_that_are_missing_or_of_another_type(model: SemanticModel) -> None:
    batch = rows(model).drop_columns(["shift"]).set_column(
        0, "site", pa.array([1, 2, 3, 4])
    )  # fmt: skip
    (one,) = failed(model, batch)
    assert (one.kind, one.found) == ("columns", "site (BIGINT), shift")


def test_samples_hold_nothing_personal(model: SemanticModel) -> None:
    table = model.tables["readings"]
    strict = replace(table, checks=Checks(values={"worker": ("Bob",)}))
    report = check(rows(model), strict, model, source="x", now=NOW)
    assert report.failed[0].rows == 4
    assert "Ann" not in report.as_json()


def test_a_share_may_be_tolerated(model: SemanticModel) -> None:
    table = model.tables["readings"]
    for share, fits in ((0.25, True), (0.2, False)):
        checks = Checks(ranges={"heat": (0.0, 100.0)}, tolerated=share)
        loose = replace(table, checks=checks)
        report = check(rows(model, row(0, heat=500.0)), loose, model, source="x", now=NOW)
        assert report.passed == fits


def test_a_file_with_its_tables(model: SemanticModel, tmp_path: Path) -> None:
    path = tmp_path / "batch.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.register("given", rows(model))
        connection.execute("CREATE TABLE readings AS FROM given")
        connection.execute("CREATE TABLE machines AS SELECT 'M2' AS machine")
    before = path.read_bytes()
    (one,) = failed(model, path)
    assert (one.kind, one.rows) == ("reference", 4)
    assert path.read_bytes() == before


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "machine": st.sampled_from([None, "M1", ""]),
                "heat": st.sampled_from([None, 0.0, 100.0, 100.1, -1.0, math.nan, math.inf]),
                "pieces": st.sampled_from([None, 0, -1, 5]),
                "shift": st.sampled_from([None, "Early", "late", "O'Neil"]),
            }
        ),
        min_size=1,
        max_size=40,
    )
)
def test_sql_and_pandera_find_the_same(model: SemanticModel, given: list[dict[str, Any]]) -> None:
    table = model.tables["readings"]
    assert table.checks is not None
    batch = rows(model, *(row(n, **one) for n, one in enumerate(given)))
    checks = row_checks(table.checks, table)
    with closing(duckdb.connect()) as connection:
        connection.register("rows", batch)
        _, by_sql = counts(connection, "rows", checks)
        nothing = [1 if n else 0 for n in by_sql]  # fewer than there are: pandera's count shows
        assert judged(connection, "rows", checks, nothing, table.checks) == by_sql


def test_words(model: SemanticModel) -> None:
    (one,) = failed(model, rows(model, row(0, heat=500.0)))
    assert title(one, model, "readings") == "Heat in its range"
    assert outcome(one) == "Rows outside 0 … 100 °C: 1"
    with speaking("de"):
        assert "Heat" in title(one, model, "readings")
        assert "500" not in outcome(one)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("not_null: [site", "not_null: [sit", "names no column of 'readings': 'sit'. Did you mean"),
        ("heat: {min: 0, max: 100}", "heat: {min: 2, max: 1}", "'min' of the range of 'heat'"),
        ("heat: {min: 0, max: 100}", "shift: {min: 0}", "'shift' holds no numbers"),
        ("heat: {min: 0, max: 100}", "heat: {}", "needs 'min', 'max' or both"),
        ("table: machines", "table: machine", "names no table: 'machine'. Did you mean"),
        ("min_good: 0.5", "min_good: 50", "is a share, from 0 to 1"),
        ("min_rows: 2", "min_rows: 2000", "'min_rows' of 'volume'"),
        ("values: {shift: [Early, Late]}", "values: {heat: [a]}", "'heat' holds no texts"),
        ("unique:", "uniqe:", "unknown key 'uniqe'"),
        ("columns: [machine], table", "columns: [machine], to: [a, b], table", "names no column"),
    ],
)
def test_what_is_wrong_with_a_declaration(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in MODEL
    path = tmp_path / "works.yaml"
    path.write_text(MODEL.replace(old, new))
    with pytest.raises(ModelError) as error:
        load_model(path)
    assert told in str(error.value)
    assert str(error.value).startswith("works.yaml:")


def test_now_is_never_asked_of_a_batch_without_times(model: SemanticModel) -> None:
    machines = pa.table({"site": ["N"], "machine": ["M1"]})
    report = check(
        machines, model.tables["machines"], model, source="x", now=dt.datetime(2000, 1, 1)
    )
    assert report.passed


def test_a_batch_is_held_against_the_columns_that_its_table_stores(tmp_path: Path) -> None:
    """Not against those, and the time, that it has by another table."""
    file = tmp_path / "trade.yaml"
    file.write_text(
        """\
label: Trade
default_table: orders
entity: channel
relations: [{left: lines, right: orders, kind: many_to_one, keys: [order_no]}]
tables:
  orders:
    label: Orders
    entity: order
    scope: null
    time: {timestamp: placed_at}
    columns:
      order_no: {type: integer, role: dimension, label: Order number}
      placed_at: {type: datetime, label: Placed at}
      channel: {type: string, label: Channel}
  lines:
    label: Lines
    entity: line
    scope: null
    checks: {not_null: [order_no], ranges: {amount: {min: 0}}}
    columns:
      order_no: {type: integer, role: dimension, label: Order number}
      amount: {type: double, label: Amount, additive: true}
""",
        "utf-8",
    )
    model = load_model(file)
    lines = model.tables["lines"]
    assert lines.time is not None
    assert {"placed_at", "channel"} <= lines.columns.keys()
    report = check(pa.table({"order_no": [1, 2], "amount": [3.0, 4.0]}), lines, model, source="x")
    assert report.passed
    assert (report.first, report.last) == ("", "")
    wrong = check(pa.table({"order_no": [1], "amount": [-3.0]}), lines, model, source="x")
    assert [one.kind for one in wrong.failed] == ["range"]
