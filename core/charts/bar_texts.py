"""Where the numbers of bars stand when limits are drawn across the bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def text_places(
    values: Sequence[float], lines: Sequence[float], span: float, band: float
) -> list[str]:
    """`outside` behind the end of a bar or `inside` before it, whichever no line strikes out.

    span: of the axis. band: the part of it that a number takes up along its bar. Where both would
    be struck, and where the bar has no room, the number stands behind it.
    """
    reach = span * band
    drawn = np.asarray(lines, dtype=np.float64)
    return ["inside" if _is_inside(float(v), drawn, reach) else "outside" for v in values]


def _is_inside(value: float, lines: NDArray[np.float64], reach: float) -> bool:
    if np.isnan(value) or abs(value) < reach:
        return False
    beyond = (lines - value) * (-1 if value < 0 else 1)
    behind = bool(np.any((beyond >= 0) & (beyond <= reach)))
    before = bool(np.any((beyond < 0) & (beyond >= -reach)))
    return behind and not before
