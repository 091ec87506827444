"""A breaker: a server that failed several times in a row is left alone for a while.

closed: calls go through. open: none does, until the pause is over. half-open: one call goes
through; when it is good the circuit closes, when it fails the pause begins again and is longer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Circuit = Literal["closed", "open", "half-open"]
Verdict = Literal["good", "bad", "none"]


@dataclass(frozen=True, slots=True)
class Pauses:
    """failures: in a row, within window_s, that open the circuit. first_s: the first pause; each
    further one is `growth` times as long, up to most_s."""

    failures: int = 3
    window_s: float = 300.0
    first_s: float = 5.0
    growth: float = 2.0
    most_s: float = 60.0


class Permit:
    """Leave for one call; `end` it once, with how it went."""

    def __init__(self, end: Callable[[Permit, Verdict], None]) -> None:
        self._end = end
        self._is_open = True

    def end(self, verdict: Verdict) -> None:
        """none: it says nothing of the server (stopped by the user, refused for its content)."""
        if self._is_open:
            self._is_open = False
            self._end(self, verdict)


class Breaker:
    """Thread-safe. clock: seconds that never run back."""

    def __init__(
        self, pauses: Pauses | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._pauses: Final = pauses or Pauses()
        self._clock = clock
        self._lock = threading.Lock()
        self._failed_at: list[float] = []
        self._open_until: float | None = None
        self._pause_s = self._pauses.first_s
        self._probe: Permit | None = None

    @property
    def circuit(self) -> Circuit:
        with self._lock:
            return self._circuit()

    @property
    def rests_s(self) -> float:
        """Seconds until a call may go through again; 0 where one may."""
        with self._lock:
            return max(0.0, (self._open_until or 0.0) - self._clock()) if self._open_until else 0.0

    def admit(self) -> Permit | None:
        """Leave for a call; None while the server rests, or its one trial is under way."""
        with self._lock:
            circuit = self._circuit()
            if circuit == "open" or (circuit == "half-open" and self._probe is not None):
                return None
            permit = Permit(self._ended)
            if circuit == "half-open":
                self._probe = permit
            return permit

    def _circuit(self) -> Circuit:
        if self._open_until is None:
            return "closed"
        return "open" if self._clock() < self._open_until else "half-open"

    def _ended(self, permit: Permit, verdict: Verdict) -> None:
        with self._lock:
            is_probe = permit is self._probe
            if is_probe:
                self._probe = None
            if self._open_until is not None and not is_probe:
                return  # it began before the circuit opened: what it says is old
            if verdict == "good":
                self._open_until = None
                self._pause_s = self._pauses.first_s
                self._failed_at.clear()
            elif verdict == "bad":
                self._fail(is_probe)

    def _fail(self, is_probe: bool) -> None:
        now = self._clock()
        kept = [at for at in self._failed_at if now - at <= self._pauses.window_s]
        self._failed_at = [*kept, now]
        if is_probe:
            self._pause_s = min(self._pause_s * self._pauses.growth, self._pauses.most_s)
        elif len(self._failed_at) < self._pauses.failures:
            return
        self._open_until = now + self._pause_s
