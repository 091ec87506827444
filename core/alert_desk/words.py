"""Alerts in words: what it is about, where, what was measured, what happened."""

from __future__ import annotations

from typing import Final

from core.alerting.alert import Alert, Entry
from core.alerting.data_alerts import QUARANTINE, STREAM
from core.alerting.lifecycle import Event
from core.semantic.display import format_plain
from core.semantic.model import Column, Metric, SemanticModel
from core.semantic.said import said
from core.thresholds.limits import limit_unit
from core.thresholds.record import KINDS, Kind
from core.translation import gettext as _
from core.translation import marked, ngettext

#: Rules that group alerts, in place of a kind of limit.
_RULES: Final = {
    "communication": marked("No Good readings from several sensors"),
    "flood": marked("Many alerts at once"),
    QUARANTINE: marked("Data held back"),
    STREAM: marked("Live values are not complete"),
}
#: What an alert of each kind says of its measure.
_SAID: Final[dict[Kind, str]] = {
    "high": marked("{measure} high"),
    "high_high": marked("{measure} very high"),
    "low": marked("{measure} low"),
    "low_low": marked("{measure} very low"),
    "band": marked("{measure} outside its band"),
    "rate": marked("{measure} changes fast"),
    "deviation": marked("{measure} unlike itself"),
    "missing": marked("{measure}: no Good readings"),
}
#: Digits more than usual, at most, by which a value is told from its limit.
_MOST_MORE: Final = 4
_EVENTS: Final = {
    Event.RAISE: marked("Raised"),
    Event.RETURN: marked("Back to normal"),
    Event.LATCH: marked("Back to normal; it stays until somebody resets it"),
    Event.REALARM: marked("Told again, since it still stands"),
    Event.ACKNOWLEDGE: marked("Acknowledged"),
    Event.RESET: marked("Reset"),
    Event.SHELVE: marked("Shelved"),
    Event.UNSHELVE: marked("Taken off the shelf"),
    Event.SUPPRESS: marked("Another alert stands for it"),
    Event.UNSUPPRESS: marked("Stands for itself again"),
    Event.OUT_OF_SERVICE: marked("Out of service"),
    Event.INTO_SERVICE: marked("Back in service"),
}


def kind_of(alert: Alert) -> Kind | None:
    """The kind of its threshold; None for an alert that stands for others."""
    return next((kind for kind in KINDS if kind == alert.kind), None)


def measured(measure: str, model: SemanticModel) -> Column | Metric | None:
    """What is looked at, in the language at hand; None where that is nothing alone."""
    spoken = said(model)
    if measure in spoken.metrics:
        return spoken.metrics[measure]
    if spoken.watch is None:
        return None
    return spoken.tables[spoken.watch.table].columns.get(measure)


def subject(alert: Alert, model: SemanticModel) -> str:
    """What it is about, without where: `Vibration high`."""
    kind, seen = kind_of(alert), measured(alert.measure, model)
    if kind is None:
        return _(_RULES[alert.kind]) if alert.kind in _RULES else alert.kind
    label = seen.label if seen is not None else alert.measure
    if not label:
        return _(KINDS[kind].words)
    return _(_SAID[kind]).format(measure=f"{label[:1].upper()}{label[1:]}")


def amount(alert: Alert, value: float, model: SemanticModel, more: int = 0) -> str:
    """A value or limit of it with its unit: `8.31 mm/s`; of one that stands for others how many.
    more: digits beside the usual ones."""
    kind, seen = kind_of(alert), measured(alert.measure, model)
    if alert.kind in (QUARANTINE, STREAM):
        return ngettext("{n} row", "{n} rows", int(value)).format(n=f"{value:.0f}")
    if kind is None:
        return _("it stands for {n} alerts").format(n=f"{value:g}")
    unit = alert.unit or limit_unit(kind, (seen.unit or "") if seen is not None else "")
    is_share = isinstance(seen, Metric) and seen.display == "percent"
    if is_share and KINDS[kind].limit_unit == "own" and unit in ("", "1"):
        return format_plain(round(value * 100, 1 + more), "%")
    return format_plain(round(value, 3 + more), unit)


def limited(alert: Alert, model: SemanticModel) -> str:
    """What was read and the limit: `8.31 mm/s, limit 5.1 mm/s`; empty where it has neither."""
    value, limit = alert.value, alert.limit
    if value is None or limit is None:
        more = 0
    else:  # one that is just beyond its limit does not read as if it were at it
        more = next((n for n in range(_MOST_MORE) if _differ(alert, value, limit, model, n)), 0)
    parts = [] if value is None else [amount(alert, value, model, more)]
    if limit is not None:
        parts.append(_("limit {value}").format(value=amount(alert, limit, model, more)))
    return ", ".join(parts)


def _differ(alert: Alert, value: float, limit: float, model: SemanticModel, more: int) -> bool:
    return amount(alert, value, model, more) != amount(alert, limit, model, more)


def where(alert: Alert) -> str:
    """Where its asset stands, general to particular, without itself: `pump · HAM · Line 3`; empty
    for one of a place as a whole."""
    if alert.is_of_place:
        return ""
    return " · ".join(value for _level, value in alert.place if value != alert.asset)


def name_of(alert: Alert, model: SemanticModel) -> str:
    """In one line: `PMP-03, Vibration high`."""
    place = alert.asset or where(alert) or alert.plant
    return f"{place}, {subject(alert, model)}"


def happened_words(event: Event) -> str:
    """What happened, in words."""
    return _(_EVENTS[event])


def done_words(entry: Entry) -> str:
    """What somebody did, as a sentence's beginning: `Acknowledged by ann`."""
    what = happened_words(entry.event)
    if not entry.by:
        return what
    return _("{what} by {who}").format(what=what, who=entry.by)
