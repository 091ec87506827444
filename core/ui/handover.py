"""The page of shift handovers: choose plant and shift, read, write, sign, print."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd
import streamlit as st

from core.errors import GembaError
from core.handover.desk import HandoverDesk, Plant, key_of
from core.handover.notes import MOST_CHARS, Note, Signed
from core.handover.page import note_line, signed_line
from core.handover.sheet import Sheet
from core.handover.tables import TextTable, quality_of, subtitle_of, tables_of, words_of
from core.handover.words import TABLES, Words
from core.semantic.display import NBSP
from core.semantic.shifts import Shift
from core.translation import LANGUAGES, marked, retold, speaking
from core.translation import gettext as _
from core.translation import language as visit_language
from core.ui import states
from core.ui.guard import Visit
from core.ui.text import date, paragraphs, plain

_WIDTH: Final = 1_020
_KEPT = "handover.kept"
_NOTE = "handover.note"
#: A sheet is made anew after so many seconds: the data go on.
_FRESH_S: Final = 120
#: Letters of a cell that is not broken.
_ONE_LINE: Final = 20
#: As wide as a digit; a hyphen at which no line ends.
_FIGURE_SPACE: Final = "\u2007"
_HYPHEN: Final = "\u2011"
_FORMATS: tuple[tuple[Literal["pdf", "png"], str, str, str], ...] = (
    ("pdf", "PDF", "picture_as_pdf", "application/pdf"),
    ("png", "PNG", "image", "image/png"),
)


@dataclass(frozen=True, slots=True)
class _Chosen:
    user: str
    model: str | None
    plant: str
    shift: Shift


def draw(visit: Visit) -> None:
    """The page."""
    desk = visit.parts.services.handover
    with st.container(horizontal_alignment="center"), st.container(width=_WIDTH):
        st.markdown("## " + _("Shift handover"), anchors=False)
        note = st.session_state.pop(_NOTE, "")
        if note:
            st.warning(plain(note), icon=":material/info:")
        plants = desk.plants(visit.user, visit.model)
        if not plants:
            states.say(
                states.Look("assignment", "gray", marked("No handover sheet here")),
                _(
                    "The data that you have chosen says nothing of a shift's sheet, or none of "
                    "your plants is in it."
                ),
            )
            return
        chosen = _choose(visit, desk, plants)
        if chosen is None:
            states.say(states.Look("schedule", "gray", marked("No shift has ended yet")), "")
            return
        try:
            sheet = _sheet(visit, desk, chosen)
        except GembaError as error:
            states.say(states.FAILED, retold(error))
            return
        _page(visit, desk, sheet)


def _choose(visit: Visit, desk: HandoverDesk, plants: tuple[Plant, ...]) -> _Chosen | None:
    names = {plant.id: plant.name for plant in plants}
    with st.container(horizontal=True, gap="small"):
        plant = st.selectbox(
            _("Plant"), list(names), format_func=names.__getitem__, key="handover.plant", width=240
        )
        shifts = desk.shifts(plant, visit.user, visit.model)
        if not shifts:
            return None
        shift = st.selectbox(
            _("Shift"),
            shifts,
            format_func=lambda s: f"{s.name}, {date(s.day)}",
            key=f"handover.shift.{plant}",
            width=240,
        )
        st.selectbox(
            _("Language of the sheet"), ("", *TABLES), key="handover.language",
            format_func=lambda name: LANGUAGES.get(name) or _("Plant's language"),
            width=180,
        )  # fmt: skip
    return _Chosen(visit.user.name, visit.model, plant, shift)


def _sheet(visit: Visit, desk: HandoverDesk, chosen: _Chosen) -> Sheet:
    kept = st.session_state.get(_KEPT)
    if kept is not None and kept[0] == chosen and time.monotonic() - kept[2] < _FRESH_S:
        found = kept[1]
        assert isinstance(found, Sheet)
        return found
    with st.spinner(_("Reading the shift"), show_time=False):
        made = desk.sheet(chosen.plant, visit.user, shift=chosen.shift, model=chosen.model)
    st.session_state[_KEPT] = (chosen, made, time.monotonic())
    return made


def _page(visit: Visit, desk: HandoverDesk, sheet: Sheet) -> None:
    language = str(st.session_state.get("handover.language") or "")
    model = visit.parts.services.handover.model_of(sheet, visit.user)
    words = words_of(sheet, model, language if language in TABLES else "")
    with st.container(border=True, key="handover-sheet"):
        st.markdown(
            f"### {plain(words.say('title', plant=sheet.plant_name))}\n\n"
            f"{plain(subtitle_of(sheet, words))}  \n:small[:gray[{plain(quality_of(sheet, words))} "
            f"· {plain(words.say('data_to', moment=words.moment(sheet.until)))}]]",
            anchors=False,
        )
        _exports(visit, desk, sheet, language)
        for table in tables_of(sheet, model, words):
            _table(table)
        _notes(visit, desk, sheet, words)


def _exports(visit: Visit, desk: HandoverDesk, sheet: Sheet, language: str) -> None:
    spoken = visit_language()  # a file is made outside of the page
    with st.container(horizontal=True, gap="small"):
        for fmt, label, icon, mime in _FORMATS:

            def content(fmt: Literal["pdf", "png"] = fmt) -> bytes:
                with speaking(spoken):
                    return desk.export(sheet, fmt, visit.user, language=language)

            day = sheet.shift.day.isoformat()
            st.download_button(
                label,
                data=content,
                file_name=f"handover-{sheet.plant}-{day}-{sheet.shift.name}.{fmt}".casefold(),
                mime=mime,
                key=f"handover.{fmt}",
                type="tertiary",
                icon=f":material/{icon}:",
                on_click="ignore",
            )


def _table(table: TextTable) -> None:
    """As a still table: it is read from top to bottom, copied and printed, and not sorted; a wide
    one scrolls within itself on a narrow screen."""
    st.markdown(f"#### {plain(table.title)}", anchors=False)
    if not table.rows:
        st.caption(plain(table.empty))
        return
    widths = [max(map(len, column)) for column in zip(*table.rows, strict=True)]
    rows = []
    for number, row in enumerate(table.rows):
        bold = "**" if number in table.strong else ""
        pads = [widths[i] - len(cell) if i in table.right else 0 for i, cell in enumerate(row)]
        rows.append([_cell(cell, bold, pad) for cell, pad in zip(row, pads, strict=True)])
    frame = pd.DataFrame(rows, columns=[plain(name) for name in table.header])
    st.table(frame, border="horizontal", width="content", hide_index=True)
    if table.more:
        st.caption(plain(table.more))


def _cell(text: str, bold: str, pad: int) -> str:
    """A short cell stays on one line; figures stand under one another."""
    if not text:
        return ""
    shown = plain(text)
    if len(text) <= _ONE_LINE:
        shown = shown.replace(" ", NBSP).replace("\\-", _HYPHEN)
    return f"{_FIGURE_SPACE * pad}{bold}{shown}{bold}"


# -- notes --------------------------------------------------------------------------------------


def _notes(visit: Visit, desk: HandoverDesk, sheet: Sheet, words: Words) -> None:
    notes, signed = desk.notes(key_of(sheet), visit.user)
    st.markdown(f"#### {plain(words.say('notes'))}", anchors=False)
    for note in notes:
        _note(visit, desk, sheet, note, words, signed)
    if not notes:
        st.caption(plain(words.say("no_notes")))
    if signed is not None:
        st.markdown(f":material/signature: {plain(signed_line(signed, words, sheet.zone))}")
        return
    _write(visit, desk, sheet)
    st.caption(plain(signed_line(None, words, sheet.zone)))
    sure = st.checkbox(
        _("The sheet is complete; nothing on it changes any more"), key="handover.sure"
    )
    st.button(
        _("Sign"),
        key="handover.sign",
        icon=":material/signature:",
        disabled=not sure,
        on_click=_acting(visit, lambda: desk.sign(key_of(sheet), visit.user)),
    )


def _note(
    visit: Visit,
    desk: HandoverDesk,
    sheet: Sheet,
    note: Note,
    words: Words,
    signed: Signed | None,
) -> None:
    st.markdown(paragraphs(note.text))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        line = plain(note_line(note, words, sheet.zone))
        st.markdown(f":small[:gray[{line}]]", width="content")
        if signed is not None or note.author != visit.user.name:
            return
        menu = st.popover(
            _("Change"), type="tertiary", key=f"handover.change.{note.id}", on_change="rerun"
        )
    if menu.open:
        key = f"handover.text.{note.id}"

        def save() -> None:
            desk.rewrite(key_of(sheet), note.id, str(st.session_state.get(key) or ""), visit.user)

        with menu, st.container(width=420):
            st.text_area(_("Note"), note.text, max_chars=MOST_CHARS, key=key)
            st.caption(_("An empty note is removed."))
            st.button(_("Save"), key=f"handover.save.{note.id}", on_click=_acting(visit, save))


def _write(visit: Visit, desk: HandoverDesk, sheet: Sheet) -> None:
    with st.form("handover.write", border=False, clear_on_submit=True):
        st.text_area(_("Write a note"), max_chars=MOST_CHARS, key="handover.new", height=90)

        def save() -> None:
            desk.write(key_of(sheet), str(st.session_state.get("handover.new") or ""), visit.user)

        st.form_submit_button(_("Add"), icon=":material/add:", on_click=_acting(visit, save))


def _acting(visit: Visit, change: Callable[[], object]) -> Callable[[], None]:
    def act() -> None:
        if not visit.holds:
            return
        try:
            change()
        except GembaError as error:
            st.session_state[_NOTE] = retold(error)

    return act
