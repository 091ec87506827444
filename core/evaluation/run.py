"""Ask golden questions one after another and judge each answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from core.errors import GembaError
from core.evaluation.questions import Golden, read_questions
from core.evaluation.report import Outcome, Report, Verdict, Way
from core.evaluation.rows import difference
from core.types import Answer, EmptyReason

#: Asks the turns one after another as a user (None: the administrator) over a model, and gives
#: the answer to the last one.
Ask = Callable[[tuple[str, ...], str | None, str], Answer]
#: Rows of a StarRocks SELECT from a trusted file, with no governance.
FetchCheck = Callable[[str], pa.Table]


def evaluate(
    path: Path,
    ask: Ask,
    fetch_check: FetchCheck,
    *,
    model: str,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask every question of a file and judge it. `progress` gets how many are done, of how many.

    Raises ConfigError when the file is not as it should be; nothing else ends the run.
    """
    questions = read_questions(path)
    verdicts = []
    for done, golden in enumerate(questions, 1):
        verdicts.append(ask_one(golden, ask, fetch_check, model))
        if progress:
            progress(done, len(questions))
    return Report(file=path.name, model=model, verdicts=tuple(verdicts))


def ask_one(golden: Golden, ask: Ask, fetch_check: FetchCheck, model: str) -> Verdict:
    """Ask one question and judge it; whatever breaks is a failed verdict, never an exception."""
    start = time.perf_counter()
    status, sql, way = "failed", "", Way()
    try:
        answer = ask(golden.turns, golden.user, model)
        elapsed_ms = (time.perf_counter() - start) * 1000
        status, sql, way = answer.status, answer.sql or "", way_of(answer)
        outcome, reason = judge(golden, answer, fetch_check)
    except Exception as error:  # noqa: BLE001 - one question that breaks is counted, the rest go on
        elapsed_ms = (time.perf_counter() - start) * 1000
        kind = "" if isinstance(error, GembaError) else f"{type(error).__name__}: "
        outcome, reason = Outcome.FAILED, f"{kind}{error}"
    return Verdict(
        id=golden.id,
        question=golden.question,
        tags=golden.tags,
        outcome=outcome,
        status=status,
        reason=reason,
        elapsed_ms=elapsed_ms,
        sql=sql,
        line=golden.line,
        way=way,
    )


def way_of(answer: Answer) -> Way:
    """How the answer came."""
    source = answer.source or "none"
    if answer.made is None:
        return Way(source)
    tried = answer.made.attempts
    return Way(
        source,
        len(tried),
        bool(tried) and tried[0].outcome == "used",
        sum(a.prompt_tokens for a in tried),
        sum(a.cached_tokens for a in tried),
        sum(a.reply_tokens for a in tried),
        sum(a.total_ms for a in tried),
    )


def judge(golden: Golden, answer: Answer, fetch_check: FetchCheck) -> tuple[Outcome, str]:
    """What an answer is worth, and in a few words why (empty when it is right)."""
    if answer.status in golden.expect:
        return Outcome.RIGHT, ""
    said = " ".join((answer.message or answer.headline).split())
    if answer.status == "failed":
        return Outcome.FAILED, said or "failed without a message"
    if not golden.checks:
        wanted = " or ".join(golden.expect)
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
    return _compare(golden, answer, fetch_check)


def _compare(golden: Golden, answer: Answer, fetch_check: FetchCheck) -> tuple[Outcome, str]:
    reasons = []
    for sql in golden.checks:
        try:
            right = fetch_check(sql)
        except Exception as error:  # noqa: BLE001 - any engine's error; told with the question
            return Outcome.FAILED, f"check_sql in line {golden.line} cannot be run: {error}"
        if answer.status == "empty":
            if _is_void(right):
                return Outcome.RIGHT, ""
            reasons.append(f"said to be empty, expected {right.num_rows} rows")
            continue
        if answer.result is None:
            return Outcome.FAILED, "answered without rows"
        differs = difference(right, answer.result.table, ordered=golden.is_ordered)
        if differs is None:
            return Outcome.RIGHT, ""
        reasons.append(differs)
    return Outcome.WRONG, reasons[0]


def _is_void(table: pa.Table) -> bool:
    """No row, or one row that holds nothing but NULL and zero counts: what an aggregate over no
    rows gives."""
    if table.num_rows == 0:
        return True
    values = [column[0].as_py() for column in table.columns]
    return table.num_rows == 1 and all(v is None or (isinstance(v, int) and v == 0) for v in values)
