"""Tabs and expanders that stay open when the page is drawn in another language.

Streamlit knows a tab by its label, and an expander with another label as another one. So what is
open is kept by an id, and given to what takes its place when the language changes.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer
from streamlit.elements.lib.mutable_tab_container import TabContainer

from core.translation import language


def tabs(labels: Mapping[str, str], *, key: str) -> dict[str, TabContainer]:
    """Tabs by id, of which only the open one is drawn. labels: by id, in the order shown."""
    state = st.session_state
    kept = state.get(_kept(key))
    if kept is not None and kept[0] != language() and kept[1] in labels:
        state[key] = labels[kept[1]]
    drawn = st.tabs(list(labels.values()), key=key, on_change="rerun")
    found = dict(zip(labels, drawn, strict=True))
    opened = next((name for name, tab in found.items() if tab.open), "")
    state[_kept(key)] = (language(), opened)
    return found


def open_tab(key: str, name: str, label: str) -> None:
    """Open that tab on the next run."""
    st.session_state[key] = label
    st.session_state[_kept(key)] = (language(), name)


def expander(
    label: str,
    *,
    key: str,
    icon: str | None = None,
    is_compact: bool = False,
) -> ExpanderContainer:
    """One that is closed at first; `open` tells whether to draw what is in it."""
    state = st.session_state
    kept = state.get(_kept(key))
    if kept is not None and kept[0] != language():
        state[key] = kept[1]
    drawn = st.expander(
        label,
        key=key,
        icon=icon,
        type="compact" if is_compact else "default",
        on_change="rerun",
    )
    state[_kept(key)] = (language(), bool(drawn.open))
    return drawn


def _kept(key: str) -> str:
    return f"stay.{key}"
