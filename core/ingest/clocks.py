"""Date and time of day in two columns: which belong together, and how the second is written.

Pure: decided from headers and texts of cells. What is beyond doubt is put together; what only
looks like a time of day, such as `Beginn` or `Slot` beside a date, is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from core.cells import filled
from core.errors import UserFixable, did_you_mean
from core.ingest.mapping import column_name
from core.ingest.recognised import Choices, Clock, ClockForm, Column, Question
from core.ingest.tags import heads, letters
from core.translation import told

#: What `Choices.time_of_day` says to keep them apart.
APART: Final = "none"
_COLON: Final = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?P<second>:[0-5]\d(?P<fraction>[.,]\d{1,6})?)?"
    r"(?P<half>\s?[AaPp][Mm])?(?P<zone>Z|\s?[-+]\d{2}:?\d{2}|\s?UTC)?"
)
_DIGITS: Final = re.compile(r"\d{1,6}")
_MIDNIGHT: Final = re.compile(r"[^ T]+([ T]\s*0?0:00(:00(\.0+)?)?)?")
#: As for types: a few cells that are no time of day are bad cells of a column of these.
_MOSTLY: Final = 0.95
_ENOUGH: Final = 20


def put_together(
    columns: Sequence[Column], cells: Sequence[Sequence[str]], choices: Choices
) -> tuple[tuple[Column, ...], tuple[Question, ...]]:
    """The columns with dates and times of day joined, and what has to be asked.

    cells: of each column, those that hold something. Raises UserFixable for a chosen column that is
    not there, or that holds no date or no time of day.
    """
    if choices.time_of_day == APART:
        return tuple(columns), ()
    dates = [p for p, c in enumerate(columns) if _is_date(c, cells[p], choices)]
    clocks = {
        p: form
        for p, c in enumerate(columns)
        if c.source not in choices.types
        and c.dress is None
        and (form := clock_form(c.source, cells[p]))
    }
    if choices.time_of_day:
        pairs, asked = [_chosen(columns, dates, clocks, choices.time_of_day)], None
    elif any(c.type == "datetime" and p not in dates for p, c in enumerate(columns)):
        return tuple(columns), ()
    else:
        pairs, asked = _found(columns, dates, clocks)
    questions = [asked] if asked else []
    joined = list(columns)
    for date, clock in pairs:
        form = clocks[clock]
        if form.counts == "24":
            form = replace(form, counts=choices.hours)
            if not choices.hours:
                questions.append(_which_hours(columns[clock].source))
        _join(joined, date, clock, form)
    return tuple(joined), tuple(questions)


def clock_form(header: str, cells: Sequence[str]) -> ClockForm | None:
    """How a column writes times of day; None where it holds none. Digits alone (`0815`) and hours
    (`8`) are times only below a header that says so."""
    values = filled(cells)
    if not values or heads(header, "duration"):
        return None
    colons = [m for value in values if (m := _COLON.fullmatch(value)) and int(m["hour"]) <= 24]
    if _enough(len(colons), len(values)):
        return ClockForm(
            "colon",
            parts=3 if any(m["second"] for m in colons) else 2,
            has_fraction=any(m["fraction"] for m in colons),
            has_half=any(m["half"] for m in colons),
            has_zone=any(m["zone"] for m in colons),
        )
    numbers = [int(value) for value in values if _DIGITS.fullmatch(value)]
    if not _enough(len(numbers), len(values)):
        return None
    if heads(header, "hour") and max(numbers) <= 24:
        return ClockForm("hour", counts="24" if 24 in numbers and 0 not in numbers else "")
    if not (heads(header, "time_of_day") or heads(header, "hour")):
        return None
    longest = max(len(value) for value in values)
    in_seconds = longest > 4
    if longest < 3 or not all(_is_digits(n, in_seconds=in_seconds) for n in numbers):
        return None
    return ClockForm("digits", parts=3 if in_seconds else 2)


def _is_digits(number: int, *, in_seconds: bool) -> bool:
    seconds = number % 100 if in_seconds else 0
    minutes = number // 100 if in_seconds else number
    return seconds < 60 and minutes % 100 < 60 and minutes <= 2400


def _enough(fit: int, of: int) -> bool:
    return fit == of or (of >= _ENOUGH and fit >= _MOSTLY * of)


def _is_date(column: Column, cells: Sequence[str], choices: Choices) -> bool:
    """Whether a column holds days, also where each is written with midnight behind it."""
    if choices.types.get(column.source, "datetime") != "datetime":
        return False
    if column.type == "date":
        return True
    form = column.date
    if column.type != "datetime" or (form is not None and (form.epoch or form.has_zone)):
        return False
    return bool(cells) and all(_MIDNIGHT.fullmatch(cell.strip()) for cell in cells)


def _found(
    columns: Sequence[Column], dates: Sequence[int], clocks: dict[int, ClockForm]
) -> tuple[list[tuple[int, int]], Question | None]:
    """Pairs whose headers say that they are one, and what to ask of the first date without one."""
    has_minutes = any(heads(column.source, "minute") for column in columns)
    free = {p: f for p, f in clocks.items() if not (f.kind == "hour" and has_minutes)}
    pairs: list[tuple[int, int]] = []
    for date in dates:
        fits = [
            p for p in free
            if _is_called(columns[p].source)
            and _rest(columns[p].label, "clock") == _rest(columns[date].label, "date")
        ]  # fmt: skip
        # Of a time and an hour, the time says more.
        fits.sort(key=lambda p: (free[p].kind == "hour", p))
        if fits:
            pairs.append((date, fits[0]))
            del free[fits[0]]
    left = [date for date in dates if date not in {d for d, _ in pairs}]
    maybe = [p for p, form in free.items() if form.kind == "colon"]
    if pairs or not left or not maybe:
        return pairs, None
    options = [(columns[p].source, columns[p].source) for p in maybe]
    return pairs, Question(
        "time_of_day",
        told(
            "Which column holds the time of day of {column}?", column=repr(columns[left[0]].source)
        ),
        (*options, (APART, told("none of them"))),
    )


def _chosen(
    columns: Sequence[Column], dates: Sequence[int], clocks: dict[int, ClockForm], said: str
) -> tuple[int, int]:
    """The pair that was chosen, by `TIME` or `DATE=TIME`."""
    names = [column.source for column in columns]
    day, mark, time = said.partition("=")
    if said in names or not mark:
        day, mark, time = "", "", said
    for name in (time, day) if mark else (time,):
        if name not in names:
            raise UserFixable(
                told(
                    "There is no column {column}.{hint} Columns: {names}.",
                    column=repr(name),
                    hint=did_you_mean(name, names),
                    names=", ".join(names[:40]),
                )
            )
    clock = names.index(time)
    if clock not in clocks:
        raise UserFixable(
            told("The column {column} holds no times of day, such as 08:15.", column=repr(time))
        )
    if mark:
        date = names.index(day)
        if date not in dates:
            raise UserFixable(told("The column {column} holds no dates.", column=repr(day)))
        return date, clock
    before = [date for date in dates if date < clock] or list(dates)
    if not before:
        raise UserFixable(
            told(
                "There is no column of dates that {column} could be the time of day of.",
                column=repr(time),
            )
        )
    return before[-1], clock


def _which_hours(header: str) -> Question:
    return Question(
        "hours",
        told("{column} counts hours from 1 to 24. What is hour 1?", column=repr(header)),
        (
            ("begin", told("the hour that begins at 00:00")),
            ("end", told("the time 01:00, and 24 is midnight at the end of the day")),
        ),
    )


def _join(columns: list[Column], date: int, clock: int, form: ClockForm) -> None:
    """Make the date's column the time, and the other one a part of it."""
    day, time = columns[date], columns[clock]
    taken = {c.name for p, c in enumerate(columns) if p not in (date, clock)}
    label = f"{day.label} {time.label}"
    columns[date] = replace(
        day,
        type="datetime",
        label=label,
        name=column_name(label, None, taken),
        clock=Clock(clock, time.source, form),
        samples=tuple(f"{a} + {b}" for a, b in zip(day.samples, time.samples, strict=False))[:3],
    )
    columns[clock] = replace(time, part_of=day.source)


def _words(role: Literal["date", "clock"]) -> list[str]:
    headers = letters().headers
    found = headers["day"] if role == "date" else headers["time_of_day"] + headers["hour"]
    return sorted((_folded(word) for word in found), key=len, reverse=True)


def _rest(label: str, role: Literal["date", "clock"]) -> str:
    """What a header says beside that it is a date or a time: `start` of `Start time`."""
    text, before = _folded(label), ""
    while text != before:
        before = text
        for word in _words(role):
            text = text.removesuffix(word).removeprefix(word)
    return text


def _is_called(header: str) -> bool:
    """Whether a header says that it is a time of day."""
    text = _folded(header)
    return any(text.endswith(word) or text.startswith(word) for word in _words("clock"))


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
