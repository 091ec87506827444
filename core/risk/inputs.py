"""What was read for a risk score, as arrays in one order of assets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from core.risk.score import Floats
from core.risk.statements import Spans

#: Scope value and asset.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Of A assets and M measures, float64[A, M]; NaN where there is none. level, spread: mean and
    standard deviation of the last hours; usual: mean of the whole window; slope: a day, by least
    squares; n: Good readings."""

    level: Floats
    usual: Floats
    spread: Floats
    slope: Floats
    n: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """All that a score is made of but thresholds and weights.

    keys: of A assets, in order; places: column -> value of each. measures: names, for the second
    axis of `curves`. alarms: activations of the plant's records, alerts: of Gemba's own,
    float64[A]; orders: float64[A, 3], open ones, days that the oldest is open, failures; None where
    there are none to be had. ranks: of the criticality, NaN for a value without one; classes: the
    values. why: part -> why it cannot be had of anything. grades: readings that are good,
    uncertain, bad, and all.
    """

    spans: Spans
    keys: tuple[Key, ...]
    places: tuple[Mapping[str, str], ...]
    measures: tuple[str, ...]
    curves: Curves
    ranks: Floats
    classes: tuple[str, ...]
    alarms: Floats | None = None
    alerts: Floats | None = None
    orders: Floats | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    grades: tuple[int, int, int, int] = (0, 0, 0, 0)
    is_cut: bool = False


def key_of(row: Mapping[str, Any], scope: str | None, asset: str) -> Key:
    """The key of a row."""
    return (str(row[scope]) if scope is not None else "", str(row[asset]))


def curves_of(table: pa.Table, measures: int) -> Curves:
    """The curves of rows of `readings_sql`."""
    names = ("n", "level", "spread", "y", "x", "xy", "xx")
    of = {
        name: _grid([_floats(table, f"{name}_{i}") for i in range(measures)], table.num_rows)
        for name in names
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        width = of["xx"] - of["x"] ** 2
        slope = np.where(width > 0, (of["xy"] - of["x"] * of["y"]) / width, np.nan)
    return Curves(of["level"], of["y"], of["spread"], slope, np.nan_to_num(of["n"]))


def counts_of(
    rows: Sequence[Mapping[str, Any]], keys: Sequence[Key], scope: str | None, asset: str, name: str
) -> Floats:
    """A count of each asset; 0 for one without a row."""
    found = {key_of(row, scope, asset): float(row[name] or 0) for row in rows}
    return np.array([found.get(key, 0.0) for key in keys], dtype=np.float64)


def orders_of(
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[Key],
    scope: str | None,
    asset: str,
    now: dt.datetime,
) -> Floats:
    """Open orders, days that the oldest is open, failures; of each asset."""
    found = {
        key_of(row, scope, asset): (
            float(row["open_orders"] or 0), _days(row["oldest"], now), float(row["failures"] or 0)
        )
        for row in rows
    }  # fmt: skip
    none = (0.0, 0.0, 0.0)
    return np.array([found.get(key, none) for key in keys], dtype=np.float64).reshape(-1, 3)


def _days(moment: dt.datetime | None, now: dt.datetime) -> float:
    return max(0.0, (now - moment).total_seconds() / 86_400) if moment is not None else 0.0


def _floats(table: pa.Table, name: str) -> Floats:
    values = table.column(name).to_pylist()
    return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)


def _grid(columns: Sequence[Floats], rows: int) -> Floats:
    return np.stack(columns, axis=1) if columns else np.empty((rows, 0))
