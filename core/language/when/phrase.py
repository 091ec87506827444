"""What a time phrase means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.semantic.query import Grain


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """What a time phrase means.

    window: [start, end), an edge may be None. weekdays: ISO days kept, empty for all.
    minutes: minutes of the day kept, [from, to). is_all: "ever", no window wanted.
    problem: the phrase is recognised and makes no sense; says why.
    is_age: told by how long ago it was ("older than 30 days"), as events have and figures have not.
    is_each: one figure for each of them is wanted ("every Sunday").
    readings: for a phrase that means two things, each with its label ("3 April", "4 March").
    """

    length: int
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    grain: Grain | None = None
    weekdays: tuple[int, ...] = ()
    minutes: tuple[int, int] | None = None
    is_all: bool = False
    is_running: bool = False
    readings: tuple[tuple[str, dt.datetime, dt.datetime], ...] = ()
    is_each: bool = False
    is_age: bool = False
    problem: str = ""

    @property
    def has_window(self) -> bool:
        return self.start is not None or self.end is not None
