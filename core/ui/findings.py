"""What was found of a figure that may drift, as a table: rules by name, and when they broke."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from core.translation import gettext as _
from core.types import Answer, DriftTold
from core.ui.text import date, moment


def are_in(answer: Answer) -> bool:
    """Whether an answer has findings."""
    return answer.drift is not None and bool(answer.drift.findings)


def rows_of(told: DriftTold) -> dict[str, list[object]]:
    """Column by its label -> its cells."""
    is_daily = all(one.first.time() == one.last.time() == dt.time(0) for one in told.findings)
    return {
        _("Finding"): [one.what for one in told.findings],
        _("From"): [_when(one.first, is_daily=is_daily) for one in told.findings],
        _("To"): [_when(one.last, is_daily=is_daily) for one in told.findings],
        _("Marked"): ["" if one.count is None else str(one.count) for one in told.findings],
        _("What it says"): [one.says for one in told.findings],
    }


def draw(answer: Answer, *, key: str) -> None:
    """The table; nothing where there are no findings."""
    if answer.drift is not None and answer.drift.findings:
        st.dataframe(rows_of(answer.drift), key=f"findings.{key}", hide_index=True)


def _when(at: dt.datetime, *, is_daily: bool) -> str:
    return date(at) if is_daily else moment(at)
