"""Each type of the wire exactly, or an error that names the column; the caps hold."""

import datetime as dt
import time
from decimal import Decimal

import pytest

from core.errors import ModelFixable, Unavailable
from core.execution.starrocks import engine as starrocks_engine
from tests.execution.mariadb import MariaDB, raw


@pytest.fixture(scope="module")
def engine(mariadb: MariaDB):
    made = mariadb.engine()
    yield made
    made.close()


# An expression of MariaDB, the Arrow type and the value that comes back.
EXACT = [
    ("CAST(-9223372036854775808 AS SIGNED)", "int64", -(2**63)),
    ("CAST(9223372036854775807 AS UNSIGNED)", "int64", 2**63 - 1),
    ("CAST(18446744073709551615 AS UNSIGNED)", "decimal128(38, 0)", Decimal(2**64 - 1)),
    ("TRUE", "int64", 1),
    ("1.0E0 / 3", "double", 1.0 / 3),
    ("1e308", "double", 1e308),
    ("CAST('12.50' AS DECIMAL(10, 2))", "decimal128(38, 2)", Decimal("12.50")),
    ("CAST('-0.000001' AS DECIMAL(20, 6))", "decimal128(38, 6)", Decimal("-0.000001")),
    ("CAST('12345678901234' AS DECIMAL(20, 0))", "int64", 12345678901234),
    (
        "CAST('12345678901234567890.1234567890123456' AS DECIMAL(36, 16))",
        "decimal128(38, 16)",
        Decimal("12345678901234567890.1234567890123456"),
    ),
    (
        "CAST(CONCAT(REPEAT('9', 35), '.', REPEAT('9', 30)) AS DECIMAL(65, 30))",
        "decimal256(76, 30)",
        Decimal("9" * 35 + "." + "9" * 30),
    ),
    ("CAST(REPEAT('9', 30) AS DECIMAL(38, 0))", "decimal128(38, 0)", Decimal("9" * 30)),
    ("CAST(REPEAT('9', 65) AS DECIMAL(65, 0))", "decimal256(76, 0)", Decimal("9" * 65)),
    ("DATE '2026-02-28'", "date32[day]", dt.date(2026, 2, 28)),
    ("DATE '9999-12-31'", "date32[day]", dt.date(9999, 12, 31)),
    ("DATE '0001-01-01'", "date32[day]", dt.date(1, 1, 1)),
    ("CAST('0000-00-00' AS DATE)", "date32[day]", None),
    ("TIMESTAMP '2026-03-29 02:30:00'", "timestamp[us]", dt.datetime(2026, 3, 29, 2, 30)),
    (
        "TIMESTAMP '2026-03-29 02:30:00.000001'",
        "timestamp[us]",
        dt.datetime(2026, 3, 29, 2, 30, 0, 1),
    ),
    ("CAST('0000-00-00 00:00:00' AS DATETIME)", "timestamp[us]", None),
    ("CAST('-838:59:59' AS TIME)", "string", "-838:59:59"),
    ("CAST('-00:00:01.5' AS TIME(1))", "string", "-00:00:01.500000"),
    ("CAST('25:06:17' AS TIME)", "string", "25:06:17"),
    ("JSON_OBJECT('a', JSON_ARRAY(1, 'ä'))", "string", '{"a": [1, "ä"]}'),
    ("'Löwe \U0001f600'", "string", "Löwe \U0001f600"),
    ("''", "string", ""),
    ("'0'", "string", "0"),
    ("'NULL'", "string", "NULL"),
    ("X'C3A4'", "string", "ä"),
    ("NULL", "null", None),
    ("CAST(NULL AS CHAR)", "string", None),
    ("CAST(NULL AS DATE)", "date32[day]", None),
    ("REPEAT('x', 1000000)", "string", "x" * 1_000_000),
]


@pytest.mark.parametrize(("expression", "kind", "value"), EXACT, ids=[e[0][:40] for e in EXACT])
def test_an_expression_exactly(engine, expression: str, kind: str, value: object):
    table = engine.run(raw(f"SELECT {expression} AS v"), timeout_s=5).table
    assert str(table.schema.field("v").type) == kind
    assert table.column("v").to_pylist() == [value]


def test_columns_of_every_type(mariadb: MariaDB, engine):
    columns = {
        "a_tiny": ("TINYINT", "-128", -128), "b_small": ("SMALLINT", "-32768", -32768),
        "c_medium": ("MEDIUMINT", "-8388608", -8388608), "d_int": ("INT", "-2147483648", -(2**31)),
        "e_big": ("BIGINT", "-9223372036854775808", -(2**63)),
        "f_unsigned": ("BIGINT UNSIGNED", "9223372036854775807", 2**63 - 1),
        "g_float": ("FLOAT", "1.5", 1.5), "h_double": ("DOUBLE", "2.25", 2.25),
        "i_bit": ("BIT(12)", "b'101000000001'", 0b101000000001), "j_bool": ("BOOLEAN", "TRUE", 1),
        "k_year": ("YEAR", "2026", 2026), "l_set": ("SET('a','b')", "'a,b'", "a,b"),
        "m_enum": ("ENUM('x','y')", "'y'", "y"), "n_text": ("LONGTEXT", "'ü'", "ü"),
        "o_blob": ("BLOB", "'plain'", "plain"), "p_json": ("JSON", "'[1]'", "[1]"),
        "q_binary": ("BINARY(3)", "'abc'", "abc"), "r_char": ("CHAR(4)", "'zz'", "zz"),
        "s_stamp": ("TIMESTAMP(6) NULL", "'2026-03-29 02:30:00.5'",
                    dt.datetime(2026, 3, 29, 2, 30, 0, 500_000)),
    }  # fmt: skip
    with mariadb.admin() as do:
        do("SET time_zone = '+00:00'")
        do("CREATE OR REPLACE TABLE mill.kinds (" + ", ".join(
            f"{name} {kind}" for name, (kind, _, _) in columns.items()) + ")")  # fmt: skip
        do("INSERT INTO mill.kinds VALUES (" + ", ".join(v for _, v, _ in columns.values()) + ")")
        do("INSERT INTO mill.kinds VALUES (" + ", ".join("NULL" for _ in columns) + ")")
    table = engine.run(raw("SELECT * FROM kinds"), timeout_s=5).table
    first, second = sorted(table.to_pylist(), key=lambda row: row["a_tiny"] is None)
    assert first == {name: value for name, (_, _, value) in columns.items()}
    # MySQL writes the time of a change into the first TIMESTAMP column unless told otherwise.
    assert all(value is None for value in second.values())
    with mariadb.admin() as do:
        do("DROP TABLE mill.kinds")


NAMED = [
    ("X'FF00FE'", "string"),
    ("CAST('2026-00-00' AS DATE)", "date32"),
    ("ST_GeomFromText('POINT(1 1)')", "string"),
]


@pytest.mark.parametrize(("expression", "kind"), NAMED, ids=[n[0] for n in NAMED])
def test_a_value_that_has_no_place_is_named(engine, expression: str, kind: str):
    with pytest.raises(Unavailable, match=f"'odd' holds a value that cannot be read as {kind}"):
        engine.run(raw(f"SELECT {expression} AS odd"), timeout_s=5)
    assert engine.fetch("SELECT 1 AS a").num_rows == 1


def test_two_columns_of_one_name(engine):
    table = engine.run(raw("SELECT 1 AS a, 2 AS a"), timeout_s=5).table
    assert [column.to_pylist() for column in table.columns] == [[1], [2]]


def test_a_statement_without_rows_is_no_error(engine):
    # The start-up self-test takes an error as a sign that nothing can be written.
    for sql in ("SET @a = 1", "DO 1"):
        assert engine.run(raw(sql), timeout_s=5).table.num_columns == 0


def test_a_number_out_of_range_is_the_servers_error(engine):
    with pytest.raises(ModelFixable, match="out of range"):
        engine.run(raw("SELECT 1e308 * 10 AS v"), timeout_s=5)


def test_an_empty_result_keeps_its_types(engine):
    table = engine.run(raw("SELECT machine, heat, at FROM readings WHERE 1 = 0"), timeout_s=5).table
    assert table.num_rows == 0
    assert [str(f.type) for f in table.schema] == ["string", "double", "timestamp[us]"]


SEVEN = "SELECT seq AS n FROM seq_1_to_7 ORDER BY seq"


@pytest.mark.parametrize(("limit", "rows", "cut"), [(7, 6, True), (8, 7, False), (9, 7, False)])
def test_a_cut_is_a_fact(engine, limit: int, rows: int, cut: bool):
    result = engine.run(raw(SEVEN, limit=limit), timeout_s=5)
    assert result.table.column("n").to_pylist() == list(range(1, rows + 1))
    assert result.truncated is cut


def test_more_rows_than_one_batch(engine):
    sql = "SELECT seq AS n FROM seq_1_to_12345 ORDER BY seq"
    result = engine.run(raw(sql, limit=12_346), timeout_s=10)
    assert result.table.column("n").to_pylist() == list(range(1, 12_346))
    assert not result.truncated


def test_rows_beyond_64_mib_are_refused_soon(engine):
    sql = "SELECT REPEAT('x', 1000000) AS t FROM seq_1_to_3000"
    started = time.perf_counter()
    with pytest.raises(Unavailable, match="too large to be shown"):
        engine.run(raw(sql, limit=3001), timeout_s=20)
    assert time.perf_counter() - started < 3
    assert engine.fetch("SELECT 1 AS a").num_rows == 1


def test_a_text_of_15_million_signs(engine):
    table = engine.run(raw("SELECT REPEAT('ab', 7500000) AS t"), timeout_s=10).table
    assert len(table.column("t")[0].as_py()) == 15_000_000


def test_a_row_wider_than_one_packet(engine):
    # A packet of the protocol has 16 MB; this row takes two.
    sql = "SELECT REPEAT('a', 9000000) AS a, REPEAT('b', 9000000) AS b"
    row = engine.run(raw(sql), timeout_s=10).table.to_pylist()[0]
    assert len(row["a"]) == len(row["b"]) == 9_000_000


def test_an_executable_comment_is_the_servers_business_and_read_only(engine):
    # MariaDB runs it, which is why governance writes no comments; the account is the second wall.
    assert engine.fetch("SELECT 1 /*!50000 +41 */ AS a").to_pylist() == [{"a": 42}]


def test_the_stamp_of_what_tells_no_time_of_change(mariadb: MariaDB, monkeypatch):
    """Of a view nobody knows whether its rows have changed, so its stamp never stays."""
    monkeypatch.setattr(starrocks_engine, "_STAMP_S", 0.0)
    with mariadb.admin() as do:
        do("CREATE DATABASE views")
        do("GRANT SELECT ON views.* TO r@'%'")
        do("CREATE VIEW views.v AS SELECT * FROM mill.readings")
    engine = mariadb.engine(database="views")
    assert engine.stamp() != engine.stamp()
    engine.close()
    monkeypatch.setattr(starrocks_engine, "_STAMP_S", 10.0)
    engine = mariadb.engine(database="views")
    assert engine.stamp() == engine.stamp()
    engine.close()
    with mariadb.admin() as do:
        do("DROP DATABASE views")
        do("REVOKE SELECT ON views.* FROM r@'%'")
