"""What became of the messages about alerts: listed, sent again, let be, under a person's rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from core.alerting.tables import utc_now
from core.delivery.message import ChannelName
from core.delivery.outbox import Kept, Outbox, Status
from core.delivery.wording import said
from core.errors import Refused, UserFixable
from core.translation import gettext as _
from core.types import User

#: pending: waits for its time or is being sent; dead: put aside with the reason; left: put aside,
#: and a person let it be.
Stage = Literal["pending", "dead", "sent", "left"]
STATUSES_OF: Final[dict[Stage, tuple[Status, ...]]] = {
    "pending": ("waiting", "sending"),
    "dead": ("dead",),
    "sent": ("sent",),
    "left": ("left",),
}


def _nothing(_tenant: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as a person sees it. to: an address, of which who does not act on alerts sees
    its beginning, or the name of a webhook or room; never a URL. Times are UTC, naive; zone: IANA,
    in which they are told. tries: so far. error: why the last one failed. subject, text: as it is
    sent, in the receiver's language; empty where it cannot be read any more. alert_id: of the first
    alert that it tells of."""

    number: int
    status: Status
    channel: ChannelName
    to: str
    plant: str
    zone: str
    tries: int
    put_at: dt.datetime
    due_at: dt.datetime
    ended_at: dt.datetime | None
    error: str
    subject: str
    text: str
    alert_id: str


@dataclass(frozen=True, slots=True)
class Deliveries:
    """A list with what is said around it. counts: of the person's plants, by stage. channels: that
    are set up. trouble: what is wrong with the plan of who is told, in words."""

    messages: tuple[Delivery, ...]
    counts: dict[Stage, int]
    channels: tuple[ChannelName, ...]
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryDesk:
    """Messages of a person's tenant and plants. Thread-safe. Acts raise Refused for a role that
    does not handle alerts, UserFixable for a message that is not put aside any more, and
    Unavailable; each is in the audit, or is not done. trouble: what is wrong with a tenant's plan,
    in words."""

    outbox: Outbox
    record: Callable[..., Any]
    may_act: Callable[[User], bool]
    channels: Collection[ChannelName] = ()
    trouble: Callable[[str], str] = field(default=_nothing)

    def overview(self, user: User, stage: Stage = "pending", most: int = 30) -> Deliveries:
        """The newest messages of a stage, and how many there are in each."""
        found = self.outbox.page(STATUSES_OF[stage], user, size=most)
        counts = self.outbox.counts(user)
        is_whole = self.may_act(user)
        return Deliveries(
            tuple(_delivery(one, is_whole=is_whole) for one in found),
            {name: sum(counts[s] for s in statuses) for name, statuses in STATUSES_OF.items()},
            tuple(self.channels),
            self.trouble(user.tenant),
        )

    def send_again(self, number: int, user: User) -> None:
        """Try a message that was put aside from the start, under its old key."""
        self._must_act(user)

        def noted(kept: Kept) -> None:
            self._audit("send_again", kept, user)

        if self.outbox.send_again(number, user, utc_now(), noted) is None:
            raise UserFixable(_gone())

    def let_be(self, number: int, user: User) -> None:
        """Try a message that was put aside no more."""
        self._must_act(user)

        def noted(kept: Kept) -> None:
            self._audit("let_be", kept, user)

        if self.outbox.let_be(number, user, noted) is None:
            raise UserFixable(_gone())

    def _must_act(self, user: User) -> None:
        if not self.may_act(user):
            raise Refused(_("Your role looks at alerts and does not act on them."), rule="ROLE")

    def _audit(self, act: str, kept: Kept, user: User) -> None:
        self.record(
            "delivery", user=user.name, tenant=user.tenant, act=act, message=kept.key,
            channel=kept.channel, to=kept.to, plant=kept.plant, error=kept.error,
        )  # fmt: skip


def _gone() -> str:
    return _("This message is not put aside any more: somebody else was here first.")


def _delivery(kept: Kept, *, is_whole: bool) -> Delivery:
    notice = kept.notice
    words = said(notice, kept.language) if notice is not None else None
    to = kept.to if is_whole else veiled(kept.to)
    return Delivery(
        kept.number,
        kept.status,
        kept.channel,
        to,
        kept.plant,
        notice.zone if notice is not None else "UTC",
        kept.attempts,
        kept.put_at,
        kept.due_at,
        kept.ended_at,
        kept.error.replace(kept.to, to),
        words.subject if words is not None else "",
        words.text if words is not None else "",
        notice.alerts[0].alert_id if notice is not None and notice.alerts else "",
    )


def veiled(to: str) -> str:
    """An e-mail address with its first letter and its domain alone; names of webhooks as they
    are."""
    local, at, domain = to.partition("@")
    return f"{local[:1]}…@{domain}" if at else to
