"""Questions of real use that are worth verifying."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from core.corpus import Corpus
from core.corpus.text import question_key
from core.curation.workbench import Workbench
from core.errors import UserFixable
from core.language import QuestionParser
from core.semantic.compile import compile_query
from core.types import User
from core.verified import VerifiedPairs

_LOOKED_AT: Final = 200
_MOST_CASES: Final = 500
_MOST_KEPT: Final = 2_000

#: (plants, question) -> SQL.
_Answers = dict[tuple[tuple[str, ...], str], str | None]


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


class Judged:
    """What questions of use are answered now: their SQL, or None for one that is not worth an
    entry. Kept as long as the parser and the verified pairs are the same. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[tuple[str, str], tuple[VerifiedPairs, QuestionParser, _Answers]] = {}

    def answers(self, user: User, pairs: VerifiedPairs, parser: QuestionParser) -> _Answers:
        """By plants and question; empty when the pairs or the parser are others than before."""
        key = (user.tenant, parser.model.name)
        with self._lock:
            known = self._of.get(key)
            is_same = known is not None and known[0] is pairs and known[1] is parser
            if known is None or not is_same or len(known[2]) > _MOST_KEPT:
                known = self._of[key] = (pairs, parser, {})
            return known[2]


def suggestions(
    bench: Workbench, judged: Judged, user: User, corpus: Corpus, limit: int
) -> tuple[Suggestion, ...]:
    """Questions that are asked again or were found right, that are answered now and that no
    verified pair answers; those found right by most first, then the most asked."""
    parser = bench.parser
    tenant, model = user.tenant, parser.model.name
    cases = corpus.cases.queue(tenant, model, kind="up", limit=_MOST_CASES)
    ups = {question_key(case.question): case.people for case in cases}
    often = corpus.cases.asked_often(tenant, model, limit=_LOOKED_AT)
    wanted = [(asked, ups.get(question_key(asked.question), 0)) for asked in often]
    wanted = [(asked, liked) for asked, liked in wanted if asked.times > 1 or liked]
    wanted.sort(key=lambda pair: (-pair[1], -pair[0].people, -pair[0].times))
    pairs = bench.verified.opened(tenant, bench.parts)
    answers = judged.answers(user, pairs, parser)
    found: list[Suggestion] = []
    for asked, liked in wanted:
        if len(found) == limit:
            break
        key = (user.plants, asked.question)
        if key not in answers:
            answers[key] = _sql_of(asked.question, user, bench, pairs)
        sql = answers[key]
        if sql is not None:
            why = _why(asked.times, asked.people, liked)
            found.append(Suggestion(asked.question, sql, asked.times, asked.people, liked, why))
    return tuple(found)


def _sql_of(question: str, user: User, bench: Workbench, pairs: VerifiedPairs) -> str | None:
    """The SQL of the parser's answer; None where there is none, or a verified pair has one."""
    try:
        reading = bench.parser.parse(question, user.plants)
        if reading.query is None or reading.out_of_scope:
            return None
        match, conflicts = bench.verified.look_up(question, reading, user, bench.parts, pairs)
        return None if match is not None or conflicts else compile_query(reading.query, bench.model)
    except UserFixable:
        return None


def _why(times: int, people: int, ups: int) -> str:
    asked = f"Asked {times} times by {people} people" if times > 1 else "Asked once"
    asked = asked.replace("by 1 people", "by one person")
    if not ups:
        return f"{asked}."
    found = "one person" if ups == 1 else f"{ups} people"
    return f"{asked}; {found} found the answer right."
