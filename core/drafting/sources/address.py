"""Where a database stands: `duckdb:///FILE`, `sqlite:///FILE`, `mysql://...`, `postgresql://...`,
`starrocks://...`, or a file's own path."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from core.errors import UserFixable, did_you_mean
from core.translation import told

Kind = Literal["duckdb", "sqlite", "mysql", "postgresql", "starrocks"]
_SCHEMES: Final[dict[str, Kind]] = {
    "duckdb": "duckdb",
    "sqlite": "sqlite",
    "mysql": "mysql",
    "mariadb": "mysql",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "starrocks": "starrocks",
}
_PORTS: Final[dict[str, int]] = {"mysql": 3306, "postgresql": 5432, "starrocks": 9030}
_ENDINGS: Final[dict[str, Kind]] = {
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}
_OPTIONS: Final = ("schema", "ca", "tls")
_FORM: Final = "{scheme}://USER:PASSWORD@HOST:{port}/DATABASE"


@dataclass(frozen=True, slots=True)
class Where:
    """A database. file: of DuckDB and SQLite. schema: of PostgreSQL, `public` where none is said.
    The password is in no text that is made of it."""

    kind: Kind
    file: Path | None = None
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    database: str = ""
    schema: str = ""
    uses_tls: bool = False
    ca: Path | None = None

    @property
    def label(self) -> str:
        """For messages and the model's file: without the password."""
        if self.file is not None:
            return f"{self.kind}:{self.file.name}"
        at = f"{self.user}@{self.host}:{self.port}/{self.database}"
        return f"{self.kind}://{at}" + (f"?schema={self.schema}" if self.schema else "")


def parse_where(url: str) -> Where:
    """Raises UserFixable that says what is wrong, without the password."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return _file(_ENDINGS.get(Path(url).suffix.casefold()), Path(url))
    kind = _SCHEMES.get(scheme.casefold())
    if kind is None:
        raise UserFixable(
            told(
                "No database is known by {scheme}.{hint} Write duckdb, sqlite, mysql, postgresql "
                "or starrocks before the ://.",
                scheme=repr(scheme),
                hint=did_you_mean(scheme, _SCHEMES),
            )
        )
    if kind in ("duckdb", "sqlite"):
        # sqlite:///relative.file and sqlite:////absolute/file, as in SQLAlchemy.
        return _file(kind, Path(unquote(rest.removeprefix("/"))))
    return _server(kind, url)


def _file(kind: Kind | None, path: Path) -> Where:
    path = path.expanduser()
    if kind is None:
        raise UserFixable(
            told(
                "{name} does not say which database it is. Write duckdb:///{path} or "
                "sqlite:///{path}.",
                name=repr(path.name),
                path=path,
            )
        )
    if not path.is_file():
        raise UserFixable(
            told("There is no file {path}. Name one that is there.", path=repr(str(path)))
        )
    return Where(kind, file=path.resolve())


def _server(kind: Kind, url: str) -> Where:
    form = _FORM.format(scheme=kind, port=_PORTS[kind])
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[kind]
    except ValueError:
        # Its words quote the address: with a `/` in the password, a part of that.
        raise UserFixable(
            told(
                "That is no address. Write {form}, with signs such as / and @ in the password as "
                "%2F and %40.",
                form=form,
            )
        ) from None
    database = unquote(parts.path.strip("/"))
    if not parts.hostname or not parts.username or not database or "/" in database:
        raise UserFixable(
            told("The address needs a user, a host and a database: {form}.", form=form)
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name not in _OPTIONS:
            raise UserFixable(
                told(
                    "The address has no option {name}.{hint} Options: {options}.",
                    name=repr(name),
                    hint=did_you_mean(name, _OPTIONS),
                    options=", ".join(_OPTIONS),
                )
            )
    tls = options.get("tls", "off" if _is_loopback(parts.hostname) else "required")
    if tls not in ("required", "off"):
        raise UserFixable(told("The option tls is `required` or `off`."))
    return Where(
        kind,
        host=parts.hostname,
        port=port,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        database=database,
        schema=options.get("schema", "public" if kind == "postgresql" else ""),
        uses_tls=tls == "required" or "ca" in options,
        ca=Path(options["ca"]).expanduser() if "ca" in options else None,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
