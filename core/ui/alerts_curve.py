"""The curve of an alert: what was measured, the limit of each time, and what happened along it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal

import streamlit as st

from core.alert_desk.clocks import to_local
from core.alert_desk.curve import Curve, LimitSpan
from core.alert_desk.story import Story
from core.alerting.alert import SEVERITY_NAMES
from core.semantic.display import format_plain, scale_unit, unit_of
from core.semantic.result import ResultColumn
from core.translation import gettext as _
from core.types import ChartSpec
from core.ui import figures
from core.ui.text import moment, plain

_HEIGHT_PX: Final = 320
#: Nearer to the picture's end than this share of it there is no room for a word.
_EDGE: Final = 0.1


def draw(story: Story) -> None:
    """The picture with a line below that says what is in it."""
    curve = story.curve
    if curve is None or not curve.result.row_count:
        none = _("There are no Good readings around this time.")
        st.markdown(f":gray[{plain(none)}]")
        return
    theme: Literal["light", "dark"] = "dark" if st.context.theme.type == "dark" else "light"
    column = curve.columns[-1]
    title = _("{what} of {asset}").format(what=column.label, asset=story.alert.asset)
    figures.show(
        _figure(story, curve, title, theme), key=f"alert.{story.alert.id}.{theme}", title=title,
        said=_alt(curve, column),
    )  # fmt: skip
    said = [_span(curve)]
    if _bad_points(curve):
        said.append(_("Grey points are readings that are not Good; they trip no limit."))
    if any(one.entry is None for one in story.moments):
        said.append(_("Marks at the foot are what else happened to the asset."))
    st.caption(" ".join(plain(one) for one in said))


def _figure(story: Story, curve: Curve, title: str, theme: Literal["light", "dark"]) -> Any:
    from core.charts import figure
    from core.charts.theme import THEMES

    look, column = THEMES[theme], curve.columns[-1]
    spec = ChartSpec(
        "line", title, x=curve.columns[0].name, y=(column.name,), y_title=unit_of(column)
    )
    made = figure(spec, curve.result, curve.columns, theme=theme, height=_HEIGHT_PX)
    made.update_layout(showlegend=False, hovermode="closest", xaxis_range=[curve.start, curve.end])
    bad = _bad_points(curve)
    if bad:
        made.add_scatter(
            x=[at for at, _value in bad], y=[value for _at, value in bad], mode="markers",
            marker={"color": look.rest, "size": 5}, name=_("not Good"),
            hovertemplate=f"%{{x|%H:%M}} · %{{y}}<extra>{_('not Good')}</extra>",
        )  # fmt: skip
    for span in curve.limits:
        _limit(made, span, column, look)
    raised = to_local(story.alert.raised_at, story.zone)
    _upright(made, raised, _("raised"), curve, look)
    returned = story.alert.returned_at
    if returned is not None and curve.start <= to_local(returned, story.zone) <= curve.end:
        _upright(made, to_local(returned, story.zone), _("back"), curve, look, is_first=False)
    _events(made, story, curve, look)
    return figures.with_quiet_bar(made, theme)


def _limit(made: Any, span: LimitSpan, column: ResultColumn, look: Any) -> None:
    scale = 100 if column.display == "percent" else 1
    value, colour = span.value * scale, look.severity(span.severity)
    words = limit_words(span, column)
    made.add_scatter(
        x=[span.start, span.end], y=[value, value], mode="lines", name=words,
        line={"color": colour, "width": 1.5, "dash": "dash"}, hoverinfo="name",
        hoverlabel={"namelength": -1},
    )  # fmt: skip
    made.add_annotation(
        x=span.end, y=value, text=words, showarrow=False, xanchor="right", yanchor="bottom",
        font={"size": 11, "color": colour},
    )  # fmt: skip


def limit_words(span: LimitSpan, column: ResultColumn) -> str:
    """`Warning 5.1 mm/s, version 2`."""
    word = _(SEVERITY_NAMES[span.severity])
    scale = 100 if column.display == "percent" else 1
    said = f"{word[:1].upper()}{word[1:]} {format_plain(span.value * scale, scale_unit(column))}"
    if not span.version:
        return said
    return _("{limit}, version {n}").format(limit=said, n=span.version)


def _upright(
    made: Any, at: dt.datetime, words: str, curve: Curve, look: Any, *, is_first: bool = True
) -> None:
    """A moment with its word above the picture: the first one's before it, the other's after it,
    so that two that are near do not lie over one another."""
    edge = (curve.end - curve.start) * _EDGE
    is_before = at - curve.start > edge if is_first else curve.end - at < edge
    made.add_shape(
        type="line", x0=at, x1=at, y0=0, y1=1, yref="paper",
        line={"color": look.quiet, "width": 1, "dash": "dot"},
    )  # fmt: skip
    made.add_annotation(
        x=at, y=1, yref="paper", text=words, showarrow=False, yanchor="bottom",
        xanchor="right" if is_before else "left", font={"size": 11, "color": look.quiet},
    )  # fmt: skip


def _events(made: Any, story: Story, curve: Curve, look: Any) -> None:
    """What else happened, as marks on a line of their own at the foot."""
    shown = [m for m in story.moments if m.entry is None and curve.start <= m.at <= curve.end]
    if not shown:
        return
    made.add_scatter(
        x=[one.at for one in shown], y=[0.03] * len(shown), yaxis="y3", mode="markers",
        marker={"color": look.quiet, "size": 9, "symbol": "triangle-up"},
        text=[f"{one.what}: {one.text}"[:120].replace("<", "") for one in shown],
        hovertemplate="%{x|%H:%M} · %{text}<extra></extra>",
    )  # fmt: skip
    made.update_layout(
        yaxis3={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True}
    )


def _bad_points(curve: Curve) -> list[tuple[Any, float]]:
    """Times and values of readings that are not Good, in the chart's own scale."""
    if curve.bad is None or not curve.bad.row_count:
        return []
    names = [curve.columns[0].name, curve.columns[-1].name]
    if any(name not in curve.bad.table.column_names for name in names):
        return []
    scale = 100 if curve.columns[-1].display == "percent" else 1
    times, values = (curve.bad.table.column(name).to_pylist() for name in names)
    return [
        (at, float(value) * scale)
        for at, value in zip(times, values, strict=True)
        if value is not None
    ]


def _span(curve: Curve) -> str:
    return _("{start} to {end}, plant time.").format(
        start=moment(curve.start), end=moment(curve.end)
    )


def _alt(curve: Curve, column: ResultColumn) -> str:
    """The picture in words: the span, the most, the limits."""
    values = [v for v in curve.result.table.column(column.name).to_pylist() if v is not None]
    limits = ", ".join(limit_words(span, column) for span in curve.limits)
    most = format_plain(round(float(max(values)), 3), scale_unit(column)) if values else ""
    said = _("{span} Highest {most}. {limits}")
    return said.format(span=_span(curve), most=most, limits=limits)
