"""Where the Redis is: the forms that GEMBA_REDIS_URL may have.

    (empty)                                          in this process, kept until it ends
    redis://USER:PASSWORD@HOST:6379/0                one server; rediss:// with TLS
    redis+sentinel://USER:PASSWORD@S1:26379,S2:26379/SERVICE/0
    redis+cluster://USER:PASSWORD@N1:6379,N2:6379

`rediss+sentinel` and `rediss+cluster` are the same with TLS. The sentinels' own account, where
they have one: `?sentinel_user=NAME&sentinel_password=WORD`. What is not a letter or a digit in a
name or a password is written as %XX.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from core.errors import SettingsError, did_you_mean

Form = Literal["embedded", "single", "sentinel", "cluster"]
_SCHEMES: dict[str, tuple[Form, bool]] = {
    "redis": ("single", False),
    "rediss": ("single", True),
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
}
_PORTS: dict[Form, int] = {"embedded": 0, "single": 6379, "sentinel": 26379, "cluster": 6379}
_SENTINEL_WORDS = ("sentinel_user", "sentinel_password")
_NAME = "GEMBA_REDIS_URL"


@dataclass(frozen=True, slots=True)
class Address:
    """A Redis. hosts: name and port of the server, of the sentinels, or of some nodes. service:
    the name that sentinels know the server by. ca: file of certificates to trust; empty: the
    system's. No password is in its repr."""

    form: Form
    hosts: tuple[tuple[str, int], ...] = ()
    db: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    uses_tls: bool = False
    service: str = ""
    sentinel_user: str = ""
    sentinel_password: str = field(default="", repr=False)
    ca: str = ""

    @property
    def label(self) -> str:
        """Where it is, for people and the log."""
        if self.form == "embedded":
            return "in this process"
        places = ", ".join(f"[{h}]:{p}" if ":" in h else f"{h}:{p}" for h, p in self.hosts)
        return f"{self.service} by {places}" if self.service else places


def read_address(url: str, ca: str = "") -> Address:
    """The address that a URL names. Raises SettingsError, which never holds the password."""
    if not url.strip():
        return Address("embedded")
    scheme, separator, _ = url.strip().partition("://")
    known = _SCHEMES.get(scheme.casefold())
    if not separator or known is None:
        # Without a scheme, what stands first may be a password.
        named = f" {scheme!r}.{did_you_mean(scheme, _SCHEMES)}" if separator else "."
        raise SettingsError(
            f"{_NAME} does not begin with a form that is known{named} Forms: "
            f"{', '.join(f'{name}://' for name in _SCHEMES)}."
        )
    form, uses_tls = known
    try:
        parts = urlsplit(url.strip())
        account, _, places = parts.netloc.rpartition("@")
        user, _, password = account.partition(":")
        hosts = tuple(_host(place, form) for place in places.split(","))
    except ValueError:
        raise SettingsError(
            f"{_NAME} names no host and port that can be used. Form: "
            f"{scheme.casefold()}://USER:PASSWORD@HOST:{_PORTS[form]}; other characters than "
            "letters and digits of a password are written as %XX."
        ) from None
    if form == "single" and len(hosts) > 1:
        raise SettingsError(
            f"{_NAME} names several hosts: use redis+sentinel:// or redis+cluster:// for them."
        )
    if ca and not Path(ca).is_file():
        raise SettingsError(f"GEMBA_REDIS_CA names {ca!r}, which is no file.")
    service, db = _path(parts.path, form)
    more = _words(parts.query, form)
    return Address(
        form,
        hosts,
        db,
        unquote(user),
        unquote(password),
        uses_tls,
        service,
        more.get("sentinel_user", ""),
        more.get("sentinel_password", ""),
        ca,
    )


def _host(place: str, form: Form) -> tuple[str, int]:
    """Raises ValueError for none."""
    parts = urlsplit(f"//{place.strip()}")
    if not parts.hostname or parts.path or parts.query:
        raise ValueError(place)
    return parts.hostname, parts.port or _PORTS[form]


def _path(path: str, form: Form) -> tuple[str, int]:
    """Service and number of the database."""
    steps = [unquote(step) for step in path.split("/") if step]
    service = ""
    if form == "sentinel":
        if not steps:
            raise SettingsError(
                f"{_NAME} names no service: redis+sentinel://HOST:26379/SERVICE, as the sentinels "
                "know it."
            )
        service, *steps = steps
    number = steps[0] if steps else "0"
    if len(steps) > 1 or not (number.isascii() and number.isdigit()):
        raise SettingsError(f"{_NAME} ends in {path!r}, which is no number of a database.")
    if form == "cluster" and number != "0":
        raise SettingsError(f"{_NAME}: a cluster has the database 0 alone.")
    return service, int(number)


def _words(query: str, form: Form) -> dict[str, str]:
    known = _SENTINEL_WORDS if form == "sentinel" else ()
    found = dict(parse_qsl(query, keep_blank_values=True))
    for name in found:
        if name not in known:
            raise SettingsError(f"{_NAME} has an option {name!r} that is not known.")
    return found
