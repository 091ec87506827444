"""Columns of files: that they are those of one table, and the type and unit of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.cells import (
    CellType,
    Decimal,
    MarkEvidence,
    NumberMarks,
    column_type,
    date_form,
    epoch_of,
    filled,
    is_number,
    is_serial,
    looks_like_value,
    mark_evidence,
    number_marks,
)
from core.errors import UserFixable, did_you_mean
from core.ingest.dress import Dress, bare, dress_of, plain_of, without_form
from core.ingest.layout import Layout, label_and_unit
from core.ingest.mapping import column_name
from core.ingest.recognised import Choices, Column, Question
from core.ingest.tags import names_time
from core.ingest.texts import Prepared
from core.translation import told

#: A wider table than that is more likely a file read with the wrong mark.
MOST_COLUMNS = 2_000
#: Share of cells that must be numbers or times for a column to be of these, and of how many at
#: least; where the header has a unit, half of any number.
_MOSTLY = 0.95
_ENOUGH = 20
_WITH_UNIT = 0.5


@dataclass(frozen=True, slots=True)
class Sampled:
    """One file's columns and some of its rows. typed: types that the file itself holds. blank:
    places of columns without a name that hold nothing, and have a name of ours."""

    prepared: Prepared
    header: tuple[str, ...]
    units: tuple[str | None, ...]
    rows: list[list[str | None]]
    layout: Layout | None = None
    typed: Mapping[str, CellType] | None = None
    blank: frozenset[int] = frozenset()


def check_header(table: Sampled) -> None:
    """Raises UserFixable for columns without a name or with one that stands twice."""
    name, header = table.prepared.source.name, table.header
    if len(header) > MOST_COLUMNS:
        raise UserFixable(
            told(
                "{name} has {n} columns; up to {most} can be imported. Choose the delimiter, or "
                "part the file.",
                name=name,
                n=len(header),
                most=MOST_COLUMNS,
            )
        )
    seen: set[str] = set()
    for place, cell in enumerate(header):
        if not cell:
            raise UserFixable(
                told(
                    "{name}: the column {n} has no name in the header. Give it one, or say that "
                    "the file has no header.",
                    name=name,
                    n=place + 1,
                )
            )
        if cell in seen:
            raise UserFixable(
                told(
                    "{name}: the column {column} stands twice in the header. Rename one of them.",
                    name=name,
                    column=repr(cell),
                )
            )
        seen.add(cell)


def cells_of(tables: Sequence[Sampled]) -> list[list[str]]:
    """Cells of each column of the first table that hold something, from all files."""
    first = tables[0]
    found: list[list[str]] = [[] for _ in first.header]
    for table in tables:
        places = order_of(table, first)
        for row in table.rows:
            for own, place in enumerate(places):
                cell = row[own] if own < len(row) else None
                if cell is not None and cell != "":
                    found[place].append(cell)
    return found


def order_of(table: Sampled, first: Sampled) -> tuple[int, ...]:
    """Place in the first file's columns of each column of this one. Raises UserFixable for files
    with different columns."""
    if table is first:
        return tuple(range(len(first.header)))
    why = unlike(table, first)
    if why:
        raise UserFixable(
            told(
                "{name} has other columns than {first}: {why}. Files of one table have the same "
                "columns: mend it, or import it on its own.",
                name=table.prepared.source.name,
                first=first.prepared.source.name,
                why=why,
            )
        )
    places = {label: place for place, label in enumerate(labels_of(first))}
    return tuple(places[label] for label in labels_of(table))


def unlike(table: Sampled, first: Sampled) -> str:
    """Why the columns of this file are not those of the first, in words; empty where they are."""
    wanted = dict(zip(labels_of(first), first.header, strict=True))
    seen: set[str] = set()
    for label, cell in zip(labels_of(table), table.header, strict=True):
        if label not in wanted or label in seen:
            return told("{column} is only in it", column=repr(cell))
        seen.add(label)
    missing = [cell for label, cell in wanted.items() if label not in seen]
    if missing and table.prepared.source.kind != "jsonl":
        return told("{column} is missing from it", column=repr(missing[0]))
    return ""


def own_choices(table: Sampled, choices: Choices) -> Choices:
    """The choices without those that name columns of other tables."""
    header = table.header

    def own(name: str) -> str:
        return name if name in header else ""

    clock = choices.time_of_day
    day, _mark, hours = clock.partition("=")
    if clock != "none" and clock not in header and not (day in header and hours in header):
        clock = ""
    return replace(
        choices,
        types={name: kind for name, kind in choices.types.items() if name in header},
        time_of_day=clock,
        time=own(choices.time),
        tag=own(choices.tag),
        value=own(choices.value),
        quality=own(choices.quality),
        unit=own(choices.unit),
    )


def labels_of(table: Sampled) -> tuple[str, ...]:
    """What a file's columns are told by: their headers without units, case and marks."""
    return tuple(_folded(label_and_unit(cell)[0]) for cell in table.header)


def marks_of(
    cells: Sequence[Sequence[str]], choices: Choices, *, is_english: bool = True
) -> tuple[NumberMarks, tuple[Question, ...]]:
    """Marks of numbers in the files, and what has to be asked of them. is_english: as in
    `number_marks`."""
    numeric: list[str] = []
    for column in cells:
        texts = [bare(cell) for cell in filled(column)]
        like = [cell for cell in texts if looks_like_value(cell)]
        if 2 * len(like) > len(texts) and date_form(like) is None:
            numeric += [cell for cell in like if date_form([cell]) is None]
    evidence = mark_evidence(numeric)
    if choices.decimal:
        by_hand: Decimal = choices.decimal
        other = "," if by_hand == "." else "."
        seen = any(other in cell for cell in evidence.either) or evidence.grouped == other
        guess = other if seen else evidence.grouped if evidence.grouped not in ",." else ""
        thousands = choices.thousands if choices.thousands is not None else guess
        return NumberMarks(by_hand, thousands), ()
    marks = number_marks(evidence, is_english=is_english)
    if marks is None:
        return NumberMarks(), (_which_mark(evidence),)
    if choices.thousands is not None:
        marks = replace(marks, thousands=choices.thousands)
    return marks, ()


def _which_mark(evidence: MarkEvidence) -> Question:
    shown = evidence.either[0] if evidence.either else "1,234"
    return Question(
        "decimal",
        told("Numbers such as {cell} can be read in two ways. Which mark is the decimal one?",
             cell=shown),
        ((".", told("the point")), (",", told("the comma"))),
    )  # fmt: skip


def columns_of(
    table: Sampled, cells: Sequence[Sequence[str]], marks: NumberMarks, choices: Choices
) -> tuple[Column, ...]:
    """The columns, with what was chosen. Raises UserFixable for a chosen one that is not there."""
    for header in choices.types:
        if header not in table.header:
            raise UserFixable(
                told(
                    "There is no column {column}.{hint} Columns: {names}.",
                    column=repr(header),
                    hint=did_you_mean(header, table.header),
                    names=", ".join(table.header[:40]),
                )
            )
    taken: set[str] = set()
    found = []
    for place, source in enumerate(table.header):
        given = table.typed.get(source, "text") if table.typed else "text"
        wanted = choices.types.get(source)
        dress = None
        if given == "text":
            dress = dress_of(source, filled(cells[place]), table.units[place], wanted)
        if dress is None and wanted == "duration":
            raise _no_lengths(source)
        column = _dressed(table, place, cells[place], dress, marks, choices, taken)
        taken.add(column.name)
        found.append(replace(column, is_blank=place in table.blank))
    return tuple(found)


def _no_lengths(source: str) -> UserFixable:
    return UserFixable(
        told(
            "The column {column} holds no lengths of time such as 27:41:36 throughout.",
            column=repr(source),
        )
    )


def _dressed(
    table: Sampled,
    place: int,
    cells: Sequence[str],
    dress: Dress | None,
    marks: NumberMarks,
    choices: Choices,
    taken: set[str],
) -> Column:
    """The column, read without what stands around its numbers where they then are such."""
    source = table.header[place]
    label, _ = label_and_unit(source)
    unit = table.units[place]
    if dress is not None:
        wanted = choices.types.get(source)
        own = unit or dress.unit
        called = without_form(label) if dress.length else label
        given = plain_of(filled(cells), dress)
        name = column_name(called, own, taken)
        plain = NumberMarks() if dress.length else marks
        column = _column(source, name, called, own, given, plain, choices, None)
        if wanted is not None or column.type in ("integer", "double"):
            shown = tuple(dict.fromkeys(cells))[:3]
            return replace(column, type="double", dress=dress, samples=shown)
    name = column_name(label, unit, taken)
    return _column(source, name, label, unit, cells, marks, choices, table.typed)


def _column(
    source: str,
    name: str,
    label: str,
    unit: str | None,
    cells: Sequence[str],
    marks: NumberMarks,
    choices: Choices,
    typed: Mapping[str, CellType] | None,
) -> Column:
    samples = tuple(dict.fromkeys(cells))[:3]
    values = filled(cells)
    wanted = choices.types.get(source)
    if wanted is None and unit is None and names_time(source) and is_serial(values):
        whole = all(float(cell).is_integer() for cell in values)
        wanted = "date" if whole else "datetime"
    wanted = "double" if wanted == "duration" else wanted
    given = typed.get(source) if typed else None
    if given is not None and given != "text" and wanted in (None, given):
        return Column(source, name, label, given, unit, None, True, samples)
    values, kind = _mostly(values, wanted or column_type(cells, marks), marks, unit, wanted)
    form = date_form(values)
    if kind in ("date", "datetime") and form is None:
        epoch = epoch_of(values) or ("serial" if is_serial(values) else "")
        if not epoch:
            raise UserFixable(
                told(
                    "The column {column} holds no dates that can be read, such as {cell}.",
                    column=repr(source),
                    cell=repr(values[0] if values else ""),
                )
            )
        form = date_form(["2000-01-01"])
        assert form is not None
        form = replace(form, epoch=epoch)
    if kind == "datetime" and form is not None and not form.parts and not form.epoch:
        form = replace(form, parts=3)
    if form is not None and form.has_zone and form.order != "ymd":
        kind, form = "text", None
    if kind not in ("date", "datetime"):
        form = None
    if kind == "integer" and unit is not None:
        kind = "double"  # a reading that happens to be whole in the rows that were looked at
    return Column(source, name, label, kind, unit, form, False, samples)


def _mostly(
    values: list[str],
    kind: CellType,
    marks: NumberMarks,
    unit: str | None,
    wanted: CellType | None,
) -> tuple[list[str], CellType]:
    """A few cells that are no numbers or times do not make text of a column that holds these, nor
    do some in a column with a unit: they are bad cells, and told. Gives the cells that fit."""
    if kind != "text" and wanted is None:
        return values, kind
    least = _WITH_UNIT if unit is not None else _MOSTLY
    enough = unit is not None or len(values) >= _ENOUGH
    if wanted is None and not enough:
        return values, kind
    numbers = [value for value in values if is_number(value, marks)]
    zeros = [
        value for value in numbers if value.startswith("0") and value.isdigit() and value > "0"
    ]
    times = [value for value in values if date_form([value]) is not None]
    if wanted in ("date", "datetime") or (wanted is None and len(times) >= _MOSTLY * len(values)):
        form = date_form(times)
        if form is not None:
            return times, wanted or ("datetime" if form.parts else "date")
    if wanted is None and numbers and not zeros and len(numbers) >= least * len(values):
        # A number of something stays whole: it may be a key.
        whole = unit is None and column_type(numbers, marks) == "integer"
        return numbers, "integer" if whole else "double"
    return values, kind


def _folded(header: str) -> str:
    return re.sub(r"[\W_]+", "_", header.casefold()).strip("_")
