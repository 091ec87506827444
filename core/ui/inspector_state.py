"""What the page Inspect SQL keeps of a session: the text in the editor and what was opened."""

from __future__ import annotations

import streamlit as st

from core.history import Run
from core.inspection.layout import pretty
from core.translation import gettext as _
from core.translation import marked
from core.ui import guard, stay

#: Keys of the widgets that the page sets from outside.
SQL, TAB = "inspect.sql", "inspect.tab"
TABS = INSPECT, HISTORY, SAVED = marked("Inspect"), marked("History"), marked("Saved questions")
_UNDO, _NOTE, _RUN, _OPENED, _AWAITED = (
    "inspect.undo",
    "inspect.note",
    "inspect.run_id",
    "inspect.opened",
    "inspect.awaited",
)
_PARAM = "answer"
#: Steps that Undo goes back.
_MOST_UNDO = 30


def sql() -> str:
    """The text in the editor."""
    return str(st.session_state.get(SQL) or "")


def put(text: str, note: str = "") -> None:
    """Another text into the editor; Undo brings back the one that stands there. Only before the
    editor is drawn, or in a callback."""
    before = sql()
    if before != text:
        steps = [*st.session_state.get(_UNDO, []), before]
        st.session_state[_UNDO] = steps[-_MOST_UNDO:]
        st.session_state[SQL] = text
    edited()
    say(note)


def undo() -> None:
    """The text that stood there before the last change made by a button."""
    steps = list(st.session_state.get(_UNDO, []))
    if steps:
        st.session_state[SQL] = steps.pop()
        st.session_state[_UNDO] = steps
        edited()


def can_undo() -> bool:
    """Whether there is a text to go back to."""
    return bool(st.session_state.get(_UNDO))


def edited() -> None:
    """The text is no longer that of the answer in the address."""
    st.session_state.pop(_OPENED, None)
    st.session_state.pop(_NOTE, None)
    st.query_params.pop(_PARAM, None)


def show(run: Run, models: tuple[str, ...]) -> None:
    """Open a run of the history: its SQL, over the data that it was asked of; on several lines
    where nobody wrote it by hand. In a callback."""
    put(pretty(run.sql) if run.kind == "question" else run.sql)
    open_editor()
    st.session_state.pop(_RUN, None)
    name(run.answer_id)
    if run.model in models:
        st.session_state[guard.MODEL] = run.model


def open_editor() -> None:
    """The tab with the editor. In a callback."""
    stay.open_tab(TAB, INSPECT, _(INSPECT))


def asked_for() -> str:
    """Id of the answer that the address names and that is not open yet; empty for none."""
    wanted = str(st.query_params.get(_PARAM, ""))
    return "" if wanted == st.session_state.get(_OPENED) else wanted


def name(answer_id: str) -> None:
    """The address of that answer, whose SQL stands in the editor."""
    st.session_state[_OPENED] = answer_id
    if st.query_params.get(_PARAM) != answer_id:
        st.query_params[_PARAM] = answer_id


def opened(answer_id: str) -> None:
    """That answer of the address was opened, or could not be."""
    st.session_state[_OPENED] = answer_id


def say(note: str) -> None:
    """A line under the editor, until its text changes."""
    st.session_state[_NOTE] = note


def note() -> str:
    """That line; empty for none."""
    return str(st.session_state.get(_NOTE, ""))


def run_id() -> str:
    """The run whose result this session shows; empty for none."""
    return str(st.session_state.get(_RUN, ""))


def follow(turn_id: str, *, opens: bool = False) -> None:
    """Show that run. opens: its SQL goes into the editor once it is there."""
    st.session_state[_RUN] = turn_id
    st.session_state[_AWAITED] = turn_id if opens else ""


def awaited() -> str:
    """The run whose SQL the editor waits for."""
    return str(st.session_state.get(_AWAITED, ""))
