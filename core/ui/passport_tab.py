"""An answer's passport: its id to copy, what it was made from, and the same query run again."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.errors import GembaError
from core.passports import report
from core.passports.passport import Difference, Rerun, Verdict
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.types import Answer
from core.ui import states
from core.ui.guard import Visit
from core.ui.text import number, plain, seconds

_LOOKS: dict[Verdict, states.Look] = {
    "same": states.Look("check_circle", "primary", report.SAID["same"]),
    "reordered": states.Look("swap_vert", "gray", report.SAID["reordered"]),
    "differ": states.Look("difference", "yellow", report.SAID["differ"]),
    "unknown": states.Look("help", "gray", report.SAID["unknown"]),
    "cannot": states.Look("block", "gray", report.SAID["cannot"]),
}
_NONE = marked(
    "No passport is kept of this answer: it has no query of its own, or newer answers took its "
    "place."
)
_NOTHING = "–"
_HEADS = (marked("Figure"), marked("Then"), marked("Now"))


def has_one(answer: Answer) -> bool:
    """Whether an answer of this kind gets a passport."""
    return answer.status in ("answered", "empty") and bool(
        answer.plan or answer.sql or answer.beside
    )


def draw(visit: Visit, answer: Answer, *, key: str) -> None:
    """The passport as it is kept now, and what its last run found."""
    try:
        kept = visit.parts.services.passport(answer.id, visit.user)
    except GembaError as error:
        st.caption(plain(retold(error)))
        return
    if kept is None:
        st.caption(_(_NONE))
        return
    state = f"rerun.{key}"

    def want() -> None:
        if visit.holds:
            st.session_state[state] = None

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":gray[" + _("Id") + "]", width="content")
        st.code(kept.id, language=None, width=200)
        st.button(
            _("Run again and compare"),
            key=f"compare.{key}",
            icon=":material/compare_arrows:",
            on_click=want,
        )
    if state in st.session_state:
        if st.session_state[state] is None:
            with st.spinner(_("Running it again"), show_time=True):
                st.session_state[state] = _run(visit, answer.id)
        _show(st.session_state[state], key)
    said = report.lines(kept)
    _table((_("What"), _("As it was")), [(label, text) for label, text in said])


def _show(found: Rerun | str, key: str) -> None:
    if isinstance(found, Rerun):
        with st.container(border=True, key=f"rerun-{key}"):
            _found(found)
    else:
        st.caption(plain(found))


def _run(visit: Visit, answer_id: str) -> Rerun | str:
    try:
        return visit.parts.services.rerun(answer_id, visit.user)
    except GembaError as error:
        return retold(error)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Texts as they are, a line a row."""
    columns = {plain(head): [plain(row[at]) for row in rows] for at, head in enumerate(heads)}
    st.table(columns, border="horizontal", hide_index=True)


def _found(done: Rerun) -> None:
    states.heading(_LOOKS[done.verdict])
    said = [plain(retold(text)) for text in (done.why, *done.notes) if text]
    if said:
        st.markdown("  \n".join(said))
    if done.difference is not None:
        _difference(done.difference)
    if done.changes:
        st.markdown(_("Changed since then"))
        rows = [(retold(c.what), retold(c.before), retold(c.after)) for c in done.changes]
        _table((_("What"), _("Then"), _("Now")), rows)
    elif done.verdict != "cannot":
        st.caption(
            _("Nothing else has changed since then: versions, rights and data are the same.")
        )
    st.caption(_how(done))


def _how(done: Rerun) -> str:
    said = [_("run under your own rights"), plain(seconds(done.elapsed_ms))]
    if done.count is not None:
        rows = ngettext("{n} row now", "{n} rows now", done.count)
        said.insert(0, rows.format(n=number(done.count, 0)))
    return " · ".join(said)


def _difference(found: Difference) -> None:
    """A line a figure that differs; the sums of all rows last."""
    lines: list[tuple[str, str, str, str]] = []
    for change in found.rows:
        name = report.row_name(change) or _("The row")
        title = name if change.kind == "changed" else f"{name} ({report.kind_name(change)})"
        lines += [(title, *cell) for cell in change.cells]
    lines += [(_("All rows, sum"), s.label, s.before, s.after) for s in found.sums]
    told = report.counted(found)
    rest = found.changed + found.came + found.went - len(found.rows)
    text = _("Rows: {told}; the first {n} are shown") if rest else _("Rows: {told}")
    st.markdown(plain(text.format(told=told, n=len(found.rows))))
    name = ", ".join(found.keys)
    # Heads are names of columns, of which no two may be the same.
    others = tuple(_(head) for head in _HEADS)
    heads = (name if name and name not in others else _("Row"), *others)
    _table(heads, [tuple(cell or _NOTHING for cell in line) for line in lines])
