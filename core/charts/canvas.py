"""What every kind of chart draws on: the data, the theme, and the frame around the marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from core.charts.stretches import Places, stretch
from core.charts.summed import drawn_rows
from core.charts.text import escape, label, wrapped
from core.charts.theme import FONT, SIZE, TITLE_SIZE, Theme
from core.charts.words import say
from core.semantic.display import column_grains, format_plain, number_marks, scale_unit, unit_of
from core.semantic.query import Grain
from core.types import ChartSpec, Meaning, ResultColumn

Trace = dict[str, Any]
Layout = dict[str, Any]

#: The narrowest screen that charts are laid out for: 390 pixels less the card's padding.
NARROW_PX = 340
#: Ticks with no digit that is not needed, in d3's notation.
TICKS = ",~g"
_CHARACTER_PX = 6.6
_TITLE_WIDTH = 42


@dataclass(frozen=True, slots=True)
class Canvas:
    """A result under its columns, and the theme. table: the rows as they are drawn."""

    spec: ChartSpec
    table: pa.Table
    columns: tuple[ResultColumn, ...]
    theme: Theme
    by_name: dict[str, ResultColumn] = field(default_factory=dict)
    grains: dict[str, Grain | None] = field(default_factory=dict)

    @classmethod
    def over(
        cls, spec: ChartSpec, table: pa.Table, columns: Sequence[ResultColumn], theme: Theme
    ) -> Canvas:
        rows = drawn_rows(spec, table)
        have = [c for c in columns if c.name in rows.column_names]
        grains = column_grains(have, None)
        return cls(
            spec,
            rows,
            tuple(have),
            theme,
            {c.name: c for c in have},
            {c.name: g for c, g in zip(have, grains, strict=True)},
        )

    def column(self, name: str | None) -> ResultColumn | None:
        return self.by_name.get(name) if name else None

    @property
    def y_columns(self) -> list[ResultColumn]:
        return [self.by_name[n] for n in self.spec.y if n in self.by_name]

    def colour(self, index: int) -> str:
        return self.theme.series[index % len(self.theme.series)]

    def meaning(self, column: ResultColumn | None, name: str) -> Meaning | None:
        """What the colour of a category says, where somebody gave it one."""
        for one in self.spec.colours:
            if column is not None and (one.column, one.category) == (column.name, name):
                return one.meaning
        return None

    def colour_of(self, column: ResultColumn | None, name: str, usual: str) -> str:
        """The colour of a category: of its meaning, else the usual one."""
        meaning = self.meaning(column, name)
        return self.theme.meaning(meaning) if meaning else usual

    def named(self, column: ResultColumn | None, name: str, length: int) -> str:
        """A category's label, with the word for what its colour says beside it."""
        meaning = self.meaning(column, name)
        text = label(name, length)
        return f"{text} ({say(f'meaning_{meaning}')})" if meaning else text


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks with the layout they need. height_px: what suits them. flat: no axes."""

    traces: list[Trace]
    layout: Layout
    height_px: int = 360
    flat: bool = False


def number_format(column: ResultColumn) -> str:
    """Digits of a hover value, in d3's notation."""
    return f",.{max(0, min(column.decimals, 6))}f"


def hover_value(column: ResultColumn, at: str) -> str:
    """`%{y:,.2f} mm/s` for the template of a hover label."""
    symbol = unit_of(column)
    text = f"%{{{at}:{number_format(column)}}}"
    # A brace in a unit's note would open a field of the template.
    return f"{text} {plain(symbol)}" if symbol else text


def plain(text: str) -> str:
    """Text inside the template of a hover label: no markup, no field."""
    return escape(text).replace("%{", "% {")


def titled(text: str) -> dict[str, Any]:
    """The title of an axis."""
    return {"text": label(text, 60), "font": {"size": SIZE - 1}, "standoff": 8}


def axis(theme: Theme, *, grid: bool, title: str = "", **more: Any) -> dict[str, Any]:
    """A quiet axis; only the one that values are read from has grid lines."""
    return {
        "title": titled(title) if title else {"text": ""},
        "showgrid": grid,
        "gridcolor": theme.grid,
        "gridwidth": 1,
        "zeroline": False,
        "showline": not grid,
        "linecolor": theme.grid,
        "ticks": "",
        "tickfont": {"size": SIZE - 1, "color": theme.quiet},
        "tickangle": 0,
        "automargin": True,
        "fixedrange": False,
        **more,
    }


def limit_traces(
    canvas: Canvas, low: Any, high: Any, *, upright: bool, at: Places = None
) -> list[Trace]:
    """The threshold lines as dashed traces from `low` to `high` on the other axis, or for as much
    of it as each held; each named in the legend with its value, severity in words, and source.
    at: places between at which the mouse finds its name; more of it stands at its ends."""
    column = canvas.y_columns[0] if canvas.y_columns else None
    found: list[Trace] = []
    for line in canvas.spec.lines:
        part = stretch(line, low, high, at)
        if part is None:
            continue
        value = format_plain(line.value, scale_unit(column) if column else None)
        severity = say(f"severity_{line.severity}")
        said = f"{severity} {value}: {line.label}".removesuffix(": ")
        name, _ = wrapped(said, 46, 3)
        trace: Trace = {
            "type": "scatter",
            "mode": "lines",
            "x": part.values if upright else part.along,
            "y": part.along if upright else part.values,
            "name": name,
            "line": {
                "color": canvas.theme.severity(line.severity),
                "width": 1.5,
                "dash": "dash",
            },
            "hoverinfo": "name",
            "hoverlabel": {"namelength": -1},
            "showlegend": True,
        }
        if line.more:
            more, _ = wrapped(line.more, 46, 3)
            texts = [name] * len(part.along)
            # in between it stands beside other figures, where there is little room
            texts[0] = texts[-1] = f"{name}<br>{more}"
            trace |= {"hoverinfo": "text", "hovertext": texts}
        found.append(trace)
    return found


def limit_labels(
    canvas: Canvas, *, upright: bool, ends: tuple[Any, Any] | None = None
) -> list[dict[str, Any]]:
    """Short words at the end of each threshold line; of several upright ones the lowest has its
    words on the left, so that two that stand close do not write over each other. ends: of the axis
    that the lines run along, where some stand for a part of it alone."""
    found = []
    lowest = min((line.value for line in canvas.spec.lines), default=0.0)
    for line in canvas.spec.lines:
        severity = say(f"severity_{line.severity}")
        part = stretch(line, *ends) if ends is not None else None
        if ends is not None and (part is None or part.is_short):
            continue
        is_left = len(canvas.spec.lines) > 1 and line.value == lowest
        at = (
            {"x": line.value, "y": 1, "yref": "paper"}
            if upright
            else {"x": part.along[-1], "y": line.value}
            if part is not None and part.is_cut
            else {
                "x": 1,
                "xref": "paper",
                "y": line.value,
            }
        )
        found.append(
            {
                **at,
                "text": label(line.label, 14) if line.is_own and line.label else severity,
                "showarrow": False,
                "xanchor": "right" if is_left or not upright else "left",
                "yanchor": "bottom",
                "font": {"size": SIZE - 2, "color": canvas.theme.severity(line.severity)},
            }
        )
    return found


def _legend_px(traces: Sequence[Trace]) -> int:
    """Height of the legend on the narrowest screen, 0 for none: one series needs no name."""
    listed = [t for t in traces if t.get("name") and t.get("showlegend", True)]
    if len(listed) < 2:
        return 0
    names = [str(t["name"]).split("<br>") for t in listed]
    # Plotly gives every entry of a lying legend the width of the widest.
    width = max(len(line) for name in names for line in name) * _CHARACTER_PX + 44
    per_row = max(1, int(NARROW_PX // width))
    rows = [names[i : i + per_row] for i in range(0, len(names), per_row)]
    return 8 + sum(4 + 17 * max(len(name) for name in row) for row in rows)


def frame(canvas: Canvas, drawing: Drawing, height: int | None) -> Layout:
    """The layout around the marks: title on top, legend below, no ground of its own."""
    theme, spec = canvas.theme, canvas.spec
    text, lines = wrapped(spec.title, _TITLE_WIDTH, 3) if spec.title else ("", 0)
    legend_px = 0 if drawing.flat else _legend_px(drawing.traces)
    top = 14 + 19 * lines + (18 if spec.lines and spec.horizontal else 0)
    titled_axis = bool(drawing.layout.get("xaxis", {}).get("title", {}).get("text"))
    bottom = 10 if drawing.flat else (48 if titled_axis else 28) + legend_px
    base: Layout = {
        "title": {
            "text": text,
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            # Plotly hangs one line from its top and several from the first one's baseline.
            "pad": {"t": 6 if lines < 2 else 20, "l": 4},
            "font": {"size": TITLE_SIZE, "color": theme.ink},
        },
        "font": {"family": FONT, "size": SIZE, "color": theme.ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 12, "t": top, "b": bottom, "pad": 2},
        "height": height or drawing.height_px + legend_px,
        "autosize": True,
        "showlegend": legend_px > 0,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "font": {"size": SIZE - 1, "color": theme.ink},
            "bgcolor": "rgba(0,0,0,0)",
            "itemsizing": "constant",
            "traceorder": "normal",
        },
        "hoverlabel": {
            "bgcolor": theme.panel,
            "bordercolor": theme.grid,
            "font": {"family": FONT, "size": SIZE, "color": theme.ink},
            "align": "left",
        },
        "template": {},
        "dragmode": "zoom",
        "separators": number_marks(),
    }
    return {**base, **drawing.layout}
