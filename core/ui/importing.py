"""The page Import: files in, what they are, the table of tags, progress, and the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import streamlit as st

from core.errors import GembaError
from core.ingest.adding import CONFLICTS, NO_KEY, Adding, Conflicts
from core.ingest.desk import ImportDesk, Job
from core.ingest.tables import TablesFound
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import importing_files, importing_report, importing_shown, importing_tables, states
from core.ui import importing_state as state
from core.ui.guard import Visit
from core.ui.import_runs import Found, ImportRun, Kind
from core.ui.text import number, plain

_POLL_S: Final = 0.5
_STAGES: Final = {
    "read": marked("Reading the files"),
    "look": marked("Looking at columns and values"),
    "rows": marked("Reading rows"),
    "readings": marked("Sorting readings by tag"),
    "check": marked("Looking for repeats, gaps and disorder"),
    "table": marked("Building the table"),
    "gaps": marked("Looking for gaps"),
    "join": marked("Looking for what joins the tables"),
    "write": marked("Putting it in place"),
    "add": marked("Looking for rows that are there already"),
}
#: What becomes of data that have the name already.
_WAYS: Final = {
    "add": marked("Add the new rows"),
    "replace": marked("Replace all of it"),
}
_NO_KEY: Final = marked("none: only rows that are wholly alike are the same")
_CONFLICTS: Final[dict[Conflicts, str]] = {
    "refuse": marked("refuse the files"),
    "old": marked("the old ones stay"),
    "new": marked("the new ones count"),
}
_TYPES: Final = [
    "csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "jsonl", "ndjson",
    "json", "gz",
]  # fmt: skip


def draw(visit: Visit) -> None:
    """The page."""
    st.markdown("# " + _("Import"), anchors=False)
    st.caption(
        _(
            "Files become tables that can be asked. What they hold is shown first; nothing is "
            "written before you say so, and then all of it or nothing."
        )
    )
    try:
        desk = state.desk(visit)
        run = visit.parts.import_runs.get(visit.user)
        if run is not None and run.is_running:
            _running(run)
            return
        if state.take_up(visit):
            st.rerun()
        _files(desk)
        _trouble()
        _work(visit, desk)
    except GembaError as error:
        states.say(states.Look("cloud_off", "orange", marked("Not available")), retold(error))


def _files(desk: ImportDesk) -> None:
    """Which files."""
    left, right = st.columns(2, gap="large")
    with left:
        given = st.file_uploader(
            _("Files of one table or of several"),
            type=_TYPES,
            accept_multiple_files=True,
            key=state.uploader(),
            max_upload_size=desk.most_mb,
        )
        if given and st.button(
            _("Look at these files"), key="import.take", type="primary", icon=":material/search:"
        ):
            state.begin(Job(desk.keep([(one.name, one.getvalue()) for one in given])))
            state.go("look")
            st.rerun()
    with right:
        if desk.folder is None:
            st.caption(
                _("An admin of the server can name a folder for large files: GEMBA_IMPORT_DIR.")
            )
            return
        path = st.text_input(
            _("Or a file or folder on the server"),
            key="import.path",
            help=_("Below {folder}").format(folder=plain(str(desk.folder))),
        )
        if path and st.button(
            _("Look at this path"), key="import.take_path", icon=":material/search:"
        ):
            state.begin(Job((desk.path(path),), by_path=True))
            state.go("look")
            st.rerun()


def _trouble() -> None:
    """Why the last act gave nothing."""
    if state.problem():
        states.say(
            states.Look("error", "orange", marked("Not imported")),
            state.problem(),
            then=_("What was in Gemba before is as it was."),
        )


def _work(visit: Visit, desk: ImportDesk) -> None:
    """What was found, and what is done with it."""
    kind, is_late = state.asked_for()
    if kind is not None and not is_late:
        _start(visit, desk, kind)
        st.rerun()
    is_ready = _shown(visit, desk)
    if kind is not None and is_ready[kind]:
        _start(visit, desk, kind)
        st.rerun()


def _shown(visit: Visit, desk: ImportDesk) -> Mapping[Kind, bool]:
    """Draw what was found and what is said of it; which acts can be done with that."""
    is_ready: dict[Kind, bool] = {"look": True, "check": False, "load": False}
    report = state.report()
    if report is not None:
        importing_report.draw(visit, report)
    found, job = state.found(), state.job()
    if job is None:
        return is_ready
    importing_files.draw(found, desk.files(job))
    if found is None:
        return is_ready
    if isinstance(found, TablesFound):
        importing_tables.draw(found)
    else:
        importing_shown.draw(found)
    _name(desk, job, found)
    _samples(desk)
    waits = bool(found.questions)
    is_ready["check"] = not waits
    is_ready["load"] = _is_decided(desk, job, found) and not waits
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Look again"), key="import.again", icon=":material/refresh:", on_click=state.press,
            args=("look",),
        )  # fmt: skip
        st.button(
            _("Check all rows"), key="import.check", icon=":material/fact_check:",
            on_click=state.press, args=("check",), disabled=not is_ready["check"],
        )  # fmt: skip
        st.button(
            _("Import"), key="import.load", type="primary", icon=":material/upload:",
            on_click=state.press, args=("load",), disabled=not is_ready["load"],
        )  # fmt: skip
    if not (state.job() or job).name:
        st.caption(_("Say what the data are called; it can be imported then."))
    if waits:
        st.caption(
            ngettext(
                "Answer the question above first.",
                "Answer the questions above first.",
                len(found.questions),
            )
        )
    return is_ready


def _name(desk: ImportDesk, job: Job, found: Found) -> None:
    # Several tables that were dropped have no name together, and one of theirs would mislead.
    is_nameless = isinstance(found, TablesFound) and len(job.paths) > 1
    name = st.text_input(
        _("Name of the data"),
        value=job.name or ("" if is_nameless else desk.name(job)),
        placeholder=_("what all of it is called"),
        key=f"import.name.{state.serial()}",
    )
    state.name(name)


def _samples(desk: ImportDesk) -> None:
    """Whether values of rows may stand in the model, where one is drafted."""
    job = state.job()
    if job is None or not job.name or not desk.is_drafted(job.name):
        return
    may = st.checkbox(
        _("Values of rows may stand in the model that is drafted"),
        value=job.has_samples and desk.may_keep_samples,
        key=f"import.samples.{state.serial()}",
        disabled=not desk.may_keep_samples,
        help=_(
            "Without them the model has names, types and units alone. Who set up Gemba may rule "
            "them out: GEMBA_DRAFT_SAMPLES."
        ),
    )
    state.keep_samples(may)


def _is_decided(desk: ImportDesk, job: Job, found: Found) -> bool:
    """Whether the data have a name that is free, or it was said what becomes of those that have
    it and, where these are several tables, shown which file goes where."""
    name = (state.job() or job).name
    if not name or not desk.is_there(name):
        state.add(None)
        state.choose_way("")
        return bool(name) and not _adds_to(found)
    many = len(desk.tables(name)) > 1 or isinstance(found, TablesFound)
    way = st.radio(
        _("There are data {name} already").format(name=plain(name)),
        list(_WAYS),
        format_func=lambda option: _(_WAYS[option]),
        index=list(_WAYS).index(state.way()) if state.way() in _WAYS else None,
        horizontal=True,
        key="import.way",
        on_change=_way_chosen,
        args=(many and found,),
    )
    state.add(_adding(found) if way == "add" else None)
    if way is None or (way == "replace" and not _adds_to(found)):
        return way is not None
    if _adds_to(found) == (name if way == "add" and many else ""):
        return True
    st.caption(_("Look again, so that it is shown which file goes to which table."))
    return False


def _adds_to(found: Found) -> str:
    """The data to whose tables the files were matched; empty for none."""
    return found.adds_to if isinstance(found, TablesFound) else ""


def _way_chosen(several: Found | Literal[False]) -> None:
    """Files of several tables are looked at again: each is matched to a table that is there, or
    not any more. several: what these are."""
    way = str(st.session_state.get("import.way") or "")
    state.choose_way(way)
    if several and (way == "add" or _adds_to(several)):
        state.add(Adding() if way == "add" else None)
        state.go("look")


def _adding(found: Found) -> Adding:
    """Which rows are the same, and which counts where they differ."""
    if not isinstance(found, TablesFound):
        columns = [found.columns[place].source for place in found.stored]
    elif found.adds_to:
        columns = [
            f"{table.name}.{table.found.columns[place].source}"
            for table in found.tables
            for place in table.found.stored
        ]
    else:
        columns = []
    job = state.job()
    said = (job.adding if job else None) or Adding()
    left, right = st.columns(2, gap="large")
    with left:
        key = st.multiselect(
            _("Columns that say what one row is"),
            [NO_KEY, *columns],
            default=[one for one in said.key if one in (NO_KEY, *columns)],
            format_func=lambda option: _(_NO_KEY) if option == NO_KEY else option,
            key=f"import.key.{state.serial()}",
            placeholder=_("as found"),
        )
    with right:
        conflicts: Conflicts = st.selectbox(
            _("Rows that are there with other values"),
            CONFLICTS,
            index=CONFLICTS.index(said.conflicts),
            format_func=lambda option: _(_CONFLICTS[option]),
            key="import.conflicts",
        )
    return Adding(tuple(key), conflicts)


def _start(visit: Visit, desk: ImportDesk, kind: Kind) -> None:
    job = state.job()
    if job is None or not visit.holds:
        return
    runs = visit.parts.import_runs
    if kind == "look":
        runs.start(visit.user, kind, lambda tell: desk.look(job, tell))
    else:
        runs.start(visit.user, kind, lambda tell: desk.load(job, tell, write=kind == "load"))


def _running(run: ImportRun) -> None:
    @st.fragment(run_every=_POLL_S, key="import.run")
    def follow() -> None:
        if not run.is_running:
            st.rerun()
        with st.container(border=True, key="import-running"):
            st.progress(run.share, text=plain(_(_STAGES.get(run.what, run.what))))
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(
                    _("{n} s. It goes on when you leave this page.").format(
                        n=number(run.seconds(), 0)
                    ),
                    width="stretch",
                )
                if st.button(_("Stop"), key="import.stop", icon=":material/stop:"):
                    run.cancel.set()

    follow()
