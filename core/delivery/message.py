"""What is told to whom: the values that the outbox keeps and the channels send."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

from core.types import DEFAULT_TENANT

ChannelName = Literal["email", "webhook", "teams"]
CHANNELS: tuple[ChannelName, ...] = get_args(ChannelName)
#: raised: an alert's first step; escalated: a later one; again: it was told before and stands
#: still; summary: what quiet hours held back; trial: what an administrator sends to see whether it
#: arrives.
NoticeKind = Literal["raised", "escalated", "again", "summary", "trial"]


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """What is said of one alert. severity: `critical`, `warning` or `caution`. place: in words,
    such as its line. kind: of the threshold (`high`, `missing` ...). value, limit: in `unit`
    (UCUM); None where there is none. raised_at, returned_at: UTC, naive. action: what to do."""

    alert_id: str
    severity: str
    asset: str
    measure: str
    raised_at: dt.datetime
    place: str = ""
    kind: str = ""
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    returned_at: dt.datetime | None = None
    action: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message's content. alerts: one, but for a summary. zone: IANA, of the plant's clock, by
    which times are told. settled: alerts of a summary that were dealt with meanwhile. why: a
    sentence on why this receiver is told, where it is not plain. link: where to look, http(s)."""

    kind: NoticeKind
    alerts: tuple[ToldAlert, ...]
    zone: str = "UTC"
    settled: int = 0
    why: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A notice to one receiver by one channel.

    key: the same for the same telling, however often it is put or sent (`message_key`). to: an
    e-mail address, or the name of a webhook or Teams room in the settings; never its URL.
    language: one of `core.translation.LANGUAGES`. plant: the scope value whose people may see it.
    """

    key: str
    channel: ChannelName
    to: str
    notice: Notice
    language: str = "en"
    tenant: str = DEFAULT_TENANT
    plant: str = ""


def message_key(*parts: str) -> str:
    """32 hexadecimal digits, the same for the same parts: of an alert its id, when this telling of
    it began, the step, the channel and the receiver."""
    told = "\x1f".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def trial(channel: ChannelName, to: str, at: dt.datetime, language: str = "en") -> Message:
    """A message that tells nothing but that it arrives: to try a channel out. at: UTC, naive."""
    key = message_key("trial", channel, to, at.isoformat())
    return Message(key, channel, to, Notice("trial", ()), language)
