"""A call centre: one CSV of tickets, American dates with am and pm, the youngest still open."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_TOPICS = ("Billing", "Delivery", "Login", "Warranty")


def make(folder: Path) -> Tables:
    """1,400 tickets of four months, twelve agents in three teams."""
    dice = random.Random(22)
    rows, lines = [], []
    end = datetime(2026, 6, 30, 20)
    for k in range(1400):
        opened = datetime(2026, 3, 2, 7) + timedelta(minutes=k * 124 + dice.randrange(0, 100))
        priority = dice.choices(("High", "Normal", "Low"), (2, 5, 3))[0]
        hours = dice.expovariate(1 / {"High": 9, "Normal": 30, "Low": 70}[priority]) + 0.2
        closed = opened + timedelta(minutes=round(hours * 60))
        agent = dice.randrange(12)
        done = closed < end
        row = (
            f"T-{70000 + k}",
            opened,
            closed if done else None,
            f"AG{agent + 1:02}",
            ("Blue", "Green", "Red")[agent % 3],
            priority,
            dice.choices(("phone", "email", "chat"), (5, 3, 2))[0],
            dice.choice(_TOPICS),
            dice.randrange(1, 61),
            dice.choices((1, 2, 3, 4, 5), (1, 1, 2, 4, 3))[0] if done and k % 3 else None,
            "Y" if done and dice.random() < 0.09 else "N",
        )
        rows.append(row)
        lines.append(
            [f"{v:%m/%d/%Y %I:%M %p}" if isinstance(v, datetime) else v for v in row]
        )  # fmt: skip
    with (folder / "tickets.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [
                (
                    "Ticket ID",
                    "Opened",
                    "Closed",
                    "Agent",
                    "Team",
                    "Priority",
                    "Channel",
                    "Topic",
                    "First response (min)",
                    "Rating",
                    "Reopened",
                ),
                *lines,
            ]
        )
    columns = (
        "id",
        "opened",
        "closed",
        "agent",
        "team",
        "priority",
        "channel",
        "topic",
        "response",
        "rating",
        "reopened",
    )
    return {
        "t": (
            columns,
            [
                tuple(f"{v:%Y-%m-%d %H:%M}" if isinstance(v, datetime) else v for v in row)
                for row in rows
            ],
        )
    }


_ASKED = (
    Asked(
        "How many tickets were opened in May?",
        "SELECT COUNT(*) FROM t WHERE substr(opened, 1, 7) = '2026-05'",
    ),
    Asked(
        "open tickets by priority",
        "SELECT priority, COUNT(*) FROM t WHERE closed IS NULL GROUP BY 1",
    ),
    Asked(
        "average hours from opened to closed by team",
        "SELECT team, AVG((julianday(closed) - julianday(opened)) * 24) FROM t GROUP BY 1",
    ),
    Asked(
        "Which agent closed the most tickets in May?",
        "SELECT agent, COUNT(*) FROM t WHERE substr(closed, 1, 7) = '2026-05' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "share of high priority tickets per month",
        "SELECT substr(opened, 1, 7) || '-01', 100.0 * AVG(priority = 'High') FROM t GROUP BY 1",
    ),
    Asked(
        "average rating for chat",
        "SELECT AVG(rating) FROM t WHERE channel = 'chat'",
    ),
    Asked(
        "and for phone?",
        "SELECT AVG(rating) FROM t WHERE channel = 'phone'",
        goes_on=True,
    ),
    Asked(
        "How many tickets took longer than 2 days to close?",
        "SELECT COUNT(*) FROM t WHERE (julianday(closed) - julianday(opened)) * 24 > 48.0001",
    ),
    Asked(
        "reopened tickets by topic",
        "SELECT topic, COUNT(*) FROM t WHERE reopened = 'Y' GROUP BY 1",
    ),
    Asked(
        "At what hour of the day do we get the most phone tickets?",
        "SELECT substr(opened, 12, 2) + 0, COUNT(*) FROM t WHERE channel = 'phone' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "Wie viele Tickets sind noch nicht geschlossen?",
        "SELECT COUNT(*) FROM t WHERE closed IS NULL",
    ),
    Asked(
        "Số lượng ticket theo team trong tháng 5",
        "SELECT team, COUNT(*) FROM t WHERE substr(opened, 1, 7) = '2026-05' GROUP BY 1",
    ),
)

FOLDER = Folder(
    "tickets",
    make,
    (("import", "{folder}/tickets.csv", "--name", "tickets", "--yes", "--json"),),
    _ASKED,
    (),
    "tickets",
)
