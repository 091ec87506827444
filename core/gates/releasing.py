"""Brings rows that were held back into a DuckDB store, all of them or none."""

from __future__ import annotations

from pathlib import Path

import duckdb

from core.errors import Unavailable, UserFixable
from core.execution.additions import BEFORE, OWN, REPLACED, Additions, noted_key
from core.execution.loads import has_load, has_table, is_loaded, note_load, tables_in
from core.execution.swap import NotNeeded, changed
from core.gates.quarantine import CheckedBatch
from core.gates.rows import quoted, text
from core.semantic.model import SemanticModel
from core.translation import gettext as _

_HELD = "held"


def tables_of(file: Path) -> tuple[str, ...]:
    """The tables of a file of rows that come, by name; without what is noted beside them."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return _of_rows(tables_in(connection))


def _of_rows(tables: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in tables if not name.startswith(OWN))


def into_store(
    store: Path, rows: Path, found: CheckedBatch, model: SemanticModel, label: str
) -> None:
    """Bring released rows in, in a change of the store that is whole or not made at all. With
    `replace`, tables of the batch stand in the place of the store's own. Raises UserFixable where
    what they were compared with is another one by now, and Unavailable."""
    if has_load(store, label):
        return

    def bring(connection: duckdb.DuckDBPyConnection) -> None:
        if is_loaded(connection, label):
            raise NotNeeded
        connection.execute("COMMIT")
        connection.execute(f"ATTACH {text(str(rows))} AS {_HELD} (READ_ONLY)")
        connection.execute("BEGIN")
        tables = _of_rows(tables_in(connection, _HELD))
        for table in tables:
            name = quoted(table)
            if found.mode == "replace" or not has_table(connection, table):
                connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM {_HELD}.{name}")
            elif found.mode == "merge":
                _merge(connection, table)
            else:
                connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM {_HELD}.{name}")
        if found.mode == "merge":
            _check_named(connection, tables, model)
        note_load(connection, label, found.report.table, found.report.rows)

    try:
        changed(store, bring)
    except NotNeeded:
        return
    except duckdb.Error as error:
        raise Unavailable(
            _("The store did not take the rows: {why} They are held back as before.").format(
                why=str(error).splitlines()[0]
            )
        ) from error


def _merge(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Take in the rows of files that were held back, without those that came otherwise meanwhile.
    Raises UserFixable where some are there by now with other values."""
    name = quoted(table)
    if has_table(connection, REPLACED + table, _HELD):
        _take_out(connection, table)
    came = Additions(connection, f"{_HELD}.{name}", name, noted_key(connection, _HELD, table))
    counts = came.compare()
    if counts.conflicts:
        raise UserFixable(
            _(
                "{n} of these rows are in the store by now with other values. Discard this batch, "
                "or import its files again and say which of them count."
            ).format(n=counts.conflicts)
        )
    came.fresh("temp.additions_taken", takes_new=False)
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM temp.additions_taken")
    connection.execute("DROP TABLE temp.additions_taken")
    came.close()


def _take_out(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Delete the rows that others take the place of. It was decided over them as they were then:
    raises UserFixable where they are other ones by now."""
    name, keys = quoted(table), f"{_HELD}.{quoted(REPLACED + table)}"
    before = f"{_HELD}.{quoted(BEFORE + table)}"
    key = [quoted(str(row[0])) for row in connection.execute(f"DESCRIBE {keys}").fetchall()]
    columns = [quoted(str(row[0])) for row in connection.execute(f"DESCRIBE {before}").fetchall()]
    same = " AND ".join(f"r.{column} = {name}.{column}" for column in key)
    where = f"EXISTS (SELECT 1 FROM {keys} r WHERE {same})"
    now = f"SELECT {', '.join(columns)} FROM {name} WHERE {where}"
    then = f"SELECT {', '.join(columns)} FROM {before}"
    differ = connection.execute(
        f"SELECT count(*) FROM (({now} EXCEPT ALL {then}) UNION ALL ({then} EXCEPT ALL {now}))"
    ).fetchone()
    if differ is None or differ[0]:
        raise UserFixable(
            _(
                "Rows of {table} that these take the place of are other ones by now. Discard this "
                "batch, or import its files again and say which of them count."
            ).format(table=repr(table))
        )
    connection.execute(f"DELETE FROM {name} WHERE {where}")


def _check_named(
    connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...], model: SemanticModel
) -> None:
    """Raises UserFixable where a key by which other tables name rows would stand twice: whatever
    goes over both would count double."""
    for relation in model.relations:
        if relation.kind != "many_to_one" or relation.right not in tables:
            continue
        keys = [right for _left, right in relation.pairs]
        key = ", ".join(map(quoted, keys))
        known = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in keys)
        twice = connection.execute(
            f"SELECT 1 FROM {quoted(relation.right)} WHERE {known} GROUP BY {key} "
            "HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        if twice is not None:
            raise UserFixable(
                _(
                    "Rows of other tables name those of {table} by {columns}, and some of these "
                    "would stand twice. Discard this batch, mend its files and import them again."
                ).format(table=repr(relation.right), columns=", ".join(keys))
            )
