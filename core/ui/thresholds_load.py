"""What a version and its draft would have raised, as numbers, and against the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.alerting.figures import Verdict
from core.threshold_desk.bench import Bench, Compared
from core.threshold_desk.trying import ShiftLoad, Tried
from core.thresholds.acts import Current
from core.translation import gettext as _
from core.translation import marked
from core.ui import thresholds_state as state
from core.ui import thresholds_words as words
from core.ui.text import date, number, percent, plain, pointed

_MOST_ASSETS: Final = 12
_VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "within": ("gray", marked("within the target")),
    "over target": ("yellow", marked("over the target")),
    "over maximum": ("orange", marked("over the maximum")),
    "not judged": ("gray", marked("not judged")),
}
_VERDICT_ICONS: Final[dict[Verdict, str]] = {
    "within": "check",
    "over target": "info",
    "over maximum": "warning",
    "not judged": "remove",
}


def _columns(compared: Compared, current: Current) -> list[tuple[str, Tried]]:
    found = []
    if compared.current is not None and current.in_force is not None:
        text = _("In force (version {n})").format(n=current.in_force.version)
        found.append((text, compared.current))
    if compared.draft is not None:
        text = _("Draft (version {n})").format(n=current.newest.version)
        found.append((text, compared.draft))
    return found


def raised(compared: Compared, current: Current) -> None:
    """How many alerts, of what length, on which assets."""
    columns = _columns(compared, current)
    if not columns:
        return
    days = columns[0][1].days
    said = [f"{label}: {words.alerts(one.alerts)}" for label, one in columns]
    is_whole = bool(current.newest.per)
    over = _("in {n} days").format(n=number(days, 0))
    st.markdown(f"**{plain('; '.join(said))}** {plain(over)}")
    rows: dict[str, Sequence[str]] = {
        " ": [
            _("Alerts"), _("Mean length"), _("Longest"),
            _("Places with alerts") if is_whole else _("Assets with alerts"),
            _("Places tried") if is_whole else _("Assets tried"),
        ]
    }  # fmt: skip
    for label, one in columns:
        rows[plain(label)] = [
            number(one.alerts, 0),
            words.length(one.mean_min),
            words.length(one.longest_min),
            number(sum(1 for count, _minutes in one.by_asset.values() if count), 0),
            number(len(one.by_asset), 0),
        ]
    st.table(rows, border="horizontal", hide_index=True)
    for _label, one in columns:
        for text in one.notes:
            st.caption(f":material/info: {plain(text)}")


def details(
    bench: Bench, compared: Compared, current: Current, start: dt.datetime, end: dt.datetime
) -> None:
    """By asset and by shift, each when it is opened."""
    columns = _columns(compared, current)
    if not columns:
        return
    opened = st.expander(
        _("By place") if current.newest.per else _("By asset"),
        key="thresholds.by_asset",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            _by_asset(columns, is_whole=bool(current.newest.per))
    opened = st.expander(_("Load per shift"), key="thresholds.load", on_change="rerun")
    if opened.open:
        with opened:
            _load(bench, columns, current, start, end)


def _by_asset(columns: Sequence[tuple[str, Tried]], *, is_whole: bool) -> None:
    names = list(dict.fromkeys(name for _label, one in reversed(columns) for name in one.by_asset))
    counted = [
        name for name in names if any(one.by_asset.get(name, (0,))[0] for _l, one in columns)
    ]
    if not counted:
        st.caption(
            _("No place would have an alert.") if is_whole else _("No asset would have an alert.")
        )
        return
    title = _("Place") if is_whole else _("Asset")
    rows: dict[str, Sequence[str]] = {title: [plain(name) for name in counted[:_MOST_ASSETS]]}
    for label, one in columns:
        found = [one.by_asset.get(name, (0, 0.0)) for name in counted[:_MOST_ASSETS]]
        rows[plain(label)] = [
            plain(f"{number(count, 0)} · {words.length(minutes)}") if count else "0"
            for count, minutes in found
        ]
    st.table(rows, border="horizontal", hide_index=True)
    if len(counted) > _MOST_ASSETS:
        more = number(len(counted) - _MOST_ASSETS, 0)
        st.caption(_("And {n} more.").format(n=more))


def _load(
    bench: Bench,
    columns: Sequence[tuple[str, Tried]],
    current: Current,
    start: dt.datetime,
    end: dt.datetime,
) -> None:
    """Against the figures, for this threshold alone or beside all others in force."""
    beside = st.toggle(_("With all other thresholds in force"), key="thresholds.beside")
    if beside:
        newest = current.newest
        draft = newest if columns[-1][1].thresholds[0] == newest else None
        key = (
            "load", newest.id, newest.version, newest.revision, newest.status, start, end,
            bench.rights.user,
        )  # fmt: skip
        with st.spinner(_("Trying all of them")):
            one = state.kept(key, lambda: bench.load(start, end, draft))
    else:
        one = columns[-1][1]
        st.caption(plain(_("Of {what}.").format(what=columns[-1][0])))
    rows = {
        _("Plant"): [plain(load.plant or "–") for load in one.loads],
        _("Alerts a shift"): [pointed(f"{load.mean:.2f}") for load in one.loads],
        _("Worst shift"): [_worst(load) for load in one.loads],
        _("Target"): [_target(load) for load in one.loads],
        _("Verdict"): [_verdict(load.verdict) for load in one.loads],
    }
    st.table(rows, border="horizontal", hide_index=True)
    figures: dict[str, list[str]] = {_("Figure"): []}
    for health in one.healths:
        figures[plain(health.position or "–")] = []
        for measured in health.measured:
            value = measured.value
            is_share = measured.figure.metric.startswith(("share", "flood"))
            shown = "–" if value is None else percent(value) if is_share else number(value, 2)
            figures[plain(health.position or "–")].append(
                f"{plain(shown)} {_icon(measured.verdict)}"
            )
    if one.healths:
        figures[_("Figure")] = [plain(_(m.figure.name)) for m in one.healths[0].measured]
        st.table(figures, border="horizontal", hide_index=True)
        sources = dict.fromkeys(m.figure.source for m in one.healths[0].measured)
        st.caption(plain(_("Figures: {source}.").format(source="; ".join(sources))))
        if not one.healths[0].is_long_enough:
            st.caption(_("Figures are meant for 30 days or more; this window is shorter."))


def _worst(load: ShiftLoad) -> str:
    if load.worst is None:
        return "–"
    day, name, count = load.worst
    return plain(f"{number(count, 0)}: {date(day)} {name}".strip())


def _target(load: ShiftLoad) -> str:
    text = _("at most {n}").format(n=number(load.target, 0))
    if load.most is not None:
        text += ", " + _("maximum {n}").format(n=number(load.most, 0))
    return plain(text)


def _verdict(verdict: Verdict) -> str:
    return f"{_icon(verdict)} {plain(_(_VERDICTS[verdict][1]))}"


def _icon(verdict: Verdict) -> str:
    return f":{_VERDICTS[verdict][0]}[:material/{_VERDICT_ICONS[verdict]}:]"
