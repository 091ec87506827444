"""The line that stands where a running turn's answer will be: its stage, its time, and Stop."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.ui import code
from core.ui.conversations import Turn
from core.ui.text import plain, seconds

#: How often the line looks for the answer, in seconds: at first, and after a while.
_POLL_S, _SLOW_POLL_S = 0.15, 0.5
_SLOW_AFTER_S = 3.0


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
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            elapsed = seconds(turn.job.seconds() * 1e3)
            st.markdown(f":material/pending: {plain(turn.job.stage())} :gray[{elapsed}]")
            if st.button("Stop", key=f"stop.{turn.id}", icon=":material/stop:"):
                turn.job.cancel.set()
                st.rerun()
        if turn.job.text:
            # The line above stays where it is while the text grows.
            with st.expander("Show the query as it is written", key=f"writing.{turn.id}"):
                code.sql(turn.job.text, wrap_lines=True)

    follow()
