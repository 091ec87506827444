"""What is drawn of a result: numbers out of Arrow, gaps, series, fewer points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.semantic.display import format_grain, format_value, no_value
from core.semantic.exact import is_held, is_number, total
from core.semantic.query import Grain
from core.types import ChartOrder, ChartSpec, ResultColumn

#: Points in one picture; a screen has no more columns of pixels than that.
MAX_POINTS = 2_000
_MIN_POINTS = 120
#: Microseconds of a step of time; of those that vary the longest.
STEP_US = {
    Grain.HOUR: 3_600_000_000,
    Grain.DAY: 86_400_000_000,
    Grain.SHIFT: 86_400_000_000,
    Grain.WEEK: 7 * 86_400_000_000,
    Grain.MONTH: 31 * 86_400_000_000,
    Grain.QUARTER: 92 * 86_400_000_000,
    Grain.YEAR: 366 * 86_400_000_000,
}

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]


def numbers(table: pa.Table, column: ResultColumn) -> Floats:
    """A measure as floats on the screen's scale; NULL, NaN and infinity are NaN."""
    values = pc.cast(table.column(column.name), pa.float64(), safe=False)
    found = np.array(values.to_numpy(), dtype=np.float64)
    if column.display == "percent":
        with np.errstate(over="ignore"):
            found *= 100
    found[~np.isfinite(found)] = np.nan
    return found


def said(table: pa.Table, column: ResultColumn, row: int) -> str:
    """A row's figure with its unit, from its exact digits."""
    return format_value(table.column(column.name)[row].as_py(), column)


def said_total(table: pa.Table, column: ResultColumn, rows: npt.NDArray[np.bool_]) -> str:
    """The sum of the rows that are marked with its unit, from their exact digits."""
    cells = table.column(column.name).filter(pa.array(rows)).to_pylist()
    return format_value(total(v for v in cells if is_number(v)), column)


def outgrows_doubles(table: pa.Table, column: ResultColumn) -> bool:
    """Whether some figure has digits that its double on the axis has not."""
    cells = table.column(column.name)
    if not (pa.types.is_decimal(cells.type) or pa.types.is_integer(cells.type)):
        return False
    return not all(is_held(v) for v in cells.to_pylist() if v is not None)


def times(table: pa.Table, name: str) -> Times:
    """A date or moment as datetime64[us]; NULL is NaT."""
    values = table.column(name)
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        values = pc.local_timestamp(values)
    return np.asarray(pc.cast(values, pa.timestamp("us")).to_numpy())


def is_temporal(table: pa.Table, name: str) -> bool:
    """Whether a column holds dates or moments, whatever it is said to be."""
    kind = table.column(name).type
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def names_of(table: pa.Table, column: ResultColumn, grain: Grain | None) -> list[str]:
    """A category's values as text, one for each row."""
    encoded = table.column(column.name).combine_chunks().dictionary_encode()
    words = [name_of(v, column, grain) for v in encoded.dictionary.to_pylist()]
    none = name_of(None, column, grain)
    return [none if i is None else words[i] for i in encoded.indices.to_pylist()]


def name_of(value: object, column: ResultColumn, grain: Grain | None) -> str:
    """One value of a category as text; `no value` for NULL."""
    if grain is not None:
        return format_grain(value, grain)
    if isinstance(value, float) and column.model_column is not None:
        return format_value(value, column)
    return no_value() if value is None else format_value(value, column)


def rank_of(table: pa.Table, column: ResultColumn) -> dict[str, float]:
    """Position of each recurring step (hour, weekday, month) for sorting."""
    values = pc.unique(table.column(column.name)).to_pylist()
    return {str(v): float(v) for v in values if is_number(v)}


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: x as datetime64 or floats in order, y with NaN where there is a gap. said: the
    figure of each point in words, where a double has not all of its digits."""

    name: str
    x: npt.NDArray[Any]
    y: Floats
    said: tuple[str, ...] = ()


def with_gaps(x: Times, y: Floats, grain: Grain | None) -> tuple[Times, Floats]:
    """The points in order of time, with a NaN where steps are missing, so that no line crosses
    what was never measured. The step is the grain's, else the smallest in the data."""
    keep = ~np.isnat(x)
    x, y = x[keep], y[keep]
    if len(x) > 1 and not bool(np.all(x[1:] >= x[:-1])):
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    if len(x) < 3:
        return x, y
    steps = np.diff(x).astype("timedelta64[us]").astype(np.int64)
    step = STEP_US.get(grain) if grain is not None else None
    if step is None:
        positive = steps[steps > 0]
        if not len(positive):
            return x, y
        step = int(positive.min())
    holes = np.flatnonzero(steps > 1.5 * step)
    if not len(holes):
        return x, y
    middle = x[holes] + np.timedelta64(step, "us")
    return np.insert(x, holes + 1, middle), np.insert(y, holes + 1, np.nan)


def fewer(x: npt.NDArray[Any], y: Floats, budget: int) -> tuple[npt.NDArray[Any], Floats]:
    """At most about `budget` points: the lowest and highest of each bucket, so that no extreme is
    lost, one gap where a bucket holds any, and both ends."""
    if len(x) <= budget:
        return x, y
    buckets = max(1, budget // 3)
    edges = np.linspace(0, len(x), buckets + 1).astype(np.int64)
    missing = np.isnan(y)
    low = np.where(missing, np.inf, y)
    high = np.where(missing, -np.inf, y)
    kept = [0, len(x) - 1]
    for start, end in pairwise(edges):
        kept.append(int(start + np.argmin(low[start:end])))
        kept.append(int(start + np.argmax(high[start:end])))
        if missing[start:end].any():
            kept.append(int(start + np.argmax(missing[start:end])))
    chosen = np.unique(kept)
    return x[chosen], y[chosen]


def lone_points(y: Floats) -> npt.NDArray[np.bool_]:
    """Points with a gap on both sides, which a line alone would not show."""
    there = ~np.isnan(y)
    before = np.concatenate(([False], there[:-1]))
    after = np.concatenate((there[1:], [False]))
    return np.asarray(there & ~before & ~after)


def budget(series: int) -> int:
    """Points for each of so many lines."""
    return max(_MIN_POINTS, MAX_POINTS // max(1, series))


@dataclass(frozen=True, slots=True)
class Kept:
    """Names that are drawn, in order, and the rows of the rest."""

    names: tuple[str, ...]
    rest: tuple[str, ...]


def keep(
    names: Sequence[str],
    values: Floats,
    top_n: int | None,
    *,
    can_sum: bool,
    lowest: bool,
    in_order: bool = True,
) -> Kept:
    """Which names are drawn: all, or the `top_n` that weigh most.

    What adds up is weighed by its total; a ratio or mean by its median, the lowest first where low
    is bad. in_order: keep them in the order of their first row, else by weight.
    """
    order = list(dict.fromkeys(names))
    if top_n is None or len(order) <= top_n:
        return Kept(tuple(order), ())
    index = {name: i for i, name in enumerate(order)}
    at = np.fromiter((index[n] for n in names), dtype=np.int64, count=len(names))
    weight = np.full(len(order), -np.inf)
    for i in range(len(order)):
        own = values[at == i]
        own = own[~np.isnan(own)]
        if len(own):
            size = float(np.abs(own).sum()) if can_sum else float(np.median(own))
            weight[i] = -size if lowest and not can_sum else size
    best = np.argsort(-weight, kind="stable")[:top_n]
    chosen = sorted(best) if in_order else list(best)
    kept = tuple(order[i] for i in chosen)
    held = set(kept)
    return Kept(kept, tuple(n for n in order if n not in held))


def kept_in_order(
    spec: ChartSpec, names: Sequence[str], values: Floats, column: ResultColumn
) -> Kept:
    """Which categories are drawn, in the order that the chart asks for."""
    if spec.order in ("highest", "lowest"):
        every = tuple(dict.fromkeys(names))
        order = arranged(every, names, values, spec.order, can_sum=column.additive)
        n = spec.top_n or len(order)
        return Kept(order[:n], order[n:])
    kept = keep(
        names,
        values,
        spec.top_n,
        can_sum=column.additive,
        lowest=column.direction == "higher",
    )
    return Kept(arranged(kept.names, names, values, spec.order, can_sum=True), kept.rest)


def arranged(
    shown: tuple[str, ...],
    names: Sequence[str],
    values: Floats,
    order: ChartOrder,
    *,
    can_sum: bool,
) -> tuple[str, ...]:
    """The names in an order: by the total or, for what does not add up, the median of their
    values; those without any come last."""
    if order == "given":
        return shown
    if order == "name":
        return tuple(sorted(shown, key=_by_name))
    at = np.array(names, dtype=object)
    weight: dict[str, float] = {}
    for name in shown:
        own = values[at == name]
        own = own[~np.isnan(own)]
        if len(own):
            weight[name] = float(own.sum() if can_sum else np.median(own))
    sign = -1.0 if order == "highest" else 1.0
    return tuple(sorted(shown, key=lambda n: (n not in weight, sign * weight.get(n, 0.0))))


def _by_name(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """`Line 2` before `Line 10`."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [(0, int(p), "") if p.isdecimal() and p.isascii() else (1, 0, p) for p in parts], name
