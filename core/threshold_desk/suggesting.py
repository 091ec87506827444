"""Limits to start from, out of the data and the starter sets, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from core.semantic.units import convert
from core.statistics.bands import Band, quantile_band, robust_band, sigma_band
from core.statistics.readings import UnfitReadings
from core.thresholds.limits import per_hour, shown
from core.thresholds.record import KINDS, Source, Threshold
from core.translation import gettext as _
from core.watch.trial import Course

#: Readings that a suggestion needs: a day of ten-minute ones.
LEAST: Final = 144
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Limits in the threshold's unit, None where the kind has none. method: its name; reason: why,
    with its numbers. beyond: share of the baseline's readings that lie beyond them, None where
    there were none to ask. source: kept with a threshold that takes it."""

    method: str
    low: float | None
    high: float | None
    unit: str
    reason: str
    beyond: float | None
    source: Source
    deadband: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was found, or why nothing was."""

    found: tuple[Suggestion, ...]
    readings: int
    why_not: str = ""


def blank(threshold: Threshold) -> Threshold:
    """The same with limits that nothing reaches, so that its readings can be looked at."""
    far = 1e11
    sides = KINDS[threshold.kind].sides
    return replace(
        threshold,
        low=-far if "low" in sides else None,
        high=far if "high" in sides else None,
        unit="",
        deadband=0.0,
    )


def suggestions(
    threshold: Threshold,
    courses: Sequence[Course],
    unit: str,
    starters: Sequence[Threshold],
    days: tuple[str, str],
) -> Suggestions:
    """Limits for a threshold. courses: of `blank` over the baseline, in the measure's own unit.
    starters: thresholds of the starter sets of the same measure and kind that hold there. days: the
    first and the last of the baseline, in words."""
    found = [_starter(one, courses, unit) for one in starters]
    rule = KINDS[threshold.kind]
    if rule.limit_unit not in ("own", "per_hour"):
        text = _("Limits of the kind {kind} do not come from a distribution; 3 sigmas are usual.")
        why = text.format(kind=_(rule.words)) if threshold.kind == "deviation" else ""
        return Suggestions(tuple(found), 0, why or _("Nothing is suggested for this kind."))
    values = _pooled(courses)
    if rule.limit_unit == "per_hour":
        values = np.abs(values)
    assets = sum(bool(np.isfinite(one.values).any()) for one in courses)
    said = _("{n} Good readings of {m} assets from {first} to {last}").format(
        n=f"{len(values):,}", m=assets, first=days[0], last=days[1]
    )
    why = ""
    for method, make, why_so in _methods():
        try:
            band = make(values)
        except UnfitReadings as error:
            why = str(error)
            continue
        reason = f"{why_so} {said}."
        found.append(_of_band(method, band, reason, values, threshold, unit))
    return Suggestions(tuple(found), len(values), why)


def _methods() -> list[tuple[str, Callable[[npt.NDArray[np.float64]], Band], str]]:
    return [
        (
            _("99.9 % of readings"),
            lambda values: quantile_band(values, lower=0.001, upper=0.999, at_least=1_000),
            _("One of a thousand readings lies beyond, whatever their distribution:"),
        ),
        (
            _("99 % of readings"),
            lambda values: quantile_band(values, at_least=LEAST),
            _("One of a hundred readings lies beyond, whatever their distribution:"),
        ),
        (
            _("Mean and 3 sigmas"),
            lambda values: sigma_band(values, at_least=LEAST),
            _("The mean and three standard deviations, for readings that are about normal:"),
        ),
        (
            _("Median and 4 robust sigmas"),
            lambda values: robust_band(values, sigmas=4.0, at_least=LEAST),
            _("The median and four sigmas by its absolute deviation, so that outliers in the "
              "baseline do not move it:"),
        ),
    ]  # fmt: skip


def _pooled(courses: Sequence[Course]) -> npt.NDArray[np.float64]:
    values = [one.values[np.isfinite(one.values)] for one in courses]
    return np.concatenate(values) if values else np.empty(0)


def _of_band(
    method: str,
    band: Band,
    reason: str,
    values: npt.NDArray[np.float64],
    threshold: Threshold,
    unit: str,
) -> Suggestion:
    sides = KINDS[threshold.kind].sides
    low = _typed(band.lower, threshold, unit, up=False) if "low" in sides else None
    high = _typed(band.upper, threshold, unit, up=True) if "high" in sides else None
    beyond = np.zeros(values.shape, bool)
    if "low" in sides:
        beyond |= values < band.lower
    if "high" in sides:
        beyond |= values > band.upper
    return Suggestion(
        method,
        low,
        high,
        threshold.unit,
        reason,
        float(beyond.mean()) if beyond.size else None,
        Source(standard=method, note=reason),
    )


def _typed(value: float, threshold: Threshold, unit: str, *, up: bool) -> float:
    """In the unit that is typed, to three digits, away from the readings."""
    typed = threshold.unit
    if typed and KINDS[threshold.kind].limit_unit == "own":
        value = convert(value, unit, typed)
    elif typed:
        value = value / per_hour(typed, unit)
    return rounded(value, up=up)


def rounded(value: float, *, up: bool) -> float:
    """To three significant digits, up or down."""
    if not value or not math.isfinite(value):
        return value
    places = _DIGITS - 1 - math.floor(math.log10(abs(value)))
    scale = 10.0**places
    moved = (math.ceil if up else math.floor)(round(value * scale, 6)) / scale
    return float(f"{moved:.10g}")


def _starter(one: Threshold, courses: Sequence[Course], unit: str) -> Suggestion:
    values = _pooled(courses)
    own = one.unit or unit
    beyond = None
    if values.size and KINDS[one.kind].limit_unit == "own":
        low = -math.inf if one.low is None else convert(one.low, own, unit) if own else one.low
        high = math.inf if one.high is None else convert(one.high, own, unit) if own else one.high
        beyond = float(((values < low) | (values > high)).mean())
    where = ", ".join(value for _level, value in one.scope.at)
    limit = " – ".join(shown(v, own) for v in (one.low, one.high) if v is not None)
    reason = _("{limit} for {where}, by {source}.").format(
        limit=limit, where=where, source=one.source.text or _("the starter set")
    )
    return Suggestion(
        _("Starter set"), one.low, one.high, one.unit, reason, beyond, one.source, one.deadband
    )
