"""The real curve with the limits drawn, and what a version and its draft would have raised."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from core.errors import GembaError
from core.semantic.units import display_unit
from core.threshold_desk.bench import Bench, Compared
from core.thresholds.acts import Current
from core.thresholds.limits import limit_unit, own_limits
from core.thresholds.record import KINDS, Threshold
from core.translation import gettext as _
from core.translation import language, marked
from core.ui import states, thresholds_chart, thresholds_load
from core.ui import thresholds_state as state
from core.ui import thresholds_words as words
from core.ui.frame import theme_name
from core.ui.text import date, plain
from core.watch.trial import Course

_WINDOWS: Final = (7, 28, 90, 180)


def draw(bench: Bench) -> None:
    """The right side of the page."""
    with st.container(key="thresholds-curve"):
        current = _opened(bench)
        measure = _measure(bench, current)
        if measure is None:
            return
        days = st.segmented_control(
            _("Window"),
            _WINDOWS,
            format_func=lambda n: _("{n} days").format(n=n),
            default=_WINDOWS[1] if state.DAYS not in st.session_state else None,
            required=True,
            key=state.DAYS,
            label_visibility="collapsed",
            persist_state="session",
        )
        start, end = bench.window(float(days or _WINDOWS[1]))
        compared = _compared(bench, current, start, end) if current is not None else None
        asset = _asset(bench, measure, current, compared, end)
        if asset is None:
            return
        _chart(bench, measure, asset, compared, start, end)
        if compared is not None and current is not None:
            thresholds_load.raised(compared, current)
            thresholds_load.details(bench, compared, current, start, end)


def _opened(bench: Bench) -> Current | None:
    typed = state.new()
    opened = state.opened() if typed is None or typed.draft.id else ""
    try:
        return bench.get(opened) if opened else None
    except GembaError:  # the middle says so
        return None


def _measure(bench: Bench, current: Current | None) -> str | None:
    """What the curve is of: what is open, else what somebody chooses."""
    typed = state.new()
    if current is not None:
        return current.newest.measure
    if typed is not None:
        found = st.session_state.get(f"thresholds.f.new{typed.number}.measure")
        return str(found) if found in bench.measures else typed.draft.measure
    measures = [name for name, one in bench.measures.items() if not one.others]
    if not measures:
        return None
    held = [row.threshold.measure for row in bench.holdings(state.path())]
    first = next((one for one in held if one in measures), measures[0])
    return st.selectbox(
        _("Curve of"),
        measures,
        index=measures.index(first),
        format_func=lambda name: words.measure(bench, name),
        key=f"thresholds.measure.{hash(state.path())}",
    )


def _compared(
    bench: Bench, current: Current, start: dt.datetime, end: dt.datetime
) -> Compared | None:
    newest, force = current.newest, current.in_force
    key = (
        "trial", newest.id, newest.version, newest.revision, force.version if force else 0, start,
        end, bench.rights.user,
    )  # fmt: skip
    try:
        with st.spinner(_("Trying it on the readings")):
            return state.kept(key, lambda: bench.compare(current, start, end))
    except GembaError as error:
        states.say(states.Look("error", "orange", marked("Not tried")), str(error))
        return None


def _asset(
    bench: Bench,
    measure: str,
    current: Current | None,
    compared: Compared | None,
    end: dt.datetime,
) -> str | None:
    """Whose curve: of the place's assets, those with the most alerts first, or those that have the
    measure at all."""
    is_whole = current is not None and bool(current.newest.per)
    if is_whole and compared is None:  # its curve comes with its trial
        return None
    here = bench.assets(state.path())
    if current is None:
        day = (end - dt.timedelta(days=1), end)
        key = ("with", measure, state.path(), *day, bench.rights.user)
        found = state.kept(key, lambda: bench.with_readings(measure, state.path(), *day))
        here = found or here
    if current is not None:
        tried = [one for one in (compared.draft, compared.current) if one] if compared else []
        counts: Counter[str] = Counter()
        for one in tried:
            counts.update({name: count for name, (count, _minutes) in one.by_asset.items()})
        looked_at = sorted(counts, key=lambda name: (-counts[name], name))
        inside = [name for name in looked_at if name in here]
        here = tuple(inside or looked_at) or here
    if not here:
        return None
    return st.selectbox(
        _("Place") if is_whole else _("Asset"),
        here,
        key=f"{state.ASSET}.{hash((here, current.newest.id if current else ''))}",
        format_func=lambda name: _counted(name, compared),
    )


def _counted(name: str, compared: Compared | None) -> str:
    """An asset with its alerts, by the draft where there is one."""
    tried = (compared.draft or compared.current) if compared is not None else None
    count = tried.by_asset.get(name, (0, 0.0))[0] if tried is not None else 0
    return f"{name} · {words.alerts(count)}" if count else name


# -- the picture -----------------------------------------------------------------------------------


def _chart(
    bench: Bench,
    measure: str,
    asset: str,
    compared: Compared | None,
    start: dt.datetime,
    end: dt.datetime,
) -> None:
    tried = [one for one in (compared.current, compared.draft) if one] if compared else []
    course = next((found for one in tried if (found := one.course(asset))), None)
    is_own = not tried or KINDS[tried[-1].thresholds[0].kind].limit_unit == "own"
    is_alone = not bench.grounds.measures[measure].others
    if is_alone and (course is None or not is_own) and asset in bench.assets():
        key = ("curve", asset, measure, start, end, bench.rights.user)
        course = state.kept(key, lambda: bench.curve(asset, measure, start, end))
    if course is None or not thresholds_chart.has_values(course):
        states.say(
            states.Look("sensors_off", "gray", marked("No readings")),
            _("{name} has no Good reading of this in the window.").format(name=asset)
            if is_alone
            else _(
                "Its curve is of the window of a threshold: keep one as a draft, without errors."
            ),
        )
        return
    lines = _lines(bench, measure, asset, compared, course.per) if is_own else []
    scale = words.scale_of(bench, measure)
    if scale != 1:
        course = replace(course, values=course.values * scale)
    unit = "%" if scale != 1 else display_unit(bench.grounds.measures[measure].unit)
    zone = ZoneInfo(bench.grounds.model.timezones.get(course.plant, "UTC"))
    title = f"{words.measure(bench, measure)}, {asset}"
    spans = _spans(asset, compared)
    figure = thresholds_chart.figure(
        course,
        lines,
        spans,
        unit=unit,
        title=title,
        until=end,
        zone=zone,
        theme=theme_name(),
    )
    said = ", ".join(line.name for line in lines)
    st.plotly_chart(
        figure,
        theme=None,
        key=f"thresholds.chart.{theme_name()}.{language()}",
        config={"displaylogo": False, "modeBarButtons": [["toImage"]], "scrollZoom": False},
        alt=f"{title}. {said}",
    )
    text = _("{first} to {last}, times of {zone}; Good readings alone.")
    if course.per:
        text = _("{first} to {last}, times of {zone}; a value is of the window that ends there.")
    st.caption(plain(text.format(first=date(start), last=date(end), zone=zone.key)))


def _lines(
    bench: Bench, measure: str, asset: str, compared: Compared | None, per: str
) -> list[thresholds_chart.Line]:
    """The limits that count for an asset, or for a place of a level as a whole, with the draft's
    beside them."""
    found: list[thresholds_chart.Line] = []
    for one in bench.counting(asset, per):
        if one.measure == measure and KINDS[one.kind].limit_unit == "own":
            found += _of(bench, one, is_draft=False)
    if compared is not None and compared.draft is not None:
        found += _of(bench, compared.draft.thresholds[0], is_draft=True)
    return found


def _of(bench: Bench, one: Threshold, *, is_draft: bool) -> list[thresholds_chart.Line]:
    unit = words.unit_of(bench, one)
    limits, scale = own_limits(one, unit), words.scale_of(bench, one.measure)
    shown_in = "%" if scale != 1 else limit_unit(one.kind, unit)
    name = _("Draft: {kind}") if is_draft else "{kind}"
    return [
        thresholds_chart.Line(
            value * scale,
            name.format(kind=words.kind(one)) + " " + words.amount(value * scale, shown_in),
            one.severity,
            is_draft,
        )
        for value in (limits.low, limits.high)
        if value is not None
    ]


def _spans(asset: str, compared: Compared | None) -> list[thresholds_chart.Shade]:
    """When alerts would have stood: by the draft, else by what is in force."""
    tried = (compared.draft or compared.current) if compared is not None else None
    course: Course | None = tried.course(asset) if tried is not None else None
    if course is None or tried is None:
        return []
    return [
        thresholds_chart.Shade(span.raised_at, span.returned_at, tried.thresholds[0].severity)
        for span in course.spans
    ]
