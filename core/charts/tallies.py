"""Bars that count: a Pareto chart and a histogram."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.charts.bars import hover, place, turn
from core.charts.canvas import TICKS, Canvas, Drawing, Trace, axis
from core.charts.points import keep, names_of, numbers, said, said_total
from core.charts.text import label
from core.charts.words import say
from core.semantic.display import NBSP, format_number, spelt, unit_of
from core.types import ResultColumn


def draw_pareto(canvas: Canvas) -> Drawing:
    """Bars from the largest down with the share that they add up to, on the second axis."""
    spec, theme = canvas.spec, canvas.theme
    x, column = canvas.by_name[spec.x or ""], canvas.y_columns[0]
    names = names_of(canvas.table, x, canvas.grains.get(x.name))
    values = np.nan_to_num(numbers(canvas.table, column))
    order = np.argsort(-values, kind="stable")
    top = spec.top_n or len(order)
    shown = [names[i] for i in order[:top]]
    own = [float(values[i]) for i in order[:top]]
    words = [said(canvas.table, column, int(i)) for i in order[:top]]
    if len(order) > top:
        shown.append(spec.other_label or say("other"))
        own.append(float(values[order[top:]].sum()))
        rest = np.isin(np.arange(len(values)), order[top:])
        words.append(said_total(canvas.table, column, rest))
    total = float(values.sum())
    share = np.cumsum(own) / total * 100 if total > 0 else np.zeros(len(own))
    colours = [canvas.colour_of(x, name, canvas.colour(0)) for name in shown]
    if len(order) > top:
        colours[-1] = theme.rest
    said_of = [
        hover(n, v, column, f"{say('cumulative')}: {format_number(float(s), 1)}{NBSP}%")
        for n, v, s in zip(shown, words, share, strict=True)
    ]
    at = list(range(len(shown)))
    bars: Trace = {
        "type": "bar",
        "x": at,
        "y": own,
        "name": label(column.label, 40),
        "marker": {"color": colours},
        "hoverinfo": "text",
        "hovertext": said_of,
    }
    line: Trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": at,
        "y": share,
        "yaxis": "y2",
        "name": say("cumulative"),
        "line": {"color": theme.quiet, "width": 1.6},
        "marker": {"color": theme.quiet, "size": 5},
        "hoverinfo": "text",
        "hovertext": said_of,
    }
    labels = [canvas.named(x, name, 18) for name in shown]
    places = axis(theme, grid=False, **place(canvas, shown, labels=labels))
    turn(places, shown)
    layout = {
        "xaxis": places,
        "yaxis": axis(theme, grid=True, title=spec.y_title, tickformat=TICKS, rangemode="tozero"),
        "yaxis2": axis(
            theme,
            grid=False,
            title=f"{spec.y2_title} (%)" if spec.y2_title else "",
            overlaying="y",
            side="right",
            range=[0, 104],
            tickvals=[0, 20, 40, 60, 80, 100],
            showline=False,
        ),
        "bargap": 0.2,
        "hovermode": "closest",
        "showlegend": False,
    }
    return Drawing([bars, line], layout, height_px=400)


def draw_histogram(canvas: Canvas) -> Drawing:
    """Bars side by side over equal bins; a bin is named by its lower edge."""
    spec, theme = canvas.spec, canvas.theme
    x, column = canvas.by_name[spec.x or ""], canvas.y_columns[0]
    edges, values = numbers(canvas.table, x), numbers(canvas.table, column)
    steps = np.unique(edges[~np.isnan(edges)])
    width = float(np.diff(steps).min()) if len(steps) > 1 else 1.0
    series = canvas.column(spec.series)
    of = names_of(canvas.table, series, canvas.grains.get(series.name)) if series else None
    groups: list[tuple[str, Any]] = [(column.label, ~np.isnan(edges))]
    if of is not None:
        kept = keep(of, values, spec.top_n or 8, can_sum=column.additive, lowest=False)
        held = np.array(of, dtype=object)
        groups = [(n, ~np.isnan(edges) & (held == n)) for n in kept.names]
        if kept.rest and spec.other_label:
            groups.append((spec.other_label, ~np.isnan(edges) & np.isin(held, list(kept.rest))))
    traces = [
        {
            "type": "bar",
            "x": edges[rows] + width / 2,
            "y": values[rows],
            "width": width * 0.98 if len(groups) == 1 or column.additive else None,
            "name": canvas.named(series, name, 32),
            "marker": {"color": canvas.colour_of(series, name, canvas.colour(i))},
            "hoverinfo": "text",
            "hovertext": [
                hover(_bin_name(e, width, x), said(canvas.table, column, int(r)), column)
                for e, r in zip(edges[rows], np.flatnonzero(rows), strict=True)
            ],
        }
        for i, (name, rows) in enumerate(groups)
    ]
    layout: dict[str, Any] = {
        "xaxis": axis(theme, grid=False, title=spec.x_title, tickformat=TICKS),
        "yaxis": axis(theme, grid=True, title=spec.y_title, tickformat=TICKS, rangemode="tozero"),
        "barmode": "stack" if column.additive else "group",
        "bargap": 0.02,
        "hovermode": "closest",
    }
    return Drawing(traces, layout)


def _bin_name(edge: float, width: float, column: ResultColumn) -> str:
    symbol = unit_of(column)
    low, high = spelt(f"{edge:,.6g}"), spelt(f"{edge + width:,.6g}")
    text = say("bin", low=low, high=high)
    return f"{text}{NBSP}{symbol}" if symbol else text
