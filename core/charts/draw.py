"""A specification and its result as a Plotly figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import plotly.graph_objects as go

from core.charts.bars import draw_bars
from core.charts.canvas import Canvas, Drawing, frame
from core.charts.curves import draw_line, draw_scatter
from core.charts.fields import draw_box, draw_heatmap, draw_kpi, draw_table
from core.charts.pies import draw_pie
from core.charts.tallies import draw_histogram, draw_pareto
from core.charts.theme import THEMES
from core.charts.words import say
from core.types import ChartSpec, Result, ResultColumn

_DRAW: dict[str, Callable[[Canvas], Drawing]] = {
    "line": draw_line,
    "bar": draw_bars,
    "grouped_bar": draw_bars,
    "stacked_bar": draw_bars,
    "pareto": draw_pareto,
    "heatmap": draw_heatmap,
    "scatter": draw_scatter,
    "histogram": draw_histogram,
    "box": draw_box,
    "pie": draw_pie,
    "kpi": draw_kpi,
    "table": draw_table,
}


def figure(
    spec: ChartSpec,
    result: Result,
    columns: Sequence[ResultColumn],
    *,
    theme: Literal["light", "dark"] = "light",
    height: int | None = None,
) -> go.Figure:
    """The figure of a specification, on a clear ground, laid out for 390 pixels and wider.

    height: pixels; by default what suits the marks. A specification whose columns the result does
    not have becomes a table, so that any result can be shown.
    """
    canvas = Canvas.over(spec, result.table, columns, THEMES[theme])
    if not _fits(canvas):
        canvas = replace(canvas, spec=replace(spec, type="table", lines=()))
    drawing = _DRAW[canvas.spec.type](canvas)
    if not result.row_count and not drawing.flat:
        drawing.layout.setdefault("annotations", []).append(
            {"text": say("no_data"), "showarrow": False, "xref": "paper", "yref": "paper"}
        )
    return go.Figure(data=drawing.traces, layout=frame(canvas, drawing, height))


def _fits(canvas: Canvas) -> bool:
    """Whether the result has every column that the specification draws."""
    spec = canvas.spec
    names = [*spec.y, *spec.y2, *(n for n in (spec.x, spec.series) if n)]
    if any(name not in canvas.by_name for name in names):
        return False
    needs_x = spec.type not in ("kpi", "box", "table")
    return spec.type == "table" or (bool(spec.y) and (bool(spec.x) or not needs_x))
