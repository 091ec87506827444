"""What each role asks its model with: a server, a name and limits, from the settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlsplit

from core.errors import SettingsError, did_you_mean
from core.generation.port import Role
from core.settings import Settings

_FORM: Final = "model=NAME url=http://HOST:8000/v1 temperature=0.1 tokens=2048 timeout=25"


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """How one role is served.

    setting: where it is set, for messages. url: the API's root, without a slash at its end. model:
    empty for the first that the server lists. temperature: 0 to 2. tokens: of its reply at most.
    timeout_s: for one call with all its attempts. thinking: whether the model may reason first.
    """

    role: Role
    setting: str
    url: str
    model: str = ""
    key: str = field(default="", repr=False)
    temperature: float = 0.0
    tokens: int = 256
    timeout_s: float = 5.0
    thinking: bool = False


_DEFAULTS: Final[tuple[tuple[Role, float, int, float], ...]] = (
    ("sql", 0.1, 2048, 25.0),
    ("intent", 0.0, 16, 2.0),
    ("reflect", 0.0, 256, 5.0),
    ("narrate", 0.2, 256, 5.0),
)


def roles_of(settings: Settings) -> Mapping[Role, RoleSettings]:
    """The roles that have a model: none without `llm_url`, `hard` only where it is set.

    Raises SettingsError that names the setting.
    """
    texts: dict[Role, str] = {
        "sql": settings.llm_sql,
        "hard": settings.llm_hard,
        "intent": settings.llm_intent,
        "reflect": settings.llm_reflect,
        "narrate": settings.llm_narrate,
    }
    if not settings.llm_url.strip():
        for role, text in texts.items():
            if text.strip():
                raise SettingsError(
                    f"{_name(role)} is set, but GEMBA_LLM_URL is not: give it the server, as "
                    "http://HOST:8000/v1."
                )
        return {}
    url = _url("GEMBA_LLM_URL", settings.llm_url)
    key = _key("GEMBA_LLM_KEY", settings.llm_key.strip())
    found: dict[Role, RoleSettings] = {}
    for role, temperature, tokens, timeout_s in _DEFAULTS:
        base = RoleSettings(
            role, _name(role), url, settings.llm_model.strip(), key,
            temperature, tokens, timeout_s,
        )  # fmt: skip
        found[role] = _with_parts(base, texts[role])
    if texts["hard"].strip():
        base = replace(found["sql"], role="hard", setting=_name("hard"))
        found["hard"] = _with_parts(base, texts["hard"])
    return found


def _name(role: Role) -> str:
    return f"GEMBA_LLM_{role.upper()}"


def _with_parts(base: RoleSettings, text: str) -> RoleSettings:
    changes: dict[str, Any] = {}
    for part in text.split():
        name, equals, value = part.partition("=")
        if name not in _PARTS:
            raise SettingsError(
                f"{base.setting} has a part {name!r} that is not known."
                f"{did_you_mean(name, _PARTS)} Its form: {_FORM}."
            )
        into, read = _PARTS[name]
        if not equals or not value:
            raise SettingsError(f"{base.setting}: {name} has no value. Its form: {_FORM}.")
        if into in changes:
            raise SettingsError(f"{base.setting} gives {name} twice.")
        changes[into] = read(f"{base.setting}: {name}", value)
    url = changes.get("url", base.url)
    if "key" not in changes and _origin(url) != _origin(base.url):
        changes["key"] = ""  # a key is for the server that it was given with
    if "model" not in changes and url != base.url:
        changes["model"] = ""
    return replace(base, **changes)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _url(name: str, text: str) -> str:
    """The API's root. Raises SettingsError for what is none, without repeating a key in it."""
    text = text.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_url = False
        parts = urlsplit("")
    if not is_url or not text.isprintable():
        raise SettingsError(f"{name} must be an address as http://HOST:8000/v1.")
    if "@" in parts.netloc:
        raise SettingsError(f"{name} must not hold a key or a password: give it in GEMBA_LLM_KEY.")
    if parts.query or parts.fragment:
        raise SettingsError(f"{name} must end with its path, as http://HOST:8000/v1.")
    return text.removesuffix("/chat/completions")


def _number(low: float, high: float) -> Callable[[str, str], float]:
    def read(name: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise SettingsError(f"{name} must be from {low:g} to {high:g}, not {text!r}.")
        return value

    return read


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not low <= int(text[:9]) <= high:
            raise SettingsError(f"{name} must be from {low} to {high}, not {text!r}.")
        return int(text)

    return read


def _yes_or_no(name: str, text: str) -> bool:
    if text.casefold() not in ("yes", "no"):
        raise SettingsError(f"{name} must be yes or no, not {text!r}.")
    return text.casefold() == "yes"


def _key(name: str, text: str) -> str:
    if not text.isascii() or any(c.isspace() or not c.isprintable() for c in text):
        raise SettingsError(f"{name} holds a character that no key has.")
    return text


def _text(_name: str, text: str) -> str:
    return text


#: Name in the setting -> field, and what reads it.
_PARTS: Final[Mapping[str, tuple[str, Callable[[str, str], Any]]]] = {
    "model": ("model", _text),
    "url": ("url", _url),
    "key": ("key", _key),
    "temperature": ("temperature", _number(0, 2)),
    "tokens": ("tokens", _whole(1, 32_768)),
    "timeout": ("timeout_s", _number(0.1, 600)),
    "thinking": ("thinking", _yes_or_no),
}
