"""Rules on a threshold's limits: which ones it has, their unit, their order, the deadband."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from core.semantic.units import UnitError, display_unit, is_ucum, unit_problem
from core.thresholds.finding import Finding
from core.thresholds.grounds import Measure
from core.thresholds.limits import limit_unit, own_limits, own_value, shown
from core.thresholds.record import KINDS, Side, Threshold
from core.translation import gettext as _

#: Beyond this no number of a plant is meant.
HUGE: Final = 1e12
_SIDES: Final[tuple[Side, ...]] = ("low", "high")
#: Sigmas below which chance alone would alert all day.
_FEW_SIGMAS: Final = 2.0


def limit_findings(threshold: Threshold, measure: Measure | None) -> Iterator[Finding]:
    """measure: what it looks at; None when that is not known, which is then told elsewhere."""
    wrong = [*number_findings(threshold), *_sides(threshold)]
    yield from wrong
    unit = [*_unit(threshold, measure)]
    yield from unit
    if wrong or unit:
        return
    yield from _inverted(threshold)
    yield from _deadband(threshold)
    if measure is not None:
        yield from _meaning(threshold, measure)


def number_findings(threshold: Threshold) -> Iterator[Finding]:
    """What is no number, or none that anybody means."""
    for field in ("low", "high", "deadband"):
        value = getattr(threshold, field)
        if value is None:
            continue
        if not math.isfinite(value):
            yield Finding(field, _("It must be a number."))
        elif abs(value) > HUGE:
            yield Finding(field, _("The number is too large. Is the unit the one that is meant?"))


def _sides(threshold: Threshold) -> Iterator[Finding]:
    rule = KINDS[threshold.kind]
    for side in _SIDES:
        value = getattr(threshold, side)
        if side in rule.sides and value is None:
            yield Finding(side, _("It needs this limit. Give a number."))
        elif side not in rule.sides and value is not None:
            text = _(
                "A threshold of the kind {kind} has no such limit. Clear it, or change the kind."
            )
            yield Finding(side, text.format(kind=_(rule.words)))
    if threshold.deadband and "deadband" not in rule.takes:
        text = _("A threshold of the kind {kind} has no deadband. Set it to 0.")
        yield Finding("deadband", text.format(kind=_(rule.words)))


def _unit(threshold: Threshold, measure: Measure | None) -> Iterator[Finding]:
    typed = threshold.unit
    if not typed:
        return
    if not is_ucum(typed):
        problem = unit_problem(typed[:60])
        yield Finding("unit", problem[:1].upper() + problem[1:])
        return
    own = measure.unit if measure is not None else ""
    kind = threshold.kind
    if measure is None and KINDS[kind].limit_unit in ("own", "per_hour"):
        return
    try:
        own_value(1.0, kind, typed, own)
    except UnitError as error:
        if KINDS[kind].limit_unit == "own":
            yield Finding("unit", str(error))
            return
        text = _("{unit!r} is no unit for the kind {kind}. Give the limit in {wanted}.")
        wanted = display_unit(limit_unit(kind, own)) or _("plain numbers, without a unit")
        yield Finding("unit", text.format(unit=typed, kind=_(KINDS[kind].words), wanted=wanted))


def _inverted(threshold: Threshold) -> Iterator[Finding]:
    low, high = threshold.low, threshold.high
    if low is None or high is None or low < high:
        return
    text = _("The band is upside down: {low} is not below {high}. Change them over.")
    unit = threshold.unit
    yield Finding("high", text.format(low=shown(low, unit), high=shown(high, unit)))


def _deadband(threshold: Threshold) -> Iterator[Finding]:
    width, low, high = threshold.deadband, threshold.low, threshold.high
    if width < 0:
        yield Finding("deadband", _("The deadband cannot be below 0."))
        return
    if low is not None and high is not None and low < high and 2 * width >= high - low:
        text = _(
            "The alert would never return: a deadband of {width} on both sides leaves nothing of "
            "the band. It must be below {most}."
        )
        most = shown((high - low) / 2, threshold.unit)
        yield Finding("deadband", text.format(width=shown(width, threshold.unit), most=most))
        return
    limit = high if high is not None else low
    if limit is None or not width or width < abs(limit):
        return
    text = _("The deadband is as large as the limit itself: the alert returns {side} {value}.")
    if KINDS[threshold.kind].limit_unit == "own":
        back = limit - width if high is not None else limit + width
        side = _("only below") if high is not None else _("only above")
        said = text.format(side=side, value=shown(back, threshold.unit))
        yield Finding("deadband", said, "warning")
    else:
        text = _("The alert would never return: the deadband must be below {most}.")
        yield Finding("deadband", text.format(most=shown(limit, threshold.unit)))


def _meaning(threshold: Threshold, measure: Measure) -> Iterator[Finding]:
    """Kinds whose limit is an amount: it is above 0, and not so small that it always holds."""
    rule = KINDS[threshold.kind]
    if rule.limit_unit == "own":
        return
    high = own_limits(threshold, measure.unit).high
    if high is None:
        return
    if high <= 0:
        yield Finding("high", _("This limit must be above 0."))
    elif rule.limit_unit == "sigmas" and high < _FEW_SIGMAS:
        text = _("Below {n} sigmas chance alone alerts all day. 3 is usual.")
        yield Finding("high", text.format(n=f"{_FEW_SIGMAS:g}"), "warning")
