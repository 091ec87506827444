"""Readings of an interval as one row of the model's table. Pure.

A server tells what changes, so a value holds until the next one. A mean is weighted by the time for
which each value held. Of a cell all time Good is good, all time Bad is bad, and the rest uncertain,
as OPC UA part 13 has it by default (percent good 100, percent bad 100); a cell takes its value from
its Good time, from Uncertain time where there is none, and is empty where all was Bad.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.semantic.grades import Grade, ua_grade, worst
from core.semantic.model import Table, TimeAxis
from core.semantic.units import convert
from core.streaming.mapping import Asset, Source, StreamMapping
from core.streaming.reading import Reading, Value, from_us

_DAY_MIN: Final = 1440


@dataclass(frozen=True, slots=True)
class Cell:
    """A column's value over an interval, in the column's unit, and how good it is."""

    value: Value
    grade: Grade


@dataclass(frozen=True, slots=True)
class Held:
    """What a node was when an interval began. newest: its newest reading; known: the newest that
    was not Bad."""

    newest: Reading
    known: Reading | None

    def then(self, readings: Sequence[Reading]) -> Held:
        """The same after these."""
        good = [one for one in readings if grade_of(one) != "bad"]
        return Held(readings[-1] if readings else self.newest, good[-1] if good else self.known)


def cell(
    source: Source,
    held: Reading | None,
    readings: Sequence[Reading],
    start_us: int,
    end_us: int,
    known: Reading | None = None,
) -> Cell:
    """Of one node over [start_us, end_us). held: what it was before; None where nobody knows.
    known: the newest before that was not Bad, from which a counter counts on, so that what it grew
    by while the server was away is not lost. readings: of the interval, in the order of their
    times."""
    steps = [(max(start_us, one.at_us), one) for one in readings]
    if held is not None:
        steps.insert(0, (start_us, held))
    ends = [*(at for at, _ in steps[1:]), end_us] if steps else []
    spans: dict[Grade, int] = {"good": 0, "uncertain": 0, "bad": 0}
    sums: dict[Grade, float] = {"good": 0.0, "uncertain": 0.0}
    spans["bad"] += (steps[0][0] if steps else end_us) - start_us
    for (at, one), until in zip(steps, ends, strict=True):
        own = grade_of(one)
        spans[own] += until - at
        if own != "bad" and isinstance(one.value, float):
            sums[own] += one.value * (until - at)
    grade: Grade = "uncertain"
    if spans["good"] == end_us - start_us:
        grade = "good"
    elif spans["bad"] == end_us - start_us:
        grade = "bad"
    if source.take == "mean":
        best: Grade = "good" if spans["good"] else "uncertain"
        value: Value = sums[best] / spans[best] if spans[best] else None
    elif source.take == "last":
        values = [one.value for _, one in steps if grade_of(one) != "bad"]
        value = values[-1] if values else None
    else:
        value = _growth([*((known,) if known is not None else ()), *readings])
    if isinstance(value, float):
        value = _converted(value, source)
    return Cell(value, grade)


def _converted(value: float, source: Source) -> float:
    """In the column's unit; a difference has no zero point to move."""
    found = convert(value, source.unit, source.to_unit)
    if source.take == "delta" and source.unit != source.to_unit:
        found = float(f"{found - convert(0.0, source.unit, source.to_unit):.11g}")
    return found


def grade_of(reading: Reading) -> Grade:
    """A reading without a value is Bad, whatever its code says."""
    return "bad" if reading.value is None else ua_grade(reading.status)


def _growth(readings: Sequence[Reading]) -> float | None:
    """What a counter grew by; one that fell began at 0 again."""
    known = [r.value for r in readings if grade_of(r) != "bad" and isinstance(r.value, float)]
    if len(known) < 2:
        return 0.0 if known else None
    return sum(b - a if b >= a else b for a, b in pairwise(known))


def row_of(
    asset: Asset,
    table: Table,
    held: Mapping[str, Held],
    readings: Mapping[str, Sequence[Reading]],
    start_us: int,
    end_us: int,
) -> dict[str, Any]:
    """The asset's row of an interval: every column of the table, None where nothing fills it."""
    row: dict[str, Any] = dict.fromkeys(table.own)
    row.update(asset.constants)
    row.update(time_cells(table.time, start_us, asset.zone))
    cells = {
        source.column: _cell(source, held.get(source.node), readings, start_us, end_us)
        for source in asset.sources
    }
    for name, one in cells.items():
        row[name] = _typed(one.value, table.columns[name].type)
    if table.quality is not None:
        graded = [c.grade for n, c in cells.items() if table.columns[n].needs_good]
        row[table.quality.column] = _stored(
            table, worst(graded or [c.grade for c in cells.values()])
        )
    return row


def _cell(
    source: Source,
    held: Held | None,
    readings: Mapping[str, Sequence[Reading]],
    start_us: int,
    end_us: int,
) -> Cell:
    now, known = (held.newest, held.known) if held else (None, None)
    return cell(source, now, readings.get(source.node, ()), start_us, end_us, known)


def _typed(value: Value, kind: str) -> Any:
    if value is None:
        return None
    if kind == "string":
        return value if isinstance(value, str) else f"{value:g}"
    if isinstance(value, str):
        return None
    if kind == "boolean":
        return bool(value)
    return round(value) if kind == "integer" else value


def _stored(table: Table, grade: Grade) -> str | None:
    """How the table's quality column says it; of what it has no word for, the next worse one."""
    assert table.quality is not None
    words = {
        "good": table.quality.good, "uncertain": table.quality.uncertain, "bad": table.quality.bad,
    }  # fmt: skip
    order = {"good": ("good",), "uncertain": ("uncertain", "bad"), "bad": ("bad",)}[grade]
    return next((words[one][0] for one in order if words[one]), None)


def time_cells(axis: TimeAxis | None, start_us: int, zone: str) -> dict[str, Any]:
    """The time columns of an interval that begins then."""
    assert axis is not None
    utc = from_us(start_us)
    local = utc.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    cells: dict[str, Any] = {axis.timestamp: local}
    if axis.utc:
        cells[axis.utc] = utc
    if axis.date:
        cells[axis.date] = local.date()
    shift, day = shift_at(axis.shift_hours, local)
    if axis.shift:
        cells[axis.shift] = shift
    if axis.production_date:
        cells[axis.production_date] = day
    return cells


def shift_at(
    hours: Mapping[str, tuple[int, int]], local: dt.datetime
) -> tuple[str | None, dt.date]:
    """The shift of a moment and the production day that it belongs to: that on which it starts."""
    minute = local.hour * 60 + local.minute
    for name, (start, end) in hours.items():
        length = (end - start) % _DAY_MIN or _DAY_MIN
        if (minute - start) % _DAY_MIN < length:
            back = dt.timedelta(days=1 if minute < start else 0)
            return name, local.date() - back
    return None, local.date()


def reading_row(
    mapping: StreamMapping, asset: Asset, source: Source, reading: Reading
) -> dict[str, Any]:
    """A single value for the table of readings: as it came, in the server's unit."""
    is_number = isinstance(reading.value, float)
    return {
        "source_ts_utc": from_us(reading.at_us),
        "asset": asset.name,
        "column_name": source.column,
        "node": reading.node,
        "value": reading.value if is_number else None,
        "text_value": reading.value if isinstance(reading.value, str) else None,
        "unit": source.unit,
        "quality": grade_of(reading).upper(),
        "status_code": reading.status,
        "stream": mapping.name,
    }
