"""The benchmark from data of one's own to a first right answer tells right from wrong. The commands
themselves are the benchmark's own; `test_databases.py` and `test_import_command.py` test them."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import drafting


def test_both_ways_are_held_against_the_same_figures(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def run(command: Sequence[str], _data: Path) -> Any:
        asked.append(list(command))
        if command[0] != "ask":
            return {}
        if "shop" in command:
            with sqlite3.connect(tmp_path / "shop.db") as db:
                rows = db.execute(drafting._BY_HAND).fetchall()
            return {"status": "answered", "rows": [list(row) for row in rows]}
        sums: dict[str, float] = {}
        for path in sorted((tmp_path / "exports").glob("*.csv")):
            with path.open(newline="") as file:
                for row in csv.DictReader(file, delimiter=";"):
                    if row["Ordered at"].startswith("2026-02"):
                        amount = float(row["Net amount [EUR]"].replace(",", "."))
                        sums[row["City"]] = sums.get(row["City"], 0.0) + amount
        return {"status": "answered", "rows": [[city, sum_] for city, sum_ in sums.items()]}

    found = drafting.ways(tmp_path, 900, run)
    assert [(way.name, way.is_right, way.rows) for way in found] == [
        ("database", True, 900),
        ("files", True, 900),
    ]
    assert [command[0] for command in asked] == ["model", "ask", "import", "ask"]
    assert all(way.seconds >= way.steps[0].seconds > 0 for way in found)


def test_an_answer_that_is_not_the_same_is_told(tmp_path: Path) -> None:
    def run(_command: Sequence[str], _data: Path) -> Any:
        return {"status": "answered", "rows": [["Linz", 1.0]]}

    assert not any(way.is_right for way in drafting.ways(tmp_path, 100, run))
