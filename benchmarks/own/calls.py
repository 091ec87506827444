"""A service desk's telephone log: each call with its begin and end, the contracts beside it."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_QUEUES = ("Sales", "Support", "Returns")
_CALLS = ("call_id", "started", "ended", "queue", "agent", "contract", "wait", "resolved")
_CONTRACTS = ("contract", "company", "plan", "seats")


def make(folder: Path) -> Tables:
    """1,600 calls of a quarter and 40 contracts; a call that is under way has no end."""
    dice = random.Random(31)
    contracts = [
        (
            f"C{n:03}", f"Company {n:02}", ("Basic", "Plus", "Premium")[n % 3],
            dice.randrange(1, 80),
        )
        for n in range(1, 41)
    ]  # fmt: skip
    calls, lines = [], []
    end = datetime(2026, 3, 31, 18)
    for k in range(1600):
        started = datetime(2026, 1, 2, 8) + timedelta(minutes=k * 79 + dice.randrange(0, 60))
        ended = started + timedelta(seconds=round(dice.expovariate(1 / 420)) + 15)
        queue = dice.choices(_QUEUES, (3, 5, 2))[0]
        row = (
            50000 + k,
            started,
            ended if ended < end and k < 1597 else None,
            queue,
            ("Kim", "Lea", "Max", "Nia", "Oli")[dice.randrange(5)],
            contracts[dice.randrange(40)][0],
            dice.randrange(2, 400),
            dice.choices(("yes", "no"), (7, 3))[0],
        )
        calls.append(row)
        lines.append([_said(v) for v in row])
    _write(
        folder / "calls.csv",
        (
            "Call ID", "Started at", "Ended at", "Queue", "Agent", "Contract", "Waiting time [s]",
            "Resolved",
        ),
        lines,
    )  # fmt: skip
    _write(folder / "contracts.csv", ("Contract", "Company", "Plan", "Seats"), contracts)
    return {
        "c": (_CALLS, [tuple(_said(v) or None for v in row) for row in calls]),
        "k": (_CONTRACTS, contracts),
    }


def _said(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else value


def _write(path: Path, header: tuple[str, ...], rows: object) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])  # type: ignore[misc]


_MINUTES = "(julianday(ended) - julianday(started)) * 1440"
_ASKED = (
    Asked(
        "How many calls were longer than 10 minutes?",
        f"SELECT COUNT(*) FROM c WHERE {_MINUTES} > 10.0001",
    ),
    Asked(
        "calls longer than 15 minutes by queue",
        f"SELECT queue, COUNT(*) FROM c WHERE {_MINUTES} > 15.0001 GROUP BY 1",
    ),
    Asked(
        "Which agent had the most calls under 2 minutes in February?",
        f"SELECT agent, COUNT(*) FROM c WHERE {_MINUTES} < 1.9999 "
        "AND substr(started, 1, 7) = '2026-02' GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "average call duration per queue",
        f"SELECT queue, AVG({_MINUTES}) FROM c GROUP BY 1",
    ),
    Asked(
        "share of calls with a waiting time over 5 minutes",
        "SELECT 100.0 * AVG(wait > 300) FROM c",
    ),
    Asked(
        "calls by plan in March",
        "SELECT plan, COUNT(*) FROM c JOIN k USING (contract) "
        "WHERE substr(started, 1, 7) = '2026-03' GROUP BY 1",
    ),
    Asked(
        "number of resolved calls per month",
        "SELECT substr(started, 1, 7) || '-01', COUNT(*) FROM c WHERE resolved = 'yes' GROUP BY 1",
    ),
    Asked(
        "Which company called the most?",
        "SELECT company, COUNT(*) FROM c JOIN k USING (contract) GROUP BY 1 "
        "ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "calls per seat by plan",
        "SELECT plan, 1.0 * (SELECT COUNT(*) FROM c JOIN k j USING (contract) "
        "WHERE j.plan = k.plan) / SUM(seats) FROM k GROUP BY 1",
    ),
    Asked(
        "the 5 longest calls of Kim",
        f"SELECT call_id, {_MINUTES} FROM c WHERE agent = 'Kim' ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "Wie viele Anrufe dauerten länger als 20 Minuten?",
        f"SELECT COUNT(*) FROM c WHERE {_MINUTES} > 20.0001",
    ),
    Asked(
        "Có bao nhiêu cuộc gọi kéo dài hơn 10 phút?",
        f"SELECT COUNT(*) FROM c WHERE {_MINUTES} > 10.0001",
    ),
)

FOLDER = Folder(
    "calls",
    make,
    (("import", "{folder}", "--name", "calls", "--yes", "--json"),),
    _ASKED,
    (),
    "calls",
)
