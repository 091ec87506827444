"""Thresholds as files, out and in with a report on every row; and sets to start from."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from core.errors import GembaError
from core.threshold_desk.bench import Bench
from core.thresholds.acts import Change
from core.thresholds.exchange import MAX_BYTES, Delimiter, Imported
from core.translation import gettext as _
from core.translation import language, marked, ngettext, speaking
from core.ui import states
from core.ui import thresholds_state as state
from core.ui import thresholds_words as words
from core.ui.guard import Visit
from core.ui.text import number, plain

_DELIMITERS: Final[tuple[tuple[Delimiter, str], ...]] = (
    (",", marked("CSV with commas")),
    (";", marked("CSV with semicolons")),
)
_MOST_LINES: Final = 200


def draw(visit: Visit, bench: Bench) -> None:
    """The view."""
    left, right = st.columns(2, gap="large")
    with left:
        _export(visit, bench)
        _sets(visit, bench)
    with right:
        _import(visit, bench)


def _export(visit: Visit, bench: Bench) -> None:
    st.markdown("##### " + _("Take thresholds out"), anchors=False)
    spoken = language()  # a file is made outside of the page
    with st.container(horizontal=True, gap="small"):
        for delimiter, label in _DELIMITERS:

            def content(delimiter: Delimiter = delimiter) -> bytes:
                with speaking(spoken):
                    return state.bench(visit).export(delimiter)

            st.download_button(
                _(label),
                data=content,
                file_name=f"thresholds-{bench.model}.csv",
                mime="text/csv",
                key=f"thresholds.export.{delimiter}",
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(_("Spreadsheets of many countries want semicolons and decimal commas."))


def _import(visit: Visit, bench: Bench) -> None:
    st.markdown("##### " + _("Bring thresholds in"), anchors=False)
    if not bench.rights.may_edit:
        st.caption(_("Your role may look at thresholds and not change them."))
        return
    given = st.file_uploader(
        _("A CSV file"), type=["csv"], key="thresholds.file", max_upload_size=MAX_BYTES // 1_000_000
    )
    if given is None:
        st.caption(_("Each row is checked first, and becomes a draft. None is published by it."))
        return
    content = given.getvalue()
    try:
        with st.spinner(_("Checking each row")):
            report = bench.import_file(content, trial=True)
    except GembaError as error:
        states.say(states.Look("error", "orange", marked("Not read")), str(error))
        return
    right = report.rows - report.wrong - report.same
    said = [
        ngettext("{n} row can be taken", "{n} rows can be taken", right).format(n=right),
        ngettext("{n} is wrong", "{n} are wrong", report.wrong).format(n=report.wrong),
        ngettext("{n} is there already", "{n} are there already", report.same).format(
            n=report.same
        ),
    ]
    st.markdown(plain(", ".join(said)) + ".")
    if right:
        _take(visit, content, right, take="right" if report.wrong else "all")
    _lines(report)


def _take(visit: Visit, content: bytes, right: int, *, take: Literal["all", "right"]) -> None:
    def do(bench: Bench) -> tuple[Change, ...]:
        return bench.import_file(content, take=take).changes

    text = ngettext("Bring in {n} row", "Bring in the {n} right rows", right)
    st.button(
        text.format(n=number(right, 0)),
        key="thresholds.import",
        type="primary",
        icon=":material/upload:",
        on_click=state.press,
        args=(visit, "imported", do),
    )


def _lines(report: Imported) -> None:
    """What was found, row by row."""
    if not report.problems:
        return
    shown = report.problems[:_MOST_LINES]
    error, remark = _("Error"), _("Remark")
    look = {
        "error": f":red[:material/error: {error}]",
        "warning": f":orange[:material/warning: {remark}]",
    }
    st.table(
        {
            _("Line"): [number(one.line, 0) for one in shown],
            _("Column"): [plain(one.field) for one in shown],
            _("What was found"): [f"{look[one.severity]} {plain(one.text)}" for one in shown],
        },
        border="horizontal",
        hide_index=True,
    )
    more = len(report.problems) - len(shown) + report.more
    if more:
        st.caption(_("And {n} more.").format(n=number(more, 0)))


def _sets(visit: Visit, bench: Bench) -> None:
    sets = bench.sets()
    if not sets:
        return
    st.markdown("##### " + _("Sets to start from"), anchors=False)
    for each in sets:
        new = bench.installable(each)
        with st.container(border=True, key=f"thresholds-set-{each.name}"):
            st.markdown(f"**{plain(each.label)}**")
            st.caption(plain(each.description))
            opened = st.expander(
                _("What it holds"), key=f"thresholds.set.{each.name}", on_change="rerun"
            )
            if opened.open:
                with opened:
                    for one in each.thresholds:
                        where = words.where(bench, one.scope)
                        st.markdown(f"- {plain(where)}: {plain(words.title(bench, one))}")
                        st.caption(plain(one.source.text))

            def do(at: Bench, name: str = each.name) -> tuple[Change, ...]:
                return at.install(name)

            if new:
                text = ngettext("Add {n} draft", "Add {n} drafts", len(new))
                st.button(
                    text.format(n=len(new)),
                    key=f"thresholds.install.{each.name}",
                    icon=":material/playlist_add:",
                    on_click=state.press,
                    args=(visit, "installed", do),
                )
            elif bench.rights.may_edit:
                st.caption(_("Nothing to add: they are there, or hold for plants not yours."))
