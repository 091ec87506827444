"""Files -> what they are: layout, columns with types and units, shape, and what has to be asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import duckdb

from core.cells import NumberMarks, filled, is_serial
from core.errors import UserFixable
from core.ingest import relations
from core.ingest.cell_sql import literal
from core.ingest.clocks import put_together
from core.ingest.columns import (
    Sampled,
    cells_of,
    check_header,
    columns_of,
    marks_of,
    order_of,
)
from core.ingest.layout import DELIMITERS, label_and_unit
from core.ingest.mapping import column_name, merged, propose
from core.ingest.quality import ask_codes, codes_of
from core.ingest.recognised import Axes, Choices, Column, Question, Recognised, TextFile
from core.ingest.sampling import columns_of_jsonl, columns_of_parquet, text_sample
from core.ingest.shapes import axes_of, shape_of
from core.ingest.sums import sums_of, without_named
from core.ingest.texts import Prepared
from core.semantic.units import UnitError, display_unit, line, parse_unit
from core.translation import told

_SHOWN_ROWS = 8
_MOST_TAGS = 20_000


def recognise(
    prepared: Sequence[Prepared], choices: Choices, con: duckdb.DuckDBPyConnection
) -> Recognised:
    """What these files are, as far as nobody chose otherwise.

    con: reads columns whose values have to be seen all. Raises UserFixable for files that are no
    table, and for files of two tables.
    """
    tables = [sampled(one, choices, con) for one in prepared]
    first = tables[0]
    check_header(first)
    cells = cells_of(without_named(tables, choices))
    is_english = first.layout is None or first.layout.delimiter == ","
    marks, asked = marks_of(cells, choices, is_english=is_english)
    columns, doubts = put_together(columns_of(first, cells, marks, choices), cells, choices)
    files = tuple(_file(table, first) for table in tables)
    sums, unsure = sums_of(tables, columns, choices)
    found = Recognised(
        files=files,
        columns=columns,
        marks=marks,
        shape="table",
        axes=Axes(),
        choices=choices,
        layout=_layout(tables, marks),
        rows=_rows(tables, files),
        sample=tuple(tuple(row) for row in first.rows[:_SHOWN_ROWS]),
        questions=(*asked, *doubts, *unsure),
        notes=(
            *_joined(columns),
            *_dressed(columns),
            *_maybe_days(columns, cells),
            *_notes(tables, files),
        ),
        sums=sums,
    )
    found = _with_dates(found, con)
    axes = axes_of(found)
    found = replace(found, axes=axes, shape=shape_of(found, axes))
    found = _with_tags(found, con)
    return _with_quality(found, con)


def named_plainly(
    found: Recognised, is_name: Callable[[str], bool], there: Collection[str] = ()
) -> Recognised:
    """The same, with other names for columns that a model cannot name, such as words of SQL.
    there: names of columns of the data that rows are added to, which stay."""
    taken = {column.name for column in found.columns}
    columns = list(found.columns)
    for place, column in enumerate(columns):
        if not is_name(column.name) and column.name not in there:
            name = column_name(f"{column.label} value", None, taken)
            taken.add(name)
            columns[place] = replace(column, name=name)
    return replace(found, columns=tuple(columns))


def sampled(prepared: Prepared, choices: Choices, con: duckdb.DuckDBPyConnection) -> Sampled:
    """A file's columns and some of its rows. Raises UserFixable for one that is no table."""
    if prepared.source.kind == "parquet":
        names, types, rows = columns_of_parquet(prepared, con)
        return Sampled(
            prepared, names, tuple(label_and_unit(n)[1] for n in names), rows, typed=types
        )
    if prepared.source.kind == "jsonl":
        names, rows = columns_of_jsonl(prepared, con)
        return Sampled(prepared, names, tuple(label_and_unit(n)[1] for n in names), rows)
    layout, texts = text_sample(prepared, choices)
    if not layout.header:
        raise UserFixable(told("{name} is empty. Get the file again.", name=prepared.source.name))
    width = len(layout.header)
    header = list(layout.header)
    blank = _blank(header, texts)
    for place in blank:
        header[place] = f"column {place + 1}"
    rows = [[cell or None for cell in row[:width]] for row in texts if len(row) >= width]
    if not texts:
        raise UserFixable(
            told(
                "{name} has a header and no rows below it. Get the file again.",
                name=prepared.source.name,
            )
        )
    return Sampled(prepared, tuple(header), layout.units, rows, layout, blank=blank)


def _blank(header: Sequence[str], rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """Columns without a name that hold nothing in the rows that were looked at."""
    return frozenset(
        place
        for place, cell in enumerate(header)
        if not cell and not any(row[place].strip() for row in rows if place < len(row))
    )


def _file(table: Sampled, first: Sampled) -> TextFile:
    order = order_of(table, first)
    factors: dict[int, tuple[float, float]] = {}
    for own, place in enumerate(order):
        given, wanted = table.units[own], first.units[place]
        if given == wanted or given is None or wanted is None:
            continue
        try:
            factors[place] = line(given, wanted)
        except UnitError as error:
            raise UserFixable(
                told(
                    "{name} has {column} in {given}, and {first} in {wanted}, which measure "
                    "different things. Rename one of the columns.",
                    name=table.prepared.source.name,
                    column=repr(first.header[place]),
                    given=display_unit(given),
                    first=first.prepared.source.name,
                    wanted=display_unit(wanted),
                )
            ) from error
    layout = table.layout
    return TextFile(
        prepared=table.prepared,
        order=order,
        delimiter=layout.delimiter if layout else ",",
        first_line=layout.first_line if layout else 0,
        factors=factors,
    )


def _layout(tables: Sequence[Sampled], marks: NumberMarks) -> tuple[tuple[str, str], ...]:
    """How the first file is laid out, by names that the command line has for it too."""
    first = tables[0]
    source = first.prepared.source
    said = [("format", source.kind + (", gzip" if source.is_gzip else ""))]
    if first.layout is None:
        return tuple(said)
    encodings = dict.fromkeys(t.prepared.encoding for t in tables if t.prepared.encoding)
    if encodings:
        said.append(("encoding", ", ".join(encodings)))
    if not first.prepared.is_canonical:
        said.append(("delimiter", DELIMITERS.get(first.layout.delimiter, first.layout.delimiter)))
    said.append(("header", "yes" if first.layout.has_header else "no"))
    if first.layout.above:
        said.append(("lines above", str(first.layout.above)))
    if first.layout.has_unit_row:
        said.append(("row of units", "yes"))
    said.append(("decimal", marks.decimal))
    if marks.thousands:
        said.append(("thousands", repr(marks.thousands)))
    return tuple(said)


def _rows(tables: Sequence[Sampled], files: Sequence[TextFile]) -> int | None:
    """Rows by the lines of the files; exact but for cells that hold line ends."""
    lines = [table.prepared.lines for table in tables]
    if any(count is None for count in lines):
        return None
    return sum(max(0, (n or 0) - f.first_line) for n, f in zip(lines, files, strict=True))


def _joined(columns: Sequence[Column]) -> tuple[str, ...]:
    """Which dates and times of day are put together."""
    return tuple(
        told(
            "{date} and {time} are put together into one time, {name}.",
            date=repr(column.source),
            time=repr(column.clock.source),
            name=repr(column.name),
        )
        for column in columns
        if column.clock is not None
    )


def _dressed(columns: Sequence[Column]) -> tuple[str, ...]:
    """What was read from what stands around numbers."""
    notes = []
    for column in columns:
        if column.dress is None:
            continue
        if column.dress.length:
            notes.append(
                told("{column} holds lengths of time; they become minutes.",
                     column=repr(column.source))
            )  # fmt: skip
        if column.dress.brackets:
            notes.append(
                told(
                    "Numbers of {column} in brackets, or with a minus behind, are below nought.",
                    column=repr(column.source),
                )
            )
    return tuple(notes)


def _maybe_days(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Of a table without any time, numbers that may be the days of a spreadsheet."""
    if any(column.type in ("date", "datetime") for column in columns):
        return ()
    return tuple(
        told(
            "{column} holds numbers such as {cell}, which may be dates as a spreadsheet counts "
            "them, in days. Where they are, say that it holds dates and times.",
            column=repr(column.source),
            cell=column.samples[0],
        )
        for column, texts in zip(columns, cells, strict=True)
        if column.type in ("integer", "double")
        and column.unit is None
        and column.dress is None
        and is_serial(filled(texts))
    )


def _notes(tables: Sequence[Sampled], files: Sequence[TextFile]) -> tuple[str, ...]:
    notes = []
    for table, file in zip(tables, files, strict=True):
        for place in file.factors:
            own = file.order.index(place)
            given, wanted = table.units[own], tables[0].units[place]
            notes.append(
                told(
                    "Units differ: {column} is in {given} in {name}, and is turned into {wanted}.",
                    column=repr(tables[0].header[place]),
                    given=display_unit(given),
                    name=table.prepared.source.name,
                    wanted=display_unit(wanted),
                )
            )
        for own, place in enumerate(file.order):
            if (table.units[own] is None) != (tables[0].units[place] is None):
                notes.append(
                    told(
                        "{column} has a unit in one file and none in {name}; they are taken for "
                        "the same.",
                        column=repr(tables[0].header[place]),
                        name=table.prepared.source.name,
                    )
                )
    return tuple(notes)


def _with_dates(found: Recognised, con: duckdb.DuckDBPyConnection) -> Recognised:
    """Day and month told apart by all values of a column; asked where these do not tell."""
    columns = list(found.columns)
    questions = list(found.questions)
    open_places = [
        place
        for place, column in enumerate(columns)
        if column.date is not None and column.date.order is None
    ]
    for place in open_places:
        column = columns[place]
        assert column.date is not None
        first, second = _largest_parts(found, place, column.date.mark, con)
        if first > 12 and second > 12:
            raise UserFixable(
                told(
                    "The column {column} has days and months in both orders. Mend the file, or "
                    "read it as text (type {column_name}=text).",
                    column=repr(column.source),
                    column_name=column.source,
                )
            )
        order = "dmy" if first > 12 else "mdy" if second > 12 else found.choices.dates
        if order:
            columns[place] = replace(column, date=replace(column.date, order=order))
        else:
            shown = column.samples[0] if column.samples else ""
            questions.append(
                Question(
                    "dates",
                    told(
                        "Dates such as {cell} in {column} can be read in two ways. Which comes "
                        "first?",
                        cell=shown,
                        column=repr(column.source),
                    ),
                    (("dmy", told("the day")), ("mdy", told("the month"))),
                )
            )
    return replace(found, columns=tuple(columns), questions=tuple(questions[:3]))


def _largest_parts(
    found: Recognised, place: int, mark: str, con: duckdb.DuckDBPyConnection
) -> tuple[int, int]:
    """The largest first and second number of a column's dates, over all files."""
    largest = [0, 0]
    for file in found.files:
        relations.forget_rejects(con)
        parts = ", ".join(
            f"max(TRY_CAST(split_part(trim({relations.cell(found.columns[place], place)}), "
            f"{literal(mark)}, {number}) AS INTEGER))"
            for number in (1, 2)
        )
        row = relations.fetch(con, file, f"SELECT {parts} FROM", found.columns)[0]
        largest = [max(old, new or 0) for old, new in zip(largest, row, strict=True)]
    return largest[0], largest[1]


def _with_tags(found: Recognised, con: duckdb.DuckDBPyConnection) -> Recognised:
    """The table of tags, for files that have them."""
    if found.shape == "table":
        return found
    tags = _wide_tags(found) if found.shape == "wide" else _long_tags(found, con)
    rows = propose(list(tags), tags)
    if found.choices.mapping is not None:
        rows = merged(rows, found.choices.mapping)
    return replace(found, mapping=rows)


def _wide_tags(found: Recognised) -> dict[str, str | None]:
    beside = {*found.axes.qualities.values(), found.axes.quality, found.axes.time}
    return {
        found.columns[place].source: found.columns[place].unit
        for place in found.stored
        if place not in beside
    }


def _long_tags(found: Recognised, con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """Every tag of the files, with its unit where one column says it."""
    tag, unit = found.axes.tag, found.axes.unit
    assert tag is not None
    named = relations.cell(found.columns[tag], tag)
    said = relations.cell(found.columns[unit], unit) if unit is not None else "NULL"
    tags: dict[str, str | None] = {}
    for file in found.files:
        query = f"SELECT {named}, min({said}) FROM"
        after = f"WHERE {named} IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT {_MOST_TAGS + 1}"
        for name, text in relations.fetch(con, file, query, found.columns, after):
            tags.setdefault(str(name), parse_unit(text) if text else None)
        if len(tags) > _MOST_TAGS:
            raise UserFixable(
                told(
                    "The column {column} has over {n} different tags. Choose the column of tags, "
                    "or import the files as a table.",
                    column=repr(found.columns[tag].source),
                    n=f"{_MOST_TAGS:,}",
                )
            )
    return dict(sorted(tags.items()))


def _with_quality(found: Recognised, con: duckdb.DuckDBPyConnection) -> Recognised:
    """What numbers of quality mean; asked where they do not tell."""
    places = {*found.axes.qualities.values(), found.axes.quality} - {None}
    if found.shape == "table" or not places:
        return found
    codes: set[str] = set()
    for place in places:
        assert place is not None
        cell = relations.cell(found.columns[place], place)
        for file in found.files:
            query = f"SELECT DISTINCT {cell} FROM"
            rows = relations.fetch(con, file, query, found.columns, "LIMIT 1000")
            codes |= {str(row[0]) for row in rows if row[0] is not None}
    meaning = found.choices.quality_codes or codes_of(codes)
    questions = found.questions
    if meaning == "ask":
        questions, meaning = (*questions, ask_codes()), None
    return replace(found, quality_codes=meaning, questions=questions)
