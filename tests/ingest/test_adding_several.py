"""Next month's folder: each file goes to the table that it fits, all of them or none."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.__main__ import main
from core.errors import UserFixable
from core.gates.releasing import tables_of
from core.semantic.load import load_model
from core.settings import ROOT
from tests.ingest.conftest import deciding

Run = Callable[..., str]
CUSTOMERS = "customer_id;name;city\n" + "".join(
    f"{n};C{n};{('Köln', 'Bonn', 'Ulm')[n % 3]}\n" for n in range(1, 11)
)
ORDERS = "order_id,customer_id,ordered_at\n" + "".join(
    f"{n},{n % 10 + 1},2026-05-{n % 28 + 1:02} 10:00:00\n" for n in range(40)
)
ITEMS = "item_id,order_id,amount [EUR]\n" + "".join(f"{n},{n % 40},{n}.5\n" for n in range(80))
LISTS = {
    "sites.csv": "id,name\n1,Ham\n2,Aus\n3,Hph\n",
    "vendors.csv": "id,name\n1,Ann\n2,Bob\n3,Cem\n4,Dag\n",
}
JUNE = {
    "customers_2026_06.csv": CUSTOMERS + "11;C11;Ulm\n",
    "june/orders.csv": "customer_id,ordered_at,order_id\n"
    "11,2026-06-01 09:00:00,40\n3,2026-06-02 09:00:00,41\n",
    "june/items_june.csv": "item_id,order_id,amount [EUR]\n80,40,7.5\n81,39,2.5\n",
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Import a folder of these files; what was said of it. The data are called shop."""
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))

    def load(files: dict[str, str], *options: str, status: int = 0) -> str:
        folder = tmp_path / f"in{len(list(tmp_path.iterdir()))}"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        capsys.readouterr()
        assert main(["import", str(folder), "--name", "shop", *options]) == status
        said = capsys.readouterr()
        return said.err if status else said.out

    load({"customers.csv": CUSTOMERS, "orders.csv": ORDERS, "items.csv": ITEMS, **LISTS}, "--yes")
    return load


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stores" / "shop.duckdb"


def sums(store: Path) -> dict[str, int]:
    """Table -> its rows."""
    with duckdb.connect(str(store), read_only=True) as con:
        names = [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {
            name: one(con, f"SELECT count(*) FROM {name}")
            for name in sorted(names)
            if not name.startswith("_gemba_")
        }


def one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row[0]


def with_checks(store: Path, table: str, checks: str) -> None:
    model = store.parents[1] / "models" / "shop.yaml"
    text = model.read_text()
    at = text.index("    columns:", text.index(f"\n  {table}:"))
    model.write_text(f"{text[:at]}    checks: {checks}\n{text[at:]}")


FIRST = {"customers": 10, "items": 80, "orders": 40, "sites": 3, "vendors": 4}


def test_next_months_folder(run: Run, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sums(store) == FIRST
    before = store.read_bytes()
    model = (store.parents[1] / "models" / "shop.yaml").read_text()
    said = run(JUNE, "--append")
    assert "Rows come to 3 of 5 tables of shop:" in said
    assert "customers_2026_06.csv -> customers" in said
    assert "items_june.csv -> items" in said
    assert "Nothing comes to sites, vendors" in said
    assert "1 rows are new, 10 were there already (by customer_id)" in said
    assert "would get the new rows" in said
    assert store.read_bytes() == before
    told = json.loads(run(JUNE, "--append", "--yes", "--json"))
    assert (told["adds_to"], told["there"]) == ("shop", list(FIRST))
    assert [(t["name"], t["added"]["new"]) for t in told["report"]["tables"]] == [
        ("customers", 1), ("items", 2), ("orders", 2),
    ]  # fmt: skip
    assert sums(store) == {**FIRST, "customers": 11, "items": 82, "orders": 42}
    # The new rows go with one another and with those that were there.
    assert main(["ask", "amount by city in June", "--model", "shop", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [["Ulm", 7.5]]
    assert "Nothing is new" in run(JUNE, "--append", "--yes")
    assert (store.parents[1] / "models" / "shop.yaml").read_text() == model


def test_one_file_goes_to_its_table(run: Run, store: Path) -> None:
    said = run({"week27.csv": JUNE["june/orders.csv"]}, "--append", "--yes")
    assert "week27.csv -> orders" in said
    assert sums(store) == {**FIRST, "orders": 42}


def test_where_two_tables_fit_it_is_asked(run: Run, store: Path) -> None:
    more = {"names_june.csv": "id,name\n9,Zed\n", "sites_june.csv": "id,name\n4,Lux\n"}
    said = run(more, "--append")
    assert "names_june.csv -> to be answered" in said
    assert "sites_june.csv -> sites" in said
    assert "(--table sites=names_june.csv, --table vendors=names_june.csv)" in said
    said = run(more, "--append", "--yes", status=2)
    assert "names_june.csv has the columns of several tables" in said
    assert sums(store) == FIRST
    run(more, "--append", "--yes", "--table", "vendors=names_june.csv")
    assert sums(store) == {**FIRST, "sites": 4, "vendors": 5}
    said = run(more, "--append", "--yes", "--table", "vendor=names_june.csv", status=2)
    assert "There is no table 'vendor' to add rows to. Did you mean 'vendors'?" in said


def test_a_name_that_says_another_table_is_asked(run: Run, store: Path) -> None:
    said = run({"customers.csv": JUNE["june/orders.csv"]}, "--append", "--yes", status=2)
    assert "customers.csv is called like the table 'customers' and has the columns of" in said
    assert sums(store) == FIRST


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("order_id,customer_id\n50,1\n", "The nearest one is 'orders': it lacks 'ordered_at'"),
        ("order_id,customer_id,ordered_at,x\n5,1,2026-06-01 10:00:00,1\n", "only it has 'x'"),
        ("a,b\nx,1\n", "has the columns of no table that is there"),
        (
            "customer_id;name;city\n3;C3;Berlin\n",
            "customers_2026_06.csv, z.csv: 1 keys stand in these files with different values",
        ),
        ("item_id,order_id,amount [EUR]\n90,x,1.5\n", "'x'"),
    ],
)
def test_one_file_that_cannot_come_and_nothing_does(
    run: Run, store: Path, file: str, said: str
) -> None:
    before = store.read_bytes()
    assert said in run({**JUNE, "z.csv": file}, "--append", "--yes", status=2)
    assert store.read_bytes() == before
    assert [p.name for p in store.parent.iterdir() if not p.name.endswith(".lock")] == [store.name]


def test_conflicts_and_keys_of_several_tables(run: Run, store: Path) -> None:
    moved = {"customers.csv": "customer_id;name;city\n3;C3;Berlin\n", **JUNE}
    del moved["customers_2026_06.csv"]
    said = run(moved, "--append", "--yes", "--conflicts", "new")
    assert "1 are there with other values; the new ones count" in said
    with duckdb.connect(str(store), read_only=True) as con:
        assert one(con, "SELECT city FROM customers WHERE customer_id = 3") == "Berlin"
    assert sums(store) == {**FIRST, "items": 82, "orders": 42}
    again = {"items.csv": "item_id,order_id,amount [EUR]\n81,39,9.5\n82,41,1.5\n"}
    said = run(again, "--append", "--key", "items.item_id", status=2)
    assert "amount_eur is 2.5 and comes as 9.5" in said
    assert "(--conflicts old or new; on the page, Rows that are there with other values)" in said
    assert "no column 'item.id'" in run(again, "--append", "--key", "item.id", status=2)
    # A key under which others name one row never comes to stand twice.
    twice = {"customers.csv": "customer_id;name;city\n3;C3;Berlin\n3;D3;Bonn\n"}
    said = run(twice, "--append", "--yes", "--key", "none", status=2)
    assert "name those of 'customers' by 'customer_id', and 1 of these would stand twice" in said


def test_the_checks_of_each_table_hold_for_all(run: Run, store: Path) -> None:
    of_items = "{references: [{columns: [order_id], table: orders}], unique: [item_id]}"
    with_checks(store, "items", of_items)
    with_checks(store, "orders", "{ranges: {order_id: {max: 100}}}")
    # What an item names may be there, or come at the same time.
    run(JUNE, "--append", "--yes")
    assert sums(store) == {**FIRST, "customers": 11, "items": 82, "orders": 42}
    before = store.read_bytes()
    lost = {"items.csv": "item_id,order_id,amount [EUR]\n90,77,1.5\n", "o.csv": ORDERS}
    said = run(lost, "--append", "--yes", status=2)
    assert "Held back, as checks do not hold. Items: Rows that name what orders does not" in said
    far = {"orders.csv": "order_id,customer_id,ordered_at\n900,1,2026-06-03 10:00:00\n"}
    assert "Held back" in run({**JUNE, **far}, "--append", "--yes", status=2)
    assert store.read_bytes() == before


#: An order whose number is out of its range, of a customer that comes with it, and its item.
FAR = {
    "customers.csv": "customer_id;name;city\n12;C12;Bonn\n",
    "orders.csv": "order_id,customer_id,ordered_at\n900,12,2026-06-03 10:00:00\n",
    "items.csv": "item_id,order_id,amount [EUR]\n-5,900,3.5\n82,900,1.5\n",
}


@pytest.fixture
def checked(run: Run, store: Path) -> Path:
    """The store, whose orders and items have checks."""
    with_checks(store, "orders", "{ranges: {order_id: {max: 100}}}")
    with_checks(store, "items", "{ranges: {item_id: {min: 0}}}")
    return store


def test_several_tables_are_held_back_and_released_together(run: Run, checked: Path) -> None:
    for _ in range(2):  # the same files again are the same batch
        said = run(FAR, "--append", "--yes", status=2)
    assert "Items: Rows outside" in said
    assert "Orders: Rows outside" in said
    assert sums(checked) == FIRST
    # What came by other files meanwhile does not come twice.
    run({"customers.csv": FAR["customers.csv"]}, "--append", "--yes")
    with deciding(checked.parents[1]) as (gates, admin):
        model = load_model(checked.parents[1] / "models" / "shop.yaml")
        held = gates.batches.held("shop")
        assert {one.report.table for one in held} == {"items", "orders"}
        came = tables_of(gates.batches.file(held[0].id))
        assert came == ("customers", "items", "orders")
        assert held[0].report.source == "customers.csv, items.csv, orders.csv"
        gates.release(held[1].id, model, admin, "a large order")
        assert gates.batches.held("shop") == ()
        for one in held:
            found = gates.batches.find(one.id)
            assert found is not None
            assert (found.state, found.why) == ("released", "a large order")
        with pytest.raises(UserFixable, match="not held back any more"):
            gates.release(held[0].id, model, admin, "again")
    assert sums(checked) == {**FIRST, "customers": 11, "items": 82, "orders": 41}
    assert not list((checked.parents[1] / "quarantine").rglob("*.duckdb"))


def test_several_tables_are_discarded_together(run: Run, checked: Path) -> None:
    run(FAR, "--append", "--yes", status=2)
    with deciding(checked.parents[1]) as (gates, admin):
        model = load_model(checked.parents[1] / "models" / "shop.yaml")
        held = gates.batches.held("shop")
        gates.discard(held[0].id, model, admin, "a test")
        assert gates.batches.held("shop") == ()
    assert sums(checked) == FIRST
    assert not list((checked.parents[1] / "quarantine").rglob("*.duckdb"))


def test_what_is_released_fits_what_is_there_or_nothing_comes(run: Run, checked: Path) -> None:
    run(FAR, "--append", "--yes", status=2)
    other = {"customers.csv": "customer_id;name;city\n12;D12;Ulm\n"}
    run(other, "--append", "--yes")
    with deciding(checked.parents[1]) as (gates, admin):
        model = load_model(checked.parents[1] / "models" / "shop.yaml")
        held = gates.batches.held("shop")
        with pytest.raises(UserFixable, match="by now with other values"):
            gates.release(held[0].id, model, admin, "a large order")
        assert gates.batches.held("shop") == held
    assert sums(checked) == {**FIRST, "customers": 11}


def test_a_key_that_others_name_stands_once_after_a_release(run: Run, checked: Path) -> None:
    # Whole rows were said to be the key, so that a second customer 12 is another row.
    run(FAR, "--append", "--yes", "--key", "none", status=2)
    run({"customers.csv": "customer_id;name;city\n12;D12;Ulm\n"}, "--append", "--yes")
    with deciding(checked.parents[1]) as (gates, admin):
        model = load_model(checked.parents[1] / "models" / "shop.yaml")
        held = gates.batches.held("shop")
        with pytest.raises(UserFixable, match="'customers' by customer_id, and some of these"):
            gates.release(held[0].id, model, admin, "a large order")
    assert sums(checked) == {**FIRST, "customers": 11}


@pytest.mark.parametrize("meanwhile", [False, True])
def test_rows_that_take_the_place_of_others_are_held_back(
    run: Run, checked: Path, meanwhile: bool
) -> None:
    run({"orders.csv": "order_id,customer_id,ordered_at\n50,1,2026-06-01 10:00:00\n"},
        "--append", "--yes")  # fmt: skip
    moved = {
        "customers.csv": "customer_id;name;city\n3;C3;Berlin\n",
        "orders.csv": "order_id,customer_id,ordered_at\n50,2,2026-06-01 10:00:00\n"
        "900,3,2026-06-03 10:00:00\n",
    }
    run(moved, "--append", "--yes", "--conflicts", "new", status=2)
    if meanwhile:
        other = {"customers.csv": "customer_id;name;city\n3;C3;Bremen\n"}
        run(other, "--append", "--yes", "--conflicts", "new")
    with deciding(checked.parents[1]) as (gates, admin):
        model = load_model(checked.parents[1] / "models" / "shop.yaml")
        (held,) = gates.batches.held("shop")
        if meanwhile:
            with pytest.raises(UserFixable, match="are other ones by now"):
                gates.release(held.id, model, admin, "he moved")
        else:
            gates.release(held.id, model, admin, "he moved")
    with duckdb.connect(str(checked), read_only=True) as con:
        cities = con.execute("SELECT city FROM customers WHERE customer_id = 3").fetchall()
        orders = con.execute(
            "SELECT order_id, customer_id FROM orders WHERE order_id >= 50 ORDER BY ALL"
        ).fetchall()
    assert cities == [("Bremen" if meanwhile else "Berlin",)]
    assert orders == ([(50, 1)] if meanwhile else [(50, 2), (900, 3)])


_KILLED = """
import os, signal, sys
from core.__main__ import main
from core.ingest import adding, several
stop = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "publish":
    several.publish = stop
else:
    adding._check_named = stop
main(["import", sys.argv[2], "--name", "shop", "--append", "--yes"])
"""


@pytest.mark.parametrize("where", ["publish", "in the transaction"])
def test_a_kill_in_the_middle_leaves_the_old_store(run: Run, store: Path, where: str) -> None:
    folder = store.parents[2] / "june"
    for name, text in JUNE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    before = store.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, where, str(folder)], timeout=60, check=False, cwd=ROOT,
        env=dict(os.environ), capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert store.read_bytes() == before
    run(JUNE, "--append", "--yes")
    assert sums(store) == {**FIRST, "customers": 11, "items": 82, "orders": 42}
