"""The publish gate: golden questions asked over the corpus as it is and as it would be.

Nothing is changed here: two ways to ask go in, a comparison comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from core.evaluation import Ask, FetchCheck, Golden, Outcome, Verdict, ask_one
from core.evaluation.rows import difference
from core.types import Answer, CancelToken

Effect = Literal["worse", "better", "other"]

#: From the best end of a question to the worst: a wrong number is worse than none.
_RANK = {
    Outcome.RIGHT: 0,
    Outcome.ASKED: 1,
    Outcome.FAILED: 2,
    Outcome.MISSED: 3,
    Outcome.WRONG: 4,
}
_EFFECTS: tuple[Effect, ...] = ("worse", "other", "better")


@dataclass(frozen=True, slots=True)
class Side:
    """What one question got. said: headline, or the message where there is none; sql: as run;
    source: which way the answer came; reason: why it is not right, empty when it is."""

    outcome: Outcome
    status: str
    source: str
    said: str
    sql: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer differs between the two."""

    id: str
    question: str
    before: Side
    after: Side

    @property
    def effect(self) -> Effect:
        """Whether the change does this question good or harm."""
        step = _RANK[self.after.outcome] - _RANK[self.before.outcome]
        return "worse" if step > 0 else "better" if step < 0 else "other"


@dataclass(frozen=True, slots=True)
class GateReport:
    """The comparison. changes: worst first. right_*, wrong_*: how many of `questions` were right,
    and how many were answered with what is not right."""

    questions: int
    right_before: int
    right_after: int
    wrong_before: int
    wrong_after: int
    changes: tuple[Change, ...]

    @property
    def is_harmless(self) -> bool:
        """No question got worse."""
        return all(change.effect != "worse" for change in self.changes)

    def counts(self) -> dict[Effect, int]:
        """How many answers changed for the worse, for the better, and neither."""
        effects = [change.effect for change in self.changes]
        return {effect: effects.count(effect) for effect in _EFFECTS}


class Stopped(Exception):
    """The run was stopped by who began it; there is no report."""


def compare(
    questions: Sequence[Golden],
    before: Ask,
    after: Ask,
    fetch_check: FetchCheck,
    *,
    model: str,
    is_untouched: Callable[[Golden], bool] = lambda _: False,
    progress: Callable[[int, int], None] | None = None,
    cancel: CancelToken | None = None,
) -> GateReport:
    """Ask every question both ways and judge both answers against the same right rows.

    is_untouched: that both ways are one for a question, so that it is asked once. `progress` gets
    how many questions are done, of how many. Raises Stopped when `cancel` is set; a question that
    breaks counts as failed, and the rest go on.
    """
    fetch = _remembered(fetch_check)
    pairs: list[tuple[Verdict, Verdict]] = []
    changes: list[Change] = []
    for done, golden in enumerate(questions, 1):
        if cancel is not None and cancel.is_set():
            raise Stopped
        first, was = _ask(golden, before, fetch, model)
        second, now = first, was
        if not is_untouched(golden):
            second, now = _ask(golden, after, fetch, model)
        pairs.append((first, second))
        old, new = _side(first, was), _side(second, now)
        if _differ(old, was, new, now):
            changes.append(Change(golden.id, golden.question, old, new))
        if progress:
            progress(done, len(questions))
    changes.sort(key=_worst_first)
    return GateReport(
        questions=len(pairs),
        right_before=sum(b.outcome is Outcome.RIGHT for b, _ in pairs),
        right_after=sum(a.outcome is Outcome.RIGHT for _, a in pairs),
        wrong_before=sum(_is_wrong(b) for b, _ in pairs),
        wrong_after=sum(_is_wrong(a) for _, a in pairs),
        changes=tuple(changes),
    )


def _ask(golden: Golden, ask: Ask, fetch: FetchCheck, model: str) -> tuple[Verdict, Answer | None]:
    """The verdict, and the answer that it is on; None where asking broke."""
    answers: list[Answer] = []

    def keeping(user: str | None, name: str) -> Callable[[str], Answer]:
        say = ask(user, name)

        def said(question: str) -> Answer:
            answers.append(say(question))
            return answers[-1]

        return said

    *_, verdict = ask_one(golden, keeping, fetch, model)
    return verdict, answers[-1] if answers else None


def _side(verdict: Verdict, answer: Answer | None) -> Side:
    said = (answer.headline or answer.message) if answer is not None else verdict.reason
    return Side(
        outcome=verdict.outcome,
        status=verdict.status,
        source=(answer.source or "") if answer is not None else "",
        said=" ".join(said.split()),
        sql=verdict.sql,
        reason=verdict.reason,
    )


def _differ(old: Side, was: Answer | None, new: Side, now: Answer | None) -> bool:
    """Whether somebody who asks would notice: another end, other rows, another way."""
    if (old.outcome, old.status, old.source) != (new.outcome, new.status, new.source):
        return True
    if was is None or now is None or was.result is None or now.result is None:
        return old.said != new.said
    return difference(was.result.table, now.result.table, ordered=True) is not None


def _worst_first(change: Change) -> tuple[int, int, str]:
    return _EFFECTS.index(change.effect), -_RANK[change.after.outcome], change.id


def _is_wrong(verdict: Verdict) -> bool:
    return verdict.outcome in (Outcome.WRONG, Outcome.MISSED)


def _remembered(fetch_check: FetchCheck) -> FetchCheck:
    """Each check is run once for both sides."""
    rows: dict[str, pa.Table] = {}

    def fetch(sql: str) -> pa.Table:
        if sql not in rows:
            rows[sql] = fetch_check(sql)
        return rows[sql]

    return fetch
