import pytest

from core.governance.govern import govern
from core.inspection.explanation import explain_sql
from core.semantic.load import load_model
from core.semantic.recognise import recognise
from tests.conftest import ROOT
from tests.governance.mill import MODEL, NORTH, POLICY

PLANT = load_model(ROOT / "data/models/plant.yaml")


def told(sql, model=PLANT):
    return explain_sql(sql, model, query=recognise(sql, model)).split("\n")


def test_what_a_question_could_have_asked_is_told_as_its_answer():
    lines = told(
        "SELECT asset_id, AVG(vibration_mm_s) AS v FROM plant_obt WHERE signal_quality = 'GOOD' "
        "AND event_date >= '2026-06-01' AND event_date < '2026-07-01' GROUP BY asset_id"
    )
    assert lines == [
        "Measure: mean vibration.",
        "Split: by asset.",
        "Filters: none.",
        "Time: June 2026 ([2026-06-01 00:00, 2026-07-01 00:00), plant-local clock time).",
        "Readings: only those whose signal quality is GOOD count in mean vibration.",
    ]


def test_tables_joins_filters_groups_figures_order_and_limit():
    lines = told(
        "SELECT r.asset_id, MAX(r.vibration_mm_s) AS v, COUNT(DISTINCT w.work_order_no) AS n "
        "FROM plant_obt r LEFT JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = "
        "w.event_date WHERE r.vibration_mm_s > 4.5 AND r.asset_class IN ('pump', 'fan') AND "
        "r.event_date >= '2026-06-22' AND r.event_date < '2026-06-29' GROUP BY r.asset_id "
        "HAVING COUNT(*) > 3 ORDER BY v DESC, 1 LIMIT 5 OFFSET 2"
    )
    assert lines == [
        "Reads: Readings (plant_obt as r).",
        (
            "Joined: Work orders (work_orders as w), on the same asset and date; rows without a "
            "match in w stay."
        ),
        (
            "Filters: vibration is above 4.5\u00a0mm/s; asset class of r is one of 'pump', 'fan'; "
            "date of r is within 22 to 28 Jun 2026."
        ),
        "Split: by asset of r.",
        (
            "Gives: asset of r; highest vibration, named v; number of different work order "
            "numbers, named n."
        ),
        "Kept: groups where number of rows is above 3.",
        "Order: by v descending, then asset of r ascending.",
        "Limit: the first 5 rows after the first 2.",
    ]


def test_steps_and_subqueries_come_before_what_uses_them():
    lines = told(
        "WITH x AS (SELECT machine, SUM(units) AS s FROM readings GROUP BY machine) SELECT "
        "x.machine, (SELECT MAX(o.hours) FROM orders o WHERE o.machine = x.machine) AS h FROM x "
        "WHERE x.s > 3",
        MODEL,
    )
    assert lines == [
        "Step x:",
        "Reads: Readings.",
        "Split: by machine.",
        "Gives: machine; total units, named s.",
        "Subquery 1:",
        "Reads: Orders (orders as o).",
        "Filters: machine is machine of x outside.",
        "Gives one row: highest hours.",
        "Result:",
        "Reads: step x.",
        "Filters: s is above 3.",
        "Gives: machine; subquery 1, named h.",
    ]


def test_set_operations():
    lines = told(
        "SELECT machine FROM readings UNION ALL SELECT machine FROM orders UNION ALL SELECT class "
        "FROM codes ORDER BY 1",
        MODEL,
    )
    assert lines[-3:] == [
        "Result:",
        "Rows: those of part 1, part 2 and part 3, every row.",
        "Order: by machine ascending.",
    ]
    assert told("SELECT machine FROM readings EXCEPT SELECT machine FROM orders", MODEL)[-1] == (
        "Rows: those of part 1 that are not in part 2, equal rows once."
    )


def test_what_governance_added_comes_last():
    sql = "SELECT machine, heat FROM readings WHERE heat > 80 OR load > 3"
    governed = govern(sql, NORTH, POLICY, MODEL)
    lines = explain_sql(sql, MODEL, governed, query=recognise(sql, MODEL)).split("\n")
    assert lines[0] == "Reads: Readings."
    assert "Added for your rights: site in N." in lines
    assert lines[-1] == "At most 5,000 rows are read."


EXPRESSIONS = {
    "SUM(CASE WHEN heat > 50 THEN 1 ELSE 0 END)": "number of rows where heat is above 50",
    "SUM(CASE WHEN heat > 50 THEN units ELSE 0 END)": "total units where heat is above 50",
    "AVG(CASE WHEN heat > 50 THEN load END)": "mean load where heat is above 50",
    "MAX(CASE WHEN heat > 50 THEN load ELSE 5 END)": (
        "highest (load where heat is above 50, else 5)"
    ),
    "AVG(heat > 50)": "share of rows where heat is above 50, of those where that is known",
    "SUM(heat * 2)": "total (heat × 2)",
    "SUM(heat) * 2": "total heat × 2",
    "SUM(heat) / NULLIF(COUNT(*), 0)": "total heat / (number of rows (no value where it is 0))",
    "COUNT(heat)": "number of rows with a value of heat",
    "COUNT(DISTINCT machine)": "number of different machines",
    "PERCENTILE_CONT(heat, 0.95)": "95th percentile of heat",
    "MIN(at)": "earliest at",
    "MIN(heat)": "lowest heat",
    "LOG10(SUM(heat))": "LOG(10, SUM(heat))",
    "DATE_FORMAT(MAX(at), '%Y-%m-%d %H:%i')": "latest at written as '%Y-%m-%d %H:%i'",
    "COUNT(CASE WHEN DATE_TRUNC('week', at) = '2026-03-30' THEN 1 END)": (
        "number of rows where week of at is 30 Mar 2026"
    ),
}


@pytest.mark.parametrize(("sql", "words"), EXPRESSIONS.items(), ids=EXPRESSIONS)
def test_words_of_a_figure(sql, words):
    lines = told(f"SELECT {sql} AS x FROM readings WHERE 1 = 1", MODEL)
    assert lines[-1] == f"Gives one row: {words}, named x."


CONDITIONS = {
    "heat > 80 OR site = 'S' AND quality = 'BAD'": (
        "heat is above 80 or (site is 'S' and quality is 'BAD')"
    ),
    "(heat > 80 OR site = 'S') AND units > 1": (
        "(heat is above 80 or site is 'S'); units is above 1"
    ),
    "NOT (heat > 80)": "not (heat is above 80)",
    "machine NOT IN ('a', 'b')": "machine is not one of 'a', 'b'",
    "machine LIKE 'N-%'": "machine begins with 'N-'",
    "machine LIKE 'N_1%'": "machine matches the pattern 'N_1%'",
    "machine NOT LIKE '%1%'": "machine does not have '1' in it (every value is looked through)",
    "at BETWEEN '2026-03-28' AND '2026-03-31'": "at is from 28 Mar 2026 00:00 to 31 Mar 2026 00:00",
    "day BETWEEN '2026-03-28' AND '2026-03-31'": "day is from 28 Mar 2026 to 31 Mar 2026",
    "at >= '2026-03-28 06:00:00' AND at < '2026-03-28 14:00:00'": (
        "at is within 28 Mar 2026 06:00 to 14:00"
    ),
    "day > '2026-03-28' AND day < '2026-03-31'": (
        "day is after 28 Mar 2026; day is before 31 Mar 2026"
    ),
    "quality IS NULL": "quality has no value",
    "heat <=> load": "heat is load, or neither has a value",
    "heat > 0.0000001": "heat is above 0.0000001",
    "machine IN (" + ", ".join(f"'{n}'" for n in range(15)) + ")": (
        "machine is one of " + ", ".join(f"'{n}'" for n in range(12)) + " and 3 more"
    ),
}


@pytest.mark.parametrize(("sql", "words"), CONDITIONS.items(), ids=lambda v: v[:40])
def test_words_of_a_condition(sql, words):
    lines = told(f"SELECT machine, heat * 1 AS h FROM readings WHERE {sql}", MODEL)
    assert lines[1] == f"Filters: {words}."


def test_windows():
    over = "OVER (PARTITION BY machine ORDER BY at DESC ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)"
    lines = told(
        f"SELECT AVG(heat) {over} AS a, RANK() OVER (ORDER BY heat) AS r, LAG(heat, 2) OVER "
        "(PARTITION BY machine ORDER BY at) AS p FROM readings",
        MODEL,
    )
    assert lines[-1] == (
        "Gives: mean heat over the rows from 3 rows before to this one within each machine in the "
        "order of at descending, named a; rank in the order of heat ascending, named r; heat of 2 "
        "rows before within each machine in the order of at ascending, named p."
    )


def test_hostile_text_is_told_as_text():
    lines = told(
        "SELECT machine, heat * 1 AS h FROM readings WHERE machine = '<script>\nalert(1)</script>'",
        MODEL,
    )
    assert lines[1] == "Filters: machine is '<script> alert(1)</script>'."
