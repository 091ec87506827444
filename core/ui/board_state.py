"""What a visit keeps of its boards: which is open, and what its cards answered last."""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from core.boards import Board, Card
from core.translation import language
from core.types import Answer
from core.ui.guard import Visit

PARAM = "b"
_OPEN = "boards.open"
_SHOWN = "boards.shown"
_NOTE = "boards.note"
_REDRAW = "boards.redraw"


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer of a card, in a language. at: seconds of a clock that only goes on."""

    card: Card
    user: str
    answer: Answer
    at: float
    language: str

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.at


def opened() -> str:
    """Id of the board on the page; empty for none. The address wins: it is what a link says."""
    asked = st.query_params.get(PARAM, "")
    if asked:
        st.session_state[_OPEN] = asked
    return str(st.session_state.get(_OPEN, ""))


def open_board(board_id: str) -> None:
    """Show that board; an empty id shows the list."""
    st.session_state[_OPEN] = board_id
    if board_id:
        st.query_params[PARAM] = board_id
    elif PARAM in st.query_params:
        del st.query_params[PARAM]


def redraw() -> None:
    """Have the card that was pressed run the whole page and not itself alone."""
    st.session_state[_REDRAW] = True


def redrawn() -> None:
    """The whole page is running."""
    st.session_state.pop(_REDRAW, None)


def wants_redraw() -> bool:
    """Whether what was pressed in a card concerns the whole page."""
    return bool(st.session_state.get(_REDRAW))


def note(text: str) -> None:
    """Say something at the top of the next run."""
    st.session_state[_NOTE] = text


def take_note() -> str:
    """What is to be said, once."""
    return str(st.session_state.pop(_NOTE, ""))


def shown(card: Card, visit: Visit) -> Shown | None:
    """The card's last answer to this person in their language, while the card is the same."""
    kept = _kept().get(card.id)
    if kept is None or kept.user != visit.user.name or kept.card != card:
        return None
    return kept if kept.language == language() else None


def show(card: Card, visit: Visit, *, oldest_s: float | None = None) -> Shown:
    """The card's answer, run where there is none, or where it is older than `oldest_s`."""
    kept = shown(card, visit)
    if kept is not None and (oldest_s is None or kept.age_s < oldest_s):
        return kept
    answer = visit.parts.services.boards.run(card, visit.user)
    made = Shown(card, visit.user.name, answer, time.monotonic(), language())
    _kept()[card.id] = made
    return made


def forget(cards: tuple[Card, ...]) -> None:
    """Have cards run again."""
    for card in cards:
        _kept().pop(card.id, None)


def oldest(board: Board, visit: Visit) -> float | None:
    """Seconds since the card that ran longest ago did; None where none has run."""
    ages = [kept.age_s for card in board.cards if (kept := shown(card, visit)) is not None]
    return max(ages, default=None)


def _kept() -> dict[str, Shown]:
    found = st.session_state.setdefault(_SHOWN, {})
    assert isinstance(found, dict)
    return found
