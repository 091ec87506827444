"""Entries as files: out, and in with a report of every line."""

from __future__ import annotations

import streamlit as st

from core.corpus.transfer import MAX_BYTES, Format, Imported
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, ngettext, pgettext, retold
from core.ui import corpus_entries, states
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import number, plain

_FORMATS: dict[Format, tuple[str, str]] = {
    "jsonl": ("JSON Lines", "application/x-ndjson"),
    "csv": ("CSV", "text/csv"),
}
_FILE = "corpus.file"
_MOST_LINES = 200


def draw(visit: Visit, desk: Desk) -> None:
    """The view."""
    left, right = st.columns(2, gap="large")
    with left:
        _export(visit, desk)
    with right:
        _import(visit, desk)


def _export(visit: Visit, desk: Desk) -> None:
    st.markdown("##### " + _("Take entries out"), anchors=False)
    filtered = corpus_entries.is_filtered() and st.checkbox(
        _("Only what the filters of Entries show"), key="corpus.export_filtered"
    )
    wanted = corpus_entries.search(desk.model) if filtered else None
    with st.container(horizontal=True, gap="small"):
        for fmt, (label, mime) in _FORMATS.items():

            def content(fmt: Format = fmt) -> bytes:
                # Made when it is fetched, outside of any run of the page: no session is there to
                # be asked. The services refuse a desk to whom it is not for by then.
                return visit.parts.services.desk(visit.user, visit.model).export(fmt, wanted)

            st.download_button(
                label,
                data=content,
                file_name=f"corpus-{desk.model}.{fmt}",
                mime=mime,
                key=f"corpus.export.{fmt}",
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(_("A file that was taken out can be brought in again, here or at another site."))


def _import(visit: Visit, desk: Desk) -> None:
    st.markdown("##### " + _("Bring entries in"), anchors=False)
    given = st.file_uploader(
        _("A file of JSON Lines or CSV"),
        type=["jsonl", "csv"],
        key=_FILE,
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    if given is None:
        st.caption(
            _(
                "It is checked first, line by line. Nothing comes in while a line is wrong, and "
                "what comes in is live for nobody before a publish."
            )
        )
        return
    fmt: Format = "csv" if given.name.casefold().endswith(".csv") else "jsonl"
    content = given.getvalue()
    try:
        with st.spinner(_("Checking each line")):
            report = desk.import_file(content, fmt, dry=True)
    except GembaError as error:
        states.say(states.Look("error", "orange", marked("Not read")), retold(error))
        return
    if report.problems:
        _lines(report)
        return
    if not report.entries and not report.known:
        states.say(
            states.Look("draft", "gray", marked("Nothing in it")), _("The file has no entry.")
        )
        return
    if not report.entries:
        states.say(
            states.Look("draft", "gray", marked("Nothing new")),
            ngettext(
                "The corpus has the {n} entry of the file just as it stands there.",
                "The corpus has the {n} entries of the file just as they stand there.",
                report.known,
            ).format(n=number(report.known, 0)),
        )
        return

    def bring_in() -> None:
        done = state.act(visit, lambda d: d.import_file(content, fmt, dry=False))
        if done is not None and done.batch is not None:
            count = len(done.batch.changes)
            told = ngettext("Brought in {n} entry.", "Brought in {n} entries.", count)
            state.say(state.Note(told.format(n=number(count, 0)), batch=done.batch.id))
            state.show("entries")

    fits = ngettext(
        "{n} entry, and it can be taken.",
        "{n} entries, and every line can be taken.",
        report.entries,
    ).format(n=number(report.entries, 0))
    if report.known:
        passed = ngettext("{n} is there already.", "{n} are there already.", report.known)
        fits += " " + passed.format(n=number(report.known, 0))
    st.markdown(f":material/check: {plain(fits)}")
    bring = ngettext("Bring in {n} entry", "Bring in {n} entries", report.entries)
    st.button(
        bring.format(n=number(report.entries, 0)),
        key="corpus.import",
        type="primary",
        icon=":material/upload:",
        on_click=bring_in,
    )


def _lines(report: Imported) -> None:
    """What is wrong, line by line."""
    wrong = len({problem.line for problem in report.problems})
    told = ngettext(
        "{n} line cannot be taken; the file has {entries}.",
        "{n} lines cannot be taken; the file has {entries}.",
        wrong,
    )
    states.say(
        states.Look("error", "orange", marked("Nothing was brought in")),
        told.format(n=number(wrong, 0), entries=words.entries(report.entries)),
        then=_("Mend the file and choose it again."),
    )
    shown = report.problems[:_MOST_LINES]
    st.table(
        {
            pgettext("of a file", "Line"): [number(line.line, 0) for line in shown],
            _("What is wrong"): [plain(line.what) for line in shown],
            _("What to do"): [plain(line.todo) for line in shown],
        },
        border="horizontal",
        hide_index=True,
    )
    if len(report.problems) > _MOST_LINES:
        st.caption(words.more(len(report.problems) - _MOST_LINES))
