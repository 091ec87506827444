"""Mean, control limits, levels and marked readings, drawn on a line over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.charts.canvas import Canvas, Layout, Trace
from core.charts.control import rules_of
from core.charts.points import MAX_POINTS
from core.charts.steps import Steps, steps_of
from core.charts.text import escape
from core.charts.theme import SIZE
from core.charts.words import say
from core.semantic.display import format_plain, scale_unit
from core.statistics.baseline import Usual
from core.statistics.runs import Broken, broken_rules
from core.types import Control, ResultColumn

#: Marks that stand apart enough to be drawn large.
_FEW = 100


def draw_control(
    canvas: Canvas, control: Control, ends: tuple[Any, Any], traces: list[Trace], layout: Layout
) -> None:
    """Add what a control chart has to the one line that is drawn. Nothing is added to rows whose
    column is not there, or to a spec whose sigma is none."""
    column = canvas.column(canvas.spec.y[0] if len(canvas.spec.y) == 1 else None)
    if column is None or canvas.spec.series is not None or not control.sigma > 0:
        return
    usual = Usual(control.mean, control.sigma)
    x = canvas.spec.x or ""
    steps = steps_of(canvas.table, x, column, canvas.grains.get(x))
    added = [_level(canvas, control, "mean", ends, [usual.mean], column)]
    limits = [usual.lower_control_limit, usual.upper_control_limit]
    added.append(_level(canvas, control, "limits", ends, limits, column))
    if control.levels:
        added.append(_levels(canvas, control, column))
    marks = _marks(
        canvas, control, steps, broken_rules(steps.values, usual, rules_of(control.rules))
    )
    if marks is not None:
        added.append(marks)
    traces += added
    layout.setdefault("shapes", []).append(_baseline(canvas, control))
    layout["annotations"] = [*layout.get("annotations", []), _named_baseline(canvas, control)]


def _level(
    canvas: Canvas,
    control: Control,
    kind: str,
    ends: tuple[Any, Any],
    values: Sequence[float],
    column: ResultColumn,
) -> Trace:
    """Horizontal lines as one trace, with a gap between them."""
    unit = scale_unit(column)
    digits = _digits(control, column)
    said = [format_plain(value, unit, digits) for value in values]
    is_mean = kind == "mean"
    name = (
        say("control_mean", mean=said[0])
        if is_mean
        else say("control_limits", low=said[0], high=said[1])
    )
    x: list[Any] = []
    y: list[float | None] = []
    for value in values:
        x += [*ends, ends[1]]
        y += [value, value, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x[:-1],
        "y": y[:-1],
        "name": escape(name),
        "connectgaps": False,
        "line": {
            "color": canvas.theme.quiet,
            "width": 1.4,
            "dash": "solid" if is_mean else "dot",
        },
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _digits(control: Control, column: ResultColumn) -> int:
    """Enough to tell the limits from the mean."""
    size = 3 * control.sigma  # above zero
    needed = 1 - int(np.floor(np.log10(size)))
    return int(min(9, max(column.decimals, needed)))


def _levels(canvas: Canvas, control: Control, column: ResultColumn) -> Trace:
    unit, digits = scale_unit(column), _digits(control, column)
    x: list[Any] = []
    y: list[float | None] = []
    said: list[str] = []
    for one in control.levels:
        text = say("control_level_at", mean=format_plain(one.mean, unit, digits))
        x += [np.datetime64(one.first, "us"), np.datetime64(one.last, "us")]
        x.append(x[-1])
        y += [one.mean, one.mean, None]
        said += [escape(text), escape(text), ""]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.array(x, dtype="datetime64[us]"),
        "y": y,
        "name": say("control_level"),
        "connectgaps": False,
        "line": {"color": canvas.theme.series[2], "width": 3},
        "customdata": said,
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": True,
    }


def _marks(canvas: Canvas, control: Control, steps: Steps, broken: Broken) -> Trace | None:
    """The readings that break a rule, each with the rules that it breaks."""
    start = steps.position(control.start)
    flagged = broken.flagged[broken.flagged >= start]
    if not len(flagged):
        return None
    if len(flagged) > MAX_POINTS:
        # those that stand furthest off are all drawn
        off = np.abs(steps.values[flagged] - control.mean)
        flagged = flagged[np.sort(np.argsort(-off, kind="stable")[:MAX_POINTS])]
    is_few = len(flagged) <= _FEW
    return {
        "type": "scatter",
        "mode": "markers",
        "x": steps.times[flagged],
        "y": steps.values[flagged],
        "name": say("control_flagged"),
        "marker": {
            "symbol": "diamond-open",
            "size": 9 if is_few else 4,
            "opacity": 1.0 if is_few else 0.5,
            "color": canvas.theme.ink,
            "line": {"width": 1.6 if is_few else 0.8, "color": canvas.theme.ink},
        },
        "customdata": [named_rules(broken, int(at)) for at in flagged],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": True,
    }


def named_rules(broken: Broken, position: int) -> str:
    """The rules that a reading breaks, one a line, for the template of a hover label; those of two
    families that say the same are one."""
    titles: dict[str, list[str]] = {}
    for rule in broken.at(position):
        titles.setdefault(rule.name, []).append(rule.title)
    return "<br>".join(
        escape(say("control_rule", title=", ".join(own), name=name)) for name, own in titles.items()
    )


def _baseline(canvas: Canvas, control: Control) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": control.first.isoformat(),
        "x1": control.last.isoformat(),
        "y0": 0,
        "y1": 1,
        "fillcolor": canvas.theme.rest,
        "opacity": 0.12,
        "line": {"width": 0},
        "layer": "below",
    }


def _named_baseline(canvas: Canvas, control: Control) -> dict[str, Any]:
    return {
        "x": control.first.isoformat(),
        "y": 1,
        "yref": "paper",
        "text": escape(say("control_baseline")),
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "top",
        "font": {"size": SIZE - 2, "color": canvas.theme.quiet},
    }
