"""How long control charts take, and how often they are wrong about a process that did not change.

    python -m benchmarks.control_rules [--readings N] [--seed S]

Prints the times over N readings (1,000,000 unless told otherwise), of searches for changes of level
over fewer; then what is marked in 1,000 readings of a process that stays the same: readings that
are independent, and readings each of which keeps half of the one before (their correlation with the
next is 0.5), both normally distributed, each judged by a baseline of its own.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from core.statistics.baseline import baseline
from core.statistics.change_points import levels
from core.statistics.cusum import cusum
from core.statistics.ewma import ewma
from core.statistics.readings import Readings
from core.statistics.rules import RULES
from core.statistics.runs import broken_rules

T = TypeVar("T")
_ROUNDS = 3
_KEPT = 0.5
_SEARCHED = (1_000, 5_000, 20_000)
_SERIES = (30, 100, 300)
_TRIES = 500


def timed(run: Callable[[], T]) -> tuple[T, float]:
    """What it returns, and the least of three times in milliseconds."""
    made, least = run(), float("inf")
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        made = run()
        least = min(least, time.perf_counter() - start)
    return made, least * 1_000


def independent(count: int, rng: np.random.Generator) -> Readings:
    return rng.normal(size=count)


def correlated(count: int, rng: np.random.Generator) -> Readings:
    """Each keeps half of the one before; what is older than 60 readings no longer counts."""
    weights = _KEPT ** np.arange(60)
    noise = rng.normal(size=count + weights.size - 1)
    return np.convolve(noise, weights, mode="valid") * np.sqrt(1 - _KEPT**2)


def times(readings: Readings, rng: np.random.Generator) -> None:
    """Prints the times."""
    print(f"| over {readings.size:,} readings | ms |\n|---|---:|")
    found, took = timed(lambda: baseline(readings))
    print(f"| baseline | {took:,.0f} |")
    for name, run in (
        ("all 12 rules", lambda: broken_rules(readings, found.usual)),
        ("CUSUM, both sums", lambda: cusum(readings, found.usual)),
        ("EWMA with its limits", lambda: ewma(readings, found.usual)),
    ):
        print(f"| {name} | {timed(run)[1]:,.0f} |")
    for count in _SEARCHED:
        few = independent(count, rng)
        print(f"| changes of level in {count:,} | {timed(lambda few=few: levels(few))[1]:,.0f} |")


def wrong_marks(series: dict[str, Readings]) -> None:
    """Prints what is marked of a process that stays the same."""
    print(f"\n| marked in 1,000 readings | {' | '.join(series)} |\n|---|---:|---:|")
    judged = [(readings, baseline(readings).usual) for readings in series.values()]
    broken = [broken_rules(*one) for one in judged]
    for row, rule in enumerate(RULES.values()):
        shares = [1_000 * float(np.mean(found.sides[row] != 0)) for found in broken]
        print(f"| {rule.title}: {rule.name} | {' | '.join(f'{share:.2f}' for share in shares)} |")
    for name, counts in (
        ("any Western Electric rule", [found.sides[:4].any(axis=0).mean() for found in broken]),
        ("any Nelson rule", [found.sides[4:].any(axis=0).mean() for found in broken]),
        ("any rule of both", [found.sides.any(axis=0).mean() for found in broken]),
        ("CUSUM, signals", [len(cusum(*one).signals) / one[0].size for one in judged]),
        ("EWMA, beyond its limits", [np.mean(ewma(*one).sides != 0) for one in judged]),
    ):
        print(f"| {name} | {' | '.join(f'{1_000 * count:.2f}' for count in counts)} |")


def wrong_changes(rng: np.random.Generator) -> None:
    """Prints how many series that stay the same are told to have changed."""
    print("\n| series told to have changed its level | independent | correlated |\n|---|---:|---:|")
    for count in _SERIES:
        shares = [
            np.mean([bool(levels(draw(count, rng)).changes) for _ in range(_TRIES)])
            for draw in (independent, correlated)
        ]
        print(f"| {count} readings | {' | '.join(f'{share:.1%}' for share in shares)} |")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.control_rules")
    parser.add_argument("--readings", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args(arguments)
    rng = np.random.default_rng(told.seed)
    series = {
        "independent": independent(told.readings, rng),
        "correlated": correlated(told.readings, rng),
    }
    times(series["independent"], rng)
    wrong_marks(series)
    wrong_changes(rng)
    return 0


if __name__ == "__main__":
    sys.exit(main())
