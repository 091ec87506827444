"""What a check or an import found."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.ingest.report import Added, LoadReport
from core.ingest.shown import step_text
from core.ingest.tables import TablesReport
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import chat, guard, links, models_state, states
from core.ui.guard import Visit
from core.ui.import_runs import Report
from core.ui.text import moment, number, plain


def draw(visit: Visit, report: Report) -> None:
    """The report, and where to go from it."""
    done = report.target is not None
    look = (
        states.Look("check_circle", "green", marked("Imported"))
        if done
        else states.Look("fact_check", "gray", marked("Checked; nothing is written yet"))
    )
    with st.container(border=True, key="import-report"):
        states.heading(look)
        tables = report.tables if isinstance(report, TablesReport) else (report,)
        if isinstance(report, TablesReport):
            st.markdown(_all(report))
        for table in tables:
            _table(table)
        _notes(report.confirm)
        if done:
            _on(visit, report)


def _table(report: LoadReport) -> None:
    st.markdown("  \n".join(plain(line) for line in _lines(report)))
    _cells(report)
    _gaps(report)
    _notes(report.notes)


def _notes(notes: Sequence[str]) -> None:
    if notes:
        st.markdown(
            "  \n".join(f":orange[:material/warning:] {plain(retold(note))}" for note in notes)
        )


def _all(report: TablesReport) -> str:
    """What all tables are together."""
    rows = sum(table.stored for table in report.tables)
    many = ngettext("{n} table", "{n} tables", len(report.tables))
    return _("{tables} with {rows} rows in {s} s").format(
        tables=many.format(n=number(len(report.tables), 0)),
        rows=number(rows, 0),
        s=plain(number(report.elapsed_s, 1)),
    )


def _on(visit: Visit, report: Report) -> None:
    """To a first question, and to what nobody has confirmed yet."""
    if report.model:
        st.caption(
            _(
                "Its model was drafted from the data and can be asked now. What nobody has "
                "confirmed yet is marked on the page Models."
            )
        )
    ask, models = links.to("ask"), links.to("models")
    with st.container(horizontal=True, gap="small"):
        if (
            ask is not None
            and report.name in guard.models(visit.parts, visit.user)
            and st.button(
                _("Ask these data"), key="import.ask", type="primary", icon=":material/forum:"
            )
        ):
            guard.want_model(report.name)
            chat.open_conversation("")
            st.switch_page(ask)
        if (
            models is not None
            and report.model
            and st.button(_("Open the model"), key="import.model", icon=":material/schema:")
        ):
            st.session_state[models_state.MODEL] = report.model
            st.switch_page(models)


def _lines(report: LoadReport) -> list[str]:
    lines = [
        _("{read} rows read, {stored} rows of {name} in {s} s").format(
            read=number(report.read, 0),
            stored=number(report.stored, 0),
            name=report.name,
            s=number(report.elapsed_s, 1),
        )
    ]
    if report.added is not None:
        lines += added_lines(report.added)
    if report.first and report.last:
        lines.append(
            _("From {first} to {last}").format(first=moment(report.first), last=moment(report.last))
        )
    if report.interval_s:
        lines.append(_("Usual step: {step}").format(step=step_text(report.interval_s)))
    counts = (
        (
            report.alike,
            ngettext(
                "{n} row repeats another one exactly",
                "{n} rows repeat another one exactly",
                report.alike,
            ),
        ),
        (
            report.repeats,
            ngettext("{n} reading repeats a time", "{n} readings repeat a time", report.repeats),
        ),
        (
            report.unordered,
            ngettext(
                "{n} row is older than the row before it",
                "{n} rows are older than the row before them",
                report.unordered,
            ),
        ),
        (
            report.untimed,
            ngettext(
                "{n} row without a time left out",
                "{n} rows without a time left out",
                report.untimed,
            ),
        ),
        (report.gap_count, ngettext("{n} gap", "{n} gaps", report.gap_count)),
    )
    lines += [text.format(n=number(n, 0)) for n, text in counts if n]
    if report.qualities:
        parts = ", ".join(f"{grade} {number(n, 0)}" for grade, n in report.qualities.items())
        lines.append(_("Quality: {parts}").format(parts=parts))
    return lines


def added_lines(added: Added) -> list[str]:
    """What came of rows that were added to others."""
    lines = [
        ngettext("{n} row is new", "{n} rows are new", added.new).format(n=number(added.new, 0)),
        ngettext("{n} was there already", "{n} were there already", added.there).format(
            n=number(added.there, 0)
        ),
        _("Rows are the same by: {columns}").format(columns=", ".join(added.key))
        if added.key
        else _("Rows are the same where all of them is alike"),
    ]
    if added.conflicts:
        text = (
            ngettext(
                "{n} was there with other values; the new one counts",
                "{n} were there with other values; the new ones count",
                added.conflicts,
            )
            if added.taken == "new"
            else ngettext(
                "{n} is there with other values; the old one stays",
                "{n} are there with other values; the old ones stay",
                added.conflicts,
            )
        )
        lines += [text.format(n=number(added.conflicts, 0)), *added.examples]
    return [*lines, *added.notes]


def _cells(report: LoadReport) -> None:
    if not report.bad_cells:
        return
    total = sum(report.bad.values())
    st.markdown(
        ngettext("{n} cell was taken as empty", "{n} cells were taken as empty", total).format(
            n=number(total, 0)
        )
    )
    st.table(
        {
            _("File"): [plain(cell.file) for cell in report.bad_cells],
            _("Row"): [number(cell.row, 0) for cell in report.bad_cells],
            _("Column"): [plain(cell.column) for cell in report.bad_cells],
            _("Holds"): [plain(cell.text) for cell in report.bad_cells],
        },
        border="horizontal",
        hide_index=True,
    )


def _gaps(report: LoadReport) -> None:
    if not report.gaps:
        return
    st.table(
        {
            _("Asset"): [plain(gap.asset) for gap in report.gaps],
            _("After"): [moment(gap.start) for gap in report.gaps],
            _("Until"): [moment(gap.end) for gap in report.gaps],
            _("Missing"): [number(gap.missing, 0) for gap in report.gaps],
        },
        border="horizontal",
        hide_index=True,
    )
