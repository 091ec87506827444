"""Questions asked of a draft, before it is in force."""

from __future__ import annotations

import streamlit as st

from core.errors import GembaError
from core.model_desk import Sheet
from core.semantic.model import SemanticModel
from core.translation import gettext as _
from core.translation import marked, retold
from core.types import Answer
from core.ui import code, states, table
from core.ui import models_state as state
from core.ui.guard import Visit
from core.ui.text import paragraphs, plain

_QUESTION, _ANSWER = "models.question", "models.answer"


def draw(visit: Visit, sheet: Sheet, model: SemanticModel) -> None:
    """A question and what the draft makes of it. Nothing of it is kept in conversations."""
    st.text_input(
        _("Question"),
        key=_QUESTION,
        placeholder=_("A question as somebody would ask it"),
        on_change=_ask,
        args=(visit, sheet),
        persist_state="session",
    )
    with st.container(horizontal=True, gap="small", key="models-suggested"):
        st.button(
            _("Ask the draft") if sheet.is_draft else _("Ask"),
            key="models.ask",
            type="primary",
            on_click=_ask,
            args=(visit, sheet),
        )
        for k, question in enumerate(model.suggestions[:4]):
            st.button(
                plain(question),
                key=f"models.suggested.{k}",
                type="tertiary",
                on_click=_ask,
                args=(visit, sheet, question),
            )
    kept = st.session_state.get(_ANSWER)
    if isinstance(kept, tuple) and kept[0] == (sheet.name, state.stamp()):
        _draw(kept[1])


def _ask(visit: Visit, sheet: Sheet, question: str = "") -> None:
    if not visit.holds:
        return
    if question:
        st.session_state[_QUESTION] = question
    text = str(st.session_state.get(_QUESTION) or "").strip()[:2_000]
    if not text:
        return
    state.hush()
    try:
        answer: Answer | str = state.desk(visit).preview(sheet.name, text, visit.user)
    except GembaError as error:
        answer = retold(error)
    st.session_state[_ANSWER] = ((sheet.name, state.stamp()), answer)


def _draw(answer: Answer | str) -> None:
    if isinstance(answer, str):
        states.say(states.Look("cloud_off", "orange", marked("Not tried")), answer)
        return
    with st.container(border=True, key="models-answer"):
        if answer.status == "answered":
            st.markdown(f"**{plain(answer.headline)}**")
        elif answer.clarification is not None:
            st.markdown(":material/help: " + plain(answer.clarification.question))
            for option in answer.clarification.options:
                st.caption(plain(option.label))
        else:
            st.markdown(paragraphs(answer.message or answer.headline))
        if answer.chips:
            st.caption(plain(" · ".join(chip.label for chip in answer.chips)))
        if answer.result is not None and answer.result.row_count:
            table.draw(answer, key="models.rows")
        if answer.sql:
            with st.expander(_("SQL")):
                code.sql(answer.governed.sql if answer.governed else answer.sql, wrap_lines=True)
