"""A report of a user becomes part of a case: within one transaction of the caller."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.corpus import text as texts
from core.corpus.case import REASONS, Told
from core.corpus.tables import CASES, REPORTS
from core.entries import new_id
from core.errors import UserFixable, did_you_mean

#: Reports kept of a case; the oldest go first.
KEPT_REPORTS = 50
#: Open cases of a tenant; beyond it go those that nobody told, the oldest first.
KEPT_CASES = 5_000
#: Kinds of cases that are opened without anybody's word.
UNTOLD = ("clarified", "unanswered", "reflection")
_EVIDENCE_CHARS = 50_000


def put(connection: sa.Connection, told: Told, user: str, tenant: str, at: dt.datetime) -> str:
    """Write a cleaned report; the identifier of its case."""
    key = texts.question_key(told.question)
    _take_back(connection, told, user, tenant)
    same = sa.and_(
        CASES.c.tenant == tenant,
        CASES.c.model == told.model,
        CASES.c.state == "open",
        CASES.c.kind == told.kind,
        CASES.c.key == key,
    )
    case = connection.execute(sa.select(CASES).where(same).limit(1)).mappings().first()
    newest = {
        "question": told.question,
        "sql": told.sql,
        "reason": told.reason,
        "evidence": _json(told.evidence),
        "at": at,
    }
    id_ = case["case_id"] if case else new_id()
    here = sa.and_(REPORTS.c.tenant == tenant, REPORTS.c.case_id == id_)
    if case is None:
        connection.execute(
            sa.insert(CASES).values(
                tenant=tenant, case_id=id_, model=told.model, kind=told.kind, key=key,
                first_at=at, reports=1, people=1, state="open", decided_by="", why="", entry="",
                **newest,
            )
        )  # fmt: skip
    else:
        mine = sa.select(REPORTS.c.user).where(here, REPORTS.c.user == user)
        is_known = connection.execute(mine.limit(1)).first() is not None
        repeats = sa.delete(REPORTS).where(
            here, REPORTS.c.user == user, REPORTS.c.answer_id == told.answer_id
        )
        is_again = connection.execute(repeats).rowcount > 0
        connection.execute(
            sa.update(CASES)
            .where(CASES.c.tenant == tenant, CASES.c.case_id == id_)
            .values(
                reports=case["reports"] + (0 if is_again else 1),
                people=case["people"] + (0 if is_known else 1),
                **newest,
            )
        )
    connection.execute(
        sa.insert(REPORTS).values(
            tenant=tenant, case_id=id_, user=user, at=at, reason=told.reason, text=told.text,
            question=told.question, sql=told.sql, answer_id=told.answer_id,
        )
    )  # fmt: skip
    _bound(connection, here)
    if case is None:
        _forget(connection, tenant)
    return id_


def _forget(connection: sa.Connection, tenant: str) -> None:
    mine = sa.and_(CASES.c.tenant == tenant, CASES.c.state == "open")
    counted = connection.execute(sa.select(sa.func.count()).select_from(CASES).where(mine))
    surplus = (counted.scalar() or 0) - KEPT_CASES
    if surplus <= 0:
        return
    noticed = CASES.c.kind.in_(("clarified", "unanswered"))
    oldest = sa.select(CASES.c.case_id).where(mine, noticed).order_by(CASES.c.at).limit(surplus)
    for id_ in connection.execute(oldest).scalars().all():
        for table in (CASES, REPORTS):
            here = sa.and_(table.c.tenant == tenant, table.c.case_id == id_)
            connection.execute(sa.delete(table).where(here))


def _take_back(connection: sa.Connection, told: Told, user: str, tenant: str) -> None:
    """A later word on an answer takes the place of the earlier, in whichever open case it is."""
    if not told.answer_id:
        return
    mine = sa.and_(
        REPORTS.c.tenant == tenant,
        REPORTS.c.user == user,
        REPORTS.c.answer_id == told.answer_id,
    )
    query = (
        sa.select(CASES)
        .join(
            REPORTS,
            sa.and_(CASES.c.tenant == REPORTS.c.tenant, CASES.c.case_id == REPORTS.c.case_id),
        )
        .where(mine, CASES.c.state == "open", CASES.c.kind.in_(("up", "down")))
    )
    if told.kind not in ("up", "down"):
        return
    for case in connection.execute(query).mappings().all():
        _without(connection, case, mine, user)


def forget(connection: sa.Connection, user: str, tenant: str, answers: Sequence[str]) -> None:
    """Deletes what was noted of this person's answers without their saying so, with what was kept
    of the rows; what people told stays, and so does what somebody has decided."""
    mine = sa.and_(
        REPORTS.c.tenant == tenant, REPORTS.c.user == user, REPORTS.c.answer_id.in_(answers)
    )
    query = (
        sa.select(CASES)
        .distinct()
        .join(
            REPORTS,
            sa.and_(CASES.c.tenant == REPORTS.c.tenant, CASES.c.case_id == REPORTS.c.case_id),
        )
        .where(mine, CASES.c.state == "open", CASES.c.kind.in_(UNTOLD))
    )
    for case in connection.execute(query).mappings().all():
        _without(connection, case, mine, user)
        here = sa.and_(CASES.c.tenant == tenant, CASES.c.case_id == case["case_id"])
        connection.execute(sa.update(CASES).where(here).values(evidence=_json({})))


def _without(
    connection: sa.Connection,
    case: sa.RowMapping,
    mine: sa.ColumnElement[bool],
    user: str,
) -> None:
    """A case without some of this person's reports; without any it is deleted."""
    tenant = case["tenant"]
    here = sa.and_(CASES.c.tenant == tenant, CASES.c.case_id == case["case_id"])
    gone = connection.execute(
        sa.delete(REPORTS).where(mine, REPORTS.c.case_id == case["case_id"])
    ).rowcount
    if case["reports"] <= gone:
        connection.execute(sa.delete(CASES).where(here))
        return
    left = sa.select(REPORTS.c.user).where(
        REPORTS.c.tenant == tenant,
        REPORTS.c.case_id == case["case_id"],
        REPORTS.c.user == user,
    )
    is_gone = connection.execute(left.limit(1)).first() is None
    connection.execute(
        sa.update(CASES)
        .where(here)
        .values(
            reports=case["reports"] - gone,
            people=max(1, case["people"] - (1 if is_gone else 0)),
        )
    )


def _bound(connection: sa.Connection, here: sa.ColumnElement[bool]) -> None:
    listed = sa.select(REPORTS.c.user, REPORTS.c.answer_id).where(here)
    old = connection.execute(listed.order_by(REPORTS.c.at.desc()).offset(KEPT_REPORTS)).all()
    for user, answer_id in old:
        connection.execute(
            sa.delete(REPORTS).where(here, REPORTS.c.user == user, REPORTS.c.answer_id == answer_id)
        )


def cleaned(told: Told) -> Told | None:
    """Fit to keep; None for a question without words."""
    if told.reason and told.reason not in REASONS:
        raise UserFixable(
            f"There is no reason {told.reason!r}.{did_you_mean(told.reason, REASONS)}"
        )
    question = short(told.question)
    if not texts.question_key(question):
        return None
    return dataclasses.replace(
        told,
        question=question,
        sql=texts.lines(told.sql[: texts.MAX_SQL], texts.MAX_SQL, "SQL"),
        text=texts.lines(told.text, texts.MAX_COMMENT, "comment"),
        answer_id=told.answer_id[:32],
    )


def short(question: str) -> str:
    """A question as asked, cut where an entry's would be refused."""
    return texts.line(question[: texts.MAX_QUESTION], texts.MAX_QUESTION, "question")


def _json(evidence: Mapping[str, Any]) -> str:
    text = json.dumps(evidence, default=str)
    return text if len(text) <= _EVIDENCE_CHARS else "{}"
