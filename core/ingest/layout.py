"""How a text file is laid out: the mark between its cells, what stands above the header, the
header itself, and a row of units below it. Pure: decided from lines of the file."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.cells import looks_like_value
from core.ingest.dress import bare
from core.semantic.units import parse_unit

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
#: Of two marks that fit alike, the one that stands less often in numbers and texts.
_ORDER: Final = ("\t", ";", "|", ",")
_MOST_ABOVE: Final = 40
#: What stands in brackets alone: a unit or a form, and no name.
_UNIT_ALONE = re.compile(r"[\[(]\s*[^\[\]()]{1,20}\s*[\])]")
_UNIT = re.compile(r"^(?P<label>.*?)\s*[\[({]\s*(?P<unit>[^\[\](){}]{1,20}?)\s*[\])}]\s*$")


@dataclass(frozen=True, slots=True)
class Layout:
    """delimiter: one of DELIMITERS. above: lines over the header that belong to no table. header:
    of each column, as it stands; numbered names where there is none. units: of each column as
    UCUM, None without. first_line: line of the first row of values, from 0."""

    delimiter: str
    above: int
    has_header: bool
    header: tuple[str, ...]
    units: tuple[str | None, ...]
    has_unit_row: bool
    first_line: int


def lay_out(
    lines: Sequence[str],
    *,
    delimiter: str | None = None,
    above: int | None = None,
    has_header: bool | None = None,
) -> tuple[Layout, list[list[str]]]:
    """The layout by the first lines of a file, and the rows of values among these lines.

    What is given is taken as it is. lines: with their ends, so that cells may hold them.
    """
    mark = delimiter or _delimiter(lines)
    rows, ends = _rows(lines, mark)
    width = _width(rows)
    skipped = above if above is not None else _above(rows, ends, width)
    start = next((i for i, end in enumerate(ends) if end > skipped), len(rows))
    table = rows[start:]
    # Empty lines are no rows, and none is the header.
    empty = 0
    while empty < len(table) and not any(cell.strip() for cell in table[empty]):
        empty += 1
    table, start = table[empty:], start + empty
    if not table:
        return Layout(mark, skipped, True, (), (), False, len(lines)), []
    named = _is_header(table) if has_header is None else has_header
    skipped = ends[start - 1] if start else 0
    grouped = _below_groups(table) if named else None
    if grouped is not None:
        table, start, skipped = [grouped, *table[2:]], start + 1, ends[start]
    if not named:
        names = tuple(f"column {i + 1}" for i in range(width))
        blank: tuple[str | None, ...] = (None,) * width
        return Layout(mark, skipped, False, names, blank, False, skipped), table
    header = [cell.strip() for cell in table[0]]
    while header and not header[-1] and len(header) > width:
        header.pop()
    labels, units = zip(*(label_and_unit(cell) for cell in header), strict=True)
    del labels
    row_of_units = len(table) > 1 and _is_unit_row(table[1], len(header))
    if row_of_units:
        given = [parse_unit(cell.strip(" []()")) for cell in table[1]]
        units = tuple(u or g for u, g in zip(units, given, strict=True))
    values = table[2:] if row_of_units else table[1:]
    first = ends[start + 1] if row_of_units else ends[start]
    layout = Layout(mark, skipped, True, tuple(header), tuple(units), row_of_units, first)
    return layout, values


def label_and_unit(cell: str) -> tuple[str, str | None]:
    """`Temp [°C]` -> `Temp` and `Cel`; a bracket that holds no unit stays in the label."""
    found = _UNIT.match(cell.strip())
    if found:
        unit = parse_unit(found["unit"])
        if unit is not None and found["label"]:
            return found["label"], unit
    return cell.strip(), None


def _rows(lines: Sequence[str], mark: str) -> tuple[list[list[str]], list[int]]:
    """Cells of each row, and the number of lines up to its end."""
    reader = csv.reader(lines, delimiter=mark)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error:
        pass
    return rows, ends


def _delimiter(lines: Sequence[str]) -> str:
    """The mark that gives most rows the same number of cells, more than one."""
    best, best_score = ",", 0.0
    for mark in _ORDER:
        rows, _ = _rows(lines, mark)
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        if not rows:
            continue
        width = _width(rows)
        share = sum(len(row) == width for row in rows) / len(rows)
        if width > 1 and share > best_score + 0.05:
            best, best_score = mark, share
    return best


def _width(rows: Sequence[Sequence[str]]) -> int:
    counts = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    return counts.most_common(1)[0][0] if counts else 0


def _above(rows: Sequence[Sequence[str]], ends: Sequence[int], width: int) -> int:
    """Lines before the first row that has the table's width."""
    if width < 2:
        return 0
    for place, row in enumerate(rows[:_MOST_ABOVE]):
        if len(row) == width and sum(bool(cell.strip()) for cell in row) > 1:
            return ends[place - 1] if place else 0
    return 0


def _is_header(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: no cell of it is a value such as those below."""
    first = [cell.strip() for cell in table[0]]
    if any(looks_like_value(cell) for cell in first if cell):
        return False
    filled = [cell for cell in first if cell]
    if len(set(filled)) < len(filled):
        return False
    if len(table) == 1:
        return True
    below = table[1:200]
    for place, cell in enumerate(first):
        values = [row[place].strip() for row in below if place < len(row) and row[place].strip()]
        if values and any(looks_like_value(value) for value in values):
            return True
        if cell and cell in values:
            return False
    return True


def _below_groups(table: Sequence[Sequence[str]]) -> list[str] | None:
    """The header, where the first row only names groups of the columns that the second one names;
    None elsewhere. Names that stand in several groups have their group's before them."""
    if len(table) < 3:
        return None
    groups, names = ([cell.strip() for cell in row] for row in table[:2])
    if len(names) != len(groups) or not all(names) or all(groups):
        return None
    if any(looks_like_value(name) or _UNIT_ALONE.fullmatch(name) for name in names):
        return None
    if all(parse_unit(name) for name in names):
        return None
    group, full = "", []
    for over, name in zip(groups, names, strict=True):
        group = over or group
        full.append(f"{group} {name}".strip())
    header = [a if names.count(a) == 1 else b for a, b in zip(names, full, strict=True)]
    is_header = len(set(header)) == len(header) and _has_values([header, *table[2:]])
    return header if is_header else None


def _has_values(table: Sequence[Sequence[str]]) -> bool:
    """Whether a column has values below a name that is none."""
    return any(looks_like_value(bare(cell.strip())) for row in table[1:200] for cell in row)


def _is_unit_row(row: Sequence[str], width: int) -> bool:
    """Whether a row holds units alone; what is in brackets may be a form instead (`(hh:mm:ss)`)."""
    filled = [cell.strip() for cell in row if cell.strip()]
    units = [cell for cell in filled if parse_unit(cell.strip(" []()"))]
    rest = [cell for cell in filled if cell not in units]
    return len(row) == width and bool(units) and all(_UNIT_ALONE.fullmatch(cell) for cell in rest)
