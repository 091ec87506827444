"""A reply to what Gemba asked back: one of the offers, or the word that was not understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from core.dialogue.past import PastTurn
from core.language.choose import put_in_place
from core.language.normalise import Token, not_known
from core.types import Clarification

#: Words that choose an offer by its place, and those that choose the last one.
_PLACES: Final = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3}
_LAST: Final = "last"
_SMALL: Final = frozenset(
    {"the", "option", "number", "no", "one", "i", "mean", "meant", "it", "is"}
)
#: A reply of more words is a question of its own.
_MOST_WORDS: Final = 6

Understood = Callable[[str], bool]


def completed(
    turn: PastTurn,
    tokens: Sequence[Token],
    text: str,
    reads: Understood,
    may_hold: Understood,
    *,
    is_alone: bool,
    asked_of: str = "",
) -> str | None:
    """The whole question that a reply makes of the one that was asked back; None where it is no
    reply. reads: whether a question is understood. may_hold: whether the reply may stand for a
    word. is_alone: there is no answer that the reply could go on from instead. asked_of: the
    question that it completes, in other words than it was typed in."""
    asked = turn.answer.clarification
    if asked is None or not tokens:
        return None
    chosen = _offer(asked, tokens, text)
    if chosen is not None:
        return chosen
    if len(tokens) > _MOST_WORDS:
        return None
    question = asked_of or turn.answer.question
    for word in asked.unknown_words[:1]:
        if not may_hold(word):
            return None
        whole = put_in_place(put_in_place(question, not_known(word), text), word, text)
        if whole != question and reads(whole):
            return whole
    if is_alone and not asked.unknown_words:
        for whole in (f"{question} {text}", f"{text} {question}"):
            if reads(whole):
                return whole
    return None


def _offer(asked: Clarification, tokens: Sequence[Token], text: str) -> str | None:
    """The offer that a reply names by its words, its number or its place."""
    said = text.casefold().strip(" ?.!")
    for option in asked.options:
        if said in (option.label.casefold(), option.question.casefold()):
            return option.question
    rest = [t for t in tokens if t.norm not in _SMALL and t.kind != "symbol"]
    if len(rest) != 1:
        held = [o for o in asked.options if said and _holds(o.label, said)]
        return held[0].question if len(held) == 1 else None
    word = rest[0]
    at = _PLACES.get(word.norm)
    if word.number is not None and word.number == int(word.number):
        at = int(word.number) - 1
    if word.norm == _LAST:
        at = len(asked.options) - 1
    if at is not None and 0 <= at < len(asked.options):
        return asked.options[at].question
    held = [o for o in asked.options if _holds(o.label, word.norm)]
    return held[0].question if len(held) == 1 else None


def _holds(label: str, words: str) -> bool:
    """Whether a label holds these words as whole ones."""
    return (
        f" {words} "
        in f" {' '.join(label.casefold().replace('“', ' ').replace('”', ' ').split())} "
    )
