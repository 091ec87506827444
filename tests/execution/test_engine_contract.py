"""One contract for every engine: DuckDB, and StarRocks' engine over the MySQL wire."""

import dataclasses
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from core.errors import ConfigError, ModelFixable, QueryCancelled, QueryTimeout, Unavailable
from core.execution.dialect import to_duckdb
from core.execution.engine import DuckDBEngine
from core.execution.starrocks import StarRocksEngine
from core.execution.starrocks import engine as starrocks_engine
from core.execution.starrocks.explain import read_plan
from core.execution.starrocks.server import STARROCKS
from core.execution.types import plain_types
from core.governance.govern import govern
from core.governance.selftest import self_test
from core.types import Engine, Governed
from tests.execution import wire_server
from tests.governance import fixtures, mill

ACCEPTED = fixtures.read("accepted.sql")
RUNAWAY = (
    "SELECT COUNT(*) AS n FROM readings a, readings b, readings c, readings d "
    "WHERE a.heat + b.heat < c.heat - d.heat"
)


@dataclass
class Store:
    """An engine over the mill. change: adds a row to it. lose: takes the store away."""

    engine: Engine
    change: Callable[[], None]
    lose: Callable[[], None]


def raw(sql: str, *, limit: int = 1001, columns: tuple[str, ...] = ()) -> Governed:
    return Governed(
        sql=sql, tables=(), predicates=(), masked=(), limit=limit, rules_version="x",
        columns=columns,
    )  # fmt: skip


@cache
def built(sites: tuple[str, ...] = mill.SITES) -> bytes:
    """The mill's file, which takes a second to build."""
    with tempfile.TemporaryDirectory() as folder:
        return mill.build(Path(folder) / "mill.duckdb", sites=sites).read_bytes()


def placed(path: Path, **changes: tuple[str, ...]) -> Path:
    path.write_bytes(built(**changes))
    return path


def _over_duckdb(folder: Path):
    path = placed(folder / "mill.duckdb")
    engine = DuckDBEngine(path, memory_mb=512, threads=2)

    def change() -> None:
        other = placed(folder / "other.duckdb", sites=("N",))
        other.replace(path)

    yield Store(engine, change, path.unlink)
    engine.close()


def _over_the_wire(folder: Path):
    with wire_server.serving(placed(folder / "mill.duckdb")) as server:
        engine = StarRocksEngine(server.address())

        def change() -> None:
            server.store.execute("DELETE FROM readings WHERE site <> 'N'")

        yield Store(engine, change, server.stop)
        engine.close()


KINDS = {"duckdb": _over_duckdb, "starrocks-wire": _over_the_wire}


@pytest.fixture(scope="module", params=KINDS)
def store(request, tmp_path_factory):
    """Read it only."""
    yield from KINDS[request.param](tmp_path_factory.mktemp("store"))


@pytest.fixture(params=KINDS)
def own_store(request, tmp_path):
    """For tests that change it."""
    yield from KINDS[request.param](tmp_path)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory):
    connection = mill.open_direct(mill.build(tmp_path_factory.mktemp("truth") / "mill.duckdb"))
    yield connection
    connection.close()


def expected(truth, sql: str) -> pa.Table:
    return plain_types(truth.sql(to_duckdb(sql)).to_arrow_table())


def alike(one: pa.Table, other: pa.Table) -> None:
    """The same types, and the same rows in whatever order."""

    def kinds(table: pa.Table) -> list[str]:
        # A column of NULLs alone has no type of its own on DuckDB.
        return [
            "any" if c.null_count == table.num_rows else str(c.type) for c in table.columns
        ]  # fmt: skip

    assert kinds(one) == kinds(other)
    rows = [
        sorted(repr([None if v is None else _rounded(v) for v in row]) for row in _rows(table))
        for table in (one, other)
    ]
    assert rows[0] == rows[1]


def _rows(table: pa.Table) -> list[tuple[object, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _rounded(value: object) -> object:
    # Sums of doubles depend on their order in the last digits.
    return float(f"{value:.9g}") if isinstance(value, float) else value


@pytest.mark.parametrize("user", [mill.ADMIN, mill.NORTH], ids=lambda u: u.name)
@pytest.mark.parametrize("case", ACCEPTED, ids=lambda c: c.title)
def test_governed_rows(store: Store, truth, case: fixtures.Case, user):
    governed = govern(case.sql, user, mill.POLICY, mill.MODEL)
    result = store.engine.run(governed, timeout_s=20)
    want = expected(truth, governed.sql)
    cap = governed.limit - 1
    assert result.truncated is (want.num_rows > cap)
    if not result.truncated:
        alike(result.table, want)
    assert result.table.num_columns == want.num_columns


@pytest.mark.parametrize(("limit", "rows", "cut"), [(360, 359, True), (361, 360, False)])
def test_a_cut_is_a_fact(store: Store, limit: int, rows: int, cut: bool):
    result = store.engine.run(raw("SELECT machine FROM readings", limit=limit), timeout_s=5)
    assert (result.row_count, result.truncated) == (rows, cut)
    assert result.elapsed_ms > 0


def test_columns_are_named_by_governance(store: Store):
    governed = raw("SELECT COUNT(*) AS a, 1 AS b FROM codes", columns=("COUNT(*)", "1"))
    assert store.engine.run(governed, timeout_s=5).table.column_names == ["COUNT(*)", "1"]


def test_no_rows(store: Store):
    table = store.engine.run(
        raw("SELECT site, heat, day, at FROM readings WHERE 1 = 0"), timeout_s=5
    )
    assert table.row_count == 0
    assert [str(f.type) for f in table.table.schema] == [
        "string", "double", "date32[day]", "timestamp[us]",
    ]  # fmt: skip


def test_nulls(store: Store):
    sql = "SELECT heat, limit_c FROM readings, codes WHERE heat IS NULL AND limit_c IS NULL"
    table = store.engine.run(raw(sql, limit=11), timeout_s=5).table
    assert table.num_rows == 10
    assert all(v is None for column in table.columns for v in column.to_pylist())


# A StarRocks expression, its type in the contract, and its value.
NUMBERS = [
    ("1.5", "decimal128(38, 1)", Decimal("1.5")),
    ("1.5E0", "double", 1.5),
    ("CAST('-12.50' AS DECIMAL(10, 2))", "decimal128(38, 2)", Decimal("-12.50")),
    (
        "CAST('12345678901234567890.123456' AS DECIMAL(38, 6))",
        "decimal128(38, 6)",
        Decimal("12345678901234567890.123456"),
    ),
    (
        "CAST('-0.123456789012345678901234' AS DECIMAL(38, 24))",
        "decimal128(38, 24)",
        Decimal("-0.123456789012345678901234"),
    ),
    ("CAST(NULL AS DECIMAL(20, 4))", "decimal128(38, 4)", None),
    ("CAST('42' AS DECIMAL(20, 0))", "int64", 42),
    ("CAST(CONCAT('-', REPEAT('9', 38)) AS DECIMAL(38, 0))", "decimal128(38, 0)", -(10**38) + 1),
    ("CAST('1.25' AS DECIMAL(10, 2)) * 1E0", "double", 1.25),
    ("CAST('1.25' AS DECIMAL(10, 2)) * 3", "decimal128(38, 2)", Decimal("3.75")),
    ("CAST(7 AS LARGEINT)", "int64", 7),
    ("CAST('-170141183460469231731687303715884105727' AS LARGEINT)",
     "decimal256(76, 0)", -(2**127) + 1),
    ("CAST('12345678901234567890' AS LARGEINT)", "decimal128(38, 0)", 12345678901234567890),
    ("TRUE", "bool", True),
    ("1 > 2", "bool", False),
    ("CAST(NULL AS BOOLEAN)", "bool", None),
    ("CAST(1 AS TINYINT)", "int64", 1),
    ("CAST(-128 AS TINYINT)", "int64", -128),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "kind", "value"), NUMBERS, ids=[n[0] for n in NUMBERS])
def test_a_number_exactly(store: Store, expression: str, kind: str, value: object):
    column = store.engine.run(raw(f"SELECT {expression} AS v"), timeout_s=5).table.column("v")
    assert str(column.type) == kind
    assert column.to_pylist() == [value]


#: Three rows whose exact sum no double holds, and one without a value.
AMOUNTS = (
    "SELECT CAST('9007199254740993.0001' AS DECIMAL(24, 4)) AS v, CAST(1 AS LARGEINT) AS w "
    "UNION ALL SELECT CAST('-0.0002' AS DECIMAL(24, 4)), CAST('9223372036854775807' AS LARGEINT) "
    "UNION ALL SELECT CAST('0.0003' AS DECIMAL(24, 4)), CAST(1 AS LARGEINT) "
    "UNION ALL SELECT NULL, NULL"
)
AGGREGATES = [
    ("SUM(v)", "decimal128(38, 4)", Decimal("9007199254740993.0002")),
    ("MAX(v)", "decimal128(38, 4)", Decimal("9007199254740993.0001")),
    ("MIN(v)", "decimal128(38, 4)", Decimal("-0.0002")),
    ("SUM(CASE WHEN v > 1E20 THEN v END)", "decimal128(38, 4)", None),
    ("SUM(w)", "decimal128(38, 0)", 2**63 + 1),
    ("COUNT(v)", "int64", 3),
    ("PERCENTILE_APPROX(v, 0.5)", "double", 0.0003),
]


@pytest.mark.parametrize(("call", "kind", "value"), AGGREGATES, ids=[a[0] for a in AGGREGATES])
def test_an_aggregate_exactly(store: Store, call: str, kind: str, value: object):
    sql = f"SELECT {call} AS v FROM ({AMOUNTS}) x"
    column = store.engine.run(raw(sql), timeout_s=5).table.column("v")
    assert (str(column.type), column.to_pylist()) == (kind, [value])


@pytest.mark.parametrize(
    ("call", "value"), [("AVG(v)", 1.5), ("SUM(v) / 2", 1.5), ("v / CAST('4' AS DECIMAL(9, 1))", 1)]
)
def test_a_mean_and_a_quotient_of_decimals_are_numbers(store: Store, call: str, value: float):
    """Doubles on DuckDB, DECIMALs on StarRocks: the same value to the digits that both have."""
    rows = "SELECT CAST(1.0 AS DECIMAL(20, 4)) AS v UNION ALL SELECT CAST(2.0 AS DECIMAL(20, 4))"
    source = f"({rows})" if "(v)" in call else "(SELECT CAST(4.0 AS DECIMAL(20, 4)) AS v)"
    table = store.engine.run(raw(f"SELECT {call} AS v FROM {source} x"), timeout_s=5).table
    assert float(table.column("v")[0].as_py()) == pytest.approx(value, abs=1e-6)


def test_exact_rows_through_cap_and_batches(store: Store):
    sql = "SELECT CAST(heat AS DECIMAL(38, 20)) AS v FROM readings WHERE heat IS NOT NULL"
    result = store.engine.run(raw(sql, limit=4), timeout_s=5)
    assert (result.row_count, result.truncated) == (3, True)
    assert str(result.table.schema.field("v").type) == "decimal128(38, 20)"


def test_unsigned_numbers_are_whole_numbers():
    small = pa.table({"v": pa.array([0, 7, None], pa.uint64())})
    large = pa.table({"v": pa.array([2**64 - 1, None], pa.uint64())})
    assert plain_types(small).column("v").to_pylist() == [0, 7, None]
    assert str(plain_types(small).schema.field("v").type) == "int64"
    assert plain_types(large).column("v").to_pylist() == [Decimal(2**64 - 1), None]
    assert str(plain_types(large).schema.field("v").type) == "decimal128(38, 0)"


def test_fetch_gives_rows_of_our_own_select(store: Store):
    table = store.engine.fetch("SELECT DISTINCT site FROM readings ORDER BY site")
    assert table.column("site").to_pylist() == list(mill.SITES)


def test_at_the_deadline(store: Store):
    store.engine.fetch("SELECT 1 AS a")
    started = time.perf_counter()
    with pytest.raises(QueryTimeout, match=r"longer than 0.3 s"):
        store.engine.run(raw(RUNAWAY), timeout_s=0.3)
    assert time.perf_counter() - started < 1.3
    assert store.engine.run(raw("SELECT 1 AS a"), timeout_s=5).row_count == 1


def test_on_stop(store: Store):
    stop = threading.Event()
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    started = time.perf_counter()
    with pytest.raises(QueryCancelled):
        store.engine.run(raw(RUNAWAY), timeout_s=30, cancel=stop)
    assert time.perf_counter() - started < 1.3
    with pytest.raises(QueryCancelled):
        store.engine.explain(raw(RUNAWAY), timeout_s=30, cancel=stop)


@pytest.mark.parametrize(
    "sql",
    ["SELECT nothing_such FROM readings", "SELECT * FROM no_table", "SELEC 1", "SELECT 1 FROM"],
)
def test_what_the_engine_refuses_can_be_mended(store: Store, sql: str):
    with pytest.raises(ModelFixable) as caught:
        store.engine.run(raw(sql), timeout_s=5)
    assert caught.value.hint
    assert "Exception" not in str(caught.value)


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM readings", "CREATE TABLE x AS SELECT 1 AS a", "DROP TABLE readings",
     "SELECT 1 AS a; DELETE FROM readings"],
)  # fmt: skip
def test_nothing_is_written(store: Store, sql: str):
    with pytest.raises(ModelFixable):
        store.engine.run(raw(sql), timeout_s=5)
    assert store.engine.fetch("SELECT COUNT(*) AS n FROM readings").to_pylist() == [{"n": 360}]


def test_explain_names_the_tables_and_reads_nothing(store: Store):
    sql = "SELECT r.machine FROM readings r JOIN orders o ON r.machine = o.machine"
    estimate = store.engine.explain(raw(sql), timeout_s=5)
    assert {scan.table for scan in estimate.scans} == {"readings", "orders"}
    assert estimate.rows == 360 + 36
    assert estimate.plan
    assert all(0 < scan.parts <= scan.parts_total for scan in estimate.scans)


@pytest.mark.parametrize(
    ("plan", "rows"), [("plain", 360 + 4_100), ("no_figure", 360), ("roll_up", 1_460), ("empty", 0)]
)
def test_rows_that_a_plan_does_not_tell_are_those_of_the_table(
    tmp_path: Path, plan: str, rows: int
):
    """Recorded plans in StarRocks' words; the server tells the rows of its tables."""
    text = (Path(__file__).parent / "plans" / f"{plan}.txt").read_text()
    recorded = dataclasses.replace(STARROCKS, read_plan=lambda _: read_plan(text.splitlines()))
    with wire_server.serving(placed(tmp_path / "mill.duckdb")) as server:
        engine = StarRocksEngine(server.address(), server=recorded)
        governed = dataclasses.replace(raw("SELECT machine FROM readings"), tables=("readings",))
        estimate = engine.explain(governed, timeout_s=5)
        engine.close()
    assert (estimate.rows, estimate.unknown) == (rows, ())


def test_explain_of_what_is_wrong(store: Store):
    with pytest.raises(ModelFixable):
        store.engine.explain(raw("SELECT nothing_such FROM readings"), timeout_s=5)


def test_the_stamp_changes_with_the_data(own_store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(starrocks_engine, "_STAMP_S", 0.0)
    first = own_store.engine.stamp()
    assert own_store.engine.stamp() == first
    own_store.change()
    assert own_store.engine.stamp() != first
    table = own_store.engine.fetch("SELECT DISTINCT site FROM readings")
    assert table.column("site").to_pylist() == ["N"]


def test_a_store_that_is_gone(own_store: Store):
    assert own_store.engine.fetch("SELECT 1 AS a").num_rows == 1
    own_store.lose()
    with pytest.raises(Unavailable):
        own_store.engine.run(raw("SELECT 1 AS a"), timeout_s=5)
    own_store.engine.warm()  # says nothing of it
    with pytest.raises(Unavailable):
        own_store.engine.stamp()


def test_the_start_up_self_test_passes(store: Store):
    self_test(store.engine, mill.POLICY, mill.MODEL)


def test_many_at_once(store: Store):
    answers: list[object] = []

    def ask(number: int) -> None:
        result = store.engine.run(raw(f"SELECT {number} AS n FROM codes"), timeout_s=20)
        answers.append((number, result.table.column("n").to_pylist()))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [(n, [n, n, n]) for n in range(12)]


def test_close_twice(own_store: Store):
    own_store.engine.fetch("SELECT 1 AS a")
    own_store.engine.close()
    own_store.engine.close()


# -- the StarRocks engine alone -----------------------------------------------------------------


@pytest.fixture
def wire(tmp_path: Path):
    with wire_server.serving(placed(tmp_path / "mill.duckdb")) as server:
        yield server


def test_a_writer_is_refused_by_its_grants(wire):
    engine = StarRocksEngine(wire.address("writer"))
    with pytest.raises(ConfigError, match="SELECT, INSERT ON TABLE mill"):
        engine.check()
    engine.close()


def test_a_writer_whose_grants_hide_it_fails_the_self_test(wire):
    engine = StarRocksEngine(wire.address("sly"))
    engine.check()
    with pytest.raises(ConfigError, match="the store can be written"):
        self_test(engine, mill.POLICY, mill.MODEL)
    engine.close()


def test_the_reader_passes(wire):
    engine = StarRocksEngine(wire.address())
    engine.check()
    engine.close()


def test_a_server_without_tls_is_not_spoken_to_when_tls_is_required(wire):
    engine = StarRocksEngine(wire.address(uses_tls=True))
    with pytest.raises(ConfigError, match="TLS") as caught:
        engine.fetch("SELECT 1 AS a")
    assert wire_server.PASSWORD not in str(caught.value)
    engine.close()


def test_a_wrong_password_over_the_wire(wire):
    engine = StarRocksEngine(wire.address(password="other"))
    with pytest.raises(ConfigError, match="did not accept the user"):
        engine.fetch("SELECT 1 AS a")
    engine.close()
