"""What the page Import keeps of a visit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from core.ingest.adding import Adding
from core.ingest.desk import ImportDesk, Job
from core.ingest.recognised import Choices, Recognised
from core.ingest.report import LoadReport
from core.ui import guard
from core.ui.guard import Visit
from core.ui.import_runs import Kind

_JOB, _FOUND, _REPORT, _PROBLEM = "import.job", "import.found", "import.report", "import.problem"
_SERIAL: Final = "import.serial"
_GO: Final = "import.go"
_TAKEN: Final = "import.taken"


def desk(visit: Visit) -> ImportDesk:
    """The imports of who visits. Raises Refused for who does not administer."""
    return visit.parts.services.imports(visit.user)


def go(kind: Kind) -> None:
    """Have that done when the page is drawn next."""
    st.session_state[_GO] = kind


def asked_for() -> Kind | None:
    """What is to be done; asked for once."""
    kind: Kind | None = st.session_state.pop(_GO, None)
    return kind


def job() -> Job | None:
    """What is to be imported; None before files were chosen."""
    return st.session_state.get(_JOB)


def found() -> Recognised | None:
    """What was recognised last."""
    return st.session_state.get(_FOUND)


def report() -> LoadReport | None:
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


def choose(**said: Any) -> None:
    """Something was chosen otherwise than recognised."""
    now = job()
    if now is not None:
        st.session_state[_JOB] = replace(now, choices=replace(now.choices, **said))


def name(text: str) -> None:
    """The name that the data get."""
    now = job()
    if now is not None:
        st.session_state[_JOB] = replace(now, name=text.strip())


def add(adding: Adding | None) -> None:
    """How rows come to data that are there; None: they take their place."""
    now = job()
    if now is not None:
        st.session_state[_JOB] = replace(now, adding=adding)


def choices() -> Choices:
    """What was chosen so far."""
    now = job()
    return now.choices if now is not None else Choices()


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
    if isinstance(run.result, Recognised):
        st.session_state[_FOUND] = run.result
        st.session_state[_SERIAL] = serial() + 1
        st.session_state.pop(_REPORT, None)
    elif isinstance(run.result, LoadReport):
        st.session_state[_REPORT] = run.result
        if run.result.target is not None:
            st.session_state.pop(_FOUND, None)
            st.session_state[_JOB] = None
            guard.models.clear()
    visit.parts.import_runs.forget(visit.user)
    return isinstance(run.result, LoadReport) and run.result.target is not None
