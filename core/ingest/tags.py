"""Names of tags by ISA-5.1: the measured variable, functions, loop number; and where an asset's
name stands before them. What the letters mean stands in data/tags/isa51.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import yaml

from core.semantic.units import same_dimension
from core.settings import ROOT

FILE: Final = ROOT / "data" / "tags" / "isa51.yaml"
_ISA = re.compile(
    r"(?P<letters>[A-Z]{1,5})[-_ ]?(?P<loop>\d{1,6})(?:[-_ ]?(?P<suffix>[A-Z]|\d{1,2}))?"
)
_PARTS = re.compile(r"[.\\/:|>]+")
_WORDS = re.compile(r"[\W_]+")
_ASSET_NUMBER = re.compile(r"[A-Za-z]+[-_ ]?\d+[A-Za-z]?")


@dataclass(frozen=True, slots=True)
class Letters:
    """The table of letters. words: folded word -> measure. headers: what a column is -> its names.
    sums: words of rows that sum up others.
    units: measure -> UCUM codes of what it can be in.
    qualities: folded word -> Good, Uncertain or Bad."""

    first: Mapping[str, str]
    modifiers: Mapping[str, str]
    functions: frozenset[str]
    points: Mapping[str, str]
    words: Mapping[str, str]
    headers: Mapping[str, tuple[str, ...]]
    units: Mapping[str, tuple[str, ...]]
    quality_endings: tuple[str, ...]
    qualities: Mapping[str, str]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TagName:
    """What a name says. measure: words such as `temperature`, empty where it says none. functions:
    letters after the first. loop: number with its suffix. path: what stands before, with dots.
    is_isa: whether it is a name by ISA-5.1."""

    measure: str
    functions: str = ""
    loop: str = ""
    path: tuple[str, ...] = ()
    is_isa: bool = False

    @property
    def asset(self) -> str:
        """Where the tag is, as far as its name says: the part before it, else its loop."""
        if self.path:
            return self.path[-1]
        return f"Loop {self.loop}" if self.loop else ""

    @property
    def area(self) -> str:
        """The part before the asset; empty where there is none."""
        return self.path[-2] if len(self.path) > 1 else ""


@cache
def letters() -> Letters:
    """The table of letters, read once."""
    table = yaml.safe_load(FILE.read_text("utf-8"))
    return Letters(
        first=table["letters"],
        modifiers=table["modifiers"],
        functions=frozenset(table["functions"]),
        points=table["points"],
        words={word: measure for measure, words in table["words"].items() for word in words},
        headers={role: tuple(names) for role, names in table["headers"].items()},
        units={measure: tuple(codes) for measure, codes in table["units"].items()},
        quality_endings=tuple(table["quality_endings"]),
        qualities={w: grade for grade, words in table["qualities"].items() for w in words},
        sums=tuple(table["sums"]),
    )


def heads(header: str, role: str) -> bool:
    """Whether a header is, or ends in, one of a role's words."""
    text = _bare(header)
    return any(text.endswith(_bare(word)) for word in letters().headers[role])


def names_time(header: str) -> bool:
    """Whether a header is a word of dates or times, or begins or ends with one."""
    table = letters().headers
    names = {_bare(word) for role in ("day", "time") for word in table[role]}
    words = [word for word in re.split(r"[\W_]+", header.casefold()) if word]
    return _bare(header) in names or bool(words and names & {words[0], words[-1]})


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def parse_tag(name: str) -> TagName:
    """What a tag's name says: `TIC-103`, `PT-101A`, `HAM.P-101.TT-103.PV`, `Pump12_Temp`."""
    table = letters()
    parts = [part.strip() for part in _PARTS.split(name.strip()) if part.strip()]
    point = ""
    if len(parts) > 1 and parts[-1].upper() in table.points:
        point = table.points[parts.pop().upper()]
    if not parts:
        return TagName("")
    *path, last = parts
    isa = _isa(last, table)
    if isa is None and "_" in last:
        # The plant's own part before the tag: `U100_TIC-103`.
        before, _, after = last.rpartition("_")
        isa = _isa(after, table)
        if isa is not None and not after.isdigit():
            path = [*path, before]
        else:
            isa = None
    if isa is not None:
        measure = f"{isa.measure} {point}".strip()
        return TagName(measure, isa.functions, isa.loop, tuple(path), is_isa=True)
    return _by_words(last, path, point, table)


def fitting(said: TagName, label: str, unit: str | None) -> TagName:
    """What a name says beside its unit: letters of a measure that has no such unit are none, and
    the tag is what its unit says."""
    units = letters().units
    own = units.get(said.measure.partition(" ")[0], ())
    if not said.is_isa or unit in (None, "1", "%") or not own or _measures(own, unit):
        return said
    measure = next((name for name, codes in units.items() if _measures(codes, unit)), "")
    return TagName(measure, path=said.path or (label,))


def _measures(codes: Iterable[str], unit: str | None) -> bool:
    return any(same_dimension(code, unit) for code in codes)


def _isa(text: str, table: Letters) -> TagName | None:
    found = _ISA.fullmatch(text.upper())
    if found is None:
        return None
    first, rest = found["letters"][0], found["letters"][1:]
    # One letter alone is an asset (`P-101`, a pump) and no measured variable with a function.
    if first not in table.first or not rest or any(c not in table.functions for c in rest):
        return None
    measure = table.first[first]
    if len(rest) > 1 and rest[0] in table.modifiers:
        measure, rest = f"{measure} {table.modifiers[rest[0]]}", rest[1:]
    return TagName(measure, rest, found["loop"] + (found["suffix"] or ""), is_isa=True)


def _by_words(last: str, path: list[str], point: str, table: Letters) -> TagName:
    """A name of words: what measures, and what stands before it."""
    words = [word for word in _WORDS.split(_split_camel(last)) if word]
    folded = [word.casefold() for word in words]
    place = next((i for i in reversed(range(len(words))) if folded[i] in table.words), None)
    if place is None:
        measure = " ".join(folded) if path else ""
        return TagName(f"{measure} {point}".strip(), path=tuple(path))
    measure = table.words[folded[place]]
    before, after = words[:place], folded[place + 1 :]
    said = " ".join([measure, *after, point]).strip()
    if before:
        named = _ASSET_NUMBER.match(last)
        asset = named.group() if named and len(before) > 1 else " ".join(before)
        extra = "" if named is None or len(before) <= 2 else " ".join(folded[2:place])
        if named is not None and _WORDS.sub("", asset) == _WORDS.sub("", "".join(before)):
            extra = ""
        return TagName(f"{extra} {said}".strip(), path=(*path, asset))
    return TagName(said, path=tuple(path))


def _split_camel(text: str) -> str:
    return re.sub(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])", " ", text)
