"""Names and values on their way into SQL text: checked first, quoted always.

What is refused here is refused for good: there is no option to let it through.
"""

import re
import unicodedata
from typing import Final

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
# Letters and digits of any script, and the marks that plant codes are written with. No quote, no
# backslash (an escape inside a StarRocks text), no semicolon, no control character.
_PLANT: Final = re.compile(r"[\w](?:[\w .\-/]{0,62}[\w])?")
_UNFIT_FOR_A_NAME: Final = re.compile(r"[^a-z0-9]+")


class BadNameError(ValueError):
    """A name or value that may not stand in SQL; the message names it and what would be allowed."""


def identifier(name: str) -> str:
    """The name in backquotes, each part of `a.b` for itself; raises BadNameError."""
    parts = name.split(".")
    for part in parts:
        if not _IDENTIFIER.fullmatch(part):
            raise BadNameError(
                f"{part!r} cannot be a name in StarRocks: use letters of A-Z, digits and "
                "underscores, at most 64, not beginning with a digit."
            )
    return ".".join(f"`{part}`" for part in parts)


def literal(value: str) -> str:
    """A text in single quotes, as StarRocks reads it; BadNameError for control characters."""
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in value):
        raise BadNameError(f"{value!r} holds a control character or a line break: take it out.")
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def plant_literal(value: str) -> str:
    """A plant code as a text; raises BadNameError for what is no plain code."""
    if not _PLANT.fullmatch(value) or unicodedata.normalize("NFC", value) != value:
        raise BadNameError(
            f"{value!r} cannot be a plant code in a view: use letters, digits, spaces and . - / _ "
            "(at most 64, beginning and ending with a letter or digit)."
        )
    return literal(value)


def part_of_name(value: str) -> str:
    """A plant code as part of a database's or account's name: `Hai Phong` -> `hai_phong`."""
    part = _UNFIT_FOR_A_NAME.sub("_", value.lower()).strip("_")
    if not part:
        raise BadNameError(
            f"{value!r} gives no name: a plant code needs a letter of A-Z or a digit."
        )
    return part
