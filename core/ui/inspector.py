"""The page Inspect SQL: a statement, what governance says of it, what it means and would read, and
its rows."""

from __future__ import annotations

import streamlit as st

from core.errors import GembaError
from core.inspection.layout import pretty
from core.inspection.report import Report
from core.translation import gettext as _
from core.translation import language, marked, retold, speaking
from core.types import User
from core.ui import (
    answer_card,
    guard,
    inspector_findings,
    inspector_history,
    inspector_panes,
    inspector_verdict,
    states,
    stay,
    working,
)
from core.ui import inspector_state as state
from core.ui.guard import Visit
from core.ui.port import Services
from core.ui.sql_runs import SqlRun
from core.ui.text import plain

_STOPPED = marked("You stopped this query. Nothing of it is shown.")
#: How long a report is taken as it is: what would be read changes when data come in.
_REPORT_S = 300
_EDITOR_PX = 220


def draw(visit: Visit) -> None:
    """The page."""
    answer_card.redrawn()
    _open_address(visit)
    _take_up(visit)
    st.markdown("# " + _("Inspect SQL"), anchors=False)
    tabs = stay.tabs({name: _(name) for name in state.TABS}, key=state.TAB)
    for tab, content in zip(
        tabs.values(), (_inspect, inspector_history.runs, inspector_history.saved), strict=True
    ):
        if tab.open:
            with tab:
                content(visit)


def _open_address(visit: Visit) -> None:
    """The SQL of the answer that the address names, once."""
    wanted = state.asked_for()
    if not wanted:
        return
    try:
        found = visit.parts.services.past_run(wanted, visit.user)
    except GembaError as error:
        state.opened(wanted)
        state.say(retold(error))
        return
    if found is None:
        state.opened(wanted)
        state.say(_("That answer is not in the history, or not yours. Open one of yours below."))
        return
    names = guard.models(visit.parts, visit.user)
    state.show(found, ())
    run = visit.parts.sql_runs.of_answer(visit.user, wanted)
    state.follow(run.id if run is not None else "")
    if found.model in names and found.model != visit.data:
        guard.want_model(found.model)
        st.rerun()


def _take_up(visit: Visit) -> None:
    """What a reload left behind: a run that goes on, with its SQL. And of an example the SQL, when
    its answer has come; of every answer its address."""
    runs = visit.parts.sql_runs
    if not state.run_id() and not state.sql():
        going_on = runs.running(visit.user)
        if going_on is not None:
            state.put(going_on.sql)
            state.follow(going_on.id, opens=not going_on.sql)
    run = _shown_run(visit)
    if run is None or run.answer is None:
        return
    if run.id == state.awaited():
        state.follow(run.id)
        run.sql = pretty(run.answer.sql or "")
        if run.sql:
            state.put(run.sql)
    if run.sql == state.sql() and run.answer.status in ("answered", "empty"):
        state.name(run.answer.id)


def _shown_run(visit: Visit) -> SqlRun | None:
    return visit.parts.sql_runs.get(visit.user, state.run_id())


# -- the first tab -------------------------------------------------------------------------------


def _inspect(visit: Visit) -> None:
    editor, verdict = st.columns((3, 2), gap="medium")
    with editor:
        sql = st.text_area(
            _("SQL, in StarRocks' dialect"),
            key=state.SQL,
            height=_EDITOR_PX,
            placeholder=_("Paste a SELECT. Nothing is read before you press Run."),
            on_change=state.edited,
            persist_state="session",
        )
        report = _inspected(visit, sql or "")
        _tools(visit, report)
        if state.note():
            st.caption(f":material/info: {plain(state.note())}")
    if not (sql or "").strip():
        with verdict:
            inspector_history.examples(visit)
        _result(visit, "")
        return
    with verdict, st.container(border=True, key="inspect-verdict"):
        if isinstance(report, Report):
            inspector_verdict.draw(report)
        else:
            _trouble(visit, report or "")
    _result(visit, sql or "")
    if isinstance(report, Report):
        _details(report)


def _details(report: Report) -> None:
    inspector_findings.draw(report)
    inspector_verdict.meaning(report)
    inspector_panes.draw(report)
    inspector_verdict.rules(report)
    inspector_verdict.plan(report)


def _inspected(visit: Visit, sql: str) -> Report | str | None:
    """The report, or in words why there is none; None for nothing."""
    if not sql.strip():
        return None
    try:
        with st.spinner(_("Checking")):
            return _report(visit.parts.services, visit.user, visit.model, sql, language())
    except GembaError as error:
        return retold(error)


@st.cache_data(max_entries=256, ttl=_REPORT_S, show_spinner=False, hash_funcs={User: hash})
def _report(
    _services: Services,
    user: User,
    model: str | None,
    sql: str,
    language: str,
) -> Report:
    """What is said of this SQL for this person: plants and role are in `user`. The rules are the
    process's own, and so is this cache."""
    with speaking(language):
        return _services.inspect_sql(sql, user, model=model)


def _trouble(visit: Visit, message: str) -> None:
    states.say(states.Look("cloud_off", "orange", marked("Not checked")), message)
    st.caption(_("Your SQL is kept. Nothing was read."))
    st.button(
        _("Check again"),
        key="inspect.again",
        icon=":material/refresh:",
        on_click=lambda: _forget(visit),
    )


def _forget(visit: Visit) -> None:
    """Have the report made anew: a failure is not kept, a missing plan is."""
    _report.clear(visit.parts.services, visit.user, visit.model, state.sql(), language())


def _tools(visit: Visit, report: Report | str | None) -> None:
    """The buttons under the editor."""
    is_ready = isinstance(report, Report) and report.may_run
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            _("Inspect"),
            key="inspect.check",
            icon=":material/policy:",
            type="secondary" if is_ready else "primary",
            help=_("Checks the text and asks the store for its plan. Reads no rows."),
            on_click=lambda: _forget(visit),
        )
        st.button(
            _("Run"),
            key="inspect.run",
            icon=":material/play_arrow:",
            type="primary" if is_ready else "secondary",
            disabled=not is_ready,
            on_click=_start,
            args=(visit,),
        )
        formatted = report.formatted if isinstance(report, Report) else ""
        st.button(
            _("Format"),
            key="inspect.format",
            icon=":material/format_align_left:",
            type="tertiary",
            disabled=not formatted or formatted == report_sql(report),
            on_click=state.put,
            args=(formatted,),
        )
        st.button(
            _("Undo"),
            key="inspect.undo_button",
            icon=":material/undo:",
            type="tertiary",
            disabled=not state.can_undo(),
            on_click=state.undo,
        )
        if isinstance(report, Report) and report.inspection.governed is not None:
            inspector_history.save_form(visit)


def report_sql(report: Report | str | None) -> str:
    """The text that a report is about; empty without one."""
    return report.sql if isinstance(report, Report) else ""


# -- its rows ------------------------------------------------------------------------------------


def _start(visit: Visit) -> None:
    if not visit.holds:
        return
    sql = state.sql()
    run = visit.parts.sql_runs.start(visit.parts.services, visit.user, sql, model=visit.model)
    if run is None:
        state.say(_("Your other queries are still running. Stop one or wait for it."))
    else:
        state.follow(run.id)
    answer_card.redraw_page()


def _result(visit: Visit, sql: str) -> None:
    """The last run: working, stopped, or its rows."""
    run = _shown_run(visit)
    if run is None:
        return
    if run.job.is_running or not run.job.was_shown:
        run.job.was_shown = True
        working.draw(run, lambda: None)
        return
    is_other = bool(run.sql) and run.sql != sql
    if is_other:
        said = _("The rows below are of the SQL before your last change.")
        st.caption(f":material/history: {said}")
    if run.job.is_stopped:
        with st.container(border=True):
            states.say(states.STOPPED, _(_STOPPED))
        return

    def again(_: str) -> None:
        _start(visit)

    answer_card.draw(visit, run, again)
