"""Drafting again shows what changed and keeps what people wrote; drafts are put in force whole,
under a number, with a way back; a language model only proposes."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from core.__main__ import main
from core.drafting import draft_store
from core.drafting.difference import difference
from core.drafting.init import Made, Wanted, init
from core.drafting.natures import natures_of
from core.drafting.sampling import sampled
from core.drafting.shelf import Shelf
from core.drafting.sources import open_source, parse_where
from core.drafting.words import is_plain, label_of, plain_name, table_label, unit_of
from core.errors import Unavailable, UserFixable
from core.generation.port import ModelTrouble
from core.model_files import ModelFiles
from core.semantic.load import check_model, load_model
from core.types import User
from tests.fakes.model import FakeModel

ANNA = User("anna", "admin", (), "plant")


def files_in(folder: Path) -> ModelFiles:
    return ModelFiles(folder / "shipped", folder / "models")


def draft(url: str, folder: Path, model: FakeModel | None = None, **more: Any) -> Made:
    return init(Wanted(url, **more), files_in(folder), folder, model)


METRICS = """\
metrics:
  per_order:
    label: Amount per order
    table: orders
    expression: SUM(net_amount_eur) / NULLIF(COUNT(*), 0)
  per_discount:
    label: Amount per discount
    table: orders
    expression: SUM(net_amount_eur) / NULLIF(SUM(discount_pct), 0)"""


@pytest.fixture
def old(shop: Path, tmp_path: Path) -> Path:
    """The shop, to be changed."""
    return Path(shutil.copy(shop, tmp_path / "shop.db"))


def edited(file: Path, *changes: tuple[str, str]) -> str:
    text = file.read_text("utf-8")
    for was, becomes in changes:
        assert text.count(was) >= 1, was
        text = text.replace(was, becomes, 1)
    file.write_text(text, "utf-8")
    return text


def test_nothing_changed_is_no_difference(old: Path, tmp_path: Path) -> None:
    first = draft(str(old), tmp_path)
    again = draft(str(old), tmp_path)
    assert first.difference is None
    assert again.difference is not None
    assert not again.difference
    assert again.drafted.text == first.drafted.text


def test_what_people_wrote_is_kept(old: Path, tmp_path: Path) -> None:
    made = draft(str(old), tmp_path)
    edited(
        made.file,
        ("label: Quantity\n        drafted: true", "label: Pieces  # as the tills say"),
        ("metrics:", METRICS),
    )  # fmt: skip
    with sqlite3.connect(old) as db:
        db.execute("ALTER TABLE orders ADD COLUMN returned_qty INTEGER DEFAULT 0")
        db.execute("ALTER TABLE orders DROP COLUMN discount_pct")
        db.execute("CREATE TABLE visits (at TEXT, store_id INTEGER, visits INTEGER)")
        rows = [(f"2026-01-{d:02} 08:00:00", d % 12 + 1, d) for d in range(1, 29)]
        db.executemany("INSERT INTO visits VALUES (?, ?, ?)", rows)
    again = draft(str(old), tmp_path)
    assert check_model(again.file) == ()
    assert again.difference is not None
    assert set(again.difference.added) >= {
        "column orders.returned_qty", "table visits", "column visits.store_id",
        "relation visits - stores (store_id)",
    }  # fmt: skip
    assert set(again.difference.gone) == {"column orders.discount_pct", "metric per_discount"}
    text = again.drafted.text
    assert "label: Pieces  # as the tills say" in text
    model = load_model(again.file)
    assert not model.tables["orders"].columns["qty"].drafted
    assert model.tables["orders"].columns["returned_qty"].drafted
    assert set(model.metrics) == {"per_order", "is_gift_share"}
    assert "discount_pct" not in model.tables["orders"].default_fields


def test_another_type_is_said_and_taken_over(old: Path, tmp_path: Path) -> None:
    draft(str(old), tmp_path)
    with sqlite3.connect(old) as db:
        db.execute("UPDATE orders SET status = CASE status WHEN 'NEW' THEN 1 ELSE 2 END")
        db.execute("ALTER TABLE orders RENAME COLUMN status TO s")
        db.execute("ALTER TABLE orders ADD COLUMN status INTEGER")
        db.execute("UPDATE orders SET status = s")
        db.execute("ALTER TABLE orders DROP COLUMN s")
    again = draft(str(old), tmp_path)
    assert check_model(again.file) == ()
    assert again.difference is not None
    assert any(c.startswith("column orders.status: ") and "type" in c
               for c in again.difference.changed)  # fmt: skip


def test_a_scope_that_is_gone_is_never_dropped_in_silence(old: Path, tmp_path: Path) -> None:
    made = draft(str(old), tmp_path)
    edited(made.file, ("scope:\n    time", "scope: status\n    time"))
    with sqlite3.connect(old) as db:
        db.execute("ALTER TABLE orders DROP COLUMN status")
    before = made.file.read_text("utf-8")
    with pytest.raises(UserFixable, match="'status', which decides who may see a row, is gone"):
        draft(str(old), tmp_path)
    assert made.file.read_text("utf-8") == before


def test_a_name_that_ships_is_taken(old: Path, tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.shipped.mkdir()
    (files.shipped / "shop.yaml").write_text("label: x", "utf-8")
    with pytest.raises(UserFixable, match="ships with Gemba"):
        draft(str(old), tmp_path)
    assert draft(str(old), tmp_path, name="shop2").file.name == "shop2.yaml"


# -- what a language model proposes ----------------------------------------------------------------


def reply(*columns: tuple[str, str, list[str]]) -> str:
    return json.dumps(
        {"columns": [{"name": n, "description": d, "synonyms": s} for n, d, s in columns]}
    )


def test_a_models_words_are_proposals_and_no_value_is_sent(old: Path, tmp_path: Path) -> None:
    model = FakeModel(
        narrate=reply(
            ("qty", "How many pieces were sold.", ["pieces", "net amount", "<script>", "x" * 99]),
            ("nobody", "There is none.", ["no"]),
            ("net_amount_eur", "Amount\nwithout tax.", ["pieces", "turnover"]),
        )
    )
    made = draft(str(old), tmp_path, model)
    columns = load_model(made.file).tables["orders"].columns
    proposed = columns["qty"].proposed
    assert proposed is not None
    assert (proposed.description, proposed.synonyms) == ("How many pieces were sold.", ("pieces",))
    assert columns["qty"].synonyms == ("qty",)
    other = columns["net_amount_eur"].proposed
    assert other is not None
    assert (other.description, "turnover" in other.synonyms) == ("Amount without tax.", True)
    sent = "".join(request.text for request in model.asked)
    assert "storagetemp_c" in sent
    for secret in ("IN_PROGRESS", "example.org", "Manager", "Berlin"):
        assert secret not in sent
    assert all(request.constraint is not None for request in model.asked)


@pytest.mark.parametrize(
    "said", ["", "{", '{"columns": 3}', '{"columns": [1, null, {"name": []}]}', "[" * 9_000]
)
def test_a_reply_that_is_none_changes_nothing(said: str, old: Path, tmp_path: Path) -> None:
    plain = draft(str(old), tmp_path / "a").drafted.text
    assert draft(str(old), tmp_path / "b", FakeModel(narrate=said)).drafted.text == plain


def test_a_model_server_that_is_down_is_a_note(old: Path, tmp_path: Path) -> None:
    model = FakeModel(narrate=ModelTrouble("It is away.", kind="down"))
    made = draft(str(old), tmp_path, model)
    assert check_model(made.file) == ()
    assert made.drafted.notes[-1] == "The language model proposed nothing more: It is away."


# -- drafts, versions and what is in force ---------------------------------------------------------


@pytest.fixture
def log() -> list[tuple[str, dict[str, Any]]]:
    return []


@pytest.fixture
def shelf(old: Path, tmp_path: Path, log: list[tuple[str, dict[str, Any]]]) -> Shelf:
    draft(str(old), tmp_path)
    return Shelf(files_in(tmp_path), lambda kind, **body: log.append((kind, body)))


def test_publishing_is_audited_numbered_and_taken_back(
    shelf: Shelf, log: list[tuple[str, dict[str, Any]]]
) -> None:
    first = shelf.text("shop", of_draft=True)
    assert shelf.files.names() == ()
    assert shelf.publish("shop", ANNA).number == 1
    assert shelf.text("shop", of_draft=False) == first
    assert shelf.drafts() == ()
    shelf.save_draft("shop", first.replace("label: Shop", "label: Store"), ANNA)
    assert shelf.publish("shop", ANNA).number == 2
    back = shelf.roll_back("shop", 1, ANNA)
    assert (back.number, back.back_to) == (3, 1)
    assert shelf.text("shop", of_draft=False) == first
    assert [v.number for v in shelf.versions("shop")] == [3, 2, 1]
    published = [body for kind, body in log if kind == "model_publish"]
    assert [(b["user"], b["version"]) for b in published] == [("anna", n) for n in (1, 2, 3)]
    with pytest.raises(UserFixable, match="no version 9"):
        shelf.roll_back("shop", 9, ANNA)


def test_a_draft_with_problems_is_kept_and_not_published(shelf: Shelf) -> None:
    broken = shelf.text("shop", of_draft=True).replace("type: double", "type: dobule", 1)
    shelf.save_draft("shop", broken, ANNA)
    with pytest.raises(UserFixable, match=r"cannot be put in force: shop\.yaml:\d+:"):
        shelf.publish("shop", ANNA)
    assert shelf.text("shop", of_draft=True) == broken
    assert shelf.files.names() == ()


def test_what_cannot_be_audited_is_not_put_in_force(shelf: Shelf) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unavailable("The audit log is away.")

    deaf = Shelf(shelf.files, refuse)
    with pytest.raises(Unavailable):
        deaf.publish("shop", ANNA)
    assert shelf.files.names() == ()
    assert shelf.drafts() == ("shop",)


def test_two_editors_do_not_write_over_each_other(shelf: Shelf) -> None:
    seen = shelf.text("shop", of_draft=True)
    shelf.save_draft("shop", seen + "# one\n", ANNA, expected=seen)
    with pytest.raises(UserFixable, match="Somebody else changed this draft"):
        shelf.save_draft("shop", seen + "# two\n", ANNA, expected=seen)
    assert shelf.text("shop", of_draft=True).endswith("# one\n")


def test_publishing_at_once_from_many_threads_gives_each_its_number(shelf: Shelf) -> None:
    shelf.publish("shop", ANNA)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(shelf.roll_back("shop", 1, ANNA).number))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [2, 3, 4, 5, 6, 7]


def test_a_difference_names_each_thing(shelf: Shelf) -> None:
    text = shelf.text("shop", of_draft=True)
    changed = text.replace("label: Quantity", "label: Pieces", 1).replace("label: Shop", "label: S")
    found = difference(text, changed)
    assert found.changed == ("column orders.qty: label", "model: label")
    assert (found.added, found.gone) == ((), ())


# -- one store, and the command --------------------------------------------------------------------


def test_a_store_that_was_just_loaded_is_drafted(old: Path, tmp_path: Path) -> None:
    made = draft(str(old), tmp_path)
    store = tmp_path / "stores" / "shop.duckdb"
    drafted = draft_store(store, "corner")
    model = tmp_path / "corner.yaml"
    model.write_text(drafted.text, "utf-8")
    assert check_model(model) == ()
    assert load_model(model).store == "stores/shop.duckdb"
    assert drafted.notes
    assert made.drafted.name == "shop"


def test_the_command_drafts_publishes_and_answers(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    monkeypatch.setenv("GEMBA_DATA_DIR", str(folder))
    monkeypatch.setenv("GEMBA_MODEL", "shop")
    assert main(["model", "init", "--from", f"sqlite:///{old}", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["model"], told["published"]) == ("shop", None)
    assert told["copied_rows"] == {"orders": 3000, "products": 30, "stores": 12}
    assert main(["model", "publish", "shop", "--as", "nobody"]) != 0
    assert main(["model", "publish", "shop"]) == 0
    assert "in force as version 1" in capsys.readouterr().out
    assert main(["ask", "Net amount in January by status", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "answered"
    assert answer["notes"] == [
        "Drafted from the data and confirmed by nobody yet: Net amount, Status."
    ]
    with sqlite3.connect(old) as db:
        expected = db.execute(
            "SELECT status, ROUND(SUM(net_amount_eur), 2) FROM orders WHERE ordered_at < '2026-02' "
            "GROUP BY 1 ORDER BY 2 DESC"
        ).fetchall()
    rows = [(r[0], round(r[1], 2)) for r in answer["rows"]]
    assert rows == expected
    assert main(["ask", "How many stores per city", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["row_count"] == 4  # of a table without times
    assert main(["model", "init"]) == 2
    assert "--from sqlite:///data.db" in capsys.readouterr().err


def test_the_command_says_what_a_changed_schema_changes(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    command = ["model", "init", "--from", f"sqlite:///{old}"]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["difference"] is None
    assert main(command) == 0
    assert "Nothing changed." in capsys.readouterr().out.splitlines()
    with sqlite3.connect(old) as db:
        db.execute("ALTER TABLE orders ADD COLUMN returned_qty INTEGER DEFAULT 0")
        db.execute("ALTER TABLE orders DROP COLUMN discount_pct")
        db.execute("ALTER TABLE orders DROP COLUMN qty")
        db.execute("ALTER TABLE orders ADD COLUMN qty REAL DEFAULT 1.5")
    assert main(command) == 0
    said = capsys.readouterr().out.splitlines()
    assert "+ column orders.returned_qty" in said
    assert "- column orders.discount_pct" in said
    (changed,) = [line for line in said if line.startswith("~ column orders.qty: ")]
    assert "type" in changed
    assert "Nothing changed." not in said
    with sqlite3.connect(old) as db:
        db.execute("ALTER TABLE orders DROP COLUMN returned_qty")
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["difference"]
    assert "column orders.returned_qty" in found["gone"]
    assert set(found) == {"added", "gone", "changed"}


# -- names, units and natures ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("temp_c", "Cel"), ("pressure_bar", "bar"), ("Druck [bar]", "bar"), ("T [°C]", "Cel"),
        ("vibration_mm_s", "mm/s"), ("energy_kwh", "kW.h"), ("flow_m3_h", "m3/h"),
        ("discount_pct", "%"), ("speed_rpm", "/min"), ("price_eur", "EUR"), ("run_min", "min"),
        ("grade_c", None), ("vitamin_c", None), ("name", None), ("motorTempC", "Cel"),
        ("x (Anzahl)", None),
    ],
)  # fmt: skip
def test_units_come_from_names(name: str, unit: str | None) -> None:
    assert unit_of(name) == unit


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Größe (mm)", "groesse_mm"), ("order", "order_value"), ("2nd", "c_2nd"),
        ("Đơn giá", "don_gia"),
        ("a-b c", "a_b_c"), ("温度", "field"), ("x" * 99, "x" * 56),
        ("; DROP TABLE t", "drop_table_t"),
    ],
)  # fmt: skip
def test_names_that_no_model_can_have_get_others(name: str, plain: str) -> None:
    assert not is_plain(name)
    assert plain_name(name) == plain
    assert is_plain(plain)
    assert plain_name(name, [plain.upper()]) == f"{plain}_2"


def test_labels_are_said_as_people_say_them() -> None:
    assert label_of("temp_c") == "Temperature"
    assert (table_label("press"), table_label("press_log")) == ("Press", "Pressure log")
    assert label_of("orderQty") == "Order quantity"
    assert label_of("store_id", is_key=True) == "Store"
    assert label_of("is_gift", is_flag=True) == "Gift"


def test_a_rate_is_not_summed(tmp_path: Path) -> None:
    names = {
        "scrap_rate": False, "cost_per_unit": False, "avg_cost": False, "unit_price": False,
        "energy_kwh": True, "power_kw": False, "count": True, "total_amount": True,
        "humidity": False, "margin_pct": False, "revenue": True, "duration_s": True, "age": False,
        "score": False, "strange": False, "kosten": True, "temperatur": False,
    }  # fmt: skip
    with sqlite3.connect(tmp_path / "x.db") as db:
        db.execute(f"CREATE TABLE t ({', '.join(f'{n} REAL' for n in names)})")
        db.execute(f"INSERT INTO t VALUES ({', '.join('1.5' for _ in names)})")
    with open_source(parse_where(str(tmp_path / "x.db"))) as source:
        natures = natures_of(sampled(source, source.tables()[0]))
    assert {n: natures[n].adds for n in names} == names
    assert not natures["strange"].is_sure
    assert not natures["age"].adds


def test_the_words_of_drafting_are_a_plain_file() -> None:
    from core.drafting import words

    read = yaml.safe_load(words._FILE.read_text("utf-8"))
    assert all(isinstance(w, str) for key in ("sums", "means", "personal") for w in read[key])


@pytest.mark.parametrize(
    ("language", "copied", "confirm", "done"),
    [
        (
            "de",
            "1 Zeilen von t kopiert.",
            "t: Nichts sagt, ob sich diese summieren",
            "words ist in Kraft: python -m core",
        ),
        (
            "vi",
            "Đã sao chép 1 dòng của t.",
            "t: không rõ các cột này",
            "words đã có hiệu lực: python -m",
        ),
    ],
)
def test_the_command_line_drafts_in_the_language_that_was_asked_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    copied: str,
    confirm: str,
    done: str,
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    with duckdb.connect(str(tmp_path / "words.duckdb")) as db:
        db.execute("CREATE TABLE t AS SELECT DATE '2026-01-01' AS d, 1.5 AS x")
    url = f"duckdb:///{tmp_path / 'words.duckdb'}"
    command = ["model", "init", "--from", url, "--publish", "--language", language]
    assert main(command) == 0
    said = capsys.readouterr().out
    for text in (copied, confirm, done):
        assert text in said
    assert main([*command, "--tables", "u"]) == 2
    assert "no table" not in capsys.readouterr().err


def published(shop: Path, folder: Path) -> Path:
    """The store of a shop whose model is in force."""
    assert main(["model", "init", "shop", "--from", f"sqlite:///{shop}", "--publish"]) == 0
    return folder / "stores" / "shop.duckdb"


def dropped(shop: Path, table: str, column: str) -> None:
    with sqlite3.connect(shop) as database:
        database.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def test_a_model_in_force_goes_on_where_its_column_is_gone(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path))
    store = published(old, tmp_path)
    draft = tmp_path / "models" / "drafts" / "shop.yaml"
    was = store.read_bytes(), draft.read_text("utf-8") if draft.is_file() else None
    with duckdb.connect(str(store), read_only=True) as rows:
        before = rows.execute("SELECT COUNT(*) FROM orders").fetchone()
    dropped(old, "orders", "discount_pct")
    capsys.readouterr()
    assert main(["model", "init", "shop", "--from", f"sqlite:///{old}"]) != 0
    said = capsys.readouterr().err
    assert "'orders.discount_pct'" in said
    assert "Nothing was changed." in said
    assert (store.read_bytes(), draft.read_text("utf-8") if draft.is_file() else None) == was
    assert not list(store.parent.glob(".*.half*"))
    with duckdb.connect(str(store), read_only=True) as rows:
        assert rows.execute("SELECT COUNT(*) FROM orders").fetchone() == before


def test_copied_rows_are_held_to_the_checks_of_the_model_in_force(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path))
    store = published(old, tmp_path)
    own = tmp_path / "models" / "shop.yaml"
    tree = yaml.safe_load(own.read_text("utf-8"))
    tree["tables"]["orders"]["checks"] = {"volume": {"min_rows": 10_000_000}}
    own.write_text(yaml.safe_dump(tree, sort_keys=False), "utf-8")
    was = store.read_bytes()
    capsys.readouterr()
    assert main(["model", "init", "shop", "--from", f"sqlite:///{old}"]) != 0
    assert "Held back" in capsys.readouterr().err
    assert store.read_bytes() == was
