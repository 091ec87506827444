"""The sign-in page."""

from __future__ import annotations

import streamlit as st

from core.errors import GembaError
from core.translation import gettext as _
from core.translation import retold
from core.ui import identity, spoken
from core.ui.runtime import runtime
from core.ui.text import plain


def draw() -> None:
    """Name, password, and what went wrong if it did."""
    parts = runtime()
    with st.container(horizontal_alignment="center"), st.container(width=380):
        st.space("large")
        st.markdown("## " + _("Sign in"), anchors=False)
        st.caption(_("Ask your plant's data, on your plant's own machines."))
        with st.form("sign_in", border=True):
            name = st.text_input(
                _("Name"), autocomplete="username", max_chars=64, key="sign_in.name"
            )
            password = st.text_input(
                _("Password"),
                type="password",
                autocomplete="current-password",
                max_chars=128,
                key="sign_in.password",
            )
            pressed = st.form_submit_button(_("Sign in"), width="stretch")
        said = identity.notice()
        if pressed:
            try:
                identity.sign_in(parts, name or "", password or "")
            except GembaError as error:
                said = retold(error)
            else:
                st.rerun()
        if said:
            st.markdown(f":orange[:material/warning:] {plain(said)}")
        st.caption(
            _(
                "The first start of Gemba shows each account's password once in its terminal. "
                "A lost one is replaced there: `python -m core accounts reset NAME`"
            )
        )
        spoken.switch(parts, None)
        spoken.say_language()
        identity.keep_cookie()
