"""The line that stands where a running turn's answer will be: its stage, its time, and Stop."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.translation import gettext as _
from core.ui import code, stay
from core.ui.conversations import Turn
from core.ui.text import number, plain, seconds

#: How often the line looks for the answer, in seconds: at first, and after a while.
_POLL_S, _SLOW_POLL_S = 0.15, 0.5
_SLOW_AFTER_S = 3.0
#: Characters of what is being written that are shown, the last ones: each look sends them again.
MOST_SHOWN = 2_000
#: Pixels of the box they stand in; it scrolls, so that the page does not grow with them.
_HEIGHT = 200


def draw(turn: Turn, head: Callable[[], None]) -> None:
    """The line under `head`, refreshed on its own until the answer is there; the page runs then.

    Always drawn for a new turn, even when the answer comes at once: the page is short then, so
    the browser stands at its top when the answer follows.
    """
    is_slow = turn.job.seconds() > _SLOW_AFTER_S
    was_drawn = False

    @st.fragment(run_every=_SLOW_POLL_S if is_slow else _POLL_S, key=f"working.{turn.id}")
    def follow() -> None:
        nonlocal was_drawn
        is_late = not is_slow and turn.job.seconds() > _SLOW_AFTER_S
        if was_drawn and (is_late or not turn.job.is_running):
            st.rerun()
        was_drawn = True
        head()
        with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
            elapsed = seconds(turn.job.seconds() * 1e3)
            # Stretched, so that Stop keeps its place while the words before it change.
            stage = plain(turn.job.stage())
            st.markdown(f":material/pending: {stage} :gray[{elapsed}]", width="stretch")
            if st.button(_("Stop"), key=f"stop.{turn.id}", icon=":material/stop:", width="content"):
                turn.job.stop()
                st.rerun()
        if turn.job.text:
            _writing(turn)

    follow()


def _writing(turn: Turn) -> None:
    """What a model writes, for who opens it; nothing of it is sent otherwise."""
    opened = stay.expander(_("The query as it is written"), key=f"writing.{turn.id}")
    if not opened.open:
        return
    shown, note = last_of(turn.job.text)
    with opened:
        with st.container(height=_HEIGHT, border=False, autoscroll=True):
            code.sql(shown, wrap_lines=True, height="stretch")
        if note:
            st.caption(plain(note))


def last_of(text: str) -> tuple[str, str]:
    """The end of a text as far as it is shown, and how much of it that is where it is not all."""
    if len(text) <= MOST_SHOWN:
        return text, ""
    most, length = number(MOST_SHOWN, 0), number(len(text), 0)
    return text[-MOST_SHOWN:], _("The last {most} of {length} characters so far").format(
        most=most, length=length
    )
