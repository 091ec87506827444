"""Answers and services for these tests."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from core.types import Answer, Result, ResultColumn, User

ANNA = User("anna", "engineer", ("P1",))
BEN = User("ben", "engineer", ("P1",))


def column(name: str, **more: object) -> ResultColumn:
    fields: dict[str, object] = {"name": name, "label": name, "type": "string", "role": "dimension"}
    return ResultColumn(**{**fields, **more})  # type: ignore[arg-type]


def answer(table: pa.Table, *columns: ResultColumn, question: str = "a question") -> Answer:
    return Answer(
        id="0123456789ab",
        question=question,
        status="answered",
        intent="NEW_QUERY",
        source="parser",
        user=ANNA,
        model="m",
        sql="SELECT 1",
        columns=columns,
        result=Result(table, truncated=False, elapsed_ms=1.0),
        headline="=a headline",
        asked_at=dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC),
    )
