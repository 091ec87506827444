"""Reads a database: which tables, by which names, and what samples of their rows say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.drafting.found import FoundTable, Sampled
from core.drafting.natures import Natured, natures_of, of_events, of_things
from core.drafting.sampling import sampled
from core.drafting.shape import Axis, Join, axis_of, joins_of
from core.drafting.sources import Source, changed
from core.drafting.speech import quality_of, words_of_states
from core.drafting.words import is_plain, plain_name
from core.errors import UserFixable, did_you_mean
from core.translation import told

MAX_TABLES: Final = 50
MAX_COLUMNS: Final = 2_000

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the model of tables and columns in the database. Where rows are copied, names that
    no model can have get others; where they are read in place, such columns are left out."""

    tables: Mapping[str, str]
    columns: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Survey:
    """All that was found. default: the table that questions are about. declared: the tables as the
    database declared them when they were read."""

    names: Names
    tables: Mapping[str, Sampled]
    natures: Mapping[str, Mapping[str, Natured]]
    axes: Mapping[str, Axis | None]
    joins: tuple[Join, ...]
    default: str
    notes: tuple[str, ...]
    declared: tuple[FoundTable, ...] = ()


def survey(
    source: Source,
    *,
    only: Sequence[str] = (),
    renames: bool = False,
    progress: Progress | None = None,
) -> Survey:
    """Reads a database. only: these tables; renames: whether names may be other ones in the model.
    Raises UserFixable for what nothing can be drafted from."""
    there = source.tables()
    chosen = declared = _chosen(there, only, source)
    notes: list[str] = []
    names, chosen = _named(chosen, renames, notes)
    tables: dict[str, Sampled] = {}
    for k, table in enumerate(chosen):
        if progress:
            progress(k / len(chosen), table.name)
        tables[table.name] = sampled(source, table, reads_texts=renames)
    natures = {name: natures_of(found) for name, found in tables.items()}
    axes = {name: axis_of(found, natures[name]) for name, found in tables.items()}
    natures = {
        name: of_things(found)
        if (axis := axes[name]) is None
        else of_events(found)
        if axis.minutes is None
        else found
        for name, found in natures.items()
    }
    timed = [name for name, axis in axes.items() if axis is not None]
    if not timed:
        notes.append(
            told(
                "No column of these data has a date or a time, so no question about a time can be "
                "answered. Where one was read as text, choose its type."
            )
        )
    for name in list(tables):
        if not natures[name]:
            notes.append(
                told("{table} has no column that a model can hold, and is left out.", table=name)
            )
            del tables[name]
    if not tables:
        raise UserFixable(told("No table can be named in a model. {why}", why=notes[-1]))
    joins = joins_of(source, tables, natures)
    for join in joins:
        for column in join.keys:
            natured = natures[join.left][column]
            if natured.nature == "measure":
                named = replace(natured, nature="id", unit=None, adds=False)
                natures[join.left] = {**natures[join.left], column: named}
    inner = {j.right for j in joins}
    default = max(timed or tables, key=lambda n: (n not in inner, tables[n].rows, n))
    return Survey(names, tables, natures, axes, joins, default, tuple(notes), declared)


def check_unchanged(source: Source, found: Survey) -> None:
    """Raises UserFixable where a table that was read is gone or has other columns by now."""
    source.let_go()
    there = {table.name: table for table in source.tables()}
    for table in found.declared:
        if table.name not in there:
            raise changed(source.where, told("{table} is gone", table=table.name))
        before, after = _columns(table), _columns(there[table.name])
        for name in dict.fromkeys([*before, *after]):
            if before.get(name) != after.get(name):
                place = f"{table.name}.{name}"
                raise changed(source.where, _difference(place, name, before, after))


def _columns(table: FoundTable) -> dict[str, str]:
    return {column.name: column.stored for column in table.columns}


def _difference(place: str, name: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if name not in after:
        return told("{table} is gone", table=place)
    if name not in before:
        return told("{column} is new", column=place)
    return told(
        "{column} was {before} and is {after}",
        column=place,
        before=before[name],
        after=after[name],
    )


def _chosen(
    there: Sequence[FoundTable], only: Sequence[str], source: Source
) -> tuple[FoundTable, ...]:
    label = source.where.label
    if not there:
        raise UserFixable(
            told(
                "{label} has no table that this account may read. Check the database, its schema "
                "and the account's rights.",
                label=label,
            )
        )
    known = {t.name: t for t in there}
    for name in only:
        if name not in known:
            raise UserFixable(
                told(
                    "{label} has no table {name}.{hint} Tables: {tables}.",
                    label=label,
                    name=repr(name),
                    hint=did_you_mean(name, known),
                    tables=", ".join(sorted(known)[:20]),
                )
            )
    chosen = tuple(known[name] for name in dict.fromkeys(only)) or tuple(there)
    if len(chosen) > MAX_TABLES:
        raise UserFixable(
            told(
                "{label} has {n} tables; one model takes {most}. Choose them with --tables, such "
                "as --tables {some}.",
                label=label,
                n=len(chosen),
                most=MAX_TABLES,
                some=" ".join(t.name for t in chosen[:2]),
            )
        )
    columns = sum(len(t.columns) for t in chosen)
    if columns > MAX_COLUMNS:
        raise UserFixable(
            told(
                "The tables have {n} columns; one model takes {most}. Choose fewer tables with "
                "--tables.",
                n=columns,
                most=MAX_COLUMNS,
            )
        )
    return chosen


def _named(
    chosen: Sequence[FoundTable], renames: bool, notes: list[str]
) -> tuple[Names, tuple[FoundTable, ...]]:
    """Names for the model, and the tables with the columns that can have one."""
    tables: dict[str, str] = {}
    columns: dict[tuple[str, str], str] = {}
    kept: list[FoundTable] = []
    for table in chosen:
        if is_plain(table.name):
            tables[table.name] = table.name
        elif renames:
            tables[table.name] = plain_name(table.name, tables.values())
        else:
            notes.append(
                told(
                    "The table {table} cannot be named in a model (letters, digits and _, no word "
                    "of SQL). Make a view of it with another name, or draft with --copy yes.",
                    table=repr(table.name),
                )
            )
            continue
        used: list[str] = []
        for column in table.columns:
            if column.type is None:
                notes.append(
                    told(
                        "{column} is of type {type}, which models do not have, and is left out.",
                        column=f"{table.name}.{column.name}",
                        type=column.stored,
                    )
                )
            elif is_plain(column.name) and column.name.casefold() not in map(str.casefold, used):
                columns[table.name, column.name] = column.name
                used.append(column.name)
            elif renames:
                columns[table.name, column.name] = plain_name(column.name, used)
                used.append(columns[table.name, column.name])
            else:
                notes.append(
                    told(
                        "The column {column} cannot be named in a model and is left out. Make a "
                        "view with {view}, or draft with --copy yes.",
                        column=f"{table.name}.{column.name}",
                        view=_as(column.name),
                    )
                )
        kept.append(table.only(frozenset(c for t, c in columns if t == table.name)))
    if not kept:
        raise UserFixable(told("No table can be named in a model. {why}", why=notes[0]))
    return Names(tables, columns), tuple(kept)


def _as(name: str) -> str:
    quoted = name.replace('"', '""')
    return f'"{quoted}" AS {plain_name(name)}'


def without_samples(found: Survey) -> Survey:
    """Without values of rows, where the privacy setting keeps them from being looked at longer than
    they are counted. Grades of readings stay: without them bad readings would count as good ones,
    and they are the same words in all data. So do the words that a draft itself calls rows by, such
    as `open`: a column that holds one says by it which rows these are."""
    tables = {}
    for name, table in found.tables.items():
        graded = quality_of(found.natures[name], table.profiles) or {"column": []}
        spoken = words_of_states(found.natures[name])
        profiles = {
            column: p
            if column in graded["column"]
            else replace(
                p,
                values=tuple(v for v in p.values if str(v).strip().casefold() in spoken),
                first=None,
                last=None,
            )
            for column, p in table.profiles.items()
        }
        tables[name] = replace(table, profiles=profiles)
    return replace(found, tables=tables)
