"""From what was found for a question to the prompt that a model would get."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.errors import UserFixable
from core.generation.prompt import LinkedValue, Prompt, sql_prompt
from core.language.normalise import clean, tokenise
from core.language.parser import QuestionParser
from core.retrieval.retriever import Found
from core.types import User

#: Whether governance lets somebody run a pair's SQL.
MayRun = Callable[[str, User], bool]


def prompt_for(
    question: str,
    found: Found,
    parser: QuestionParser,
    user: User,
    visible: Mapping[str, frozenset[str]],
    may_run: MayRun,
) -> Prompt:
    """The prompt for this person. A pair is governed again before it is an example: one whose SQL
    he may not run is left out, whatever it was when it was kept."""
    return sql_prompt(
        question,
        parser.model,
        clock=parser.clock.now,
        visible=visible,
        examples=[h.entry for h in found.of("qa") if may_run(h.entry.sql, user)],
        notes=[h.entry for h in found.of("doc")],
        values=linked_values(question, parser, user.plants),
    )


def linked_values(
    question: str, parser: QuestionParser, plants: tuple[str, ...]
) -> tuple[LinkedValue, ...]:
    """Stored values that words of the question name, in their order; only those that occur in
    plants that this person may see."""
    try:
        tagged = parser.tagger.tag(tokenise(clean(question)))
    except UserFixable:
        return ()
    found: dict[tuple[str, str], LinkedValue] = {}
    for item in tagged.items:
        for target in item.of_kind("value"):
            if target.value is None or (target.scopes and not target.scopes & set(plants)):
                continue
            value = LinkedValue(target.name, target.value, item.text)
            found.setdefault((target.name, target.value), value)
    return tuple(found.values())
