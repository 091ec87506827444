"""Bars: sorted, grouped, stacked, as a Pareto chart and as a histogram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.charts.canvas import (
    NARROW_PX,
    TICKS,
    Canvas,
    Drawing,
    Trace,
    axis,
    limit_labels,
    limit_traces,
)
from core.charts.curves import recurring_ticks, time_ticks
from core.charts.points import (
    is_temporal,
    keep,
    names_of,
    numbers,
    said,
    said_total,
    times,
)
from core.charts.text import escape, label
from core.charts.words import say
from core.semantic.display import NBSP, format_number, unit_of
from core.types import ResultColumn, ThresholdLine

_BAR_PX = 26
_LABEL = 22
_LONG_TEXT = 9
_TEXT_PX = 7.2


def _hover(name: str, value: str, column: ResultColumn, more: str = "") -> str:
    """value: the figure in words, with its unit."""
    text = f"{escape(name)}<br>{escape(column.label)}: {escape(value)}"
    return f"{text}<br>{escape(more)}" if more else text


def _place(canvas: Canvas, names: Sequence[str], length: int = _LABEL) -> dict[str, Any]:
    """Ticks by position, so that two clipped labels stay two bars."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [label(n, length) for n in names],
        "tickfont": {"size": 12, "color": canvas.theme.ink},
    }


def _oriented(trace: Trace, at: Any, values: Any, *, lies: bool) -> Trace:
    x, y = (values, at) if lies else (at, values)
    return {**trace, "type": "bar", "x": x, "y": y, "orientation": "h" if lies else "v"}


def draw_bars(canvas: Canvas) -> Drawing:
    """One or more figures for each category, or one figure for each pair of categories."""
    spec, theme = canvas.spec, canvas.theme
    x = canvas.by_name[spec.x or ""]
    grain = canvas.grains.get(x.name)
    if grain is not None and (grain.is_recurring or is_temporal(canvas.table, x.name)):
        return _ordered_bars(canvas, x)
    names = names_of(canvas.table, x, grain)
    first = canvas.y_columns[0]
    kept = keep(
        names,
        numbers(canvas.table, first),
        spec.top_n,
        can_sum=first.additive,
        lowest=first.direction == "higher",
    )
    shown = list(kept.names)
    lies = spec.horizontal
    traces = (
        _by_series(canvas, names, shown)
        if spec.series
        else _by_figure(canvas, names, shown, kept.rest)
    )
    if kept.rest and spec.other_label and not spec.series:
        shown.append(spec.other_label)
    values = axis(theme, grid=True, title=spec.y_title, tickformat=TICKS, nticks=4 if lies else 6)
    values["range"] = _reach(
        traces,
        shown,
        stacked=spec.type == "stacked_bar",
        lies=lies,
        lines=[line.value for line in spec.lines],
    )
    places = axis(theme, grid=False, **_place(canvas, shown))
    if lies:
        # The best known place is on top; the range is turned round for that.
        places |= {"range": [len(shown) - 0.4, -0.6], "ticklabelposition": "outside"}
    layout: dict[str, Any] = {
        "xaxis": values if lies else places,
        "yaxis": places if lies else values,
        "barmode": "stack" if spec.type == "stacked_bar" else "group",
        "bargap": 0.28,
        "hovermode": "closest",
    }
    if spec.lines:
        if lies and len(traces) == 1:
            traces.append(_column_of_texts(traces[0], spec.lines, canvas))
        traces += limit_traces(canvas, -0.6, len(shown) - 0.4, upright=lies)
        layout["annotations"] = limit_labels(canvas, upright=lies)
    per_place = sum(t["type"] == "bar" for t in traces) if spec.type == "grouped_bar" else 1
    tall = 110 + len(shown) * max(_BAR_PX, 14 * per_place + 8)
    return Drawing(traces, layout, height_px=max(200, tall) if lies else 360)


def _column_of_texts(bars: Trace, lines: Sequence[ThresholdLine], canvas: Canvas) -> Trace:
    """The numbers of lying bars in a column behind the last threshold line, which would strike
    them out beside the bars; taken from the bars."""
    values = np.asarray(bars["x"], dtype=np.float64)
    texts = bars.pop("text", [])
    end = max(0.0, *(line.value for line in lines), *(float(v) for v in values))
    return {
        "type": "scatter",
        "mode": "text",
        "x": [end] * len(texts),
        "y": list(bars["y"])[: len(texts)],
        "text": [f" {text}" for text in texts],
        "textposition": "middle right",
        "textfont": {"size": 12, "color": canvas.theme.ink},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _texts(words: Sequence[str], column: ResultColumn) -> list[str]:
    """The numbers beside bars; a long one leaves its unit to the axis."""
    texts = list(words)
    if max(map(len, texts), default=0) > _LONG_TEXT:
        symbol = unit_of(column)
        texts = [t.removesuffix(f"{NBSP}{symbol}") if symbol else t for t in texts]
    return [escape(t) for t in texts]


def _reach(
    traces: Sequence[Trace],
    names: Sequence[str],
    *,
    stacked: bool,
    lies: bool,
    lines: Sequence[float],
) -> list[float] | None:
    """The range of values, from zero, with room for the numbers at the bars' ends."""
    arrays = [np.asarray(t["x" if lies else "y"], dtype=np.float64) for t in traces]
    arrays = [a for a in arrays if len(a) and not np.all(np.isnan(a))]
    if stacked or not arrays:
        return None
    low = min(0.0, *(float(np.nanmin(a)) for a in arrays), *lines)
    high = max(0.0, *(float(np.nanmax(a)) for a in arrays), *lines)
    room = 0.12
    if lies:
        text_px = 8 + _TEXT_PX * max((len(x) for t in traces for x in t.get("text", ())), default=0)
        name_px = 12 + _TEXT_PX * min(_LABEL, max(map(len, names), default=0))
        room = text_px / max(text_px, NARROW_PX - name_px - text_px)
    span = high - low or 1.0
    below = span * room if low < 0 else 0.0
    above = span * room if high > 0 or low == 0 else 0.0
    return [low - below, high + above]


def _by_figure(
    canvas: Canvas, names: list[str], shown: Sequence[str], rest: Sequence[str]
) -> list[Trace]:
    """A bar for each figure and category; the rest summed where that makes sense."""
    spec = canvas.spec
    columns = canvas.y_columns
    index = {name: i for i, name in reversed(list(enumerate(names)))}
    rest_rows = np.isin(np.array(names, dtype=object), list(rest)) if rest else None
    traces = []
    colours = iter(range(len(columns)))
    for column in columns:
        values = numbers(canvas.table, column)
        own = [float(values[index[name]]) for name in shown]
        words = [said(canvas.table, column, index[name]) for name in shown]
        labels = list(shown)
        if rest_rows is not None and spec.other_label:
            own.append(float(np.nansum(values[rest_rows])))
            words.append(said_total(canvas.table, column, rest_rows))
            labels.append(spec.other_label)
        is_past = column.role == "previous"
        colour: Any = canvas.theme.past if is_past else canvas.colour(next(colours))
        if len(own) > len(shown):
            colour = [colour] * len(shown) + [canvas.theme.rest]
        trace: Trace = {
            "name": label(column.label, 40),
            "marker": {"color": colour},
            "hoverinfo": "text",
            "hovertext": [_hover(n, v, column) for n, v in zip(labels, words, strict=True)],
        }
        if len(own) * len(columns) <= 40:
            trace |= {
                "text": _texts(words, column),
                # Beside the bars, but for where a threshold line would strike the words out.
                "textposition": "auto" if spec.lines else "outside",
                "insidetextanchor": "end",
                "insidetextfont": {"color": canvas.theme.on_series},
                "textangle": 0,
                "textfont": {"size": 12, "color": canvas.theme.ink},
                "cliponaxis": False,
            }
        # A bar of no length still carries the words that there is no value.
        drawn = [0.0 if np.isnan(v) else v for v in own] if spec.horizontal else own
        traces.append(_oriented(trace, list(range(len(own))), drawn, lies=spec.horizontal))
    return traces


def _by_series(canvas: Canvas, names: list[str], shown: Sequence[str]) -> list[Trace]:
    """A bar for each pair of categories, coloured by the second."""
    spec = canvas.spec
    series = canvas.by_name[spec.series or ""]
    column = canvas.y_columns[0]
    values = numbers(canvas.table, column)
    of = names_of(canvas.table, series, canvas.grains.get(series.name))
    place = {name: i for i, name in enumerate(shown)}
    kept = keep(
        of,
        values,
        8,
        can_sum=column.additive,
        lowest=column.direction == "higher",
    )
    traces = []
    for i, one in enumerate(kept.names):
        rows = [r for r, name in enumerate(of) if name == one and names[r] in place]
        trace: Trace = {
            "name": label(one, 32),
            "marker": {"color": canvas.colour(i)},
            "hoverinfo": "text",
            "hovertext": [
                _hover(f"{names[r]}, {one}", said(canvas.table, column, r), column) for r in rows
            ],
        }
        at = [place[names[r]] for r in rows]
        traces.append(_oriented(trace, at, values[rows], lies=spec.horizontal))
    return traces


def _ordered_bars(canvas: Canvas, x: ResultColumn) -> Drawing:
    """Upright bars along time or a recurring step; where there is no row there is no bar."""
    spec, theme = canvas.spec, canvas.theme
    temporal = is_temporal(canvas.table, x.name)
    at: Any = times(canvas.table, x.name) if temporal else numbers(canvas.table, x)
    names = names_of(canvas.table, x, canvas.grains.get(x.name))
    series = canvas.column(spec.series)
    column = canvas.y_columns[0]
    traces: list[Trace] = []
    if series is not None:
        values = numbers(canvas.table, column)
        of = names_of(canvas.table, series, canvas.grains.get(series.name))
        kept = keep(of, values, spec.top_n or 8, can_sum=column.additive, lowest=False)
        held = set(kept.names)
        groups = [(n, [r for r, o in enumerate(of) if o == n]) for n in kept.names]
        if kept.rest and spec.other_label:
            rest = [r for r, o in enumerate(of) if o not in held]
            groups.append((spec.other_label, rest))
        for i, (name, rows) in enumerate(groups):
            is_rest = name == spec.other_label and bool(kept.rest)
            trace: Trace = {
                "name": label(name, 32),
                "marker": {"color": theme.rest if is_rest else canvas.colour(i)},
                "hoverinfo": "text",
                "hovertext": [
                    _hover(f"{names[r]}, {of[r]}", said(canvas.table, column, r), column)
                    for r in rows
                ],
            }
            traces.append(_oriented(trace, at[rows], values[rows], lies=False))
    else:
        for i, one in enumerate(canvas.y_columns):
            values = numbers(canvas.table, one)
            past = one.role == "previous"
            trace = {
                "name": label(one.label, 40),
                "marker": {"color": theme.past if past else canvas.colour(i)},
                "hoverinfo": "text",
                "hovertext": [
                    _hover(n, said(canvas.table, one, r), one) for r, n in enumerate(names)
                ],
            }
            traces.append(_oriented(trace, at, values, lies=False))
    x_axis = axis(theme, grid=False, title=spec.x_title)
    x_axis |= time_ticks(canvas) if temporal else recurring_ticks(canvas)
    layout = {
        "xaxis": x_axis,
        "yaxis": axis(theme, grid=True, title=spec.y_title, tickformat=TICKS, rangemode="tozero"),
        "barmode": "stack" if spec.type == "stacked_bar" else "group",
        "bargap": 0.2,
        "hovermode": "closest",
    }
    return Drawing(traces, layout)


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
    colours = [canvas.colour(0)] * len(own)
    if len(order) > top:
        colours[-1] = theme.rest
    hover = [
        _hover(n, v, column, f"{say('cumulative')}: {format_number(float(s), 1)}{NBSP}%")
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
        "hovertext": hover,
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
        "hovertext": hover,
    }
    places = axis(theme, grid=False, **_place(canvas, shown, 18))
    is_long = len(shown) > 4 or max(map(len, shown), default=0) > 9
    places["tickangle"] = -60 if len(shown) > 9 else -40 if is_long else 0
    places["ticklabeloverflow"] = "allow"
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
            "name": label(name, 32),
            "marker": {"color": canvas.colour(i)},
            "hoverinfo": "text",
            "hovertext": [
                _hover(_bin_name(e, width, x), said(canvas.table, column, int(r)), column)
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
    text = f"{edge:,.6g} to {edge + width:,.6g}"
    return f"{text}{NBSP}{symbol}" if symbol else text
