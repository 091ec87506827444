"""What an answer says of the conversation's memory: that it is away, or did not take all."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from core.dialogue.past import Past, PastTurn
from core.semantic.display import format_number
from core.sessions.sessions import Kept
from core.translation import LANGUAGES, marked, speaking
from core.translation import gettext as _

#: What is said where it cannot be known what was asked before.
AWAY: Final = marked(
    "The conversation's memory is away, so this is answered on its own; ask "
    "in full what builds on an earlier answer."
)
#: The same where what came before is known by what is kept for good.
AWAY_IN_PART: Final = marked(
    "The conversation's memory is away: what was asked before is known, the rows of earlier "
    "answers are not."
)
_NOT_TAKEN: Final = marked(
    "The conversation's memory did not take this answer: what builds on it may have to be asked in "
    "full."
)
_FIRST_ROWS: Final = marked(
    "The conversation keeps the first {rows} of these {of} rows, as the rest is too large; another "
    "picture of them reads them from the store again."
)
_NO_ROWS: Final = marked(
    "The conversation keeps none of these {of} rows; another picture of them reads them from the "
    "store again."
)


def of_memory(past: Past, kept: Kept) -> tuple[str, ...]:
    """What an answer says of the memory, in the language at hand; nothing where all is well."""
    if past.is_away:
        return (_(AWAY_IN_PART) if past.turns else _(AWAY),)
    if not kept.is_kept:
        return (_(_NOT_TAKEN),)
    if not kept.is_cut:
        return ()
    said = _(_FIRST_ROWS) if kept.rows else _(_NO_ROWS)
    return (said.format(rows=format_number(kept.rows, 0), of=format_number(kept.of, 0)),)


def without_notices(past: Past) -> Past:
    """The turns without what they said of the memory at their time: an answer that draws the rows
    of one of them says how it is now."""
    return replace(past, turns=tuple(map(_bare, past.turns)))


def _bare(turn: PastTurn) -> PastTurn:
    answer = turn.answer
    notes = tuple(note for note in answer.notes if note not in _said())
    return turn if notes == answer.notes else replace(turn, answer=replace(answer, notes=notes))


@cache
def _said() -> frozenset[str]:
    """The notices without figures, in each language. The others are of rows that are not all kept,
    and so are never drawn again."""
    found = set()
    for language in LANGUAGES:
        with speaking(language):
            found |= {_(AWAY), _(AWAY_IN_PART), _(_NOT_TAKEN)}
    return frozenset(found)
