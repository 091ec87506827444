"""Lines over time or a recurring step, and points of two figures against each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.charts.canvas import (
    TICKS,
    Canvas,
    Drawing,
    Trace,
    axis,
    hover_value,
    limit_labels,
    limit_traces,
    plain,
)
from core.charts.control_marks import draw_control
from core.charts.points import (
    MAX_POINTS,
    Curve,
    Floats,
    budget,
    fewer,
    is_temporal,
    keep,
    lone_points,
    names_of,
    numbers,
    outgrows_doubles,
    said,
    times,
    with_gaps,
)
from core.charts.text import label
from core.charts.words import say
from core.semantic.display import month_name, weekday_name
from core.semantic.query import Grain
from core.translation import CODE, language, pgettext
from core.types import ResultColumn

#: A sum of the rest so much larger than the largest line starts hidden.
_DWARFS = 3.0
_DAY_MS = 86_400_000
_MONTH_MS = 28 * _DAY_MS


def _day_pattern(grain: Grain) -> str:
    """d3's pattern for a step of time under the mouse, as the language at hand writes it."""
    match grain:
        case Grain.DAY | Grain.SHIFT:
            return pgettext("pattern", "%d %b %Y")
        case Grain.WEEK:
            return pgettext("pattern", "week of %d %b %Y")
        case Grain.MONTH:
            return pgettext("pattern", "%B %Y")
        case Grain.QUARTER:
            return pgettext("pattern", "from %b %Y")
        case Grain.YEAR:
            return "%Y"
    return pgettext("pattern", "%d %b %Y %H:%M")


def draw_line(canvas: Canvas) -> Drawing:
    """One line for each figure or each series, with gaps where data are missing."""
    x_name = canvas.spec.x or ""
    temporal = is_temporal(canvas.table, x_name)
    series = canvas.column(canvas.spec.series)
    traces: list[Trace] = []
    if series is not None:
        column = canvas.y_columns[0]
        curves = _series(canvas, series, column, temporal)
        for i, curve in enumerate(curves):
            is_rest = bool(canvas.spec.other_label) and curve.name == canvas.spec.other_label
            usual = canvas.theme.rest if is_rest else canvas.colour(i)
            colour = canvas.colour_of(series, curve.name, usual)
            made = _line(canvas, curve, column, colour, len(curves), temporal)
            if is_rest and _dwarfs(curve, curves):
                for trace in made:
                    trace |= {
                        "visible": "legendonly",
                        "name": label(say("hidden_rest", name=curve.name)),
                    }
            traces += made
    else:
        names = [(n, "y") for n in canvas.spec.y] + [(n, "y2") for n in canvas.spec.y2]
        used = 0
        for name, side in names:
            found = canvas.column(name)
            if found is None:
                continue
            is_past = found.role == "previous"
            colour = canvas.theme.past if is_past else canvas.colour(used)
            used += not is_past
            curve = _curve(canvas, found, None, temporal)
            made = _line(canvas, curve, found, colour, len(names), temporal)
            for trace in made:
                trace["yaxis"] = side
                if is_past or side == "y2":
                    trace["line"] = {**trace["line"], "dash": "dot"}
            traces += made
    layout = _line_layout(canvas, temporal)
    ends = _ends(traces)
    if canvas.spec.lines and ends:
        at = np.unique(np.concatenate([trace["x"] for trace in traces]))
        traces += limit_traces(canvas, *ends, upright=False, at=at)
        layout["annotations"] = limit_labels(canvas, upright=False, ends=ends)
    if canvas.spec.control is not None and temporal and ends:
        draw_control(canvas, canvas.spec.control, ends, traces, layout)
    return Drawing(traces, layout)


def _dwarfs(rest: Curve, curves: list[Curve]) -> bool:
    """Whether the sum of the rest would press all other lines flat."""
    tops = [float(np.nanmax(c.y)) for c in curves if c is not rest and not np.isnan(c.y).all()]
    if np.isnan(rest.y).all() or not tops:
        return False
    return float(np.nanmax(rest.y)) > _DWARFS * max(tops)


def _ends(traces: list[Trace]) -> tuple[Any, Any] | None:
    arrays = [t["x"] for t in traces if len(t["x"])]
    if not arrays:
        return None
    return min(a.min() for a in arrays), max(a.max() for a in arrays)


def _series(
    canvas: Canvas, series: ResultColumn, column: ResultColumn, temporal: bool
) -> list[Curve]:
    names = names_of(canvas.table, series, canvas.grains.get(series.name))
    values = numbers(canvas.table, column)
    kept = keep(
        names,
        values,
        canvas.spec.top_n,
        can_sum=column.additive,
        lowest=column.direction == "higher",
    )
    at = np.array(names, dtype=object)
    per = budget(len(kept.names) + bool(kept.rest))
    found = [_curve(canvas, column, at == name, temporal, name, per) for name in kept.names]
    if kept.rest and canvas.spec.other_label:
        found.append(_rest(canvas, np.isin(at, list(kept.rest)), values, temporal, per))
    return found


def _rest(canvas: Canvas, rows: Any, values: Floats, temporal: bool, per: int) -> Curve:
    """The sum of all series that are not drawn, at each step."""
    x = _x(canvas, temporal)[rows]
    steps, inverse = np.unique(x, return_inverse=True)
    summed = np.zeros(len(steps))
    there = ~np.isnan(values[rows])
    np.add.at(summed, inverse[there], values[rows][there])
    seen = np.zeros(len(steps), dtype=bool)
    seen[inverse[there]] = True
    summed[~seen] = np.nan
    if temporal:
        steps, summed = with_gaps(steps, summed, canvas.grains.get(canvas.spec.x or ""))
    steps, summed = fewer(steps, summed, per)
    return Curve(canvas.spec.other_label, steps, summed)


def _x(canvas: Canvas, temporal: bool) -> Any:
    name = canvas.spec.x or ""
    return times(canvas.table, name) if temporal else numbers(canvas.table, canvas.by_name[name])


def _curve(
    canvas: Canvas,
    column: ResultColumn,
    rows: Any,
    temporal: bool,
    name: str | None = None,
    per: int | None = None,
) -> Curve:
    x, y = _x(canvas, temporal), numbers(canvas.table, column)
    words: dict[Any, str] = {}
    if outgrows_doubles(canvas.table, column):
        own = range(len(x)) if rows is None else np.flatnonzero(rows)
        words = {x[r]: said(canvas.table, column, int(r)) for r in own}
    if rows is not None:
        x, y = x[rows], y[rows]
    if temporal:
        x, y = with_gaps(x, y, canvas.grains.get(canvas.spec.x or ""))
    else:
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    x, y = fewer(x, y, per or budget(len(canvas.spec.y) + len(canvas.spec.y2)))
    found = tuple(words.get(step, "") for step in x) if words else ()
    return Curve(name if name is not None else column.label, x, y, found)


def _line(
    canvas: Canvas,
    curve: Curve,
    column: ResultColumn,
    colour: str,
    many: int,
    temporal: bool,
) -> list[Trace]:
    grain = canvas.grains.get(canvas.spec.x or "")
    moment = f"%{{x|{_day_pattern(grain or Grain.HOUR)}}}" if temporal else "%{x}"
    name = canvas.named(canvas.column(canvas.spec.series), curve.name, 32)
    value = "%{customdata}" if curve.said else hover_value(column, "y")
    trace: Trace = {
        "type": "scatter",
        "mode": "lines+markers" if len(curve.x) <= 62 and many <= 4 else "lines",
        "x": curve.x,
        "y": curve.y,
        "name": name,
        "connectgaps": False,
        "line": {"color": colour, "width": 2 if many <= 4 else 1.6},
        "marker": {"color": colour, "size": 5},
        "hovertemplate": f"{moment}<br>{value}<extra>%{{fullData.name}}</extra>",
    }
    if curve.said:
        trace["customdata"] = [plain(one) for one in curve.said]
    lone = lone_points(curve.y)
    if trace["mode"] == "lines" and bool(lone.any()):
        dots = {
            **trace,
            "mode": "markers",
            "x": curve.x[lone],
            "y": curve.y[lone],
            "showlegend": False,
        }
        if curve.said:
            dots["customdata"] = [trace["customdata"][i] for i in np.flatnonzero(lone)]
        return [trace, dots]
    return [trace]


def _line_layout(canvas: Canvas, temporal: bool) -> dict[str, Any]:
    spec, theme = canvas.spec, canvas.theme
    x_axis = axis(theme, grid=False, title=spec.x_title)
    if temporal:
        x_axis |= {**time_ticks(canvas), "hoverformat": _day_pattern(Grain.HOUR)}
    else:
        x_axis |= recurring_ticks(canvas)
    layout: dict[str, Any] = {
        "xaxis": x_axis,
        "yaxis": axis(theme, grid=True, title=spec.y_title, tickformat=TICKS),
        "hovermode": "x unified" if spec.series is None else "closest",
    }
    if spec.y2:
        layout["yaxis2"] = axis(
            theme,
            grid=False,
            title=spec.y2_title,
            overlaying="y",
            side="right",
            showline=False,
            tickformat=TICKS,
            tickmode="auto",
            nticks=6,
        )
    return layout


def time_ticks(canvas: Canvas) -> dict[str, Any]:
    """Few enough dates for a narrow screen; months name their year once."""
    ticks: dict[str, Any] = {"type": "date", "nticks": 6}
    if canvas.grains.get(canvas.spec.x or "") in (Grain.MONTH, Grain.QUARTER):
        ticks["tickformat"] = pgettext("pattern", "%b\n%Y")
    elif language() != CODE:
        # Names of months would be English ones.
        day = pgettext("pattern", "%d %b")
        ticks["tickformatstops"] = [
            {"dtickrange": [None, _DAY_MS - 1], "value": "%H:%M\n" + day},
            {"dtickrange": [_DAY_MS, _MONTH_MS], "value": day + "\n%Y"},
            {"dtickrange": ["M1", "M11"], "value": "%m/%Y"},
            {"dtickrange": ["M12", None], "value": "%Y"},
        ]
    return ticks


def recurring_ticks(canvas: Canvas) -> dict[str, Any]:
    """Names for the steps of a day, week or year; none for another axis."""
    match canvas.grains.get(canvas.spec.x or ""):
        case Grain.HOUR_OF_DAY:
            hours = list(range(0, 24, 4))
            return {"tickvals": hours, "ticktext": [f"{h:02d}:00" for h in hours]}
        case Grain.DAY_OF_WEEK:
            return {
                "tickvals": list(range(1, 8)),
                "ticktext": [weekday_name(d)[:3] for d in range(1, 8)],
            }
        case Grain.MONTH_OF_YEAR:
            months = list(range(1, 13))
            return {"tickvals": months, "ticktext": [month_name(m)[:3] for m in months]}
    return {}


def draw_scatter(canvas: Canvas) -> Drawing:
    """A point for each row, named when pointed at."""
    spec, theme = canvas.spec, canvas.theme
    one, two = canvas.by_name[spec.x or ""], canvas.y_columns[0]
    x, y = numbers(canvas.table, one), numbers(canvas.table, two)
    rows = np.flatnonzero(~np.isnan(x) & ~np.isnan(y))
    if len(rows) > MAX_POINTS:
        ends = [rows[f(v[rows])] for v in (x, y) for f in (np.argmin, np.argmax)]
        rows = np.unique([*rows[:: -(-len(rows) // (MAX_POINTS - 4))], *ends])
    series = canvas.column(spec.series)
    kept = canvas.table.take(rows)
    names = names_of(kept, series, canvas.grains.get(series.name)) if series else []
    shown = [label(n, 40) for n in names]
    few = len(shown) <= 16
    trace: Trace = {
        "type": "scatter",
        "mode": "markers+text" if shown and few else "markers",
        "x": x[rows],
        "y": y[rows],
        "marker": {"color": canvas.colour(0), "size": 9 if few else 6, "opacity": 0.85},
        "text": [label(n, 14) for n in names] if shown and few else None,
        "textposition": "top center",
        "textfont": {"size": 11, "color": theme.quiet},
        "customdata": shown or None,
        "cliponaxis": False,
        "hovertemplate": (
            ("%{customdata}<br>" if shown else "")
            + f"{plain(one.label)}: {hover_value(one, 'x')}<br>"
            + f"{plain(two.label)}: {hover_value(two, 'y')}<extra></extra>"
        ),
    }
    layout = {
        "xaxis": axis(theme, grid=True, title=spec.x_title, tickformat=TICKS),
        "yaxis": axis(theme, grid=True, title=spec.y_title, tickformat=TICKS),
        "hovermode": "closest",
    }
    return Drawing([trace], layout)
