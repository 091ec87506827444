"""Questions of real use that are worth verifying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.corpus import Corpus
from core.corpus.text import question_key
from core.curation.workbench import Workbench
from core.errors import UserFixable
from core.semantic.compile import compile_query
from core.types import User

_LOOKED_AT: Final = 200
_MOST_CASES: Final = 500


@dataclass(frozen=True, slots=True)
class Suggestion:
    """times, people: how often it was asked, by how many; ups: people who found the answer right;
    sql: as it is answered now; why: in words."""

    question: str
    sql: str
    times: int
    people: int
    ups: int
    why: str


def suggestions(bench: Workbench, user: User, corpus: Corpus, limit: int) -> tuple[Suggestion, ...]:
    """Questions that are asked again or were found right, that are answered now and that no
    verified pair answers; those found right by most first, then the most asked."""
    parser = bench.parser
    tenant, model = user.tenant, parser.model.name
    cases = corpus.cases.queue(tenant, model, kind="up", limit=_MOST_CASES)
    ups = {question_key(case.question): case.people for case in cases}
    found = []
    for asked in corpus.cases.asked_often(tenant, model, limit=_LOOKED_AT):
        liked = ups.get(question_key(asked.question), 0)
        if asked.times < 2 and not liked:
            continue
        try:
            reading = parser.parse(asked.question, user.plants)
        except UserFixable:
            continue
        if reading.query is None or reading.out_of_scope:
            continue
        match, conflicts = bench.verified.look_up(asked.question, reading, user, bench.parts)
        if match is not None or conflicts:
            continue
        found.append(
            Suggestion(
                question=asked.question,
                sql=compile_query(reading.query, parser.model),
                times=asked.times,
                people=asked.people,
                ups=liked,
                why=_why(asked.times, asked.people, liked),
            )
        )
    found.sort(key=lambda s: (-s.ups, -s.people, -s.times))
    return tuple(found[:limit])


def _why(times: int, people: int, ups: int) -> str:
    asked = f"Asked {times} times by {people} people" if times > 1 else "Asked once"
    asked = asked.replace("by 1 people", "by one person")
    if not ups:
        return f"{asked}."
    found = "one person" if ups == 1 else f"{ups} people"
    return f"{asked}; {found} found the answer right."
