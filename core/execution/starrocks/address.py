"""Where a StarRocks server stands and how it is reached: `starrocks://user:pw@host:9030/db`."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from core.errors import ConfigError, did_you_mean

DEFAULT_PORT = 9030
_FORM = "starrocks://USER:PASSWORD@HOST:9030/DATABASE?ca=/path/to/ca.pem"
_OPTIONS = ("ca", "tls")


@dataclass(frozen=True, slots=True)
class Address:
    """uses_tls: with the server's certificate checked against `ca`, or the system's CAs when that
    is None. The password is in no text that is made of it."""

    host: str
    port: int
    user: str
    database: str
    password: str = field(default="", repr=False)
    uses_tls: bool = True
    ca: Path | None = None

    @property
    def label(self) -> str:
        """For messages: everything but the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.database}"

    def tls_context(self) -> ssl.SSLContext | None:
        """Checks certificate and host name; None without TLS. Raises ConfigError for a CA file
        that cannot be read."""
        if not self.uses_tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"The CA file {str(self.ca)!r} of GEMBA_STORE_URL cannot be read: {error}."
            ) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def parse_address(url: str) -> Address:
    """Raises ConfigError that says what is wrong, without the password."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT
    except ValueError:
        # Its words quote the address: with a `/` in the password, a part of that.
        raise ConfigError(
            f"GEMBA_STORE_URL is no address. Write {_FORM}, with signs such as / and @ in the "
            "password as %2F and %40."
        ) from None
    database = unquote(parts.path.strip("/"))
    if not parts.hostname or not parts.username or not database or "/" in database:
        raise ConfigError(f"GEMBA_STORE_URL needs a user, a host and a database: {_FORM}.")
    options = _options(parts.query)
    tls = options.get("tls", "off" if _is_loopback(parts.hostname) else "required")
    if tls not in ("required", "off"):
        raise ConfigError("GEMBA_STORE_URL: tls is `required` or `off`.")
    ca = Path(options["ca"]).expanduser() if "ca" in options else None
    return Address(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username),
        database=database,
        password=unquote(parts.password or ""),
        uses_tls=tls == "required" or (ca is not None and "tls" not in options),
        ca=ca,
    )


def _options(query: str) -> dict[str, str]:
    found = dict(parse_qsl(query, keep_blank_values=True))
    for name in found:
        if name not in _OPTIONS:
            raise ConfigError(
                f"GEMBA_STORE_URL has no option {name!r}.{did_you_mean(name, _OPTIONS)} "
                f"Options: {', '.join(_OPTIONS)}."
            )
    return found


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
