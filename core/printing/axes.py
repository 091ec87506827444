"""From values to places on the page: scales with their ticks."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from core.semantic.display import format_number

Kind = Literal["number", "date", "category"]
_DAY_S = 86_400.0
_STEPS_S = (600, 1800, 3600, 7200, 14_400, 21_600, 43_200, _DAY_S, 2 * _DAY_S, 7 * _DAY_S)


@dataclass(frozen=True, slots=True)
class Scale:
    """A line of values from `low` to `high`, laid on the page from `start` to `end` (points)."""

    kind: Kind
    low: float
    high: float
    start: float
    end: float
    categories: tuple[str, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()

    @property
    def top(self) -> float:
        """The farther end, in points."""
        return max(self.start, self.end)

    def at(self, value: Any) -> float | None:
        """Where a value stands; None for one that is none."""
        number = self.number(value)
        if number is None or self.high == self.low:
            return None
        return self.start + (number - self.low) / (self.high - self.low) * (self.end - self.start)

    def number(self, value: Any) -> float | None:
        """The value on the scale's own line."""
        if self.kind == "category":
            text = str(value)
            return (
                float(self.categories.index(text)) if text in self.categories else as_number(value)
            )
        return as_date(value) if self.kind == "date" else as_number(value)


def as_number(value: Any) -> float | None:
    """A finite number, or None; a moment is none."""
    if type(value) is bool or not isinstance(value, numbers.Real | Decimal):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def as_date(value: Any) -> float | None:
    """Seconds of a moment on the plant's clock, or None."""
    if isinstance(value, dt.datetime):
        moment = value
    elif isinstance(value, dt.date):
        moment = dt.datetime.combine(value, dt.time())
    else:
        try:
            moment = dt.datetime.fromisoformat(str(value)[:26])
        except ValueError:
            return None
    return (moment.replace(tzinfo=None) - dt.datetime(2000, 1, 1)).total_seconds()


def kind_of(values: Iterable[Any]) -> Kind:
    """What kind of line values need."""
    there = [v for v in values if v is not None and not _is_nan(v)]
    if there and all(as_number(v) is not None for v in there):
        return "number"
    if there and all(as_date(v) is not None for v in there):
        return "date"
    return "category"


def number_ticks(low: float, high: float, most: int = 5) -> tuple[tuple[float, str], ...]:
    """Round numbers within a range."""
    span = high - low
    if span <= 0:
        return ()
    raw = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= raw)
    decimals = max(0, -math.floor(math.log10(step)))
    first = math.ceil(low / step)
    found = [k * step for k in range(first, first + 4 * most) if k * step <= high + step * 1e-9]
    return tuple((value, format_number(value, decimals)) for value in found)


def date_ticks(low: float, high: float, most: int = 6) -> tuple[tuple[float, str], ...]:
    """Round moments within a range, as days or as times of the day."""
    span = high - low
    if span <= 0:
        return ((low, _day(low)),)
    step = next((s for s in _STEPS_S if span / s <= most), math.ceil(span / most / _DAY_S) * _DAY_S)
    first = math.ceil(low / step)
    found = [k * step for k in range(first, first + 2 * most) if k * step <= high]
    return tuple((value, _clock(value) if step < _DAY_S else _day(value)) for value in found)


def _day(value: float) -> str:
    moment = dt.datetime(2000, 1, 1) + dt.timedelta(seconds=value)
    return f"{moment.day} {moment:%b}"


def _clock(value: float) -> str:
    moment = dt.datetime(2000, 1, 1) + dt.timedelta(seconds=value)
    return _day(value) if not moment.hour and not moment.minute else f"{moment:%H:%M}"


def spread(values: Sequence[float], *, from_zero: bool) -> tuple[float, float]:
    """A range with a little room; from zero for bars."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    if low == high:
        low, high = low - 1, high + 1
    room = (high - low) * 0.06
    return (low if from_zero and low == 0 else low - room), high + room


def _is_nan(value: Any) -> bool:
    return isinstance(value, numbers.Real) and math.isnan(value)
