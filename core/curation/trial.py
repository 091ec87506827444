"""A test question: what retrieval finds for it, what a model would be told, which pair answers."""

from __future__ import annotations

from dataclasses import dataclass

from core.assistant.by_model.prompting import prompt_for
from core.curation.workbench import Workbench
from core.errors import UserFixable
from core.language.reading import Reading
from core.retrieval.retriever import Found
from core.translation import marked, told
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
        raise UserFixable(told("Write a question to try."))
    parser = bench.parser
    found = bench.knowledge.search(question, asker, parser.model.name, explain=True)
    prompt = prompt_for(question, found, parser, asker, bench.visible(asker), bench.may_run)
    assert prompt is not None, "without a limit every prompt fits"
    reading = parser.parse(question, asker.plants)
    match, conflicts = bench.verified.look_up(question, reading, asker, bench.parts)
    if match is not None:
        verified: str = told(_TIERS[match.tier], question=repr(match.entry.text))
    elif conflicts:
        names = ", ".join(repr(e.text) for e in conflicts)
        verified = told(
            "None answers: these fit equally and differ in their SQL: {questions}.", questions=names
        )
    else:
        verified = _unmatched(reading)
    return Trial(found, prompt.prompt.text, verified)


#: How a pair came to match, by tier.
_TIERS = {
    "words": marked("Answered by the verified question {question}: the same words."),
    "wording": marked("Answered by the verified question {question}: the parser reads both alike."),
    "plan": marked(
        "Answered by the verified question {question}: its SQL says what the parser reads."
    ),
}


def _unmatched(reading: Reading) -> str:
    if reading.query is not None:
        return told("No verified question matches; the parser reads this one by itself.")
    return told(
        "No verified question matches, and the parser does not read this one: it is asked back."
    )
