"""What one answer is worth, against what its turn says is right."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from core.evaluation.questions import Turn
from core.evaluation.report import Outcome
from core.evaluation.rows import difference
from core.types import Answer, EmptyReason

#: Rows of a StarRocks SELECT from a trusted file, with no governance.
FetchCheck = Callable[[str], pa.Table]


def judge(
    turn: Turn, answer: Answer, fetch_check: FetchCheck, line: int, before: Answer | None = None
) -> tuple[Outcome, str]:
    """What an answer is worth, and in a few words why (empty when it is right). line: of the
    questions' file; before: the answer to the turn before, which a change of the chart keeps."""
    if any(_is_end(answer, end) for end in turn.expect):
        return Outcome.RIGHT, ""
    said = " ".join((answer.message or answer.headline).split())
    if answer.status == "failed":
        return Outcome.FAILED, said or "failed without a message"
    if not turn.checks and not turn.charts:
        wanted = " or ".join(turn.expect)
        if answer.status == "answered":
            return Outcome.MISSED, f"answered, expected {wanted}: {said}"
        outcome = Outcome.ASKED if answer.status == "clarify" else Outcome.FAILED
        return outcome, f"{answer.status}, expected {wanted}: {said}"
    if answer.status == "clarify":
        asked = answer.clarification.question if answer.clarification else said
        return Outcome.ASKED, f"asked back: {asked}"
    if answer.status == "refused":
        return Outcome.FAILED, f"refused: {said}"
    if answer.status == "empty" and answer.empty is EmptyReason.NOT_ANSWERABLE:
        return Outcome.FAILED, f"said to be not answerable: {said}"
    rows = (
        _compare(turn, answer, fetch_check, line)
        if turn.checks
        else _compare_with_before(answer, before)
    )
    if rows[0] is not Outcome.RIGHT or not turn.charts:
        return rows
    drawn = answer.chart.type if answer.chart else "no chart"
    if drawn in turn.charts:
        return Outcome.RIGHT, ""
    return Outcome.FAILED, f"drawn as {drawn}, expected {' or '.join(turn.charts)}"


def _is_end(answer: Answer, end: str) -> bool:
    rows = answer.result.table.num_rows if answer.result is not None else 0
    if end == "breakdown":
        return answer.status == "answered" and rows > 1
    if end == "nothing":
        return answer.status not in ("answered", "failed") or (
            answer.status == "answered" and answer.result is None
        )
    return answer.status == end


def _compare(turn: Turn, answer: Answer, fetch_check: FetchCheck, line: int) -> tuple[Outcome, str]:
    reasons = []
    for sql in turn.checks:
        try:
            right = fetch_check(sql)
        except Exception as error:  # noqa: BLE001 - any engine's error; told with the question
            return Outcome.FAILED, f"check_sql in line {line} cannot be run: {error}"
        if answer.status == "empty":
            if _is_void(right):
                return Outcome.RIGHT, ""
            reasons.append(f"said to be empty, expected {right.num_rows} rows")
            continue
        if answer.result is None:
            return Outcome.FAILED, "answered without rows"
        differs = difference(right, answer.result.table, ordered=turn.is_ordered)
        if differs is None:
            return Outcome.RIGHT, ""
        reasons.append(differs)
    return Outcome.WRONG, reasons[0]


def _compare_with_before(answer: Answer, before: Answer | None) -> tuple[Outcome, str]:
    """Another picture of the same rows: none may come or go, nor a column."""
    if before is None or before.result is None:
        return Outcome.FAILED, "the turn before has no rows to draw"
    if answer.result is None:
        return Outcome.FAILED, "answered without rows"
    was, now = before.result.table, answer.result.table
    differs = difference(was, now) or difference(now, was)
    return (Outcome.WRONG, f"not the rows of before: {differs}") if differs else (Outcome.RIGHT, "")


def _is_void(table: pa.Table) -> bool:
    """No row, or one row that holds nothing but NULL and zero counts: what an aggregate over no
    rows gives."""
    if table.num_rows == 0:
        return True
    values = [column[0].as_py() for column in table.columns]
    return table.num_rows == 1 and all(v is None or (isinstance(v, int) and v == 0) for v in values)
