"""Putting other values into a pair's SQL: each at the spots that its words are tied to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from core.language.time_phrases import ClockTime
from core.semantic.query import SemanticQuery
from core.verified.binding import Binding, window_of
from core.verified.dictionary import Dictionary
from core.verified.figures import as_said, as_written
from core.verified.plan_body import PlanBody
from core.verified.spots import Body, Content, Filled, Spot
from core.verified.template import Slot
from core.verified.windows import SAME, arrangement, moment_of

_MOST_ROWS = 1_000


def fill(
    binding: Binding, body: Body, slots: Sequence[Slot], words: Dictionary, clock: ClockTime
) -> Filled | None:
    """The SQL with these slots instead of the pair's own, one for one; None where they do not
    fit: another kind or column, a window of another make, a list where there can be one value."""
    own = binding.template.slots
    if len(slots) != len(own) or not all(map(_is_alike, own, slots)):
        return None
    for index, (mine, new) in enumerate(zip(own, slots, strict=True)):
        if mine.kind == "value" and not _values(new, binding.columns[index], words):
            return None
        if index in binding.fixed and not _holds_same(binding, index, new, words):
            return None
        if index in binding.same_words and _said(mine) != _said(new):
            return None
    if any(slots[a].values != slots[b].values for a, b in binding.linked):
        return None
    if not _windows_fit(binding, slots, clock):
        return None
    contents = _contents(binding, body, slots, words, clock)
    if contents is None:
        return None
    filled = body.write(contents)
    if filled is None or filled.plan is None:
        return filled
    return replace(filled, plan=_with_grains(filled.plan, slots))


def _is_alike(own: Slot, new: Slot) -> bool:
    if own.kind != new.kind:
        return False
    if own.kind == "number":
        return own.unit == new.unit
    return own.kind == "window" or own.negated == new.negated


def _values(slot: Slot, column: str, words: Dictionary) -> tuple[str, ...]:
    """The slot's values as values of a column."""
    direct = slot.of(column)
    if direct:
        return direct
    for other, texts in slot.values:
        found = words.translated(texts, other, column)
        if found is not None:
            return found
    return ()


def _said(slot: Slot) -> str:
    return " ".join(t.norm for t in slot.tokens)


def _holds_same(binding: Binding, index: int, new: Slot, words: Dictionary) -> bool:
    own = binding.template.slots[index]
    if own.kind == "value":
        column = binding.columns[index]
        return set(own.of(column)) == set(_values(new, column, words))
    if own.kind == "number":
        return own.number == new.number
    window, other = binding.windows[index], window_of(new)
    assert window is not None
    assert other is not None
    return (window.start, window.end) == (other.start, other.end)


def _windows_fit(binding: Binding, slots: Sequence[Slot], clock: ClockTime) -> bool:
    windows = [window_of(s) for s in slots]
    for index, (own, new) in enumerate(zip(binding.windows, windows, strict=True)):
        if own is None or new is None:
            continue
        if new.start and new.end and new.start >= new.end:
            return False
        if (own.start is None, own.end is None) != (new.start is None, new.end is None):
            return False
        has_end = any(
            s.slot == index and s.how == SAME and s.edge == "end"
            for t in binding.moments
            for s in t.sources
        )
        is_day = index in binding.same_length and not has_end
        if index in binding.fixed:
            continue
        if own.end is not None and not has_end and not is_day and new.end != clock.now:
            return False
        if index in binding.same_length and own.length != new.length:
            return False
    edges = [moment_of(e, windows, clock) for e in binding.edges]
    return arrangement(edges) == binding.arranged


def _contents(
    binding: Binding, body: Body, slots: Sequence[Slot], words: Dictionary, clock: ClockTime
) -> dict[int, Content] | None:
    contents: dict[int, Content] = {}
    windows = [window_of(s) for s in slots]
    for tied in binding.values:
        texts: list[str] = []
        for index in tied.slots:
            texts += _values(slots[index], binding.columns[index], words)
        if len(set(texts)) != len(texts):
            return None
        said = words.translated(tuple(texts), tied.column, body.spots[tied.spot].column)
        if said is None:
            return None
        if set(said) != set(body.spots[tied.spot].texts):
            contents[tied.spot] = said
    for moment in binding.moments:
        spot = body.spots[moment.spot]
        found = {moment_of(s, windows, clock) for s in moment.sources}
        value = found.pop()
        if found or value is None:
            return None
        if value - spot.behind != spot.moment:
            contents[moment.spot] = value - spot.behind
    for number in binding.numbers:
        slot = slots[number.slot]
        spot = body.spots[number.spot]
        written = None if slot.number is None else as_written(number, slot.number, slot.unit)
        if written is None or not _is_allowed(spot, written):
            return None
        if written != spot.number:
            contents[number.spot] = written
    return contents


def _is_allowed(spot: Spot, number: float) -> bool:
    return spot.role != "limit" or (number == int(number) and 1 <= number <= _MOST_ROWS)


def _with_grains(query: SemanticQuery, slots: Sequence[Slot]) -> SemanticQuery:
    """The query's window with the words and the calendar unit by which it was named."""
    for slot in slots:
        window = window_of(slot)
        if window is None or query.time is None:
            continue
        if (window.start, window.end) == (query.time.start, query.time.end):
            named = replace(query.time, phrase=slot.phrase, grain=window.grain)
            query = query.with_(time=named)
    return query


def read_back(
    binding: Binding, body: PlanBody, other: PlanBody, words: Dictionary
) -> tuple[Slot, ...] | None:
    """The slots that would make the other query of this one; None where the two differ in more
    than what is tied. The caller fills them in and compares."""
    if len(body.spots) != len(other.spots):
        return None
    found = list(binding.template.slots)
    for value in binding.values:
        texts = other.spots[value.spot].texts
        index = value.slots[0]
        if len(value.slots) > 1:
            continue
        said = words.translated(texts, other.spots[value.spot].column, binding.columns[index])
        if not said:
            return None
        slot = found[index]
        known = words.values.get(binding.columns[index], {})
        scopes = tuple(known.get(t, frozenset()) for t in said)
        found[index] = replace(
            slot, values=((binding.columns[index], said),), scopes=scopes, phrase=", ".join(said)
        )
    for index, slot in enumerate(found):
        if slot.kind == "window" and slot.window is not None:
            found[index] = _read_window(index, slot, binding, other)
    for number in binding.numbers:
        written = other.spots[number.spot].number
        slot = found[number.slot]
        said_number = None if written is None else as_said(number, written, slot.unit)
        if said_number is None:
            return None
        found[number.slot] = replace(slot, number=said_number, phrase=f"{said_number:g}")
    return tuple(found)


def _read_window(index: int, slot: Slot, binding: Binding, other: PlanBody) -> Slot:
    assert slot.window is not None
    start, end, grain = slot.window.start, slot.window.end, slot.window.grain
    query = other.query
    for moment in binding.moments:
        spot = other.spots[moment.spot]
        for source in moment.sources:
            if source.slot != index or source.how != SAME or source.run_up or spot.moment is None:
                continue
            if spot.edge == "day":
                start, end = spot.moment, spot.moment + dt.timedelta(days=1)
            elif source.edge == "start":
                start = spot.moment + spot.behind
            else:
                end = spot.moment + spot.behind
    phrase = slot.phrase
    compared = query.comparison.window if query.comparison is not None else None
    for window in (query.time, compared):
        if window is not None and (window.start, window.end) == (start, end):
            grain, phrase = window.grain, window.phrase or slot.phrase
    is_same = (start, end) == (slot.window.start, slot.window.end)
    phrase_of = replace(slot.window, start=start, end=end, grain=grain)
    tokens = slot.tokens if is_same else ()  # which words named another one is not known
    return replace(slot, window=phrase_of, phrase=phrase, tokens=tokens)
