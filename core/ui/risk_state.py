"""What the view Risk keeps of a session: the plant, what was read, what the fields begin with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.errors import GembaError
from core.risk.desk import Assessment, RiskDesk
from core.risk.weights import Weights
from core.translation import gettext as _
from core.translation import marked, retold
from core.ui.guard import Visit

PLANT: Final = "risk.plant"
_SEEN, _NOTE, _FILL, _ROUND = "risk.seen", "risk.note", "risk.fill", "risk.round"
#: How long what was read is shown again before it is read anew.
_FRESH: Final = dt.timedelta(minutes=5)
_DONE: Final = {
    "saved": marked("Saved: these weights count from now on."),
    "proposed": marked("Proposed: somebody who may publish thresholds has to approve it."),
    "approved": marked("Approved: these weights count from now on."),
    "dismissed": marked("Taken back. The weights are as they were."),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A look at the data. at: when, UTC."""

    key: tuple[object, ...]
    at: dt.datetime
    found: Assessment


@dataclass(frozen=True, slots=True)
class Fill:
    """What the fields of a plant begin with in place of what counts. weights: None for the
    model's. note: the reason that is offered."""

    plant: str
    weights: Weights | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What came of the last act."""

    text: str
    is_trouble: bool = False


def desk(visit: Visit) -> RiskDesk:
    """The desk of risk scores."""
    return visit.parts.services.risk


def look(visit: Visit) -> Seen:
    """The data as they were read last in this session, read anew after a while. Raises a
    GembaError."""
    key = (visit.user, visit.model)
    kept, now = st.session_state.get(_SEEN), dt.datetime.now(dt.UTC)
    if isinstance(kept, Seen) and kept.key == key and now - kept.at < _FRESH:
        return kept
    with st.spinner(_("Reading what the scores are made of"), show_time=True):
        found = desk(visit).assess(visit.user, visit.model)
    seen = Seen(key, now, found)
    st.session_state[_SEEN] = seen
    return seen


def forget() -> None:
    """Read anew at the next look; in a callback."""
    st.session_state.pop(_SEEN, None)


# -- the fields ------------------------------------------------------------------------------------


def fill(plant: str) -> Fill | None:
    """What the fields of a plant begin with; None for what counts."""
    found = st.session_state.get(_FILL)
    return found if isinstance(found, Fill) and found.plant == plant else None


def begin(wanted: Fill | None) -> None:
    """Have the fields begin anew, with that or with what counts; in a callback."""
    st.session_state[_FILL] = wanted
    st.session_state[_ROUND] = turn() + 1
    hush()


def turn() -> int:
    """Counts how often the fields began anew, so that each time they are fields of their own."""
    return int(st.session_state.get(_ROUND, 0))


# -- acts ------------------------------------------------------------------------------------------


def act(visit: Visit, done: str, do: Callable[[RiskDesk], object]) -> None:
    """Do something at the desk, in a callback, and say what came of it."""
    if not visit.holds:
        return
    hush()
    try:
        do(desk(visit))
    except GembaError as error:
        st.session_state[_NOTE] = Note(retold(error), is_trouble=True)
        return
    begin(None)
    forget()
    st.session_state[_NOTE] = Note(_(_DONE[done]))


def note() -> Note | None:
    """What was said last."""
    found = st.session_state.get(_NOTE)
    return found if isinstance(found, Note) else None


def hush() -> None:
    """Nothing to say any more."""
    st.session_state.pop(_NOTE, None)
