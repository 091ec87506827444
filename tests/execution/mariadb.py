"""A real MariaDB of our own, for what only a real server shows: TLS, accounts, KILL, wire types.

It stands in for StarRocks at the MySQL protocol; what is particular to each is a Server profile.
"""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql

from core.execution.starrocks.address import Address
from core.execution.starrocks.engine import StarRocksEngine
from core.execution.starrocks.pool import PoolSettings
from core.execution.starrocks.server import Server, SessionLimits
from core.types import Estimate, Governed, Scan
from tests.execution.certificates import Authority

NEEDS = "needs mariadbd: install the package mariadb-server"
PASSWORD = "geheim-↯-42"  # beyond Latin-1, so that its bytes on the wire are tested too
DATABASE = "mill"
_START_S = 30.0


def _session(limits: SessionLimits) -> Sequence[str]:
    return ("SET time_zone = '+00:00'", f"SET sql_select_limit = {limits.rows}")


def _timeout(seconds: float) -> str:
    # Well behind the engine's own deadline, so that the tests see the engine's at work.
    return f"SET max_statement_time = {seconds + 60}"


def _read_plan(lines: Sequence[str]) -> Estimate:
    """Tab-separated rows of EXPLAIN: table in the third column, rows in the ninth."""
    cells = [line.split("\t") for line in lines]
    scans = [Scan(c[2], int(c[8]), 1, 1) for c in cells if len(c) > 8 and c[8].isdigit()]
    return Estimate(tuple(scans), "\n".join(lines))


MARIADB = Server(_session, _timeout, "EXPLAIN", _read_plan, "SHOW GRANTS FOR {role}")


def server_path() -> Path | None:
    """Where mariadbd stands; None when it is not installed."""
    for candidate in ("/usr/sbin/mariadbd", shutil.which("mariadbd") or ""):
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate)
    return None


def raw(sql: str, *, limit: int = 1001) -> Governed:
    """SQL as if governance had let it through."""
    return Governed(
        sql=sql, tables=(), predicates=(), masked=(), limit=limit, rules_version="x"
    )  # fmt: skip


class MariaDB:
    """A running server. Accounts, all with PASSWORD: `r` reads, `w` writes, `s` reads over TLS
    alone, `byrole` reads through a role, `rolewriter` writes through one. root has no password and
    comes by the socket only."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.folder = folder
        self.authority = Authority(folder, "plant-ca")
        self.stranger = Authority(folder, "other-ca")
        self._data, self._socket = folder / "data", folder / "s"
        self._certificate, self._key = folder / "server.crt", folder / "server.key"
        self._use(*self.authority.issue("localhost"))
        shutil.copytree(template, self._data)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._process = self._start()
        self._prepare()

    def _start(self) -> "subprocess.Popen[bytes]":
        path = server_path()
        assert path is not None
        command = [
            str(path), "--no-defaults", f"--datadir={self._data}", f"--socket={self._socket}",
            f"--port={self.port}", "--bind-address=127.0.0.1", "--skip-log-bin",
            "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=4M", "--skip-name-resolve",
            f"--ssl-ca={self.authority.path}", f"--ssl-cert={self._certificate}",
            f"--ssl-key={self._key}", "--performance-schema=OFF", "--max-connections=60",
            "--local-infile=ON", "--sql-mode=",
        ]  # fmt: skip
        if os.geteuid() == 0:
            command.append("--user=root")
        log = (self.folder / "log").open("wb")
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        limit = time.monotonic() + _START_S
        while time.monotonic() < limit and process.poll() is None:
            try:
                self.root().close()
                return process
            except pymysql.err.OperationalError:
                time.sleep(0.05)  # a server says nowhere else that it is ready
        process.kill()
        process.wait()
        raise RuntimeError("mariadbd did not start:\n" + (self.folder / "log").read_text()[-2000:])

    def _prepare(self) -> None:
        with self.admin() as do:
            do(f"CREATE DATABASE {DATABASE}")
            for user in ("r", "w", "s", "byrole", "rolewriter", "granter"):
                more = " REQUIRE SSL" if user == "s" else ""
                do(f"CREATE USER {user}@'%' IDENTIFIED BY '{PASSWORD}'{more}")
            for role, rights in (("readers", "SELECT"), ("writers", "SELECT, INSERT")):
                do(f"CREATE ROLE {role}")
                do(f"GRANT {rights} ON {DATABASE}.* TO {role}")
            do("CREATE ROLE nested")
            do("GRANT writers TO nested")
            for user in ("r", "s"):
                do(f"GRANT SELECT ON {DATABASE}.* TO {user}@'%'")
            do(f"GRANT SELECT, INSERT, DELETE ON {DATABASE}.* TO w@'%'")
            do(f"GRANT SELECT ON {DATABASE}.* TO granter@'%' WITH GRANT OPTION")
            do("GRANT readers TO byrole@'%'")
            do("GRANT nested TO rolewriter@'%'")
            for user in ("byrole", "rolewriter"):
                do(f"GRANT SELECT ON {DATABASE}.* TO {user}@'%'")
                # MariaDB shows a role's rights to those who can read its own tables.
                do(f"GRANT SELECT ON mysql.* TO {user}@'%'")
            do(f"CREATE TABLE {DATABASE}.readings (machine VARCHAR(20), heat DOUBLE, at DATETIME)")
            do(f"INSERT INTO {DATABASE}.readings VALUES ('N-1', 20.5, '2026-03-28 06:00:00')")
            do(f"INSERT INTO {DATABASE}.readings VALUES ('N-2', NULL, '2026-03-28 07:00:00')")

    def _use(self, certificate: Path, key: Path) -> None:
        shutil.copyfile(certificate, self._certificate)
        shutil.copyfile(key, self._key)

    @contextmanager
    def certificate(self, certificate: Path, key: Path) -> Iterator[None]:
        """The server shows this certificate while the block runs."""
        self._use(certificate, key)
        with self.admin() as do:
            do("FLUSH SSL")
        try:
            yield
        finally:
            self._use(*self.authority.issue("localhost"))
            with self.admin() as do:
                do("FLUSH SSL")

    def root(self) -> "pymysql.connections.Connection[Any]":
        return pymysql.connect(
            unix_socket=str(self._socket), user="root", autocommit=True, connect_timeout=5
        )

    @contextmanager
    def admin(self) -> Iterator[Any]:
        """A function that runs a statement as root and gives its rows."""
        connection = self.root()
        try:

            def do(sql: str) -> list[tuple[Any, ...]]:
                with connection.cursor() as cursor:
                    cursor.execute(sql)
                    return list(cursor.fetchall())

            yield do
        finally:
            connection.close()

    def address(self, user: str = "r", **changes: Any) -> Address:
        """How a user reaches it, without TLS unless it is asked for."""
        made: dict[str, Any] = {
            "host": "localhost", "port": self.port, "user": user, "database": DATABASE,
            "password": PASSWORD, "uses_tls": False,
        }  # fmt: skip
        return Address(**{**made, **changes})

    def engine(
        self, user: str = "r", *, pool: PoolSettings | None = None, **changes: Any
    ) -> StarRocksEngine:
        return StarRocksEngine(self.address(user, **changes), pool=pool, server=MARIADB)

    def threads(self, user: str = "r") -> list[tuple[int, str]]:
        """The account's connections: the server's number, the statement that runs or ''."""
        with self.admin() as do:
            rows = do(
                "SELECT ID, COMMAND, COALESCE(INFO, '') FROM information_schema.PROCESSLIST "
                f"WHERE USER = '{user}'"
            )
        return [(int(i), str(text) if command == "Query" else "") for i, command, text in rows]

    def running(self, words: str, user: str = "r") -> list[int]:
        """Connections whose statement holds these words."""
        return [number for number, text in self.threads(user) if words in text]

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def template(build: Path) -> Path:
    """An empty data folder of this version, made once and kept for later runs."""
    path = server_path()
    assert path is not None
    said = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=20)
    version = re.search(r"Ver (\S+)", said.stdout)
    folder = build / f"mariadb-{version[1] if version else 'unknown'}"
    build.mkdir(exist_ok=True)
    with (build / "mariadb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = folder.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            command = [
                "mariadb-install-db", "--no-defaults", f"--datadir={half}",
                "--auth-root-authentication-method=normal", "--skip-test-db",
                "--innodb-log-file-size=4M",
            ]  # fmt: skip
            if os.geteuid() == 0:
                command.append("--user=root")
            made = subprocess.run(command, capture_output=True, text=True, timeout=120)
            if made.returncode != 0:
                raise RuntimeError(f"mariadb-install-db failed:\n{made.stdout}\n{made.stderr}")
            half.rename(folder)
    return folder


@contextmanager
def serving(folder: Path, build: Path) -> Iterator[MariaDB]:
    """A server in a folder of its own until the block ends."""
    server = MariaDB(folder, template(build))
    try:
        yield server
    finally:
        server.stop()
