"""What is asked back of words of another language: told in the words that were typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from core.dialogue.surface import read_as
from core.dialogue.words import DialogueWords
from core.language.normalise import clean
from core.language.parser import QuestionParser
from core.types import Clarification

_QUOTED = re.compile(r"([“„])([^“”„]+)([”“])")


def as_typed(
    asked: Clarification, question: str, words: DialogueWords, parser: QuestionParser
) -> Clarification:
    """The same question back, where it quotes words that are read in place of those that were
    typed, with those."""
    typed = read_as(clean(question), words, parser)
    if not typed:
        return asked
    options = tuple(replace(o, label=_typed(o.label, typed, question)) for o in asked.options)
    unknown = tuple(_word(word, typed, question) for word in asked.unknown_words)
    return replace(
        asked,
        question=_typed(asked.question, typed, question),
        options=options,
        unknown_words=unknown,
    )


def _typed(text: str, typed: Mapping[str, str], question: str) -> str:
    """A text with what it quotes as it was typed."""
    return _QUOTED.sub(lambda m: f"{m[1]}{_word(m[2], typed, question)}{m[3]}", text)


def _word(said: str, typed: Mapping[str, str], question: str) -> str:
    """What was typed for some words; they themselves where they were typed, or nothing tells."""
    own = said.casefold()
    if re.search(rf"(?<!\w){re.escape(own)}(?!\w)", question.casefold()):
        return said
    if own in typed:
        return typed[own]
    pieces = _pieces(own.split(), typed)
    if pieces:
        return " ".join(pieces)
    within = [v for k, v in typed.items() if re.search(rf"(?<!\w){re.escape(own)}(?!\w)", k)]
    return within[0] if within else said


def _pieces(words: list[str], typed: Mapping[str, str]) -> list[str]:
    """What was typed for words that several phrases are read as; nothing where one is none."""
    found: list[str] = []
    while words:
        size = next((n for n in range(len(words), 0, -1) if " ".join(words[:n]) in typed), 0)
        if not size:
            return []
        found.append(typed[" ".join(words[:size])])
        words = words[size:]
    return found
