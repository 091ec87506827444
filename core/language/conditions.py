"""Numeric conditions: "above 4.5 mm/s", "between 60 and 80 °C", "5 or more", "> 3 alarms"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from core.language.lexicon import Senses
from core.language.tagger import Item
from core.semantic.query import Op

_OPS = {">": Op.GT, "<": Op.LT, ">=": Op.GE, "<=": Op.LE, "=": Op.EQ, "!=": Op.NE}
_SKIP = ("ignored", "the")
#: The unit of a change of a percentage that was said in points.
POINTS: Final = "points"
#: A change stands so many words from the number that says how large it was.
_NEAR: Final = 3


@dataclass(slots=True)
class Condition:
    """op with one or two numbers in `unit` (None: the target's own), over items
    [first, last]. exceed: a verb of reaching ("exceeded"). limit: compares with the column's own
    limit instead of a number. about: the item among them that names the figure ("above the
    vibration limit"); -1 for none. of_change: it says by how much a figure changed ("rose by more
    than 10 hours"), and not what it is."""

    op: Op
    values: tuple[float, ...]
    unit: str | None
    first: int
    last: int
    exceed: bool = False
    limit: bool = False
    about: int = -1
    of_change: bool = False


def skip(items: list[Item], at: int) -> int:
    """Index of the next item that is not an ignorable word."""
    while at < len(items) and any(g in items[at].tags for g in _SKIP) and _is_bare(items[at]):
        at += 1
    return at


def _is_bare(item: Item) -> bool:
    return not item.targets and item.number is None and "limit_words" not in item.tags


def find_conditions(items: list[Item], senses: Senses) -> list[Condition]:
    """All numeric conditions of a question, in order; items are not marked here."""
    found: list[Condition] = []
    at = 0
    while at < len(items):
        condition = _between(items, at) or _compared(items, at) or _suffixed(items, at)
        if condition is None:
            at += 1
        else:
            condition = _of_change(items, condition, senses)
            found.append(condition)
            at = condition.last + 1
    return found


def _of_change(items: list[Item], condition: Condition, senses: Senses) -> Condition:
    """The condition, with the "by" before it and the "points" behind it, where a change stands
    beside it: before it ("rose by more than 10", "rose in downtime by 10 or more"), or behind it
    ("um mehr als 10 gestiegen"). "Rose over 80" may be where it went, and stays a limit."""
    first, last = condition.first, condition.last
    says_by = first > 0 and _says_by(items[first - 1], senses)
    if condition.limit or not (says_by or items[first].norm in senses["amounts_of_change"]):
        return condition
    start = first - 1 if says_by else first
    before = items[max(0, start - (_NEAR if says_by else 1)) : start]
    behind = items[last + 1 : last + 1 + _NEAR] if says_by else []
    if not any(_is_change(item) for item in (*before, *behind)):
        return condition
    unit = condition.unit
    while last + 1 < len(items) and items[last + 1].norm in senses["points"]:
        last, unit = last + 1, POINTS
    return replace(condition, first=start, last=last, unit=unit, of_change=True)


def _says_by(item: Item, senses: Senses) -> bool:
    return item.time is None and ("by" in item.tags or item.norm in senses["by_so_much"])


def _is_change(item: Item) -> bool:
    return "change" in item.tags and not item.targets


def _compared(items: list[Item], at: int) -> Condition | None:
    payload = items[at].tags.get("comparators")
    if payload is None:
        return None
    exceed = "exceed_verbs" in items[at].tags
    if _is_moving(items, at):
        return None
    target = skip(items, at + 1)
    if target < len(items) and "comparators" in items[target].tags and items[target].number is None:
        payload = items[target].tags["comparators"]  # "went above", "is above"
        target = skip(items, target + 1)
    if target >= len(items):
        return None
    item = items[target]
    if item.number is not None and item.time is None:
        op, last = _OPS[payload], target
        after = skip(items, target + 1)
        suffix = items[after].tags.get("suffix_comparators") if after < len(items) else None
        if suffix and op is Op.EQ:
            op, last = _OPS[suffix], after
        return Condition(op, (item.number,), item.unit, at, last, exceed)
    if "limit_words" in item.tags:
        return Condition(_OPS[payload], (), None, at, target, exceed, limit=True)
    named = skip(items, target + 1)
    is_figure = any(t.kind in ("column", "metric") for t in item.targets)
    if is_figure and named < len(items) and "limit_words" in items[named].tags:
        return Condition(_OPS[payload], (), None, at, named, exceed, limit=True, about=target)
    return None


def _suffixed(items: list[Item], at: int) -> Condition | None:
    item = items[at]
    if item.number is None or item.time is not None or at + 1 >= len(items):
        return None
    suffix = items[at + 1].tags.get("suffix_comparators")
    if suffix is None:
        return None
    return Condition(_OPS[suffix], (item.number,), item.unit, at, at + 1)


def _between(items: list[Item], at: int) -> Condition | None:
    if "between" not in items[at].tags or items[at].time is not None:
        return None
    low = skip(items, at + 1)
    if low >= len(items) or items[low].number is None or items[low].time is not None:
        return None
    join = low + 1
    if join >= len(items) or not {"range_to", "and"} & set(items[join].tags):
        return None
    high = skip(items, join + 1)
    if high >= len(items) or items[high].number is None or items[high].time is not None:
        return None
    first, second = items[low], items[high]
    assert first.number is not None
    assert second.number is not None
    unit = second.unit or first.unit
    return Condition(
        Op.BETWEEN,
        (min(first.number, second.number), max(first.number, second.number)),
        unit,
        at,
        high,
    )


_SPANS = ("min", "h", "d", "wk", "mo", "a")


def _is_moving(items: list[Item], at: int) -> bool:
    """`moving average over 4 weeks`: the number is the width of a window."""
    before = items[max(0, at - 3) : at]
    after = items[at + 1 : at + 2]
    return any("moving" in i.tags for i in before) and any(i.unit in _SPANS for i in after)
