"""The conversation that a turn stands in, as the turn needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from core.dialogue.edits import Edit
from core.dialogue.past import Past, PastTurn
from core.types import ChartEdit


@dataclass(frozen=True, slots=True)
class Change:
    """Changes that were pressed under the answer `of`, and not said."""

    of: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """past: the turns so far. rows: gives the rows of a turn's answer; None where they are not kept
    any more. change: what was pressed in place of a question. drawn: what was changed with a
    press of the chart of an answer, by its id."""

    past: Past
    rows: Callable[[PastTurn], pa.Table | None]
    change: Change | None = None
    drawn: Callable[[str], tuple[ChartEdit, ...]] = lambda _answer: ()

    def rows_of(self, turn: PastTurn) -> pa.Table | None:
        """The rows that a turn's query gave; None where they are not kept, or only their number."""
        return None if turn.is_number else self.rows(turn)


def _nothing(_turn: PastTurn) -> pa.Table | None:
    return None


#: A question that stands in no conversation.
ALONE: Final = Talk(Past(), _nothing)
