"""An asset's readings with limits and alerts drawn in, as a Plotly figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from core.charts.theme import FONT, SIZE, THEMES
from core.thresholds.record import Severity
from core.translation import CODE, language
from core.translation import gettext as _
from core.watch.trial import Course

#: Points that are drawn; of more the lowest and highest of each part.
_MOST_POINTS: Final = 3_000
_HEIGHT_PX: Final = 320
_EPOCH: Final = dt.datetime(1970, 1, 1)
#: Shares of the readings' range by which a limit may lie outside and still be drawn to scale.
_FAR: Final = 3.0


@dataclass(frozen=True, slots=True)
class Line:
    """A limit, in the measure's own unit."""

    value: float
    name: str
    severity: Severity
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Shade:
    """When an alert would have stood; until None: to the end."""

    start: dt.datetime
    end: dt.datetime | None
    severity: Severity


def has_values(course: Course) -> bool:
    """Whether there is anything to draw."""
    return bool(np.isfinite(course.values).any())


def figure(
    course: Course,
    lines: Sequence[Line],
    shades: Sequence[Shade],
    *,
    unit: str,
    title: str,
    until: dt.datetime,
    zone: ZoneInfo,
    theme: str,
) -> go.Figure:
    """A gap where readings are missing, limits dashed and named, alerts as grey-edged shades.
    Times are those of the plant. until: the window's end."""
    look = THEMES[theme]
    starts, values = thinned(course.starts, course.values)
    times = [_local(_EPOCH + dt.timedelta(seconds=int(at)), zone) for at in starts]
    hover = f"%{{y:,.4~g}} {unit}".strip()
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": times,
            "y": [None if np.isnan(v) else float(v) for v in values],
            "name": _("Readings"),
            "connectgaps": False,
            "line": {"color": look.series[0], "width": 1.25},
            "hovertemplate": f"%{{x|%Y-%m-%d %H:%M}}<br>{hover}<extra></extra>",
        }
    ]
    ends = [times[0], _local(until, zone)]
    traces += [
        {
            "type": "scatter",
            "mode": "lines",
            "x": ends,
            "y": [line.value, line.value],
            "name": line.name,
            "line": {
                "color": look.severity(line.severity),
                "width": 2 if line.is_draft else 1.5,
                "dash": "dot" if line.is_draft else "dash",
            },
            "hoverinfo": "name",
            "hoverlabel": {"namelength": -1},
        }
        for line in lines
    ]
    shapes = [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": _local(one.start, zone),
            "x1": _local(one.end or until, zone),
            "y0": 0,
            "y1": 1,
            "fillcolor": look.severity(one.severity),
            "opacity": 0.16,
            "line": {"width": 1, "color": look.severity(one.severity)},
            "layer": "below",
        }
        for one in shades
    ]
    if shades:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [None],
                "y": [None],
                "name": _("An alert would stand"),
                "marker": {
                    "symbol": "square",
                    "size": 11,
                    "opacity": 0.4,
                    "color": look.severity(shades[0].severity),
                },
            }
        )
    quiet = {"size": SIZE - 1, "color": look.quiet}
    return go.Figure(
        data=traces,
        layout={
            "title": {
                "text": title,
                "x": 0,
                "xanchor": "left",
                "xref": "container",
                "pad": {"l": 4, "t": 6},
                "y": 1,
                "yanchor": "top",
                "font": {"size": SIZE + 1, "color": look.ink},
            },
            "font": {"family": FONT, "size": SIZE, "color": look.ink},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 12, "t": 34, "b": 8},
            "height": _HEIGHT_PX + 20 * (len(traces) - 1),
            "legend": {"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top"},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": look.quiet},
            "shapes": shapes,
            "hovermode": "closest",
            "xaxis": {
                "showgrid": False,
                "linecolor": look.grid,
                "showline": True,
                "tickfont": quiet,
                "tickformat": "%d %b<br>%Y" if _is_english() else "%d.%m.<br>%Y",
                "nticks": 6,
                "automargin": True,
            },
            "yaxis": {
                "title": {"text": unit, "font": quiet, "standoff": 6},
                "gridcolor": look.grid,
                "zeroline": False,
                "tickfont": quiet,
                "automargin": True,
                **_range(values, lines),
            },
        },
    )


def thinned(
    starts: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """At most so many points: of each part its lowest and its highest, and none where it has
    none, so that no peak and no gap is lost."""
    size = -(-len(starts) // (_MOST_POINTS // 2))
    if size <= 2:
        return starts, values
    keep: set[int] = set()
    for begin in range(0, len(starts), size):
        part = values[begin : begin + size]
        missing = np.isnan(part)
        if missing.any():
            keep.add(begin + int(np.argmax(missing)))
        if not missing.all():
            keep |= {begin + int(np.nanargmin(part)), begin + int(np.nanargmax(part))}
    places = np.array(sorted(keep), np.int64)
    return starts[places], values[places]


def _range(values: npt.NDArray[np.float64], lines: Sequence[Line]) -> dict[str, Any]:
    """An axis that holds the limits, unless one lies so far off that it would flatten the rest."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    reach = _FAR * max(high - low, abs(high) * 0.05, 1e-9)
    shown = [line.value for line in lines if low - reach <= line.value <= high + reach]
    bottom, top = min([low, *shown]), max([high, *shown])
    pad = (top - bottom or abs(top) or 1.0) * 0.06
    return {"range": [bottom - pad, top + pad]}


def _local(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)


def _is_english() -> bool:
    return language() == CODE
