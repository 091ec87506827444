"""Limits in the unit in which a measure is kept, whatever unit they were typed in.

A limit is a place on a scale (176 °F is 80 °C), a deadband or a rate a difference (9 °F are 5 °C):
an offset counts for the one and not for the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import UserFixable
from core.semantic.units import convert, display_unit, is_ucum, same_dimension
from core.thresholds.record import KINDS, Kind, Threshold

_TIMES = ("s", "min", "h", "d")


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """Limits and deadband as `limit_unit` of the kind says: in the measure's own unit, in that unit
    an hour, in sigmas, in minutes. None where the threshold has no such limit."""

    low: float | None
    high: float | None
    deadband: float


def own_limits(threshold: Threshold, unit: str) -> OwnLimits:
    """unit: the measure's own, empty for none. Raises UnitError for a unit of another dimension."""
    low, high = (
        None if value is None else own_value(value, threshold.kind, threshold.unit, unit)
        for value in (threshold.low, threshold.high)
    )
    return OwnLimits(low, high, own_difference(threshold, unit))


def own_value(value: float, kind: Kind, typed: str, unit: str) -> float:
    """A limit of this kind, typed in one unit, in the measure's own. Raises UnitError."""
    match KINDS[kind].limit_unit:
        case "own":
            return convert(value, typed, unit) if typed else value
        case "per_hour":
            return value * per_hour(typed, unit)
        case "sigmas":
            return convert(value, typed or "1", "1")
        case _:
            return convert(value, typed or "min", "min")


def own_difference(threshold: Threshold, unit: str) -> float:
    """The deadband in the measure's own unit. Raises UnitError."""
    if not threshold.deadband:
        return 0.0
    match KINDS[threshold.kind].limit_unit:
        case "own":
            scale = difference(threshold.unit, unit) if threshold.unit else 1.0
            return _tidy(threshold.deadband * scale)
        case "per_hour":
            return _tidy(threshold.deadband * per_hour(threshold.unit, unit))
        case _:
            return own_value(threshold.deadband, threshold.kind, threshold.unit, unit)


def difference(from_unit: str, to_unit: str) -> float:
    """How large a difference of 1 in one unit is in the other; an offset plays no part."""
    span = 1e6  # what `convert` rounds away from a small one would show
    return _tidy((convert(span, from_unit, to_unit) - convert(0.0, from_unit, to_unit)) / span)


def per_hour(typed: str, unit: str) -> float:
    """How large a rate of 1 of the typed unit is, in the measure's unit an hour. Raises UnitError
    where it is no such rate."""
    if not typed:
        return 1.0
    above, stroke, below = typed.rpartition("/")
    above, own = above or "1", unit or "1"
    if stroke and below in _TIMES and is_ucum(above) and same_dimension(above, own):
        return _tidy(difference(above, own) * convert(1.0, "h", below))
    return _tidy(convert(1.0, typed, unit_per_hour(unit)))


def unit_per_hour(unit: str) -> str:
    """`Cel` -> `Cel/h`."""
    return f"{'' if unit in ('', '1') else unit}/h"


def limit_unit(kind: Kind, unit: str) -> str:
    """The UCUM code of a limit of this kind where no other is typed; empty for a plain number."""
    match KINDS[kind].limit_unit:
        case "own":
            return unit
        case "per_hour":
            return unit_per_hour(unit)
        case "sigmas":
            return ""
        case _:
            return "min"


def shown(value: float, unit: str) -> str:
    """A number with its unit's symbol: `5.1 mm/s`."""
    symbol = display_unit(unit)
    return f"{value:.6g} {symbol}" if symbol else f"{value:.6g}"


def _tidy(value: float) -> float:
    """To 11 significant digits, one less than `convert` gives."""
    return float(f"{value:.11g}")


def fits(kind: Kind, typed: str, unit: str) -> bool:
    """Whether a typed unit can be that of a limit of this kind."""
    try:
        own_value(1.0, kind, typed, unit)
    except UserFixable:
        return False
    return True
