"""What is kept of an answer beside the audit: the person's history, and cases for review."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

from core.corpus import Corpus, SavedQuestion, Told, evidence_of
from core.corpus.case import CaseKind
from core.corpus.text import question_key, sql_key
from core.errors import Unavailable
from core.feedback import FeedbackStore
from core.history import History, Run
from core.types import Answer, EmptyReason, User

_LOG = logging.getLogger(__name__)
#: Answers whose evidence is at hand when somebody judges them.
_RECENT_ANSWERS: Final = 500
#: Answers of a person among which the one that he corrects is looked for.
_CORRECTABLE: Final = 50


class Records:
    """Histories, thumbs, and what the review queue is told. Thread-safe."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        self._corpus = corpus
        self._history = History(folder)
        self._feedback = FeedbackStore(folder)
        self._recent = _Recent()

    def keep(self, answer: Answer, kind: Literal["question", "sql"], sql: str) -> None:
        """Into the history, and, where somebody should look at it, among the cases; an answer is
        not lost because that cannot be written. sql: before governance."""
        asked_at = answer.asked_at or dt.datetime.now(dt.UTC)
        run = Run(
            answer_id=answer.id,
            user=answer.user.name,
            at=asked_at.astimezone(dt.UTC).replace(tzinfo=None),
            model=answer.model,
            kind=kind,
            question=answer.question,
            sql=sql,
            status=answer.status,
            rows=answer.result.row_count if answer.result is not None else 0,
            elapsed_ms=answer.timings_ms.get("total", 0.0),
            read_rows=answer.estimate.rows if answer.estimate is not None else None,
        )
        self._recent.keep(answer)
        # words that go on from an answer say nothing without it
        is_whole = kind == "question" and not answer.follows
        why = _amiss(answer) if is_whole else None
        try:
            self._history.add(run, answer.user)
            if is_whole:
                self._corpus.cases.count(answer.question, answer.model, answer.user, run.at)
            if why is not None:
                told = Told(
                    why,
                    answer.model,
                    answer.question,
                    sql,
                    text=" ".join(answer.doubts),
                    answer_id=answer.id,
                    evidence=evidence_of(answer),
                )
                self._corpus.cases.tell(told, answer.user, run.at)
        except Unavailable as error:
            _LOG.warning("%s Answer %s is not in it.", error, answer.id)

    def judge(
        self, answer_id: str, user: User, verdict: Literal["up", "down"], reason: str, text: str
    ) -> Run | None:
        """Keep a thumb with its reason, and the question when it is the user's own; such a one is
        a case for review too, and given back. Raises UserFixable for a comment that is too long."""
        run = self._history.run(answer_id, user)
        question, sql = (run.question, run.sql) if run is not None else ("", "")
        if run is not None and question:
            told = Told(
                verdict,
                run.model,
                question,
                sql,
                reason=reason,
                text=text,
                answer_id=answer_id,
                evidence=self._recent.of(answer_id, user),
            )
            self._corpus.cases.tell(told, user)
        self._feedback.put(
            answer_id, user, verdict, reason=reason, text=text, question=question, sql=sql
        )
        return run if question else None

    def save(self, question: str, sql: str, model: str, user: User) -> SavedQuestion:
        """Keep a question with its SQL for review. Where Gemba answered this person's question with
        other SQL, that is a correction of it. Raises UserFixable for a text that is no question."""
        saved = self._corpus.cases.save(question, sql, model, user)
        key = question_key(saved.question)
        answered = next(
            (
                run
                for run in self._history.runs(user, limit=_CORRECTABLE)
                if run.kind == "question"
                and run.model == model
                and question_key(run.question) == key
            ),
            None,
        )
        if answered is not None and answered.sql and sql_key(answered.sql) != sql_key(sql):
            told = Told(
                "correction",
                model,
                saved.question,
                sql,
                text=f"Answered before with: {answered.sql}"[:1_000],
                answer_id=answered.answer_id,
                evidence=self._recent.of(answered.answer_id, user),
            )
            self._corpus.cases.tell(told, user)
        return saved

    def saved(self, user: User, *, everyone: bool = False) -> tuple[SavedQuestion, ...]:
        """Questions that this person saved, or those of all in the tenant."""
        return self._corpus.cases.saved(user, everyone=everyone)

    def runs(self, user: User, *, everyone: bool = False, limit: int = 100) -> tuple[Run, ...]:
        """The newest queries first: this person's, or those of all in the tenant."""
        return self._history.runs(user, everyone=everyone, limit=limit)

    def run(self, answer_id: str, user: User, *, everyone: bool = False) -> Run | None:
        """One query by its answer."""
        return self._history.run(answer_id, user, everyone=everyone)

    def forget(self, user: User, answers: Sequence[str]) -> None:
        """Delete this person's runs of these answers, and what the review has of them without
        their word. Raises Unavailable."""
        runs = [self._history.run(answer, user) for answer in answers]
        asked = [(run.question, run.model) for run in runs if run is not None]
        self._corpus.cases.forget(user, asked, answers)
        self._history.forget(user, answers)
        self._recent.forget(user, answers)

    def close(self) -> None:
        """Close the files."""
        self._feedback.close()
        self._history.close()


class _Recent:
    """What a case would keep of the newest answers, until somebody says what is wrong with one."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, str], dict[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> None:
        """Take an answer's evidence in, and let the oldest go."""
        with self._lock:
            self._kept[(answer.user.tenant, answer.user.name, answer.id)] = evidence_of(answer)
            while len(self._kept) > _RECENT_ANSWERS:
                self._kept.popitem(last=False)

    def forget(self, user: User, answers: Sequence[str]) -> None:
        """Let these answers go."""
        with self._lock:
            for answer in answers:
                self._kept.pop((user.tenant, user.name, answer), None)

    def of(self, answer_id: str, user: User) -> dict[str, Any]:
        """The evidence of this person's answer; empty when it is older."""
        with self._lock:
            return self._kept.get((user.tenant, user.name, answer_id), {})


def _amiss(answer: Answer) -> CaseKind | None:
    """Why somebody should look at an answer: it is none, or its figures are not plausible."""
    if answer.status == "clarify":
        return "clarified"
    if answer.status == "failed" or answer.empty == EmptyReason.NOT_ANSWERABLE:
        return "unanswered"
    is_stopped_short = answer.made is not None and answer.made.by_fallback and answer.made.attempts
    return "reflection" if answer.doubts or is_stopped_short else None
