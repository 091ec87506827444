"""Columns of two imported tables that have the same name, and the values in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.__main__ import main

CITIES = ("Köln", "Bonn", "Ulm")
CUSTOMERS = "customer_id,name,city\n" + "".join(f"{n},C{n},{CITIES[n % 3]}\n" for n in range(1, 31))
#: Each order has a city of its own, which is not the customer's.
ORDERS = "order_id,customer_id,ordered_at,city\n" + "".join(
    f"{1000 + n},{n % 30 + 1},2026-05-{n % 28 + 1:02} 10:00:00,{CITIES[n % 2]}\n" for n in range(90)
)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("how many orders in Bonn", sum(n % 2 == 1 for n in range(90))),
        ("how many orders in customer city Bonn", sum((n % 30 + 1) % 3 == 1 for n in range(90))),
    ],
)
def test_a_value_is_of_the_tables_own_column(
    question: str,
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "customers.csv").write_text(CUSTOMERS)
    (folder / "orders.csv").write_text(ORDERS)
    assert main(["import", str(folder), "--yes"]) == 0
    capsys.readouterr()
    assert main(["ask", question, "--model", "shop", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [[count]]
