"""A model is drafted from each kind of database, and each failure says what to do."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.__main__ import main
from core.drafting.init import Made, Wanted, init
from core.drafting.sources import open_source, parse_where
from core.errors import GembaError, Unavailable, UserFixable
from core.model_files import ModelFiles
from core.semantic.load import check_model, load_model
from core.semantic.model import SemanticModel
from tests.drafting.postgres import Postgres
from tests.execution.mariadb import MariaDB
from tests.execution.wire_server import PASSWORD, serving


def draft(url: str, folder: Path, **more: Any) -> Made:
    files = ModelFiles(folder / "shipped", folder / "models")
    return init(Wanted(url, **more), files, folder)


def model_of(made: Made) -> SemanticModel:
    assert check_model(made.file) == ()
    return load_model(made.file)


def is_the_shop(model: SemanticModel) -> None:
    """What every kind of database says of the same rows."""
    columns = model.tables["orders"].columns
    assert model.default_table == "orders"
    axis = model.tables["orders"].time
    assert axis is not None
    assert (axis.timestamp, axis.interval_min) == ("ordered_at", None)
    roles = {name: column.role for name, column in columns.items()}
    assert roles["order_id"] == roles["store_id"] == roles["status"] == "dimension"
    assert roles["qty"] == roles["net_amount_eur"] == roles["discount_pct"] == "measure"
    assert {n for n, c in columns.items() if c.additive} == {"qty", "net_amount_eur"}
    assert columns["discount_pct"].default_agg == "avg"
    assert columns["storagetemp_c"].unit == "Cel"
    assert columns["net_amount_eur"].unit == "EUR"
    assert columns["customer_email"].personal
    assert model.tables["stores"].columns["employee_name"].personal
    assert not columns["customer_email"].linked
    assert columns["status"].linked
    assert columns["status"].value_synonyms == {"IN_PROGRESS": ("in progress",)}
    assert next((r.left, r.right, r.kind, r.keys) for r in model.relations) == (
        "orders", "stores", "many_to_one", ("store_id",),
    )  # fmt: skip
    assert model.metrics["is_gift_share"].display == "percent"
    assert all(c.drafted for t in model.tables.values() for c in t.columns.values())
    assert all(t.drafted for t in model.tables.values())
    assert all(m.drafted for m in model.metrics.values())
    assert all(r.drafted for r in model.relations)


def rows_of(made: Made, folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "stores" / f"{made.drafted.name}.duckdb")) as db:
        return db.execute(sql).fetchall()


def test_sqlite_is_copied_and_drafted(shop: Path, tmp_path: Path) -> None:
    made = draft(f"sqlite:///{shop}", tmp_path)
    model = model_of(made)
    is_the_shop(model)
    assert made.rows == {"orders": 3000, "products": 30, "stores": 12}
    # No key says so: every value of the whole number stands in the other table.
    assert ("orders", "products", ("product",), ("id",)) in [
        (r.left, r.right, r.keys, r.right_keys) for r in model.relations
    ]
    assert model.tables["orders"].columns["product"].role == "dimension"
    assert any("not by a declared key" in note for note in made.drafted.notes)
    assert ("country", "city") in [h.levels for h in model.hierarchies]
    total = rows_of(made, tmp_path, "SELECT COUNT(*), MIN(ordered_at)::VARCHAR FROM orders")
    assert total[0][0] == 3000
    assert str(total[0][1]).startswith("2026-01-01 ")


def test_mariadb_is_copied_and_drafted(maria_shop: str, tmp_path: Path) -> None:
    made = draft(maria_shop, tmp_path, name="corner")
    model = model_of(made)
    is_the_shop(model)
    assert made.rows == {"orders": 600, "stores": 12}  # the account may not see the third table
    assert model.tables["orders"].description == "What was sold"
    assert "pieces sold" in model.tables["orders"].columns["qty"].synonyms
    assert model.tables["orders"].columns["is_gift"].type == "boolean"
    assert "groesse" in model.tables["orders"].columns
    assert "geheim" not in made.drafted.text


def test_postgresql_is_copied_and_drafted(postgres: Postgres, tmp_path: Path) -> None:
    made = draft(postgres.url(), tmp_path)
    model = model_of(made)
    is_the_shop(model)
    assert made.rows == {"orders": 600, "stores": 12}
    assert model.tables["orders"].description == "What was sold"
    assert "order_value" in model.tables["orders"].columns
    assert any("payload is of type jsonb" in note for note in made.drafted.notes)
    assert model.origin is not None
    assert (
        model.origin.database == f"postgresql://reader@127.0.0.1:{postgres.port}/shop?schema=public"
    )
    assert "geheim" not in made.drafted.text


def test_duckdb_in_the_data_folder_is_read_in_place(tmp_path: Path) -> None:
    (tmp_path / "stores").mkdir()
    file = tmp_path / "stores" / "mill.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute(
            "CREATE TABLE readings AS SELECT"
            " TIMESTAMP '2026-01-01' + to_minutes(10 * (i // 3)) AS ts,"
            " CAST('2026-01-01' AS DATE) + CAST(i // 3 // 144 AS INTEGER) AS day,"
            " 'M-' || (i % 3) AS machine, 20.5 + i % 7 AS temp_c, 0.1 * (i % 4) AS energy_kwh,"
            " CASE WHEN i % 3 = 0 THEN 'Hall 1' ELSE 'Hall 2' END AS hall, i AS \"Größe (mm)\""
            " FROM range(1800) t(i)"
        )
        db.execute("COMMENT ON COLUMN readings.machine IS 'Aggregate'")
    made = draft(f"duckdb:///{file}", tmp_path)
    model = model_of(made)
    axis = model.tables["readings"].time
    assert axis is not None
    assert (axis.timestamp, axis.date, axis.interval_min) == ("ts", "day", 10)
    assert (model.store, made.rows) == ("stores/mill.duckdb", {})
    columns = model.tables["readings"].columns
    assert (columns["temp_c"].default_agg, columns["energy_kwh"].default_agg) == ("avg", "sum")
    assert (columns["temp_c"].unit, columns["energy_kwh"].unit) == ("Cel", "kW.h")
    assert "aggregate" in columns["machine"].synonyms
    assert not [c for c in columns if not c.isascii()]
    assert any('"Größe (mm)" AS groesse_mm' in note for note in made.drafted.notes)


def test_starrocks_is_drafted_in_place(tmp_path: Path) -> None:
    file = tmp_path / "wire.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute("CREATE TABLE shops (shop_id INTEGER PRIMARY KEY, city VARCHAR)")
        db.execute("INSERT INTO shops SELECT i, 'City ' || i // 2 FROM range(8) t(i)")
        db.execute(
            "CREATE TABLE sales AS SELECT TIMESTAMP '2026-01-01' + to_minutes(7 * i + i % 3) AS"
            " sold_at, CAST(i % 8 AS INTEGER) AS shop_id, i % 5 AS qty, i % 2 = 0 AS is_gift"
            " FROM range(500) t(i)"
        )
        db.execute("COMMENT ON COLUMN sales.qty IS 'Pieces'")
    with serving(file) as server:
        said = PASSWORD.replace("↯", "%E2%86%AF")
        url = f"starrocks://reader:{said}@127.0.0.1:{server.port}/mill"
        made = draft(url, tmp_path)
        model = model_of(made)
    assert made.rows == {}
    assert made.drafted.notes[0].startswith("The rows stay where they are: GEMBA_STORE_URL")
    sales = model.tables["sales"]
    assert (model.default_table, sales.columns["is_gift"].type) == ("sales", "boolean")
    assert sales.columns["qty"].synonyms == ("qty", "pieces")
    # No foreign keys there: the values say it.
    assert [(r.left, r.right, r.keys) for r in model.relations] == [
        ("sales", "shops", ("shop_id",))
    ]
    where = parse_where("starrocks://r:x@127.0.0.1/obt")
    assert (where.port, where.kind, where.uses_tls) == (9030, "starrocks", False)
    assert parse_where("starrocks://r:x@db.example/obt").uses_tls


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mongodb://a:b@h/x", "No database is known by 'mongodb'"),
        ("sqlite:////nowhere/x.db", "There is no file"),
        ("postgresql://h/x", "needs a user, a host and a database"),
        ("postgresql://a:b/c@h:5432x/x", "with signs such as / and @"),
        ("mysql://a:b@h/x?shema=y", "Did you mean 'schema'?"),
        ("shop.txt", "does not say which database it is"),
    ],
)
def test_a_wrong_address_says_how_it_is_written(url: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(UserFixable) as said:
        draft(url, tmp_path)
    assert says in str(said.value)


def fails(url: str, folder: Path, says: str, **more: Any) -> None:
    with pytest.raises(GembaError) as said:
        draft(url, folder, **more)
    assert says in str(said.value), str(said.value)
    assert "geheim" not in str(said.value)
    assert not list(folder.rglob("*.yaml"))
    assert not list(folder.rglob("*.duckdb*"))
    assert not list(folder.rglob("*.half*"))


def test_each_failure_of_postgresql_says_what_to_do(postgres: Postgres, tmp_path: Path) -> None:
    fails(postgres.url(password="wrong"), tmp_path, "refuses 'reader'")
    fails(postgres.url(database="nope"), tmp_path, "There is no database 'nope'")
    fails(postgres.url("stranger"), tmp_path, "has no table that this account may read")
    fails(postgres.url() + "?schema=bare", tmp_path, "has no table that this account may read")
    fails(postgres.url() + "?schema=bear", tmp_path, "There is no schema 'bear'")
    fails(postgres.url(), tmp_path, "has no table 'order'", tables=("order",))
    closed = postgres.url().replace(str(postgres.port), "1")
    fails(closed, tmp_path, "cannot be reached")


def test_each_failure_of_mariadb_says_what_to_do(
    maria_shop: str, mariadb: MariaDB, tmp_path: Path
) -> None:
    fails(maria_shop.replace("geheim", "falsch"), tmp_path, "refuses 'shopper'")
    fails(maria_shop.replace("/corner", "/mill"), tmp_path, "refuses 'shopper'")
    fails(maria_shop.replace("/corner", "/nothing"), tmp_path, "has no table that this account")
    fails(maria_shop.replace(str(mariadb.port), "1"), tmp_path, "cannot be reached")


def test_a_server_that_goes_in_the_middle_leaves_nothing(
    maria_shop: str, mariadb: MariaDB, tmp_path: Path
) -> None:
    with open_source(parse_where(maria_shop)) as source:
        batches = source.batches("SELECT a.order_id FROM orders a, orders b, orders c")
        next(batches)
        (number,) = mariadb.running("orders", "shopper")
        with mariadb.admin() as do:
            do(f"KILL {number}")
        with pytest.raises(Unavailable, match="cannot be reached, or the connection ended"):
            for _ in batches:
                pass


def test_what_changes_while_it_is_read_is_said(postgres: Postgres, tmp_path: Path) -> None:
    with open_source(parse_where(postgres.url())) as source:
        with pytest.raises(UserFixable, match="changed while they were read"):
            source.sample("orders", ["order_id", "gone"], 10)
        with pytest.raises(UserFixable, match="may not read a table"):
            source.sample("secret", ["x"], 10)
        assert source.count("orders", 10) == 10  # the connection still serves


def test_files_that_are_none_say_so(tmp_path: Path) -> None:
    for name, says in (("x.db", "as SQLite"), ("x.duckdb", "as DuckDB")):
        (tmp_path / name).write_bytes(b"no database at all, whatever its name says" * 100)
        with pytest.raises(UserFixable, match=says):
            draft(str(tmp_path / name), tmp_path)
    with sqlite3.connect(tmp_path / "empty.db") as db:
        db.execute("CREATE TABLE t (x)")
        db.execute("DROP TABLE t")
    with pytest.raises(UserFixable, match="has no table"):
        draft(str(tmp_path / "empty.db"), tmp_path)


def test_a_value_of_another_type_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "mixed.db") as db:
        db.execute("CREATE TABLE t (at TEXT, x INTEGER)")
        rows = [(f"2026-01-01 00:{k % 60:02}:00", k) for k in range(25_000)]
        db.executemany("INSERT INTO t VALUES (?, ?)", [*rows, ("2026-01-02 00:00:00", "many")])
    with pytest.raises(UserFixable, match="x of t holds 'many', which is no integer"):
        draft(str(tmp_path / "mixed.db"), tmp_path)
    assert not list(tmp_path.rglob("*.duckdb*"))


def test_400_columns_and_51_tables(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "wide.db") as db:
        db.execute(f"CREATE TABLE w (at TEXT, {', '.join(f'c{k} REAL' for k in range(400))})")
        marks = ", ".join("?" * 401)
        rows = [[f"2026-01-{d:02}", *range(400)] for d in range(1, 29)]
        db.executemany(f"INSERT INTO w VALUES ({marks})", rows)
    made = draft(str(tmp_path / "wide.db"), tmp_path)
    assert len(model_of(made).tables["w"].columns) == 401
    with sqlite3.connect(tmp_path / "many.db") as db:
        for k in range(51):
            db.execute(f"CREATE TABLE t{k} (at TEXT)")
    with pytest.raises(UserFixable, match=r"has 51 tables; one model takes 50\."):
        draft(str(tmp_path / "many.db"), tmp_path)


def test_a_huge_table_is_read_in_bounded_time(tmp_path: Path) -> None:
    (tmp_path / "stores").mkdir()
    file = tmp_path / "stores" / "huge.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute(
            "CREATE TABLE t AS SELECT TIMESTAMP '2020-01-01' + to_seconds(60 * i) AS at,"
            " i % 9 AS speed_rpm FROM range(5000000) t(i)"
        )
    started = time.process_time()
    made = draft(f"duckdb:///{file}", tmp_path)
    assert time.process_time() - started < 5.0
    axis = model_of(made).tables["t"].time
    assert axis is not None
    assert axis.interval_min == 1
    assert any("Only a sample was read of t" in note for note in made.drafted.notes)


def test_without_samples_no_value_stands_in_the_draft(shop: Path, tmp_path: Path) -> None:
    made = draft(f"sqlite:///{shop}", tmp_path, has_samples=False)
    assert "IN_PROGRESS" not in made.drafted.text
    assert model_of(made).tables["orders"].columns["status"].linked


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nosuch://x", "Unter 'nosuch' ist keine Datenbank bekannt."),
        ("sqlite:///none.db", "Es gibt keine Datei 'none.db'."),
        ("mysql://a@b", "Die Adresse braucht einen Benutzer, einen Rechner und eine Datenbank"),
        ("postgresql://a:b@127.0.0.1:9/c", "ist nicht erreichbar, oder die Verbindung brach ab"),
    ],
)
def test_what_went_wrong_is_told_in_the_language_that_was_asked_for(
    url: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", "init", "--from", url, "--language", "de"]) != 0
    assert said in capsys.readouterr().err
