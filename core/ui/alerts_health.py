"""What load alerts are, held against the figures of the standards: Gemba's own and the plant's."""

from __future__ import annotations

import time
from typing import Final

import pandas as pd
import streamlit as st

from core.alerting.figures import LEAST_DAYS, Figure, Verdict
from core.alerting.health import Health, Measured
from core.errors import GembaError
from core.semantic.display import NBSP
from core.translation import gettext as _
from core.translation import language, marked, ngettext
from core.ui import states
from core.ui.guard import Visit
from core.ui.text import number, percent, plain

_DAYS: Final = (7, 30, 90)
_WHOSE: Final = {"own": marked("Gemba's alerts"), "plant": marked("The plant's own alarms")}
_KEPT = "alerts.health"
#: Seconds for which the figures are shown again.
_FRESH_S: Final = 300
_VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "within": (":gray[:material/check:]", marked("within target")),
    "over target": (":yellow[:material/info:]", marked("over target")),
    "over maximum": (":orange[:material/warning:]", marked("over maximum")),
    "not judged": ("", marked("not judged")),
}
_SHARES: Final = ("flood_share", "share_high", "share_medium", "share_low")


def draw(visit: Visit) -> None:
    """The tab."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        whose = st.segmented_control(
            _("Whose"), list(_WHOSE), default="own", required=True, key="alerts.whose",
            format_func=lambda name: _(_WHOSE[name]), label_visibility="collapsed",
        )  # fmt: skip
        days = st.segmented_control(
            _("Days"), _DAYS, default=30, required=True, key="alerts.days",
            format_func=lambda n: _("{n} days").format(n=n), label_visibility="collapsed",
        )  # fmt: skip
    try:
        found, is_cut = _found(visit, str(whose or "own"), int(days or 30))
    except GembaError as error:
        states.say(states.FAILED, str(error))
        return
    if not found:
        states.say(
            states.Look("inbox", "gray", marked("Nothing to count")),
            _("The data that you have chosen have no records of alarms for your plants."),
        )
        return
    if is_cut:
        more = _("There are more alarms than could be read, so these figures are too low.")
        st.markdown(f":yellow[:material/warning:] {plain(more)}")
    by_name = {one.position: one for one in found}
    position = next(iter(by_name))
    if len(by_name) > 1:
        position = str(
            st.segmented_control(
                _("Plant"), list(by_name), default=position, required=True, key="alerts.position"
            )
            or position
        )
    _one(by_name.get(position, found[0]), is_own=whose != "plant")


def _found(visit: Visit, whose: str, days: int) -> tuple[tuple[Health, ...], bool]:
    key = (visit.user, visit.model, whose, days, language())
    kept = st.session_state.get(_KEPT)
    if kept is not None and kept[0] == key and time.monotonic() - kept[2] < _FRESH_S:
        found: tuple[tuple[Health, ...], bool] = kept[1]
        return found
    desk = visit.parts.services.alerts
    with st.spinner(_("Counting"), show_time=False):
        if whose == "plant":
            made = desk.plant_health(visit.user, days, visit.model)
        else:
            made = (desk.health(visit.user, days, visit.model), False)
    st.session_state[_KEPT] = (key, made, time.monotonic())
    return made


def _one(found: Health, *, is_own: bool) -> None:
    st.markdown(f"##### {plain(_headline(found, is_own=is_own))}", anchors=False)
    if not found.is_long_enough:
        short = _("The figures are meant for {n} days or more.").format(n=LEAST_DAYS)
        st.markdown(f":gray[:material/info: {plain(short)}]")
    _figures(found)
    _actors(found)


def _headline(found: Health, *, is_own: bool) -> str:
    """The answer first: how many, how many a day, and what that comes to."""
    said = ngettext("{n} alert in {days} days", "{n} alerts in {days} days", found.n)
    if not is_own:
        said = ngettext("{n} alarm in {days} days", "{n} alarms in {days} days", found.n)
    said = said.format(n=number(found.n, 0), days=number(found.days, 0))
    over = sum(one.verdict in ("over target", "over maximum") for one in found.measured)
    what = _("every figure is within its target")
    if over:
        what = ngettext(
            "{n} figure is over its target", "{n} figures are over their targets", over
        ).format(n=over)
    return f"{found.position}: {said}, {what}."


def _figures(found: Health) -> None:
    rows = [
        [
            _words(_(one.figure.name)),
            _shown(one.figure, one.value),
            _target(one.figure),
            "" if one.figure.maximum is None else _shown(one.figure, one.figure.maximum),
            _verdict(one),
        ]
        for one in found.measured
    ]
    header = [_("Figure"), _("Measured"), _("Target"), _("Maximum"), _("Verdict")]
    frame = pd.DataFrame(rows, columns=header)
    st.table(frame, border="horizontal", width="content", hide_index=True)
    notes = dict.fromkeys(
        f"{_words(_(one.figure.name))}: {_(one.figure.note)}"
        for one in found.measured
        if one.figure.note
    )
    sources = dict.fromkeys(one.figure.source for one in found.measured)
    st.caption(
        "  \n".join(
            plain(line)
            for line in (
                _("Figures from {source}. Editions differ, and a plant can have its own.").format(
                    source="; ".join(_(source) for source in sources)
                ),
                *notes,
            )
        )
    )


def _words(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(figure: Figure, value: float | None) -> str:
    if value is None:
        return "–"
    if figure.metric in _SHARES:
        return percent(value)
    return number(value, 0 if value == int(value) else 2 if value < 10 else 1)


def _target(figure: Figure) -> str:
    """`≤ 150`, in signs: the column is narrow."""
    sign = "~" if not figure.is_judged else "<" if figure.is_below else "≤"
    value = _shown(figure, figure.target)
    return value if figure.target == 0 else f"{sign}{NBSP}{value}"


def _verdict(one: Measured) -> str:
    sign, words = _VERDICTS[one.verdict]
    return f"{sign} {plain(_(words))}".strip()


def _actors(found: Health) -> None:
    """The sources with the most activations, and those that chatter."""
    if not found.actors:
        return
    chatter = dict(found.chatterers)
    st.markdown("#### " + _("Most often"), anchors=False)
    rows = [
        [
            plain(actor.source), number(actor.n, 0), percent(actor.share),
            number(chatter[actor.source], 0) if actor.source in chatter else "",
        ]
        for actor in found.actors
    ]  # fmt: skip
    header = [_("Source"), _("Times"), _("Share"), _("Chattered")]
    st.table(
        pd.DataFrame(rows, columns=header), border="horizontal", width="content", hide_index=True
    )
    said = _(
        "In the fullest 10 minutes there were {n}. Chattering is 3 or more within 60 seconds."
    ).format(n=found.most_in_ten_min)
    st.caption(plain(said))
