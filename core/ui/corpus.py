"""The page Corpus: what people reported, the entries, what retrieval does, and the publish gate."""

from __future__ import annotations

import streamlit as st

from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, retold
from core.ui import (
    corpus_case,
    corpus_drafts,
    corpus_entries,
    corpus_entry,
    corpus_files,
    corpus_history,
    corpus_publish,
    corpus_queue,
    corpus_trial,
    states,
)
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import number, plain

_THIRDS = (4, 6, 4)
_ANSWER, _RETRIEVAL = "answer", "retrieval"
_SIDES = {_ANSWER: marked("The original answer"), _RETRIEVAL: marked("Retrieval")}


def draw(visit: Visit) -> None:
    """The page."""
    state.take_address()
    st.markdown("# " + _("Corpus"), anchors=False)
    try:
        desk = state.desk(visit)
        _views(desk)
        _note(visit)
        _draw_view(visit, desk)
    except GembaError as error:
        states.say(
            states.Look("cloud_off", "orange", marked("Not available")),
            retold(error),
            then=_("What you typed is kept. Reload this page to try again."),
        )
    state.give_address()


def _views(desk: Desk) -> None:
    """Which part of the page is shown, with what waits in each."""
    counts = {"queue": sum(desk.waiting().values()), "publish": len(desk.staged())}
    st.segmented_control(
        _("View"),
        list(state.VIEWS),
        format_func=lambda name: (
            f"{_(state.VIEWS[name])} {number(counts[name], 0)}"
            if counts.get(name)
            else _(state.VIEWS[name])
        ),
        default="queue" if state.VIEW not in st.session_state else None,
        required=True,
        key=state.VIEW,
        label_visibility="collapsed",
        on_change=state.moved,
        persist_state="session",
        wrap=True,
    )


def _note(visit: Visit) -> None:
    """What came of the last act, with the way back."""
    note = state.note()
    if note is None:
        return
    with st.container(border=True, key="corpus-note"):
        look = ":orange[:material/warning:]" if note.is_trouble else ":material/check:"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{look} {plain(note.text)}", width="stretch")
            if note.batch is not None:
                st.button(
                    _("Undo"),
                    key="corpus.note_undo",
                    type="tertiary",
                    icon=":material/undo:",
                    on_click=state.undo,
                    args=(visit, note.batch),
                )
            st.button(
                _("Dismiss"),
                key="corpus.note_close",
                type="tertiary",
                icon=":material/close:",
                on_click=state.hush,
            )
        if note.changes:
            st.table(words.difference(note.changes), border="horizontal", hide_index=True)
        for twin in note.twins:
            st.button(
                plain(words.short(twin.question)),
                key=f"corpus.note_twin.{twin.id}",
                type="tertiary",
                icon=":material/open_in_full:",
                on_click=state.open_entry,
                args=(twin.id,),
            )


def _draw_view(visit: Visit, desk: Desk) -> None:
    match state.view():
        case "entries":
            _entries(visit, desk)
        case "publish":
            corpus_publish.draw(visit, desk)
        case "files":
            corpus_files.draw(visit, desk)
        case "acts":
            corpus_history.acts(visit, desk)
        case _:
            _queue(visit, desk)


def _entries(visit: Visit, desk: Desk) -> None:
    """The list, the entry, and what retrieval does with a question."""
    left, middle, right = st.columns(_THIRDS, gap="medium")
    # The middle may run SQL: the others stand there before it.
    with left:
        corpus_entries.draw(visit, desk)
    with right:
        corpus_trial.draw(visit, desk, _open_text(desk))
    with middle:
        corpus_entry.draw(visit, desk)


def _open_text(desk: Desk) -> str:
    """What the open entry asks, as it is typed; empty for none and for what is no question."""
    name = state.entry()
    if not name:
        return ""
    start = corpus_drafts.start_of(name)
    if start is not None:
        return corpus_drafts.typed(name).text if start.kind == "qa" else ""
    try:
        entry = desk.get(name).entry
    except GembaError:  # the middle says so
        return ""
    return entry.text if entry.kind == "qa" else ""


def _queue(visit: Visit, desk: Desk) -> None:
    left, middle, right = st.columns(_THIRDS, gap="medium")
    with left:
        corpus_queue.draw(visit, desk)
    if state.work() == "twins":
        with right:
            corpus_trial.draw(visit, desk, "")
        with middle:
            corpus_queue.draw_group(visit, desk)
        return
    if state.work() == "suggested":
        with right:
            corpus_trial.draw(visit, desk, "")
        with middle:
            states.say(
                states.Look("insights", "gray", marked("From real use")),
                _(
                    "Choose a question on the left: it opens as a new entry with its SQL, to be "
                    "checked and added."
                ),
            )
        return
    with middle:
        case = corpus_case.opened(desk)
    with right:
        side = _RETRIEVAL
        if case is not None:
            side = (
                st.segmented_control(
                    _("Beside"),
                    list(_SIDES),
                    format_func=lambda name: _(_SIDES[name]),
                    default=_ANSWER,
                    required=True,
                    key="corpus.side",
                    label_visibility="collapsed",
                )
                or side
            )
        if case is not None and side == _ANSWER:
            corpus_case.original(desk, case)
        else:
            corpus_trial.draw(visit, desk, case.question if case is not None else "")
    if case is not None:
        with middle:
            corpus_case.draw(visit, desk, case)
