"""A shift's sheet as a value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.semantic.shifts import Shift
from core.types import DataQuality


@dataclass(frozen=True, slots=True)
class Figures:
    """The figure and its factors over some rows, in the order of the model's section; None where
    there is none. downtime: in the metric's own unit."""

    figure: float | None = None
    factors: tuple[float | None, ...] = ()
    downtime: float | None = None

    def losses(self) -> tuple[float, ...]:
        """How much each factor takes from 1, in their order; together with the figure they make 1.
        Empty where the figure is not their product."""
        if self.figure is None or not self.factors or None in self.factors:
            return ()
        left, taken = 1.0, []
        for factor in self.factors:
            assert factor is not None
            taken.append(left * (1 - factor))
            left *= factor
        return tuple(taken) if abs(left - self.figure) < 1e-6 else ()


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in this shift, in the one before, and in the same one the day before. name: empty for
    the whole plant."""

    name: str
    now: Figures
    before: Figures
    day_before: Figures


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry of a ranking with its downtime; of: what most of it was."""

    name: str
    value: float
    of: str = ""


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset that stood out, with its figures."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Alarms:
    """What was open when the shift ended. rows: cells in the order of the model's fields, the
    oldest first; total: how many there are in all, or at least where `is_cut`."""

    total: int
    rows: tuple[tuple[object, ...], ...] = ()
    fields: tuple[str, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """plant: scope value; plant_name: for people. until: how far the data went when it was made, on
    the plant's clock, whose zone `zone` names. is_whole: whether the data reach the shift's end.
    alarms: None where the model has none."""

    model: str
    plant: str
    plant_name: str
    language: str
    shift: Shift
    before: Shift
    day_before: Shift
    until: dt.datetime
    is_whole: bool
    whole: LineRow
    lines: tuple[LineRow, ...]
    reasons: tuple[Ranked, ...]
    assets: tuple[Ranked, ...]
    worst: tuple[AssetRow, ...]
    alarms: Alarms | None
    quality: DataQuality | None
    zone: str = "UTC"
