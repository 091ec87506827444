"""Adding the rows of files to data that are there: the same columns, nothing twice, and what says
something else of a row that is there is refused unless it was said which counts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import duckdb

from core.cells import CellType
from core.errors import UserFixable, did_you_mean
from core.execution.additions import BEFORE, REPLACED, Additions, Comparison, Difference, note_key
from core.ingest.cell_sql import SQL_TYPES, literal, quoted
from core.ingest.mapping import AREA, ASSET, TIME
from core.ingest.recognised import Recognised
from core.ingest.report import Added
from core.translation import gettext as _
from core.translation import told

#: Which of two rows of one key counts, of the one that is there and the one that comes.
Conflicts = Literal["refuse", "old", "new"]
CONFLICTS: Final[tuple[Conflicts, ...]] = ("refuse", "old", "new")
#: A key of no columns: only rows that are wholly alike are the same.
NO_KEY: Final = "none"
_HIDDEN: Final = "•••"
_THERE: Final = "there"
KINDS: Final[Mapping[str, CellType]] = {sql: kind for kind, sql in SQL_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Adding:
    """How rows are added. key: columns that say what one row is, by header or name; `none` alone
    for none; empty where nobody said. declared: the columns that the model says it by, empty where
    it is found. conflicts: what counts where a key is there with other values. personal: columns
    whose values are not told. named_by: columns by which rows of other tables name those of this
    one, which may never stand twice. supposed: the columns that the model says it by without
    a promise, which are passed over where they do not tell the rows that are there apart."""

    key: tuple[str, ...] = ()
    conflicts: Conflicts = "refuse"
    personal: frozenset[str] = frozenset()
    declared: tuple[str, ...] = ()
    named_by: tuple[tuple[str, ...], ...] = ()
    supposed: tuple[str, ...] = ()


def types_there(store: Path, name: str) -> dict[str, CellType]:
    """Column -> type of the data that are there. Raises UserFixable where there are none."""
    if not store.exists():
        raise UserFixable(
            told(
                "There are no data {name} to add rows to. Import the files without adding.",
                name=repr(name),
            )
        )
    with duckdb.connect(str(store), read_only=True) as con:
        try:
            rows = con.execute(f"DESCRIBE {quoted(name)}").fetchall()
        except duckdb.CatalogException as error:
            raise UserFixable(
                told(
                    "The data {name} have no table {name}. Import the files under another name.",
                    name=repr(name),
                )
            ) from error
    return {str(row[0]): KINDS.get(str(row[1]), "text") for row in rows}


def as_there(found: Recognised, there: Mapping[str, CellType]) -> dict[str, CellType]:
    """Header -> type of the columns that a few rows of these files say less of than what is there:
    numbers that are all whole, names that are all digits."""
    if found.shape != "table":
        return {}
    return {
        column.source: there[column.name]
        for place in found.stored
        if (column := found.columns[place]).name in there
        and column.type != there[column.name]
        and column.source not in found.choices.types
        and column.clock is None
    }


def weigh(
    con: duckdb.DuckDBPyConnection, name: str, store: Path, found: Recognised, adding: Adding
) -> Added:
    """What of the built table is new. The table then holds the rows to take in alone, beside it the
    key, and the keys whose rows they replace.

    Raises UserFixable for other columns, a key that is none, and rows in conflict.
    """
    con.execute(f"ATTACH {literal(str(store))} AS {_THERE} (READ_ONLY)")
    stored = f"{_THERE}.{quoted(name)}"
    try:
        _check_columns(con, name, stored)
        compared, key, notes = _compared(con, name, stored, found, adding)
        if key and found.shape == "table":
            _check_repeats(compared, adding)
        counts = compared.compare()
        if counts.conflicts and adding.conflicts == "refuse":
            raise _conflict(counts, adding)
        takes_new = adding.conflicts == "new"
        compared.fresh("work.fresh", takes_new=takes_new)
        con.execute(f"DROP TABLE {quoted(name)}")
        con.execute(f"CREATE TABLE {quoted(name)} AS FROM work.fresh")
        con.execute("DROP TABLE work.fresh")
        note_key(con, name, key)
        before = after = int(_one(con, f"SELECT count(*) FROM {stored}"))
        after += int(_one(con, f"SELECT count(*) FROM {quoted(name)}"))
        if counts.conflicts and takes_new:
            compared.replaced(quoted(REPLACED + name))
            where = _replaced(con, name, stored)
            before_them = quoted(BEFORE + name)
            con.execute(f"CREATE TABLE {before_them} AS SELECT * FROM {stored} WHERE {where}")
            after -= int(_one(con, f"SELECT count(*) FROM {stored} WHERE {where}"))
        compared.close()
    finally:
        con.execute(f"DETACH {_THERE}")
    return Added(
        before=before,
        after=after,
        new=counts.new,
        there=counts.there,
        conflicts=counts.conflicts,
        taken=adding.conflicts if counts.conflicts else "",
        key=tuple(key),
        examples=tuple(_said(one, adding) for one in counts.examples),
        notes=notes,
    )


def _compared(
    con: duckdb.DuckDBPyConnection, name: str, stored: str, found: Recognised, adding: Adding
) -> tuple[Additions, tuple[str, ...], tuple[str, ...]]:
    """The rows that came beside those that are there, by which columns, and what to tell of these.

    What was said or declared holds. What the model supposes holds where it tells the rows that are
    there apart, and then for those that come too: that these repeat it is told by `_check_repeats`.
    A time that was only found has to tell apart both."""
    said = _said_key(con, stored, found, adding)
    if said is not None:
        return Additions(con, quoted(name), stored, said, scratch="work"), said, ()
    notes: tuple[str, ...] = ()
    if adding.supposed and set(adding.supposed) <= set(_described(con, stored)):
        compared = Additions(con, quoted(name), stored, adding.supposed, scratch="work")
        if compared.tells_stored_apart():
            return compared, adding.supposed, ()
        compared.close()
        notes = (
            str(
                told(
                    "The model of {name} says that {columns} tell its rows apart, and some of "
                    "those that are there share them; so they are no key.",
                    name=repr(name),
                    columns=_listed(adding.supposed),
                )
            ),
        )
    time = found.axes.time
    if time is not None:
        by_time = (found.columns[time].name,)
        compared = Additions(con, quoted(name), stored, by_time, scratch="work")
        if compared.tells_stored_apart() and not compared.repeated_key()[0]:
            return compared, by_time, notes
        compared.close()
    return Additions(con, quoted(name), stored, scratch="work"), (), notes


def merged(
    built: Path, store: Path, folder: Path, tables: Mapping[str, Adding], memory_mb: int
) -> Path:
    """A copy of the store with the rows of the built one, complete, ready to take its place.
    tables: those that rows come to. Raises UserFixable where rows of other tables would name two
    of a table's rows."""
    copy = folder / "merged" / store.name
    copy.parent.mkdir(mode=0o700)
    shutil.copyfile(store, copy)
    with duckdb.connect(str(copy)) as con:
        con.execute(f"SET memory_limit = '{memory_mb}MiB'")
        con.execute(f"SET temp_directory = {literal(str(folder / 'spill'))}")
        con.execute(f"ATTACH {literal(str(built))} AS built (READ_ONLY)")
        con.execute("BEGIN")
        for name, adding in tables.items():
            table = quoted(name)
            if _has(con, "built", REPLACED + name):
                con.execute(f"DELETE FROM {table} WHERE {_replaced(con, name, table, 'built.')}")
            con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM built.{table}")
            for columns in adding.named_by:
                _check_named(con, name, columns, adding)
        con.execute("COMMIT")
        con.execute("DETACH built")
        con.execute("CHECKPOINT")
    return copy


def _check_named(
    con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], adding: Adding
) -> None:
    """Raises UserFixable where a key by which other tables name rows stands twice."""
    key = ", ".join(quoted(column) for column in columns)
    known = " AND ".join(f"{quoted(column)} IS NOT NULL" for column in columns)
    twice = f"SELECT {key} FROM {quoted(name)} WHERE {known} GROUP BY ALL HAVING count(*) > 1"
    first = con.execute(f"{twice} ORDER BY ALL LIMIT 1").fetchone()
    if first is None:
        return
    raise UserFixable(
        told(
            "Rows of other tables name those of {table} by {columns}, and {n} of these would stand "
            "twice, such as {key}. Nothing was changed. Mend the files, or say that these columns "
            "are the key and which row counts.",
            table=repr(name),
            columns=_listed(list(columns)),
            n=f"{int(_one(con, f'SELECT count(*) FROM ({twice})')):,}",
            key=_pairs(dict(zip(columns, first, strict=True)), adding),
        )
    )


def _replaced(con: duckdb.DuckDBPyConnection, name: str, table: str, of: str = "") -> str:
    """Whether a row of the table is one of those whose keys are replaced. name: of the table; of:
    where the keys stand."""
    keys = of + quoted(REPLACED + name)
    columns = [quoted(column) for column in _described(con, keys)]
    same = " AND ".join(f"r.{column} = {table}.{column}" for column in columns)
    return f"EXISTS (SELECT 1 FROM {keys} r WHERE {same})"


def _check_columns(con: duckdb.DuckDBPyConnection, name: str, stored: str) -> None:
    """Raises UserFixable for columns that only one of both has, or that differ in type."""
    came = _described(con, quoted(name))
    there = _described(con, stored)
    missing = [column for column in there if column not in came]
    extra = [column for column in came if column not in there]
    if missing or extra:
        parts = []
        if missing:
            parts.append(_("these files lack {columns}").format(columns=_listed(missing)))
        if extra:
            hint = did_you_mean(extra[0], missing)
            parts.append(_("only they have {columns}").format(columns=_listed(extra) + hint))
        raise UserFixable(
            told(
                "The files have other columns than the data {name}: {difference}. Nothing was "
                "changed. Mend the files, import them under another name, or replace all of it.",
                name=repr(name),
                difference="; ".join(parts),
            )
        )
    for column, kind in came.items():
        fits = kind == there[column] or (kind, there[column]) in (
            ("BIGINT", "DOUBLE"), ("DATE", "TIMESTAMP"), ("INTEGER", "BIGINT"),
        )  # fmt: skip
        if not fits and int(_one(con, f"SELECT count({quoted(column)}) FROM {quoted(name)}")):
            raise UserFixable(
                told(
                    "{column} is {type} in these files and {there} in the data {name}. Nothing was "
                    "changed. Say its type, or replace all of it.",
                    column=repr(column),
                    type=KINDS.get(kind, kind.lower()),
                    there=KINDS.get(there[column], there[column].lower()),
                    name=repr(name),
                )
            )


def _said_key(
    con: duckdb.DuckDBPyConnection, stored: str, found: Recognised, adding: Adding
) -> tuple[str, ...] | None:
    """Columns that say what one row is, by who imports, the model's checks, or an export's shape;
    none of them for no key, None where nobody said."""
    columns = list(_described(con, stored))
    if adding.key == (NO_KEY,) and NO_KEY not in columns:
        return ()
    if adding.key:
        named = {c.source: c.name for c in found.columns} | {name: name for name in columns}
        for one in adding.key:
            if named.get(one) not in columns:
                raise UserFixable(
                    told(
                        "There is no column {column}.{hint} Columns: {names}.",
                        column=repr(one),
                        hint=did_you_mean(one, columns),
                        names=", ".join(columns[:40]),
                    )
                )
        return tuple(named[one] for one in adding.key)
    if adding.declared and set(adding.declared) <= set(columns):
        return adding.declared
    if found.shape != "table":
        return tuple(column for column in (TIME, AREA, ASSET) if column in columns)
    return None


def _check_repeats(compared: Additions, adding: Adding) -> None:
    count, first = compared.repeated_key()
    if count:
        raise UserFixable(
            told(
                "{n} keys stand in these files with different values, such as {key}. Nothing was "
                "changed. Mend the files, or name the columns of another key (--key; on the page, "
                "Columns that say what one row is).",
                n=f"{count:,}",
                key=_pairs(first, adding),
            )
        )


def _conflict(counts: Comparison, adding: Adding) -> UserFixable:
    return UserFixable(
        told(
            "{n} rows are there already with other values: {examples}. Nothing was changed. Say "
            "which counts, the old ones or the new ones (--conflicts old or new; on the page, Rows "
            "that are there with other values), or which columns are the key (--key; on the page, "
            "Columns that say what one row is).",
            n=f"{counts.conflicts:,}",
            examples="; ".join(_said(one, adding) for one in counts.examples),
        )
    )


def _said(one: Difference, adding: Adding) -> str:
    """`at 2026-01-01 00:00:00: x is 1 and comes as 2`."""
    values = ", ".join(
        _("{column} is {there} and comes as {came}").format(
            column=column,
            there=_shown(column, there, adding),
            came=_shown(column, came, adding),
        )
        for column, (there, came) in list(one.values.items())[:3]
    )
    return f"{_pairs(one.key, adding)}: {values}"


def _pairs(key: Mapping[str, Any], adding: Adding) -> str:
    return ", ".join(f"{name} {_shown(name, value, adding)}" for name, value in key.items())


def _shown(column: str, value: Any, adding: Adding) -> str:
    if column in adding.personal:
        return _HIDDEN
    return _("empty") if value is None else str(value)[:60]


def hiding(adding: Adding, personal: Iterable[str]) -> Adding:
    """The same, with values of these columns not told."""
    return replace(adding, personal=frozenset(personal))


def _described(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in con.execute(f"DESCRIBE {relation}").fetchall()}


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(repr(column) for column in columns[:5]) + (" …" if len(columns) > 5 else "")


def _has(con: duckdb.DuckDBPyConnection, database: str, table: str) -> bool:
    found = con.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND table_name = ?",
        [database, table],
    ).fetchone()
    return found is not None


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row[0]
