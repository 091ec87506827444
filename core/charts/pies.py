"""Parts of a whole as a ring, each with its name, its value and its share beside it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from core.charts.canvas import Canvas, Drawing, Trace
from core.charts.points import kept_in_order, names_of, numbers, said, said_total
from core.charts.text import clip, escape
from core.charts.words import say
from core.semantic.display import NBSP, format_number
from core.types import ResultColumn

_NAME = 15
#: Characters from which on share and value take a line each.
_LONG = 15
#: Degrees to which the first slice is turned, so that the small ones, which come last, are at the
#: left and have room for their words.
_TURN = 40


def has_no_slice(table: pa.Table, column: ResultColumn) -> bool:
    """Whether some rows have nothing to draw."""
    return not bool(np.all(numbers(table, column) > 0))


def draw_pie(canvas: Canvas) -> Drawing:
    """A slice for each category, clockwise from the top; the rest in one at the end."""
    spec, theme = canvas.spec, canvas.theme
    x, column = canvas.by_name[spec.x or ""], canvas.y_columns[0]
    names = names_of(canvas.table, x, canvas.grains.get(x.name))
    values = numbers(canvas.table, column)
    kept = kept_in_order(spec, names, values, column)
    shown = list(kept.names)
    index = {name: i for i, name in reversed(list(enumerate(names)))}
    own = [float(values[index[name]]) for name in shown]
    words = [said(canvas.table, column, index[name]) for name in shown]
    labels = [canvas.named(x, name, _NAME) for name in shown]
    colours = [canvas.colour_of(x, name, canvas.colour(i)) for i, name in enumerate(shown)]
    if kept.rest:
        rest = np.isin(np.array(names, dtype=object), list(kept.rest))
        shown.append(spec.other_label or say("other"))
        own.append(float(np.nansum(values[rest])))
        words.append(said_total(canvas.table, column, rest))
        labels.append(escape(clip(shown[-1], _NAME)))
        colours.append(theme.rest)
    there = [i for i, value in enumerate(own) if value > 0]
    total = sum(own[i] for i in there) or 1.0
    shares = [f"{format_number(own[i] / total * 100, 1)}{NBSP}%" for i in there]
    # A column of shares has them for its values already.
    is_share = column.display == "percent"
    told = [
        escape(words[i]) if is_share else _told(share, words[i])
        for i, share in zip(there, shares, strict=True)
    ]
    trace: Trace = {
        "type": "pie",
        # Slices of one label would be drawn as one, and two clipped names may be alike.
        "labels": [str(i) for i in there],
        "values": [own[i] for i in there],
        "text": [f"{labels[i]}<br>{text}" for i, text in zip(there, told, strict=True)],
        "textinfo": "text",
        "textposition": "outside",
        "textfont": {"size": 12, "color": theme.ink},
        "hole": 0.58,
        "sort": False,
        "direction": "clockwise",
        "rotation": _TURN if len(there) > 4 else 0,
        "automargin": True,
        "marker": {
            "colors": [colours[i] for i in there],
            "line": {"color": theme.panel, "width": 2},
        },
        "hoverinfo": "text",
        "hovertext": [
            f"{escape(shown[i])}<br>{escape(column.label)}: {escape(words[i])}"
            + ("" if is_share else f"<br>{share}")
            for i, share in zip(there, shares, strict=True)
        ],
        "showlegend": False,
    }
    if not is_share:
        every = np.ones(canvas.table.num_rows, dtype=bool)
        value = escape(said_total(canvas.table, column, every))
        # Plotly makes it as small as the hole needs.
        trace["title"] = {
            "text": f"{say('total')}<br>{value}",
            "position": "middle center",
            "font": {"size": 13, "color": theme.ink},
        }
    return Drawing([trace], {}, height_px=380, flat=True)


def _told(share: str, value: str) -> str:
    """What is said beside a slice."""
    gap = "<br>" if len(share) + len(value) > _LONG else " · "
    return f"{share}{gap}{escape(value)}"
