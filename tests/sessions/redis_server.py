"""A real Redis of our own, for what only a real server shows: TLS, accounts, memory, a restart."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis

from tests.execution.certificates import Authority
from tests.scaffold.tree import ROOT

NEEDS = "needs redis-server: install the package redis-server"
PASSWORD = "geheim-↯-7@:/"
_START_S = 10.0


def server_path() -> Path | None:
    """Where redis-server stands; None when it is not installed."""
    found = shutil.which("redis-server")
    return Path(found) if found else None


def documented_rights() -> str:
    """The rights of the account that docs/sessions.md names, without its name and password."""
    text = (ROOT / "docs" / "sessions.md").read_text("utf-8")
    found = re.search(r"^user gemba on >PASSWORD (.+)$", text, re.MULTILINE)
    assert found is not None
    return found[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """A server of its own in a folder, on one port for as long as it is used. Accounts: `gemba`
    with the documented rights and `more`; `default` may do all from this process alone, by
    `admin`."""

    def __init__(self, folder: Path, *options: str, tls: bool = False, more: str = "") -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.uses_tls = tls
        self._options = list(options)
        self.authority = Authority(folder, "plant-ca")
        self.certificate, self.key = self.authority.issue("localhost")
        acl = folder / "users.acl"
        acl.write_text(
            "user default on >admin ~* &* +@all\n"
            f"user gemba on >{PASSWORD} {documented_rights()} {more}\n",
            "utf-8",
        )
        self._acl = acl
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        path = server_path()
        assert path is not None
        port = ["--port", "0", "--tls-port", str(self.port)] if self.uses_tls else [
            "--port", str(self.port)
        ]  # fmt: skip
        if self.uses_tls:
            port += [
                "--tls-cert-file", str(self.certificate), "--tls-key-file", str(self.key),
                "--tls-ca-cert-file", str(self.authority.path), "--tls-auth-clients", "no",
            ]  # fmt: skip
        command = [
            str(path), *port, "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "",
            "--appendonly", "no", "--aclfile", str(self._acl), "--daemonize", "no",
            *self._options,
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True
            )
        limit = time.monotonic() + _START_S
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                with self.admin() as admin:
                    admin.ping()
                return
            except redis.RedisError:
                time.sleep(0.02)  # a server says nowhere else that it is ready
        self.kill()
        raise RuntimeError("redis-server did not start:\n" + (self.folder / "log").read_text())

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def admin(self) -> Iterator[Any]:
        """A client that may do everything."""
        more: dict[str, Any] = {"ssl": True, "ssl_ca_certs": str(self.authority.path)}
        client = redis.Redis(
            host="localhost", port=self.port, password="admin", socket_timeout=5,
            retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),
            **(more if self.uses_tls else {}),
        )  # fmt: skip
        try:
            yield client
        finally:
            client.close()

    def url(self, password: str = PASSWORD, *, port: int | None = None, db: int = 0) -> str:
        """As GEMBA_REDIS_URL names it, for the account with few rights."""
        from urllib.parse import quote

        scheme = "rediss" if self.uses_tls else "redis"
        return f"{scheme}://gemba:{quote(password, safe='')}@localhost:{port or self.port}/{db}"
