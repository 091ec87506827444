"""A chart on a printed page, drawn from the same figure as on the screen.

No browser is needed: the figures are made of a few kinds of marks, which are put on the page one
by one. A figure with a mark that is not known here is not drawn, and its rows are printed
in its place.
"""

from __future__ import annotations

from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from core.printing.axes import Scale, as_number, date_ticks, kind_of, number_ticks, spread
from core.printing.fonts import BOLD, REGULAR, fitted, ready, width_of
from core.printing.marks import MARKS, Plot, listed, range_of, said, scale_ends
from core.printing.ring import Box, draw_ring

_MARGIN: Final = 8.0
_SIZE: Final = 7.5
_INK, _QUIET, _GRID = HexColor("#1B2A33"), HexColor("#5B6B75"), HexColor("#E4E8EB")
#: Of a page's width at most, for the names beside lying bars.
_NAMES_PART: Final = 0.34
_ROOM_BELOW: Final = 30.0
_LEGEND_PT: Final = 14.0
_ROW_PT: Final = 11.0
#: Names of series that are printed, and how many stand in a row at least.
_NAMES: Final = 6
_LEAST_ACROSS: Final = 2


def is_drawn(figure: Any) -> bool:
    """Whether every mark of a figure can be put on a page, and there is one."""
    kinds = [trace.type for trace in figure.data]
    has_values = any(_has_values(trace) for trace in figure.data)
    return has_values and (kinds == ["pie"] or all(kind in MARKS for kind in kinds))


def _has_values(trace: Any) -> bool:
    values = (
        listed(trace, "values")
        or listed(trace, "z")
        or listed(trace, "y")
        or listed(trace, "median")
    )
    return any(v is not None for v in values)


class ChartPicture(Flowable):
    """A figure for which `is_drawn` holds, `width` points wide."""

    def __init__(self, figure: Any, width: float) -> None:
        super().__init__()
        self._figure = figure
        asked = as_number(figure.layout.height) or 300.0
        self.width = width
        self.height = min(230.0, max(100.0, asked * 0.55))

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Its size in points."""
        return self.width, self.height

    def draw(self) -> None:
        """Title, axes, marks and names of the series."""
        ready()
        self._title()
        if self._figure.data[0].type == "pie":
            draw_ring(self.canv, self._figure.data[0], Box(self.width, 0.0, self.height - 16))
            return
        plot = self._plot()
        self._axes(plot)
        for trace in self._figure.data:
            MARKS[trace.type](self.canv, trace, plot)
        self._legend()

    # -- the parts ---------------------------------------------------------------------------

    def _title(self) -> None:
        title = said(self._figure.layout.title.text)
        self.canv.setFillColor(_INK)
        self.canv.setFont(BOLD, 8.5)
        self.canv.drawString(0, self.height - 9, fitted(title, self.width, 8.5, BOLD))

    def _plot(self) -> Plot:
        layout, traces = self._figure.layout, self._figure.data
        main = [t for t in traces if getattr(t, "yaxis", None) != "y2"]
        names = [label for _, label in _scale(layout.yaxis, main, "y", 0, 1).ticks]
        beside = max((width_of(fitted(n, self.width, _SIZE), _SIZE) for n in names), default=18.0)
        left = _MARGIN + min(beside, self.width * _NAMES_PART)
        has_second = any(getattr(t, "yaxis", None) == "y2" for t in traces)
        right = self.width - (34.0 if has_second else _MARGIN + 10)
        listed_names = self._names()
        rows = len(self._rows_of(listed_names)) if listed_names else 0
        bottom = _ROOM_BELOW + _LEGEND_PT * rows
        if layout.xaxis.ticktext and (layout.xaxis.tickangle or 0):
            bottom += 22
        top = self.height - 24
        second = [t for t in traces if getattr(t, "yaxis", None) == "y2"]
        x = _scale(layout.xaxis, traces, "x", left, right)
        y = _scale(layout.yaxis, main, "y", bottom, top)
        y2 = _scale(layout.yaxis2, second, "y", bottom, top) if second else None
        return Plot(x, y, y2, self._figure, _MARGIN)

    def _axes(self, plot: Plot) -> None:
        canv, layout = self.canv, self._figure.layout
        canv.setFont(REGULAR, _SIZE)
        canv.setLineWidth(0.5)
        for value, label in plot.y.ticks:
            at = plot.y.at(value)
            if at is None:
                continue
            if layout.yaxis.showgrid:
                canv.setStrokeColor(_GRID)
                canv.line(plot.x.start, at, plot.x.end, at)
            canv.setFillColor(_QUIET)
            canv.drawRightString(plot.x.start - 4, at - 2.5, fitted(label, plot.x.start - 5, _SIZE))
        for value, label in plot.y2.ticks if plot.y2 is not None else ():
            at = plot.y2.at(value) if plot.y2 is not None else None
            if at is not None:
                canv.drawString(plot.x.end + 4, at - 2.5, fitted(label, 30, _SIZE))
        self._below(plot)
        canv.setFillColor(_QUIET)
        canv.setFont(REGULAR, _SIZE)
        title = said(layout.yaxis.title.text)
        if title:
            canv.drawString(0, plot.y.top + 5, fitted(title, self.width / 2, _SIZE))
        title = said(layout.yaxis2.title.text) if plot.y2 is not None else ""
        if title:
            canv.drawRightString(
                self.width, plot.y.top + 5, fitted(title, self.width / 2 - 8, _SIZE)
            )

    def _below(self, plot: Plot) -> None:
        canv, layout = self.canv, self._figure.layout
        below = min(plot.y.start, plot.y.end)
        canv.setStrokeColor(_GRID)
        canv.line(plot.x.start, below, plot.x.end, below)
        slanted = bool(layout.xaxis.ticktext) and bool(layout.xaxis.tickangle or 0)
        room = (plot.x.end - plot.x.start) / max(1, len(plot.x.ticks))
        every = 1 if slanted is False or room > 9 else int(9 / room) + 1
        for index, (value, label) in enumerate(plot.x.ticks):
            at = plot.x.at(value)
            if at is None or index % every:
                continue
            if layout.xaxis.showgrid:
                canv.setStrokeColor(_GRID)
                canv.line(at, below, at, plot.y.top)
            canv.setFillColor(_QUIET)
            if slanted:
                canv.saveState()
                canv.translate(at + 2, below - 8)
                canv.rotate(35)
                canv.drawRightString(0, 0, fitted(label, 60, _SIZE))
                canv.restoreState()
            else:
                canv.drawCentredString(at, below - 9, fitted(label, max(room, 24), _SIZE))
        title = said(layout.xaxis.title.text)
        if title:
            middle = (plot.x.start + plot.x.end) / 2
            canv.setFillColor(_QUIET)
            canv.drawCentredString(
                middle, below - (30 if slanted else 19), fitted(title, self.width, _SIZE)
            )

    def _names(self) -> list[tuple[str, str]]:
        """Names of series with their colours, where there is more than one; of cells of colour the
        least and the greatest value."""
        cells = next((t for t in self._figure.data if t.type == "heatmap"), None)
        if cells is not None:
            return scale_ends(cells)
        if self._figure.layout.showlegend is False:
            return []
        found: dict[str, str] = {}
        for trace in self._figure.data:
            if trace.name and trace.showlegend is not False and trace.type != "heatmap":
                colour = trace.marker.color if trace.marker is not None else None
                line = getattr(trace, "line", None)
                colour = colour if isinstance(colour, str) else None
                colour = colour or (line.color if line is not None else None)
                found[said(trace.name)] = colour or "#5B6B75"
        return list(found.items()) if len(found) > 1 else []

    def _rows_of(self, names: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
        """The first names in rows of one length, as few as they can be read in."""
        shown = names[:_NAMES]
        widest = max(width_of(name, _SIZE) for name, _ in shown) + 14
        across = min(len(shown), max(_LEAST_ACROSS, int(self.width // widest)))
        return [shown[at : at + across] for at in range(0, len(shown), across)]

    def _legend(self) -> None:
        names = self._names()
        if not names:
            return
        rows = self._rows_of(names)
        across = self.width / len(rows[0])
        self.canv.setFont(REGULAR, _SIZE)
        for up, row in enumerate(reversed(rows)):
            for index, (name, colour) in enumerate(row):
                at, foot = index * across, up * _ROW_PT
                self.canv.setFillColor(HexColor(colour) if colour.startswith("#") else _QUIET)
                self.canv.rect(at, foot + 1.5, 6, 6, stroke=0, fill=1)
                self.canv.setFillColor(_INK)
                self.canv.drawString(at + 9, foot + 2, fitted(name, across - 14, _SIZE))


def _scale(axis: Any, traces: Any, name: str, start: float, end: float) -> Scale:
    values = [v for t in traces for v in listed(t, name)]
    ticktext = [said(t) for t in (axis.ticktext or ())]
    tickvals = list(axis.tickvals) if axis.tickvals is not None else []
    kind = kind_of([*values, *tickvals])
    categories = tuple(dict.fromkeys(str(v) for v in values)) if kind == "category" else ()
    low, high = range_of(traces, name, kind, categories, axis)
    if axis.autorange == "reversed":
        low, high = high, low
    made = Scale(kind, low, high, start, end, categories)
    if tickvals:
        places = [made.number(v) for v in tickvals]
        ticks = tuple((p, t) for p, t in zip(places, ticktext, strict=False) if p is not None)
    elif kind == "category":
        ticks = tuple((float(i), c) for i, c in enumerate(categories))
    elif kind == "date":
        ticks = date_ticks(min(low, high), max(low, high))
    else:
        ticks = number_ticks(min(low, high), max(low, high))
    return Scale(kind, low, high, start, end, categories, ticks)


__all__ = ["ChartPicture", "is_drawn", "said", "spread"]
