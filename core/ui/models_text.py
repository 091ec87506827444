"""A model's text, with what is wrong in it at its lines."""

from __future__ import annotations

import re

import streamlit as st

from core.model_desk import Sheet
from core.translation import gettext as _
from core.ui import models_state as state
from core.ui.guard import Visit
from core.ui.text import plain

_MOST_SHOWN = 20


def draw(visit: Visit, sheet: Sheet) -> None:
    """The text in a field, its problems above it."""
    if sheet.problems:
        lines = sheet.text.splitlines()
        for problem in sheet.problems[:_MOST_SHOWN]:
            found = re.match(r"[^:]*:(\d+): (.*)", problem, re.DOTALL)
            if found is None:
                st.markdown(f":red[:material/error:] {plain(problem)}")
                continue
            number = int(found[1])
            st.markdown(
                ":red[:material/error:] "
                + _("**Line {n}**: {problem}").format(n=number, problem=plain(found[2]))
            )
            if 0 < number <= len(lines):
                st.code(lines[number - 1], language=None)
    else:
        st.caption(_("No problems."))
    key = state.field(sheet, "text")
    st.text_area(
        _("Text of the model"),
        sheet.text,
        key=key,
        height=520,
        disabled=sheet.is_shipped,
        label_visibility="collapsed",
    )
    if not sheet.is_shipped:
        st.button(
            _("Save the draft"),
            key="models.save_text",
            type="primary",
            on_click=_save,
            args=(visit, sheet, key),
        )
        st.caption(_("A text with problems is kept too, and not published."))


def _save(visit: Visit, sheet: Sheet, key: str) -> None:
    text = str(st.session_state.get(key, ""))
    state.act(
        visit,
        lambda desk: desk.save_text(sheet.name, text, visit.user, sheet.text),
        _("The draft is kept."),
    )
