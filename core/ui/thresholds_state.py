"""What the page of thresholds keeps of a session: the place, what is open, what was tried last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import streamlit as st

from core.errors import GembaError
from core.threshold_desk.bench import Bench
from core.thresholds.acts import Change
from core.thresholds.finding import Finding, Unfit
from core.thresholds.record import Scope, Threshold
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui.guard import Visit

T = TypeVar("T")

PARAM: Final = "t"
VIEW, TREE, DAYS, ASSET = (
    "thresholds.view", "thresholds.tree", "thresholds.days", "thresholds.asset",
)  # fmt: skip
VIEWS: Final = {
    "limits": marked("Limits"),
    "drafts": marked("Drafts"),
    "files": marked("Files and sets"),
    "risk": marked("Risk"),
}
_PATH, _OPEN, _NEW, _NOTE, _KEPT, _TAKEN, _TYPED, _CHOSEN = (
    "thresholds.path", "thresholds.open", "thresholds.writing", "thresholds.note",
    "thresholds.kept", "thresholds.taken", "thresholds.typed", "thresholds.chosen",
)  # fmt: skip
_MOST_KEPT: Final = 24
_DONE: Final = {
    "saved": marked("Kept as a draft."),
    "changed": marked("Changed, as drafts."),
    "discarded": marked("Discarded."),
    "rolled back": marked("A draft has the older content."),
    "submitted": marked("Submitted for approval."),
    "approved": marked("Approved."),
    "sent back": marked("Sent back: it is a draft again."),
    "published": marked("Published."),
    "retired": marked("Taken out of force."),
    "installed": marked("Added as drafts."),
    "imported": marked("Brought in as drafts."),
}


@dataclass(frozen=True, slots=True)
class Note:
    """What came of the last act. findings: of what could not be used, at its fields."""

    text: str
    is_trouble: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Typed:
    """A draft that is not kept yet. number: counts new ones, so that each has fields of its own."""

    draft: Threshold
    number: int = 0
    findings: tuple[Finding, ...] = field(default=())


def bench(visit: Visit) -> Bench:
    """This person's bench. Raises Refused, ConfigError or Unavailable."""
    return visit.parts.services.thresholds.bench(visit.user, visit.model)


# -- what is open ----------------------------------------------------------------------------------


def path() -> Scope:
    """The place that is chosen, as its steps from the root."""
    found = st.session_state.get(_PATH)
    return found if isinstance(found, Scope) else Scope()


def go(place: Scope) -> None:
    """Choose a place; in a callback. What was open there is not any more."""
    st.session_state[_PATH] = place
    close()


def opened() -> str:
    """Id of the open threshold; empty for none. An address that is new wins."""
    asked = str(st.query_params.get(PARAM, ""))
    if asked and asked != st.session_state.get(_TAKEN):
        st.session_state[_OPEN] = asked
    st.session_state[_TAKEN] = asked
    return str(st.session_state.get(_OPEN, ""))


def open_one(threshold_id: str) -> None:
    """Show that threshold; in a callback or before it is drawn."""
    st.session_state[_OPEN] = threshold_id
    st.session_state.pop(_NEW, None)


def follow(chosen: Sequence[str]) -> None:
    """Open the row that was chosen just now, close what was left; what was opened otherwise since
    then stays."""
    before = st.session_state.get(_CHOSEN, ())
    if tuple(chosen) == before:
        return
    st.session_state[_CHOSEN] = tuple(chosen)
    if chosen:
        open_one(chosen[0])
    elif opened() in before:
        close()


def close() -> None:
    """None is open."""
    st.session_state.pop(_OPEN, None)
    st.session_state.pop(_NEW, None)


def give_address() -> None:
    """Have the address name what is open."""
    wanted = str(st.session_state.get(_OPEN, ""))
    if wanted:
        if st.query_params.get(PARAM) != wanted:
            st.query_params[PARAM] = wanted
    elif PARAM in st.query_params:
        del st.query_params[PARAM]
    st.session_state[_TAKEN] = wanted


def leave_new() -> None:
    """What was being written is not; in a callback."""
    st.session_state.pop(_NEW, None)


def begin(draft: Threshold) -> None:
    """Write a threshold; in a callback. One that is there stays the open one."""
    close()
    if draft.id:
        st.session_state[_OPEN] = draft.id
    number = int(st.session_state.get(_TYPED, 0)) + 1
    st.session_state[_TYPED] = number
    st.session_state[_NEW] = Typed(draft, number)


def new() -> Typed | None:
    """The threshold that is being written and is not kept yet."""
    found = st.session_state.get(_NEW)
    return found if isinstance(found, Typed) else None


# -- acts ------------------------------------------------------------------------------------------


def act(visit: Visit, done: str, do: Callable[[Bench], tuple[Change, ...]]) -> tuple[Change, ...]:
    """Do something at the bench, in a callback, and say what came of it; none where it could not be
    done."""
    if not visit.holds:
        return ()
    st.session_state.pop(_NOTE, None)
    try:
        changes = do(bench(visit))
    except Unfit as error:
        found = next(iter(error.findings.values()), ())
        st.session_state[_NOTE] = Note(str(error), is_trouble=True, findings=found)
    except GembaError as error:
        st.session_state[_NOTE] = Note(str(error), is_trouble=True)
    else:
        # what was tried stood beside what may be another one by now
        st.session_state.pop(_KEPT, None)
        text = _(_DONE[done]) if changes else _("Nothing to change: it says that already.")
        if len(changes) > 1:
            count = ngettext("{n} threshold", "{n} thresholds", len(changes))
            text = f"{count.format(n=len(changes))}: {text}"
        st.session_state[_NOTE] = Note(text)
        return changes
    return ()


def press(visit: Visit, done: str, do: Callable[[Bench], tuple[Change, ...]]) -> None:
    """The same for a button."""
    act(visit, done, do)


def note() -> Note | None:
    """What was said last."""
    found = st.session_state.get(_NOTE)
    return found if isinstance(found, Note) else None


def hush() -> None:
    """Nothing to say any more."""
    st.session_state.pop(_NOTE, None)


# -- what was read ---------------------------------------------------------------------------------


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """What was made for that key before in this session, else what is made now."""
    found = st.session_state.setdefault(_KEPT, OrderedDict())
    if key not in found:
        found[key] = make()
        while len(found) > _MOST_KEPT:
            found.popitem(last=False)
    found.move_to_end(key)
    held: T = found[key]
    return held
