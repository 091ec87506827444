"""Links from messages to the app: by the address under which people open it, or none at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import httpx

from core.errors import SettingsError

_SETTING: Final = "GEMBA_PUBLIC_URL"
_SCHEMES: Final = ("http", "https")


@dataclass(frozen=True, slots=True)
class Links:
    """base: the app's address without a slash at its end; empty where nobody said it."""

    base: str = ""

    def alert(self, alert_id: str) -> str:
        """Where an alert's story is shown; of an empty id the list of all. Empty without an
        address: a message then has no link rather than one that leads nowhere."""
        if not self.base:
            return ""
        story = f"?alert={quote(alert_id, safe='')}" if alert_id else ""
        return f"{self.base}/alerts{story}"


def links_of(address: str) -> Links:
    """The links of a setting. Raises SettingsError for what is no address of a web page that people
    can open: another scheme, no host, a name and password, a query or a fragment."""
    text = address.strip()
    if not text:
        return Links()
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise SettingsError(f"{_SETTING} is no URL.") from None
    is_plain = text.isprintable() and not any(mark in text for mark in " \\<>\"'")
    if url.scheme not in _SCHEMES or not url.host or not is_plain:
        raise SettingsError(
            f"{_SETTING} must be an address that begins with http:// or https://, such as "
            "https://gemba.plant.example."
        )
    if url.userinfo or url.query or url.fragment or "?" in text or "#" in text:
        raise SettingsError(
            f"{_SETTING} must be the bare address of the app: no USER:PASSWORD@, no '?', no '#'."
        )
    return Links(str(url).rstrip("/"))
