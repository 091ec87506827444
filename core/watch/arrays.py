"""From rows of the store to arrays of steps and places."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]
_DIGITS: Final = 12


def places_in(rows: pa.Table, known: pa.Array, count: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Which rows are meant, their step and their asset."""
    asset = pc.index_in(rows.column("asset"), value_set=known).fill_null(-1).to_numpy()
    step = rows.column("n").to_numpy()
    which = np.flatnonzero((asset >= 0) & (step >= 0) & (step < count))
    return which, step[which], asset[which].astype(np.int64)


def spread(
    column: pa.ChunkedArray, place: tuple[npt.NDArray[np.int64], ...], shape: tuple[int, int]
) -> Floats:
    """A column of rows, each at its place, rounded; NaN elsewhere. Times become epoch seconds."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64()).cast(pa.float64())
        column = pc.divide(column, 1e6)
    numbers = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    which, step, asset = place
    found = np.full(shape, np.nan)
    found[step, asset] = rounded(numbers[which])
    return found


def rounded(values: Floats) -> Floats:
    """To 12 significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(values)))
    size = np.where(np.isfinite(size), size, 0.0)
    scale = 10.0 ** np.clip(_DIGITS - 1 - size, -300, 300)
    found: Floats = np.round(values * scale) / scale
    return found
