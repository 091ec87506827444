"""What users say of answers, as cases that an admin decides.

Cases of one kind about one question are one case: it counts how often it was told, and keeps the
newest evidence and what each person wrote. A decision and the entry made of it are one act.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.corpus import editing, reports
from core.corpus import text as texts
from core.corpus.case import (
    AskedOften,
    Case,
    CaseKind,
    CaseState,
    Report,
    SavedQuestion,
    Told,
)
from core.corpus.ledger import Ledger, Work, now
from core.corpus.tables import ASKED, CASES, REPORTS
from core.corpus.values import Batch, Edit, New
from core.errors import UserFixable
from core.translation import told
from core.types import User

#: Counts of questions kept of a tenant; those asked longest ago go first.
KEPT_ASKED = 50_000


class Cases:
    """The review queue of each tenant."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    # -- from users --------------------------------------------------------------------------

    def tell(self, told: Told, by: User, at: dt.datetime | None = None) -> Case | None:
        """Open a case or add to the open one about this question; what this person told of the
        same answer before is taken back.

        None for a question without words, which nobody could review, and for what no person told
        when the queue is full. Raises UserFixable for a comment that is too long or a reason that
        is none.
        """
        kept = reports.cleaned(told)
        if kept is None:
            return None
        with self._ledger.counting(by.tenant) as connection:
            id_ = reports.put(connection, kept, by.name, by.tenant, at or now())
        return self._find(id_, by.tenant)

    def save(
        self, question: str, sql: str, model: str, by: User, at: dt.datetime | None = None
    ) -> SavedQuestion:
        """Keep a question with its SQL for review; the same question again takes the place of
        this person's first. Raises UserFixable for a text that is no question."""
        text = texts.line(question, texts.MAX_QUESTION, "question")
        moment = at or now()
        kept = reports.cleaned(Told("saved", model, text, texts.lines(sql, texts.MAX_SQL, "SQL")))
        if kept is None:
            raise UserFixable(told("Write the question that this SQL answers."))
        with self._ledger.counting(by.tenant) as connection:
            reports.put(connection, kept, by.name, by.tenant, moment)
        return SavedQuestion(by.name, moment, model, kept.question, kept.sql, "open")

    def saved(
        self, by: User, *, everyone: bool = False, limit: int = 500
    ) -> tuple[SavedQuestion, ...]:
        """Saved questions, newest first: this person's, or those of all in their tenant."""
        query = (
            sa.select(
                REPORTS.c.user, REPORTS.c.at, CASES.c.model, REPORTS.c.question, REPORTS.c.sql,
                CASES.c.state,
            )
            .join(
                CASES,
                sa.and_(CASES.c.tenant == REPORTS.c.tenant, CASES.c.case_id == REPORTS.c.case_id),
            )
            .where(REPORTS.c.tenant == by.tenant, CASES.c.kind == "saved")
            .order_by(REPORTS.c.at.desc(), REPORTS.c.case_id)
            .limit(limit)
        )  # fmt: skip
        if not everyone:
            query = query.where(REPORTS.c.user == by.name)
        with self._ledger.reading() as connection:
            return tuple(SavedQuestion(*row) for row in connection.execute(query))

    def count(self, question: str, model: str, by: User, at: dt.datetime | None = None) -> None:
        """Note that somebody asked this. Raises Unavailable."""
        text = reports.short(question)
        key = texts.question_key(text)
        if not key:
            return
        values = {"question": text, "at": at or now()}
        here = _asked(key, model, by)
        with self._ledger.counting(by.tenant) as connection:
            again = sa.update(ASKED).where(*(ASKED.c[k] == v for k, v in here.items()))
            if connection.execute(again.values(times=ASKED.c.times + 1, **values)).rowcount:
                return
            connection.execute(sa.insert(ASKED).values(key=key, times=1, **here, **values))
            _forget(connection, by.tenant)

    def forget(
        self, by: User, questions: Sequence[tuple[str, str]], answers: Sequence[str]
    ) -> None:
        """Deletes that this person asked these (question, model), once for each, and what was noted
        of these answers without their word. Raises Unavailable."""
        with self._ledger.counting(by.tenant) as connection:
            for question, model in questions:
                _unasked(connection, reports.short(question), model, by)
            if answers:
                reports.forget(connection, by.name, by.tenant, answers)

    # -- for review --------------------------------------------------------------------------

    def queue(
        self,
        tenant: str,
        model: str,
        *,
        state: CaseState | None = "open",
        kind: CaseKind | None = None,
        reason: str = "",
        offset: int = 0,
        limit: int = 50,
    ) -> tuple[Case, ...]:
        """Cases, those of the questions that are asked or told most first, then the newest."""
        counts = _counts(tenant, model)
        often = sa.func.coalesce(counts.c.times, 0)
        weight = sa.case((often > CASES.c.reports, often), else_=CASES.c.reports)
        query = (
            _cases(counts)
            .where(CASES.c.tenant == tenant, CASES.c.model == model)
            .order_by(weight.desc(), CASES.c.at.desc(), CASES.c.case_id)
            .offset(max(0, offset))
            .limit(max(0, limit))
        )
        for column, wanted in ((CASES.c.state, state), (CASES.c.kind, kind)):
            if wanted is not None:
                query = query.where(column == wanted)
        if reason:
            query = query.where(CASES.c.reason == reason)
        with self._ledger.reading() as connection:
            return tuple(_case(r) for r in connection.execute(query).mappings())

    def waiting(self, tenant: str, model: str) -> Mapping[str, int]:
        """How many open cases there are of each kind."""
        query = (
            sa.select(CASES.c.kind, sa.func.count())
            .where(CASES.c.tenant == tenant, CASES.c.model == model, CASES.c.state == "open")
            .group_by(CASES.c.kind)
        )
        with self._ledger.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def get(self, id_: str, tenant: str) -> Case:
        """One case. Raises UserFixable when there is none."""
        found = self._find(id_, tenant)
        if found is None:
            raise UserFixable(told("This case is no longer there."))
        return found

    def _find(self, id_: str, tenant: str) -> Case | None:
        here = sa.and_(CASES.c.tenant == tenant, CASES.c.case_id == id_)
        with self._ledger.reading() as connection:
            model = connection.execute(sa.select(CASES.c.model).where(here)).scalar()
            query = _cases(_counts(tenant, str(model))).where(here)
            row = connection.execute(query).mappings().first()
        return _case(row) if row is not None else None

    def reports(self, id_: str, tenant: str) -> tuple[Report, ...]:
        """What people told in a case, the newest first."""
        query = (
            sa.select(*(REPORTS.c[name] for name in Report.__slots__))
            .where(REPORTS.c.tenant == tenant, REPORTS.c.case_id == id_)
            .order_by(REPORTS.c.at.desc(), REPORTS.c.user)
        )
        with self._ledger.reading() as connection:
            return tuple(Report(*row) for row in connection.execute(query))

    def asked_often(
        self, tenant: str, model: str, *, people: int = 1, limit: int = 100
    ) -> tuple[AskedOften, ...]:
        """Questions of real use, the most asked first. people: at least so many asked it."""
        counts = _counts(tenant, model)
        latest = ASKED.alias()
        question = (
            sa.select(latest.c.question)
            .where(latest.c.tenant == tenant, latest.c.model == model, latest.c.key == counts.c.key)
            .order_by(latest.c.at.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            sa.select(question, counts.c.times, counts.c.people, counts.c.at)
            .where(counts.c.people >= people)
            .order_by(counts.c.times.desc(), counts.c.at.desc())
            .limit(limit)
        )
        with self._ledger.reading() as connection:
            return tuple(AskedOften(*row) for row in connection.execute(query))

    # -- decisions ---------------------------------------------------------------------------

    def accept(
        self,
        id_: str,
        by: User,
        at: dt.datetime | None = None,
        *,
        entry: New | None = None,
        into: Edit | None = None,
        why: str = "",
    ) -> Batch:
        """The user was right: an entry is added, or one takes the question as its own (`into`);
        both are staged. Raises Duplicate, Stale or UserFixable; then the case is open still."""
        if (entry is None) == (into is None):
            raise UserFixable(told("Choose an entry to add, or one that takes the question."))
        with self._ledger.act("accept", by, at, why) as work:
            self._decide(work, [id_], "accepted", entry, into)
        return work.result

    def fix(
        self,
        id_: str,
        by: User,
        at: dt.datetime | None = None,
        *,
        entry: New | None = None,
        edit: Edit | None = None,
        why: str = "",
    ) -> Batch:
        """The matter was put right: by a new entry, by changing one, or elsewhere (neither; then
        say where in `why`). Raises as accept does."""
        if entry is None and edit is None and not why.strip():
            raise UserFixable(told("Say what was put right."))
        with self._ledger.act("fix", by, at, why) as work:
            self._decide(work, [id_], "fixed", entry, edit)
        return work.result

    def reject(
        self, ids: Iterable[str], by: User, at: dt.datetime | None = None, *, why: str = ""
    ) -> Batch:
        """Nothing is to be done, in all of these cases or in none."""
        with self._ledger.act("dismiss", by, at, why) as work:
            self._decide(work, list(ids), "rejected", None, None)
        return work.result

    @staticmethod
    def _decide(
        work: Work, ids: list[str], state: CaseState, entry: New | None, edit: Edit | None
    ) -> None:
        if not ids:
            raise UserFixable(told("Choose a case first."))
        here = sa.and_(CASES.c.tenant == work.tenant, CASES.c.case_id.in_(ids))
        found = work.connection.execute(sa.select(CASES).where(here)).mappings().all()
        if len(found) < len(set(ids)):
            raise UserFixable(told("A case is no longer there. Reload the page."))
        for case in found:
            if case["state"] != "open":
                raise UserFixable(
                    told(
                        "The case {question} was decided by {name} meanwhile ({state}).",
                        question=repr(case["question"][:80]),
                        name=case["decided_by"],
                        state=case["state"],
                    )
                )
        made = ""
        if entry is not None:
            made = editing.add(work, [entry])[0].id
        if edit is not None:
            editing.edit(work, [edit])
            made = made or edit.id
        work.told["cases"] = [
            {"id": c["case_id"], "question": c["question"], "before": "open", "after": state}
            for c in found
        ]
        work.connection.execute(
            sa.update(CASES)
            .where(here)
            .values(
                state=state,
                decided_by=work.by.name,
                decided_at=work.at,
                why=work.note,
                entry=made,
                batch=work.batch,
            )
        )


def _asked(key: str, model: str, by: User) -> dict[str, str]:
    """What the count of a question is found by."""
    return {
        "tenant": by.tenant,
        "model": model,
        "hash": hashlib.blake2s(key.encode(), digest_size=16).hexdigest(),
        "user": by.name,
    }


def _unasked(connection: sa.Connection, text: str, model: str, by: User) -> None:
    """One time less of this question; gone with the last."""
    key = texts.question_key(text)
    here = [ASKED.c[k] == v for k, v in _asked(key, model, by).items()]
    connection.execute(sa.delete(ASKED).where(*here, ASKED.c.times <= 1))
    connection.execute(sa.update(ASKED).where(*here).values(times=ASKED.c.times - 1))


def _forget(connection: sa.Connection, tenant: str) -> None:
    """Counts of the questions that nobody asked for longest, once there are too many."""
    mine = ASKED.c.tenant == tenant
    counted = connection.execute(sa.select(sa.func.count()).select_from(ASKED).where(mine))
    if (counted.scalar() or 0) <= KEPT_ASKED:
        return
    aged = sa.select(ASKED.c.at).where(mine).order_by(ASKED.c.at.desc())
    limit = connection.execute(aged.offset(KEPT_ASKED * 9 // 10).limit(1)).scalar()
    connection.execute(sa.delete(ASKED).where(mine, ASKED.c.at <= limit))


def _counts(tenant: str, model: str) -> sa.Subquery:
    """How often each question of a model was asked, by how many, and when last."""
    return (
        sa.select(
            ASKED.c.key,
            sa.func.sum(ASKED.c.times).label("times"),
            sa.func.count().label("people"),
            sa.func.max(ASKED.c.at).label("at"),
        )
        .where(ASKED.c.tenant == tenant, ASKED.c.model == model)
        .group_by(ASKED.c.key)
        .subquery()
    )


def _cases(counts: sa.Subquery) -> sa.Select[Any]:
    return sa.select(
        CASES,
        sa.func.coalesce(counts.c.times, 0).label("asked"),
        sa.func.coalesce(counts.c.people, 0).label("asked_by"),
    ).outerjoin(counts, counts.c.key == CASES.c.key)


def _case(row: sa.RowMapping) -> Case:
    values = {name: row[name] for name in Case.__slots__ if name not in ("id", "evidence")}
    return Case(id=row["case_id"], evidence=json.loads(row["evidence"]), **values)
