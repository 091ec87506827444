"""Rows that sum up others, such as `Total` below a month or at the end: they are no rows of the
table, and would be counted twice.

A row is one where its first cell is a word of sums (`sums` of the table of letters), and where
either a cell is empty that all other rows fill, or the word stands in a column of numbers or times.
Where only the word says it, or where the last row names nothing at all, it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from core.ingest.cell_sql import literal
from core.ingest.columns import Sampled, order_of
from core.ingest.recognised import Choices, Column, Question, Sums
from core.ingest.tags import letters
from core.translation import told

#: Columns in which the word is looked for, and which are looked at for being filled.
_FIRST: Final = 6
_LOOKED_AT: Final = 12
#: A larger part of the rows, and more than these, are no sums of the others.
_MOST: Final = 0.34
_FEW: Final = 3
_NUMBERS: Final = ("integer", "double")


@dataclass(frozen=True, slots=True)
class _Row:
    """cells: in the order of the table's columns. is_last: of its file."""

    cells: tuple[str, ...]
    is_last: bool


def sums_of(
    tables: Sequence[Sampled], columns: Sequence[Column], choices: Choices
) -> tuple[Sums | None, tuple[Question, ...]]:
    """How rows that sum up others are told, None where none is left out, and what has to be asked.
    Files that hold types have none."""
    if choices.totals == "keep" or tables[0].layout is None:
        return None, ()
    stored = [place for place, c in enumerate(columns) if not c.is_blank]
    rows = _rows(tables, stored)
    plain = [row for row in rows if not _is_named(row.cells)]
    wordless = [row for row in plain if row.is_last and _names_nothing(row, plain, stored, columns)]
    others = [row for row in plain if row not in wordless]
    looked = stored[:_LOOKED_AT]
    filled = tuple(
        place
        for at, place in enumerate(stored)
        if place in looked and others and all(row.cells[at] for row in others)
    )
    typed = tuple(place for place in stored[:_FIRST] if columns[place].type != "text")
    found = Sums(tuple(stored[:_FIRST]), filled, typed, is_said=choices.totals == "leave-out",
                 labels=_labels(filled, columns))  # fmt: skip
    named = [row for row in rows if _is_named(row.cells)]
    told_apart = [row for row in named if _is_told(row, stored, filled, typed)]
    asked = _question(named, told_apart, wordless, rows)
    return found, (asked,) if asked and not choices.totals else ()


def without_named(tables: Sequence[Sampled], choices: Choices) -> list[Sampled]:
    """The files without rows that a word calls sums: what columns hold is told by the others."""
    if choices.totals == "keep" or tables[0].layout is None:
        return list(tables)
    found = []
    for table in tables:
        rows = [row for row in table.rows if not _is_named([(c or "").strip() for c in row])]
        found.append(replace(table, rows=rows) if rows else table)
    return found


def _rows(tables: Sequence[Sampled], stored: Sequence[int]) -> list[_Row]:
    found = []
    for table in tables:
        own = {place: at for at, place in enumerate(order_of(table, tables[0]))}
        for number, row in enumerate(table.rows):
            cells = tuple((row[own[place]] or "").strip() for place in stored)
            if any(cells):
                found.append(_Row(cells, number == len(table.rows) - 1))
    return found


def _is_named(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells[:_FIRST] if cell), "")
    return bool(re.fullmatch(pattern(), first.casefold()))


def _is_told(row: _Row, stored: Sequence[int], filled: Sequence[int], typed: Sequence[int]) -> bool:
    at = dict(zip(stored, row.cells, strict=True))
    return any(not at[place] for place in filled) or any(
        re.fullmatch(pattern(), at[place].casefold()) for place in typed
    )


def _labels(filled: Sequence[int], columns: Sequence[Column]) -> tuple[int, ...]:
    """Columns that say what a row is of."""
    return tuple(place for place in filled if columns[place].type not in _NUMBERS)


def _names_nothing(
    row: _Row, plain: Sequence[_Row], stored: Sequence[int], columns: Sequence[Column]
) -> bool:
    """Whether a row has numbers alone, where every other one says what it is of."""
    labels = [at for at, place in enumerate(stored) if columns[place].type not in _NUMBERS]
    always = [at for at in labels if all(one.cells[at] for one in plain if not one.is_last)]
    has_number = any(cell for at, cell in enumerate(row.cells) if at not in labels)
    return bool(always) and has_number and not any(row.cells[at] for at in always)


def _question(
    named: Sequence[_Row],
    told_apart: Sequence[_Row],
    wordless: Sequence[_Row],
    rows: Sequence[_Row],
) -> Question | None:
    unsure = wordless or [row for row in named if row not in told_apart]
    if not unsure and len(named) > max(_FEW, _MOST * len(rows)):
        unsure = named
    if not unsure:
        return None
    shown = " | ".join(cell for cell in unsure[0].cells if cell)[:80]
    return Question(
        "totals",
        told("Rows such as {row} look like sums of others. Are they left out?", row=repr(shown)),
        (("leave-out", told("left out")), ("keep", told("kept as rows of the table"))),
    )


@cache
def pattern() -> str:
    """What a cell that names a sum is, in small letters, for `re` and for DuckDB alike."""
    words = "|".join(re.escape(word.casefold()) for word in letters().sums)
    return rf"(?:{words})(?:[\s:.,(\-–/].*)?"


def is_sum(found: Sums | None) -> str:
    """The expression that tells whether a row of a file is one of these; empty where none is."""
    if found is None:
        return ""
    words = literal(pattern())
    cells = [f"nullif(trim(CAST(c{place} AS VARCHAR)), '')" for place in found.first]
    named = f"regexp_full_match(lower(coalesce({', '.join(cells)}, '')), {words})"
    if found.is_said:
        either = [named]
        if found.labels:
            either.append(f"({' AND '.join(_is_empty(place) for place in found.labels)})")
        return f"coalesce({' OR '.join(either)}, FALSE)"
    beside = [_is_empty(place) for place in found.filled]
    beside += [
        f"coalesce(regexp_full_match(lower(trim(CAST(c{place} AS VARCHAR))), {words}), FALSE)"
        for place in found.typed
    ]
    return f"({named} AND ({' OR '.join(beside)}))" if beside else ""


def _is_empty(place: int) -> str:
    return f"(trim(coalesce(CAST(c{place} AS VARCHAR), '')) = '')"
