"""From what was found for a question to the prompt that a model gets, no longer than it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.errors import UserFixable
from core.generation.before import Before
from core.generation.prompt import (
    GRAMMAR,
    MAX_EXAMPLES,
    MAX_NOTES,
    QUERY,
    SQL,
    LinkedValue,
    Prompt,
    Version,
    sql_prompt,
)
from core.language.normalise import clean, tokenise
from core.language.parser import QuestionParser
from core.retrieval.retriever import Found
from core.types import Output, User

#: Whether governance lets somebody run a pair's SQL.
MayRun = Callable[[str, User], bool]
#: A verified statement as the reply should look; None where no reply can say it.
Spell = Callable[[str], str | None]
#: Whether a prompt is short enough.
Fits = Callable[[Prompt], bool]

_VERSIONS: Final[Mapping[Output, Version]] = {"sql": SQL, "grammar": GRAMMAR, "query": QUERY}
#: Columns by table.
Columns = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A prompt, and the columns by table that it tells of."""

    prompt: Prompt
    columns: Columns


#: Numbers of examples and notes, the most first: the worst are the first to go.
_SIZES: Final = (
    (MAX_EXAMPLES, MAX_NOTES),
    (5, MAX_NOTES),
    (4, 2),
    (2, 1),
    (1, 0),
    (0, 0),
)


def prompt_for(
    question: str,
    found: Found,
    parser: QuestionParser,
    user: User,
    visible: Columns,
    may_run: MayRun,
    *,
    output: Output = "sql",
    before: Sequence[Before] = (),
    spell: Spell = lambda sql: sql,
    fits: Fits = lambda _prompt: True,
) -> Fitted | None:
    """The prompt for this person. A pair is governed again before it is an example: one whose SQL
    he may not run is left out, whatever it was when it was kept.

    before: questions that it goes on from; values that their words name are told of too.
    spell: how an example's SQL is shown. fits: examples and notes are left out until it does, the
    worst first; then the model's columns that were not found for the question. None where even that
    is too long.
    """
    texts = (question, *(one.question for one in reversed(before)))
    linked = (v for text in texts for v in linked_values(text, parser, user.plants))
    values = tuple(dict.fromkeys(linked))
    runnable = (h.entry for h in found.of("qa") if may_run(h.entry.sql, user))
    examples = [replace(e, sql=sql) for e in runnable if (sql := spell(e.sql))]
    notes = [h.entry for h in found.of("doc")]
    few = relevant(visible, found, values, parser)
    tellings: tuple[Columns, ...] = (visible, few)
    for columns in tellings:
        for many, some in _SIZES:
            prompt = sql_prompt(
                question,
                parser.model,
                clock=parser.clock.now,
                visible=columns,
                examples=examples[:many],
                notes=notes[:some],
                values=values,
                before=before,
                version=_VERSIONS[output],
            )
            if fits(prompt):
                return Fitted(prompt, columns)
    return None


def relevant(
    visible: Columns,
    found: Found,
    values: tuple[LinkedValue, ...],
    parser: QuestionParser,
) -> dict[str, frozenset[str]]:
    """The columns that were found for a question, those whose values it names, and those without
    which no statement on their table is right: its time, scope, quality and entity."""
    model = parser.model
    named = {h.entry.title for h in found.of("ddl")}
    linked = {value.column for value in values}
    kept: dict[str, frozenset[str]] = {}
    for name, columns in visible.items():
        table = model.tables[name]
        mine = {c for c in columns if f"{name}.{c}" in named or c in linked}
        if not mine and name not in named and name != model.default_table:
            continue
        needed = {table.scope, model.entity}
        if table.time is not None:
            needed |= {table.time.timestamp, table.time.date}
        if table.quality is not None:
            needed.add(table.quality.column)
        kept[name] = frozenset(mine | {c for c in needed if c in columns})
    return kept


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
