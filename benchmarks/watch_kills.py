"""Kill the watch in the middle, again and again, and compare what it kept with what an undisturbed
one keeps: alerts, their journal, where each pair stands, the watermarks.

    .venv/bin/python -m benchmarks.watch_kills [--kills 50] [--days 12]
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.watch.small import ALL_KINDS, Store, happened, publish, site, started, wandering


def _wait_for_more(folder: Path, kept: int, process: subprocess.Popen[bytes]) -> None:
    """Until a process has kept something, or is over."""
    while process.poll() is None and len(happened(folder)) == kept:
        time.sleep(0.02)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--days", type=int, default=12)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        plant = Path(name) / "plant"
        plant.mkdir()
        store = Store(plant / "rows.duckdb")
        store.add(wandering(5, arguments.days * 144))
        with site(plant, store) as one:
            publish(one.thresholds, ALL_KINDS)
        store.connection.close()
        whole, killed = Path(name) / "whole", Path(name) / "killed"
        shutil.copytree(plant, whole)
        shutil.copytree(plant, killed)
        began = time.monotonic()
        started(whole).wait(600)
        took = time.monotonic() - began
        wanted = happened(whole)
        print(f"undisturbed: {len(wanted)} rows kept in {took:.1f} s")
        chance, kept = random.Random(11), len(happened(killed))
        tally = Counter[str]()
        pause = 0.6 * took / arguments.kills
        for kill in range(arguments.kills):
            process = started(killed)
            if kill % 5:
                # at work when it dies; each fifth dies while it begins
                _wait_for_more(killed, kept, process)
            time.sleep(chance.uniform(0.0, pause))
            process.send_signal(signal.SIGKILL)
            process.wait(20)
            now = len(happened(killed))
            tally["at the end" if now == len(wanted) else "at work" if now != kept else "idle"] += 1
            kept = now
        started(killed).wait(600)
        is_same = happened(killed) == wanted
    print(
        f"killed {arguments.kills} times: {tally['at work']} after it had kept something new, "
        f"{tally['idle']} before, {tally['at the end']} when nothing was left to do"
    )
    print("kept: the same" if is_same else "kept: NOT THE SAME")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
