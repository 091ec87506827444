"""Parts of a whole on a page: a ring with name, share and value beside each slice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.printing.axes import as_number
from core.printing.fonts import BOLD, REGULAR, fitted
from core.printing.marks import INK, colour_of, listed, said

_SIZE: Final = 7.5
_LINE: Final = 9.0
#: Points between two labels, between the ring and its labels, and around the ring.
_GAP: Final = 3.0
_ARM: Final = 10.0
_ROOM: Final = 16.0


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the page in points; y upwards."""

    width: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class _Slice:
    """start, end: degrees clockwise from the top. lines: of its label."""

    start: float
    end: float
    colour: Any
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    @property
    def is_right(self) -> bool:
        return math.sin(math.radians(self.middle)) >= 0


def draw_ring(canv: Any, trace: Any, box: Box) -> None:
    """A `pie` trace of a figure in a box, in the order and the colours of the screen."""
    slices = _slices(trace)
    middle, height = (box.bottom + box.top) / 2, box.top - box.bottom
    centre = box.width / 2
    radius = max(10.0, height / 2 - _ROOM)
    edge = colour_of(trace.marker.line.color or "#FFFFFF")
    for one in slices:
        _wedge(canv, one, centre, middle, radius, edge if len(slices) > 1 else one.colour)
    hole = radius * float(trace.hole or 0)
    canv.setFillColor(edge)
    canv.circle(centre, middle, hole, stroke=0, fill=1)
    _centre(canv, trace, centre, middle, hole)
    for is_right in (True, False):
        side = [one for one in slices if one.is_right is is_right]
        _labels(canv, side, (centre, middle, radius), box, is_right=is_right)


def _slices(trace: Any) -> list[_Slice]:
    values = [max(0.0, as_number(v) or 0.0) for v in listed(trace, "values")]
    total = sum(values) or 1.0
    texts, at = listed(trace, "text"), float(trace.rotation or 0)
    found = []
    for index, value in enumerate(values):
        end = at + value / total * 360.0
        text = str(texts[index]) if index < len(texts) else ""
        lines = tuple(filter(None, (said(part) for part in text.split("<br>"))))
        if value:
            found.append(_Slice(at, end, colour_of(trace.marker.colors, index), lines))
        at = end
    return found


def _wedge(canv: Any, one: _Slice, x: float, y: float, radius: float, edge: Any) -> None:
    canv.setFillColor(one.colour)
    canv.setStrokeColor(edge)
    canv.setLineWidth(1.2)
    extent = one.end - one.start
    if extent > 359.99:
        canv.circle(x, y, radius, stroke=0, fill=1)
        return
    corners = (x - radius, y - radius, x + radius, y + radius)
    canv.wedge(*corners, 90 - one.end, extent, stroke=1, fill=1)


def _centre(canv: Any, trace: Any, x: float, y: float, hole: float) -> None:
    """What the whole is, within the hole."""
    title = trace.title.text if trace.title is not None else None
    lines = [said(part) for part in str(title or "").split("<br>")]
    canv.setFillColor(INK)
    for index, line in enumerate(filter(None, lines)):
        font = BOLD if index else REGULAR
        canv.setFont(font, _SIZE)
        up = y + (len(lines) / 2 - index - 1) * _LINE + 2.5
        canv.drawCentredString(x, up, fitted(line, hole * 1.8, _SIZE, font))


def _labels(
    canv: Any,
    slices: Sequence[_Slice],
    ring: tuple[float, float, float],
    box: Box,
    *,
    is_right: bool,
) -> None:
    """Labels of one side below one another, each tied to its slice."""
    x, y, radius = ring
    sign = 1.0 if is_right else -1.0
    ordered = sorted(slices, key=lambda s: math.cos(math.radians(s.middle)))
    wanted = [y + (radius + _ARM / 2) * math.cos(math.radians(s.middle)) for s in ordered]
    sizes = [len(s.lines) * _LINE for s in ordered]
    beside = x + sign * (radius + _ARM)
    room = (box.width - beside if is_right else beside) - _ARM
    for one, place in zip(ordered, _apart(wanted, sizes, box), strict=True):
        angle = math.radians(one.middle)
        from_x, from_y = x + radius * math.sin(angle), y + radius * math.cos(angle)
        canv.setStrokeColor(one.colour)
        canv.setLineWidth(0.6)
        canv.line(from_x, from_y, beside + sign * 2, place)
        canv.setFillColor(INK)
        canv.setFont(REGULAR, _SIZE)
        for index, line in enumerate(one.lines):
            up = place + (len(one.lines) / 2 - index - 1) * _LINE + 2.2
            write = canv.drawString if is_right else canv.drawRightString
            write(beside + sign * 5, up, fitted(line, room, _SIZE))


def _apart(wanted: Sequence[float], sizes: Sequence[float], box: Box) -> list[float]:
    """Middles of labels, upwards in order, moved as little as keeps them from one another and
    within the box as far as there is room."""
    places: list[float] = []
    floor = box.bottom
    for middle, size in zip(wanted, sizes, strict=True):
        places.append(max(middle, floor + size / 2))
        floor = places[-1] + size / 2 + _GAP
    ceiling = box.top
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling - sizes[index] / 2)
        ceiling = places[index] - sizes[index] / 2 - _GAP
    return places
