"""Where not all rows of an answer are kept: a line that says so, and a button to read them."""

from __future__ import annotations

import streamlit as st

from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked
from core.ui.conversations import Turn
from core.ui.guard import Visit
from core.ui.text import number, plain

_GONE = marked("The chart and the table are not here: this answer's rows are not kept any more.")
_FIRST = marked(
    "The chart and the table show the first {rows} of its {of} rows: no more of them were kept."
)
_OTHERS = marked(
    "The data gives other rows now than it did for this answer, so they are not put under it. Run "
    "the question again for today's."
)


def draw(visit: Visit, turn: Turn) -> None:
    """Nothing under an answer that has its rows."""
    missing = _missing(turn)
    if not missing:
        return
    state = f"reread.{turn.id}"

    def read() -> None:
        if not visit.holds:
            return
        try:
            is_back = turn.job.read_again()
        except GembaError as error:
            st.session_state[state] = str(error)
            return
        if is_back:
            st.session_state.pop(state, None)
        else:
            st.session_state[state] = _OTHERS

    said = str(st.session_state.get(state, ""))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(plain(_(said) if said else missing), width="stretch")
        if said != _OTHERS:
            st.button(
                _("Read them again"),
                key=state + ".do",
                icon=":material/database:",
                on_click=read,
                width="content",
            )


def _missing(turn: Turn) -> str:
    """What is not there of an answer's rows; empty where all of them are."""
    if turn.job.lacks_rows:
        return _(_GONE)
    answer, then = turn.answer, turn.job.rows_then
    if answer is None or answer.result is None or not then:
        return ""
    return _(_FIRST).format(rows=number(answer.result.row_count, 0), of=number(then, 0))
