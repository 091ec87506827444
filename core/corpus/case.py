"""Cases as values: what users tell of answers, and what an admin decides about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from core.translation import marked

CaseKind = Literal["up", "down", "reflection", "correction", "saved", "clarified", "unanswered"]
CaseState = Literal["open", "accepted", "fixed", "rejected"]
CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
#: What may be wrong with an answer, and what people call it.
REASONS: Mapping[str, str] = {
    "wrong_number": marked("Wrong number"),
    "wrong_filter": marked("Wrong filter"),
    "wrong_time": marked("Wrong time"),
    "misunderstood": marked("Misunderstood me"),
    "slow": marked("Too slow"),
    "chart": marked("Poor chart"),
    "other": marked("Something else"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells of an answer. reason: a key of REASONS, or empty. evidence: values that
    JSON can hold (core.corpus.evidence)."""

    kind: CaseKind
    model: str
    question: str
    sql: str = ""
    reason: str = ""
    text: str = ""
    answer_id: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """What one person told in a case. at: UTC, naive."""

    user: str
    at: dt.datetime
    reason: str
    text: str
    question: str
    sql: str
    answer_id: str


@dataclass(frozen=True, slots=True)
class Case:
    """A matter for review. question, sql, reason, evidence: those of the newest report. reports:
    how often it was told, by how many people. asked: how often the question was asked since
    counting began, by how many. entry: the one made of it."""

    id: str
    tenant: str
    model: str
    kind: CaseKind
    question: str
    sql: str
    reason: str
    evidence: Mapping[str, Any]
    first_at: dt.datetime
    at: dt.datetime
    reports: int
    people: int
    asked: int
    asked_by: int
    state: CaseState
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    why: str = ""
    entry: str = ""
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question with its SQL that somebody saved, and what became of it."""

    author: str
    at: dt.datetime
    model: str
    question: str
    sql: str
    status: CaseState


@dataclass(frozen=True, slots=True)
class AskedOften:
    """A question of people, however they put it. question: as it was put last."""

    question: str
    times: int
    people: int
    at: dt.datetime
