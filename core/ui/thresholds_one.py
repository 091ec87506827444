"""One threshold: what it says and where from, its fields, suggested limits, its versions."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.errors import GembaError
from core.threshold_desk.bench import Bench
from core.threshold_desk.suggesting import Suggestion, Suggestions
from core.thresholds.acts import Change, Current, ref
from core.thresholds.record import Threshold
from core.translation import gettext as _
from core.translation import marked
from core.ui import states, thresholds_form, thresholds_table
from core.ui import thresholds_state as state
from core.ui import thresholds_words as words
from core.ui.guard import Visit
from core.ui.text import percent, plain

_PARTS = {
    "fields": marked("Fields"),
    "suggest": marked("Suggested limits"),
    "versions": marked("Versions"),
}
_BASELINES = (7, 30, 90)


def new_button(bench: Bench) -> None:
    """Begins a threshold at the chosen place."""
    measures = list(bench.measures)
    st.button(
        _("New threshold"),
        key="thresholds.new",
        icon=":material/add:",
        disabled=not measures,
        on_click=lambda: state.begin(bench.blank(state.path(), measures[0])),
    )


def draw(visit: Visit, bench: Bench) -> None:
    """What is open, or being written."""
    typed = state.new()
    if typed is not None:
        with st.container(border=True, key="thresholds-one"):
            _writing(visit, bench, typed)
        return
    opened = state.opened()
    if not opened:
        return
    try:
        current = bench.get(opened)
    except GembaError as error:
        states.say(states.GONE, str(error))
        return
    with st.container(border=True, key="thresholds-one"):
        _said(bench, current)
        thresholds_table.act_buttons(visit, bench, [current])
        part = st.segmented_control(
            _("Part"),
            list(_PARTS),
            format_func=lambda name: _(_PARTS[name]),
            default="fields" if "thresholds.part" not in st.session_state else None,
            required=True,
            key="thresholds.part",
            label_visibility="collapsed",
            persist_state="session",
            wrap=True,
        )
        if part == "suggest":
            _suggest(bench, current.newest)
        elif part == "versions":
            _versions(visit, bench, current)
        else:
            _fields(visit, bench, current)


def _writing(visit: Visit, bench: Bench, typed: state.Typed) -> None:
    """What is not kept yet: another threshold, or one with limits that were taken over."""
    title = words.title(bench, typed.draft) if typed.draft.id else _("New threshold")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"##### {plain(title)}", anchors=False, width="stretch")
        st.button(
            _("Close"),
            key="thresholds.close_new",
            type="tertiary",
            icon=":material/close:",
            on_click=state.leave_new,
        )
    where = f"{plain(words.where(bench, typed.draft.scope))} · " if typed.draft.id else ""
    st.caption(where + _("not kept yet"))
    one = thresholds_form.draw(visit, bench, typed.draft, f"new{typed.number}")
    _suggest(bench, one)


def _said(bench: Bench, current: Current) -> None:
    """Its sentence, badges, and where its number comes from."""
    one = current.newest
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"##### {plain(words.title(bench, one))}", anchors=False, width="stretch")
        st.button(
            _("Close"),
            key="thresholds.close",
            type="tertiary",
            icon=":material/close:",
            on_click=state.close,
        )
    version = _("Version {n}").format(n=one.version)
    badges = [words.severity(one), words.status(one), f":gray[{plain(version)}]"]
    st.markdown(" · ".join(badges))
    lines = [words.where(bench, one.scope), words.kind(one), words.conduct(bench, one)]
    st.markdown(plain(" · ".join(line for line in lines if line)))
    row = next((h for h in bench.holdings(state.path()) if h.threshold.id == one.id), None)
    if row is not None:
        counts = (
            _("Here it counts for {n} of {m} places, each as a whole.")
            if one.per
            else _("Here it counts for {n} of {m} assets.")
        ).format(n=len(row.assets), m=row.of)
        hidden = words.hides(bench, row)
        more = (
            " " + _("It is nearer than, and hides: {what}.").format(what=hidden) if hidden else ""
        )
        st.caption(plain(counts + more))
    if one.source.text:
        st.caption(plain(_("Source: {source}").format(source=one.source.text)))
    who = _("by {name}, {since}").format(name=one.author, since=words.since(one))
    st.caption(plain(who))
    force = current.in_force
    if force is not None and force.version != one.version:
        text = _("In force: version {n}, {limit}").format(
            n=force.version, limit=words.limit(force, words.unit_of(bench, force))
        )
        st.caption(plain(text))


def _fields(visit: Visit, bench: Bench, current: Current) -> None:
    one = current.newest
    if bench.may_change(one):
        key = f"{one.id}.{one.version}.{one.revision}"
        thresholds_form.draw(visit, bench, one, key)
        return
    if bench.rights.may_edit:
        st.caption(_("It holds for plants that are not yours, so you may look and not change it."))
    thresholds_form.read_only(one)


# -- suggested limits ------------------------------------------------------------------------------


def _suggest(bench: Bench, one: Threshold) -> None:
    days = st.segmented_control(
        _("Baseline"),
        _BASELINES,
        format_func=lambda n: _("{n} days").format(n=n),
        default=_BASELINES[1],
        required=True,
        key="thresholds.baseline",
    )
    asked = st.button(
        _("Suggest from the data"), key="thresholds.suggest", icon=":material/query_stats:"
    )
    key = (
        "suggest", replace(one, low=None, high=None), days, bench.known.last, bench.rights.user,
    )  # fmt: skip
    if not asked and st.session_state.get("thresholds.suggested") != key:
        st.caption(_("Limits from readings of the last days and from the starter sets."))
        return
    st.session_state["thresholds.suggested"] = key
    with st.spinner(_("Reading the baseline")):
        found: Suggestions = state.kept(
            key, lambda: bench.suggest(one, *bench.window(float(days or _BASELINES[1])))
        )
    for index, suggestion in enumerate(found.found):
        _suggestion(bench, one, suggestion, index)
    if found.why_not:
        st.caption(plain(found.why_not))


def _suggestion(bench: Bench, one: Threshold, found: Suggestion, index: int) -> None:
    shown = replace(one, low=found.low, high=found.high, unit=found.unit)
    with st.container(border=True, key=f"thresholds-suggestion-{index}"):
        limit = words.limit(shown, words.unit_of(bench, one))
        st.markdown(f"**{plain(limit)}** · {plain(found.method)}")
        st.caption(plain(found.reason))
        if found.beyond is not None:
            text = _("{share} of the baseline's readings lie beyond.")
            st.caption(plain(text.format(share=percent(found.beyond, 2))))
        if bench.may_change(one):
            st.button(
                _("Take it"),
                key=f"thresholds.take.{index}",
                icon=":material/check:",
                on_click=_take,
                args=(one, found),
            )


def _take(one: Threshold, found: Suggestion) -> None:
    """Put the suggested limits into the fields."""
    taken = replace(
        one,
        low=found.low,
        high=found.high,
        unit=found.unit,
        source=found.source,
        deadband=one.deadband if found.deadband is None else found.deadband,
    )
    state.begin(taken)


# -- versions --------------------------------------------------------------------------------------


def _versions(visit: Visit, bench: Bench, current: Current) -> None:
    versions = bench.history(current.newest.id)
    for place, one in enumerate(versions):
        earlier = versions[place + 1] if place + 1 < len(versions) else None
        with st.container(border=True, key=f"thresholds-version-{one.version}"):
            _version(bench, one, earlier)
            is_past = one.version != current.newest.version and one.status == "published"
            if is_past and bench.may_change(current.newest):
                _back_button(visit, current, one.version)


def _version(bench: Bench, one: Threshold, earlier: Threshold | None) -> None:
    title = _("Version {n}").format(n=one.version)
    st.markdown(f"**{plain(title)}** {words.status(one)} :gray[{plain(words.since(one))}]")
    who = _("by {name}").format(name=one.author)
    if one.approver:
        who += ", " + _("approved by {name}").format(name=one.approver)
    if one.changed_at is not None:
        who += f", {words.day(one.changed_at)}"
    st.caption(plain(who))
    if earlier is None:
        st.markdown(plain(words.limit(one, words.unit_of(bench, one))))
        return
    found = bench.differences(earlier, one)
    for difference in found:
        st.markdown(f"- {plain(difference.text)}")
    if not found:
        st.caption(_("Nothing differs from the version before."))


def _back_button(visit: Visit, current: Current, version: int) -> None:
    def do(bench: Bench) -> tuple[Change, ...]:
        return bench.roll_back(ref(current.newest), version)

    st.button(
        _("Roll back to it"),
        key=f"thresholds.back.{version}",
        icon=":material/history:",
        disabled=current.newest.status in ("draft", "pending"),
        help=_("A draft with this content begins; discard one that is there first."),
        on_click=state.press,
        args=(visit, "rolled back", do),
    )
