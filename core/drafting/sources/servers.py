"""MySQL, MariaDB, StarRocks and PostgreSQL over the wire, in sessions that can only read."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any, ClassVar, Final

import psycopg
import psycopg.rows
import pymysql
import pymysql.cursors

from core.drafting.found import ForeignKey, FoundColumn, FoundTable
from core.drafting.sources.address import Where
from core.drafting.sources.source import (
    STATEMENT_S,
    Source,
    changed,
    first_line,
    gone,
    grouped,
    type_of,
)
from core.errors import ConfigError, GembaError, UserFixable
from core.translation import told

_CONNECT_S: Final = 10
_DENIED: Final = (1044, 1045, 1698)  # MySQL: no such account, password or database right
_NO_RIGHT: Final = (1142, 1143, 1227, 5203)
#: No such column, no such table, another definition than when the snapshot was taken.
_CHANGED: Final = (1054, 1146, 1412)
_SAVED: Final = "before_statement"


def _wrong_password(where: Where) -> UserFixable:
    return UserFixable(
        told(
            "The database refuses {user} at {host}: wrong name or password, or no right to "
            "{database}. Check the address.",
            user=repr(where.user),
            host=f"{where.host}:{where.port}",
            database=repr(where.database),
        )
    )


def _no_database(where: Where) -> UserFixable:
    return UserFixable(
        told(
            "There is no database {database} at {host}.",
            database=repr(where.database),
            host=where.host,
        )
    )


def _no_right(where: Where, error: Exception) -> UserFixable:
    first = str(error).strip().splitlines()[0]
    return UserFixable(
        told(
            "{user} may not read a table of {database}: {why}. Give the account the right SELECT "
            "there, or leave the table out with --tables.",
            user=repr(where.user),
            database=repr(where.database),
            why=first,
        )
    )


def _is_late(where: Where) -> UserFixable:
    return UserFixable(
        told(
            "A statement took longer than {n} s in {label}. Leave large views out with --tables, "
            "or try again when the database is idle.",
            n=STATEMENT_S,
            label=where.label,
        )
    )


class MySQLServer(Source):
    """MySQL and MariaDB; StarRocks speaks the same protocol and has no foreign keys."""

    quotes: ClassVar[str] = "`"

    def __init__(self, where: Where) -> None:
        super().__init__(where)
        self._is_held = False
        with self.telling():
            self._connection = pymysql.connect(
                host=where.host,
                port=where.port,
                user=where.user,
                password=where.password.encode(),  # else pymysql takes it for Latin-1
                database=where.database,
                charset="utf8mb4",
                connect_timeout=_CONNECT_S,
                read_timeout=STATEMENT_S * 2,
                ssl=_tls(where),
                autocommit=True,
                local_infile=False,
            )
            if where.kind == "mysql":
                self._say("SET SESSION TRANSACTION READ ONLY")
                for one in (  # MariaDB, MySQL
                    f"SET SESSION max_statement_time = {STATEMENT_S}",
                    f"SET SESSION max_execution_time = {STATEMENT_S * 1000}",
                ):
                    self._try(one)

    def hold(self) -> None:
        if self.where.kind == "mysql":
            with self.telling():
                self._say("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                self._say("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
                self._say(f"SAVEPOINT {_SAVED}")
            self._is_held = True

    def let_go(self) -> None:
        if self._is_held:
            self._is_held = False
            with self.telling():
                self._connection.rollback()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found = super().rows(sql)
        self._unlock()
        return found

    def batches(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        yield from super().batches(sql)
        self._unlock()

    def _unlock(self) -> None:
        """Lets others change the tables that were read: a statement of a transaction keeps the
        definitions of its tables locked to the end, and whoever waits to change one holds up all
        who come after. Back at the savepoint they are free, and the snapshot stays."""
        if self._is_held:
            with self.telling():
                self._say(f"ROLLBACK TO SAVEPOINT {_SAVED}")

    def _say(self, sql: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)

    def _try(self, sql: str) -> None:
        try:
            self._say(sql)
        except pymysql.err.MySQLError as error:
            if error.args[0] != 1193:  # the other of the two has no such variable
                raise

    def tables(self) -> tuple[FoundTable, ...]:
        schema = "'" + self.where.database.replace("\\", "\\\\").replace("'", "''") + "'"
        here = f"TABLE_SCHEMA = {schema}"
        comments = self.rows(
            "SELECT TABLE_NAME, TABLE_COMMENT, TABLE_TYPE FROM information_schema.TABLES "
            f"WHERE {here} ORDER BY TABLE_NAME"
        )
        columns = grouped(
            self.rows(
                "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, COLUMN_COMMENT "
                f"FROM information_schema.COLUMNS WHERE {here} "
                "ORDER BY TABLE_NAME, ORDINAL_POSITION"
            ),
            lambda c: c,
        )
        unique, foreign = self._keys(here)
        return tuple(
            FoundTable(
                str(name),
                tuple(
                    FoundColumn(
                        c[0], c[1], type_of(str(c[1] if "(1)" in str(c[1]) else c[2])), c[3] or ""
                    )
                    for c in columns.get(str(name), ())
                ),
                "" if kind == "VIEW" else str(comment or ""),
                tuple(unique.get(str(name), ())),
                tuple(foreign.get(str(name), ())),
            )
            for name, comment, kind in comments
        )

    def _keys(
        self, here: str
    ) -> tuple[dict[str, list[tuple[str, ...]]], dict[str, list[ForeignKey]]]:
        if self.where.kind == "starrocks":
            return self._primary(here), {}
        rows = self.rows(
            "SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_NAME, "
            "k.REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE k "
            f"WHERE k.{here} ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME = 'PRIMARY' DESC, "
            "k.CONSTRAINT_NAME, k.ORDINAL_POSITION"
        )
        named: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        for row in rows:
            named.setdefault((row[0], row[1]), []).append(row[2:])
        unique: dict[str, list[tuple[str, ...]]] = {}
        foreign: dict[str, list[ForeignKey]] = {}
        for (table, _), parts in named.items():
            columns = tuple(p[0] for p in parts)
            if parts[0][1]:
                keys = tuple(p[2] for p in parts)
                foreign.setdefault(table, []).append(ForeignKey(columns, parts[0][1], keys))
            else:
                unique.setdefault(table, []).append(columns)
        return unique, foreign

    def _primary(self, here: str) -> dict[str, list[tuple[str, ...]]]:
        """Primary keys of StarRocks; its duplicate and aggregate keys name no single row."""
        rows = self.rows(
            "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_KEY FROM information_schema.COLUMNS "
            f"WHERE {here} ORDER BY TABLE_NAME, ORDINAL_POSITION"
        )
        found: dict[str, list[str]] = {}
        for table, name, key in rows:
            if str(key).upper() in ("PRI", "UNI"):
                found.setdefault(str(table), []).append(str(name))
        return {table: [tuple(names)] for table, names in found.items()}

    def _cursor(self) -> Any:
        return self._connection.cursor()

    def _stream(self) -> Any:
        return self._connection.cursor(pymysql.cursors.SSCursor)

    def explained(self, error: Exception) -> GembaError | None:
        if isinstance(error, OSError):
            return gone(self.where, error)
        if not isinstance(error, pymysql.err.MySQLError):
            return None
        code = error.args[0] if error.args else 0
        if code in _DENIED:
            return _wrong_password(self.where)
        if code in _NO_RIGHT:
            return _no_right(self.where, error)
        if code == 1049:
            return _no_database(self.where)
        if code in (1969, 3024):
            return _is_late(self.where)
        if code in _CHANGED:
            return changed(self.where, first_line(error.args[-1]))
        return gone(self.where, error)

    def close(self) -> None:
        if self._connection.open:
            self._connection.close()


def _tls(where: Where) -> ssl.SSLContext | None:
    if not where.uses_tls:
        return None
    try:
        return ssl.create_default_context(cafile=where.ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            told("The CA file {file} cannot be read: {why}.", file=repr(str(where.ca)), why=error)
        ) from error


class PostgreSQLServer(Source):
    """PostgreSQL, in a transaction that can only read."""

    def __init__(self, where: Where) -> None:
        super().__init__(where)
        with self.telling():
            self._connection = psycopg.connect(
                host=where.host,
                port=where.port,
                user=where.user,
                password=where.password,
                dbname=where.database,
                connect_timeout=_CONNECT_S,
                sslmode="verify-full" if where.uses_tls else "disable",
                sslrootcert=str(where.ca) if where.ca else ("system" if where.uses_tls else None),
                options=f"-c statement_timeout={STATEMENT_S * 1000}",
                application_name="gemba",
            )
            self._connection.read_only = True
            # One snapshot for all statements of a transaction, which begins with the first of them.
            self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

    def let_go(self) -> None:
        with self.telling():
            self._connection.rollback()

    def place(self, table: str) -> str:
        return f"{self.quoted(self.where.schema)}.{self.quoted(table)}"

    def tables(self) -> tuple[FoundTable, ...]:
        schema = "'" + self.where.schema.replace("'", "''") + "'"
        relations = (
            "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            f"AND n.nspname = {schema}"
        )
        names = self.rows(
            f"SELECT c.relname, COALESCE(obj_description(c.oid, 'pg_class'), '') FROM {relations} "
            "WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT c.relispartition "
            "AND has_table_privilege(c.oid, 'SELECT') ORDER BY c.relname"
        )
        if not names:
            self._require_schema(schema)
        columns = grouped(
            self.rows(
                "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), "
                "COALESCE(col_description(c.oid, a.attnum), '') FROM "
                f"{relations} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
                "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"
            ),
            lambda c: FoundColumn(c[0], c[1], type_of(c[1]), c[2]),
        )
        keys = self.rows(
            "SELECT c.relname, k.contype, ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH "
            "ORDINALITY u(n, i) JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND "
            "a.attnum = u.n ORDER BY u.i)::text[], COALESCE(f.relname, ''), "
            "ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY u(n, i) JOIN "
            "pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n "
            f"ORDER BY u.i)::text[] FROM {relations} JOIN pg_catalog.pg_constraint k "
            "ON k.conrelid = c.oid LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid "
            "WHERE k.contype IN ('p', 'u', 'f') ORDER BY c.relname, k.contype = 'p' DESC, k.conname"
        )
        unique = grouped([k for k in keys if k[1] != "f"], lambda k: tuple(k[1]))
        foreign = grouped(
            [k for k in keys if k[1] == "f"],
            lambda k: ForeignKey(tuple(k[1]), k[2], tuple(k[3])),
        )
        return tuple(
            FoundTable(
                name,
                tuple(columns.get(name, ())),
                comment,
                tuple(unique.get(name, ())),
                tuple(foreign.get(name, ())),
            )
            for name, comment in names
        )

    def _require_schema(self, schema: str) -> None:
        if not self.rows(f"SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = {schema}"):
            raise UserFixable(
                told(
                    "There is no schema {schema} in {database}. Name one with ?schema=NAME at the "
                    "end of the address.",
                    schema=repr(self.where.schema),
                    database=repr(self.where.database),
                )
            )

    def _cursor(self) -> Any:
        return self._connection.cursor()

    def _stream(self) -> Any:
        cursor = self._connection.cursor(name="gemba")
        cursor.itersize = 10_000
        return cursor

    def explained(self, error: Exception) -> GembaError | None:
        if not isinstance(error, psycopg.Error):
            return gone(self.where, error) if isinstance(error, OSError) else None
        # A failed transaction would refuse what comes next.
        if not self._is_broken():
            self._connection.rollback()
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return _no_right(self.where, error)
        if isinstance(error, psycopg.errors.QueryCanceled):
            return _is_late(self.where)
        if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
            return changed(self.where, first_line(error))
        text = str(error)
        if "authentication failed" in text or "no pg_hba.conf entry" in text or "role" in text:
            return _wrong_password(self.where)
        if 'database "' in text and "does not exist" in text:
            return _no_database(self.where)
        return gone(self.where, error)

    def _is_broken(self) -> bool:
        connection = getattr(self, "_connection", None)
        return connection is None or connection.closed or connection.broken

    def close(self) -> None:
        self._connection.close()
