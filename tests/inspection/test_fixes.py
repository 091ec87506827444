"""Every finding of the rules about figures and reach has a fix: it is accepted, runs, ends the
finding, and gives the same rows where it says so.

A generated sweep puts the same clauses together in every way.
"""

import datetime as dt
import itertools
from collections import Counter

import duckdb
import pytest

from core.errors import GembaError
from core.execution.dialect import MACROS
from core.governance.govern import govern
from core.inspection.findings import find
from core.semantic.load import load_model
from core.types import User
from tests.conftest import ROOT
from tests.governance import fixtures
from tests.governance.mill import POLICY
from tests.inspection.rows import SAME, rows

MODEL = load_model(ROOT / "data/models/plant.yaml")
LAST = dt.datetime(2026, 6, 30, 23, 50)
USER = User("admin", "admin", tuple(MODEL.timezones))
SHAPES = [
    (block.title, sql)
    for block in fixtures.read("../inspection/fixes.sql")
    for sql in block.sql.split("\n")
]
#: Rules of which every finding has a fix, the end of the data being known.
ALWAYS = frozenset(code for code, _ in SHAPES)


@pytest.fixture(scope="module")
def plant(demo_plant):
    connection = duckdb.connect(str(demo_plant), read_only=True)
    for macro in MACROS:
        connection.execute(macro)
    yield connection
    connection.close()


def told(sql: str, code: str) -> Counter[str]:
    """How often a rule tells of each text."""
    return Counter(f.offending for f in find(sql, MODEL, last=LAST) if f.code == code)


def check(sql: str) -> Counter[str]:
    """Each finding's fix as text: that it is there, is accepted, and ends the finding. Returns
    how many of each rule there were."""
    seen: Counter[str] = Counter()
    for finding in find(sql, MODEL, last=LAST):
        if finding.code in ALWAYS:
            assert finding.fixed_sql is not None, finding
        if finding.fixed_sql is None:
            continue
        govern(finding.fixed_sql, USER, POLICY, MODEL)
        before, after = (told(text, finding.code) for text in (sql, finding.fixed_sql))
        assert after[finding.offending] < before[finding.offending], finding
        seen[finding.code] += 1
    return seen


def test_each_rule_has_a_dozen_shapes():
    assert min(Counter(code for code, _ in SHAPES).values()) >= 12


@pytest.mark.parametrize(("code", "sql"), SHAPES, ids=lambda text: text[:60])
def test_a_fix_is_there_is_accepted_runs_and_ends_the_finding(code, sql, plant):
    govern(sql, USER, POLICY, MODEL)
    assert check(sql)[code]
    for finding in find(sql, MODEL, last=LAST):
        if finding.fixed_sql is None:
            continue
        after = rows(plant, finding.fixed_sql)
        assert after != [], finding
        if SAME.search(finding.fix):
            assert after == rows(plant, sql), finding


# -- what a fix gives is right ---------------------------------------------------------------------

#: A statement, and one that gives the figures that it meant to.
MEANT = fixtures.read("../inspection/fixed_figures.sql")


@pytest.mark.parametrize("case", MEANT, ids=lambda c: c.title)
def test_what_a_fix_gives_is_right(case, plant):
    sql, right = case.sql.split("\n")
    codes = {"fan_out", "mean_of_ratio", "mean_of_means", "mixed_units"}
    fixed = {f.fixed_sql for f in find(sql, MODEL, last=LAST) if f.code in codes}
    assert len(fixed) == 1
    assert rows(plant, fixed.pop()) == rows(plant, right)


def test_a_table_that_is_only_tested_repeats_no_row():
    sql = (
        "SELECT r.asset_id, SUM(r.down_min) AS d FROM plant_obt r LEFT SEMI JOIN work_orders w ON "
        "r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20'"
        " GROUP BY r.asset_id"
    )
    govern(sql, USER, POLICY, MODEL)
    assert find(sql, MODEL, last=LAST) == ()


def test_different_values_are_estimated_where_the_end_of_the_data_is_not_known():
    found = find("SELECT COUNT(DISTINCT power_kw) AS n FROM plant_obt", MODEL)
    fix = next(f for f in found if f.code == "wide_distinct")
    assert fix.fixed_sql == "SELECT\n  APPROX_COUNT_DISTINCT(power_kw) AS n\nFROM plant_obt"


# -- every way to put them together ----------------------------------------------------------------

ITEMS = (
    "SUM(r.down_min) + SUM(r.energy_kwh) AS v",
    "AVG(r.run_min / r.planned_min) AS v",
    "SUM(r.down_min) / SUM(r.run_min) AS v",
    "COUNT(DISTINCT r.power_kw) AS v, COUNT(*) AS n",
    "SUM(CASE WHEN r.event_date >= '2026-06-22' THEN r.run_min END) AS v",
    "ROUND(AVG(1 - r.down_min / r.planned_min), 2) AS v, MAX(r.energy_kwh / 0) AS z",
)
FROMS = (
    "plant_obt r",
    "plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date",
    "plant_obt r LEFT JOIN work_orders w USING (asset_id, event_date)",
    "work_orders w RIGHT JOIN plant_obt r ON r.asset_id = w.asset_id",
    "plant_obt r FULL JOIN alarm_events w ON w.asset_id = r.asset_id AND w.shift_name = 'Early'",
    "(SELECT * FROM plant_obt) r JOIN alarm_events w ON r.asset_id = w.asset_id",
    "plant_obt r, alarm_events w",
)
WHERES = (
    "",
    "r.event_date = '2026-06-22'",
    "DATE(r.event_ts) = '2026-06-22' AND r.energy_kwh > r.down_min",
    "HOURS_ADD(r.event_ts, 6) >= '2026-06-29' OR r.asset_class = 'pump'",
)
TAILS = (
    "",
    "GROUP BY r.line_name",
    "GROUP BY r.line_name HAVING SUM(r.down_min) > SUM(r.energy_kwh) ORDER BY 1 LIMIT 3",
)
WRAPS = (
    "{}",
    "WITH q AS ({}) SELECT MAX(v) AS v FROM q",
    "SELECT x.* FROM ({}) x",
    "{} UNION ALL {}",
)


def swept(step: int):
    """Each `step`th statement of every clause with every other, if governance accepts it."""
    every = enumerate(itertools.product(ITEMS, FROMS, WHERES, TAILS))
    for n, (items, source, where, tail) in itertools.islice(every, 0, None, step):
        condition = f"r.asset_id = w.asset_id{' AND ' if where else ''}" if ", " in source else ""
        clause = f" WHERE {condition}{where}" if condition or where else ""
        core = f"SELECT {items} FROM {source}{clause} {tail}".strip()
        if "LIMIT" in core and WRAPS[n % len(WRAPS)].startswith("{} UNION"):
            continue
        sql = WRAPS[n % len(WRAPS)].format(core, core)
        try:
            govern(sql, USER, POLICY, MODEL)
        except GembaError:
            continue
        yield sql


# Steps that share no factor with the number of clauses meet every pair of them.
@pytest.mark.parametrize("step", [11, pytest.param(5, marks=pytest.mark.thorough)])
def test_every_clause_with_every_other(step):
    seen: Counter[str] = Counter()
    statements = 0
    for sql in swept(step):
        statements += 1
        seen += check(sql)
    assert statements > 200 // step
    assert set(seen) >= ALWAYS - {"mean_of_means"}


def test_fixes_one_after_another_run(plant):
    for sql in swept(23):
        fixed = sql
        for _ in range(25):
            left = [f for f in find(fixed, MODEL, last=LAST) if f.code in ALWAYS]
            if not left:
                break
            fixed = left[0].fixed_sql
        assert not left, (sql, fixed)
        govern(fixed, USER, POLICY, MODEL)
        rows(plant, fixed)
