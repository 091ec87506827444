"""Who is signed in. Checked on the server at every run of every page.

The cookie, a token as streamlit-authenticator signs it, holds a name and a stamp and no rights:
role and plants come from the policy each time, and the stamp stops matching when the password,
the role or the plants change.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import jwt
import streamlit as st
from streamlit.components.v2 import component

from core.accounts import COOKIE_NAME, Accounts
from core.errors import GembaError, UserFixable
from core.translation import gettext as _
from core.translation import marked
from core.types import User
from core.ui import spoken
from core.ui.runtime import Runtime

#: Seconds without any use after which a session ends, however long the cookie would last.
IDLE_S = 12 * 3600.0
_SESSION = "identity.session"
_COOKIE_WORK = "identity.cookie"
_NOTICE = "identity.notice"
_COOKIE_SHOWN_S = 8.0
#: Gives the browser its cookie, and answers nothing. What it is given is text and never code.
_COOKIE_SETTER = component(
    "cookie_setter", js="export default ({ data }) => { document.cookie = data }"
)


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in. expires: seconds since the epoch."""

    id: str
    name: str
    stamp: str
    expires: float


@dataclass(slots=True)
class _CookieWork:
    """A cookie that the browser still has to take up (token) or drop (None): drawn for a few
    seconds. since: when it was drawn first, on the monotonic clock; None before."""

    token: str | None
    expires: float
    since: float | None = None


class _Ends:
    """Sessions that were ended before their time, and when each was last used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended: dict[str, float] = {}
        self._used: dict[str, float] = {}

    def end(self, session: Session) -> None:
        now = time.time()
        with self._lock:
            self._used.pop(session.id, None)
            self._ended = {i: until for i, until in self._ended.items() if until > now}
            self._ended[session.id] = session.expires

    def touch(self, session: Session) -> bool:
        """Note a use; False when the session was ended or left idle for too long."""
        now = time.time()
        with self._lock:
            if session.id in self._ended:
                return False
            if now - self._used.get(session.id, now) > IDLE_S:
                return False
            self._used[session.id] = now
            if len(self._used) > 10_000:
                self._used = {i: t for i, t in self._used.items() if now - t <= IDLE_S}
            return True


@st.cache_resource(show_spinner=False)
def _ends() -> _Ends:
    return _Ends()


def current(parts: Runtime) -> User | None:
    """The person signed in to this page's session, as the policy has them now; None for nobody."""
    session: Session | None = st.session_state.get(_SESSION)
    if session is None and not st.session_state.get(_COOKIE_WORK):
        session = _from_cookie(parts.accounts)
    if session is None:
        return None
    user = _valid(parts, session)
    if user is None:
        st.session_state.pop(_SESSION, None)
        st.session_state[_NOTICE] = marked("Your sign-in has ended. Sign in again to go on.")
        return None
    st.session_state[_SESSION] = session
    return user


def sign_in(parts: Runtime, name: str, password: str) -> None:
    """Begin a session and have the browser keep its cookie.

    Raises UserFixable with what to tell the person.
    """
    name = name.strip().casefold()
    parts.accounts.check(name, password)
    user = parts.services.policy.user(name)
    stamp = parts.accounts.stamp(user)
    if stamp is None:
        raise UserFixable(_("This account has just been removed. Ask an admin."))
    expires = time.time() + parts.services.settings.cookie_days * 86_400
    session = Session(secrets.token_urlsafe(12), user.name, stamp, expires)
    claims = {"username": user.name, "stamp": stamp, "sid": session.id, "exp": int(expires)}
    token = jwt.encode(claims, parts.accounts.cookie_key, algorithm="HS256")
    st.session_state[_SESSION] = session
    st.session_state[_COOKIE_WORK] = _CookieWork(token, expires)
    st.session_state.pop(_NOTICE, None)


def sign_out() -> None:
    """End the session here and on the server, drop what the pages kept, and the cookie."""
    session: Session | None = st.session_state.get(_SESSION)
    if session is not None:
        _ends().end(session)
    kept = spoken.kept_over_sign_out()
    for key in list(st.session_state):
        del st.session_state[key]
    st.session_state.update(kept)
    st.session_state[_COOKIE_WORK] = _CookieWork(None, 0.0)


def notice() -> str:
    """Why somebody who was signed in is not any more; empty otherwise."""
    return _(str(st.session_state.get(_NOTICE, "")))


def keep_cookie() -> None:
    """Draw the part that hands the browser its cookie, while that is needed.

    It must answer nothing: an answer runs the page again that the browser shows at that moment,
    and takes somebody back who has just gone to another one.
    """
    work: _CookieWork | None = st.session_state.get(_COOKIE_WORK)
    if work is None:
        return
    now = time.monotonic()
    if work.since is None:
        work.since = now
    if now - work.since > _COOKIE_SHOWN_S:
        if work.token is not None:
            del st.session_state[_COOKIE_WORK]
        return
    text = cookie_text(work.token, work.expires, is_https=str(st.context.url or "")[:6] == "https:")
    _COOKIE_SETTER(key="identity.cookie_setter", data=text, height=1)


def cookie_text(token: str | None, expires: float, *, is_https: bool) -> str:
    """The cookie as a browser is told of it. token: None to drop it. expires: seconds since the
    epoch."""
    parts = [f"{COOKIE_NAME}={token or ''}", "path=/", "samesite=strict"]
    parts.append(f"expires={formatdate(expires if token else 0.0, usegmt=True)}")
    return "; ".join([*parts, *(["secure"] if is_https else [])])


def _from_cookie(accounts: Accounts) -> Session | None:
    token = st.context.cookies.get(COOKIE_NAME)
    if not token:
        return None
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            accounts.cookie_key,
            algorithms=["HS256"],
            options={"require": ["exp", "username", "stamp", "sid"]},
        )
    except jwt.InvalidTokenError:
        return None
    fields = [claims["sid"], claims["username"], claims["stamp"]]
    if not all(isinstance(text, str) and text for text in fields):
        return None
    return Session(fields[0], fields[1], fields[2], float(claims["exp"]))


def _valid(parts: Runtime, session: Session) -> User | None:
    """The person, if the session still holds."""
    if session.expires <= time.time() or not _ends().touch(session):
        return None
    try:
        user = parts.services.policy.user(session.name)
        stamp = parts.accounts.stamp(user)
    except GembaError:
        return None
    if stamp is None or not secrets.compare_digest(stamp, session.stamp):
        return None
    return user
