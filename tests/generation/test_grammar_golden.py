"""The SQL that we want a model to write is in the language, and is spelled without a change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import grammar as bench_of
from core.generation.grammar.matching import matches
from core.generation.grammar.nodes import ROOT, Rule
from core.generation.grammar.offer import offered
from core.generation.grammar.spelling import NotSpelled, spelled
from core.services import Services
from core.settings import load_settings
from tests.generation.plants import POLICY, World

#: Golden statements whose shape is not supported: by the words of docs/grammar.md that say so.
NOT_IN = {
    "plant": {
        "p191.1": "a condition on a key of an inner SELECT",
        "p192.1": "a condition on a key of an inner SELECT",
        "p459.1": "a condition on a window other than a place",
        "s270.0": "COUNT(*) over SELECT DISTINCT",
    },
    "steel": {
        "steel-08.0": "Roots, logarithms and products of figures",
        "steel-09.0": "Roots, logarithms and products of figures",
    },
}
DOCS = Path(__file__).parents[2] / "docs" / "grammar.md"


@pytest.fixture(scope="module")
def services(demo_data_dir: Path) -> Iterator[Services]:
    patch = pytest.MonkeyPatch()
    patch.setenv("GEMBA_DATA_DIR", str(demo_data_dir))
    found = Services(load_settings())
    patch.undo()
    yield found
    found.close()


@pytest.fixture(scope="module")
def bench(services: Services) -> bench_of.Bench:
    return bench_of.Bench.of(services, "plant")


def test_golden_sql_of_a_supported_shape_is_in_the_language(bench: bench_of.Bench):
    assert set(bench.missing(bench_of.checks("plant"))) == set(NOT_IN["plant"])


def test_so_is_that_of_the_steel_works(steel: World):
    user = POLICY.user("admin")
    tables = offered(steel.model, steel.visible(user), steel.values(user))
    missing = {}
    for name, sql in bench_of.checks("steel"):
        try:
            spelled(sql, steel.rules(user), tables, row_cap=bench_of.ROW_CAP)
        except NotSpelled as why:
            missing[name] = str(why)
    assert missing.keys() == NOT_IN["steel"].keys(), missing


def test_what_is_not_supported_is_told():
    _, _, told = DOCS.read_text(encoding="utf-8").partition("## What is not in it")
    told = " ".join(told.partition("\n## ")[0].split())
    for shapes in NOT_IN.values():
        for shape in shapes.values():
            assert shape in told


def test_a_case_over_a_value_is_written_out(bench: bench_of.Bench):
    sql = "SELECT CASE {} THEN 'one' ELSE 'more' END AS b, COUNT(*) AS n FROM plant_obt GROUP BY 1"
    short = bench.spelled(sql.format("DAYOFWEEK_ISO(event_date) WHEN 1"))
    assert short == bench.spelled(sql.format("WHEN DAYOFWEEK_ISO(event_date) = 1"))


def test_what_our_compiler_writes_is_in_the_language(bench: bench_of.Bench, services: Services):
    written = bench_of.compiled(bench, services, every=4)
    assert len(written) > 150
    assert bench.missing(written) == {}


def test_a_spelling_has_the_rows_of_the_statement(bench: bench_of.Bench, services: Services):
    statements = [*bench_of.checks("plant")[::24], *bench_of.compiled(bench, services, every=24)]
    assert bench_of.differing(bench, services, statements) == []


def test_spelling_again_changes_nothing_of_a_plain_statement(bench: bench_of.Bench):
    sql = (
        "SELECT asset_id, SUM(energy_kwh) AS sum_energy_kwh FROM plant_obt WHERE event_date >= "
        "'2026-06-01' GROUP BY asset_id ORDER BY sum_energy_kwh DESC, asset_id LIMIT 5"
    )
    once = bench.spelled(sql)
    assert once == (
        "SELECT asset_id, SUM(energy_kwh) AS sum_energy_kwh FROM plant_obt WHERE event_date >= "
        "'2026-06-01' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"
    )
    assert bench.spelled(once) == once


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT COUNT(*) FROM plant_obt UNION SELECT 1", "a set operation"),
        ("SELECT COUNT(*) FROM salaries", "no table"),
        ("SELECT asset_id FROM plant_obt LIMIT 5 OFFSET 99999999", "OFFSET"),
        ("SELECT a.asset_id FROM plant_obt AS a JOIN work_orders AS b ON a.asset_id = b.asset_id",
         "a row-by-row join"),
        ("SELECT SLEEP(5) FROM plant_obt", "a part"),
        ("SELECT wages FROM plant_obt", "a part"),
        ("SELECT (", "it cannot be read"),
    ],
)  # fmt: skip
def test_what_has_no_spelling_says_why(bench: bench_of.Bench, sql: str, reason: str):
    with pytest.raises(NotSpelled, match=reason):
        spelled(sql, bench.rules, bench.tables, row_cap=bench_of.ROW_CAP)


def test_names_of_figures_are_a_closed_list(bench: bench_of.Bench):
    names = {**bench.rules, ROOT: Rule("label")}
    for name in ("oee", "sum_energy_kwh", "oee_change_pct", "row_count", "p95_vibration_mm_s"):
        assert matches(names, name)
    for name in ("salary", "oee ", "select", "sum_wages", ""):
        assert not matches(names, name)
