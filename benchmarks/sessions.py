"""What rows that were read before save, and what a conversation's memory costs.

    python -m benchmarks.sessions [--questions FILE] [--every N]

Golden questions are asked over the full demo plant: from the store, then twice with the cache, so
that the second time all rows are there. In this process, and in a Redis that the script starts
where there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import math
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from core.dialogue.past import past_turn
from core.evaluation import read_questions
from core.services import Services, build_services
from core.settings import Settings, load_settings
from core.types import Answer

ROOT = Path(__file__).resolve().parent.parent
#: A question, and the account that asks it; None for the administrator.
Asked = tuple[str, str | None]


def quantile(values: list[float], share: float) -> float:
    """The value at a share 0..1, nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@contextlib.contextmanager
def redis_server() -> Iterator[str | None]:
    """The address of a server of our own; None where none is installed."""
    if shutil.which("redis-server") is None:
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        try:
            client = redis.Redis(port=port)
            limit = time.monotonic() + 10
            while time.monotonic() < limit:
                with contextlib.suppress(redis.RedisError):
                    client.ping()
                    break
                time.sleep(0.02)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(10)


def ask_all(services: Services, asked: list[Asked]) -> tuple[list[Answer], list[float]]:
    """Answers, and how long each took in milliseconds."""
    answers, times = [], []
    for question, name in asked:
        user = services.policy.user(name or services.policy.default_user)
        start = time.perf_counter()
        answers.append(services.answer(question, user))
        times.append((time.perf_counter() - start) * 1000)
    return answers, times


def show(name: str, times: list[float], execute: list[float]) -> None:
    print(
        f"| {name:<34} | {quantile(times, 0.5):6.1f} | {quantile(times, 0.95):6.1f} "
        f"| {quantile(execute, 0.5):8.1f} | {quantile(execute, 0.95):8.1f} |"
    )


def executed(answers: list[Answer]) -> list[float]:
    return [a.timings_ms["execute"] for a in answers if "execute" in a.timings_ms]


def memory(services: Services, answers: list[Answer]) -> dict[str, list[float]]:
    """Milliseconds to keep a turn with its rows, to read a conversation, to read rows."""
    took: dict[str, list[float]] = {"keep a turn": [], "read ten turns": [], "read rows": []}
    for number, answer in enumerate(a for a in answers if a.result is not None):
        session = f"bench-{number // 10}"
        assert answer.result is not None
        turn, rows = past_turn(answer), answer.result.table
        start = time.perf_counter()
        kept = services.sessions.keep(answer.user, session, turn, rows)
        took["keep a turn"].append((time.perf_counter() - start) * 1000)
        assert kept.rows == answer.result.row_count, kept
        start = time.perf_counter()
        past = services.sessions.past(answer.user, session)
        if len(past.turns) == 10:
            took["read ten turns"].append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        assert services.sessions.rows(answer.user, session, answer.id) is not None
        took["read rows"].append((time.perf_counter() - start) * 1000)
    return took


def measure(settings: Settings, where: str, questions: list[Asked]) -> None:
    services = build_services(settings)
    try:
        for name in ("first time", "again"):
            answers, times = ask_all(services, questions)
            show(f"{where}, {name}", times, executed(answers))
        for name, took in memory(services, answers).items():
            if took:
                print(
                    f"| {where + ', ' + name:<34} | {quantile(took, 0.5):6.1f} "
                    f"| {quantile(took, 0.95):6.1f} |          |          |"
                )
    finally:
        services.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each so-manieth question")
    options = parser.parse_args()
    settings = load_settings()
    path = options.questions or ROOT / "data" / "eval" / f"{settings.model}.jsonl"
    questions = [(g.question, g.user) for g in read_questions(path) if len(g.turns) == 1]
    questions = list(dict.fromkeys(questions))[:: options.every]
    print(f"{len(questions)} questions\n")
    print("| rows                               | p50 ms | p95 ms | exec p50 | exec p95 |")
    print("|------------------------------------|-------:|-------:|---------:|---------:|")
    services = build_services(dataclasses.replace(settings, sql_cache_s=0.0, redis_url=""))
    try:
        ask_all(services, questions[:20])
        answers, times = ask_all(services, questions)
        show("from the store", times, executed(answers))
    finally:
        services.close()
    measure(dataclasses.replace(settings, redis_url=""), "in this process", questions)
    with redis_server() as url:
        if url is not None:
            measure(dataclasses.replace(settings, redis_url=url), "Redis", questions)
    return 0


if __name__ == "__main__":
    sys.exit(main())
