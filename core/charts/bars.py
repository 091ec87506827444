"""Bars: sorted, grouped, stacked, along time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.charts.bar_texts import text_places
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
    kept_in_order,
    names_of,
    numbers,
    said,
    said_total,
    times,
)
from core.charts.text import escape, label
from core.semantic.display import NBSP, unit_of
from core.types import ResultColumn, ThresholdLine

_BAR_PX = 26
_LABEL = 22
_LONG_TEXT = 9
_TEXT_PX = 7.2
#: The height of a number over a standing bar, as a part of the axis.
_TEXT_BAND = 0.08
#: Of the width of standing bars, for the names of threshold lines behind them.
_NAMES_OF_LINES = 0.14


def hover(name: str, value: str, column: ResultColumn, more: str = "") -> str:
    """What is said of a bar. value: the figure in words, with its unit."""
    text = f"{escape(name)}<br>{escape(column.label)}: {escape(value)}"
    return f"{text}<br>{escape(more)}" if more else text


def place(
    canvas: Canvas,
    names: Sequence[str],
    length: int = _LABEL,
    labels: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Ticks by position, so that two clipped labels stay two bars. labels: the names as they are
    shown; by default clipped."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [label(n, length) for n in names] if labels is None else list(labels),
        "tickfont": {"size": 12, "color": canvas.theme.ink},
    }


def turn(places: dict[str, Any], names: Sequence[str]) -> None:
    """Names under standing bars, turned where they would lie on one another."""
    is_long = len(names) > 4 or max(map(len, names), default=0) > 9
    places["tickangle"] = -60 if len(names) > 9 else -40 if is_long else 0
    places["ticklabeloverflow"] = "allow"


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
    kept = kept_in_order(spec, names, numbers(canvas.table, first), first)
    shown = list(kept.names)
    lies = spec.horizontal
    traces = (
        _by_series(canvas, names, shown)
        if spec.series
        else _by_figure(canvas, x, names, shown, kept.rest)
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
    labels = None
    if not spec.series and len(canvas.y_columns) == 1:
        labels = [canvas.named(x, name, _LABEL) for name in shown]
    places = axis(theme, grid=False, **place(canvas, shown, labels=labels))
    if not lies:
        turn(places, shown)
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
        _clear_of_lines(traces, spec.lines, values["range"], shown, lies=lies)
        if lies and len(traces) == 1:
            traces.append(_column_of_texts(traces[0], spec.lines, canvas))
        end = len(shown) - 0.4
        if not lies:
            # The names of the lines stand behind the last bar and its number.
            end += _NAMES_OF_LINES * len(shown)
            places["range"] = [-0.6, end]
        traces += limit_traces(canvas, -0.6, end, upright=lies, at=range(len(shown)))
        layout["annotations"] = limit_labels(canvas, upright=lies)
    per_place = sum(t["type"] == "bar" for t in traces) if spec.type == "grouped_bar" else 1
    tall = 110 + len(shown) * max(_BAR_PX, 14 * per_place + 8)
    return Drawing(traces, layout, height_px=max(200, tall) if lies else 360)


def _clear_of_lines(
    traces: Sequence[Trace],
    lines: Sequence[ThresholdLine],
    reach: Sequence[float] | None,
    names: Sequence[str],
    *,
    lies: bool,
) -> None:
    """Have the numbers of bars stand where no threshold line strikes them out."""
    if reach is None:
        return
    room = _text_room(traces, names)
    band = room / (1 + room) if lies else _TEXT_BAND
    limits = [line.value for line in lines]
    for trace in traces:
        if trace.get("text"):
            ends = [float(v) for v in trace["x" if lies else "y"]]
            trace["textposition"] = text_places(ends, limits, reach[1] - reach[0], band)


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
        room = _text_room(traces, names)
    span = high - low or 1.0
    below = span * room if low < 0 else 0.0
    above = span * room if high > 0 or low == 0 else 0.0
    return [low - below, high + above]


def _text_room(traces: Sequence[Trace], names: Sequence[str]) -> float:
    """The longest number of lying bars as a part of the rest of the narrowest chart's width."""
    text_px = 8 + _TEXT_PX * max((len(x) for t in traces for x in t.get("text", ())), default=0)
    name_px = 12 + _TEXT_PX * min(_LABEL, max(map(len, names), default=0))
    return text_px / max(text_px, NARROW_PX - name_px - text_px)


def _by_figure(
    canvas: Canvas, x: ResultColumn, names: list[str], shown: Sequence[str], rest: Sequence[str]
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
        usual = canvas.theme.past if is_past else canvas.colour(next(colours))
        colour: Any = usual
        if len(columns) == 1:
            colour = [canvas.colour_of(x, name, usual) for name in shown]
            colour += [canvas.theme.rest] * (len(own) - len(shown))
        trace: Trace = {
            "name": label(column.label, 40),
            "marker": {"color": colour},
            "hoverinfo": "text",
            "hovertext": [hover(n, v, column) for n, v in zip(labels, words, strict=True)],
        }
        if len(own) * len(columns) <= 40:
            trace |= {
                "text": _texts(words, column),
                "textposition": "outside",
                "insidetextanchor": "end",
                "insidetextfont": {
                    "color": [canvas.theme.on(c) for c in colour]
                    if isinstance(colour, list)
                    else canvas.theme.on(colour)
                },
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
            "name": canvas.named(series, one, 32),
            "marker": {"color": canvas.colour_of(series, one, canvas.colour(i))},
            "hoverinfo": "text",
            "hovertext": [
                hover(f"{names[r]}, {one}", said(canvas.table, column, r), column) for r in rows
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
            usual = theme.rest if is_rest else canvas.colour(i)
            trace: Trace = {
                "name": canvas.named(series, name, 32),
                "marker": {"color": canvas.colour_of(series, name, usual)},
                "hoverinfo": "text",
                "hovertext": [
                    hover(f"{names[r]}, {of[r]}", said(canvas.table, column, r), column)
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
                    hover(n, said(canvas.table, one, r), one) for r, n in enumerate(names)
                ],
            }
            traces.append(_oriented(trace, at, values, lies=False))
    x_axis = axis(theme, grid=False, title=spec.x_title)
    x_axis |= time_ticks(canvas) if temporal else recurring_ticks(canvas)
    layout: dict[str, Any] = {
        "xaxis": x_axis,
        "yaxis": axis(theme, grid=True, title=spec.y_title, tickformat=TICKS, rangemode="tozero"),
        "barmode": "stack" if spec.type == "stacked_bar" else "group",
        "bargap": 0.2,
        "hovermode": "closest",
    }
    ends = _ends(at)
    if spec.lines and ends is not None:
        traces += limit_traces(canvas, *ends, upright=False, at=np.unique(at[at == at]))
        layout["annotations"] = limit_labels(canvas, upright=False, ends=ends)
    return Drawing(traces, layout)


def _ends(at: Any) -> tuple[Any, Any] | None:
    """Where bars along time begin and end: half a step beyond the first and the last."""
    steps = np.unique(at[at == at])  # neither NaN nor NaT equals itself
    if not len(steps):
        return None
    is_time = np.issubdtype(steps.dtype, np.datetime64)
    alone = np.timedelta64(1, "D") if is_time else 1.0
    half = (np.diff(steps).min() if len(steps) > 1 else alone) / 2
    return steps[0] - half, steps[-1] + half
