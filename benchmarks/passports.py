"""What a turn pays for its passport: `python -m benchmarks.passports [TURNS]`.

Asks questions of the demo plant over a state folder of its own, and prints the median and the
worst time of writing the passport, by size of the answer.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from core.services import Services
from core.settings import Settings, load_settings

QUESTIONS = {
    "1 figure": "OEE yesterday",
    "12 rows": "Which pumps vibrated most last week?",
    "90 rows": "Daily OEE per plant in June",
    "200 records": "List the work orders of last month",
    "10,000 rows, cut": "hourly energy per asset in June",
}


def main(turns: int) -> None:
    plant = load_settings().data_dir / "demo" / "plant.duckdb"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "demo").mkdir()
        (Path(folder) / "demo" / plant.name).symlink_to(plant.resolve())
        services = Services.open(Settings(data_dir=Path(folder)))
        try:
            measure(services, turns)
        finally:
            services.close()


def measure(services: Services, turns: int) -> None:
    spent: list[float] = []
    book: Any = services._passbook
    keep = book.keep

    def timed(*arguments: Any) -> None:
        began = time.perf_counter()
        keep(*arguments)
        spent.append((time.perf_counter() - began) * 1000)

    book.keep = timed
    user = services.policy.user("admin")
    services.answer(QUESTIONS["1 figure"], user)
    print(f"{'answer':<20} {'median ms':>10} {'p95 ms':>8} {'worst ms':>9} {'turn ms':>8}")
    for name, question in QUESTIONS.items():
        spent.clear()
        took = []
        for _ in range(turns):
            took.append(services.answer(question, user).timings_ms["total"])
            book.settle()
        p95 = statistics.quantiles(spent, n=20)[-1]
        print(
            f"{name:<20} {statistics.median(spent):>10.1f} {p95:>8.1f} {max(spent):>9.1f} "
            f"{statistics.median(took):>8.0f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
