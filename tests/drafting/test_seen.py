"""What was seen of columns at drafting stands beside the model, as far as values may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.__main__ import main
from core.drafting.init import Wanted, init
from core.drafting.seen import SeenTable, read_seen, seen_file
from core.model_files import ModelFiles


def seen(shop: Path, folder: Path, *, has_samples: bool = True) -> dict[str, SeenTable]:
    files = ModelFiles(folder / "shipped", folder / "models")
    made = init(Wanted(str(shop), has_samples=has_samples), files, folder)
    text = seen_file(files.own, "shop").read_text("utf-8")
    assert text == made.drafted.seen
    return read_seen(text)


def test_counts_and_ranges_of_columns(shop: Path, tmp_path: Path) -> None:
    orders = seen(shop, tmp_path)["orders"]
    assert (orders.rows, orders.by_bound, orders.looked_at) == (3000, False, 3000)
    status, qty, at = (orders.columns[name] for name in ("status", "qty", "ordered_at"))
    assert (status.filled, status.distinct, status.first) == (3000, 3, None)
    assert set(status.examples) == {"NEW", "IN_PROGRESS", "SHIPPED"}
    assert (qty.distinct, qty.first, qty.last) == (8, 1, 8)
    assert str(at.first).startswith("2026-01-01 ")
    # Under the name that it has in the model.
    assert orders.columns["storagetemp_c"].distinct == 61


def test_values_that_may_not_be_kept_are_not(shop: Path, tmp_path: Path) -> None:
    tables = seen(shop, tmp_path)
    email = tables["orders"].columns["customer_email"]
    assert (email.distinct > 300, email.first, email.examples) == (True, None, ())
    assert tables["stores"].columns["employee_name"].examples == ()
    for table in seen(shop, tmp_path, has_samples=False).values():
        for column in table.columns.values():
            assert column.distinct
            assert (column.first, column.last, column.examples) == (None, None, ())


def test_the_command_says_what_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "jobs.csv"
    rows = [f"2026-01-{1 + k % 28:02},{k},,Hall 1" for k in range(60)]
    path.write_text("\n".join(["Day,Pieces,Note,Hall", *rows, ""]), "utf-8")
    assert main(["import", str(path), "--yes"]) == 0
    jobs = read_seen(seen_file(tmp_path / "data" / "models", "jobs").read_text("utf-8"))["jobs"]
    assert (jobs.rows, jobs.columns["pieces"].last, jobs.columns["hall"].distinct) == (60, 59, 1)
    store = tmp_path / "data" / "stores" / "jobs.duckdb"
    capsys.readouterr()
    said = ["model", "init", "--from", str(store), "--name", "again"]
    assert main(said) == 0
    told = capsys.readouterr().out
    assert "jobs: 60 rows, 4 columns. Always empty: note. Always the same: hall." in told
    assert main([*said, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["seen"]["jobs"]["columns"]
    assert (found["pieces"]["first"], found["pieces"]["last"]) == (0, 59)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"t": {"rows": 1}}', '{"t": 3}'])
def test_a_file_that_is_none_of_ours_says_nothing(text: str) -> None:
    assert read_seen(text) == {}
