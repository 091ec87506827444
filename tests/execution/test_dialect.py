"""Every StarRocks expression of the table gives StarRocks' value on DuckDB, or is refused with the
reason that the table states: none differs in silence."""

import contextlib
import datetime as dt
import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from core.errors import ModelFixable, Refused
from core.execution.dialect import MACROS, to_duckdb
from core.execution.dialect.expansion import LIMIT
from core.governance.allowed import FUNCTIONS, NAMED_FUNCTIONS, values
from core.governance.allowed.texts import READ_CODES, WRITTEN_CODES
from core.governance.dialect import mysql_format
from core.governance.govern import govern
from tests.execution.starrocks_tables import MODEL, open_store
from tests.governance import mill

#: Number, statement, StarRocks' value, outcome here, source.
ROWS = [
    line.split("\t")
    for line in (Path(__file__).with_name("starrocks_values.tsv").read_text("utf-8").splitlines())
    if line and not line.startswith("#")
]
_EXACT, _NEAR = 1e-9, 1e-6


@pytest.fixture(scope="module")
def store():
    connection = open_store()
    yield connection
    connection.close()


def _shown(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return str(value.date())
    return str(value)


def _is_same(found: list[tuple], wanted: str, tolerance: float) -> bool:
    """Rows are parted by `;`, columns by `,`; numbers to a share of their size."""
    text = ";".join(",".join(_shown(v) for v in row) for row in found)
    wanted = "" if wanted == "''" else wanted.replace(" 00:00:00", "")
    ours, theirs = re.split("[,;]", text), re.split("[,;]", wanted)
    return text == wanted or (
        len(ours) == len(theirs)
        and all(_is_close(a, b, tolerance) for a, b in zip(ours, theirs, strict=True))
    )


def _is_close(ours: str, theirs: str, tolerance: float) -> bool:
    if ours == theirs:
        return True
    try:
        return abs(float(ours) - float(theirs)) <= tolerance * max(1, abs(float(theirs)))
    except ValueError:
        return False


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1][:60]}")
def test_same_value_or_refused_for_the_reason_stated(store, row: list[str]):
    _, sql, wanted, outcome, source = row
    assert source
    kind, _, why = outcome.partition(": ")
    if kind not in ("same", "near", "stopped"):
        with pytest.raises(Refused) as caught:
            govern(sql, mill.ADMIN, mill.POLICY, MODEL)
        assert caught.value.rule == kind
        assert why
        assert why in str(caught.value)
        return
    translated = to_duckdb(govern(sql, mill.ADMIN, mill.POLICY, MODEL).sql)
    if kind == "stopped":
        with pytest.raises(duckdb.Error, match=why):
            store.execute(translated).fetchall()
        return
    found = store.execute(translated).fetchall()
    tolerance = _EXACT if kind == "same" else _NEAR
    assert _is_same(found, wanted, tolerance), f"{found!r}, StarRocks gives {wanted}"


def test_the_documented_expressions_are_all_there():
    numbers = [int(row[0]) for row in ROWS]
    assert numbers == list(range(1, len(ROWS) + 1))
    kinds = [row[3].partition(":")[0] for row in ROWS]
    print("StarRocks expressions:", {k: kinds.count(k) for k in dict.fromkeys(kinds)})
    assert len(ROWS) >= 500
    assert kinds.count("same") + kinds.count("near") >= 450
    assert kinds.count("stopped") <= 3


def _answered() -> list[exp.Expr]:
    """Governed trees of the rows that give a value."""
    return [
        sqlglot.parse_one(govern(row[1], mill.ADMIN, mill.POLICY, MODEL).sql, read="starrocks")
        for row in ROWS
        if row[3] in ("same", "near")
    ]


def test_every_function_cast_format_code_and_unit_has_a_row():
    classes: set[type[exp.Expr]] = set()
    names, types, written, read, units = set(), set(), "", "", set()
    for tree in _answered():
        for node in tree.walk():
            classes.add(type(node))
            if isinstance(node, exp.Anonymous):
                names.add(node.name.upper())
            elif isinstance(node, exp.DataType):
                types.add(node.this)
            elif isinstance(node, exp.TimeToStr):
                written += mysql_format(node)
            elif isinstance(node, exp.StrToDate | exp.StrToTime):
                read += mysql_format(node)
            elif isinstance(node, exp.TimestampTrunc):
                units.add(node.text("unit").upper())
    # sqlglot has classes of its own for these; the tree holds the class.
    names |= {"LAST_DAY"} if exp.LastDay in classes else set()
    names |= {"FROM_UNIXTIME"} if exp.UnixToTime in classes else set()
    # %h and %I, %s and %S are one code each; %H:%i:%s is written %T.
    written, read = f"{written}%I%S".replace("%T", "%T%H%i%s"), read.replace("%T", "%T%H%i%s%S")
    assert {r.function for c, r in FUNCTIONS.items() if c not in classes} <= {"MD5"}
    assert set(NAMED_FUNCTIONS) - names == set()
    assert values.TYPES - types == set()
    assert {c for c in WRITTEN_CODES if f"%{c}" not in written} == set()
    assert {c for c in READ_CODES if f"%{c}" not in read} == set()
    assert set(values.TRUNC_UNITS) | set(values.SHORT_UNITS) == units


def test_every_macro_is_used(store):
    used = " ".join(
        to_duckdb(govern(row[1], mill.ADMIN, mill.POLICY, MODEL).sql)
        for row in ROWS
        if row[3] in ("same", "near", "stopped")
    )
    used = (used + " ".join(text.partition(" AS ")[2] for text in MACROS)).lower()
    names = [re.match(r"CREATE TEMP MACRO (\w+)", text)[1] for text in MACROS]
    assert [n for n in names if f"{n}(" not in used] == []


@pytest.mark.parametrize(
    "call",
    [
        "CONCAT({}, 1)",
        "IF({0} > 1, {0}, machine)",
        "COALESCE({}, machine)",
        "CAST(IF({0} IS NULL, machine, {0}) AS INT)",
        "DATE_FORMAT({}, '%D%V%D%V%D')",
        "CAST({} AS DECIMAL(10,2))",
        "DATE_ADD({}, INTERVAL 1 DAY)",
        "MONTHS_DIFF({0}, {0})",
        "LN({})",
        "{} / COALESCE(units, machine)",
        "WEEK({}, 1)",
        "STR_TO_DATE({}, '%Y-%m-%d')",
    ],
)
def test_functions_inside_one_another_stay_small_or_are_refused(call: str):
    """Macros copy their arguments: what would keep DuckDB planning is refused, in little time."""
    text = "machine"
    for _ in range(12):
        if len(text) < 6_000:
            text = call.format(text)
    try:
        translated = to_duckdb(
            govern(f"SELECT {text} AS a FROM readings", mill.ADMIN, mill.POLICY, mill.MODEL).sql
        )
    except (ModelFixable, Refused):
        return
    assert len(translated) < LIMIT


@pytest.mark.parametrize("operator", ["+", "*", "/", "%", " DIV ", " AND ", "-"])
def test_long_chains_of_an_operator_are_translated_or_refused(operator: str):
    with contextlib.suppress(ModelFixable):
        to_duckdb("SELECT " + operator.join(["units"] * 900) + " FROM readings")


def test_a_common_depth_is_not_refused():
    text = "machine"
    for _ in range(12):
        text = f"UPPER(TRIM(CONCAT({text}, 1)))"
    to_duckdb(f"SELECT {text} FROM readings")
    to_duckdb("SELECT ROUND(100.0 * SUM(a) / NULLIF(SUM(b), 0) / (SUM(c) / NULLIF(SUM(d), 0)), 1)")
