"""How long it takes from data of one's own to a first answer that is right.

    python -m benchmarks.drafting [--rows N]

Makes a database (orders of customers in cities) and a folder of files, then does with the command
line what somebody does who sees Gemba for the first time, each command in a process of its own:

    database   `model init --from sqlite:///... --publish`, then `ask`
    files      `import FOLDER --yes`, then `ask`

Every answer is held against SQL written by hand over the data as they were made; one that is not
the same ends the benchmark. The bar: a first right answer within a minute of the first command.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

#: Runs a command of `python -m core` over a data folder; gives what it wrote as JSON.
Run = Callable[[Sequence[str], Path], Any]

CITIES: Final = ("Berlin", "Graz", "Linz", "Wien")
_FILES: Final = 4
_QUESTION: Final = "net amount by city in February"
_BY_HAND: Final = (
    "SELECT city, SUM(net_amount_eur) FROM orders JOIN customers USING (customer_id) "
    "WHERE ordered_at >= '2026-02-01' AND ordered_at < '2026-03-01' GROUP BY city"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One command. what: in a word; seconds: of wall clock, its start included."""

    what: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a first answer. rows: that were brought; is_right: as by hand."""

    name: str
    rows: int
    steps: tuple[Step, ...]
    is_right: bool

    @property
    def seconds(self) -> float:
        """From the first command to the answer."""
        return sum(step.seconds for step in self.steps)


def make(folder: Path, rows: int) -> dict[str, float]:
    """`shop.db` and, of the same orders, the files in `exports/`; gives the figures by hand."""
    dice = random.Random(7)
    customers = [(k, f"Company {k}", CITIES[k % len(CITIES)]) for k in range(1, 201)]
    orders = []
    for k in range(rows):
        day = k * 90 // rows
        month, day = (1, day + 1) if day < 31 else (2, day - 30) if day < 59 else (3, day - 58)
        moment = f"2026-{month:02}-{day:02} {dice.randrange(8, 20):02}:{dice.randrange(60):02}:00"
        cents = dice.randrange(500, 90_000)
        orders.append((k + 1, moment, 1 + dice.randrange(200), 1 + dice.randrange(9), cents / 100))
    with sqlite3.connect(folder / "shop.db") as db:
        db.execute(
            "CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, company TEXT, city TEXT)"
        )
        db.execute(
            "CREATE TABLE orders (order_id INTEGER PRIMARY KEY, ordered_at TEXT, customer_id "
            "INTEGER REFERENCES customers, qty INTEGER, net_amount_eur REAL)"
        )
        db.executemany("INSERT INTO customers VALUES (?, ?, ?)", customers)
        db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", orders)
        by_hand = {str(city): float(amount) for city, amount in db.execute(_BY_HAND)}
    db.close()
    city = {number: name for number, _, name in customers}
    (folder / "exports").mkdir()
    for part in range(_FILES):
        with (folder / "exports" / f"part{part + 1}.csv").open("w", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["Order no", "Ordered at", "City", "Qty", "Net amount [EUR]"])
            for number, moment, customer, qty, amount in orders[part::_FILES]:
                comma = f"{amount:.2f}".replace(".", ",")
                writer.writerow([number, moment, city[customer], qty, comma])
    return by_hand


def ways(folder: Path, rows: int, run: Run) -> tuple[Way, ...]:
    """Both ways, over data that are made in the folder."""
    by_hand = make(folder, rows)
    data = folder / "data"
    commands = {
        "database": (
            "drafted",
            ["model", "init", "--from", f"sqlite:///{folder / 'shop.db'}", "--publish", "--json"],
            "shop",
        ),
        "files": (
            "imported",
            ["import", str(folder / "exports"), "--name", "sales", "--yes", "--json"],
            "sales",
        ),
    }
    return tuple(
        _way(name, what, command, model, by_hand, rows, data, run)
        for name, (what, command, model) in commands.items()
    )


def _way(
    name: str, what: str, command: list[str], model: str, by_hand: dict[str, float], rows: int,
    data: Path, run: Run,
) -> Way:  # fmt: skip
    began = time.perf_counter()
    run(command, data)
    ready = time.perf_counter()
    answer = run(["ask", _QUESTION, "--model", model, "--json"], data)
    done = time.perf_counter()
    steps = (Step(what, ready - began), Step("answered", done - ready))
    return Way(name, rows, steps, _figures(answer) == _rounded(by_hand))


def _figures(answer: Any) -> dict[str, float]:
    """City -> amount of an answer; empty where it is none."""
    if answer.get("status") != "answered":
        return {}
    return _rounded({str(row[0]): float(row[1]) for row in answer["rows"]})


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(figure, 2) for name, figure in figures.items()}


def in_a_process(command: Sequence[str], data: Path) -> Any:
    """The command as somebody types it."""
    env = {**os.environ, "GEMBA_DATA_DIR": str(data)}
    done = subprocess.run(
        [sys.executable, "-m", "core", *command], env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return json.loads(done.stdout)


def main() -> None:
    """Both ways, and what docs/drafting.md says of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = ways(Path(folder), arguments.rows, in_a_process)
    print("| from | rows | brought | first question | in all |\n|---|---|---|---|---|")
    for way in found:
        steps = " | ".join(f"{step.what} in {step.seconds:.0f} s" for step in way.steps)
        print(f"| {way.name} | {way.rows:,} | {steps} | {way.seconds:.0f} s |")
    print(f"load (1 min) {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    wrong = [way.name for way in found if not way.is_right]
    if wrong:
        raise SystemExit(f"Not the figures by hand: {', '.join(wrong)}.")


if __name__ == "__main__":
    main()
