"""How the page's lists stand: short ones as they are, long ones in a frame that scrolls and grow on
demand."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.translation import gettext as _

_PX = 600
#: Rows that a list has before it scrolls by itself.
_FEW = 8


def frame(rows: int, key: str) -> DeltaGenerator:
    """The container for so many rows."""
    if rows > _FEW:
        return st.container(height=_PX, border=False, gap="small", key=key)
    return st.container(gap="small", key=key)


def more(shown: str, most: int, *, key: str, label: str = "") -> None:
    """The button under a list that has more. shown: the session's key of how many rows it shows;
    most: how many it will; label: what it says in place of *Show more*."""
    st.button(
        label or _("Show more"),
        key=key,
        icon=":material/expand_more:",
        on_click=st.session_state.__setitem__,
        args=(shown, most),
    )
