"""The page of data: batches that are held back, live values, and the state of each table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from core.errors import GembaError
from core.gatekeeping import StreamNow, TableState
from core.gates import CheckedBatch, CheckResult, GateReport
from core.gates.report import outcome, title
from core.semantic.model import SemanticModel
from core.semantic.said import said
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import guard, states, stay
from core.ui.guard import Visit
from core.ui.text import moment, number, plain

_NOTE, _REPORT = "data.note", "data.report"
_STATES: Final[dict[str, tuple[str, str]]] = {
    "passed": (":green[:material/check_circle:]", marked("passed its checks")),
    "held": (":orange[:material/front_hand:]", marked("held back")),
    "released": (":blue[:material/lock_open:]", marked("released by {who}")),
    "discarded": (":gray[:material/delete:]", marked("discarded by {who}")),
}


def draw(visit: Visit) -> None:
    """The page."""
    st.markdown("# " + _("Data quality"), anchors=False)
    st.caption(
        _(
            "What each table has, what its checks say, and what is held back. Rows that are held "
            "back are in no answer until somebody releases them here."
        )
    )
    if note := st.session_state.get(_NOTE):
        text, is_trouble = note
        states.outcome("data", text, is_trouble=is_trouble, hush=_hush)
    desk = visit.parts.services.data
    try:
        model = desk.model(visit.user, visit.model)
        tables = desk.tables(visit.user, visit.model)
        streams = desk.streams(visit.user)
    except GembaError as error:
        states.say(
            states.Look("cloud_off", "orange", marked("Not available")),
            retold(error),
            then=_("Reload this page to try again."),
        )
        return
    held = [batch for table in tables for batch in table.held]
    if held:
        st.markdown("### " + _("Held back"), anchors=False)
        for batch in held:
            _held(visit, batch, model)
    _elsewhere(visit)
    if streams:
        st.markdown("### " + _("Live values"), anchors=False)
        for stream in streams:
            _stream(stream)
    st.markdown("### " + _("Tables"), anchors=False)
    for table in tables:
        _table(visit, table, model)


# -- what is held back -------------------------------------------------------------------------


def _held(visit: Visit, batch: CheckedBatch, model: SemanticModel) -> None:
    report = batch.report
    with st.container(border=True, key=f"data-held-{batch.id}"):
        label = said(model).tables[report.table].label
        icon = _STATES["held"][0]
        st.markdown(f"{icon} **{plain(label)}** \u2002{plain(report.source)}")
        st.markdown(f":small[:gray[{plain(_size(report, batch.at))}]]")
        for result in report.failed:
            _failure(result, model, report.table)
        _samples(batch.id, report, model)
        _beside(visit, batch, model)
        _decision(visit, batch)


def _elsewhere(visit: Visit) -> None:
    """What is held back of other data than are chosen, with the way there."""
    for name in guard.models(visit.parts, visit.user):
        held = visit.parts.services.data.held(visit.user, name) if name != visit.data else 0
        if not held:
            continue
        words = ngettext(
            "{n} batch of {data} is held back too.",
            "{n} batches of {data} are held back too.",
            held,
        ).format(n=number(held, 0), data=guard.label(visit.parts, name))
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"data-other-{name}"
        ):
            st.markdown(f"{_STATES['held'][0]} {plain(words)}", width="stretch")
            st.button(
                _("Show"), key=f"data.other.{name}", type="tertiary",
                icon=":material/arrow_forward:", on_click=guard.want_model, args=(name,),
            )  # fmt: skip


def _size(report: GateReport, at: dt.datetime) -> str:
    """`1,200 rows · 30 Jun 2026, 10:00 to 11:00 · HAM · checked at ...`."""
    parts = [ngettext("{n} row", "{n} rows", report.rows).format(n=number(report.rows, 0))]
    if report.first and report.last:
        first, last = (dt.datetime.fromisoformat(t) for t in (report.first, report.last))
        span = _("{first} to {last}").format(first=moment(first), last=moment(last))
        parts.append(moment(first) if first == last else span)
    parts.append(", ".join(report.plants))
    parts.append(_("checked at {moment} UTC").format(moment=moment(at)))
    return " · ".join(part for part in parts if part)


def _failure(result: CheckResult, model: SemanticModel, table: str) -> None:
    words = f"{title(result, model, table)}: {outcome(result)}"
    st.markdown(f":orange[:material/close:] {plain(words)}")


def _samples(key: str, report: GateReport, model: SemanticModel) -> None:
    """Some rows that failed; personal data is not in them."""
    some = [one for one in report.failed if one.samples]
    if not some:
        return
    part = stay.expander(_("Some of these rows"), key=f"data.rows.{key}", is_compact=True)
    if part.open:
        with part:
            columns = said(model).tables[report.table].columns
            for one in some:
                st.caption(plain(title(one, model, report.table)))
                names = {n: columns[n].label if n in columns else n for n in one.samples[0]}
                st.dataframe(
                    [{names[n]: value for n, value in row.items()} for row in one.samples],
                    hide_index=True,
                    width="stretch",
                )


def _beside(visit: Visit, batch: CheckedBatch, model: SemanticModel) -> None:
    """What came together with it."""
    tables = visit.parts.services.data.beside(visit.user, batch)
    if tables:
        known = said(model).tables
        names = ", ".join(known[name].label if name in known else name for name in tables)
        st.caption(
            _("Came together with {tables}: all of it is released or discarded at once.").format(
                tables=plain(names)
            )
        )


def _decision(visit: Visit, batch: CheckedBatch) -> None:
    why = f"data.why.{batch.id}"
    st.text_input(
        _("Reason"), key=why, max_chars=500, placeholder=_("Why it is released or discarded")
    )
    desk = visit.parts.services.data
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Release"), key=f"data.release.{batch.id}", icon=":material/lock_open:",
            on_click=_act, args=(visit, desk.release, batch, why, _released),
            help=_("The rows go to the table as they are, and questions see them."),
        )  # fmt: skip
        st.button(
            _("Discard the rows"), key=f"data.discard.{batch.id}", icon=":material/delete:",
            type="tertiary", on_click=_act, args=(visit, desk.discard, batch, why, _discarded),
            help=_("The rows are deleted for good; the report stays."),
        )  # fmt: skip


def _released(report: GateReport) -> str:
    text = ngettext(
        "Released: {n} row of {source} is in the table, and questions see it.",
        "Released: {n} rows of {source} are in the table, and questions see them.",
        report.rows,
    )
    return text.format(n=number(report.rows, 0), source=report.source)


def _discarded(report: GateReport) -> str:
    text = ngettext(
        "Discarded: {n} row of {source} is deleted. Its report stays.",
        "Discarded: {n} rows of {source} are deleted. Their report stays.",
        report.rows,
    )
    return text.format(n=number(report.rows, 0), source=report.source)


def _act(
    visit: Visit,
    act: Callable[..., Any],
    batch: CheckedBatch,
    why: str,
    told: Callable[[GateReport], str],
) -> None:
    """Done before the page is drawn, so the sign-in is looked at here too. told: what to say once
    it is done."""
    if not visit.holds:
        return
    try:
        act(visit.user, batch.id, str(st.session_state.get(why, "")), visit.model)
    except GembaError as error:
        st.session_state[_NOTE] = (retold(error), True)
    else:
        st.session_state[_NOTE] = (told(batch.report), False)


def _hush() -> None:
    st.session_state.pop(_NOTE, None)


# -- live values -------------------------------------------------------------------------------


def _stream(now: StreamNow) -> None:
    one = now.state
    troubles = [one.trouble, one.store_trouble]
    if one.is_full:
        troubles.append(_("The buffer is full: new values are not kept."))
    if not now.is_running:
        dot, words = ":gray[:material/stop_circle:]", _("not running")
    elif one.connected:
        dot, words = ":green[●]", _("connected")
    else:
        dot, words = ":orange[:material/warning:]", _("the server is away")
    with st.container(border=True, key=f"data-stream-{one.name}"):
        st.markdown(f"{dot} **{plain(one.name)}** \u2002{plain(words)}")
        parts = [
            ngettext("{n} row since it began", "{n} rows since it began", one.rows).format(
                n=number(one.rows, 0)
            ),
            ngettext("{n} value waits", "{n} values wait", one.readings).format(
                n=number(one.readings, 0)
            ),
        ]
        if one.batches:
            parts.append(
                ngettext("{n} batch waits", "{n} batches wait", one.batches).format(n=one.batches)
            )
        if one.dropped:
            parts.append(
                ngettext("{n} value had no room", "{n} values had no room", one.dropped).format(
                    n=number(one.dropped, 0)
                )
            )
        if one.late:
            parts.append(
                ngettext("{n} value came late", "{n} values came late", one.late).format(
                    n=number(one.late, 0)
                )
            )
        if one.seen_at:
            seen = dt.datetime.fromisoformat(one.seen_at).replace(tzinfo=None)
            parts.append(_("seen at {moment} UTC").format(moment=moment(seen)))
        st.markdown(f":small[:gray[{plain(' · '.join(parts))}]]")
        for trouble in filter(None, troubles):
            st.markdown(f":small[:orange[:material/warning: {plain(trouble)}]]")


# -- tables ------------------------------------------------------------------------------------


def _table(visit: Visit, table: TableState, model: SemanticModel) -> None:
    with st.container(border=True, key=f"data-table-{table.name}"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            with st.container(gap=None, width="stretch"):
                st.markdown(f"**{plain(table.label)}** \u2002:gray[{plain(table.name)}]")
                st.markdown(f":small[:gray[{plain(_holds(table))}]]")
            if table.has_checks:
                st.button(
                    _("Check now"), key=f"data.check.{table.name}", icon=":material/rule:",
                    on_click=_ask, args=(table.name,), type="tertiary",
                )  # fmt: skip
        _last(table)
        if st.session_state.get(_REPORT) == table.name:
            _now(visit, table.name, model)


def _holds(table: TableState) -> str:
    """`1,876,320 rows · newest 30 Jun 2026, 23:50`."""
    if not table.rows or table.newest is None:
        return _("no rows in your plants")
    rows = ngettext("{n} row", "{n} rows", table.rows).format(n=number(table.rows, 0))
    return f"{rows} · " + _("newest row {moment}").format(moment=moment(table.newest))


def _last(table: TableState) -> None:
    if not table.has_checks:
        none = _("Its model declares no checks.")
        st.markdown(f":small[:gray[{plain(none)}]]")
        return
    last = table.last
    if last is None:
        none = _("No batch was checked yet.")
        st.markdown(f":small[:gray[{plain(none)}]]")
        return
    icon, words = _STATES[last.state]
    shown = _(words).format(who=last.decided_by)
    text = _("Last batch: {source}, {state}").format(source=last.report.source, state=shown)
    st.markdown(f"{icon} {plain(text)}")
    if last.why:
        st.markdown(f":small[{plain(_('Reason'))}: {plain(last.why)}]")
    st.markdown(
        f":small[:gray[{plain(_size(last.report, last.at))} · {plain(_tally(last.report))}]]"
    )


def _tally(report: GateReport) -> str:
    """`12 checks passed, 1 failed`."""
    passed = sum(one.verdict == "passed" for one in report.results)
    words = ngettext("{n} check passed", "{n} checks passed", passed).format(n=passed)
    if report.failed:
        words += ", " + _("{n} failed").format(n=len(report.failed))
    return words


def _ask(table: str) -> None:
    st.session_state[_REPORT] = table


def _now(visit: Visit, table: str, model: SemanticModel) -> None:
    """The checks on the table as it stands."""
    st.session_state.pop(_REPORT)
    try:
        with st.spinner(_("Checking")):
            report = visit.parts.services.data.check_now(visit.user, table, visit.model)
    except GembaError as error:
        st.warning(plain(retold(error)), icon=":material/info:")
        return
    head = _("As it stands")
    st.markdown(f"**{plain(head)}** \u2002:gray[{plain(_tally(report))}]")
    for result in report.results:
        if result.verdict == "failed":
            _failure(result, model, table)
        elif result.verdict == "skipped":
            words = f"{title(result, model, table)}: {outcome(result)}"
            st.markdown(f":gray[:material/remove: {plain(words)}]")
    if report.passed:
        holds = _("All rows hold.")
        st.markdown(f":green[:material/check:] {plain(holds)}")
    _samples(f"now.{table}", report, model)
