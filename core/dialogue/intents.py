"""What a question wants of the conversation that it stands in: a finite-state machine.

    state     what is at hand
    blank     nothing yet: the conversation begins, or was begun again
    answered  an answer that a question can go on from
    asking    Gemba asked back, and nothing was answered before
    between   Gemba asked back, and an answer from before is at hand

`ALLOWED` says what an intent is taken for in a state; `AFTER` where the turn's end leads to. What
is not in a table is taken for a new question, as is a word that is no intent at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from core.dialogue.past import Past
from core.types import Status


class Intent(StrEnum):
    """What a question wants."""

    NEW_QUERY = "NEW_QUERY"  # stands alone
    DATA_FILTER = "DATA_FILTER"  # the answer before, over other rows
    VISUAL_UPDATE = "VISUAL_UPDATE"  # the same rows, shown differently
    CLARIFY = "CLARIFY"  # the word that Gemba asked for
    RESET = "RESET"  # forget what was said


class State(StrEnum):
    """What is at hand when a question comes."""

    BLANK = "blank"
    ANSWERED = "answered"
    ASKING = "asking"
    BETWEEN = "between"


_NEW, _FILTER, _VISUAL = Intent.NEW_QUERY, Intent.DATA_FILTER, Intent.VISUAL_UPDATE
_CLARIFY, _RESET = Intent.CLARIFY, Intent.RESET

#: (state, intent) -> what it is taken for.
ALLOWED: Final[Mapping[tuple[State, Intent], Intent]] = {
    (State.BLANK, _NEW): _NEW,
    (State.BLANK, _FILTER): _NEW,
    (State.BLANK, _VISUAL): _NEW,
    (State.BLANK, _CLARIFY): _NEW,
    (State.BLANK, _RESET): _RESET,
    (State.ANSWERED, _NEW): _NEW,
    (State.ANSWERED, _FILTER): _FILTER,
    (State.ANSWERED, _VISUAL): _VISUAL,
    (State.ANSWERED, _CLARIFY): _NEW,
    (State.ANSWERED, _RESET): _RESET,
    (State.ASKING, _NEW): _NEW,
    (State.ASKING, _FILTER): _NEW,
    (State.ASKING, _VISUAL): _NEW,
    (State.ASKING, _CLARIFY): _CLARIFY,
    (State.ASKING, _RESET): _RESET,
    (State.BETWEEN, _NEW): _NEW,
    (State.BETWEEN, _FILTER): _FILTER,
    (State.BETWEEN, _VISUAL): _VISUAL,
    (State.BETWEEN, _CLARIFY): _CLARIFY,
    (State.BETWEEN, _RESET): _RESET,
}

#: (state, how the turn ended) -> the next state. An answer that came to nothing is one to go on
#: from ("and in May?"); a refusal and a failure leave what was at hand.
AFTER: Final[Mapping[tuple[State, Status], State]] = {
    (State.BLANK, "answered"): State.ANSWERED,
    (State.BLANK, "empty"): State.ANSWERED,
    (State.BLANK, "clarify"): State.ASKING,
    (State.BLANK, "refused"): State.BLANK,
    (State.BLANK, "failed"): State.BLANK,
    (State.ANSWERED, "answered"): State.ANSWERED,
    (State.ANSWERED, "empty"): State.ANSWERED,
    (State.ANSWERED, "clarify"): State.BETWEEN,
    (State.ANSWERED, "refused"): State.ANSWERED,
    (State.ANSWERED, "failed"): State.ANSWERED,
    (State.ASKING, "answered"): State.ANSWERED,
    (State.ASKING, "empty"): State.ANSWERED,
    (State.ASKING, "clarify"): State.ASKING,
    (State.ASKING, "refused"): State.BLANK,
    (State.ASKING, "failed"): State.ASKING,
    (State.BETWEEN, "answered"): State.ANSWERED,
    (State.BETWEEN, "empty"): State.ANSWERED,
    (State.BETWEEN, "clarify"): State.BETWEEN,
    (State.BETWEEN, "refused"): State.ANSWERED,
    (State.BETWEEN, "failed"): State.BETWEEN,
}


def intent_of(token: str) -> Intent | None:
    """The intent of that name, as a model writes it; None for anything else."""
    try:
        return Intent(token.strip().upper())
    except ValueError:
        return None


def taken(state: State, intent: Intent | None) -> Intent:
    """What an intent is taken for in a state; a new question where it is none."""
    return ALLOWED.get((state, intent), Intent.NEW_QUERY) if intent else Intent.NEW_QUERY


def after(state: State, intent: Intent, status: Status) -> State:
    """The state that a turn leads to."""
    return State.BLANK if intent is Intent.RESET else AFTER[state, status]


def state_of(past: Past) -> State:
    """The state that the turns so far have led to. Turns that were forgotten count for nothing."""
    state = State.BLANK
    for turn in past.turns:
        state = after(state, intent_of(turn.answer.intent) or Intent.NEW_QUERY, turn.answer.status)
    return state
