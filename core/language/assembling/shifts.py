"""Shifts that are told from now or by their day: "this shift", "the last 3 shifts", "yesterday's
late shift vs today's early shift"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.language.assembling.context import Context
from core.language.draft import ValueDraft
from core.language.reading import Ask
from core.language.tagger import Item
from core.language.when.phrase import TimePhrase
from core.semantic.model import TimeAxis
from core.semantic.query import Comparison, Dimension, Filter, Grain, Op, TimeWindow
from core.semantic.shifts import Shift, begun_shifts, ended_shifts, shift_before, shift_on
from core.translation import gettext as _
from core.types import Clarification

_TOLD: Final = "shifts that are times"


@dataclass(frozen=True, slots=True)
class _Told:
    """Shifts that are told: the items that tell them, the newest first, the words of their name
    where they have one, and the words of several."""

    at: tuple[int, ...]
    shifts: tuple[Shift, ...]
    name: str = ""
    several: str = ""


def shift_instance(ctx: Context) -> None:
    """`last night shift`: the newest of that name that has ended; `this shift`: the one that runs;
    `last 3 shifts`: the hours of so many; `last 3 night shifts`: that shift of so many production
    days; `this shift vs last shift`: the hours of the one against those of the other."""
    axis = ctx.model.tables[ctx.parts.table].time
    if axis is None or axis.shift is None or not axis.shift_hours:
        return
    if ctx.times.window is not None:
        _dated_shifts(ctx, axis)
        return
    told = _all_told(ctx, axis)
    if not told:
        return
    if len(told) == 1:
        told += _one_before(ctx, axis, told[0])
    versus = _compares(ctx)
    if len(told) > 2 or (len(told) == 2 and not versus) or _names_others(ctx, axis.shift, told):
        return  # what is told is not used, and so asked back
    for at in (*(at for one in told for at in one.at), *(versus if len(told) == 2 else ())):
        ctx.draft.items[at].use = ctx.draft.items[at].use or _TOLD
    _take_shift_away(ctx, axis.shift, {at for one in told for at in one.at})
    if any(one.several for one in told):
        each = Dimension(grain=Grain.SHIFT)
        ctx.parts.dimensions = [each if d.column == axis.shift else d for d in ctx.parts.dimensions]
    if len(told) == 2:
        first, second = told
        ctx.times.window = _hours(first)
        ctx.times.comparison = Comparison("window", _hours(second), phrase=_hours(second).phrase)
    elif told[0].several and not told[0].name:
        ctx.times.window = _hours(told[0])
    else:
        ctx.times.window = _production_days(told[0])
        name = told[0].shifts[0].name
        ctx.parts.filters.append(Filter(axis.shift, Op.EQ, (name,), phrase=told[0].name))


def shift_told(ctx: Context) -> str:
    """The column of the shifts where the words name some as they are told from now ("last shift",
    "this shift"), or two by their days; empty for other words."""
    axis = ctx.model.tables[ctx.parts.table].time
    is_told = any(item.use == _TOLD for item in ctx.draft.items)
    return (axis.shift or "") if is_told and axis is not None else ""


# -- shifts of days that are named ---------------------------------------------------------------


def _dated_shifts(ctx: Context, axis: TimeAxis) -> None:
    """`yesterday's late shift vs today's early shift`, `from Monday night to Wednesday morning`:
    each shift is that of its day. `since Friday's late shift`: all shifts since it began. Raises
    Ask for two shifts of two times that are no days."""
    found = _with_their_times(ctx, axis)
    names = {value for _, value in found}
    is_since = len(found) == 1 and _begins_with_shift(ctx, axis)
    if not is_since and (len(found) != 2 or len(names) != 2):
        return
    goes_on = is_since or _is_range(ctx)
    shifts = [_shift_of(phrase, name, axis, goes_on=goes_on) for phrase, name in found]
    is_turned = goes_on and [s.start for s in shifts if s] != sorted(s.start for s in shifts if s)
    if is_turned or any(shift is None for shift in shifts):
        text = _("Two shifts of two times cannot be asked at once. Ask for each by itself.")
        raise Ask(Clarification(text, ()))
    hours = [TimeWindow(shift.start, shift.end) for shift in shifts if shift is not None]
    ctx.times.joined, ctx.times.comparison = None, None
    if is_since:
        ctx.times.window = TimeWindow(hours[0].start, ctx.clock.now)
    elif goes_on:
        ctx.times.window = TimeWindow(hours[0].start, hours[1].end)
    else:
        ctx.times.window = hours[0]
        ctx.times.comparison = Comparison("window", hours[1])
    places = {value.at for value in ctx.draft.values if _is_shift(value, axis)}
    for at in places:
        ctx.draft.items[at].use = _TOLD
    _take_shift_away(ctx, str(axis.shift), places)


def _with_their_times(ctx: Context, axis: TimeAxis) -> list[tuple[TimePhrase, str]]:
    """The shifts that are named, each with the time beside it; empty where they do not stand in
    turn."""
    row: list[tuple[int, TimePhrase | str]] = [
        *((at, phrase) for at, phrase in ctx.draft.times if phrase.has_window),
        *((v.at, str(v.targets[0].value)) for v in ctx.draft.values if _is_shift(v, axis)),
    ]
    row.sort(key=lambda one: one[0])
    parts = [part for _, part in row]
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    if len(parts) % 2 or not pairs:
        return []
    turned = [(b, a) if isinstance(a, str) else (a, b) for a, b in pairs]
    if len({isinstance(a, str) for a, _ in pairs}) > 1:
        return []
    return [(a, b) for a, b in turned if isinstance(a, TimePhrase) and isinstance(b, str)]


def _is_shift(value: ValueDraft, axis: TimeAxis) -> bool:
    return value.targets[0].name == axis.shift and not value.negated


def _shift_of(phrase: TimePhrase, name: str, axis: TimeAxis, *, goes_on: bool) -> Shift | None:
    """The shift of that name on the one day of a time; of its first day where it goes on."""
    start, end = phrase.start, phrase.end
    if start is None or name not in axis.shift_hours or phrase.grain is not Grain.DAY:
        return None
    is_day = end is not None and end - start <= dt.timedelta(days=1)
    return shift_on(start.date(), name, axis.shift_hours) if is_day or goes_on else None


def _begins_with_shift(ctx: Context, axis: TimeAxis) -> bool:
    """Whether a time goes on until now from a day with the shift right behind it ("since Friday's
    late shift", and not "on the night shift since Friday")."""
    at, phrase = next((at, one) for at, one in ctx.draft.times if one.has_window)
    items, noun = ctx.draft.items, at + 1
    if noun < len(items) and items[noun].norm in ctx.senses["of_whom"]:
        noun += 1
    is_behind = any(v.at == noun for v in ctx.draft.values if _is_shift(v, axis))
    begins = items[at].tokens[0].norm in ctx.senses["begins_open"]
    is_open = phrase.end == ctx.clock.now and phrase.grain is Grain.DAY
    return is_behind and begins and is_open


def _is_range(ctx: Context) -> bool:
    """Whether the second of two times is where the first one ends ("from ... to ...")."""
    first, second = (at for at, phrase in ctx.draft.times if phrase.has_window)
    between = ctx.draft.items[first + 1 : second + 1]
    words = {token.norm for item in between for token in item.tokens}
    return bool(words & ctx.senses["leads_to"])


# -- which shifts ------------------------------------------------------------------------------


def _all_told(ctx: Context, axis: TimeAxis) -> list[_Told]:
    """Each place where shifts are told, in the order of the words."""
    found: list[_Told] = []
    taken: set[int] = set()
    for at in range(len(ctx.draft.items)):
        told = None if at in taken else _told_at(ctx, axis, at)
        if told is not None:
            found.append(told)
            taken |= set(told.at)
    # "the last shift" after "the last shift" is the one before it
    return [
        _before(one, axis) if k and one.shifts == found[k - 1].shifts else one
        for k, one in enumerate(found)
    ]


def _told_at(ctx: Context, axis: TimeAxis, at: int) -> _Told | None:
    item, clock = ctx.draft.items[at], ctx.clock
    if "this_shift" in item.tags and not item.use:
        return _Told((at,), begun_shifts(axis.shift_hours, clock.today, clock.now)[:1])
    words = set(item.norm.split())
    is_now = bool(words & ctx.senses["this"])
    is_now = is_now or bool(words & ctx.senses["runs_now"] and not item.targets)
    if (item.use and not is_now) or not (is_now or words & ctx.senses["newest"]):
        return None
    for noun, count in _nouns_beside(ctx.draft.items, at):
        targets = [t for t in ctx.draft.items[noun].targets if t.name == axis.shift]
        name = next((t.value for t in targets if t.value is not None), None)
        if not targets or (is_now and (name is None or count is not None)):
            continue
        number = 1 if count is None else _whole(ctx.draft.items[count])
        names = None if name is None else (name,)
        if number is None:
            return None
        shifts = _shifts(axis, ctx, names, number, is_now=is_now)
        if not shifts:
            return None
        ends = (at, noun) if count is None else (at, noun, count)
        places = range(min(ends), max(ends) + 1)
        text = " ".join(ctx.draft.items[place].text for place in places)
        said = "" if name is None else ctx.draft.items[noun].text
        return _Told(tuple(places), shifts, said, text if count is not None else "")
    return None


def _shifts(
    axis: TimeAxis, ctx: Context, names: Collection[str] | None, most: int, *, is_now: bool
) -> tuple[Shift, ...]:
    if is_now:
        return begun_shifts(axis.shift_hours, ctx.clock.today, ctx.clock.now, names)[:1]
    return ended_shifts(axis.shift_hours, ctx.clock.today, ctx.clock.now, names, most=most)


def _nouns_beside(items: Sequence[Item], at: int) -> list[tuple[int, int | None]]:
    """Where the noun and the number may stand that "last" goes with: `last 3 shifts`, `3 last
    shifts`, `3 shifts last`."""

    def is_number(place: int) -> bool:
        return 0 <= place < len(items) and items[place].number is not None

    found: list[tuple[int, int | None]] = []
    if is_number(at + 1):
        found.append((at + 2, at + 1))
    else:
        found.append((at + 1, at - 1 if is_number(at - 1) and not items[at - 1].use else None))
    found.append((at - 1, at - 2 if is_number(at - 2) and not items[at - 2].use else None))
    return [(noun, count) for noun, count in found if 0 <= noun < len(items)]


def _whole(item: Item) -> int | None:
    """The number of an item that counts things and was not used for something else."""
    if item.use or item.unit is not None or item.number is None or not item.number.is_integer():
        return None
    return int(item.number) if item.number >= 1 else None


def _one_before(ctx: Context, axis: TimeAxis, told: _Told) -> list[_Told]:
    """`vs the one before`, of a shift."""
    at = ctx.draft.has("previous_period")
    if at is None or told.several or not _compares(ctx) or ctx.draft.items[at].use:
        return []
    return [replace(_before(told, axis), at=(at,))]


def _before(told: _Told, axis: TimeAxis) -> _Told:
    """The shifts right before; those of the same name on the days before, where they are named."""
    shifts = told.shifts
    for _step in range(len(shifts)):
        oldest = shifts[-1]
        hours = {oldest.name: axis.shift_hours[oldest.name]} if told.name else axis.shift_hours
        shifts = (*shifts[1:], shift_before(oldest, hours))
    return replace(told, shifts=shifts)


def _names_others(ctx: Context, shift: str, told: Sequence[_Told]) -> bool:
    """Whether shifts are named that are not told so ("the last early and the late shift")."""
    places = {at for one in told for at in one.at}
    return any(v.at not in places and v.targets[0].name == shift for v in ctx.draft.values)


def _compares(ctx: Context) -> list[int]:
    """Where words stand that set one time against another."""
    found = [ctx.draft.has(group) for group in ("versus", "compare", "change")]
    return [at for at in found if at is not None]


# -- what they are in a query --------------------------------------------------------------------


def _hours(told: _Told) -> TimeWindow:
    """From where the oldest begins to where the newest ends: shifts follow on each other."""
    return TimeWindow(told.shifts[-1].start, told.shifts[0].end, phrase=told.several)


def _production_days(told: _Told) -> TimeWindow:
    begin = dt.datetime.combine(told.shifts[-1].day, dt.time())
    end = dt.datetime.combine(told.shifts[0].day, dt.time()) + dt.timedelta(days=1)
    return TimeWindow(begin, end, "production", phrase=told.several, grain=Grain.DAY)


def _take_shift_away(ctx: Context, shift: str, places: Collection[int]) -> None:
    """The nouns at these places are times and neither splits nor conditions; a split by shift that
    is said elsewhere stays, as the first."""
    is_split = any(d.column == shift and d.at not in places for d in ctx.draft.dimensions)
    ctx.parts.filters = [f for f in ctx.parts.filters if f.column != shift]
    ctx.parts.dimensions = [d for d in ctx.parts.dimensions if d.column != shift]
    if is_split:
        ctx.parts.dimensions.insert(0, Dimension(column=shift))
