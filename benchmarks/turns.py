"""How long a turn takes, stage by stage, on the full demo plant; and how long a start takes.

    python -m benchmarks.turns [--questions FILE] [--model NAME] [--json FILE]

Every golden question is asked once, warm: the services are up and the model's suggestions have
been asked, but none of the questions. Ends with 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from core.errors import GembaError
from core.evaluation import read_questions
from core.services import Services, build_services
from core.settings import load_settings
from core.types import Answer

ROOT = Path(__file__).resolve().parent.parent


SQL_LIMIT_MS = 60.0
TURN_LIMIT_MS = 400.0
START_LIMIT_S = 5.0
#: The stages up to the governed SQL.
TO_SQL = ("understand", "retrieve", "generate", "compile", "govern")
_READY = "from core.services import build_services as b; from core.settings import load_settings"
_SHOWN_SLOWEST = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """One question's times in milliseconds; to_sql is None where no SQL was made."""

    question: str
    status: str
    stages: dict[str, float]
    to_sql: float | None
    total: float


def quantile(values: list[float], share: float) -> float:
    """The value at a share 0..1, nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def ask_all(services: Services, path: Path, model: str) -> list[Turn]:
    questions = read_questions(path)
    admin = services.policy.user(services.policy.default_user)
    for suggestion in services.parts(model).model.suggestions:
        list(services.ask(suggestion, admin, model=model))
    turns = []
    for number, golden in enumerate(questions, 1):
        user = services.policy.user(golden.user) if golden.user else admin
        session = f"bench-{number}" if len(golden.turns) > 1 else ""
        for turn in golden.turns[:-1]:
            list(services.ask(turn.question, user, session=session, model=model))
        started = time.perf_counter()
        answer = list(services.ask(golden.question, user, session=session, model=model))[-1]
        total = (time.perf_counter() - started) * 1000
        assert isinstance(answer, Answer)
        stages = {k: v for k, v in answer.timings_ms.items() if k != "total"}
        to_sql = sum(stages.get(stage, 0.0) for stage in TO_SQL) if answer.sql else None
        turns.append(Turn(golden.question, answer.status, stages, to_sql, total))
        if sys.stderr.isatty():
            print(f"\r{number} of {len(questions)} questions", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return turns


def seconds(code: str) -> float:
    """Wall time of a fresh Python that runs some code; the better of two, so that the first
    reading of the files does not count."""

    def once() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
        return time.perf_counter() - started

    return min(once(), once())


def app_start_s() -> float | None:
    """From the command to an app that says it is ready; None when it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        app = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            while time.perf_counter() - started < 60 and app.poll() is None:
                try:
                    url = f"http://127.0.0.1:{port}/ready"
                    with urllib.request.urlopen(url, timeout=1) as reply:
                        if reply.status == 200:
                            return time.perf_counter() - started
                except (urllib.error.URLError, OSError):
                    time.sleep(0.02)
        finally:
            app.terminate()
            app.wait(10)
    return None


def rows_of(turns: list[Turn]) -> list[tuple[str, list[float], float | None]]:
    """Name, times and limit of each line of the table."""
    names = list(dict.fromkeys(stage for turn in turns for stage in turn.stages))
    rows: list[tuple[str, list[float], float | None]] = [
        (name, [t.stages[name] for t in turns if name in t.stages], None) for name in names
    ]
    rows.append(("text to governed SQL", [t.to_sql for t in turns if t.to_sql], SQL_LIMIT_MS))
    rows.append(("finished answer", [t.total for t in turns], TURN_LIMIT_MS))
    return [row for row in rows if row[1]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--json", type=Path, help="also write the figures into this file")
    parser.add_argument("--no-start", action="store_true", help="leave the starts out")
    options = parser.parse_args()
    # Each question is answered from the store, whatever another one has read.
    settings = dataclasses.replace(load_settings(), sql_cache_s=0.0)
    model = options.model or settings.model
    path = options.questions or ROOT / "data" / "eval" / f"{model}.jsonl"
    starts: list[tuple[str, float | None]] = []
    if not options.no_start:
        starts.append(("import of core", seconds("import core.services")))
        starts.append(
            ("start to ready, services", seconds(f"{_READY}; b(load_settings()).close()"))
        )
        starts.append(("start to ready, app", app_start_s()))
    services = build_services(settings)
    try:
        turns = ask_all(services, path, model)
    finally:
        services.close()

    passed = True
    print(f"{len(turns)} questions of {path.name}, warm; Python {platform.python_version()}, "
          f"{os.cpu_count()} cores\n")  # fmt: skip
    print(f"| {'stage':<26} | p50 ms | p95 ms | max ms | limit p95 |")
    print(f"|{'-' * 28}|-------:|-------:|-------:|----------:|")
    figures: dict[str, dict[str, float]] = {}
    for name, times, limit in rows_of(turns):
        p50, p95, top = quantile(times, 0.5), quantile(times, 0.95), max(times)
        figures[name] = {"p50": p50, "p95": p95, "max": top}
        passed &= limit is None or p95 <= limit
        told = "" if limit is None else f"{limit:.0f}"
        print(f"| {name:<26} | {p50:6.1f} | {p95:6.1f} | {top:6.1f} | {told:>9} |")
    if starts:
        print(f"\n| {'start':<26} |      s | limit |")
        print(f"|{'-' * 28}|-------:|------:|")
    for name, took in starts:
        passed &= took is not None and took <= START_LIMIT_S
        shown = "none" if took is None else f"{took:.2f}"
        print(f"| {name:<26} | {shown:>6} | {START_LIMIT_S:5.0f} |")
    slow = sorted(turns, key=lambda turn: -turn.total)[:_SHOWN_SLOWEST]
    print("\nSlowest:")
    for turn in slow:
        worst = max(turn.stages.items(), key=lambda item: item[1], default=("", 0.0))
        print(f"  {turn.total:6.1f} ms, {worst[0]} {worst[1]:.1f} ms: {turn.question[:90]}")
    print("\nWithin all limits." if passed else "\nA limit is passed.")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        told_starts = dict(starts)
        options.json.write_text(json.dumps({"stages_ms": figures, "starts_s": told_starts}))
    return 0 if passed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GembaError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
