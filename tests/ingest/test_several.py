"""A folder of several tables is one store and one model with its joins, or nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from core.__main__ import main
from core.drafting.survey import MAX_TABLES
from core.errors import UserFixable
from core.ingest.finding import find
from core.ingest.grouping import MOST_TABLES
from core.ingest.load import Goal, Opened
from core.ingest.ready import Limits
from core.ingest.recognised import Choices
from core.ingest.several import OpenedTables, opened_tables
from core.semantic.load import load_model
from core.translation import retold, speaking
from tests.ingest.conftest import deciding

Put = Callable[[str, str], Path]
CUSTOMERS = "customer_id;name;city\n" + "".join(
    f"{n};C{n};{('Köln', 'Bonn', 'Ulm')[n % 3]}\n" for n in range(1, 31)
)
ORDERS = "order_id,customer_id,ordered_at,status\n" + "".join(
    f"{1000 + n},{n % 30 + 1},2026-05-{n % 28 + 1:02} 10:00:00,paid\n" for n in range(90)
)


def lines_of(part: int) -> str:
    rows = (f"{part}{n:03},{1000 + n},{n % 10 + 1},{n % 4 + 1},{n}.5\n" for n in range(90))
    return "item_id,order_id,product_id,quantity,net_amount [EUR]\n" + "".join(rows)


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))

    def write(name: str, content: str) -> Path:
        path = tmp_path / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    return write


@pytest.fixture
def shop(put: Put, tmp_path: Path) -> Path:
    """A folder of four tables in five files of two kinds."""
    put("customers.csv", CUSTOMERS)
    put("orders.csv", ORDERS)
    for part in (1, 2):
        put(f"order_items_2026_{part}.csv", lines_of(part))
    with xlsxwriter.Workbook(tmp_path / "shop" / "products.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["product_id", "product", "price"])
        for n in range(1, 11):
            sheet.write_row(n, 0, [n, f"P{n}", n * 2.5])
    return tmp_path / "shop"


def is_untouched(tmp_path: Path) -> bool:
    """Whether nothing but locks stands below the data folder."""
    return all(p.is_dir() or p.name.endswith(".lock") for p in (tmp_path / "data").rglob("*"))


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    assert main(["import", str(folder), "--yes", *options]) == 2
    assert is_untouched(folder.parent)
    return capsys.readouterr().err


def tables_of(folder: Path, **said: Any) -> dict[str, tuple[str, ...]]:
    """Table -> its files, as they are recognised."""
    target = folder.parent / "data" / "stores" / "t.duckdb"
    choices = Choices(**said)
    with opened_tables(find([folder], of_one=False), target, choices, Limits(512)) as ready:
        assert isinstance(ready, OpenedTables)
        ready.load(Goal("t", target))
        found = {table.name: table.found.names for table in ready.tables}
    with duckdb.connect(str(target), read_only=True) as con:
        rows = con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert {name for (name,) in rows} == set(found)
    return found


def test_a_folder_of_four_tables_can_be_asked(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(shop)]) == 0
    said = capsys.readouterr().out
    assert "4 tables: customers, order_items, orders, products" in said
    assert "order_items_2026_1.csv, order_items_2026_2.csv have the same columns" in said
    assert "30 rows read from customers.csv" in said
    assert "Nothing is written yet" in said
    assert is_untouched(shop.parent)
    assert main(["import", str(shop), "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [table["name"] for table in told["tables"]] == [
        table["name"] for table in told["report"]["tables"]
    ]
    assert [table["stored"] for table in told["report"]["tables"]] == [30, 180, 90, 10]
    assert told["report"]["model"] == "shop"
    with duckdb.connect(str(shop.parent / "data/stores/shop.duckdb"), read_only=True) as con:
        want = con.execute(
            "SELECT city, sum(net_amount_eur) FROM order_items JOIN orders USING (order_id) "
            "JOIN customers USING (customer_id) GROUP BY city ORDER BY 2 DESC"
        ).fetchall()
        comment = con.execute(
            "SELECT comment FROM duckdb_columns() WHERE column_name = 'net_amount_eur'"
        ).fetchall()
    assert comment == [("net_amount [€]",)]
    assert main(["ask", "net amount by city in May", "--model", "shop", "--json"]) == 0
    answer = capsys.readouterr().out
    for city, amount in want:
        assert city in answer
        assert str(amount) in answer
    # The same again keeps the model, and one table alone does not take the place of all.
    assert main(["import", str(shop), "--yes"]) == 0
    assert "Drafted" not in capsys.readouterr().out
    assert main(["import", str(shop / "orders.csv"), "--name", "shop", "--yes"]) == 2
    assert "which these files do not have" in capsys.readouterr().err
    (shop / "products.xlsx").unlink()
    assert main(["import", str(shop), "--yes"]) == 2
    assert "names 'products" in capsys.readouterr().err


def test_a_model_s_checks_hold_for_all_or_nothing_changes(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(shop), "--yes"]) == 0
    model = shop.parent / "data" / "models" / "shop.yaml"
    text = model.read_text()
    at = text.index("    columns:", text.index("\n  customers:"))
    model.write_text(text[:at] + "    checks: {unique: [customer_id]}\n" + text[at:])
    assert main(["import", str(shop), "--yes"]) == 0
    (shop / "customers.csv").write_text(CUSTOMERS + "1;again;Ulm\n")
    (shop / "orders.csv").write_text(ORDERS.replace("paid", "open"))
    capsys.readouterr()
    assert main(["import", str(shop), "--yes"]) == 2
    assert "Held back, as checks do not hold" in capsys.readouterr().err
    store = shop.parent / "data/stores/shop.duckdb"

    def found() -> list[tuple[object, ...]]:
        with duckdb.connect(str(store), read_only=True) as con:
            customers = "(SELECT count(*) FROM customers WHERE customer_id = 1)"
            return con.execute(f"SELECT DISTINCT status, {customers} FROM orders").fetchall()

    assert found() == [("paid", 1)]
    # Released, all tables take the place of all.
    with deciding(shop.parent / "data") as (gates, admin):
        (batch,) = gates.batches.held("shop")
        assert (batch.mode, batch.report.table) == ("replace", "customers")
        gates.release(batch.id, load_model(model), admin, "he came back")
    assert found() == [("open", 2)]
    assert not list((shop.parent / "data" / "quarantine").rglob("*.duckdb"))


def test_one_bad_file_of_three_and_nothing_is_written(
    put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("customers.csv", CUSTOMERS)
    put("orders.csv", ORDERS)
    bad = put("z.csv", "a,b,c\n1,2,3\n4\n5,6,7\n")
    assert "z.csv has lines that are no rows" in refused(bad.parent, capsys)
    bad.write_text("a,b\nx,1\ny,2\n")
    said = refused(bad.parent, capsys, "--type", "a=date")
    assert "z.csv: The column 'a' holds no dates" in said
    bad.write_text("")
    assert "z.csv is empty" in refused(bad.parent, capsys)


def test_what_is_open_is_asked_with_its_table(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    put("customers.csv", CUSTOMERS)
    folder = put("visits.csv", "visit,day\na,03/04/2026\nb,05/06/2026\n").parent
    assert "visits: Dates such as 03/04/2026 in 'day'" in refused(folder, capsys)
    with speaking("de"):
        assert main(["import", str(folder)]) == 0
    assert "To be answered: Dates such as" in capsys.readouterr().out
    assert main(["import", str(folder), "--dates", "mdy", "--type", "name=text", "--yes"]) == 0
    with duckdb.connect(str(folder.parent / "data/stores/shop.duckdb"), read_only=True) as con:
        assert con.execute("SELECT min(day)::VARCHAR FROM visits").fetchall() == [("2026-03-04",)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--type", "nmae=text"], "Did you mean 'name'?"),
        (["--time-of-day", "hour"], "There is no column 'hour'"),
        (["--append"], "There are no data 'shop' to add rows to"),
        (["--shape", "wide"], "not all of them are exports of tags"),
        (["--sheet", "March"], "has no sheet 'March'"),
    ],
)
def test_an_option_that_cannot_be(
    shop: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(shop, capsys, *options)


def test_what_is_rather_one_table_is_refused(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    put("orders.csv", ORDERS)
    other = put("orders_may.csv", ORDERS.replace(",status", ",state"))
    said = refused(other.parent, capsys)
    assert "orders_may.csv has nearly the columns of orders.csv: 'state' is only in it" in said
    other.unlink()
    assert "is an export of tags" in refused(
        put("tags.csv", "a,b\n1,2\n").parent, capsys, "--mapping", str(mapped(other.parents[1]))
    )


def mapped(folder: Path, *rows: str) -> Path:
    """A table of tags."""
    path = folder / "mapping.csv"
    path.write_text("\n".join(["tag,asset,measure,unit", *rows, ""]))
    return path


TAGS = "Time;K1.TT-101 [°C];K2.TT-201 [°C];K1.PT-102 [bar]\n" + "".join(
    f"2026-05-{1 + n // 24:02} {n % 24:02}:00;{20 + n % 7};{30 + n % 5};{1 + n % 3}\n"
    for n in range(96)
)
WORKS = {
    "historian.csv": TAGS,
    "machines.csv": "machine,hall,maker\nK1,A,Acme\nK2,B,Bolt\nK3,B,Acme\n",
    "work_orders.csv": "order_no,machine,opened_at,hours\n"
    + "".join(f"WO-{n},K{n % 3 + 1},2026-05-{1 + n % 4:02} 09:00,{n}.5\n" for n in range(20)),
}


def test_an_export_of_tags_goes_with_other_tables(
    put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in WORKS.items():
        put(name, text)
    folder = tmp_path / "shop"
    assert main(["import", str(folder), "--write-mapping", str(tmp_path / "m.csv")]) == 0
    said = capsys.readouterr().out
    assert "3 tables: historian, machines, work_orders" in said
    assert "historian.csv is an export of tags: 'historian' has a row for each asset" in said
    assert "Join: historian.asset = machines.machine" in said
    assert "K1.PT-102 [bar],K1,pressure,bar" in (tmp_path / "m.csv").read_text()
    mapping = mapped(tmp_path, "K2.TT-201 [°C],K3,temperature,Cel")
    assert main(["import", str(folder), "--mapping", str(mapping), "--yes", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["report"]
    assert [table["shape"] for table in report["tables"]] == ["wide", "table", "table"]
    assert any("because the values of asset stand there" in note for note in report["confirm"])
    store = tmp_path / "data" / "stores" / "shop.duckdb"
    with duckdb.connect(str(store), read_only=True) as con:
        query = "SELECT maker, avg(temperature_c), count(*) FROM historian JOIN machines ON "
        want = con.execute(f"{query} asset = machine WHERE asset = 'K3' GROUP BY 1").fetchall()
    assert want == [("Acme", pytest.approx(31.98, abs=0.1), 96)]
    # The assets are called as their list calls them, and split figures of both tables.
    for question, rows in {
        "mean temperature by machine": {"K3", "K1"},
        "mean temperature and number of work orders by hall": {"A", "B"},
    }.items():
        assert main(["ask", question, "--model", "shop", "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert {row[0] for row in answer["rows"]} == rows, answer
    # The next export comes with the next orders, and a repeated reading once.
    more = tmp_path / "more"
    more.mkdir()
    (more / "historian_june.csv").write_text(
        "\n".join([*TAGS.splitlines()[:1], *TAGS.splitlines()[-1:], "2026-06-01 00:00;1;2;3", ""])
    )
    (more / "orders_june.csv").write_text(
        "order_no,machine,opened_at,hours\nWO-20,K2,2026-06-01 09:00,2.5\n"
    )
    command = ["import", str(more), "--name", "shop", "--append", "--mapping", str(mapping)]
    assert main([*command, "--yes", "--json"]) == 0
    tables = json.loads(capsys.readouterr().out)["report"]["tables"]
    assert [(t["name"], t["added"]["new"], t["added"]["there"]) for t in tables] == [
        ("historian", 2, 2), ("work_orders", 1, 0),
    ]  # fmt: skip


def test_a_plain_table_that_looks_like_an_export_stays_one(put: Put, tmp_path: Path) -> None:
    put("tags.csv", TAGS)
    folder = put("machines.csv", WORKS["machines.csv"]).parent
    found = tables_of(folder, shape="table")
    assert found["tags"] == ("tags.csv",)
    with duckdb.connect(str(tmp_path / "data/stores/t.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM tags").fetchall() == [(96,)]


def test_files_of_one_table_are_one_as_before(put: Put, tmp_path: Path) -> None:
    put("week26.csv", "k,x\na,1\n")
    folder = put("week27.csv", "x,k\n2,b\n").parent
    target = tmp_path / "data" / "stores" / "t.duckdb"
    with opened_tables(find([folder]), target, Choices(), Limits(512)) as ready:
        assert isinstance(ready, Opened)
        assert ready.load(Goal("t", target)).stored == 2


def test_hostile_names(put: Put) -> None:
    put("a/data.csv", "k,x\na,1\n")
    put("b/DATA.csv", "id,y\na,1\n")
    put("c/select.csv", "c1,c2\na,1\n")
    put("c/work.csv", "c3,c4\na,1\n")
    put("c/t.csv", "d1,d2\na,1\n")
    put("c/main.csv", "d3,d4\na,1\n")
    put("c/staging.csv", "c5,c6\na,1\n")
    put("c/rejected_rows.csv", "c7,c8\na,1\n")
    put('c/x"; DROP TABLE data;--.csv', "c9,c10\na,1\n")
    put("c/2026.csv", "c11,c12\na,1\n")
    put("c/Größe Ø.csv", "c13,c14\na,1\n")
    put("c/日本.csv", "c15,c16\na,1\n")
    put("c/jan_sales.csv", "c17,c18\na,1\n")
    put("c/feb_sales.csv", "c17,c18\na,1\n")
    folder = put(f"c/{'n' * 90}.csv", "c19,c20\na,1\n").parents[1]
    found = tables_of(folder)
    assert found["data"] == ("data.csv",)
    assert found["data_2"] == ("DATA.csv",)
    assert found["sales"] == ("feb_sales.csv", "jan_sales.csv")
    assert {
        "select", "t", "main", "work_2", "staging_2", "rejected_rows_2", "x_drop_table_data",
        "c_2026", "n" * 40,
    } <= set(found)  # fmt: skip
    assert len(found) == 14


def test_words_of_sql_as_names_can_be_asked(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    put("order.csv", ORDERS.replace("status", "amount").replace("paid", "2"))
    folder = put("select.csv", CUSTOMERS).parent
    assert main(["import", str(folder), "--yes"]) == 0
    assert "2 tables: order_rows, select_rows" in capsys.readouterr().out
    text = (folder.parent / "data" / "models" / "shop.yaml").read_text()
    assert "{left: order_rows, right: select_rows, kind: many_to_one, keys: [customer_id]" in text


def test_one_table_with_a_word_of_sql_as_its_name(
    put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("order", "work"):
        file = put(f"{name}.csv", ORDERS)
        assert main(["import", str(file), "--yes"]) == 0
        assert f"90 rows of {name}_rows" in capsys.readouterr().out
        assert main(["ask", f"how many {name} rows in May", "--model", f"{name}_rows"]) == 0
        capsys.readouterr()
        assert main(["import", str(file), "--name", name, "--yes"]) == 2
        assert f"Call them {name}_rows or otherwise" in capsys.readouterr().err


def test_columns_with_words_of_sql_as_headers_can_be_asked(
    put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"2026-05-{n:02};2026-05-{n:02};G{n % 3};{n};{n}\n" for n in range(1, 28)]
    file = put("stops.csv", "From;To;Group;Group value;Minutes [min]\n" + "".join(rows[:20]))
    assert main(["import", str(file), "--yes"]) == 0
    with duckdb.connect(str(tmp_path / "data/stores/stops.duckdb"), read_only=True) as con:
        described = con.execute("DESCRIBE stops").fetchall()
    assert [str(row[0]) for row in described] == [
        "from_value", "to_value", "group_value_2", "group_value", "minutes_min",
    ]  # fmt: skip
    put("stops.csv", "From;To;Group;Group value;Minutes [min]\n" + "".join(rows))
    assert main(["import", str(file), "--append", "--yes"]) == 0
    assert "7 rows are new, 20 were there already" in capsys.readouterr().out
    assert main(["ask", "minutes from 3 May to 4 May", "--model", "stops"]) == 0
    assert "7.0" in capsys.readouterr().out


def test_a_key_with_a_cell_that_is_none_still_joins(
    put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put("customers.csv", CUSTOMERS)
    folder = put("orders.csv", ORDERS.replace("1007,8,", "1007,x8,")).parent
    assert main(["import", str(folder), "--bad-cells", "empty"]) == 0
    said = capsys.readouterr().out
    assert "customer_id: 1 cells taken as empty" in said
    assert "Join: orders.customer_id = customers.customer_id" in said


def test_more_tables_than_a_model_takes(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    assert MOST_TABLES == MAX_TABLES
    for n in range(MOST_TABLES + 1):
        folder = put(f"t{n}.csv", f"day,a{n},b{n}\n2026-05-01,x,1\n").parent
    assert "51 tables; up to 50" in refused(folder, capsys)


def test_a_file_that_goes_or_changes_meanwhile(put: Put, tmp_path: Path) -> None:
    first, second = put("customers.csv", CUSTOMERS), put("orders.csv", ORDERS)
    target = tmp_path / "data" / "stores" / "t.duckdb"
    sources = find([first.parent], of_one=False)
    with opened_tables(sources, target, Choices(), Limits(512)) as ready:
        second.unlink()
        with pytest.raises(UserFixable, match=r"orders\.csv changed while it was read"):
            ready.load(Goal("t", target))
    with (
        pytest.raises(UserFixable, match=r"orders\.csv changed while it was read"),
        opened_tables(sources, target, Choices(), Limits(512)),
    ):
        pass
    assert is_untouched(tmp_path)


def test_progress_goes_over_all_tables_and_who_stops_it_stops_it(shop: Path) -> None:
    target = shop.parent / "data" / "stores" / "t.duckdb"
    shares: list[float] = []
    with opened_tables(find([shop], of_one=False), target, Choices(), Limits(512)) as ready:
        ready.load(Goal("t", target), lambda _, share: shares.append(share), write=False)
    assert shares == sorted(shares)
    assert shares[-1] <= 1.0

    def stop(what: str, share: float) -> None:
        if what == "check" and share > 0.5:
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        opened_tables(find([shop], of_one=False), target, Choices(), Limits(512)) as ready,
    ):
        ready.load(Goal("t", target), stop)
    assert is_untouched(shop.parent)


@pytest.mark.parametrize("language", ["de", "vi"])
def test_it_is_said_in_other_languages(put: Put, tmp_path: Path, language: str) -> None:
    put("orders.csv", ORDERS)
    put("visits.csv", "a,b\nx,1\ny,2\n")
    other = put("more.csv", ORDERS.replace(",status", ",state"))
    for _ in range(2):
        with pytest.raises(UserFixable) as caught:
            tables_of(tmp_path / "shop", types={"a": "date"})
        with speaking(language):
            said = retold(caught.value)
        assert said != str(caught.value)
        assert "column" not in said
        other.unlink(missing_ok=True)


def book(path: Path, **sheets: list[list[object]]) -> Path:
    """A workbook of these sheets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as out:
        for name, rows in sheets.items():
            sheet = out.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


MONTH: list[list[object]] = [["run_id", "ran_on", "machine_id", "pieces"]]
MACHINES: list[list[object]] = [["machine_id", "machine", "hall"]]
MACHINES += [[n, f"M{n}", "AB"[n % 2]] for n in range(1, 9)]


def month(number: int) -> list[list[object]]:
    rows = [
        [100 * number + n, f"2026-0{number}-{n:02}", n % 8 + 1, 10 * n + number]
        for n in range(1, 29)
    ]
    return [*MONTH, *rows]


def test_sheets_of_a_workbook_are_tables(
    put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cover: list[list[object]] = [["Report of hall A"], [], ["Made by Ann, ask her for more"]]
    file = book(
        tmp_path / "works.xlsx",
        Cover=cover,
        Jan=month(1),
        Feb=month(2),
        Machines=MACHINES,
        Empty=[],
    )
    assert main(["import", str(file)]) == 0
    said = capsys.readouterr().out
    assert "2 tables: works, machines" in said
    assert "works.xlsx › Cover looks like no table and is left out" in said
    assert "works.xlsx › Jan, works.xlsx › Feb have the same columns and are one table" in said
    assert "Join: works.machine_id = machines.machine_id" in said
    assert "Time of machines: none" in said
    assert (
        main(["import", str(file), "--table", "runs=[jf]??", "--leave-out", "cover", "--yes"]) == 0
    )
    assert "left out" not in capsys.readouterr().out
    assert main(["ask", "pieces by hall in February", "--model", "works", "--json"]) == 0
    answer = capsys.readouterr().out
    with duckdb.connect(str(tmp_path / "data/stores/works.duckdb"), read_only=True) as con:
        query = "FROM runs JOIN machines USING (machine_id) WHERE month(ran_on) = 2"
        for (pieces,) in con.execute(f"SELECT sum(pieces) {query} GROUP BY hall").fetchall():
            assert str(pieces) in answer
    # One sheet of it is a table as before, and rows are added to that alone.
    machines = [str(file), "--sheet", "Jan", "--name", "runs", "--yes"]
    assert main(["import", *machines]) == 0
    assert main(["import", *machines, "--append"]) == 0
    capsys.readouterr()
    assert main(["import", *machines[:1], "--name", "runs", "--append", "--yes"]) == 2
    assert "has the columns of no table that is there" in capsys.readouterr().err


def test_workbooks_as_people_have_them(
    put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes: list[list[object]] = [["Mind the gap"], ["and the second line"], ["and the third"]]
    form: list[list[object]] = [["Name", "", "", "", "", "Ann"], ["Hall", "", "", "", "", ""]]
    file = book(tmp_path / "notes.xlsx", Notes=notes, Form=form)
    assert main(["import", str(file)]) == 2
    assert "None of these is a table: notes.xlsx › Notes, notes.xlsx › F" in capsys.readouterr().err
    # One sheet that is a table is the data's one table, with the workbook's name.
    file = book(tmp_path / "runs.xlsx", Notes=notes, Sheet1=month(1))
    assert main(["import", str(file), "--yes"]) == 0
    said = capsys.readouterr().out
    assert "runs.xlsx › Notes looks like no table and is left out" in said
    assert "28 rows of runs" in said
    # Names that a program gave are no names of tables; nor are those of months.
    folder = book(tmp_path / "all" / "shop.xlsx", Sheet1=month(1), Sheet2=MACHINES).parent
    book(folder / "plans.xlsx", Mai=[["plan_on", "target"], ["2026-05-01", 5]], Juni=[
        ["plan_on", "target"], ["2026-06-01", 6]])  # fmt: skip
    assert set(tables_of(folder)) == {"plans", "shop", "shop_2"}


SITES = "id,name\n" + "".join(f"{n},Site {n}\n" for n in range(1, 6))
VENDORS = "id,name\n" + "".join(f"{n},Vendor {n}\n" for n in range(1, 9))


def test_lists_with_the_same_header_are_tables_of_their_own(
    put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put("sites.csv", SITES)
    put("vendors.csv", VENDORS)
    put("vendors_2.csv", "id,name\n9,Vendor 9\n")
    rows = (f"{n},2026-05-{n:02},{n % 5 + 1},{n % 9 + 1},{n}\n" for n in range(1, 29))
    folder = put(
        "visits.csv", "visit_id,visited_on,site_id,vendor_id,hours\n" + "".join(rows)
    ).parent
    assert main(["import", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "3 tables: sites, vendors, visits" in said
    assert (
        "vendors.csv and sites.csv have the same columns and are two tables: the same 'id'" in said
    )
    assert "--same-columns one or apart" in said
    for options, names in (
        (["--same-columns", "one"], "2 tables: sites, visits"),
        (["--same-columns", "apart"], "4 tables: sites, vendors, vendors_2, visits"),
        (["--table", "places=sites.csv", "--table", "places=vendors*"], "2 tables: places, visits"),
        (["--table", "late=vendors_2.csv"], "4 tables: sites, vendors, late, visits"),
        (["--leave-out", "vendors*"], "2 tables: sites, visits"),
    ):
        assert main(["import", str(folder), *options]) == 0
        assert names in capsys.readouterr().out
    for options, why in (
        (["--table", "x=*.csv"], "visits.csv and sites.csv are both to be the table 'x'"),
        (["--table", "x=vendor.csv"], "Did you mean 'vendors.csv'?"),
        (["--table", "x"], "is no NAME=FILES"),
        (["--table", "work=visits.csv"], "'work' is no name for a table"),
        (["--table", "select=visits.csv"], "Call it select_rows"),
        (["--leave-out", "*"], "None of these is a table"),
    ):
        assert why in refused(folder, capsys, *options)


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("jan", "feb"), 1),
        (("export_1", "export_2"), 1),
        (("orders", "orders_north"), 1),
        (("2026-05 runs", "2026-06 runs"), 1),
        (("Q1", "Q2"), 1),
        (("sites", "vendors"), 2),
        (("site_list", "vendor_list"), 2),
    ],
)
def test_names_say_what_parts_of_one_table_are(
    put: Put, tmp_path: Path, names: tuple[str, str], count: int
) -> None:
    put(f"{names[0]}.csv", SITES)
    put(f"{names[1]}.csv", VENDORS)
    folder = put("visits.csv", "visited_on,site\n2026-05-01,1\n").parent
    assert len(tables_of(folder)) == count + 1


def test_files_of_other_names_are_one_table_where_no_key_says_otherwise(put: Put) -> None:
    put("berlin.csv", "day,stock\n2026-05-01,5\n2026-05-02,6\n")
    put("hamburg.csv", "day,stock\n2026-05-01,5\n2026-05-02,5\n")
    put("first.csv", "id,name,size\n1,a,1\n2,b,1\n3,c,1\n")
    folder = put("again.csv", "id,name,size\n2,b,1\n3,c,1\n4,d,2\n").parent
    assert len(tables_of(folder)) == 2
