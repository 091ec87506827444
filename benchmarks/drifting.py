"""How many assets of the demo plant are told to drift: those that do, and those that do not.

    python -m benchmarks.drifting

Asks of every asset and measure whether it drifts, at the end of the data and in April, and prints
what is told; then what is told of the stories that are built into the data (data/demo/STORIES.md),
and how long a question takes.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter

import numpy as np

from core.semantic.compile import compile_query
from core.semantic.query import Dimension, SemanticQuery
from core.services import Services
from core.settings import load_settings
from core.statistics.drift import drift, fit_baseline
from core.types import Answer

_USER = "admin"
_MEASURES = ("vibration", "temperature", "power", "pressure", "motor current", "flow")
_VERDICTS = ("steady", "moved", "returned", "untold")
#: What is built into the data, and the question that it is found by.
_STORIES = (
    ("bearing of PMP-03, from 4 May, mended 26 June", "is the vibration of PMP-03 drifting?"),
    ("bearing of PMP-06, from 9 Feb, mended in March",
     "is the vibration of PMP-06 drifting from 1 February to 30 April?"),
    ("compressor CMP-05, from 30 March, mended 22 April",
     "is the vibration of CMP-05 drifting in April?"),
    ("sensor of OVN-03, over June", "is the temperature of OVN-03 drifting?"),
    ("leak of CMP-02, from 13 April", "is the power of CMP-02 drifting since 13 April?"),
    ("hot week of CHL-02, 8 to 14 June", "is the temperature of CHL-02 drifting?"),
)  # fmt: skip
_SPELLS = (("", "the last 63 days"), (" in April", "April"))
_SERIES, _BASE, _LOOKED = 300, 672, 1_512


def assets(services: Services) -> list[str]:
    """The names of all assets."""
    parts = services.parts("plant")
    watch = parts.model.watch
    assert watch is not None
    query = SemanticQuery("plant", watch.table, dimensions=(Dimension(column=watch.asset),))
    rows = parts.engine.fetch(compile_query(query, parts.model))
    return sorted(str(v) for v in rows.column(0).to_pylist())


def ask(services: Services, question: str) -> tuple[Answer, float]:
    start = time.perf_counter()
    answer = services.answer(question, services.policy.user(_USER), is_kept=False)
    return answer, time.perf_counter() - start


def shares(services: Services, names: list[str]) -> list[float]:
    """Prints what is told of each measure; how long each question took."""
    took: list[float] = []
    print(f"| measure, time | assets | {' | '.join(_VERDICTS)} |")
    print(f"|---|---:|{'---:|' * len(_VERDICTS)}")
    for words, spell in _SPELLS:
        for measure in _MEASURES:
            told: Counter[str] = Counter()
            named: list[str] = []
            for name in names:
                answer, seconds = ask(services, f"is the {measure} of {name} drifting{words}?")
                if answer.drift is None:
                    continue
                took.append(seconds)
                told[answer.drift.verdict] += 1
                if answer.drift.verdict in ("moved", "returned"):
                    named.append(name)
            counts = " | ".join(str(told[verdict]) for verdict in _VERDICTS)
            which = f" ({', '.join(named)})" if len(named) <= 6 and named else ""
            print(f"| {measure}, {spell}{which} | {told.total()} | {counts} |", flush=True)
    return took


def stories(services: Services) -> None:
    """Prints what is told of what is built into the data."""
    print("\n| what is built in | what is told |\n|---|---|")
    for story, question in _STORIES:
        answer, _seconds = ask(services, question)
        print(f"| {story} | {answer.headline or answer.message} |")


def wrong() -> None:
    """Prints how many series that stay the same are told to have moved, and how many readings of
    theirs break a rule."""
    moved, marked = 0, 0
    for seed in range(_SERIES):
        values = np.random.default_rng(seed).normal(size=_BASE + _LOOKED)
        found = drift(values, fit_baseline(values, 0, _BASE), _BASE)
        moved += found.verdict != "steady"
        marked += len(found.flagged)
    print(f"\n{moved} of {_SERIES} series of {_LOOKED} independent readings are told to have moved")
    print(f"{1_000 * marked / (_SERIES * _LOOKED):.1f} of 1,000 of their readings break a rule")


def main(arguments: list[str] | None = None) -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.drifting").parse_args(arguments)
    services = Services.open(load_settings())
    try:
        took = shares(services, assets(services))
        stories(services)
        wrong()
        print(f"\n{len(took)} questions, {1_000 * statistics.median(took):.0f} ms in the middle,")
        print(f"{1_000 * float(np.quantile(took, 0.95)):.0f} ms at the 95th percentile")
    finally:
        services.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
