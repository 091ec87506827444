"""The page of boards: the list, or the one that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import streamlit as st

from core.boards import Board
from core.boards.limits import MOST_NAME, REFRESHES
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import language, marked, retold, speaking
from core.ui import board_cards, board_state, links, states
from core.ui.guard import Visit
from core.ui.text import plain

_EVERY: Final = {
    0: marked("By hand"),
    30: marked("Every 30 s"),
    60: marked("Every minute"),
    300: marked("Every 5 min"),
    900: marked("Every 15 min"),
}
#: How often the age of what is shown is said anew.
_TICK_S: Final = 5
_FORMATS: tuple[tuple[Literal["pdf", "png"], str, str, str], ...] = (
    ("pdf", "PDF", "picture_as_pdf", "application/pdf"),
    ("png", "PNG", "image", "image/png"),
)


def draw(visit: Visit) -> None:
    """The page."""
    board_state.redrawn()
    ask = links.to("ask")
    if st.session_state.pop(board_cards.TO_CHAT, False) and ask is not None:
        st.switch_page(ask)
    note = board_state.take_note()
    if note:
        st.warning(plain(note), icon=":material/info:")
    board_id = board_state.opened()
    if not board_id:
        _list(visit)
        return
    board = visit.parts.services.boards.board(board_id, visit.user)
    if board is None:
        _not_there()
        return
    board_state.open_board(board.id)
    _board(visit, board)


def _not_there() -> None:
    with st.container(width=560):
        states.say(
            states.Look("link_off", "gray", marked("This board is not there")),
            _("It was deleted, or its owner does not share it with you."),
        )
        _back(_("All boards"))


def _back(label: str) -> None:
    st.button(
        label,
        key="boards.back",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=board_state.open_board,
        args=("",),
    )


def _acting(visit: Visit, change: Callable[[], object]) -> Callable[[], None]:
    """What a button does, for as long as the visit holds; an error is said at the top."""

    def act() -> None:
        if not visit.holds:
            return
        try:
            change()
        except GembaError as error:
            board_state.note(retold(error))

    return act


# -- the list -----------------------------------------------------------------------------------


def _list(visit: Visit) -> None:
    desk = visit.parts.services.boards
    boards = desk.boards(visit.user)
    st.markdown("## " + _("Boards"), anchors=False)
    if not boards:
        states.say(
            states.Look("dashboard", "gray", marked("No board yet")),
            _(
                "A board keeps answers and asks them again whenever somebody looks. Ask a question "
                "and press Pin, or make an empty board here."
            ),
        )
    for board in boards:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                plain(board.name),
                key=f"boards.open.{board.id}",
                icon=":material/dashboard:",
                on_click=board_state.open_board,
                args=(board.id,),
            )
            whose = ":material/lock: " + _("yours")
            if board.is_shared:
                whose = ":material/group: " + _("shared")
            every = _(_EVERY[board.refresh_s])
            st.markdown(f":small[:gray[{whose} · {every}]]", width="content")
    with st.form("boards.make", border=False, width=420):
        st.text_input(_("New board"), max_chars=MOST_NAME, key="boards.name")

        def make() -> None:
            made = desk.make(str(st.session_state.get("boards.name") or ""), visit.user)
            board_state.open_board(made.id)

        st.form_submit_button(_("Make it"), icon=":material/add:", on_click=_acting(visit, make))


# -- one board ----------------------------------------------------------------------------------


def _board(visit: Visit, board: Board) -> None:
    is_mine = (board.owner, board.tenant) == (visit.user.name, visit.user.tenant)
    _back(_("All boards"))
    st.markdown(f"## {plain(board.name)}", anchors=False)
    if not is_mine:
        shared = _("Shared by {name}. You see your own plants' data.").format(
            name=plain(board.owner)
        )
        st.markdown(f":small[:gray[:material/group: {shared}]]")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            _("Refresh"),
            key="board.refresh",
            icon=":material/refresh:",
            type="tertiary",
            on_click=board_state.forget,
            args=(board.cards,),
        )
        _exports(visit, board)
        if is_mine:
            _settings(visit, board)
        age = st.container(width="content")
    if not board.cards:
        states.say(
            states.Look("keep", "gray", marked("No cards yet")),
            _("Ask a question, then press Pin under its answer."),
        )
        ask = links.to("ask")
        if ask is not None:
            st.page_link(ask, label=_("Ask a question"), icon=":material/forum:")
    board_cards.grid(visit, board, is_mine=is_mine)
    # After the cards: it says how old they are.
    with age:
        _age(visit, board)


def _age(visit: Visit, board: Board) -> None:
    @st.fragment(key=f"age.{board.id}", run_every=_TICK_S if board.cards else None)
    def age() -> None:
        seconds = board_state.oldest(board, visit)
        every = _(_EVERY[board.refresh_s])
        said = _("not read yet") if seconds is None else _ago(seconds)
        st.markdown(
            f":small[:gray[:material/update: {said} · {every}]]",
            width="content",
        )

    age()


def _ago(seconds: float) -> str:
    if seconds < 60:
        return _("refreshed {n} s ago").format(n=round(seconds))
    if seconds < 3_600:
        return _("refreshed {n} min ago").format(n=round(seconds / 60))
    return _("refreshed {n} h ago").format(n=round(seconds / 3_600))


def _exports(visit: Visit, board: Board) -> None:
    spoken = language()  # a file is made outside of the page
    for fmt, label, icon, mime in _FORMATS:

        def content(fmt: Literal["pdf", "png"] = fmt) -> bytes:
            with speaking(spoken):
                return visit.parts.services.boards.export(board.id, fmt, visit.user)

        stem = "".join(c if c.isalnum() else "-" for c in board.name.casefold()).strip("-")
        st.download_button(
            label,
            data=content,
            file_name=f"{stem or 'board'}.{fmt}",
            mime=mime,
            key=f"board.{fmt}",
            type="tertiary",
            icon=f":material/{icon}:",
            on_click="ignore",
        )


def _settings(visit: Visit, board: Board) -> None:
    menu = st.popover(
        _("Board"), icon=":material/tune:", type="tertiary", key="board.menu", on_change="rerun"
    )
    if not menu.open:
        return
    desk, user = visit.parts.services.boards, visit.user

    def rename() -> None:
        desk.rename(board.id, str(st.session_state.get("board.name") or ""), user)

    def every() -> None:
        desk.refresh(board.id, int(st.session_state["board.every"]), user)

    def share() -> None:
        is_shared = bool(st.session_state["board.shared"])
        board_state.open_board(desk.share(board.id, is_shared=is_shared, user=user))

    def delete() -> None:
        desk.delete(board.id, user)
        board_state.open_board("")

    with menu, st.container(width=320):
        st.text_input(
            _("Name"), board.name, max_chars=MOST_NAME, key="board.name",
            on_change=_acting(visit, rename),
        )  # fmt: skip
        st.selectbox(
            _("Refresh while it is open"),
            REFRESHES,
            REFRESHES.index(board.refresh_s),
            format_func=lambda seconds: _(_EVERY[seconds]),
            key="board.every",
            on_change=_acting(visit, every),
        )
        st.toggle(
            _("Whoever has the link may look"),
            board.is_shared,
            key="board.shared",
            on_change=_acting(visit, share),
        )
        if board.is_shared:
            st.caption(_("People with an account here. Each sees the data of their own plants."))
            address = str(st.context.url or "/boards").split("?")[0]
            st.code(f"{address}?{board_state.PARAM}={board.id}", language=None, wrap_lines=True)
        sure = st.checkbox(_("Delete this board for good"), key="board.sure")
        st.button(
            _("Delete"),
            key="board.delete",
            icon=":material/delete:",
            disabled=not sure,
            on_click=_acting(visit, delete),
        )
