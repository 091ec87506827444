"""A real PostgreSQL of our own, started by the tests that need one."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

NEEDS = "needs PostgreSQL: install the package postgresql"
PASSWORD = "geheim-↯/42"


def programs() -> Path | None:
    """The folder of its programs; None where it is not installed."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    beside = shutil.which("initdb")
    if beside:
        found.append(Path(beside).parent)
    return next((p for p in found if os.access(p / "initdb", os.X_OK)), None)


class Postgres:
    """A running server. root is its superuser and comes by the socket; `reader` reads `shop`."""

    def __init__(self, folder: Path) -> None:
        path = programs()
        assert path is not None
        self._bin, self._data, self.folder = path, folder / "data", folder
        self._owner = _owner(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        # The machine's own settings of a locale may name one that is not installed.
        self._run("initdb", "-D", str(self._data), "-U", "root", "--auth-local=trust",
                  "--auth-host=scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C")  # fmt: skip
        options = (
            f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off "
            "-c full_page_writes=off -c shared_buffers=16MB"
        )
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(folder / "log"), "-o", options,
                  "start")  # fmt: skip

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        environment = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, env=environment, cwd=self.folder,
            user=self._owner,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}\n{done.stderr}")

    def admin(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.folder), port=self.port, user="root", dbname=database, autocommit=True
        )

    def url(self, user: str = "reader", database: str = "shop", password: str = PASSWORD) -> str:
        said = password.replace("↯", "%E2%86%AF").replace("/", "%2F")
        return f"postgresql://{user}:{said}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")


def _owner(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_uid


@contextmanager
def serving() -> Iterator[Postgres]:
    """A server in a folder of its own, with a short name for its socket, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = Postgres(Path(folder))
        try:
            yield server
        finally:
            server.stop()
