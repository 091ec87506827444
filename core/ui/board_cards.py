"""The cards of a board: each runs, refreshes and fails on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.boards import Board, Card
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, retold
from core.types import Answer
from core.ui import answer_card, board_state, chat, figures, links, states, table, verified_badge
from core.ui.conversations import Conversation
from core.ui.guard import Visit
from core.ui.text import moment, paragraphs, percent, plain

#: Seconds by which one card's timer goes after the other's, so that they do not all run at once.
_STAGGER_S: Final = 2
#: Where a card says that the page is to lead to its question.
TO_CHAT: Final = "boards.to_chat"


def grid(visit: Visit, board: Board, *, is_mine: bool) -> None:
    """All cards: two beside one another where there is room, whole ones alone."""
    row: list[tuple[int, Card]] = []
    for place, card in enumerate(board.cards):
        if card.width == "full":
            _row(visit, board, row, is_mine=is_mine)
            row = []
            _card(visit, board, place, card, is_mine=is_mine)
            continue
        row.append((place, card))
        if len(row) == 2:
            _row(visit, board, row, is_mine=is_mine)
            row = []
    _row(visit, board, row, is_mine=is_mine)


def _row(visit: Visit, board: Board, row: list[tuple[int, Card]], *, is_mine: bool) -> None:
    if not row:
        return
    # A half stays a half where it stands alone.
    for column, (place, card) in zip(st.columns(2), row, strict=False):
        with column:
            _card(visit, board, place, card, is_mine=is_mine)


def _card(visit: Visit, board: Board, place: int, card: Card, *, is_mine: bool) -> None:
    every = board.refresh_s + place % 5 * _STAGGER_S if board.refresh_s else None

    @st.fragment(key=f"board.{board.id}.{card.id}", run_every=every)
    def one() -> None:
        if board_state.wants_redraw():
            st.rerun()
        with st.container(border=True, key=f"boardcard-{card.id}"):
            _head(visit, board, card, place, is_mine=is_mine)
            with st.spinner(_("Reading the data"), show_time=False):
                # Half: what took a second to read is a second too young at the timer's next turn.
                oldest = board.refresh_s / 2 if board.refresh_s else None
                shown = board_state.show(card, visit, oldest_s=oldest)
            _body(visit, card, shown.answer)

    one()


def _head(visit: Visit, board: Board, card: Card, place: int, *, is_mine: bool) -> None:
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
        gap="small",
    ):
        with st.container():
            st.markdown(f"**{plain(card.title)}**")
        menu = st.popover(
            _("Card"),
            icon=":material/more_vert:",
            type="tertiary",
            key=f"menu.{card.id}",
            on_change="rerun",
            width="content",
        )
    if menu.open:
        with menu:
            _menu(visit, board, card, place, is_mine=is_mine)


def _menu(visit: Visit, board: Board, card: Card, place: int, *, is_mine: bool) -> None:
    desk = visit.parts.services.boards

    def act(change: Callable[[], object]) -> None:
        if not visit.holds:
            return
        try:
            change()
        except GembaError as error:
            board_state.note(retold(error))
        board_state.redraw()

    def button(
        name: str, label: str, icon: str, change: Callable[[], object], *, off: bool = False
    ) -> None:
        st.button(
            label,
            key=f"{name}.{card.id}",
            icon=f":material/{icon}:",
            type="tertiary",
            on_click=act,
            args=(change,),
            disabled=off,
        )

    button("Refresh", _("Refresh"), "refresh", lambda: board_state.forget((card,)))
    if card.question and links.to("ask") is not None:
        button("Open in chat", _("Open in chat"), "forum", lambda: _ask(visit, card))
    if not is_mine:
        return
    last = place == len(board.cards) - 1
    user = visit.user
    button(
        "Up",
        _("Up"),
        "arrow_upward",
        lambda: desk.move(board.id, card.id, -1, user),
        off=place == 0,
    )
    button(
        "Down", _("Down"), "arrow_downward", lambda: desk.move(board.id, card.id, 1, user), off=last
    )
    if card.width == "half":
        button(
            "Whole width", _("Whole width"), "width_full",
            lambda: desk.change_card(board.id, card.id, user, width="full"),
        )  # fmt: skip
    else:
        button(
            "Half width", _("Half width"), "width_normal",
            lambda: desk.change_card(board.id, card.id, user, width="half"),
        )  # fmt: skip
    title = f"title.{card.id}"
    st.text_input(_("Title"), card.title, max_chars=160, key=title)
    button(
        "Save title", _("Save title"), "edit",
        lambda: desk.change_card(
            board.id, card.id, user, title=str(st.session_state.get(title) or card.title)
        ),
    )  # fmt: skip
    button("Remove", _("Remove"), "delete", lambda: desk.unpin(board.id, card.id, user))


def _ask(visit: Visit, card: Card) -> None:
    """The card's question in a conversation of its own; the page goes there on its next run."""
    conversation = Conversation(visit.user.name)
    visit.parts.conversations.ask(
        visit.parts.services, visit.user, card.question, conversation, model=card.model
    )
    chat.open_conversation(conversation.id)
    st.session_state[TO_CHAT] = True


def _body(visit: Visit, card: Card, answer: Answer) -> None:
    match answer.status:
        case "answered":
            _answered(card, answer)
        case "empty":
            look = states.EMPTIES[answer.empty] if answer.empty else states.NOTHING
            states.say(look, answer.message or answer.headline)
        case "refused":
            states.say(states.REFUSED, answer.message or answer.headline)
        case _:
            states.heading(states.Look("warning", "orange", marked("This card has no answer")))
            st.markdown(paragraphs(answer.message or answer.headline))
    st.markdown(f":small[:gray[{_foot(visit, card, answer)}]]")


def _answered(card: Card, answer: Answer) -> None:
    st.markdown(plain(answer.headline or answer.message))
    if answer.verified is not None:
        words = verified_badge.label(answer.verified)
        st.badge(plain(words), icon=":material/verified:", color="blue")
    for doubt in dict.fromkeys(answer.doubts):
        st.markdown(f":yellow[:material/warning:] {plain(doubt)}")
    chart, result = answer.chart, answer.result
    key = f"board.{card.id}"
    if chart is not None and chart.type != "table":
        figures.draw(answer, key=key)
    elif result is not None and result.row_count:
        table.draw(answer, key=key)


def _foot(visit: Visit, card: Card, answer: Answer) -> str:
    """Time, quality, age, scope: always in the same order."""
    parts = [f":material/schedule: {plain(visit.parts.services.boards.time_of(card))}"]
    parts += [plain(c.label) for c in answer.chips if c.kind == "when"]
    quality = answer.quality
    if quality is not None and quality.good is not None:
        mark = "" if quality.good >= answer_card.ENOUGH_GOOD else ":material/warning: "
        parts.append(mark + plain(_("{percent} Good").format(percent=percent(quality.good))))
    if quality is not None and quality.data_to is not None:
        parts.append(plain(_("as of {moment}").format(moment=moment(quality.data_to))))
    return " · ".join(dict.fromkeys(parts))
