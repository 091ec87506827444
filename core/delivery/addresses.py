"""Where messages may go: e-mail addresses, and URLs on hosts that the settings list."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from core.errors import SettingsError

_MAIL: Final = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>[^@\s]+)"
)
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
#: A name in ASCII, or an IP address of either kind; no wildcards.
_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MOST_MAIL: Final = 254
_SCHEMES: Final = ("http", "https")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL that may be called. Its path and query may hold a token, so it is never shown."""

    name: str
    server: str
    url: httpx.URL = field(repr=False)


def mail_address(text: str) -> str | None:
    """The address as it is sent, its domain in ASCII; None for what is none. Only the plain form
    `name@domain` is one: no quotes, no comments, no display name, nothing that could end a line."""
    found = _MAIL.fullmatch(text)
    if found is None:
        return None
    try:
        domain = found["domain"].encode("idna").decode("ascii")
    except UnicodeError:
        return None
    address = f"{found['local']}@{domain}"
    labels = domain.split(".")
    is_good = all(map(_LABEL.fullmatch, labels)) and len(address) <= _MOST_MAIL
    return address if is_good else None


def read_endpoints(setting: str, text: str, hosts: str) -> Mapping[str, Endpoint]:
    """Endpoints by name from `name=URL name=URL`. hosts: those that may be called, parted by
    spaces; one without a port means the scheme's own.

    Raises SettingsError, which names the setting and the endpoint, never the URL.
    """
    allowed = frozenset(_host(entry) for entry in hosts.split())
    found: dict[str, Endpoint] = {}
    for part in text.split():
        name, equals, url = part.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise SettingsError(f"{setting} is made of NAME=URL, parted by spaces.")
        if name in found:
            raise SettingsError(f"{setting} names {name!r} twice.")
        found[name] = Endpoint(name, *_checked(f"{setting}: {name!r}", url, allowed))
    return found


def trusted(setting: str, ca: str) -> ssl.SSLContext:
    """What TLS trusts: the certificates in a file, or the system's where none is named. Raises
    SettingsError for a file that holds none."""
    if not ca.strip():
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(Path(ca).expanduser()))
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"{setting}: {ca!r} holds no certificates: {error}.") from error


def _checked(
    what: str, text: str, allowed: frozenset[tuple[str, int | None]]
) -> tuple[str, httpx.URL]:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise SettingsError(f"{what} is no URL.") from None
    if url.scheme not in _SCHEMES or not url.raw_host:
        raise SettingsError(f"{what} must be a URL that begins with http:// or https://.")
    if url.userinfo or url.fragment:
        raise SettingsError(f"{what} must hold neither USER:PASSWORD@ nor a '#'.")
    host = _plain(url.raw_host.decode("ascii"))
    if (host, url.port) not in allowed:
        shown = host if url.port is None else f"{host}:{url.port}"
        raise SettingsError(
            f"{what} is on {shown!r}, which GEMBA_WEBHOOK_HOSTS does not list. Add it there if "
            "messages about the plant may go to it."
        )
    return f"{url.scheme}://{host}:{url.port or ''}", url


def _host(entry: str) -> tuple[str, int | None]:
    """An entry of the list. A port that is the scheme's own is as none."""
    try:
        url = httpx.URL(f"https://{entry}")
        is_bare = url.path in ("", "/") and not (url.userinfo or url.query or url.fragment)
    except (httpx.InvalidURL, ValueError):
        is_bare = False
        url = httpx.URL()
    host = _plain(url.raw_host.decode("ascii"))
    if not is_bare or not _HOST.fullmatch(host):
        raise SettingsError(f"GEMBA_WEBHOOK_HOSTS: {entry!r} is no HOST or HOST:PORT.")
    return host, url.port


def _plain(host: str) -> str:
    return host.lower().rstrip(".")
