"""What the page Import keeps of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from core.ingest.adding import Adding
from core.ingest.arranged import Arranged, Same
from core.ingest.desk import ImportDesk, Job
from core.ingest.recognised import Choices, Recognised
from core.ingest.report import LoadReport
from core.ingest.tables import Table, TablesFound, TablesReport
from core.ui import guard
from core.ui.guard import Visit
from core.ui.import_runs import Found, Kind, Report

_JOB, _FOUND, _REPORT, _PROBLEM = "import.job", "import.found", "import.report", "import.problem"
_SERIAL: Final = "import.serial"
_GO: Final = "import.go"
_TAKEN: Final = "import.taken"
_WAY: Final = "import.way_said"
#: Whether it is open which files are imported.
WHICH: Final = "import.which"


def desk(visit: Visit) -> ImportDesk:
    """The imports of who visits. Raises Refused for who does not administer."""
    return visit.parts.services.imports(visit.user)


def go(kind: Kind) -> None:
    """Have that done when the page is drawn next, with the job as it is now."""
    st.session_state[_GO] = (kind, False)


def press(kind: Kind) -> None:
    """Have that done once the fields are read: the last one is sent along with the press."""
    st.session_state[_GO] = (kind, True)


def asked_for() -> tuple[Kind | None, bool]:
    """What is to be done, and whether once the fields are read; asked for once."""
    asked: tuple[Kind | None, bool] = st.session_state.pop(_GO, (None, False))
    return asked


def job() -> Job | None:
    """What is to be imported; None before files were chosen."""
    return st.session_state.get(_JOB)


def found() -> Found | None:
    """What was recognised last."""
    return st.session_state.get(_FOUND)


def report() -> Report | None:
    """What the last check or import found."""
    return st.session_state.get(_REPORT)


def problem() -> str:
    """Why the last act gave nothing; empty where it did."""
    return str(st.session_state.get(_PROBLEM, ""))


def uploader() -> str:
    """The key of the field for files: another one once its files were taken."""
    return f"import.files.{st.session_state.get(_TAKEN, 0)}"


def begin(new: Job | None) -> None:
    """Other files: nothing of the ones before holds, and the field for files is empty."""
    st.session_state[_TAKEN] = int(st.session_state.get(_TAKEN, 0)) + 1
    st.session_state[_JOB] = new
    for key in (_FOUND, _REPORT):
        st.session_state.pop(key, None)
    st.session_state[_PROBLEM] = ""
    st.session_state[_WAY] = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What was chosen otherwise than recognised, of all files or of one table's. keys: of these
    files, none for all."""

    keys: tuple[str, ...] = ()

    def choices(self) -> Choices:
        """What was chosen so far."""
        now = job()
        if now is None:
            return Choices()
        return now.arranged.choices.get(self.keys[0], now.choices) if self.keys else now.choices

    def choose(self, **said: Any) -> None:
        """Something was chosen."""
        now = job()
        if now is None:
            return
        made = replace(self.choices(), **said)
        if not self.keys:
            st.session_state[_JOB] = replace(now, choices=made)
        elif made != self.choices():
            _arrange(choices={**now.arranged.choices, **dict.fromkeys(self.keys, made)})

    def key(self, name: str) -> str:
        """The key of a field of the page: of one table's, another one after each look."""
        return f"import.{name}.{serial()}.{abs(hash(self.keys))}" if self.keys else f"import.{name}"


def said_of(shown: Recognised) -> Said:
    """What was chosen of the files of one table: as of all, unless they were some of several."""
    keys = tuple(file.prepared.source.key for file in shown.files)
    now = job()
    return Said(keys) if now is not None and keys[0] in now.arranged.choices else Said()


def arranged() -> Arranged:
    """Which files are which table, as far as somebody said so."""
    now = job()
    return now.arranged if now is not None else Arranged()


def name_table(table: Table, name: str) -> None:
    """The name that a table gets."""
    if name.strip():
        name_files(table.keys, name.strip())


def name_files(keys: Sequence[str], name: str) -> None:
    """The table that files are, or come to. keys: of the files."""
    _arrange(tables={**arranged().tables, **dict.fromkeys(keys, name)})


def leave_out(keys: Sequence[str], taken: Sequence[str] = ()) -> None:
    """The files that are not imported. taken: those that are, whatever they look like."""
    now = job()
    if now is not None:
        own = {key: arranged().choices.get(key, now.choices) for key in taken}
        _arrange(left_out=frozenset(keys), choices={**arranged().choices, **own})


def same(what: Same) -> None:
    """What files of the same columns are."""
    _arrange(same=what)


def _arrange(**said: Any) -> None:
    now = job()
    if now is not None:
        st.session_state[_JOB] = replace(now, arranged=replace(now.arranged, **said))


def name(text: str) -> None:
    """The name that the data get."""
    now = job()
    if now is not None:
        st.session_state[_JOB] = replace(now, name=text.strip())


def keep_samples(may: bool) -> None:
    """Whether values of rows may stand in the model that is drafted."""
    now = job()
    if now is not None:
        st.session_state[_JOB] = replace(now, has_samples=may)


def add(adding: Adding | None) -> None:
    """How rows come to data that are there; None: they take their place."""
    now = job()
    if now is not None:
        st.session_state[_JOB] = replace(now, adding=adding)


def way() -> str:
    """What was said to become of data that have the name already; empty before it was."""
    return str(st.session_state.get(_WAY, ""))


def choose_way(chosen: str) -> None:
    """Somebody said it. It stays while the files are looked at again."""
    st.session_state[_WAY] = chosen


def serial() -> int:
    """Counts looks, so that what is edited of one is not shown over the next."""
    return int(st.session_state.get(_SERIAL, 0))


def take_up(visit: Visit) -> bool:
    """Take over what a finished act gave. Whether data were imported, which the frame does not list
    yet."""
    run = visit.parts.import_runs.get(visit.user)
    if run is None or run.is_running:
        return False
    st.session_state[_PROBLEM] = run.problem
    if run.problem and found() is None:
        st.session_state[WHICH] = True  # one file may be what is wrong
    if isinstance(run.result, Recognised | TablesFound):
        st.session_state[_FOUND] = run.result
        st.session_state[_SERIAL] = serial() + 1
        st.session_state.pop(_REPORT, None)
    elif isinstance(run.result, LoadReport | TablesReport):
        st.session_state[_REPORT] = run.result
        if run.result.target is not None:
            st.session_state.pop(_FOUND, None)
            st.session_state[_JOB] = None
            guard.models.clear()
    visit.parts.import_runs.forget(visit.user)
    return isinstance(run.result, LoadReport | TablesReport) and run.result.target is not None
