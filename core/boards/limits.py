"""How many boards and cards there may be, and how long their texts."""

from __future__ import annotations

from typing import Final

from core.errors import UserFixable
from core.translation import gettext as _

#: Boards of one person; cards of one board.
MOST_BOARDS: Final = 20
MOST_CARDS: Final = 24
MOST_NAME: Final = 80
MOST_TITLE: Final = 160
#: Seconds between two runs of a board that may be chosen; 0 for by hand.
REFRESHES: Final = (0, 30, 60, 300, 900)


def named(text: str, most: int, what: str) -> str:
    """The text on one line. Raises UserFixable for an empty or too long one."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not flat:
        raise UserFixable(_("{what} needs a name.").format(what=what))
    if len(flat) > most:
        raise UserFixable(
            _("{what} has a name of at most {most} characters.").format(what=what, most=most)
        )
    return flat
