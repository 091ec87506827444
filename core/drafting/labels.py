"""What the columns of a drafted table are called, and by which other words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.drafting.natures import Natured
from core.drafting.words import (
    english_words,
    header_of,
    label_of,
    participle_of,
    parts_of,
    without_unit,
)
from core.semantic.units import display_unit

_NUMBERED: Final = re.compile(r"[^\W\d_]+[-.]?\d+[^\W\d_]?")
_SAID: Final = 60  # characters of a comment that is a name


def labels_of(natures: Mapping[str, Natured], whole: frozenset[str]) -> dict[str, str]:
    """Column -> label; where two would have the same, each gets its whole name. whole: keys that
    are called so."""
    made = {
        c: header_of(c, n.column.comment)
        or label_of(
            without_unit(c, n.column.comment),
            is_key=n.nature == "id" and c not in whole,
            is_flag=n.nature == "flag",
        )
        for c, n in natures.items()
    }
    count: dict[str, int] = {}
    for label in made.values():
        count[label.casefold()] = count.get(label.casefold(), 0) + 1
    for column, natured in natures.items():
        if count[made[column].casefold()] > 1:
            unit = display_unit(natured.unit) if natured.unit else ""
            full = " ".join(parts_of(column)) or column
            made[column] = f"{made[column]} ({unit})" if unit else full[:1].upper() + full[1:]
    seen: dict[str, int] = {}
    for column, label in made.items():
        n = seen[label.casefold()] = seen.get(label.casefold(), 0) + 1
        if n > 1:
            made[column] = f"{label} {n}"
    return made


def synonyms_of(natured: Natured, label: str, comment: str) -> list[str]:
    """Other words for a column: its name as it stands, and a comment that is no longer than one."""
    name = " ".join(parts_of(natured.column.name))
    said = []
    if name and name != label.casefold():
        said.append(name)
    done = participle_of(natured.column.name) if natured.nature == "time" else ""
    if done and done not in (label.casefold(), name):
        said.append(done)
    bare = comment.partition("(")[0].partition("[")[0].strip(" .").casefold()
    if (
        bare
        and len(bare) <= _SAID
        and len(bare.split()) <= 4
        and bare not in (label.casefold(), name)
    ):
        said.append(bare)
    return said


def turned(label: str) -> list[str]:
    """What else a figure of a numbered thing is called: `K1 Leistung` is *Leistung K1*, *Leistung
    von K1* (read as *of*) and *power of K1*. Empty for other labels."""
    first, _, rest = label.casefold().partition(" ")
    is_numbered = _NUMBERED.fullmatch(first) is not None
    if not is_numbered or not rest:
        return []
    english = english_words().get(rest)
    heads = [head for head in (rest, english) if head]
    found = [form for head in heads for form in (f"{head} {first}", f"{head} of {first}")]
    return [*found, *([f"{first} {english}"] if english else [])]
