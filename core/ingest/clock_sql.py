"""How DuckDB puts a date and a time of day of two cells together: NULL where it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.ingest.cell_sql import EMPTY_PATTERN, OFFSET, literal
from core.ingest.recognised import ClockForm

#: The end of the day, as exports of a day's intervals write it.
_END: Final = r"24:00(:00([.,]0+)?)?"
_START: Final = "1900-01-01"


def joined(day: str, clock: str, form: ClockForm, zone: str) -> str:
    """The moment. day: an expression of a timestamp at midnight, or NULL; clock: of a text."""
    if form.has_zone:
        text = f"strftime({day}, '%Y-%m-%d') || ' ' || trim({clock})"
        return (
            f"CASE WHEN regexp_matches({clock}, {literal(OFFSET)}) "
            f"THEN timezone({literal(zone)}, TRY_CAST({text} AS TIMESTAMPTZ)) END"
        )
    return f"({day} + {since_midnight(clock, form)})"


def since_midnight(clock: str, form: ClockForm) -> str:
    """The interval since midnight that a text says, NULL where it says none."""
    text = f"trim({clock})"
    if form.kind == "colon":
        plain = f"replace({text}, ',', '.')" if form.has_fraction else text
        formats = ", ".join(literal(one) for one in _formats(form))
        read = f"try_strptime({plain}, [{formats}]) - TIMESTAMP '{_START}'"
        return (
            f"CASE WHEN regexp_full_match({text}, {literal(_END)}) THEN INTERVAL 1 DAY "
            f"ELSE {read} END"
        )
    number = f"TRY_CAST({text} AS INTEGER)"
    if form.kind == "hour":
        low, high = ("1", "24") if form.counts else ("0", "23")
        shift = " - 1" if form.counts == "begin" else ""
        return (
            f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,2}}') AND {number} BETWEEN {low} AND "
            f"{high} THEN to_hours({number}{shift}) END"
        )
    minutes, seconds = (f"({number} // 100)", f"({number} % 100)")
    if form.parts == 2:
        minutes, seconds = number, "0"
    return (
        f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,6}}') AND {seconds} < 60 "
        f"AND {minutes} % 100 < 60 AND {minutes} * 100 + {seconds} <= 240000 "
        f"THEN to_seconds(({minutes} // 100) * 3600 + ({minutes} % 100) * 60 + {seconds}) END"
    )


def is_half(one: str, other: str) -> str:
    """Whether `one` holds nothing while `other` holds something: half a time is none."""
    return f"({_is_empty(one)} AND NOT {_is_empty(other)})"


def is_no_clock(clock: str, form: ClockForm) -> str:
    """Whether a cell holds something that is no time of day."""
    if form.has_zone:
        read = f"TRY_CAST('{_START} ' || trim({clock}) AS TIMESTAMPTZ)"
        fails = f"({read} IS NULL OR NOT regexp_matches({clock}, {literal(OFFSET)}))"
    else:
        fails = f"({since_midnight(clock, form)}) IS NULL"
    return f"(NOT {_is_empty(clock)} AND {fails})"


def _is_empty(cell: str) -> str:
    return f"({cell} IS NULL OR regexp_full_match(lower(trim({cell})), {literal(EMPTY_PATTERN)}))"


def _formats(form: ClockForm) -> Sequence[str]:
    """The formats of a column's times of day, the usual one first."""
    halves = (" %p", "%p") if form.has_half else ("",)
    until_min = f"{'%I' if form.has_half else '%H'}:%M"
    found = [f"{until_min}:%S{half}" for half in halves] if form.parts == 3 else []
    if form.has_fraction:
        found += [f"{until_min}:%S.%f{half}" for half in halves]
    return [*found, *(f"{until_min}{half}" for half in halves)]
