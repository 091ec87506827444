"""What DuckDB would read: scans of its plan against row groups of a real file."""

from pathlib import Path

import duckdb
import pytest

from core.execution.engine import DuckDBEngine
from core.types import Governed

ROWS_A_GROUP = 122_880  # DuckDB's own
GROUPS = 4


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("plan") / "days.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE days AS SELECT DATE '2026-01-01' + CAST(i // 3072 AS INTEGER) AS day, "
            "TIMESTAMP '2026-01-01' + INTERVAL (i * 28125) MILLISECOND AS at, "
            "CASE WHEN i < 245760 THEN 'a plant of the north' ELSE 'b' END AS place, "
            "i AS n, CASE WHEN i = 400000 THEN 5.0 END AS nothing "
            f"FROM range({ROWS_A_GROUP * GROUPS}) t(i)"
        )
        connection.execute("CREATE TABLE few AS SELECT 1 AS k, 'x' AS t")
    built = DuckDBEngine(path)
    yield built
    built.close()


def _estimate(engine: DuckDBEngine, sql: str):
    return engine.explain(Governed(sql, (), (), (), 10_001, "test"), timeout_s=20)


@pytest.mark.parametrize(
    ("condition", "groups"),
    [
        ("n < 5", 1),
        ("n >= 122880 AND n < 245760", 1),
        ("n IN (1, 400000)", 2),
        ("day = '2026-01-02'", 1),
        ("day BETWEEN '2026-02-08' AND '2026-02-12'", 2),
        ("day < '2026-01-05' OR day > '2026-06-01'", 2),
        ("at >= '2026-06-05 10:00:00'", 1),
        ("place = 'b'", 2),
        ("place = 'a plant of the north'", 2),
        ("day > '2026-12-31'", 0),
        ("n > -7", 4),
        ("nothing > 1", 4),  # groups without a value have no bounds: not ruled out
        ("DATE_TRUNC('month', at) = '2026-01-01'", 1),  # DuckDB makes a range of it
        ("HOUR(at) = 3", 4),  # a function on the column
        ("nothing IS NULL", 4),
    ],
)
def test_only_groups_that_may_match_are_counted(
    engine: DuckDBEngine, condition: str, groups: int
) -> None:
    estimate = _estimate(engine, f"SELECT SUM(n) AS s FROM days WHERE {condition}")
    if groups == 0:  # the planner may see by itself that nothing is left
        assert estimate.rows == 0
        return
    (scan,) = estimate.scans
    assert (scan.table, scan.parts, scan.parts_total) == ("days", groups, GROUPS)
    assert estimate.rows == groups * ROWS_A_GROUP
    assert "days" in estimate.plan


def test_each_scan_counts_by_itself(engine: DuckDBEngine) -> None:
    estimate = _estimate(
        engine,
        "SELECT SUM(n) AS s FROM days WHERE n < 5 UNION ALL SELECT SUM(n) FROM days "
        "UNION ALL SELECT SUM(k) FROM few",
    )
    assert sorted(s.rows for s in estimate.scans) == [1, ROWS_A_GROUP, ROWS_A_GROUP * GROUPS]


def test_no_table_reads_nothing(engine: DuckDBEngine) -> None:
    assert _estimate(engine, "SELECT 1 AS a").rows == 0


def test_a_replaced_file_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "few.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE few AS SELECT 1 AS k")
    engine = DuckDBEngine(path)
    try:
        before = engine.stamp()
        assert _estimate(engine, "SELECT MAX(k + 1) AS m FROM few").rows == 1
        other = tmp_path / "other.duckdb"
        with duckdb.connect(str(other)) as connection:
            connection.execute(
                "CREATE TABLE few AS SELECT 1 AS k UNION ALL SELECT 2 UNION ALL SELECT 3"
            )
        other.replace(path)
        assert engine.stamp() != before
        assert _estimate(engine, "SELECT MAX(k + 1) AS m FROM few").rows == 3
    finally:
        engine.close()
