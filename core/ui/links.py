"""Where a link from one page to another leads: the pages of this visit, as the frame drew them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_PAGES = "links.pages"


def remember(pages: Mapping[str, StreamlitPage]) -> None:
    """The pages that this person has, by name; said at each run."""
    st.session_state[_PAGES] = dict(pages)


def to(name: str) -> StreamlitPage | None:
    """That page; None when the role does not have it."""
    page = st.session_state.get(_PAGES, {}).get(name)
    return page if isinstance(page, StreamlitPage) else None
