"""What people say of the rows of a drafted table: how they are ("delayed trips", "not returned"),
what was done to them ("returned in May"), and by which words a row of another table is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from core.drafting.found import Profile, Sampled
from core.drafting.natures import Natured
from core.drafting.shape import Axis, Join
from core.drafting.words import (
    header_of,
    label_of,
    numbered,
    participle_of,
    parts_of,
    singular,
    words,
)

#: Endings of what is called by a deed -> of what was done.
_DEEDS: Final = (
    ("uction", "uced"),
    ("umption", "umed"),
    ("ction", "cted"),
    ("ment", "ed"),
    ("ery", "ered"),
    ("ing", "ed"),
)
_GRADES: Final = frozenset({"good", "uncertain", "bad"})
_LEAST: Final = 2  # values that a name of things has at least


def states_of(
    natures: Mapping[str, Natured], profiles: Mapping[str, Profile], axis: Axis | None
) -> dict[str, tuple[str, dict[str, object]]]:
    """State -> the column and what its key in a model says besides: rows whose flag is set, and
    those whose later time is there or is not yet."""
    found: dict[str, tuple[str, dict[str, object]]] = {}
    for column, natured in natures.items():
        if natured.is_personal:
            continue
        if natured.nature == "flag":
            label = label_of(column, is_flag=True).casefold()
            value = "true" if natured.type == "boolean" else "1"
            header = header_of(column, natured.column.comment).casefold()
            also = {"synonyms": [header]} if header and header != label else {}
            found.setdefault("_".join(label.split()), (column, {"values": [value], **also}))
            if label.endswith("ed") and " " not in label:
                unset = "false" if natured.type == "boolean" else "0"
                found.setdefault(f"un{label}", (column, {"values": [unset]}))
            continue
        profile, done = profiles[column], participle_of(column)
        is_later = natured.nature == "time" and axis is not None and column != axis.timestamp
        if done and is_later and 0 < profile.filled < profile.rows:
            found.setdefault(done, (column, {"empty": False}))
            still = [word for word in _not_yet(done) if not _is_value(word, profiles)]
            entry = {"empty": True, **({"synonyms": still} if still else {})}
            found.setdefault(f"not_{done}", (column, entry))
    return found


def _not_yet(done: str) -> tuple[str, ...]:
    """What rows are called that this was not done with yet."""
    more = sorted(words().still_open) if done in words().closing else ()
    return (f"not {done} yet", f"not yet {done}", f"un{done}", *more)


def words_of_states(natures: Mapping[str, Natured]) -> frozenset[str]:
    """All that a draft may call rows of this table by one of its times."""
    deeds = (participle_of(c) for c, natured in natures.items() if natured.nature == "time")
    return frozenset(word for done in deeds if done for word in _not_yet(done))


def _is_value(word: str, profiles: Mapping[str, Profile]) -> bool:
    """Whether a column holds the word, as far as is known."""
    return any(str(v).strip().casefold() == word for p in profiles.values() for v in p.values)


def naming_column(sampled: Sampled, natures: Mapping[str, Natured]) -> str | None:
    """The text by which people know a table's rows: one that no two rows share, and of several the
    one that is called a name; None where that is not clear, or where it is of persons."""
    ones = [
        name
        for name, natured in natures.items()
        if natured.type == "string" and natured.is_linked and not natured.is_personal
        and natured.nature in ("dimension", "id")
        and _LEAST <= sampled.profiles[name].distinct == sampled.profiles[name].rows
        and not sampled.by_bound and sampled.profiles[name].rows == sampled.rows
    ]  # fmt: skip
    called = [name for name in ones if parts_of(name)[-1:] and parts_of(name)[-1] in words().names]
    chosen = called if len(called) == 1 else ones
    return chosen[0] if len(chosen) == 1 else None


def row_of(sampled: Sampled, natures: Mapping[str, Natured]) -> tuple[str, tuple[str, ...]] | None:
    """The number that tells a table's rows apart, and what a row is by it: `heat` of a `Heat no`
    that no two rows share. None where no column, or more than one, is such a number."""
    found = []
    for name, natured in natures.items():
        profile = sampled.profiles[name]
        is_each = profile.distinct == profile.filled == profile.rows == sampled.rows
        nouns = tuple(dict.fromkeys(filter(None, map(numbered, (name, natured.column.comment)))))
        if nouns and natured.nature == "id" and is_each and not sampled.by_bound:
            found.append((name, nouns))
    return found[0] if len(found) == 1 else None


def deed_of(label: str) -> str:
    """What was done with rows that are called by it: `production` -> `produced`, `Deliveries` ->
    `delivered`; empty where the name does not say."""
    one = singular(label).split()[-1:]
    for ending, done in _DEEDS:
        if one and one[0].endswith(ending) and len(one[0]) > len(ending) + 2:
            return one[0].removesuffix(ending) + done
    return ""


def named_by(
    joins: Sequence[Join],
    tables: Mapping[str, Sampled],
    natures: Mapping[str, Mapping[str, Natured]],
) -> dict[str, str]:
    """Table that others name rows of by a number -> the column by which people know those rows.
    Where the key itself is that column, it has its plain name already."""
    found: dict[str, str] = {}
    for join in joins:
        if join.right not in tables or join.left not in tables or len(join.right_keys) != 1:
            continue
        column = naming_column(tables[join.right], natures[join.right])
        if column is not None and column not in join.right_keys:
            found[join.right] = column
    return found


def event_of(natures: Mapping[str, Natured], axis: Axis | None) -> str:
    """The column that shares its word with what was done at the table's time (`test` where rows
    have a `tested_at`), so that "tests" may be its values or the rows; empty where none does."""
    done = participle_of(axis.timestamp) if axis is not None else ""
    for name, natured in natures.items():
        one = "".join(parts_of(name)[:1])
        is_word = natured.nature == "dimension" and len(parts_of(name)) == 1 and len(one) > 2
        if is_word and done.startswith(one) and len(done) - len(one) <= 3:
            return name
    return ""


def quality_of(
    natures: Mapping[str, Natured], profiles: Mapping[str, Profile]
) -> dict[str, list[str]] | None:
    """The column that grades each reading, as `column`, `good`, `uncertain` and `bad`; None where
    no column holds such grades alone."""
    for column, natured in natures.items():
        profile = profiles[column]
        values = [str(value) for value in profile.values]
        grades = {value: value.strip().casefold() for value in values}
        is_whole = 0 < profile.distinct <= len(values) and natured.nature == "dimension"
        if not is_whole or not set(grades.values()) <= _GRADES or "good" not in grades.values():
            continue
        found = {grade: [v for v in values if grades[v] == grade] for grade in sorted(_GRADES)}
        return {"column": [column], **{grade: held for grade, held in found.items() if held}}
    return None


def head_of(label: str, labels: Sequence[str]) -> str:
    """The last word of a figure's label, where no other label has it: `voltage` of `DC voltage`."""
    parts = label.casefold().split()
    taken = [word for other in labels if other != label for word in other.casefold().split()]
    is_word = len(parts) > 1 and parts[-1].isalpha() and len(parts[-1]) > 4
    known = words()
    is_plain = is_word and parts[-1] not in known.units.keys() | known.codes | known.sums
    return parts[-1] if is_plain and parts[-1] not in taken else ""


def counted_of(label: str, labels: Sequence[str]) -> str:
    """What a figure counts pieces of, where no other label says it: `scrap` of `Scrap pcs`."""
    parts, known = label.casefold().split(), words()
    bare = " ".join(parts[:-1])
    is_pieces = len(parts) > 1 and parts[-1] in known.pieces and bare not in known.everyday
    others = {other.casefold() for other in labels if other != label}
    return bare if is_pieces and bare not in others else ""
