# ruff: noqa: E501, ISC004, SIM905 - tables of calls stand as they are
"""Every StarRocks expression of the table gives StarRocks' value on DuckDB, or is refused: none
differs in silence."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from core.errors import Refused
from core.execution.dialect import MACROS, to_duckdb
from core.governance.allowed import FUNCTIONS, NAMED_FUNCTIONS
from core.governance.govern import govern
from core.semantic.model import Column, SemanticModel, Table
from tests.governance import mill

VALUES = [
    line.split("\t")
    for line in (Path(__file__).with_name("starrocks_values.tsv").read_text("utf-8").splitlines())
    if line and not line.startswith("#")
]
#: Differences that are known and said, by number of the row.
KNOWN = {
    "100": "DECIMAL(9,0) does not police its precision in StarRocks; DuckDB gives NULL",
}
_TABLES = {
    "n3": ("a INT", "(2), (NULL), (1)"),
    "v4": ("v INT", "(1), (2), (3), (4)"),
    "one": ("v INT", "(70)"),
    "m3": ("v INT", "(70), (80), (80)"),
    "kv": ("k INT, v DECIMAL(10, 2)", "(10, 11), (20, 22), (25, NULL), (30, 35)"),
    "mt": ("score INT", "(NULL), (70), (80), (80), (92), (95)"),
    "ex": (
        "s VARCHAR, r INT",
        "('chemistry', 80), ('chemistry', 100), ('chemistry', NULL), ('math', 60), ('math', 70), "
        "('math', 85), ('physics', 75), ('physics', 80), ('physics', 85), ('physics', 99)",
    ),
}
MODEL = SemanticModel(
    "values",
    "Values",
    "values-1",
    {
        name: Table(
            name,
            name,
            "row",
            {
                part.split()[0]: Column(part.split()[0], "double", "measure", part)
                for part in columns.replace("(10, 2)", "").split(", ")
            },
            None,
            None,
        )
        for name, (columns, _) in _TABLES.items()
    },
    {},
    "n3",
)


@pytest.fixture(scope="module")
def store():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for macro in MACROS:
        connection.execute(macro)
    for name, (columns, rows) in _TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
        connection.execute(f"INSERT INTO {name} VALUES {rows}")
    return connection


def _shown(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return str(value.date())
    return str(value)


def _is_same(found: list[tuple], wanted: str) -> bool:
    text = ";".join(",".join(_shown(v) for v in row) for row in found)
    wanted = "" if wanted == "''" else wanted.replace(" 00:00:00", "")
    if text == wanted:
        return True
    pairs = list(zip(text.split(","), wanted.split(","), strict=False))
    try:
        return len(text.split(",")) == len(wanted.split(",")) and all(
            abs(float(a) - float(b)) < 1e-9 for a, b in pairs
        )
    except ValueError:
        return False


def _check(store, number: str, sql: str, wanted: str) -> str:
    try:
        governed = govern(sql, mill.ADMIN, mill.POLICY, MODEL)
    except Refused:
        return "refused"
    if number in KNOWN:
        return "known"
    try:
        found = store.execute(to_duckdb(governed.sql)).fetchall()
    except duckdb.Error as error:
        # Said aloud, so not silent: the engine turns it down.
        return f"error {type(error).__name__}"
    return "same" if _is_same(found, wanted) else f"differs: {found!r}"


@pytest.mark.parametrize("row", VALUES, ids=lambda row: f"{row[0]} {row[1][:60]}")
def test_same_value_or_refused(store, row: list[str]):
    number, sql, wanted, _ = row
    outcome = _check(store, number, sql, wanted)
    assert not outcome.startswith("differs"), f"{sql}: {outcome}, StarRocks gives {wanted}"


def test_most_are_the_same(store):
    outcomes = [_check(store, n, s, w).split(":")[0] for n, s, w, _ in VALUES]
    counts = {o: outcomes.count(o) for o in dict.fromkeys(outcomes)}
    print("StarRocks expressions on DuckDB:", counts)
    assert counts["same"] >= 100
    assert sum(v for k, v in counts.items() if k.startswith("error")) <= 8


#: One call of every function on the list, on columns of the mill, so that none lacks a translation.
CALLS = (
    "COUNT(*) SUM(units) AVG(heat) MIN(heat) MAX(heat) STDDEV(heat) STDDEV_SAMP(heat) "
    "VAR_POP(heat) VAR_SAMP(heat) ANY_VALUE(machine) APPROX_COUNT_DISTINCT(machine) NDV(machine) "
    "COUNT_IF(heat>5) CORR(heat,load) COVAR_POP(heat,load) COVAR_SAMP(heat,load) MAX_BY(heat,at) "
    "MIN_BY(heat,at) PERCENTILE_CONT(heat,0.5) PERCENTILE_DISC(heat,0.5) "
    "PERCENTILE_APPROX(heat,0.5) GROUP_CONCAT(machine) "
    "MAX(DATE_TRUNC('hour',at)) MAX(DATE_ADD(at,INTERVAL·1·QUARTER)) "
    "MAX(DATE_SUB(at,INTERVAL·1·WEEK)) MAX(DATEDIFF(at,day)) "
    "MAX(DATE_DIFF('week',at,'2026-01-01')) MAX(TIMESTAMPDIFF(QUARTER,day,at)) MAX(YEAR(at)) "
    "MAX(QUARTER(at)) MAX(MONTH(at)) MAX(DAY(at)) MAX(DAYOFMONTH(at)) MAX(DAYOFYEAR(at)) "
    "MAX(HOUR(at)) MAX(DAYOFWEEK(at)) MAX(DAYOFWEEK_ISO(at)) MAX(MINUTE(at)) MAX(WEEKOFYEAR(at)) "
    "MAX(SECOND(at)) MAX(DATE(at)) MAX(DAYNAME(at)) MAX(LAST_DAY(at)) MAX(EXTRACT(YEAR·FROM·at)) "
    "MAX(WEEK(at)) MAX(WEEK(at,1)) MAX(WEEK(at,3)) MAX(DATE_FORMAT(at,'%Y')) "
    "MAX(TIME_SLICE(at,INTERVAL·2·HOUR,CEIL)) MAX(WEEKDAY(at)) MAX(WEEK_ISO(at)) MAX(TO_DATE(at)) "
    "MAX(UPPER(machine)) MAX(LOWER(machine)) MAX(REVERSE(machine)) MAX(LENGTH(machine)) "
    "MAX(CHAR_LENGTH(machine)) MAX(TRIM(machine)) MAX(LTRIM(machine)) MAX(RTRIM(machine)) "
    "MAX(CONCAT(machine,1)) MAX(CONCAT_WS('-',machine,1)) MAX(SUBSTRING(machine,1,2)) "
    "MAX(SUBSTRING(machine,2)) MAX(LEFT(machine,1)) MAX(RIGHT(machine,units)) "
    "MAX(REPLACE(machine,'a','b')) MAX(LOCATE('a',machine)) MAX(INSTR(machine,'a')) "
    "MAX(LOCATE('a',machine,2)) MAX(SPLIT_PART(machine,'-',1)) MAX(STARTS_WITH(machine,'N')) "
    "MAX(ENDS_WITH(machine,'1')) MAX(LPAD(units,9,'0')) MAX(RPAD(machine,9,'0')) "
    "MAX(NULL_OR_EMPTY(machine)) MAX(ABS(heat)) MAX(SQRT(heat)) MAX(EXP(heat)) MAX(LN(heat)) "
    "MAX(SIGN(heat)) MAX(SIN(heat)) MAX(COS(heat)) MAX(TAN(heat)) MAX(ASIN(heat)) MAX(ACOS(heat)) "
    "MAX(ATAN(heat)) MAX(ATAN2(heat,load)) MAX(FLOOR(heat)) MAX(CEIL(heat)) MAX(PI()) "
    "MAX(LOG(3,heat)) MAX(LOG2(heat)) MAX(LOG10(heat)) MAX(POWER(heat,2)) MAX(ROUND(heat)) "
    "MAX(ROUND(heat,-1)) MAX(TRUNCATE(heat,1)) MAX(GREATEST(heat,load)) MAX(LEAST(heat,load)) "
    "MAX(IF(heat>5,1,0)) MAX(COALESCE(heat,0)) MAX(NULLIF(heat,0)) MAX(units·DIV·2) MAX(units%3) "
    "MAX(heat·IS·NULL) MAX(machine·REGEXP·'N') MAX(CAST(heat·AS·DECIMAL(10,2)))"
).split(" ")
CALLS += [f"MAX({u}S_{v}(at,2))" for u in ("YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")
          for v in ("ADD", "SUB")]  # fmt: skip
CALLS += [f"MAX({u}S_DIFF(at,day))" for u in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR",
                                              "MINUTE", "SECOND")]  # fmt: skip


def test_every_allowed_function_runs(tmp_path: Path):
    connection = mill.open_direct(mill.build(tmp_path / "mill.duckdb", sites=("N",)))
    for call in (c.replace("·", " ") for c in CALLS):
        governed = govern(f"SELECT {call} AS a FROM readings", mill.ADMIN, mill.POLICY, mill.MODEL)
        rows = connection.execute(to_duckdb(governed.sql)).fetchall()
        assert len(rows) == 1, call
    connection.close()


def test_the_calls_leave_no_function_out():
    text = " ".join(CALLS).upper()
    windows = {"ROW_NUMBER", "RANK", "DENSE_RANK", "CUME_DIST", "PERCENT_RANK", "NTILE", "LAG",
               "LEAD", "FIRST_VALUE", "LAST_VALUE", "GROUPING", "GROUPING_ID", "MD5"}  # fmt: skip
    names = {r.function for r in FUNCTIONS.values()} | set(NAMED_FUNCTIONS)
    assert {n for n in names - windows if f"{n}(" not in text and n != "REGEXP"} == set()


def test_windows_run(tmp_path: Path):
    connection = mill.open_direct(mill.build(tmp_path / "mill.duckdb", sites=("N",)))
    for call in ("ROW_NUMBER()", "RANK()", "DENSE_RANK()", "CUME_DIST()", "PERCENT_RANK()", "NTILE(4)",
                 "LAG(heat, 2, 0)", "LEAD(heat)", "FIRST_VALUE(heat)", "LAST_VALUE(heat IGNORE NULLS)",
                 "VAR_SAMP(heat)", "STDDEV_SAMP(heat)", "COUNT(*)"):  # fmt: skip
        governed = govern(
            f"SELECT {call} OVER (PARTITION BY machine ORDER BY at) AS a FROM readings",
            mill.ADMIN, mill.POLICY, mill.MODEL,
        )  # fmt: skip
        assert len(connection.execute(to_duckdb(governed.sql)).fetchall()) == 120, call
    connection.close()
