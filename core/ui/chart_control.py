"""Control limits and broken rules of a chart: whose rules mark its readings."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.translation import gettext as _
from core.translation import marked
from core.types import ChartEdit, ChartSpec

_RULES = {
    "none": marked("None"),
    "both": marked("Western Electric and Nelson"),
    "western_electric": marked("Western Electric"),
    "nelson": marked("Nelson"),
}


def draw(spec: ChartSpec, key: str, change: Callable[[ChartEdit], None]) -> None:
    """A list to choose from. change: called with what is chosen."""
    state = st.session_state
    state[key] = spec.control.rules if spec.control is not None else "none"
    words = {name: _(text) for name, text in _RULES.items()}
    st.selectbox(
        _("Control rules"),
        tuple(words),
        format_func=words.__getitem__,
        key=key,
        help=_(
            "Draws the mean and the control limits of the first readings, and marks those that "
            "break a rule. Control limits say what the process does; they are no specification "
            "limits."
        ),
        on_change=lambda: change(ChartEdit(control=state[key])),
    )
