"""How one try to send went, and what a channel is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from core.delivery.message import Message

#: sent: the other side took it. later: it may go better another time. never: it will not.
Verdict = Literal["sent", "later", "never"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """why: in words for an administrator, empty when it was sent; never holds a secret.
    retry_after_s: how long the other side asked to wait. is_down: the server as a whole cannot be
    reached or asks to be spared, so that other messages to it wait as well."""

    verdict: Verdict
    why: str = ""
    retry_after_s: float | None = None
    is_down: bool = False


SENT = Outcome("sent")


def later(why: str, *, retry_after_s: float | None = None, is_down: bool = False) -> Outcome:
    """It may go better another time."""
    return Outcome("later", why, retry_after_s, is_down)


def never(why: str) -> Outcome:
    """It will not go better: a person has to look."""
    return Outcome("never", why)


class Channel(Protocol):
    """A way to people. Thread-safe."""

    @property
    def longest_s(self) -> float:
        """Seconds after which `send` is over, whatever the other side does."""

    def knows(self, to: str, /) -> bool:
        """Whether a message can be sent there at all."""

    def server(self, message: Message, /) -> str:
        """Which server this message goes to: one that is down is left alone for all of them."""

    def send(self, message: Message, /) -> Outcome:
        """Try once. Raises Unavailable at the deadline; nothing else for what the other side or the
        network does."""
