"""A server of the MySQL protocol that speaks as much StarRocks as Gemba's engine asks of one.

mysql-mimic carries the protocol; DuckDB, with Gemba's own translation, answers the queries. So it
shows that the engine and its stock profile fit the wire, and nothing about StarRocks itself.
"""

import asyncio
import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from mysql_mimic import MysqlServer, ResultColumn, ResultSet, Session, packets
from mysql_mimic.auth import IdentityProvider, NativePasswordAuthPlugin, User
from mysql_mimic.charset import CharacterSet
from mysql_mimic.errors import MysqlError
from mysql_mimic.types import ColumnType
from sqlglot import exp

from core.errors import ModelFixable
from core.execution.dialect import MACROS, to_duckdb
from core.execution.duckdb_plan import tables_read
from core.execution.starrocks.address import Address
from tests.side_loop import SideLoop

PASSWORD = "wire-↯-7"
#: Session variables of StarRocks that Gemba sets; another is an error, as it is there.
_VARIABLES = {
    "time_zone",
    "query_mem_limit",
    "sql_select_limit",
    "query_timeout",
    "autocommit",
    "sql_mode",
}
_GRANTS = {
    "reader": ["GRANT SELECT ON TABLE mill.* TO USER 'reader'@'%'", "GRANT 'public' TO 'reader'"],
    "writer": ["GRANT 'loader' TO USER 'writer'@'%'"],
    "sly": ["GRANT SELECT ON TABLE mill.* TO USER 'sly'@'%'"],  # its grants hide that it may write
}
_ROLES = {
    "public": ["GRANT USAGE ON CATALOG default_catalog TO ROLE public"],
    "loader": ["GRANT SELECT, INSERT ON TABLE mill.* TO ROLE loader"],
}
#: DuckDB's types as StarRocks describes its own: type on the wire, longest value in signs.
_KINDS = {
    "BOOLEAN": (ColumnType.TINY, 1),
    "TINYINT": (ColumnType.TINY, 4),
    "SMALLINT": (ColumnType.SHORT, 6),
    "INTEGER": (ColumnType.LONG, 11),
    "BIGINT": (ColumnType.LONGLONG, 20),
    "UBIGINT": (ColumnType.LONGLONG, 20),
    "HUGEINT": (ColumnType.STRING, 40),  # LARGEINT; a sum of BIGINT is a BIGINT in StarRocks
    "FLOAT": (ColumnType.DOUBLE, 22),
    "DOUBLE": (ColumnType.DOUBLE, 22),
    "DATE": (ColumnType.DATE, 10),
    "TIMESTAMP": (ColumnType.DATETIME, 19),
}
_TEXT_SIGNS = 255
_plain_definition = packets.make_column_definition_41


class _Name(str):
    """A column's name with what mysql-mimic leaves out of the column's description."""

    __slots__ = ("charset", "scale", "signs")
    signs: int
    scale: int
    charset: CharacterSet

    def __new__(cls, name: str, signs: int, scale: int, charset: CharacterSet) -> "_Name":
        made = super().__new__(cls, name)
        made.signs, made.scale, made.charset = signs, scale, charset
        return made


def _definition(**told: Any) -> bytes:
    name = told.get("name")
    if isinstance(name, _Name):
        told |= {"name": str(name), "column_length": name.signs, "decimals": name.scale}
        told["character_set"] = name.charset
    return bytes(_plain_definition(**told))


packets.make_column_definition_41 = _definition


class _Accounts(IdentityProvider):
    async def get_user(self, username: str) -> User | None:
        if username not in _GRANTS:
            return None
        secret = NativePasswordAuthPlugin.create_auth_string(PASSWORD)
        return User(username, secret, NativePasswordAuthPlugin.name)


class _Session(Session):
    def __init__(self, store: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._cursor = store.cursor()
        self._cursor.execute("SET TimeZone = 'UTC'")
        for macro in MACROS:
            self._cursor.execute(macro)
        self._most: int | None = None

    async def handle_query(self, sql: str, attrs: dict[str, str]) -> Any:
        try:
            return await asyncio.shield(self._answer(sql))
        except asyncio.CancelledError:
            self._cursor.interrupt()
            raise

    async def _answer(self, sql: str) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, self._reply, sql)

    def _reply(self, sql: str) -> Any:
        text = sql.strip()
        for pattern, reply in (
            (r"SET (?:NAMES \S+|(?:SESSION )?(\w+)\s*=\s*(.+))$", self._set),
            (r"SHOW GRANTS(?: FOR ROLE (\w+))?$", self._grants),
            (r"EXPLAIN VERBOSE (.+)$", self._explain),
            (r"SELECT .+COLUMN_TYPE.* FROM information_schema\.columns\b.*$", self._columns),
            (r"SELECT .+COLUMN_KEY.* FROM information_schema\.columns\b.*$", self._keys),
            (r"SELECT .+TABLE_COMMENT.* FROM information_schema\.tables\b.*$", self._comments),
            (r"(SELECT .+ FROM information_schema\.tables\b.*)$", self._tables),
        ):
            found = re.match(pattern, text, re.IGNORECASE | re.DOTALL)
            if found:
                return reply(*found.groups())
        return self._query(text)

    def _set(self, name: str | None, value: str | None) -> Any:
        if name is not None and name.lower() not in _VARIABLES:
            raise MysqlError(f"Unknown system variable '{name}'", 1193)
        if name is not None and name.lower() == "sql_select_limit":
            self._most = int(value or 0)
        return [], []

    def _grants(self, role: str | None) -> Any:
        lines = _ROLES[role] if role else _GRANTS[str(self.username)]
        rows = [(role or f"'{self.username}'@'%'", "default", line) for line in lines]
        return rows, ["RoleName" if role else "UserIdentity", "Catalog", "Grants"]

    def _explain(self, sql: str) -> Any:
        translated = self._translated(sql)
        plan = self._run(f"EXPLAIN (FORMAT JSON) {translated}").fetchall()[0][1]
        lines = ["RESOURCE GROUP: default_wg", "", "PLAN FRAGMENT 0(F00)", "  RESULT SINK", ""]
        for number, table in enumerate(tables_read(plan)):
            rows = self._cursor.execute(f'SELECT COUNT(*) FROM "{table}"').fetchall()[0][0]
            lines += [
                f"  {number}:OlapScanNode",
                f"     table: {table}, rollup: {table}",
                "     preAggregation: on",
                "     partitionsRatio=1/1, tabletsRatio=3/3",
                f"     actualRows={rows}, avgRowSize=8.0",
                f"     cardinality: {max(1, rows // 2)}",
                "",
            ]
        return [(line,) for line in lines], ["Explain String"]

    def _tables(self, _sql: str) -> Any:
        found = self._cursor.execute(
            "SELECT table_name, estimated_size FROM duckdb_tables() WHERE schema_name = 'main' "
            "ORDER BY 1"
        ).fetchall()
        counted = [
            (name, self._cursor.execute(f'SELECT COUNT(*) FROM "{name}"').fetchall()[0][0])
            for name, _ in found
        ]
        changed = dt.datetime(2026, 3, 28)
        return (
            [(name, rows, changed) for name, rows in counted],
            ["TABLE_NAME", "TABLE_ROWS", "UPDATE_TIME"],
        )

    def _comments(self) -> Any:
        found = self._cursor.execute(
            "SELECT table_name, COALESCE(comment, '') FROM duckdb_tables() "
            "WHERE schema_name = 'main' ORDER BY 1"
        ).fetchall()
        rows = [(name, comment, "BASE TABLE") for name, comment in found]
        return rows, ["TABLE_NAME", "TABLE_COMMENT", "TABLE_TYPE"]

    def _columns(self) -> Any:
        kinds = {"TIMESTAMP": "datetime", "INTEGER": "int", "VARCHAR": "varchar(64)",
                 "BOOLEAN": "tinyint(1)"}  # fmt: skip
        found = self._cursor.execute(
            "SELECT table_name, column_name, data_type, COALESCE(comment, '') "
            "FROM duckdb_columns() WHERE schema_name = 'main' ORDER BY 1, column_index"
        ).fetchall()
        rows = []
        for table, name, kind, comment in found:
            said = kinds.get(kind, kind.lower())
            rows.append((table, name, said, said.partition("(")[0], comment))
        names = ["TABLE_NAME", "COLUMN_NAME", "COLUMN_TYPE", "DATA_TYPE", "COLUMN_COMMENT"]
        return rows, names

    def _keys(self) -> Any:
        found = self._cursor.execute(
            "SELECT table_name, unnest(constraint_column_names), 'PRI' FROM duckdb_constraints() "
            "WHERE constraint_type = 'PRIMARY KEY' ORDER BY 1"
        ).fetchall()
        return found, ["TABLE_NAME", "COLUMN_NAME", "COLUMN_KEY"]

    def _query(self, sql: str) -> Any:
        if not self._is_query(sql):
            if self.username == "reader":
                raise MysqlError("Access denied; you need (at least one of) the privilege(s)", 5203)
            self._run(sql)
            return [], []
        relation = self._run(self._translated(sql))
        described = relation.description or []
        columns = [_column(name, str(kind)) for name, kind, *_ in described]
        rows = relation.fetchall() if self._most is None else relation.fetchmany(self._most)
        return ResultSet([[_plain(value) for value in row] for row in rows], columns)

    def _run(self, sql: str) -> Any:
        try:
            return self._cursor.execute(sql)
        except duckdb.InterruptException as error:
            raise MysqlError("Query execution was interrupted", 1317) from error
        except duckdb.Error as error:
            raise MysqlError(str(error).splitlines()[0], 1064) from error

    @staticmethod
    def _translated(sql: str) -> str:
        try:
            return to_duckdb(sql)
        except ModelFixable as error:
            raise MysqlError(error.hint, 1064) from error

    @staticmethod
    def _is_query(sql: str) -> bool:
        try:
            trees = sqlglot.parse(sql, read="starrocks")
        except sqlglot.errors.SqlglotError as error:
            raise MysqlError(f"Getting syntax error: {error}"[:300], 1064) from error
        if len(trees) != 1:
            raise MysqlError("Getting syntax error: more than one statement", 1064)
        return isinstance(trees[0], exp.Query)


class _KillingSession(_Session):
    """KILL goes through mysql-mimic's own handling, which reaches other connections."""

    async def handle_query(self, sql: str, attrs: dict[str, str]) -> Any:
        if sql.strip().upper().startswith("KILL "):
            return await Session.handle_query(self, sql, attrs)
        return await super().handle_query(sql, attrs)


def _column(name: str, kind: str) -> ResultColumn:
    decimal = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", kind)
    scale = int(decimal[2]) if decimal else 0
    if decimal:
        wire, signs = ColumnType.NEWDECIMAL, int(decimal[1]) + (2 if scale else 1)
    else:
        wire, signs = _KINDS.get(kind, (ColumnType.VARCHAR, _TEXT_SIGNS))
    charset = CharacterSet.utf8mb4 if wire is ColumnType.VARCHAR else CharacterSet.binary
    return ResultColumn(_Name(name, signs, scale, charset), wire, text_encoder=_encoded)


def _encoded(_column: ResultColumn, value: Any) -> bytes:
    if isinstance(value, bool):
        value = int(value)
    return (format(value, "f") if isinstance(value, Decimal) else str(value)).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None  # StarRocks has no NaN and no infinity
    return value


class WireServer:
    """Users `reader`, `writer` and `sly`, all with PASSWORD; `store` is the DuckDB they see."""

    def __init__(self, path: Path) -> None:
        self.store = duckdb.connect(str(path))
        self.port = 0
        self._loop = SideLoop()
        self._server = MysqlServer(
            session_factory=lambda: _KillingSession(self.store), identity_provider=_Accounts()
        )
        self._is_up = True
        self._loop.run(self._start(), 10)

    async def _start(self) -> None:
        await self._server.start_server(host="127.0.0.1", port=0)
        self.port = int(self._server.sockets()[0].getsockname()[1])

    def address(self, user: str = "reader", **changes: Any) -> Address:
        made: dict[str, Any] = {
            "host": "127.0.0.1", "port": self.port, "user": user, "database": "mill",
            "password": PASSWORD, "uses_tls": False,
        }  # fmt: skip
        return Address(**{**made, **changes})

    def stop(self) -> None:
        if not self._is_up:
            return
        self._is_up = False

        async def end() -> None:
            self._server.close()

        self._loop.run(end(), 10)
        self._loop.close()
        self.store.close()


@contextmanager
def serving(path: Path) -> Iterator[WireServer]:
    """A server over a DuckDB file that is its own, until the block ends."""
    server = WireServer(path)
    try:
        yield server
    finally:
        server.stop()
