"""Takes messages from the outbox and sends them: one try each, then settled."""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from core.delivery.message import ChannelName
from core.delivery.outbox import Claim, Outbox
from core.delivery.outcome import Channel, Outcome, later, never
from core.delivery.retry import Backoff
from core.errors import Unavailable
from core.translation import gettext as _

_LOG: Final = logging.getLogger(__name__)
#: A lease outlasts the longest send by this, for the time that settling takes.
_SPARE_S: Final = 15.0


@dataclass(slots=True)
class Sent:
    """What became of the messages of one round. untried: left alone as their server is down."""

    sent: int = 0
    later: int = 0
    dead: int = 0
    untried: int = 0
    #: Lost to another sender while they were sent: they may have arrived twice.
    lost: int = 0
    #: Servers that could not be reached or asked to be spared, which are left alone for the rest of
    #: the round -> the seconds that they asked for.
    down: dict[str, float | None] = field(default_factory=dict)


class Sender:
    """Sends what is due. Several, in several processes, may share one outbox. clock: UTC, naive.
    chance: draws from 0 to 1 for the jitter of waits."""

    def __init__(
        self,
        outbox: Outbox,
        channels: Mapping[ChannelName, Channel],
        backoff: Backoff | None = None,
        *,
        clock: Callable[[], dt.datetime] | None = None,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._backoff = backoff or Backoff()
        self._clock = clock or utc_now
        self._chance = chance or random.SystemRandom().random

    @property
    def lease_s(self) -> float:
        """How long a message is claimed for: longer than any channel takes to send it."""
        longest = max((channel.longest_s for channel in self._channels.values()), default=0.0)
        return longest + _SPARE_S

    def send_due(self, most: int = 1_000, stop: threading.Event | None = None) -> Sent:
        """Send what is due, at most so many, until nothing is due or `stop` is set. Raises
        Unavailable where the outbox cannot be read or written."""
        done = Sent()
        for _turn in range(most):
            if stop is not None and stop.is_set():
                break
            claims = self._outbox.claim(self._clock(), self.lease_s)
            if not claims:
                break
            self._send(claims[0], done)
        return done

    def run(self, stop: threading.Event, every_s: float = 5.0) -> None:
        """Send what is due, again and again, until `stop` is set. A database that is away for a
        while is waited for."""
        while not stop.is_set():
            try:
                self.send_due(stop=stop)
            except Unavailable as error:
                _LOG.warning("The outbox is left for a moment: %s", error)
            stop.wait(every_s)

    def _send(self, claim: Claim, done: Sent) -> None:
        message, channel = claim.message, self._channels.get(claim.channel)
        if claim.attempt > self._backoff.attempts:
            # Its senders ended in the middle each time: it may be the message that ends them.
            why = _("It was begun {n} times and never finished.").format(n=claim.attempt - 1)
            self._settle(claim, never(why), done)
        elif message is None:
            self._settle(claim, never(_("What was kept of this message cannot be read.")), done)
        elif channel is None:
            why = _("No settings for {channel} are there any more.").format(channel=claim.channel)
            self._settle(claim, never(why), done)
        elif (server := channel.server(message)) in done.down:
            wait_s = self._wait_s(claim, done.down[server])
            again = self._clock() + dt.timedelta(seconds=wait_s)
            why = _("Its server is down or busy.")
            done.untried += 1
            done.lost += not self._outbox.release(claim, again, why)
        else:
            outcome = _tried(channel, claim)
            if outcome.is_down:
                done.down[server] = outcome.retry_after_s
            self._settle(claim, outcome, done)

    def _settle(self, claim: Claim, outcome: Outcome, done: Sent) -> None:
        now = self._clock()
        if outcome.verdict == "sent":
            is_mine = self._outbox.sent(claim, now)
            done.sent += 1
        elif outcome.verdict == "later" and claim.attempt < self._backoff.attempts:
            wait = dt.timedelta(seconds=self._wait_s(claim, outcome.retry_after_s))
            is_mine = self._outbox.retry(claim, now + wait, outcome.why)
            done.later += 1
        else:
            is_mine = self._outbox.dead(claim, now, outcome.why)
            done.dead += 1
            # The reason may name a person: it stands in the outbox, where rights hold.
            _LOG.warning("Message %d of %s is put aside.", claim.number, claim.channel)
        if not is_mine:
            done.lost += 1
            _LOG.warning("Message %d took longer than its lease.", claim.number)

    def _wait_s(self, claim: Claim, asked_s: float | None) -> float:
        return self._backoff.wait_s(claim.attempt, self._chance(), asked_s)


def _tried(channel: Channel, claim: Claim) -> Outcome:
    assert claim.message is not None
    try:
        return channel.send(claim.message)
    except Unavailable as error:
        return later(str(error), is_down=True)
    except (OSError, ValueError) as error:
        # A channel has words for what it knows. Of the rest only the kind is told: its text may
        # hold an address with a token in it.
        return later(_("It failed: {kind}.").format(kind=type(error).__name__))


def utc_now() -> dt.datetime:
    """The present, UTC, naive."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
