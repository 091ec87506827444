"""The marks of a figure on a page: bars, lines, cells of colour and boxes."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from reportlab.lib.colors import Color, HexColor

from core.printing.axes import Kind, Scale, as_date, as_number, spread
from core.printing.fonts import REGULAR, fitted, width_of
from core.semantic.display import format_number

INK = HexColor("#1B2A33")
_BAR: Final = 0.72
_SIZE: Final = 7.5
_DASHES: Final = {"dash": (3, 2), "dot": (1, 2), "longdash": (5, 2), "dashdot": (3, 2, 1, 2)}


@dataclass(frozen=True, slots=True)
class Plot:
    """Where marks stand. figure: all marks, so that bars know of one another."""

    x: Scale
    y: Scale
    y2: Scale | None
    figure: Any
    margin: float


def listed(trace: Any, name: str) -> list[Any]:
    """The values of a trace under a name; empty where it has none."""
    found = getattr(trace, name, None)
    return list(found) if found is not None and not isinstance(found, str) else []


def range_of(
    traces: Any, name: str, kind: Kind, categories: tuple[str, ...], axis: Any
) -> tuple[float, float]:
    """From where to where an axis goes, with its own range where it has one."""
    number = as_date if kind == "date" else as_number
    if axis.range is not None and kind != "category":
        ends = [number(v) for v in axis.range]
        if None not in ends:
            return ends[0] or 0.0, ends[1] or 0.0
    if kind == "category":
        return -0.5, len(categories) - 0.5
    values = [n for t in traces for v in listed(t, name) if (n := number(v)) is not None]
    bars = [t for t in traces if t.type == "bar"]
    is_value = any((t.orientation == "h") == (name == "x") for t in bars)
    if any(t.type == "heatmap" for t in traces) or (bars and not is_value):
        step = _step(values)
        return min(values, default=0) - step / 2, max(values, default=1) + step / 2
    for trace in traces:
        if trace.type == "box" and name == "y":
            for part in ("lowerfence", "upperfence"):
                values += [n for v in listed(trace, part) if (n := as_number(v)) is not None]
        if trace.type == "box" and name == "x":
            return min(values, default=0) - 0.5, max(values, default=0) + 0.5
    return spread([*values, *_sums(traces, name)], from_zero=is_value)


def _sums(traces: Any, name: str) -> list[float]:
    """Ends of stacked bars."""
    bars = [t for t in traces if t.type == "bar"]
    if len(bars) < 2:
        return []
    other = "y" if name == "x" else "x"
    sums: dict[str, float] = {}
    for trace in bars:
        for at, value in zip(listed(trace, other), listed(trace, name), strict=False):
            sums[str(at)] = sums.get(str(at), 0.0) + (as_number(value) or 0.0)
    return list(sums.values()) if _is_stacked(bars[0]) else []


def _is_stacked(trace: Any) -> bool:
    parent = getattr(trace, "parent", None)
    return parent is not None and parent.layout.barmode in ("stack", "relative")


def _step(values: list[float]) -> float:
    """The least distance between places."""
    places = sorted(set(values))
    gaps = [b - a for a, b in itertools.pairwise(places)]
    return min(gaps, default=1.0)


def colour_of(value: Any, index: int = 0) -> Color:
    """A colour of a trace; one of many where there is a list."""
    if isinstance(value, list | tuple):
        value = value[index] if index < len(value) else None
    text = str(value or "")
    if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return HexColor(text)
    parts = re.fullmatch(r"rgba?\(([^)]*)\)", text)
    if parts:
        numbers = [float(n) for n in parts[1].split(",")]
        red, green, blue = (n / 255 for n in numbers[:3])
        return Color(red, green, blue, alpha=numbers[3] if len(numbers) > 3 else 1.0)
    return HexColor("#0072B2")


def draw_bar(canv: Any, trace: Any, plot: Plot) -> None:
    """Bars, lying or standing, side by side or on one another."""
    lies = trace.orientation == "h"
    along, across = (plot.y, plot.x) if lies else (plot.x, plot.y)
    places, values = listed(trace, "y" if lies else "x"), listed(trace, "x" if lies else "y")
    all_bars = [t for t in plot.figure.data if t.type == "bar"]
    stacked = plot.figure.layout.barmode in ("stack", "relative")
    at_once = 1 if stacked else len(all_bars)
    index = 0 if stacked else all_bars.index(trace)
    every = [
        p
        for t in all_bars
        for v in listed(t, "y" if lies else "x")
        if (p := along.number(v)) is not None
    ]
    room = (
        abs((along.at(_step(every)) or 0.0) - (along.at(0.0) or 0.0))
        if along.kind != "date"
        else 0.0
    )
    if along.kind == "date":
        room = abs(along.end - along.start) / max(1, len(set(every)))
    thick = room * _BAR / at_once
    texts = listed(trace, "text")
    below = _below(trace, all_bars, lies) if stacked else {}
    for k, (place, value) in enumerate(zip(places, values, strict=False)):
        centre, number = along.at(place), as_number(value)
        if centre is None or number is None:
            continue
        base = below.get(str(place), 0.0)
        low, high = across.at(base), across.at(base + number)
        if low is None or high is None:
            continue
        side = (index - (at_once - 1) / 2) * thick * (-1 if lies else 1)
        canv.setFillColor(colour_of(trace.marker.color, k))
        start = centre + side - thick / 2
        if lies:
            canv.rect(min(low, high), start, abs(high - low), thick, stroke=0, fill=1)
        else:
            canv.rect(start, min(low, high), thick, abs(high - low), stroke=0, fill=1)
        if k < len(texts) and texts[k] and lies and thick > 5:
            _beside(canv, said(texts[k]), high, centre + side, plot)


def _beside(canv: Any, text: str, end: float, middle: float, plot: Plot) -> None:
    """The figure of a lying bar: behind it, or in it where there is no room."""
    fits = end + 4 + width_of(text, _SIZE) <= plot.x.end + plot.margin + 10
    canv.setFont(REGULAR, _SIZE)
    canv.setFillColor(INK if fits else HexColor("#FFFFFF"))
    if fits:
        canv.drawString(end + 4, middle - 2.6, fitted(text, 90, _SIZE))
    else:
        canv.drawRightString(end - 4, middle - 2.6, fitted(text, 90, _SIZE))


def _below(trace: Any, bars: list[Any], lies: bool) -> dict[str, float]:
    """Where each bar of a stack begins."""
    found: dict[str, float] = {}
    for other in bars:
        if other is trace:
            break
        places, values = listed(other, "y" if lies else "x"), listed(other, "x" if lies else "y")
        for place, value in zip(places, values, strict=False):
            found[str(place)] = found.get(str(place), 0.0) + (as_number(value) or 0.0)
    return found


def draw_scatter(canv: Any, trace: Any, plot: Plot) -> None:
    """Lines with their gaps, marks, and texts."""
    y = plot.y2 if trace.yaxis == "y2" and plot.y2 is not None else plot.y
    points = [
        (plot.x.at(a), y.at(b))
        for a, b in zip(listed(trace, "x"), listed(trace, "y"), strict=False)
    ]
    mode = str(trace.mode or "lines")
    colour = colour_of(trace.line.color if "lines" in mode else trace.marker.color)
    canv.saveState()
    if "lines" in mode:
        canv.setStrokeColor(colour)
        canv.setLineWidth(min(1.6, float(trace.line.width or 1.5) * 0.7))
        if trace.line.dash in _DASHES:
            canv.setDash(*[list(_DASHES[trace.line.dash])])
        for a, b in itertools.pairwise(points):
            if None not in (*a, *b):
                canv.line(a[0], a[1], b[0], b[1])
    canv.restoreState()
    few = len(points) <= 80
    if "markers" in mode and ("lines" not in mode or few):
        canv.setFillColor(colour)
        for at, up in points:
            if at is not None and up is not None:
                canv.circle(at, up, 1.6, stroke=0, fill=1)
    if "text" in mode:
        canv.setFillColor(INK)
        canv.setFont(REGULAR, _SIZE)
        for (at, up), text in zip(points, listed(trace, "text"), strict=False):
            if at is not None and up is not None:
                canv.drawString(at + 2, up - 2.6, fitted(said(text), 80, _SIZE))


def draw_heatmap(canv: Any, trace: Any, plot: Plot) -> None:
    """A colour for each pair; none where there is no value."""
    rows = listed(trace, "z")
    flat = [n for row in rows for v in row if (n := as_number(v)) is not None]
    low, high = min(flat, default=0.0), max(flat, default=1.0)
    stops = [(float(at), colour_of(colour)) for at, colour in trace.colorscale]
    xs, ys = listed(trace, "x"), listed(trace, "y")
    wide = abs(plot.x.end - plot.x.start) / max(1, len(xs))
    tall = abs(plot.y.end - plot.y.start) / max(1, len(ys))
    for y, row in zip(ys, rows, strict=False):
        for x, value in zip(xs, row, strict=False):
            number, at, up = as_number(value), plot.x.at(x), plot.y.at(y)
            if number is None or at is None or up is None:
                continue
            part = (number - low) / (high - low) if high > low else 0.5
            canv.setFillColor(_between(stops, part))
            canv.rect(at - wide / 2, up - tall / 2, wide - 0.5, tall - 0.5, stroke=0, fill=1)


def scale_ends(trace: Any) -> list[tuple[str, str]]:
    """The least and the greatest value of cells in words, with their colours."""
    flat = [n for row in listed(trace, "z") for v in row if (n := as_number(v)) is not None]
    if not flat:
        return []
    unit = said(trace.colorbar.title.text or "")
    ends = (min(flat), trace.colorscale[0][1]), (max(flat), trace.colorscale[-1][1])
    return [(f"{format_number(value, 2)} {unit}".strip(), str(colour)) for value, colour in ends]


def _between(stops: list[tuple[float, Color]], part: float) -> Color:
    for (a, first), (b, second) in itertools.pairwise(stops):
        if part <= b:
            share = (part - a) / (b - a) if b > a else 0.0
            red, green, blue = (
                getattr(first, c) + (getattr(second, c) - getattr(first, c)) * share
                for c in ("red", "green", "blue")
            )
            return Color(red, green, blue)
    return stops[-1][1]


def draw_box(canv: Any, trace: Any, plot: Plot) -> None:
    """Boxes from the quarter to three quarters, with the middle and the ends."""
    canv.setStrokeColor(colour_of(trace.marker.color))
    canv.setLineWidth(1)
    for place, parts in _boxes(trace):
        at = plot.x.at(place)
        places = [plot.y.at(v) for v in parts]
        if at is None or None in places:
            continue
        low, first, middle, third, high = (p or 0.0 for p in places)
        canv.line(at, low, at, first)
        canv.line(at, third, at, high)
        canv.rect(at - 8, first, 16, third - first, stroke=1, fill=0)
        canv.line(at - 8, middle, at + 8, middle)


def _boxes(trace: Any) -> list[tuple[Any, list[float]]]:
    """Place and five figures of each box."""
    if listed(trace, "median"):
        names = ("lowerfence", "q1", "median", "q3", "upperfence")
        parts = [listed(trace, name) for name in names]
        return [(x, [p[i] for p in parts]) for i, x in enumerate(listed(trace, "x"))]
    groups: dict[Any, list[float]] = {}
    for x, y in zip(listed(trace, "x"), listed(trace, "y"), strict=False):
        number = as_number(y)
        if number is not None:
            groups.setdefault(x, []).append(number)
    return [(x, _five(sorted(values))) for x, values in groups.items()]


def _five(values: list[float]) -> list[float]:
    def at(part: float) -> float:
        place = part * (len(values) - 1)
        low = int(place)
        high = min(low + 1, len(values) - 1)
        return values[low] + (values[high] - values[low]) * (place - low)

    first, third = at(0.25), at(0.75)
    reach = 1.5 * (third - first)
    within = [v for v in values if first - reach <= v <= third + reach]
    return [within[0], first, at(0.5), third, within[-1]]


def said(text: Any) -> str:
    """A figure's text without the markup of the screen."""
    return html.unescape(re.sub(r"<[^>]*>", " ", str(text or ""))).strip()


MARKS: Final[dict[str, Callable[[Any, Any, Plot], None]]] = {
    "bar": draw_bar,
    "scatter": draw_scatter,
    "heatmap": draw_heatmap,
    "box": draw_box,
}
