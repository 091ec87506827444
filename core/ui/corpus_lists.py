"""How the page's lists stand: short ones as they are, long ones in a frame that scrolls."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_PX = 600
#: Rows that a list has before it scrolls by itself.
_FEW = 8


def frame(rows: int, key: str) -> DeltaGenerator:
    """The container for so many rows."""
    if rows > _FEW:
        return st.container(height=_PX, border=False, gap="small", key=key)
    return st.container(gap="small", key=key)
