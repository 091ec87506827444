"""How much the guard refuses, what it lets slip, and how long it takes.

    python -m benchmarks.guard [--queries N] [--seconds S] [--json FILE]

Prints the attack statements by family with those accepted or leaking, N random queries compared
with a copy of one site and with a copy that differs in what is masked, the time of governing a
statement of thirty lines and more (tests/sql/governance/long.sql) and of short ones, and how many
one core governs in a second. Ends with 1 when there is a leak or a target is missed.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.errors import GembaError
from core.governance.govern import govern, inspect
from tests.governance import attacks, fixtures, mill
from tests.governance.differential import Differential
from tests.governance.queries import Queries
from tests.governance.worlds import ROLES, Worlds, viewer

# SECURITY.md, Targets; issue 3 for the time of a statement of thirty lines.
SHORT_A_SECOND = 1_000
LONG_A_SECOND = 300
LONG_P95_MS = 8.0
SHORT = (
    "SELECT machine, SUM(units) AS n FROM readings WHERE day = '2026-03-30' GROUP BY machine",
    "SELECT AVG(heat) AS h FROM readings WHERE machine = 'N-1' AND quality = 'GOOD'",
    "SELECT class, MAX(heat) AS h FROM readings GROUP BY class ORDER BY h DESC LIMIT 5",
    "SELECT COUNT(*) AS n FROM orders WHERE hours > 2",
)
_ROUNDS = 400


def count_refused(family: attacks.Family) -> int:
    """Statements of a family that governance accepts, though it must refuse them."""
    return sum(
        inspect(sql, mill.ADMIN, mill.POLICY, mill.MODEL).governed is not None
        for sql in family.statements
    )


def count_leaks(family: attacks.Family, worlds: Worlds) -> tuple[int, int]:
    """Runs in the real engine, over all masked roles, and how many show what they must not."""
    runs = leaks = 0
    for sql in family.statements:
        for role in ROLES:
            user = viewer(role, worlds.own)
            governed = inspect(sql, user, mill.POLICY, mill.MODEL).governed
            if governed is not None:
                runs += 1
                complaint = worlds.complaint(sql, governed, role)
                if complaint:
                    leaks += 1
                    print(complaint)
    return runs, leaks


def attack_all() -> dict[str, Any]:
    """Every family once."""
    report: dict[str, Any] = {}
    print(f"{'family':<34} {'kind':<14} {'statements':>10} {'runs':>6} {'bypasses':>8}")
    with tempfile.TemporaryDirectory() as folder:
        worlds = Worlds(Path(folder))
        for family in attacks.families():
            if family.kind == "must-refuse":
                runs = passed = count_refused(family)
            else:
                runs, passed = count_leaks(family, worlds)
            size = len(family.statements)
            report[family.name] = {"statements": size, "runs": runs, "bypasses": passed}
            print(f"{family.name:<34} {family.kind:<14} {size:>10} {runs:>6} {passed:>8}")
        worlds.close()
    total = sum(f["bypasses"] for f in report.values())
    print(f"{attacks.count()} distinct attack statements, {total} bypasses")
    return {"families": report, "distinct": attacks.count(), "bypasses": total}


def compare(queries: int) -> dict[str, int]:
    """Random legitimate queries; a leak is a difference that the asker could see."""
    leaks = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        copies = Differential(Path(folder))
        for seed in range(queries):
            try:
                complaint = copies.complaint(seed)
            except GembaError as error:
                failed += 1
                print(f"seed {seed}: {error}")
                continue
            if complaint:
                leaks += 1
                print(f"seed {seed}: {complaint}")
        copies.close()
    print(f"{queries} random queries: {leaks} leaks, {failed} not run")
    return {"queries": queries, "leaks": leaks, "failed": failed}


def quantile(values: Sequence[float], share: float) -> float:
    """The value at a share 0..1, nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def time_each(texts: Sequence[str], rounds: int) -> list[float]:
    """Milliseconds of CPU time of each governing, each text `rounds` times."""
    times = []
    for _ in range(rounds):
        for sql in texts:
            started = time.process_time()
            govern(sql, mill.NORTH, mill.POLICY, mill.MODEL)
            times.append((time.process_time() - started) * 1000)
    return times


def a_second(texts: Sequence[str], seconds: float) -> float:
    """Statements governed in a second of one core's CPU time."""
    done = 0
    started = time.process_time()
    while time.process_time() - started < seconds:
        for sql in texts:
            govern(sql, mill.NORTH, mill.POLICY, mill.MODEL)
        done += len(texts)
    return done / (time.process_time() - started)


def measure(seconds: float) -> dict[str, float]:
    long = [case.sql for case in fixtures.read("long.sql")]
    short = [*SHORT, *(Queries(seed).query() for seed in range(40))]
    for sql in (*long, *short):
        govern(sql, mill.NORTH, mill.POLICY, mill.MODEL)
    found: dict[str, float] = {}
    for name, texts in (("short", list(SHORT)), ("random", short), ("long", long)):
        times = time_each(texts, max(1, _ROUNDS // len(texts)))
        found |= {f"{name}_p50_ms": quantile(times, 0.5), f"{name}_p95_ms": quantile(times, 0.95)}
        found[f"{name}_a_second"] = a_second(texts, seconds)
        lines = sum(sql.count("\n") + 1 for sql in texts) / len(texts)
        print(
            f"{name:<7} {len(texts):>3} texts of {lines:4.1f} lines: p50 "
            f"{found[f'{name}_p50_ms']:.2f} ms, p95 {found[f'{name}_p95_ms']:.2f} ms, "
            f"{found[f'{name}_a_second']:.0f} a second a core"
        )
    return found


def missed(report: dict[str, Any]) -> list[str]:
    """Targets that were not met, in words."""
    speed = report["speed"]
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("no bypass", lambda: report["attacks"]["bypasses"] == 0),
        ("no leak", lambda: report["random"]["leaks"] + report["random"]["failed"] == 0),
        ("long p95", lambda: speed["long_p95_ms"] <= LONG_P95_MS),
        ("short a second", lambda: speed["short_a_second"] >= SHORT_A_SECOND),
        ("long a second", lambda: speed["long_a_second"] >= LONG_A_SECOND),
    )
    return [name for name, holds in checks if not holds()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--queries", type=int, default=10_000, help="random queries to compare")
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU time of each throughput")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    report: dict[str, Any] = {"speed": measure(options.seconds)}
    report["attacks"] = attack_all()
    report["random"] = compare(options.queries)
    if options.json is not None:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    for name in missed(report):
        print(f"MISSED: {name}")
    return 1 if missed(report) else 0


if __name__ == "__main__":
    sys.exit(main())
