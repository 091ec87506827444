"""Rows as files: made when asked for, by the services, which neutralise cells and write the
audit record."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.translation import gettext as _
from core.translation import language, marked, speaking
from core.types import Answer
from core.ui.guard import Visit

_FORMATS: tuple[tuple[Literal["csv", "xlsx"], str, str, str], ...] = (
    ("csv", "CSV", "csv", "text/csv"),
    (
        "xlsx",
        marked("Excel"),
        "table_view",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
)


def buttons(visit: Visit, answer: Answer, *, key: str) -> None:
    """A button a format. The picture is saved by the button on the chart itself."""
    spoken = language()  # a file is made outside of the page
    for fmt, label, icon, mime in _FORMATS:

        def rows(fmt: Literal["csv", "xlsx"] = fmt) -> bytes:
            with speaking(spoken):
                return visit.parts.services.export(answer, fmt, visit.user)

        st.download_button(
            _(label),
            data=rows,
            file_name=f"{file_stem(answer)}.{fmt}",
            mime=mime,
            key=f"{fmt}.{key}",
            type="tertiary",
            icon=f":material/{icon}:",
            on_click="ignore",
        )


def file_stem(answer: Answer) -> str:
    """The question as a file name: letters and digits only, at most 60 characters."""
    words = "".join(c if c.isalnum() and c.isascii() else " " for c in answer.question).split()
    return "-".join(words).casefold()[:60].strip("-") or "answer"
