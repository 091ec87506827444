"""A notice in the receiver's words: a subject, a heading, facts by name, sentences.

Channels dress these up; none of them adds a word of its own. What came from outside (names of
assets, actions to take) is put on one line each, so that no text can pretend to be another part.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.delivery.message import Notice, ToldAlert
from core.semantic.display import NBSP, format_moment, format_plain
from core.translation import gettext as _
from core.translation import marked, ngettext, speaking

#: Alerts of a summary that are told one by one; a Teams message may have 28 KB.
MOST_TOLD: Final = 20
_MOST_TEXT: Final = 300
_MOST_SUBJECT: Final = 180

SEVERITIES: Final = {
    "critical": marked("Critical"),
    "warning": marked("Warning"),
    "caution": marked("Caution"),
}
_KINDS: Final = {
    "high": marked("above the limit"),
    "high_high": marked("far above the limit"),
    "low": marked("below the limit"),
    "low_low": marked("far below the limit"),
    "band": marked("outside its band"),
    "rate": marked("changing too fast"),
    "deviation": marked("far from its usual value"),
    "missing": marked("no good reading"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """subject: one line. facts: name and value, in order. items: of a summary, a line an alert.
    notes: sentences after them. severity: the worst, empty where there is no alert. link_label:
    what the link says, empty where there is none."""

    subject: str
    heading: str
    severity: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    link: str = ""
    link_label: str = ""

    @property
    def text(self) -> str:
        """All of it as plain text, in lines."""
        facts = [f"{name}: {value}" for name, value in self.facts]
        items = [f"- {item}" for item in self.items]
        link = [f"{self.link_label}: {self.link}"] if self.link else []
        parts = [[self.heading], facts, items, link, list(self.notes)]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def said(notice: Notice, language: str) -> Words:
    """The notice in a language; English for one that Gemba does not have."""
    with speaking(language):
        words = _words(notice)
        if not _is_link(notice.link):
            return words
        return replace(words, link=notice.link, link_label=_("Open in Gemba"))


def one_line(text: str, most: int = _MOST_TEXT) -> str:
    """The text without line breaks and control characters, cut where it is long."""
    plain = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text
    )
    line = " ".join(plain.split(" ")).strip()
    return line if len(line) <= most else f"{line[: most - 1]}…"


def local_moment(at: dt.datetime, zone: str) -> str:
    """A time (UTC, naive) by the plant's clock, with the clock's own name (`CEST`)."""
    try:
        there = at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        there = at.replace(tzinfo=dt.UTC)
    shown = format_moment(there.replace(tzinfo=None, microsecond=0, second=0))
    return f"{shown} {there.tzname()}"


def _words(notice: Notice) -> Words:
    if notice.kind == "trial":
        heading = _("A trial message from Gemba: it arrived.")
        return Words(heading, heading, notes=_notes(notice, ()))
    if notice.kind == "summary" or len(notice.alerts) != 1:
        return _summary(notice)
    return _one(notice, notice.alerts[0])


def _one(notice: Notice, alert: ToldAlert) -> Words:
    heads = {
        "raised": _("{severity}: {what}"),
        "escalated": _("{severity}, not acknowledged yet: {what}"),
        "again": _("{severity}, still there: {what}"),
    }
    what = _what(alert)
    head = heads[notice.kind].format(severity=_severity(alert), what=what)
    return Words(
        one_line(f"[Gemba] {head}", _MOST_SUBJECT),
        head,
        alert.severity,
        facts=_facts(alert, notice.zone),
        notes=_notes(notice, (alert,)),
    )


def _summary(notice: Notice) -> Words:
    told, n = notice.alerts[:MOST_TOLD], len(notice.alerts)
    head = ngettext(
        "{n} alert was held back in the quiet hours",
        "{n} alerts were held back in the quiet hours",
        n,
    ).format(n=n)
    items = [_item(alert, notice.zone) for alert in told]
    if n > len(told):
        items.append(_("and {n} more").format(n=n - len(told)))
    notes = _notes(notice, notice.alerts)
    if notice.settled:
        settled = ngettext(
            "{n} more was acknowledged or put aside meanwhile.",
            "{n} more were acknowledged or put aside meanwhile.",
            notice.settled,
        ).format(n=notice.settled)
        notes = (settled, *notes)
    severities = [name for name in SEVERITIES if any(a.severity == name for a in notice.alerts)]
    return Words(
        f"[Gemba] {head}", head, severities[0] if severities else "",
        items=tuple(items), notes=notes,
    )  # fmt: skip


def _what(alert: ToldAlert) -> str:
    parts = [one_line(alert.asset), one_line(alert.measure), _kind(alert)]
    return ", ".join(part for part in parts if part)


def _item(alert: ToldAlert, zone: str) -> str:
    since = local_moment(alert.raised_at, zone)
    over = ""
    if alert.returned_at is not None:
        over = _("over since {moment}").format(moment=local_moment(alert.returned_at, zone))
    parts = [f"{since}{NBSP}–", f"{_severity(alert)}:", _what(alert), f"({over})" if over else ""]
    return " ".join(part for part in parts if part)


def _facts(alert: ToldAlert, zone: str) -> tuple[tuple[str, str], ...]:
    over = alert.returned_at
    facts = [
        (_("Place"), one_line(alert.place)),
        (_("Asset"), one_line(alert.asset)),
        (_("Figure"), one_line(alert.measure)),
        (_("Value"), _amount(alert.value, alert.unit)),
        (_("Limit"), _amount(alert.limit, alert.unit)),
        (_("Since"), local_moment(alert.raised_at, zone)),
        (_("Over since"), local_moment(over, zone) if over is not None else ""),
        (_("What to do"), one_line(alert.action)),
    ]
    return tuple((name, value) for name, value in facts if value)


def _notes(notice: Notice, alerts: tuple[ToldAlert, ...]) -> tuple[str, ...]:
    why = (one_line(notice.why),) if notice.why else ()
    if not alerts:
        return why
    advice = _(
        "Gemba advises. It is neither a safety system nor a control alarm: act by the plant's own "
        "alarms and procedures."
    )
    return (*why, advice)


def _is_link(link: str) -> bool:
    is_web = link.startswith(("http://", "https://"))
    return is_web and link.isprintable() and " " not in link


def _severity(alert: ToldAlert) -> str:
    known = SEVERITIES.get(alert.severity)
    return _(known) if known else one_line(alert.severity)


def _kind(alert: ToldAlert) -> str:
    known = _KINDS.get(alert.kind)
    return _(known) if known else ""


def _amount(value: float | None, unit: str) -> str:
    if value is None or not math.isfinite(value):
        return ""
    return format_plain(value, one_line(unit) or None, decimals=3)
