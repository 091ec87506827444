"""What a column of somebody's SQL is called, and the unit that its name declares."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from core.semantic import units
from core.semantic.model import SemanticModel
from core.semantic.phrases import lowered
from core.statement.values import ROWS, Value

_PLAIN_NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_QUARTER: Final = re.compile(r"q[1-4]")
_TIME: Final = frozenset({("time", 1)})
#: Words that name a step of time more often than they give a unit: `worst_day`.
_STEPS: Final = frozenset(("second", "minute", "hour", "day", "week", "month", "year"))
#: Names that say how a figure is made and nothing of what it is of.
_BARE: Final = frozenset(
    ("mean", "average", "avg", "highest", "lowest", "max", "min", "total", "largest", "smallest",
     "peak", "median")
)  # fmt: skip


def label_of(name: str, value: Value, model: SemanticModel) -> str:
    """A name as a person would write it over a column: `base_load_kw` with its unit known, Base
    load. One that is no plain word, or has capitals, stays as its author wrote it."""
    if not _PLAIN_NAME.fullmatch(name):
        return name
    words = name.split("_")
    unit = "%" if value.display == "percent" else value.unit
    size = _suffix(words, unit) if unit else 0
    words = words[: len(words) - size]
    written, is_unit = _written(words, model)
    text = " ".join(written)
    if len(words) == 1 and words[0] in _BARE and value.column is not None:
        text = f"{text} {lowered(value.column.label)}"
    return text if is_unit else text[:1].upper() + text[1:]


def declared_unit(name: str, value: Value) -> str | None:
    """The unit that a name ends in (`base_load_kw`), for a figure of which the expression does
    not tell; None where what it is made of says that it cannot be."""
    words = name.split("_")
    if value.is_known or not _PLAIN_NAME.fullmatch(name) or "per" in words:
        return None
    for size in (2, 1):
        rest, tail = words[:-size], words[-size:]
        unit = _typed(tail)
        if unit is None or not rest or rest[-1].isdigit() or tail[-1] in _STEPS:
            continue
        return unit if _fits(unit, value) else None
    return None


def _suffix(words: list[str], unit: str) -> int:
    """How many of the last words say the unit, of which others stand before."""
    for size in (2, 1):
        if len(words) > size and _typed(words[-size:]) == unit:
            return size
    return 0


def _typed(words: list[str]) -> str | None:
    return units.parse_unit("/".join(words))


def _fits(unit: str, value: Value) -> bool:
    """Whether a figure made of these may be in that unit: times are made of times and of counted
    readings, power of energy over time, anything else of its own kind."""
    kinds = {units.dimension(one) for one in value.units}
    wanted = units.dimension(unit)
    if wanted == _TIME:
        are_rows = bool(value.leaves) and all(leaf == ROWS for _, leaf in value.leaves)
        return kinds == {_TIME} or (not kinds and are_rows)
    if len(unit) == 1 and unit != "%":
        return wanted in kinds
    return not kinds or wanted in kinds or _by_time(wanted) in kinds


def _by_time(kind: frozenset[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """The kind of a unit times an hour."""
    powers = dict(kind)
    powers["time"] = powers.get("time", 0) + 1
    return frozenset((name, power) for name, power in powers.items() if power)


def _written(words: list[str], model: SemanticModel) -> tuple[list[str], bool]:
    """Words as the model and the units write them (`OEE`, `mm/s`); whether a unit comes first."""
    capitals = _capitals(model.name, tuple(_labels(model)))
    found: list[str] = []
    symbols: list[str] = []
    at = 0
    while at < len(words):
        pair = words[at : at + 2]
        unit = _typed(pair) if len(pair) == 2 else None
        symbol = units.display_unit(unit) if unit else _unit_word(words[at])
        symbols.append(symbol)
        quarter = words[at].upper() if _QUARTER.fullmatch(words[at]) else ""
        found.append(symbol or capitals.get(words[at]) or quarter or words[at])
        at += 2 if unit else 1
    return found, bool(symbols[0])


def _labels(model: SemanticModel) -> list[str]:
    columns = [c.label for table in model.tables.values() for c in table.columns.values()]
    return [*columns, *(metric.label for metric in model.metrics.values())]


@cache
def _capitals(_model: str, labels: tuple[str, ...]) -> dict[str, str]:
    """The words of labels that have capitals within, by their small letters."""
    words = {word for label in labels for word in label.split()}
    return {word.casefold(): word for word in words if word[1:] != word[1:].lower()}


@cache
def _unit_word(word: str) -> str:
    """A unit of two letters or more as it is written, where the word is that; else nothing."""
    unit = units.parse_unit(word) if len(word) > 1 else None
    symbol = units.display_unit(unit) if unit else ""
    return symbol if symbol.casefold().translate({0xB2: "2", 0xB3: "3"}) == word else ""
