"""Many people at once on one process with its embedded parts: errors, times and memory.

    python -m benchmarks.sessions_load [--sessions 50] [--every 10] [--seconds 180] [--json FILE]

Each of the sessions asks every so many seconds: whole conversations of data/eval/dialogues.jsonl,
first questions and follow-ups, each kept as the app keeps it. The demo plant is linked into a
folder of the script's own, so that no conversation of anybody's is touched. Time is from the
question to its answer, what waits for its turn on busy cores included. Ends with 1 where an answer
failed, p95 is too long, or memory grew by more than it should in the second half, by when every
part is warm.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import json
import math
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from core.errors import GembaError
from core.evaluation import read_questions
from core.services import Services, build_services
from core.settings import Settings, load_settings
from core.types import Answer

ROOT = Path(__file__).resolve().parent.parent
P95_LIMIT_S = 3.0
#: Megabytes of the second half: rows of conversations that nobody uses any more are kept for hours.
GROWTH_LIMIT_MB = 60.0
_SHOWN = 5


@dataclass(slots=True)
class Asked:
    """One question's time in seconds. number: 0 for the first of its conversation."""

    question: str
    number: int
    seconds: float
    status: str
    why: str = ""


@dataclass(slots=True)
class Load:
    """What the sessions have seen so far. late: questions that began more than a second after
    their time, because the answer before took longer than the time between two."""

    asked: list[Asked] = field(default_factory=list)
    late: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def quantile(values: list[float], share: float) -> float:
    """The value at a share 0..1, nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else 0.0


def memory_mb() -> float:
    """What this process holds in memory now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def linked(settings: Settings, folder: Path) -> Settings:
    """The settings over a folder of our own, with the demo plant of theirs."""
    plant = settings.data_dir / "demo" / "plant.duckdb"
    (folder / "demo").mkdir()
    (folder / "demo" / plant.name).symlink_to(plant.resolve())
    return dataclasses.replace(settings, data_dir=folder)


def turns_of(path: Path, session: int) -> Iterator[tuple[str, int, str]]:
    """Conversation, number and text of one question after the other, without an end; each session
    begins at another conversation of the file."""
    dialogues = read_questions(path)
    start = session * 7 % len(dialogues)
    for at, dialogue in enumerate(cycle(dialogues[start:] + dialogues[:start])):
        for number, turn in enumerate(dialogue.turns):
            yield f"load-{session}-{at}", number, turn.question


def work(
    services: Services, path: Path, session: int, every_s: float, end: float, load: Load
) -> None:
    """One session, until the end."""
    names = list(services.policy.accounts)
    user = services.policy.user(names[session % len(names)])
    due = time.monotonic() + every_s * (session * 0.618 % 1)
    for conversation, number, question in turns_of(path, session):
        if due >= end:
            return
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        elif wait < -1:
            with load.lock:
                load.late += 1
        started = time.perf_counter()
        try:
            answer = services.answer(question, user, session=conversation)
            status, why = answer.status, answer.message
        except Exception as error:  # noqa: BLE001 - whatever it is, it counts as an error
            status, why = "raised", repr(error)
        seconds = time.perf_counter() - started
        with load.lock:
            load.asked.append(Asked(question, number, seconds, status, why))
        due += every_s


def run(services: Services, options: argparse.Namespace) -> tuple[Load, list[float]]:
    """The load, and the memory at its start, in its middle and at its end."""
    load, memory = Load(), [memory_mb()]
    began = time.monotonic()
    end = began + options.seconds
    threads = [
        threading.Thread(
            target=work,
            args=(services, options.dialogues, n, options.every, end, load),
            daemon=True,
        )
        for n in range(options.sessions)
    ]
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, began + options.seconds / 2 - time.monotonic()))
    memory.append(memory_mb())
    for thread in threads:
        thread.join()
    gc.collect()
    memory.append(memory_mb())
    return load, memory


def warm(services: Services) -> None:
    """As the first questions of a day leave it."""
    for name in services.policy.accounts:
        user = services.policy.user(name)
        for question in services.suggestions(user):
            answer = services.answer(question, user, session=f"warm-{name}")
            assert isinstance(answer, Answer)


def told(load: Load, memory: list[float], options: argparse.Namespace, cpu_s: float) -> bool:
    """Print the table; whether it is within the limits."""
    failed = [a for a in load.asked if a.status in ("raised", "failed")]
    groups = {
        "all": load.asked,
        "first questions": [a for a in load.asked if a.number == 0],
        "follow-ups": [a for a in load.asked if a.number > 0],
    }
    print(f"| {'questions':<16} | count | p50 ms | p95 ms | max ms |")
    print(f"|{'-' * 18}|------:|-------:|-------:|-------:|")
    for name, group in groups.items():
        times = [a.seconds * 1000 for a in group]
        p50, p95, top = quantile(times, 0.5), quantile(times, 0.95), max(times, default=0.0)
        print(f"| {name:<16} | {len(group):5} | {p50:6.0f} | {p95:6.0f} | {top:6.0f} |")
    start, middle, end = memory
    ends = ", ".join(
        f"{n} {status}" for status, n in Counter(a.status for a in load.asked).most_common()
    )
    print(f"\nEnds: {ends}. Errors: {len(failed)}. Began late: {load.late}.")
    print(f"Memory: {start:.0f} MB at the start, {middle:.0f} in the middle, {end:.0f} at the end.")
    print(f"Processor: {cpu_s / options.seconds:.2f} cores of {os.cpu_count()} on average.")
    for one in failed[:_SHOWN]:
        print(f"  {one.status}: {one.question[:80]}: {one.why[:200]}")
    for one in sorted(load.asked, key=lambda a: -a.seconds)[:_SHOWN]:
        print(f"  {one.seconds * 1000:.0f} ms: {one.question[:90]}")
    p95_s = quantile([a.seconds for a in load.asked], 0.95)
    is_good = not failed and bool(load.asked) and p95_s < P95_LIMIT_S
    is_good &= end - middle <= GROWTH_LIMIT_MB
    print("\nWithin all limits." if is_good else "\nA limit is passed.")
    if options.json:
        figures = {
            "count": len(load.asked), "errors": len(failed), "p95_s": p95_s,
            "p50_s": quantile([a.seconds for a in load.asked], 0.5), "memory_mb": memory,
        }  # fmt: skip
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures))
    return is_good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two questions")
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument(
        "--dialogues", type=Path, default=ROOT / "data" / "eval" / "dialogues.jsonl"
    )
    parser.add_argument("--json", type=Path, help="also write the figures into this file")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gemba-load-"))
    try:
        services = build_services(linked(load_settings(), folder))
        try:
            services.start()
            warm(services)
            busy = os.getloadavg()[0]
            print(
                f"{options.sessions} sessions, a question every {options.every:.0f} s each, "
                f"{options.seconds:.0f} s; Python {platform.python_version()}, {os.cpu_count()} "
                f"cores, load before it {busy:.1f}\n"
            )
            before = time.process_time()
            load, memory = run(services, options)
            cpu_s = time.process_time() - before
        finally:
            services.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if told(load, memory, options, cpu_s) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GembaError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
