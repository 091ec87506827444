"""Messages, people and a clock to test with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from core.delivery.message import ChannelName, Message, Notice, NoticeKind, ToldAlert
from core.delivery.outcome import SENT, Outcome
from core.types import User

START = dt.datetime(2026, 3, 10, 8, 0)
ADMIN = User("admin", "admin", ("HAM", "AUS"))
VIEWER = User("viewer", "viewer", ("HPH",))
STRANGER = User("other", "admin", ("HAM", "AUS"), tenant="elsewhere")


@dataclass
class Clock:
    """A clock that is put on by hand."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now

    def on(self, seconds: float) -> dt.datetime:
        self.now += dt.timedelta(seconds=seconds)
        return self.now


@dataclass
class Scripted:
    """A channel that answers as it is told, and remembers what it was given."""

    answer: Callable[[Message], Outcome] = lambda _message: SENT
    sent: list[str] = field(default_factory=list)
    longest_s: float = 5.0

    def knows(self, to: str, /) -> bool:
        return True

    def server(self, message: Message, /) -> str:
        return message.to

    def send(self, message: Message, /) -> Outcome:
        self.sent.append(message.key)
        return self.answer(message)


def alert(alert_id: str = "a1", severity: str = "critical", **others: object) -> ToldAlert:
    values: dict[str, object] = {
        "asset": "HAM-PMP-03", "measure": "Vibration", "raised_at": START, "kind": "high",
        "place": "Hamburg, Line 2", "value": 7.25, "limit": 4.5, "unit": "mm/s",
        "action": "Check the bearing.",
    }  # fmt: skip
    return ToldAlert(alert_id, severity, **{**values, **others})


def message(
    key: str = "k1",
    channel: ChannelName = "email",
    to: str = "anna@plant.example",
    kind: NoticeKind = "raised",
    language: str = "en",
    plant: str = "HAM",
    **others: object,
) -> Message:
    notice = Notice(
        kind, (alert(**others),), "Europe/Berlin", link="https://gemba.plant.example/a1"
    )
    return Message(key, channel, to, notice, language, plant=plant)
