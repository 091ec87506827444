"""SQL and differences as the pages show them: in colours where they can be read."""

from __future__ import annotations

from typing import Literal

import streamlit as st


def sql(
    text: str,
    *,
    wrap_lines: bool = False,
    height: int | Literal["content", "stretch"] = "content",
) -> None:
    """A text of SQL with Streamlit's colours for its words on the dark theme's ground, in plain ink
    on the light one. height: in pixels, of a box that
    scrolls; `stretch` for that of what it stands in.

    The colours are Streamlit's own and no setting changes them: on any light ground they stand at
    2.2:1 to 3.9:1, on the dark theme's at 4.5:1 and more.
    """
    _coloured(text, "sql", wrap_lines=wrap_lines, height=height)


def diff(text: str, *, height: int) -> None:
    """Lines that begin with + or -, in the same way. height: in pixels, of a box that scrolls."""
    _coloured(text, "diff", wrap_lines=False, height=height)


def _coloured(
    text: str, language: str, *, wrap_lines: bool, height: int | Literal["content", "stretch"]
) -> None:
    is_dark = st.context.theme.type == "dark"
    st.code(text, language=language if is_dark else None, wrap_lines=wrap_lines, height=height)
