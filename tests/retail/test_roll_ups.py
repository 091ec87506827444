"""The sales' table and roll-ups for StarRocks: they parse, fit, and add up as the table does."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlfluff.core import Linter
from sqlglot import exp

from core.execution.dialect import MACROS, to_duckdb
from core.semantic.load import load_model
from data.retail.schema import COLUMNS, TABLE
from data.starrocks.__main__ import FOLDER, MODELS
from data.starrocks.statements import statements_in

MODEL = load_model(MODELS / "retail.yaml")
#: No grammar knows a load from Kafka (tests/starrocks/test_spark_day.py reads that one).
FILES = sorted(p for p in (FOLDER / "retail").glob("*.sql") if "routine_load" not in p.name)
#: What a figure is over a roll-up, where that is said otherwise; None where it does not add up.
ORDERS = {
    "order_count": "SUM(order_count)",
    "basket_value": "SUM(revenue_eur) / NULLIF(SUM(order_count), 0)",
    "units_per_order": "SUM(quantity) / NULLIF(SUM(order_count), 0)",
}
ONCE = dict.fromkeys(("customer_count", "revenue_per_customer", "store_count", "revenue_per_store"))
SAID_OTHERWISE: dict[str, dict[str, str | None]] = {
    "mv_daily_revenue": {**ONCE, **ORDERS, "promotion_share": None},
    "mv_monthly_kpi": {**ONCE, **dict.fromkeys(ORDERS)},
}
LEVELS = {
    "mv_daily_revenue": ("1", "order_date", "tenant_id, channel", "store_name", "agent_id"),
    "mv_monthly_kpi": ("1", "tenant_id", "category, brand", "product_name", "return_reason"),
}


def queries() -> dict[str, str]:
    """Name of each roll-up and its SELECT."""
    found = {}
    for statement in statements_in(FOLDER / "retail" / "02_materialized_views.sql"):
        head, query = statement.sql.split("\nAS\n")
        found[head.split("gemba_store.")[1].split("\n")[0]] = query
    return found


@pytest.fixture(scope="module")
def store(sample_sales: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{sample_sales}' AS sales (READ_ONLY)")
        for macro in MACROS:
            connection.execute(macro)
        connection.execute("CREATE SCHEMA gemba_store")
        connection.execute(f"CREATE VIEW gemba_store.{TABLE} AS FROM sales.main.{TABLE}")
        for name, query in queries().items():
            connection.execute(f"CREATE TABLE gemba_store.{name} AS {to_duckdb(query)}")
        yield connection


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_statement_parses_in_two_grammars(path: Path) -> None:
    linter = Linter(dialect="starrocks")
    for statement in statements_in(path):
        (tree,) = sqlglot.parse(statement.sql, read="starrocks")
        assert isinstance(tree, exp.Create)
        # sqlfluff has no rule for an asynchronous view's clauses; its query it reads.
        text = statement.sql.split("\nAS\n")[-1]
        assert not linter.parse_string(text + ";\n").violations


def test_the_table_has_the_columns_of_the_sales_and_of_the_model() -> None:
    names = [name for name, _ in COLUMNS]
    (created,) = (s for s in statements_in(FOLDER / "retail" / "01_tables.sql") if "TABLE" in s.sql)
    tree = sqlglot.parse_one(created.sql, read="starrocks")
    assert [column.name for column in tree.find_all(exp.ColumnDef)] == names
    assert set(MODEL.tables[TABLE].columns) == set(names)


@pytest.mark.parametrize("name", LEVELS)
def test_every_figure_of_the_model_is_formed_of_sums(
    name: str, store: duckdb.DuckDBPyConnection
) -> None:
    assert set(queries()) == set(LEVELS)
    checked = 0
    for metric in MODEL.metrics.values():
        assert metric.expression is not None
        rolled = SAID_OTHERWISE[name].get(metric.name, metric.expression)
        if rolled is None:
            continue
        checked += 1
        for by in LEVELS[name]:
            said = [
                store.execute(
                    to_duckdb(
                        f"SELECT {by}, {what} AS v FROM gemba_store.{source} GROUP BY {by}"
                        if by != "1"
                        else f"SELECT 1, {what} AS v FROM gemba_store.{source}"
                    )
                    + " ORDER BY ALL"
                ).fetchall()
                for what, source in ((metric.expression, TABLE), (rolled, name))
            ]
            assert len(said[0]) == len(said[1]), (metric.name, by)
            for base, over in zip(*said, strict=True):
                assert base[:-1] == over[:-1]
                assert over[-1] == pytest.approx(base[-1], rel=1e-9, nan_ok=True), (metric.name, by)
    assert checked >= 7
