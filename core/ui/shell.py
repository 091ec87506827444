"""The script behind every page: sign-in, navigation and the frame. Run by `app.py`.

It stands apart from the folder pages/ on purpose: beside it, Streamlit would run a page's file on
a direct visit without this one.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.translation import gettext as _
from core.ui import frame, identity, signin, spoken, states
from core.ui.runtime import StartFailure, runtime

_ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    """Choose the pages that this person may see, and run the one that was asked for."""
    spoken.listen()
    # The icon is a file: a Material icon would be fetched for the tab from outside the plant.
    st.set_page_config(
        page_title="Gemba", page_icon=frame.STATIC / "mark-light.svg", layout="wide", menu_items={}
    )
    try:
        parts = runtime()
    except StartFailure as failure:
        message = str(failure)
        st.navigation(
            [st.Page(lambda: states.cannot_start(message), title="Gemba", url_path="start")],
            position="hidden",
        ).run()
        return
    user = identity.current(parts)
    spoken.take_up(parts, user)
    if user is None:
        frame.wordmark()
        # One page under every address, so that a bookmark leads on after the sign-in.
        st.navigation(
            [
                st.Page(signin.draw, title=_("Sign in"), url_path=entry.name, default=index == 0)
                for index, entry in enumerate(frame.ENTRIES)
            ],
            position="hidden",
        ).run()
        return
    pages = frame.pages(parts, user, _ROOT / "pages")
    nothing = st.Page(states.no_pages, title="Gemba", url_path="no-pages")
    page = st.navigation(list(pages.values()) or [nothing], position="hidden")
    frame.clear_address(pages, page)
    frame.sidebar(parts, user, pages)
    page.run()


if __name__ == "__main__":
    main()
