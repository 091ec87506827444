"""A number of a question as its SQL holds it: as it is, as a share, in the column's unit."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import UserFixable
from core.semantic import units
from core.verified.spots import Spot
from core.verified.template import Slot


@dataclass(frozen=True, slots=True)
class NumberTie:
    """The spot holds the slot's number: as it is, a hundredth of it (`%`), or in `unit`."""

    spot: int
    slot: int
    is_share: bool = False
    unit: str | None = None


def number_tie(at: int, index: int, slot: Slot, spot: Spot) -> NumberTie | None:
    """How the spot `at` holds the number of the slot `index`; None when it does not."""
    for candidate in (
        NumberTie(at, index),
        NumberTie(at, index, is_share=True) if slot.unit in ("%", None) else None,
        NumberTie(at, index, unit=spot.unit) if slot.unit and spot.unit else None,
    ):
        if candidate is not None and slot.number is not None:
            said = as_written(candidate, slot.number, slot.unit)
            if said is not None and said == spot.number:
                return candidate
    return None


def as_written(number: NumberTie, value: float, unit: str | None) -> float | None:
    """A slot's number as its spot holds it; None where its unit does not fit."""
    if number.is_share:
        return float(f"{value / 100:.12g}")
    if number.unit is None or unit is None:
        return value
    try:
        return float(f"{units.convert(value, unit, number.unit):.9g}")
    except UserFixable:
        return None


def as_said(number: NumberTie, written: float, unit: str | None) -> float | None:
    """The number that a question would have said for what a spot holds."""
    if number.is_share:
        return float(f"{written * 100:.12g}")
    if number.unit is None or unit is None:
        return written
    try:
        return float(f"{units.convert(written, number.unit, unit):.9g}")
    except UserFixable:
        return None
