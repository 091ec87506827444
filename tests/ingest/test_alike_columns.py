"""What a question means where two imported tables have columns that are alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.__main__ import main

CITIES = ("Köln", "Bonn", "Ulm")
CUSTOMERS = "customer_id,name,city\n" + "".join(f"{n},C{n},{CITIES[n % 3]}\n" for n in range(1, 31))
#: Each order has a city of its own, which is not the customer's.
ORDERS = "order_id,customer_id,ordered_at,city\n" + "".join(
    f"{1000 + n},{n % 30 + 1},2026-05-{n % 28 + 1:02} 10:00:00,{CITIES[n % 2]}\n" for n in range(90)
)


Ask = Callable[[dict[str, str], str], list[list[object]]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))

    def rows(files: dict[str, str], question: str) -> list[list[object]]:
        folder = tmp_path / "own"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text)
        assert main(["import", str(folder), "--yes"]) == 0
        capsys.readouterr()
        assert main(["ask", question, "--model", "own", "--json"]) == 0
        found: list[list[object]] = json.loads(capsys.readouterr().out)["rows"]
        return found

    return rows


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("how many orders in Bonn", sum(n % 2 == 1 for n in range(90))),
        ("how many orders in customer city Bonn", sum((n % 30 + 1) % 3 == 1 for n in range(90))),
    ],
)
def test_a_value_is_of_the_tables_own_column(question: str, count: int, ask: Ask) -> None:
    assert ask({"customers.csv": CUSTOMERS, "orders.csv": ORDERS}, question) == [[count]]


TANKS = "tank,maker,capacity [hl],rated power [kW]\n" + "".join(
    f"T{n},{('Alfa', 'GEA')[n % 2]},{n * 10},{n}\n" for n in range(1, 9)
)
BATCHES = "batch,tank,brewed_on,volume [hl]\n" + "".join(
    f"{n},T{n % 8 + 1},2026-05-{n % 28 + 1:02},{n}\n" for n in range(1, 91)
)


def test_of_two_amounts_in_a_unit_a_time_is_of_the_one_that_has_times(ask: Ask) -> None:
    files = {"tanks.csv": TANKS, "batches.csv": BATCHES}
    wanted = sum(n for n in range(1, 91) if n % 28 + 1 <= 7)
    assert ask(files, "how many hl from 1 May 2026 to 7 May 2026") == [[wanted]]


def test_a_rate_of_things_without_a_time_adds_up_over_them(ask: Ask) -> None:
    files = {"tanks.csv": TANKS, "batches.csv": BATCHES}
    found = ask(files, "rated power by maker")
    assert sorted((row[0], row[1]) for row in found) == [("Alfa", 20.0), ("GEA", 16.0)]
