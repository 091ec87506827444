"""Which table of data that are there each file belongs to: by its columns, then by its name; asked
where two fit."""

from __future__ import annotations

import glob
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from core.cells import CellType
from core.errors import UserFixable, did_you_mean
from core.ingest.adding import KINDS, NO_KEY, Adding
from core.ingest.arranged import Arranged
from core.ingest.cell_sql import quoted
from core.ingest.columns import Sampled, own_choices
from core.ingest.finding import Source, names_of
from core.ingest.grouping import Group, looked_at, of_files, words_of
from core.ingest.mapping import AREA, ASSET, DATE, QUALITY, TIME, measures
from core.ingest.ready import Ready
from core.ingest.recognise import named_plainly, recognise
from core.ingest.recognised import Choices, Question, Recognised
from core.translation import gettext as _
from core.translation import told

#: What stands in a store beside its tables begins so.
_OURS: Final = "_gemba"
#: Columns that are named where files and tables differ.
_MOST_NAMED: Final = 3

#: Columns of every table of readings.
_OF_TAGS: Final = frozenset({TIME, DATE, ASSET, QUALITY})

#: Table -> its columns with their types.
There = Mapping[str, Mapping[str, CellType]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Files of one table that is there. group: the files; its `said` is the table, empty where
    several fit. choices: how they are read. asked: which table it is, None where that is plain."""

    group: Group
    choices: Choices
    asked: Question | None = None


def tables_there(store: Path, name: str) -> dict[str, dict[str, CellType]]:
    """The tables of the data that are there. Raises UserFixable where there are none."""
    if not store.exists():
        raise UserFixable(
            told(
                "There are no data {name} to add rows to. Import the files without adding.",
                name=repr(name),
            )
        )
    with duckdb.connect(str(store), read_only=True) as con:
        names = con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY 1")
        return {
            str(table): {
                str(row[0]): KINDS.get(str(row[1]), "text")
                for row in con.execute(f"DESCRIBE {quoted(str(table))}").fetchall()
            }
            for (table,) in names.fetchall()
            if not str(table).startswith(_OURS)
        }


def fitted(
    ready: Ready,
    there: There,
    choices: Choices,
    arranged: Arranged,
    is_name: Callable[[str], bool],
) -> tuple[tuple[Fitted, ...], Sequence[str], Sequence[Source]]:
    """The files of each table, notes on them, and the files that are none.

    Raises UserFixable for a file that is of no table, and for a table that is not there."""
    found: dict[str, Fitted] = {}
    notes: list[str] = []
    out: list[Source] = []
    for file in ready.files:
        source = file.source
        if not arranged.takes(source):
            out.append(source)
            continue
        one = looked_at(file, arranged, choices, ready.con)
        if one is None:
            out.append(source)
            notes.append(told("{name} looks like no table and is left out.", name=source.name))
            continue
        said = arranged.name_of(source)
        own = own_choices(one, arranged.choices_of(source, choices))
        if said:
            _check_there(said, there)
        with of_files([source]):
            columns, own = _columns(one, {said: there[said]} if said else there, own, ready.con,
                                    is_name)  # fmt: skip
        if said:
            table, asked = said, None
        else:
            table, asked = _table_of(one, columns, there)
            if table and not set(words_of(source.stem)) & set(words_of(table)):
                notes.append(
                    told(
                        "{name} has the columns of {table} and goes there; its name says nothing "
                        "of it.",
                        name=source.name,
                        table=repr(table),
                    )
                )
        key = table or source.key
        if key in found:
            found[key].group.files.append(one)
        else:
            found[key] = Fitted(Group([one], table), own, asked)
    if not found:
        raise UserFixable(
            told(
                "None of these is a table: {names}. Say which sheet or file it is.",
                names=names_of([file.source for file in ready.files]),
            )
        )
    return tuple(found.values()), notes, out


def said_keys(adding: Adding, table: str, found: Recognised, columns: Sequence[str]) -> Adding:
    """How rows are added to one of several tables: the key of those columns that it has.
    `TABLE.COLUMN` counts for that table alone."""
    known = {column.source for column in found.columns} | set(columns) | {NO_KEY}
    key = []
    for one in adding.key:
        of, _mark, name = one.partition(".")
        if of == table and name in known:
            key.append(name)
        elif one in known:
            key.append(one)
    return replace(adding, key=tuple(key))


def check_keys(adding: Adding, tables: Mapping[str, Recognised], there: There) -> None:
    """Raises UserFixable for a column that was said to tell rows apart and that no table has."""
    for one in adding.key:
        if any(
            said_keys(replace(adding, key=(one,)), name, found, list(there[name])).key
            for name, found in tables.items()
        ):
            continue
        columns = [f"{name}.{column}" for name in tables for column in there[name]]
        raise UserFixable(
            told(
                "There is no column {column}.{hint} Columns: {names}.",
                column=repr(one),
                hint=did_you_mean(one, columns),
                names=", ".join(columns[:40]),
            )
        )


def _columns(
    one: Sampled,
    there: There,
    choices: Choices,
    con: duckdb.DuckDBPyConnection,
    is_name: Callable[[str], bool],
) -> tuple[set[str], Choices]:
    """The columns that a table of this file has, and how it is read to have them: what looks like
    an export of tags may have been taken as a plain table."""
    kept = {column for columns in there.values() for column in columns}
    found = named_plainly(recognise([one.prepared], choices, con), is_name, kept)
    columns = _stored(found)
    if found.shape == "table":
        return columns, choices
    if any(set(known) >= _OF_TAGS for known in there.values()):
        return columns, choices
    plain = replace(choices, shape="table")
    return _stored(named_plainly(recognise([one.prepared], plain, con), is_name, kept)), plain


def _stored(found: Recognised) -> set[str]:
    """The columns of the table that these files become."""
    if found.shape == "table":
        return {found.columns[place].name for place in found.stored}
    used = [row for row in found.mapping if row.is_used]
    area = {AREA} if any(row.area for row in used) else set()
    return {*_OF_TAGS, *area, *(measure.name for measure in measures(found.mapping))}


def _table_of(one: Sampled, columns: set[str], there: There) -> tuple[str, Question | None]:
    """The table of a file, or what is to be asked. Raises UserFixable for a file of none."""
    source = one.prepared.source
    fits = [table for table, known in there.items() if set(known) == columns]
    if not fits and columns >= _OF_TAGS:
        # Which measures it lacks, or has beside those that are there, is told when they are added.
        fits = [table for table, known in there.items() if set(known) >= _OF_TAGS]
    called = _called(source.stem, there)
    if not fits:
        raise _of_none(one, columns, there, called)
    named = [table for table in called if table in fits]
    if len(named) == 1:
        return named[0], None
    if len(fits) == 1 and not called:
        return fits[0], None
    pattern = glob.escape(source.name)
    options = tuple((f"{table}={pattern}", table) for table in fits)
    if len(fits) == 1:
        text = told(
            "{name} is called like the table {called} and has the columns of {table}. Leave it "
            "out, or say that it belongs there.",
            name=source.name,
            called=repr(called[0]),
            table=repr(fits[0]),
        )
    else:
        text = told(
            "{name} has the columns of several tables. Which one does it belong to?",
            name=source.name,
        )
    return "", Question("table", text, options)


def _called(stem: str, there: There) -> list[str]:
    """Tables that a file's name may mean: those of the very words, else those whose words it begins
    or ends with, of these the longest."""
    mine = words_of(stem)
    if not mine:
        return []
    scored = {table: _likeness(mine, words_of(table)) for table in there}
    best = max(scored.values(), default=0)
    return [table for table, score in scored.items() if score == best > 0]


def _likeness(mine: Sequence[str], table: Sequence[str]) -> int:
    if not table:
        return 0
    if list(mine) == list(table):
        return 1000
    n = len(table)
    return n if n < len(mine) and table in (mine[:n], mine[-n:]) else 0


def _of_none(one: Sampled, columns: set[str], there: There, called: Sequence[str]) -> UserFixable:
    nearest = max(
        there,
        key=lambda table: (len(columns & set(there[table])), table in called, table),
        default="",
    )
    known = set(there.get(nearest, ()))
    parts = []
    if missing := sorted(known - columns):
        parts.append(_("it lacks {columns}").format(columns=_listed(missing)))
    if extra := sorted(columns - known):
        parts.append(_("only it has {columns}").format(columns=_listed(extra)))
    return UserFixable(
        told(
            "{name} has the columns of no table that is there. The nearest one is {table}: "
            "{difference}. Nothing was changed. Mend the file, leave it out, or import it under "
            "another name.",
            name=one.prepared.source.name,
            table=repr(nearest),
            difference="; ".join(parts),
        )
    )


def _listed(columns: Sequence[str]) -> str:
    more = " …" if len(columns) > _MOST_NAMED else ""
    return ", ".join(repr(column) for column in columns[:_MOST_NAMED]) + more


def _check_there(table: str, there: There) -> None:
    if table not in there:
        raise UserFixable(
            told(
                "There is no table {table} to add rows to.{hint} Tables: {names}.",
                table=repr(table),
                hint=did_you_mean(table, list(there)),
                names=", ".join(there),
            )
        )
