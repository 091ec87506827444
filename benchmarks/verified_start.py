"""What a process waits for before its first answer, with and without kept keys of the pairs."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

QUESTION: Final = "Scrap units by line in Hamburg in May"
#: Prints how long each step took.
_PROCESS: Final = """
import json, sys, time
from core.assistant import VerifiedAnswers
from core.services import build_services
from core.settings import load_settings
times = [time.perf_counter()]
services = build_services(load_settings())
user = services.policy.user(services.policy.default_user)
times.append(time.perf_counter())
parts = services.parts()
folder = services.settings.state_dir / "retrieval"
pairs = VerifiedAnswers(services.knowledge.pairs, services.knowledge.version, folder=folder)
reading = parts.parser.parse(sys.argv[1], user.plants)
times.append(time.perf_counter())
pairs.match(sys.argv[1], reading, user, parts)
times.append(time.perf_counter())
services.answer(sys.argv[1], user)
times.append(time.perf_counter())
services.close()
print(json.dumps([b - a for a, b in zip(times, times[1:])]))
"""


def start_lines(data_dir: Path, runs: int = 5) -> list[str]:
    """Medians over some processes each. data_dir: holds the demo plant; its state is left alone."""
    with tempfile.TemporaryDirectory(prefix="gemba-start-") as name:
        folder = Path(name)
        (folder / "demo").symlink_to(data_dir / "demo")
        keys = folder / "state" / "retrieval" / "pairs-plant.json"
        _process(folder)  # brings in the seed and reads the data's facts
        made, kept = [], []
        for _ in range(runs):
            keys.unlink(missing_ok=True)
            made.append(_process(folder))
            kept.append(_process(folder))
    return [_line("keys made", made), _line("keys kept", kept)]


def _line(name: str, runs: list[list[float]]) -> str:
    opened, _, matched, answered = (statistics.median(times) for times in zip(*runs, strict=True))
    return (
        f"a process, {name}: services open in {opened:.2f} s, the pairs take "
        f"{matched * 1000:.0f} ms of its first question, an answer {answered:.2f} s"
    )


def _process(folder: Path) -> list[float]:
    """Seconds until the services are open, the question is read, matched, answered."""
    done = subprocess.run(
        [sys.executable, "-c", _PROCESS, QUESTION],
        env={**os.environ, "GEMBA_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found
