"""What the page of models keeps of a session: the model, the view, what is open, what was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import streamlit as st

from core.errors import GembaError
from core.model_desk import ModelDesk, Sheet
from core.translation import marked, retold
from core.ui import guard
from core.ui.guard import Visit

T = TypeVar("T")

PARAM: Final = "m"
MODEL, VIEW, TABLE, COLUMN, METRIC = (
    f"models.{name}" for name in ("model", "view", "table", "column", "metric")
)
VIEWS: Final = {
    "columns": marked("Tables and columns"),
    "metrics": marked("Metrics"),
    "text": marked("Text"),
    "try": marked("Try"),
    "publish": marked("Publish"),
}
_NOTE: Final = "models.note"
_STAMP: Final = "models.stamp"


@dataclass(frozen=True, slots=True)
class Note:
    """What came of the last act."""

    text: str
    is_trouble: bool = False


def desk(visit: Visit) -> ModelDesk:
    """The desk of this visit; its acts raise Refused for who does not administer."""
    return visit.parts.services.model_desk


def act(visit: Visit, do: Callable[[ModelDesk], T], told: str = "") -> T | None:
    """Do something at the desk, in a callback; None, with a note, when it could not be done."""
    if not visit.holds:
        return None
    hush()
    try:
        done = do(desk(visit))
    except GembaError as error:
        say(Note(retold(error), is_trouble=True))
        return None
    touched()
    if told:
        say(Note(told))
    return done


def say(note: Note) -> None:
    """Shown above the views until the next act."""
    st.session_state[_NOTE] = note


def note() -> Note | None:
    """What was said last."""
    found = st.session_state.get(_NOTE)
    return found if isinstance(found, Note) else None


def hush() -> None:
    """Nothing to say any more."""
    st.session_state.pop(_NOTE, None)


def touched() -> None:
    """Something changed: fields show what is kept now, the choice of a model says its state, and
    the frame lists what can be asked."""
    st.session_state[_STAMP] = stamp() + 1
    if MODEL in st.session_state:
        # The browser keeps an option's words as they were chosen, until it is told what is chosen.
        st.session_state[MODEL] = st.session_state[MODEL]
    guard.models.clear()


def stamp() -> int:
    """Changes with every act of this session, and parts the keys of fields before and after."""
    return int(st.session_state.get(_STAMP, 0))


def field(sheet: Sheet, *parts: str) -> str:
    """A field's key: of one model, one thing in it and one state of it."""
    return ".".join(("models", sheet.name, *parts, str(stamp())))


def take_address(names: tuple[str, ...], first: str) -> None:
    """The model that the address names, else `first`, where none is chosen yet. Before any
    widget."""
    given = str(st.query_params.get(PARAM, ""))
    if st.session_state.get(MODEL) not in names:
        st.session_state[MODEL] = given if given in names else first


def give_address(name: str) -> None:
    """Have the address name the model that is shown."""
    if st.query_params.get(PARAM) != name:
        st.query_params.from_dict({PARAM: name})
