"""What stands around every page: wordmark, pages, conversations, and who and what is behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.errors import Unavailable
from core.translation import gettext as _
from core.translation import marked
from core.types import User
from core.ui import chat, guard, identity, links, spoken
from core.ui.runtime import Runtime
from core.ui.text import moment, plain, scope

STATIC = Path(__file__).parent / "static"
_SHOWN_CONVERSATIONS = 8
_PARSER = marked("Question parser")
#: With so many conversations a field to search them stands above them.
_SEARCH_FROM = 4
_SEARCH, _ALL = "frame.search", "frame.all"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation. The file in pages/ has the same name. title: looked up when it is
    shown. params: what its address may say."""

    name: str
    title: str
    icon: str
    params: tuple[str, ...] = ()


#: By job, most used first; the first is what the bare address shows.
ENTRIES = (
    Entry("ask", marked("Ask"), "forum", ("c",)),
    Entry("boards", marked("Boards"), "dashboard", ("b",)),
    Entry("handover", marked("Shift handover"), "assignment"),
    Entry("thresholds", marked("Thresholds"), "tune", ("t",)),
    Entry("inspect", marked("Inspect SQL"), "data_object", ("answer",)),
    Entry("alerts", marked("Alerts"), "notifications", ("alert",)),
    Entry("corpus", marked("Corpus"), "school", ("case", "entry", "view")),
    Entry("models", marked("Models"), "schema", ("m",)),
    Entry("import", marked("Import"), "upload_file"),
    Entry("data", marked("Data quality"), "database"),
    Entry("catalogue", marked("What can I ask?"), "menu_book"),
    Entry("access", marked("Access"), "key"),
)


def pages(parts: Runtime, user: User, folder: Path) -> dict[str, StreamlitPage]:
    """The pages that this role has."""
    mine = [entry for entry in ENTRIES if guard.may_open(parts, user, entry.name)]
    return {
        entry.name: st.Page(
            folder / f"{entry.name}.py",
            title=_(entry.title),
            icon=f":material/{entry.icon}:",
            url_path=entry.name,
            default=index == 0,
        )
        for index, entry in enumerate(mine)
    }


def clear_address(pages: Mapping[str, StreamlitPage], page: StreamlitPage) -> None:
    """Take out of the address what another page says in it.

    The browser may get what a page wrote without the page itself: its run was over, and the next
    page's began, before anything was sent.
    """
    own = {p for entry in ENTRIES if pages.get(entry.name) == page for p in entry.params}
    given = st.query_params.to_dict()
    others = {p for entry in ENTRIES for p in entry.params} - own
    if others & given.keys():
        st.query_params.from_dict({k: v for k, v in given.items() if k not in others})


def wordmark() -> None:
    """Gemba's name, in the ink of the theme in use."""
    theme = theme_name()
    st.logo(
        STATIC / f"wordmark-{theme}.svg",
        size="medium",
        icon_image=STATIC / f"mark-{theme}.svg",
    )


def theme_name() -> str:
    """`light` or `dark`, as the browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def sidebar(parts: Runtime, user: User, entries: dict[str, StreamlitPage]) -> None:
    """The left column below the pages."""
    wordmark()
    links.remember(entries)
    with st.sidebar, st.container(gap="small"):
        with st.container(gap="xsmall"):
            for page in entries.values():
                st.page_link(page, width="stretch")
        names = guard.models(parts, user)
        guard.recall_model(parts, user)
        guard.take_wanted(names)
        if len(names) > 1:
            _data(parts, user, names)
        if "ask" in entries:
            _conversations(parts, user, entries["ask"])
        _foot(parts, user)
        identity.keep_cookie()


def _data(parts: Runtime, user: User, names: tuple[str, ...]) -> None:
    """The choice of what is asked. A conversation belongs to its data, so another choice begins a
    new one."""

    def chosen() -> None:
        guard.keep_model(parts, user, str(st.session_state.get(guard.MODEL) or ""))
        chat.open_conversation("")

    st.selectbox(
        _("Data"),
        names,
        key=guard.MODEL,
        format_func=lambda name: guard.label(parts, name),
        on_change=chosen,
        help=_("What your questions, boards and pages are about."),
    )


def _conversations(parts: Runtime, user: User, ask: StreamlitPage) -> None:
    if st.button(
        _("New conversation"), icon=":material/add:", width="stretch", key="frame.new", wrap=False
    ):
        chat.open_conversation("")
        st.switch_page(ask)
    search = str(st.session_state.get(_SEARCH, ""))
    try:
        recent = parts.conversations.recent(parts.services, user, search)
    except Unavailable:
        st.caption(_("The list of conversations cannot be read at present."))
        return
    if not recent and not search:
        return
    opened = chat.opened()
    with st.container(gap=None):
        st.caption(_("Conversations"))
        if search or len(recent) >= _SEARCH_FROM:
            st.text_input(
                _("Search conversations"),
                key=_SEARCH,
                placeholder=_("Search"),
                label_visibility="collapsed",
                icon=":material/search:",
            )
        shows_all = bool(st.session_state.get(_ALL))
        for conversation in recent if shows_all else recent[:_SHOWN_CONVERSATIONS]:
            is_open = conversation.id == opened
            title = plain(conversation.title)
            if st.button(
                f"**{title}**" if is_open else title,
                key=f"frame.open.{conversation.id}",
                type="tertiary",
                icon=":material/chevron_right:" if is_open else ":material/chat_bubble:",
                wrap=False,
            ):
                chat.open_conversation(conversation.id)
                st.switch_page(ask)
        if len(recent) > _SHOWN_CONVERSATIONS:
            st.button(
                _("Show fewer") if shows_all else _("Show more"),
                key="frame.more",
                type="tertiary",
                icon=f":material/{'expand_less' if shows_all else 'expand_more'}:",
                on_click=st.session_state.__setitem__,
                args=(_ALL, not shows_all),
            )
        if not recent:
            st.caption(_("Nothing found."))


def _foot(parts: Runtime, user: User) -> None:
    status = parts.services.status()
    names = guard.models(parts, user)
    data = guard.chosen_model(parts, user) or next(iter(names), "")
    st.space("small")
    is_well = status.get("ok") and status.get("model_ok", True)
    dot = ":green[●]" if is_well else ":orange[:material/warning:]"
    model = str(status.get("model_state") or _(_PARSER))
    lines = [
        f"**{plain(user.display_name or user.name)}** · {plain(user.role)}",
        f":material/location_on: {plain(scope(user.of(data)))}",
        f"{dot} {plain(model)}",
    ]
    if not status.get("sessions_ok", True):
        lines.append(
            ":orange[:material/warning:] " + _("Conversations are not remembered at present")
        )
    if not status.get("watch_ok", True):
        lines.append(":orange[:material/warning:] " + _("Alerts are not up to date at present"))
    data_to = status.get("data_to")
    if data and data != parts.services.settings.model:
        data_to = parts.services.data_to(user, data)
    if isinstance(data_to, dt.datetime):
        lines.append(
            ":material/schedule: " + plain(_("Data to {moment}").format(moment=moment(data_to)))
        )
    st.caption("  \n".join(lines))
    with st.container(gap=None):
        spoken.switch(parts, user)
        if st.button(
            _("Sign out"), icon=":material/logout:", type="tertiary", key="frame.out", wrap=False
        ):
            identity.sign_out()
            st.rerun()
    spoken.say_language()
