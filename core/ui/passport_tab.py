"""An answer's passport: its id to copy, what it was made from, and the same query run again."""

from __future__ import annotations

import streamlit as st

from core.errors import GembaError
from core.passports import report
from core.passports.passport import Difference, Passport, Rerun, Verdict
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
_NONE = "No passport is kept of this answer: it has no figures, or newer ones took its place."
_NOTHING = "–"


def has_one(answer: Answer) -> bool:
    """Whether an answer of this kind gets a passport."""
    return answer.status in ("answered", "empty") and bool(answer.plan or answer.sql)


def draw(visit: Visit, answer: Answer, *, key: str) -> None:
    """The passport as it is kept now, and what its last run found."""
    try:
        kept = visit.parts.services.passport(answer.id, visit.user)
    except GembaError as error:
        st.caption(plain(error))
        return
    if kept is None:
        st.caption(_NONE)
        return
    _made_from(kept)
    state = f"rerun.{key}"

    def want() -> None:
        if visit.holds:
            st.session_state[state] = None

    st.button(
        "Run again and compare",
        key=f"compare.{key}",
        icon=":material/compare_arrows:",
        on_click=want,
    )
    if state not in st.session_state:
        return
    if st.session_state[state] is None:
        with st.spinner("Running it again", show_time=True):
            st.session_state[state] = _run(visit, answer.id)
    found = st.session_state[state]
    if isinstance(found, Rerun):
        with st.container(border=True, key=f"rerun-{key}"):
            _found(found)
    else:
        st.caption(plain(found))


def _run(visit: Visit, answer_id: str) -> Rerun | str:
    try:
        return visit.parts.services.rerun(answer_id, visit.user)
    except GembaError as error:
        return str(error)


def _made_from(kept: Passport) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":gray[Id]", width="content")
        st.code(kept.id, language=None, width=220)
    rows = [f"| {plain(label)} | {plain(text)} |" for label, text in report.lines(kept)]
    st.markdown("\n".join(["| What | As it was |", "| --- | --- |", *rows]))


def _found(done: Rerun) -> None:
    states.heading(_LOOKS[done.verdict])
    said = [plain(text) for text in (done.why, *done.notes) if text]
    if said:
        st.markdown("  \n".join(said))
    if done.difference is not None:
        _difference(done.difference)
    if done.changes:
        st.markdown("Changed since then")
        st.table(
            {
                "What": [plain(c.what) for c in done.changes],
                "Then": [plain(c.before) for c in done.changes],
                "Now": [plain(c.after) for c in done.changes],
            },
            border="horizontal",
            hide_index=True,
        )
    elif done.verdict != "cannot":
        st.caption("Nothing else has changed since then: versions, rights and data are the same.")
    st.caption(_how(done))


def _how(done: Rerun) -> str:
    rows = "" if done.count is None else f"{number(done.count, 0)} rows now · "
    return f"{rows}run under your own rights · {plain(seconds(done.elapsed_ms))}"


def _difference(found: Difference) -> None:
    """A line a figure that differs; the sums of all rows last."""
    lines: list[tuple[str, str, str, str]] = []
    for change in found.rows:
        name = report.row_name(change) or "The row"
        title = name if change.kind == "changed" else f"{name} ({report.kind_name(change)})"
        lines += [(title, *cell) for cell in change.cells]
    lines += [("All rows, sum", s.label, s.before, s.after) for s in found.sums]
    told = report.counted(found)
    rest = found.changed + found.came + found.went - len(found.rows)
    st.markdown(plain(f"Rows: {told}" + (f"; the first {len(found.rows)} are shown" * bool(rest))))
    st.table(
        {
            ", ".join(map(plain, found.keys)) or "Row": [plain(row) for row, *_ in lines],
            "Figure": [plain(label) for _, label, _, _ in lines],
            "Then": [plain(before) or _NOTHING for *_, before, _ in lines],
            "Now": [plain(after) or _NOTHING for *_, after in lines],
        },
        border="horizontal",
        hide_index=True,
    )
