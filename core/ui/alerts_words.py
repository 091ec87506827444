"""What a line of the list says: severity with its sign, times in the plant's own, ages."""

from __future__ import annotations

import datetime as dt
from typing import Final

from core.alert_desk.clocks import to_local
from core.alert_desk.words import limited, subject, where
from core.alerting.alert import SEVERITY_NAMES, Alert, Severity
from core.alerting.lifecycle import PUT_AWAY, STATES, State
from core.semantic.display import format_duration
from core.semantic.model import SemanticModel
from core.translation import gettext as _
from core.ui.text import moment, plain

#: Colour and sign of each severity; the word stands beside them.
SIGNS: Final[dict[Severity, tuple[str, str]]] = {
    "critical": ("red", "error"),
    "warning": ("orange", "warning"),
    "caution": ("yellow", "info"),
}


def severity(name: Severity) -> str:
    """Sign and word of a severity, in its colour."""
    colour, icon = SIGNS[name]
    word = _(SEVERITY_NAMES[name])
    return f":{colour}[:material/{icon}: **{plain(word[:1].upper() + word[1:])}**]"


def sign(alert: Alert) -> str:
    """The severity of an alert, without colour where it is over or put away."""
    if alert.state not in (State.NORMAL, *PUT_AWAY):
        return severity(alert.severity)
    word = _(SEVERITY_NAMES[alert.severity])
    icon = SIGNS[alert.severity][1]
    return f":gray[:material/{icon}: {plain(word[:1].upper() + word[1:])}]"


def head(alert: Alert, model: SemanticModel) -> str:
    """Severity, where, what: the first line."""
    place = alert.asset or where(alert) or alert.plant
    return f"{sign(alert)} \u2002**{plain(place)}** \u2002{plain(subject(alert, model))}"


def reading(alert: Alert, model: SemanticModel, now: dt.datetime, zone: str) -> str:
    """What was read, against which limit, since when: the second line."""
    parts = [limited(alert, model), since(alert, now, zone)]
    return " · ".join(plain(part) for part in parts if part)


def since(alert: Alert, now: dt.datetime, zone: str) -> str:
    """`since 23 Jun 2026, 06:00 (7.8 days)`, of what is over from when to when. now: UTC."""
    begun = moment(to_local(alert.raised_at, zone))
    over = alert.returned_at or alert.closed_at
    if over is not None and over >= alert.raised_at:
        lasted = format_duration((over - alert.raised_at) / dt.timedelta(hours=1))
        return _("{moment}, for {length}").format(moment=begun, length=lasted)
    age = max(now - alert.raised_at, dt.timedelta())
    length = format_duration(age / dt.timedelta(hours=1))
    return _("since {moment} ({length})").format(moment=begun, length=length)


def standing(alert: Alert, zone: str) -> str:
    """Where it stands, and who did what about it: the last line."""
    parts = [where(alert), _(STATES[alert.state])]
    if alert.state in (State.ACKNOWLEDGED, State.LATCHED) and alert.acknowledged_by:
        parts.append(_by(alert.acknowledged_by, alert.acknowledged_reason))
    if alert.state in (State.SHELVED, State.OUT_OF_SERVICE):
        if alert.away_until is not None:
            until = moment(to_local(alert.away_until, zone))
            parts.append(_("until {moment}").format(moment=until))
        parts.append(_by(alert.away_by, alert.away_reason))
    if alert.count > 1:
        parts.append(_("raised {n} times").format(n=alert.count))
    return " · ".join(plain(part) for part in parts if part)


def _by(who: str, why: str) -> str:
    said = _("by {who}").format(who=who)
    return f"{said}: {why}" if why else said


def ago(seconds: float) -> str:
    """`12 s ago`."""
    if seconds < 60:
        return _("{n} s ago").format(n=max(0, round(seconds)))
    if seconds < 3_600:
        return _("{n} min ago").format(n=round(seconds / 60))
    return _("{n} h ago").format(n=round(seconds / 3_600))
