"""Where a threshold line stands on its chart: from edge to edge, or while it held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from core.types import ThresholdLine

#: Places on an axis in order, None for no more than its ends.
Places = Sequence[Any] | npt.NDArray[Any] | None
#: Points of one line at which the mouse finds its words.
_MOST_POINTS: Final = 120
#: Of a chart's width, below which a part of a line has no words at its end.
_SHORT: Final = 0.18


@dataclass(frozen=True, slots=True)
class Stretch:
    """along: places on the axis that the chart runs along. values: of the line there. is_short:
    there is no room for words. is_cut: it ends before the chart does."""

    along: list[Any]
    values: list[float]
    is_short: bool = False
    is_cut: bool = False


def stretch(line: ThresholdLine, low: Any, high: Any, at: Places = None) -> Stretch | None:
    """A line between the chart's edges, with points at some places in between where the mouse finds
    what is said of it; where it moved, with the step. None where it held at another time."""
    first = _edge(line.start, low, low)
    last = _edge(line.end, low, high)
    begin, end = max(low, first), min(high, last)
    is_part = line.start is not None or line.end is not None
    if begin > end or (is_part and begin == end):
        return None
    inner = [x for x in _some(at) if begin < x < end] if line.more else []
    along = [begin, *inner, end]
    values = [line.value] * len(along)
    if line.before is not None and begin == first > low:
        along, values = [begin, *along], [line.before, *values]
    share = float((end - begin) / (high - low)) if is_part else 1.0
    return Stretch(along, values, is_short=share < _SHORT, is_cut=end < high)


def _edge(moment: dt.datetime | None, like: Any, usual: Any) -> Any:
    """A moment as the axis holds them; the usual edge for none, and on an axis of no moments."""
    if moment is None or not isinstance(like, np.datetime64):
        return usual
    return np.datetime64(moment, "us")


def _some(at: Places) -> list[Any]:
    """So many places that a line has not too many points."""
    if at is None:
        return []
    most = min(len(at), _MOST_POINTS)
    return [at[i] for i in np.linspace(0, len(at) - 1, most).astype(int)]
