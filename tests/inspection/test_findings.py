"""Each finding on a statement that has it and not on one that nearly has; every fix applied."""

import datetime as dt

import duckdb
import pytest

from core.execution.dialect import MACROS
from core.governance.govern import govern
from core.inspection.findings import find
from core.inspection.rules import RULES
from core.semantic.load import load_model
from core.types import User
from tests.conftest import ROOT
from tests.governance import fixtures
from tests.governance.mill import POLICY
from tests.inspection.rows import SAME, rows

MODEL = load_model(ROOT / "data/models/plant.yaml")
LAST = dt.datetime(2026, 6, 30, 23, 50)
USER = User("admin", "admin", tuple(MODEL.timezones))
CASES = fixtures.read("../inspection/findings.sql")


def wanted(case) -> set[str]:
    return set(case.keys.get("finds", "").split())


@pytest.fixture(scope="module")
def plant(demo_plant):
    connection = duckdb.connect(str(demo_plant), read_only=True)
    for macro in MACROS:
        connection.execute(macro)
    yield connection
    connection.close()


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.title)
def test_findings(case):
    found = find(case.sql, MODEL, last=LAST)
    assert {f.code for f in found} == wanted(case), found


@pytest.mark.parametrize("case", [c for c in CASES if wanted(c)], ids=lambda c: c.title)
def test_every_fix_can_be_applied_and_ends_the_finding(case, plant):
    for finding in find(case.sql, MODEL, last=LAST):
        if finding.fixed_sql is None:
            continue
        govern(finding.fixed_sql, USER, POLICY, MODEL)
        left = find(finding.fixed_sql, MODEL, last=LAST)
        assert finding.offending not in {f.offending for f in left if f.code == finding.code}
        after = rows(plant, finding.fixed_sql)
        if SAME.search(finding.fix):
            before = rows(plant, case.sql)
            assert after == before
            assert before not in ([], ["[None]"]), "rows that are not there prove nothing"


@pytest.mark.parametrize("case", [c for c in CASES if not wanted(c)], ids=lambda c: c.title)
def test_a_statement_without_findings_runs(case, plant):
    govern(case.sql, USER, POLICY, MODEL)
    rows(plant, case.sql)


def test_every_rule_has_a_case():
    assert {code for case in CASES for code in wanted(case)} == {rule.code for rule in RULES}


def test_warnings_come_first():
    sql = "SELECT *, down_min / run_min AS r FROM plant_obt LIMIT 3"
    severities = [f.severity for f in find(sql, MODEL, last=LAST)]
    assert severities == sorted(severities, reverse=True)
    assert len(severities) >= 3


def test_without_the_end_of_the_data_no_week_is_proposed():
    (finding,) = find("SELECT SUM(energy_kwh) AS e FROM plant_obt", MODEL)
    assert finding.code == "no_time_filter"
    assert (finding.fix, finding.fixed_sql) == ("", None)


def test_the_proposed_week_is_the_last_full_one():
    (finding,) = find("SELECT SUM(energy_kwh) AS e FROM plant_obt", MODEL, last=LAST)
    assert finding.fix == "Only the last full week, 22 to 28 Jun 2026"
    assert finding.fixed_sql is not None
    assert "event_date >= '2026-06-22' AND event_date < '2026-06-29'" in finding.fixed_sql


def test_a_star_is_written_out_without_what_the_reader_may_not_see():
    sql = "SELECT * FROM work_orders WHERE event_date = '2026-06-22'"
    visible = {"work_orders": frozenset({"asset_id", "opened_ts"})}
    (finding,) = find(sql, MODEL, visible=visible)
    assert finding.fixed_sql is not None
    assert "technician_name" not in finding.fixed_sql
    assert "2 of them" in finding.message
    (blind,) = find(sql, MODEL, visible={})
    assert blind.fixed_sql is None


def test_a_date_compared_as_a_text_is_a_range():
    sql = "SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE event_date LIKE '2026-06%'"
    (finding,) = find(sql, MODEL, last=LAST)
    assert finding.code == "function_on_time"
    assert "event_date >= '2026-06-01' AND event_date < '2026-07-01'" in (finding.fixed_sql or "")


def test_comments_stay_in_a_fixed_statement():
    sql = "SELECT asset_id, -- which\n SUM(energy_kwh) AS e FROM plant_obt GROUP BY asset_id"
    (finding,) = find(sql, MODEL, last=LAST)
    assert "/* which */" in (finding.fixed_sql or "")


def test_a_comment_makes_no_other_column_of_it():
    sql = "SELECT asset_id /* which */, SUM(energy_kwh) AS e FROM plant_obt GROUP BY asset_id"
    assert {f.code for f in find(sql, MODEL)} == {"no_time_filter"}


def test_fixes_one_after_another_come_to_an_end():
    sql = (
        "SELECT asset_id, AVG(scrap_units / good_units) AS r FROM plant_obt WHERE "
        "YEAR(event_date) = 2026 AND MONTH(event_date) = 6 GROUP BY asset_id LIMIT 5"
    )
    for _ in range(10):
        fixable = [f for f in find(sql, MODEL, last=LAST) if f.fixed_sql]
        if not fixable:
            break
        sql = fixable[0].fixed_sql
    assert not fixable
    assert "SUM(scrap_units) / NULLIF(SUM(good_units), 0)" in sql
    assert "event_date >= '2026-06-01' AND event_date < '2026-07-01'" in sql


def test_tables_grouped_apart_count_each_row_once(plant):
    case = next(
        c for c in CASES if c.title == "figures of both sides of a join by a part of its keys"
    )
    fixed = {f.fixed_sql for f in find(case.sql, MODEL, last=LAST)}
    assert len(fixed) == 1
    got = rows(plant, fixed.pop())
    match = "w.asset_id = r.asset_id AND w.event_date = r.event_date"
    mine = "r.event_date >= '2026-06-01' AND r.plant_name = 'Hamburg'"
    theirs = "w.order_type = 'corrective'"
    once = (
        "SELECT x.asset_id, x.d, x.a, y.n, y.h FROM (SELECT r.asset_id, SUM(r.down_min) AS d, "
        f"AVG(r.run_min) AS a FROM plant_obt r WHERE {mine} AND EXISTS (SELECT 1 FROM work_orders "
        f"w WHERE {match} AND {theirs}) GROUP BY r.asset_id) x JOIN (SELECT w.asset_id, "
        "COUNT(w.work_order_no) AS n, MAX(w.labour_hours) AS h FROM work_orders w WHERE "
        f"{theirs} AND EXISTS (SELECT 1 FROM plant_obt r WHERE {match} AND {mine}) GROUP BY "
        "w.asset_id) y ON x.asset_id = y.asset_id"
    )
    assert got == rows(plant, once)
    assert len(got) > 3
    assert got != rows(plant, case.sql)


def test_a_left_join_grouped_apart_keeps_what_has_no_match(plant):
    case = next(c for c in CASES if c.title == "figures of both sides of a left join by its keys")
    fixed = find(case.sql, MODEL, last=LAST)[0].fixed_sql
    match = "w.asset_id = r.asset_id AND w.event_date = r.event_date"
    once = (
        "SELECT r.asset_id, r.event_date, SUM(r.down_min), (SELECT COUNT(*) FROM work_orders w "
        f"WHERE {match}), (SELECT COUNT(w.failure_mode) FROM work_orders w WHERE {match}) FROM "
        "plant_obt r WHERE r.event_date >= '2026-06-20' GROUP BY r.asset_id, r.event_date"
    )
    assert rows(plant, fixed) == rows(plant, once)


@pytest.mark.parametrize(
    "change",
    [
        ("SUM(r.down_min)", "SUM(r.down_min * w.labour_hours)"),
        ("SUM(r.down_min)", "SUM(r.down_min), COUNT(*)"),
        ("SUM(r.down_min)", "SUM(r.down_min), COUNT(DISTINCT w.order_type)"),
        ("r.event_date = w.event_date", "r.event_date >= w.event_date"),
        ("GROUP BY r.asset_id", "GROUP BY r.asset_id, r.line_name"),
        ("GROUP BY r.asset_id", "GROUP BY r.asset_id HAVING SUM(r.down_min) > 3"),
        ("GROUP BY r.asset_id", "GROUP BY r.asset_id ORDER BY SUM(r.down_min)"),
        (" JOIN", " RIGHT JOIN"),
    ],
    ids=" to ".join,
)
def test_what_cannot_surely_be_grouped_apart_is_left(change):
    sql = (
        "SELECT r.asset_id, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON "
        "r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= "
        "'2026-06-01' AND w.event_date >= '2026-06-01' GROUP BY r.asset_id"
    )
    assert next(f.fixed_sql for f in find(sql, MODEL) if f.code == "fan_out") is not None
    changed = [f for f in find(sql.replace(*change), MODEL) if f.code == "fan_out"]
    assert all(not f.fix.startswith("Group each table") for f in changed)
