"""How statements for questions that the parser does not read are judged: the labelled set.

`data/eval/statements.jsonl`: right SQL and SQL with one real mistake. Half of the questions may be
looked at to mend the checks; the figures of the other half are what the checks are worth.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from core.language import QuestionParser
from core.services import GOLDEN_DIR, Services
from core.types import User
from core.verified.agreement import agreement_of
from core.verified.dictionary import Dictionary

STATEMENTS: Final = Path(GOLDEN_DIR) / "statements.jsonl"
MODEL: Final = "plant"

Half = Literal["tune", "hold"]
HALVES: Final[tuple[Half, ...]] = ("tune", "hold")
Verdict = Literal["fault", "doubt", "nothing"]
VERDICTS: Final[tuple[Verdict, ...]] = ("fault", "doubt", "nothing")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its right statement, and wrong ones as (mistake, SQL)."""

    id: str
    question: str
    asks: str | None
    right: str
    wrong: tuple[tuple[str, str], ...]

    @property
    def half(self) -> Half:
        """By a hash of the question, so that nobody chose."""
        return HALVES[hashlib.sha256(self.question.encode()).digest()[0] % 2]


@dataclass(slots=True)
class Score:
    """right, wrong by mistake: how many got which verdict. lines: each statement's, to be read."""

    right: Counter[Verdict] = field(default_factory=Counter)
    wrong: dict[str, Counter[Verdict]] = field(default_factory=lambda: defaultdict(Counter))
    lines: list[str] = field(default_factory=list)

    @property
    def all_wrong(self) -> Counter[Verdict]:
        return sum(self.wrong.values(), Counter())


def read_statements(path: Path = STATEMENTS) -> tuple[Labelled, ...]:
    """The labelled set."""
    raw = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(
        Labelled(
            r["id"],
            r["question"],
            r.get("as"),
            r["right"],
            tuple((w["mistake"], w["sql"]) for w in r["wrong"]),
        )
        for r in raw
    )


def judge(
    question: str,
    sql: str,
    parser: QuestionParser,
    words: Dictionary,
    user: User,
    *,
    is_known: bool,
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict that a model's statement gets before its rows are looked at, and what is said.
    is_known: each word of the question is known."""
    found = agreement_of(question, sql, parser, words, user.plants)
    faults = (*found.problems, *(found.unsaid if is_known else ()))
    doubts = (*found.remarks, *(() if is_known else found.unsaid))
    if faults:
        return "fault", (*faults, *doubts)
    return ("doubt" if doubts else "nothing"), doubts


def score(services: Services, half: Half) -> Score:
    """All statements of one half, judged."""
    parts = services.parts(MODEL)
    words = Dictionary.of(parts.model, parts.facts)
    found = Score()
    for labelled in read_statements():
        if labelled.half != half:
            continue
        user = services.policy.user(labelled.asks or services.policy.default_user)
        asked = parts.parser.parse(labelled.question, user.plants).clarification
        is_known = asked is None or not asked.unknown_words
        for mistake, sql in (("", labelled.right), *labelled.wrong):
            verdict, said = judge(
                labelled.question, sql, parts.parser, words, user, is_known=is_known
            )
            (found.wrong[mistake] if mistake else found.right)[verdict] += 1
            head = f"{labelled.id} {mistake or 'right'}: {verdict}: {labelled.question}"
            found.lines.append("\n    ".join((head, sql, *said)))
    return found


def report(found: Score, half: Half) -> str:
    """The score as a table."""
    head = f"{half:<24}{'statements':>12}{'fault %':>10}{'doubt %':>10}{'nothing %':>12}"
    rows = [_row("right", found.right)]
    rows += [_row(kind, found.wrong[kind]) for kind in sorted(found.wrong)]
    return "\n".join((head, *rows, _row("all wrong", found.all_wrong)))


def _row(name: str, counts: Counter[Verdict]) -> str:
    count = max(1, counts.total())
    fault, doubt, nothing = (100 * counts[v] / count for v in VERDICTS)
    return f"{name:<24}{counts.total():>12}{fault:>10.1f}{doubt:>10.1f}{nothing:>12.1f}"
