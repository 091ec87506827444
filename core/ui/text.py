"""Text for the pages: data made harmless in Markdown, numbers, units and times for people."""

from __future__ import annotations

import datetime as dt
import math
import re

from core.semantic.exact import Number, exact
from core.translation import gettext as _
from core.translation import language
from core.types import User

#: What Markdown, and Streamlit's directives and maths on top of it, read as more than text.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@/'\"])")
_LEADING_NUMBER = re.compile(r"\s+")
_THIN = "\u202f"  # narrow space that does not break a line
#: Languages that write 1.234,5; the others write 1,234.5.
_COMMA = ("de", "vi")
#: From the one to the other.
SWAPPED = str.maketrans(",.", ".,")
#: Days by the language.
_DAYS = {"en": "{d.day} {d:%b} {d:%Y}", "de": "{d:%d.%m.%Y}", "vi": "{d:%d/%m/%Y}"}


def plain(text: object) -> str:
    """`text` as Markdown that shows exactly that text, on one line.

    Data, questions and model output pass through here before any Markdown element.
    """
    flat = _LEADING_NUMBER.sub(" ", str(text)).strip()
    flat = "".join(c for c in flat if c.isprintable() or c == " ")
    return _SPECIAL.sub(r"\\\1", flat)


def paragraphs(text: object) -> str:
    """The same for several lines: blank lines part paragraphs, others are kept as line ends."""
    blocks = re.split(r"\n\s*\n", str(text).strip())
    return "\n\n".join(
        "  \n".join(plain(line) for line in block.splitlines() if line.strip())
        for block in blocks
        if block.strip()
    )


def cut(text: str, most: int = 160) -> str:
    """The beginning of a longer text, cut at a word."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def number(value: Number, decimals: int = 2) -> str:
    """`12345.678` as `12,345.68`, in German as `12.345,68`; never `-0`."""
    if not math.isfinite(value):
        return "–"
    shown = f"{exact(value):,.{max(0, decimals)}f}"
    shown = shown.lstrip("-") if not shown.strip("-0.,") else shown.replace("-", "−")
    return pointed(shown)


def pointed(shown: str) -> str:
    """A number written `1,234.5` as the language writes it: `1.234,5` in German."""
    return shown.translate(SWAPPED) if language() in _COMMA else shown


def typed(value: float) -> str:
    """A number with the digits that it has and no more: `0.5`, `20`."""
    return pointed(f"{value:g}")


def percent(fraction: float, decimals: int = 1) -> str:
    """`0.972` as `97.2 %`, with a space that does not break the line."""
    return f"{number(fraction * 100, decimals)}{_THIN}%"


def moment(value: dt.datetime, *, now: dt.datetime | None = None) -> str:
    """`30 Jun 2026, 23:50`, in German `30.06.2026, 23:50`; only the time when it is `now`'s day."""
    clock = f"{value:%H:%M}"
    if now is not None and value.date() == now.date():
        return clock
    return f"{date(value)}, {clock}"


def date(value: dt.date) -> str:
    """`30 Jun 2026`, in German `30.06.2026`, in Vietnamese `30/06/2026`."""
    return _DAYS[language()].format(d=value)


def seconds(milliseconds: float) -> str:
    """A duration as `0.21 s` or `3.4 s`."""
    s = milliseconds / 1e3
    return f"{number(s, 2 if s < 1 else 1)} s"


def scope(user: User) -> str:
    """The plants of a person, as a short list."""
    return ", ".join(user.plants) if user.plants else _("no plants")
