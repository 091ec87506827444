"""The language of a visit: who says which, the switch, and what keeps the page as it was.

Whoever is signed in has the language that they chose last, in whatever browser. Before a choice the
browser's own decides, then GEMBA_LANGUAGE.
"""

from __future__ import annotations

import logging
from typing import Final

import streamlit as st
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import Unavailable
from core.translation import CODE, LANGUAGES, language, listen_to
from core.translation import gettext as _
from core.types import User
from core.ui.runtime import Runtime

_LOG = logging.getLogger(__name__)
#: Under which a person's language is kept.
PREFERENCE: Final = "language"
#: Of the session: what is to be spoken; what was chosen on the sign-in page, by nobody known yet;
#: whose language it is; the browser's or the setting's, which holds before a choice; whether the
#: browser was told of one.
_NOW: Final = "spoken.now"
_CHOSEN: Final = "spoken.chosen"
_OWNER: Final = "spoken.owner"
_OTHERWISE: Final = "spoken.otherwise"
_TOLD: Final = "spoken.told"
_SWITCH: Final = "spoken.switch"
#: Gives the browser the name of a language, and answers nothing.
_TELLER = component(
    "language_teller", js="export default ({ data }) => { document.documentElement.lang = data }"
)


def listen() -> None:
    """Have all texts in the language of the visit that draws them."""
    listen_to(of_visit)


def of_visit() -> str:
    """The language of the visit whose page is running, in whatever part of it; empty outside."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    state = st.session_state
    return str(state.get(_NOW) or state.get(_OTHERWISE) or _browsers())


def take_up(parts: Runtime, user: User | None) -> None:
    """Once for whoever has signed in: the language that they chose, here before or elsewhere."""
    state = st.session_state
    state[_OTHERWISE] = _browsers() or parts.services.settings.language
    if user is None or state.get(_OWNER) == (user.tenant, user.name):
        return
    chosen = str(state.pop(_CHOSEN, ""))
    try:
        if chosen:
            parts.preferences.put(user, PREFERENCE, chosen)
        else:
            chosen = parts.preferences.get(user, PREFERENCE)
    except Unavailable as error:
        _LOG.warning("the language of %s: %s", user.name, error)
    state[_NOW] = chosen
    state[_OWNER] = (user.tenant, user.name)


def kept_over_sign_out() -> dict[str, str | bool]:
    """What of the session stays when its person leaves: the page goes on in their language, until
    another person signs in."""
    told = {_TOLD: True} if st.session_state.get(_TOLD) else {}
    return {_NOW: language()} | told


def switch(parts: Runtime, user: User | None) -> None:
    """The choice of a language. It holds at once; for somebody signed in, everywhere and for
    good."""
    state = st.session_state

    def chosen() -> None:
        name = str(state.get(_SWITCH) or "")
        if name not in LANGUAGES:
            return
        state[_NOW] = name
        if user is None:
            state[_CHOSEN] = name
            return
        try:
            parts.preferences.put(user, PREFERENCE, name)
        except Unavailable as error:  # it holds for this visit
            _LOG.warning("the language of %s: %s", user.name, error)

    st.menu_button(
        LANGUAGES[language()],
        tuple(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=_SWITCH,
        icon=":material/translate:",
        type="tertiary",
        help=_("Language of the pages"),
        on_click=chosen,
    )


def say_language() -> None:
    """Tell the browser the page's language, for screen readers, hyphens and spelling: Streamlit
    calls every page English."""
    state = st.session_state
    if language() == CODE and not state.get(_TOLD):
        return  # so it is called already
    state[_TOLD] = True
    _TELLER(data=language(), key="spoken.teller", height=1)


def _browsers() -> str:
    """The browser's language where it is one of Gemba's: `de-AT` is `de`."""
    name = str(getattr(st.context, "locale", None) or "").split("-")[0].casefold()
    return name if name in LANGUAGES else ""


def date_format() -> str:
    """How days are written into a field."""
    return {CODE: "YYYY-MM-DD", "de": "DD.MM.YYYY", "vi": "DD/MM/YYYY"}[language()]
