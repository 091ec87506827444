"""What is known of the data follows the data while the process runs: the values that can be named,
how far the rows go, and with them the "now" of a model whose clock is its newest row."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core.assistant.parts import ModelParts
from core.errors import GembaError

_LOG = logging.getLogger(__name__)

#: A model's parts with its data read anew; raises a GembaError where they cannot be read.
Renew = Callable[[ModelParts, str], ModelParts]


@dataclass(slots=True)
class _Known:
    """What is known of one model. stamp: of the data that were read. again: when to look next."""

    parts: ModelParts
    stamp: str
    again: float
    lock: threading.Lock = field(default_factory=threading.Lock)


class Renewal:
    """Parts of models over the data as they are now. Thread-safe.

    renew: called with the parts and the stamp of the data before they are read. look_s: seconds
    between two looks at the stamp. rest: how many times as long as a reading took until the next
    one, so that a store that is written to all the time is not read all the time.
    """

    def __init__(self, renew: Renew, *, look_s: float = 1.0, rest: float = 20.0) -> None:
        self._renew = renew
        self.look_s = look_s
        self._rest = rest
        self._known: dict[str, _Known] = {}
        self._ends = threading.Event()
        self._follower: threading.Thread | None = None

    def begin(self, parts: ModelParts, stamp: str) -> None:
        """Follow the data of a model. stamp: of the data that its facts were read from."""
        self._known[parts.model.name] = _Known(parts, stamp, time.monotonic() + self.look_s)

    def follow(self, every_s: float = 5.0) -> None:
        """Look from now on beside the answers, so that nobody who asks or draws waits for the
        store; until `close`."""
        if self._follower is None:
            self._follower = threading.Thread(
                target=self._follow, args=(every_s,), name="newer data", daemon=True
            )
            self._follower.start()

    def _follow(self, every_s: float) -> None:
        while not self._ends.wait(every_s):
            for known in list(self._known.values()):
                if time.monotonic() >= known.again and known.lock.acquire(blocking=False):
                    try:
                        self._look(known)
                    finally:
                        known.lock.release()

    def close(self) -> None:
        """Look no more."""
        self._ends.set()
        if self._follower is not None:
            self._follower.join(2.0)

    def now(self, name: str) -> ModelParts | None:
        """The parts of that model; None for one that was not begun. Who finds other data reads
        them, and others go on with what was known until that is done. Where they cannot be read,
        what was known stays."""
        known = self._known.get(name)
        is_seen_to = self._follower is not None
        if known is None or is_seen_to or time.monotonic() < known.again:
            return known.parts if known is not None else None
        if not known.lock.acquire(blocking=False):
            return known.parts
        try:
            self._look(known)
        finally:
            known.lock.release()
        return known.parts

    def _look(self, known: _Known) -> None:
        started = time.monotonic()
        pause = self.look_s
        try:
            stamp = known.parts.engine.stamp()
            if stamp != known.stamp:
                known.parts = self._renew(known.parts, stamp)
                known.stamp = stamp
                pause = max(pause, (time.monotonic() - started) * self._rest)
        except GembaError as error:
            _LOG.warning(
                "model %s: the data were not read again: %s", known.parts.model.name, error
            )
        known.again = time.monotonic() + pause
