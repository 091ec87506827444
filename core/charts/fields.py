"""Charts without an axis of values: a heatmap, boxes, a single figure, a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from core.charts.canvas import TICKS, Canvas, Drawing, Trace, axis, limit_labels, limit_traces
from core.charts.points import fewer, keep, names_of, numbers, said
from core.charts.text import escape, label, wrapped
from core.charts.words import say
from core.semantic.display import (
    NBSP,
    format_change,
    format_grain,
    format_percent,
    format_value,
    no_value,
    unit_of,
)
from core.semantic.exact import is_number
from core.types import ResultColumn

_MAX_SIDE = 60
_TABLE_ROWS = 200


def draw_heatmap(canvas: Canvas) -> Drawing:
    """A colour for each pair; where there is no value there is no colour."""
    spec, theme = canvas.spec, canvas.theme
    x, y = canvas.by_name[spec.x or ""], canvas.by_name[spec.series or ""]
    column = canvas.y_columns[0]
    values = numbers(canvas.table, column)
    across, down = _side(canvas, x), _side(canvas, y)
    columns, rows = _ordered(canvas, x, across, values), _ordered(canvas, y, down, values)
    at_x, at_y = {n: i for i, n in enumerate(columns)}, {n: i for i, n in enumerate(rows)}
    cells: Any = np.full((len(rows), len(columns)), np.nan)
    words: dict[tuple[int, int], str] = {}
    for row, (one, two, value) in enumerate(zip(across, down, values, strict=True)):
        if one in at_x and two in at_y:
            cells[at_y[two], at_x[one]] = value
            words[at_y[two], at_x[one]] = said(canvas.table, column, row)
    symbol = unit_of(column)
    hover = [
        [
            f"{escape(r)}, {escape(c)}<br>{escape(column.label)}: "
            + escape(words.get((i, j), no_value()))
            for j, c in enumerate(columns)
        ]
        for i, r in enumerate(rows)
    ]
    trace: Trace = {
        "type": "heatmap",
        "z": cells,
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "colorscale": [[i / 4, c] for i, c in enumerate(theme.scale)],
        "hoverinfo": "text",
        "text": hover,
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
        "colorbar": {
            "title": {"text": label(symbol, 16), "side": "top"},
            "thickness": 10,
            "outlinewidth": 0,
            "tickformat": TICKS,
            "tickfont": {"size": 11, "color": theme.quiet},
            "len": 0.9,
        },
    }
    places = _ticks(columns, 12 if len(columns) > 8 else 16, 12)
    layout: dict[str, Any] = {
        "xaxis": axis(theme, grid=False, title=spec.x_title, showline=False, **places),
        "yaxis": axis(
            theme, grid=False, showline=False, autorange="reversed", **_ticks(rows, 20, 40)
        ),
        "hovermode": "closest",
    }
    long = len(columns) > 6 or max(map(len, columns), default=0) > 8
    layout["xaxis"]["tickangle"] = -45 if long else 0
    return Drawing([trace], layout, height_px=max(280, 130 + 24 * len(rows)))


def _ticks(names: list[str], length: int, most: int) -> dict[str, Any]:
    every = max(1, -(-len(names) // most))
    at = list(range(0, len(names), every))
    return {"tickvals": at, "ticktext": [label(names[i], length) for i in at]}


def _side(canvas: Canvas, column: ResultColumn) -> list[str]:
    return names_of(canvas.table, column, canvas.grains.get(column.name))


def _ordered(canvas: Canvas, column: ResultColumn, names: list[str], values: Any) -> list[str]:
    """Recurring steps and times by their order, categories by name, no more than fit."""
    if column.role == "time" or column.type in ("integer", "double", "date", "datetime"):
        pairs = dict(zip(canvas.table.column(column.name).to_pylist(), names, strict=True))
        known = sorted(k for k in pairs if k is not None and k == k)
        order = [pairs[k] for k in known]
        return list(dict.fromkeys(order))[-_MAX_SIDE:]
    found = keep(names, values, _MAX_SIDE, can_sum=False, lowest=False)
    return sorted(found.names)


def draw_box(canvas: Canvas) -> Drawing:
    """Boxes from given quartiles, or the spread of a figure's values over time."""
    spec, theme = canvas.spec, canvas.theme
    columns = canvas.y_columns
    by = canvas.column(spec.x)
    names = names_of(canvas.table, by, canvas.grains.get(by.name)) if by else None
    if len(columns) >= 3 and names is not None:
        trace, shown = _given_box(canvas, columns, names)
    else:
        trace, shown = _spread_box(canvas, columns[0], names)
    values = axis(theme, grid=True, title=spec.y_title or columns[0].label, tickformat=TICKS)
    places = axis(
        theme,
        grid=False,
        tickvals=list(range(len(shown))),
        ticktext=[label(n, 16) for n in shown],
        range=[-0.6, len(shown) - 0.4],
    )
    places["tickangle"] = -40 if len(shown) > 4 else 0
    traces = [trace]
    layout: dict[str, Any] = {"xaxis": places, "yaxis": values, "hovermode": "closest"}
    if spec.lines:
        end = len(shown) - 0.4
        traces += limit_traces(canvas, -0.6, end, upright=False, at=range(len(shown)))
        layout["annotations"] = limit_labels(canvas, upright=False)
    return Drawing(traces, layout, height_px=380)


def _given_box(
    canvas: Canvas, columns: list[ResultColumn], names: list[str]
) -> tuple[Trace, list[str]]:
    """columns: in rising order of rank; the middle three are the quartiles, the ends the fences."""
    middle = len(columns) // 2
    top = canvas.spec.top_n or len(names)
    parts = [numbers(canvas.table, c)[:top] for c in columns]
    trace: Trace = {
        "type": "box",
        "x": list(range(len(parts[0]))),
        "q1": parts[middle - 1],
        "median": parts[middle],
        "q3": parts[middle + 1],
        "lowerfence": parts[0],
        "upperfence": parts[-1],
        "name": label(columns[middle].label, 32),
        "marker": {"color": canvas.colour(0)},
        "showlegend": False,
    }
    return trace, names[:top]


def _spread_box(
    canvas: Canvas, column: ResultColumn, names: list[str] | None
) -> tuple[Trace, list[str]]:
    values = numbers(canvas.table, column)
    of = names if names is not None else [column.label] * len(values)
    kept = keep(of, values, canvas.spec.top_n, can_sum=False, lowest=column.direction == "higher")
    place = {n: i for i, n in enumerate(kept.names)}
    rows = np.array([i for i, n in enumerate(of) if n in place and not np.isnan(values[i])], int)
    x = np.array([place[of[i]] for i in rows], dtype=np.float64)
    y = values[rows]
    if len(kept.names) == 1:
        x, y = fewer(x, y, 5_000)
    trace: Trace = {
        "type": "box",
        "x": x,
        "y": y,
        "name": label(column.label, 32),
        "boxpoints": "outliers",
        "marker": {"color": canvas.colour(0), "size": 4},
        "line": {"width": 1.5},
        "showlegend": False,
    }
    return trace, list(kept.names)


def draw_kpi(canvas: Canvas) -> Drawing:
    """Big figures with their names, and how they stand against what they are compared with."""
    columns = canvas.y_columns[:4]
    # What it is compared with needs the whole width of a narrow screen.
    is_compared = any(c.role == "previous" for c in canvas.columns)
    across = 1 if is_compared else min(2, len(columns)) or 1
    down = -(-len(columns) // across) or 1
    notes: list[dict[str, Any]] = []
    place = _place_of(canvas)
    if place:
        notes.append(_note(label(place, 44), 0, 1, 14, canvas.theme.ink, yshift=0))
    for i, column in enumerate(columns):
        x = (i % across) / across
        y = 1 - (i // across) / down
        notes += _figure(canvas, column, x, y, -24 if place else 0)
    layout = {
        "annotations": notes,
        "xaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
        "hovermode": False,
    }
    # Plotly draws no annotation on a figure without a trace in its axes.
    traces: list[Trace] = [
        {"type": "scatter", "x": [None], "y": [None], "showlegend": False, "hoverinfo": "skip"}
    ]
    return Drawing(traces, layout, height_px=70 + 112 * down + (24 if place else 0), flat=True)


def _place_of(canvas: Canvas) -> str:
    """What the figures are of, when the one row has names."""
    splits = [c for c in canvas.columns if c.role in ("dimension", "time")]
    if not splits or canvas.table.num_rows != 1:
        return ""
    row = canvas.table.to_pylist()[0]
    return ", ".join(
        format_grain(row[c.name], canvas.grains[c.name])
        if canvas.grains.get(c.name)
        else format_value(row[c.name], c)
        for c in splits
    )


def _figure(
    canvas: Canvas, column: ResultColumn, x: float, y: float, shift: int
) -> list[dict[str, Any]]:
    theme = canvas.theme
    row = canvas.table.slice(0, 1).to_pylist()[0] if canvas.table.num_rows else {}
    value = format_value(row.get(column.name), column)
    name, lines = wrapped(column.label, 24, 2)
    shift -= 17 * (lines - 1)
    size = 32 if len(value) <= 9 else 24 if len(value) <= 13 else 17
    notes = [
        _note(name, x, y, 13, theme.quiet, yshift=shift + 17 * (lines - 1)),
        _note(escape(value), x, y, size, theme.ink, yshift=shift - 20),
    ]
    text = _compared(canvas, column, row)
    if text:
        notes.append(_note(text, x, y, 12, theme.quiet, yshift=shift - 62))
    return notes


def _compared(canvas: Canvas, column: ResultColumn, row: dict[str, Any]) -> str:
    """`▲ +3.1 mm/s (+12 %) against 2.9 mm/s, worse`, in words and without colour."""
    following = canvas.columns[canvas.columns.index(column) + 1 :]
    parts: dict[str, ResultColumn] = {}
    for one in following:
        if one.role == "measure":
            break
        parts[one.role] = one
    if "previous" not in parts:
        return ""
    before = row.get(parts["previous"].name)
    change = row.get(parts["change"].name) if "change" in parts else None
    if before is None or not is_number(change):
        return ""
    text = format_change(change, column)
    ratio = row.get(parts["change_pct"].name) if "change_pct" in parts else None
    is_share = column.display == "percent"
    if is_number(ratio) and not is_share:
        text += f" ({format_percent(float(ratio), 1, signed=True)})"
    mark = "▲ " if change > 0 else "▼ " if change < 0 else ""
    line = mark + say("on_previous", change=text, previous=format_value(before, column))
    if change and column.direction != "none":
        good = (change > 0) == (column.direction == "higher")
        line += f"<br>{say('better' if good else 'worse')}"
    return line


def _note(
    text: str,
    x: float,
    y: float,
    size: int,
    colour: str,
    *,
    yshift: int,
    anchor: str = "top",
) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": anchor,
        "yshift": yshift,
        "align": "left",
        "showarrow": False,
        "font": {"size": size, "color": colour},
    }


def draw_table(canvas: Canvas) -> Drawing:
    """The first rows as a plain table, units in its head."""
    theme = canvas.theme
    rows = canvas.table.slice(0, _TABLE_ROWS)
    columns = canvas.columns or tuple(_bare(rows))
    head = []
    for column in columns:
        symbol = unit_of(column)
        head.append(escape(f"{column.label} ({symbol})" if symbol else column.label))
    cells = [[label(_cell(v, c), 60) for v in rows.column(c.name).to_pylist()] for c in columns]
    sides = ["right" if c.type in ("integer", "double") else "left" for c in columns]
    trace: Trace = {
        "type": "table",
        "header": {
            "values": head,
            "align": sides,
            "fill": {"color": theme.grid},
            "line": {"color": theme.grid},
            "font": {"color": theme.ink, "size": 12},
        },
        "cells": {
            "values": cells,
            "align": sides,
            "fill": {"color": theme.panel},
            "line": {"color": theme.grid},
            "font": {"color": theme.ink, "size": 12},
            "height": 26,
        },
    }
    tall = min(460, 110 + 26 * rows.num_rows)
    return Drawing([trace], {}, height_px=tall, flat=True)


def _cell(value: object, column: ResultColumn) -> str:
    """A cell without its unit, which stands in the head."""
    text = format_value(value, column)
    symbol = unit_of(column)
    return text.removesuffix(f"{NBSP}{symbol}") if symbol else text


def _bare(table: pa.Table) -> list[ResultColumn]:
    return [ResultColumn(n, n, "string", "field") for n in table.column_names]
