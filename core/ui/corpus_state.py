"""What the corpus page keeps of a session: the view, what is open, what was said last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from core.corpus import Batch, Duplicate, FieldChange, Stale, Twin
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, retold
from core.ui import corpus_words as words
from core.ui.corpus_port import Desk
from core.ui.guard import Visit

T = TypeVar("T")

VIEW, WORK, SELECTED = "corpus.view", "corpus.work", "corpus.selected"
VIEWS = {
    "queue": marked("Review"),
    "entries": marked("Entries"),
    "publish": marked("Publish"),
    "files": marked("Files"),
    "acts": marked("Acts"),
}
WORKS = {"cases": marked("Reports"), "suggested": marked("Suggested"), "twins": marked("Doubles")}
NEW_QUESTION, NEW_NOTE = "new-qa", "new-doc"
_ENTRY, _CASE, _GROUP, _NOTE, _STAMP, _ADDRESS = (
    "corpus.entry",
    "corpus.case",
    "corpus.group",
    "corpus.note",
    "corpus.stamp",
    "corpus.address",
)
_MOVED = "corpus.moved"


@dataclass(frozen=True, slots=True)
class Note:
    """What came of the last act. batch: the one that Undo takes back. changes: what somebody else
    changed meanwhile; twins: entries that stand against it."""

    text: str
    is_trouble: bool = False
    batch: int | None = None
    changes: tuple[FieldChange, ...] = ()
    twins: tuple[Twin, ...] = ()


def desk(visit: Visit) -> Desk:
    """The desk of this visit; raises Refused or Unavailable."""
    return visit.parts.services.desk(visit.user, visit.model)


def act(visit: Visit, do: Callable[[Desk], T]) -> T | None:
    """Do something at the desk, in a callback; None, with a note, when it could not be done."""
    if not visit.holds:
        return None
    st.session_state.pop(_NOTE, None)
    try:
        done = do(desk(visit))
    except Stale as error:
        say(Note(retold(error), is_trouble=True, changes=error.changes))
    except Duplicate as error:
        say(Note(retold(error), is_trouble=True, twins=error.twins))
    except GembaError as error:
        say(Note(retold(error), is_trouble=True))
    else:
        touched()
        return done
    return None


def batch_done(visit: Visit, do: Callable[[Desk], Batch], what: str = "") -> Batch | None:
    """An act of one batch, told with a way back."""
    batch = act(visit, do)
    if batch is not None:
        count = len(batch.changes)
        told = _(words.DONE.get(batch.action, "Done"))
        told += f": {words.entries(count)}" if count > 1 else ""
        say(Note(what or f"{told}.", batch=batch.id if batch.changes else None))
    return batch


def undo(visit: Visit, number: int) -> None:
    """Take a batch back; in a callback."""
    batch_done(visit, lambda d: d.undo(number), _("Undone. What was there before is there again."))


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
    """Something changed: what was looked at before may be another now."""
    st.session_state[_STAMP] = stamp() + 1


def stamp() -> int:
    """Changes with every act of this session."""
    return int(st.session_state.get(_STAMP, 0))


# -- what is open ----------------------------------------------------------------------------------


def view() -> str:
    """The view that is shown."""
    found = st.session_state.get(VIEW)
    return found if found in VIEWS else "queue"


def show(name: str) -> None:
    """Another view; before its control is drawn, or in a callback."""
    st.session_state[VIEW] = name
    st.session_state[_MOVED] = True


def moved() -> None:
    """Somebody chose another view or list; in a callback. What the address says is older."""
    st.session_state[_MOVED] = True
    hush()


def work() -> str:
    """What the review lists."""
    found = st.session_state.get(WORK)
    return found if found in WORKS else "cases"


def entry() -> str:
    """The open entry's id, NEW_QUESTION, NEW_NOTE, or empty."""
    return str(st.session_state.get(_ENTRY, ""))


def open_entry(name: str) -> None:
    """Show that entry, in the view of entries; in a callback."""
    st.session_state[_ENTRY] = name
    st.session_state[VIEW] = "entries"
    moved()


def put_entry(name: str) -> None:
    """Have that entry open, and let what was said stand."""
    st.session_state[_ENTRY] = name
    st.session_state[_MOVED] = True


def case() -> str:
    """The open case's id; empty for none."""
    return str(st.session_state.get(_CASE, ""))


def open_case(name: str) -> None:
    """Show that case, in the review; in a callback."""
    st.session_state[_CASE] = name
    st.session_state[VIEW] = "queue"
    st.session_state[WORK] = "cases"
    moved()


def close_case() -> None:
    """None is open; what was said stands."""
    st.session_state[_CASE] = ""
    st.session_state[_MOVED] = True


def group() -> tuple[str, ...]:
    """The entries that are shown together."""
    found = st.session_state.get(_GROUP)
    return found if isinstance(found, tuple) else ()


def open_group(ids: Sequence[str]) -> None:
    """Show those entries together; in a callback."""
    st.session_state[_GROUP] = tuple(ids)
    st.session_state[VIEW] = "queue"
    st.session_state[WORK] = "twins"
    moved()


# -- the address -----------------------------------------------------------------------------------


def take_address() -> None:
    """What the address names, when it is another one than this page wrote. Before any widget.

    The browser's address lags behind a quick hand: what was pressed just now goes before it.
    """
    given = _given()
    if st.session_state.pop(_MOVED, False) or not given or given == st.session_state.get(_ADDRESS):
        return
    parts = dict(given)
    if parts.get("view") in VIEWS:
        st.session_state[VIEW] = parts["view"]
    if parts.get("entry"):
        st.session_state[_ENTRY] = parts["entry"]
        st.session_state[VIEW] = "entries"
    elif parts.get("case"):
        st.session_state[_CASE] = parts["case"]
        st.session_state[VIEW], st.session_state[WORK] = "queue", "cases"


def give_address() -> None:
    """Have the address name what is shown."""
    wanted = {"view": view()}
    if view() == "entries" and entry() and not entry().startswith("new-"):
        wanted["entry"] = entry()
    if view() == "queue" and work() == "cases" and case():
        wanted["case"] = case()
    if dict(_given()) != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[_ADDRESS] = tuple(sorted(wanted.items()))


def _given() -> tuple[tuple[str, str], ...]:
    params = st.query_params
    return tuple((k, str(params[k])) for k in ("case", "entry", "view") if k in params)
