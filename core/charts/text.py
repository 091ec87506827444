"""Text from data inside a picture: never markup, never longer than its place.

Plotly reads a small HTML in every label, decodes entities, and hands `$...$` to a formula
renderer where one is loaded; so `&`, `<`, `>` and `$` are written as entities.
"""

from __future__ import annotations

import textwrap
import unicodedata

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})
_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")


def escape(text: str) -> str:
    """One line with nothing left that Plotly takes for markup."""
    return clean(text).translate(_ENTITIES)


def clean(text: str) -> str:
    """One line without control characters and direction marks."""
    if text.isascii() and text.isprintable():
        return text
    # A tab or a line break parts words; what else is invisible goes.
    spaced = "".join(" " if c in "\t\r\n\u2028\u2029" else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)


def clip(text: str, length: int) -> str:
    """At most `length` characters, the last an ellipsis when some were left out."""
    one = clean(text)
    return one if len(one) <= length else one[: max(1, length - 1)].rstrip() + "…"


def label(text: str, length: int = 24) -> str:
    """A label for an axis or a legend: cleaned, clipped, escaped."""
    return clip(text, length).translate(_ENTITIES)


def wrapped(text: str, width: int, lines: int) -> tuple[str, int]:
    """Escaped text over at most so many lines, and how many it takes."""
    found = textwrap.wrap(clean(text), width, max_lines=lines, placeholder=" …") or [""]
    return "<br>".join(line.translate(_ENTITIES) for line in found), len(found)
