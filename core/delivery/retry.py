"""When a message that was not taken is tried again."""

from __future__ import annotations

from dataclasses import dataclass

#: The longest that a receiver may have itself spared, so that a wrong header buries no message.
_MOST_ASKED_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """The wait after each failed try is `growth` times the one before, from first_s up to most_s.
    jitter: the share of it that is left to chance, so that many messages to one server do not come
    back at the same moment. attempts: tries until it is put aside."""

    first_s: float = 15.0
    growth: float = 3.0
    most_s: float = 3_600.0
    jitter: float = 0.5
    attempts: int = 8

    def wait_s(self, attempt: int, chance: float, asked_s: float | None = None) -> float:
        """Seconds from failed try number `attempt` (from 1) to the next. chance: 0 to 1, drawn
        anew for each. asked_s: what the other side asked for; never less than that, up to a day."""
        full = min(self.most_s, self.first_s * self.growth ** min(attempt - 1, 64))
        wait = full * (1.0 - self.jitter * chance)
        return max(wait, min(asked_s or 0.0, _MOST_ASKED_S))
