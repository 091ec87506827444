"""Shifts that are told from now: "this shift", "the last night shift", "the last 3 shifts"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.language.assembling.context import Context
from core.language.tagger import Item
from core.semantic.model import TimeAxis
from core.semantic.query import Comparison, Dimension, Filter, Grain, Op, TimeWindow
from core.semantic.shifts import Shift, begun_shifts, ended_shifts, shift_before

_TOLD: Final = "shifts told from now"


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
    if axis is None or axis.shift is None or not axis.shift_hours or ctx.times.window is not None:
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
    _take_shift_away(ctx, axis.shift, told)
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
    "this shift"); empty for other words."""
    axis = ctx.model.tables[ctx.parts.table].time
    is_told = any(item.use == _TOLD for item in ctx.draft.items)
    return (axis.shift or "") if is_told and axis is not None else ""


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
    for _ in range(len(shifts)):
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


def _take_shift_away(ctx: Context, shift: str, told: Sequence[_Told]) -> None:
    """The nouns are times and neither splits nor conditions; where a split is said too, it is of
    each of the shifts."""
    places = {at for one in told for at in one.at}
    is_split = any(d.column == shift and d.at not in places for d in ctx.draft.dimensions)
    ctx.parts.filters = [f for f in ctx.parts.filters if f.column != shift]
    ctx.parts.dimensions = [d for d in ctx.parts.dimensions if d.column != shift]
    if is_split:
        several = any(one.several for one in told)
        each = Dimension(grain=Grain.SHIFT) if several else Dimension(column=shift)
        ctx.parts.dimensions.insert(0, each)
