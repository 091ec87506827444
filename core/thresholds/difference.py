"""What differs between two versions of a threshold, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.thresholds.limits import limit_unit, shown
from core.thresholds.record import FIELDS, KINDS, SEVERITIES, STATISTICS, Scope, Source, Threshold
from core.translation import gettext as _

_MINUTES = ("on_delay_min", "off_delay_min", "window_min", "realarm_min")
_LIMITS = ("low", "high", "deadband")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of two versions. before, after: as people read them; empty where there is none."""

    field: str
    label: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """In one line: `High limit: 5.1 mm/s → 4.5 mm/s`."""
        none = _("none")
        return f"{self.label}: {self.before or none} → {self.after or none}"


def differences(before: Threshold, after: Threshold, unit: str = "") -> tuple[Difference, ...]:
    """The fields that differ, in the order of FIELDS. unit: the measure's own, for limits that were
    typed without one."""
    return tuple(
        Difference(field, _(label), said(before, field, unit), said(after, field, unit))
        for field, label in FIELDS.items()
        if _differs(before, after, field)
    )


def _differs(before: Threshold, after: Threshold, field: str) -> bool:
    if field in _LIMITS and before.unit != after.unit:
        return getattr(before, field) is not None or getattr(after, field) is not None
    return bool(getattr(before, field) != getattr(after, field))


def said(threshold: Threshold, field: str, unit: str = "") -> str:
    """A field for people; unit: the measure's own."""
    value: Any = getattr(threshold, field)
    if value is None:
        return ""
    if field in _LIMITS:
        return shown(value, threshold.unit or limit_unit(threshold.kind, unit))
    if field in _MINUTES:
        return _("{n} min").format(n=value)
    if field == "baseline_days":
        return _("{n} days").format(n=value)
    if field == "valid_from":
        return f"{value:%Y-%m-%d %H:%M} UTC"
    tables: dict[str, Any] = {"severity": SEVERITIES, "statistic": STATISTICS}
    if field in tables:
        return _(tables[field].get(value, value))
    if field == "kind":
        return _(KINDS[threshold.kind].words)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Scope):
        return ", ".join(f"{level} {name}" for level, name in value.at)
    if isinstance(value, Source):
        return value.text
    return f"{value:g}" if isinstance(value, float) else str(value)
