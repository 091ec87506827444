"""Figures of a row that are what was meant to be and what came: planned and actual hours. Their
difference is drafted, so that rows can be asked for by it."""

from __future__ import annotations

from collections.abc import Mapping

from core.drafting.natures import Natured
from core.drafting.words import parts_of, words

#: A word of one of these within a compound leaves a word of so many letters.
_REST = 4


def pairs_of(natures: Mapping[str, Natured]) -> tuple[tuple[str, str], ...]:
    """(what came, what was meant): columns of a table in the same unit that are called the same but
    for the words that say which of both they are."""
    meant: dict[tuple[tuple[str, ...], str | None], str] = {}
    came: dict[tuple[tuple[str, ...], str | None], str] = {}
    for name, natured in natures.items():
        if natured.nature != "measure" or natured.is_personal:
            continue
        parts = parts_of(name)
        for found, said in ((meant, words().meant), (came, words().came)):
            stem = _without(parts, said)
            if stem is not None:
                found.setdefault((stem, natured.unit), name)
                break
    return tuple((came[key], meant[key]) for key in came if key in meant)


def _without(parts: tuple[str, ...], said: frozenset[str]) -> tuple[str, ...] | None:
    """The name without one of these words; None where it has none, or nothing else."""
    text = " ".join(parts)
    for word in sorted(said, key=len, reverse=True):
        spoken = word.replace("_", " ")
        if f" {spoken} " in f" {text} ":
            rest = tuple(f" {text} ".replace(f" {spoken} ", " ", 1).split())
            return rest or None
    for word in said:
        if parts[0].startswith(word) and len(parts[0]) - len(word) >= _REST:
            return (parts[0][len(word) :], *parts[1:])
    return None
