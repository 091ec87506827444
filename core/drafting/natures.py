"""What each column is for, as far as its name, its type and a sample tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from core.drafting.found import FoundColumn, Nature, Profile, Sampled
from core.drafting.words import (
    label_of,
    names_one,
    parts_of,
    says,
    singular,
    table_label,
    unit_of,
    words,
)
from core.semantic.model import ColumnType
from core.semantic.units import is_ucum

#: Values up to which a text is a split that people name.
LINKED: Final = 2_000
_FEW: Final = 40
_LONG: Final = 60
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE: Final = re.compile(r"\+?[\d ()/.-]{8,20}")
_PERSON: Final = 0.5
#: Units of what adds up, and of what does not.
_ADDS: Final = frozenset(
    {
        "kW.h",
        "MW.h",
        "W.h",
        "kvar.h",
        "EUR",
        "USD",
        "min",
        "h",
        "s",
        "d",
        "kg",
        "t",
        "L",
        "hL",
        "m3",
        "km",
    }
)
_DOES_NOT: Final = frozenset(
    {"Cel", "[degF]", "K", "bar", "mbar", "Pa", "kPa", "MPa", "[psi]", "%", "kW", "MW", "W", "V",
     "kV", "mV", "A", "mA", "Hz", "/min", "mm/s", "m/s", "m3/h", "L/min", "L/h", "[ppm]", "mm",
     "um", "m2", "km2", "cm2", "mm2"}
)  # fmt: skip

#: Of those: what does not add up over time, and does over things that stand beside one another, as
#: the rated power of machines and the area of halls.
_RATES: Final = frozenset({"kW", "MW", "W", "m3/h", "m3/min", "L/min", "L/h", "m2", "km2"})


@dataclass(frozen=True, slots=True)
class Natured:
    """A column with what it is for. adds: whether a measure is summed; is_sure: whether its name or
    unit says so; is_either: averaged unless a question says the sum, which it has too.
    is_personal: suspected to be of a person. is_linked: its values can be named."""

    column: FoundColumn
    type: ColumnType
    nature: Nature
    unit: str | None = None
    adds: bool = False
    is_sure: bool = True
    is_either: bool = False
    is_personal: bool = False
    is_linked: bool = False
    needs_name: bool = False


def natures_of(sampled: Sampled) -> Mapping[str, Natured]:
    """Column -> what it is for; those of a type that models do not have are left out."""
    keys = {u[0] for u in sampled.table.unique if len(u) == 1}
    foreign = {c for f in sampled.table.foreign for c in f.columns}
    entity = parts_of(singular(table_label(sampled.table.name)))
    keys |= {
        c.name
        for c in sampled.table.columns
        if c.type == "integer" and parts_of(c.name) == entity and _is_whole(sampled, c.name)
    }
    return {
        c.name: _natured(c, c.type, sampled.profiles[c.name], c.name in keys, c.name in foreign)
        for c in sampled.table.columns
        if c.type is not None
    }


def _is_whole(sampled: Sampled, column: str) -> bool:
    """Whether each row has a value of its own."""
    profile = sampled.profiles[column]
    return 1 < profile.distinct == profile.rows == sampled.rows


def of_things(natures: Mapping[str, Natured]) -> dict[str, Natured]:
    """Natures of a table that has no time: a list of things, such as machines with their rated
    power, whose rates add up over them."""
    return {
        name: replace(one, adds=True) if one.nature == "measure" and one.unit in _RATES else one
        for name, one in natures.items()
    }


def of_events(natures: Mapping[str, Natured]) -> dict[str, Natured]:
    """Natures of a table of events: where nothing that adds up stands beside it, such as a quantity
    or litres, a price is that of the row, and has a sum."""
    if any(one.nature == "measure" and one.adds for one in natures.values()):
        return dict(natures)
    return {
        name: replace(one, is_either=True)
        if one.nature == "measure" and label_of(name).casefold() in words().of_the_row
        else one
        for name, one in natures.items()
    }


def _natured(
    column: FoundColumn, kind: ColumnType, profile: Profile, is_key: bool, is_foreign: bool
) -> Natured:
    parts = parts_of(column.name)
    personal = _is_personal(parts, column, profile)
    if kind in ("date", "datetime"):
        return Natured(column, kind, "time", is_personal=personal)
    if kind == "boolean":
        return Natured(column, kind, "flag", is_personal=personal)
    unit = _unit(column) if kind in ("integer", "double") else None
    if kind in ("integer", "double"):
        nature = _number(parts, kind, profile, unit, is_key or is_foreign)
        if nature != "measure":
            return Natured(column, kind, nature, is_personal=personal)
        adds, is_sure = _adds(parts, unit)
        return Natured(column, kind, "measure", unit, adds, is_sure, is_personal=personal)
    if _is_long(profile) and not is_key and not is_foreign:
        return Natured(column, kind, "text", is_personal=personal)
    is_id = is_key or (names_one(parts) and _is_each_one(profile))
    linked = (
        not personal
        and 0 < profile.distinct <= LINKED
        and not (is_id and _is_each_one(profile) and profile.rows > LINKED)
    )
    return Natured(
        column, kind, "id" if is_id else "dimension", is_personal=personal, is_linked=linked,
        needs_name=linked and _is_everyday(profile),
    )  # fmt: skip


def _unit(column: FoundColumn) -> str | None:
    code = unit_of(column.name, column.comment)
    return code if code and is_ucum(code) else None


def _number(
    parts: tuple[str, ...], kind: ColumnType, profile: Profile, unit: str | None, is_key: bool
) -> Nature:
    known = words()
    if is_key:
        return "id"
    if kind == "double" or unit is not None:
        return "measure"
    last = parts[-1] if parts else ""
    if last in known.sums or (last in known.means and last not in known.codes):
        return "measure"
    if (
        set(profile.values) <= {0, 1}
        and profile.filled
        and (says(parts, known.flags) or profile.distinct == 2)
    ):
        return "flag"
    if last in known.ids or any(last.endswith(ending) for ending in known.id_endings):
        return "id"
    if last in known.codes or says(parts[:1], known.codes):
        return "dimension"
    return "measure"


def _adds(parts: tuple[str, ...], unit: str | None) -> tuple[bool, bool]:
    """Whether a measure is summed, and whether something says so. What does not add up goes first:
    a rate of costs is a rate."""
    known = words()
    spelled = tuple(known.short.get(p, p) for p in parts)
    if unit in _DOES_NOT or (unit and "/" in unit):
        return False, True
    last = spelled[-1] if spelled else ""
    if unit in _ADDS and not says(spelled[:-1] or spelled, known.means):
        return True, True
    if says(spelled, known.means) or says(parts, known.means - {"min"}):
        return False, True
    if says(spelled, known.sums) or last in known.sums:
        return True, True
    return False, False


def _is_long(profile: Profile) -> bool:
    is_prose = any(isinstance(v, str) and v.count(" ") >= 6 for v in profile.values)
    return profile.length > _LONG or (is_prose and profile.distinct > profile.filled * 0.5)


def _is_each_one(profile: Profile) -> bool:
    return profile.filled > 0 and profile.distinct >= profile.filled * 0.9


def _is_everyday(profile: Profile) -> bool:
    """Whether values are letters, numbers or short everyday words, which a question says without
    meaning them."""
    return any(isinstance(v, str) and _is_everyday_word(v.strip()) for v in profile.values)


def _is_everyday_word(text: str) -> bool:
    is_code = any(c.isdigit() for c in text) and any(c.isalpha() for c in text)  # "K1"
    return (len(text) <= 2 and not is_code) or text.casefold() in words().everyday


def _is_personal(parts: tuple[str, ...], column: FoundColumn, profile: Profile) -> bool:
    known = words()
    if says(parts, known.impersonal) or column.type in ("double", "boolean"):
        return False
    if says(parts, known.personal):
        # The number of a person's row names nobody by itself.
        return not (column.type == "integer" and parts[-1] in ("id", "key", "count"))
    texts = [v for v in profile.values if isinstance(v, str)]
    return _share(texts, _EMAIL) > _PERSON or (
        _share(texts, _PHONE) > _PERSON
        and any("+" in t or " " in t or "/" in t for t in texts)
        and not any(re.search(r"\d{4}-\d{2}", t) for t in texts)
    )


def _share(texts: list[Any], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(t)) for t in texts) / len(texts) if texts else 0.0
