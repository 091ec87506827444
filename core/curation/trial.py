"""A test question: what retrieval finds for it, what a model would be told, which pair answers."""

from __future__ import annotations

from dataclasses import dataclass

from core.assistant.by_model.prompting import prompt_for
from core.curation.workbench import Workbench
from core.errors import UserFixable
from core.language.reading import Reading
from core.retrieval.retriever import Found
from core.types import User


@dataclass(frozen=True, slots=True)
class Trial:
    """found: legs, ranks, scores and fusion. prompt: the text that a model would get. verified:
    which pair answers, or why none does."""

    found: Found
    prompt: str
    verified: str


def try_question(question: str, bench: Workbench, asker: User) -> Trial:
    """The trial, in the scope of `asker`. Raises UserFixable for a text that is no question,
    Unavailable when the corpus cannot be searched."""
    if not question.strip():
        raise UserFixable("Write a question to try.")
    parser = bench.parser
    found = bench.knowledge.search(question, asker, parser.model.name, explain=True)
    told = prompt_for(question, found, parser, asker, bench.visible(asker), bench.may_run)
    assert told is not None, "without a limit every prompt fits"
    reading = parser.parse(question, asker.plants)
    match, conflicts = bench.verified.look_up(question, reading, asker, bench.parts)
    if match is not None:
        how = _TIERS[match.tier]
        verified = f"Answered by the verified question {match.entry.text!r}: {how}."
    elif conflicts:
        names = " and ".join(repr(e.text) for e in conflicts)
        verified = f"None answers: {names} fit equally and differ in their SQL."
    else:
        verified = _unmatched(reading)
    return Trial(found, told.prompt.text, verified)


#: How a pair came to match, by tier.
_TIERS = {
    "words": "the same words",
    "wording": "the parser reads both alike",
    "plan": "its SQL says what the parser reads",
}


def _unmatched(reading: Reading) -> str:
    if reading.query is not None:
        return "No verified question matches; the parser reads this one by itself."
    return "No verified question matches, and the parser does not read this one: it is asked back."
