"""Ask golden questions one after another and judge each answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from core.errors import GembaError
from core.evaluation.judging import FetchCheck, judge
from core.evaluation.questions import Golden, Turn, read_questions
from core.evaluation.report import Outcome, Report, Verdict, Way
from core.types import Answer

#: Opens a conversation of its own as a user (None: the administrator) over a model, and gives
#: what asks the next question in it.
Ask = Callable[[str | None, str], Callable[[str], Answer]]


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
    verdicts: list[Verdict] = []
    for done, golden in enumerate(questions, 1):
        verdicts += ask_one(golden, ask, fetch_check, model)
        if progress:
            progress(done, len(questions))
    return Report(file=path.name, model=model, verdicts=tuple(verdicts))


def ask_one(golden: Golden, ask: Ask, fetch_check: FetchCheck, model: str) -> tuple[Verdict, ...]:
    """Ask one question, or all turns of one conversation in their order, and judge each turn that
    says what is right. Whatever breaks is a failed verdict, never an exception; the turns after it
    are asked all the same."""
    say: Callable[[str], Answer] | None = None
    before: Answer | None = None
    verdicts = []
    for number, turn in enumerate(golden.turns, 1):
        start = time.perf_counter()
        answer: Answer | None = None
        try:
            say = say or ask(golden.user, model)
            answer = say(turn.question)
            elapsed_ms = (time.perf_counter() - start) * 1000
            outcome, reason = judge(turn, answer, fetch_check, golden.line, before)
        except Exception as error:  # noqa: BLE001 - one question that breaks is counted, the rest go on
            elapsed_ms = (time.perf_counter() - start) * 1000
            kind = "" if isinstance(error, GembaError) else f"{type(error).__name__}: "
            outcome, reason = Outcome.FAILED, f"{kind}{error}"
        before = answer
        if turn.is_judged:
            verdicts.append(_verdict(golden, number, answer, (outcome, reason), elapsed_ms))
    return tuple(verdicts)


def _verdict(
    golden: Golden,
    number: int,
    answer: Answer | None,
    judged: tuple[Outcome, str],
    elapsed_ms: float,
) -> Verdict:
    turn: Turn = golden.turns[number - 1]
    return Verdict(
        id=golden.id,
        question=turn.question,
        tags=tuple(dict.fromkeys((*golden.tags, *turn.tags))),
        outcome=judged[0],
        status=answer.status if answer else "failed",
        reason=judged[1],
        elapsed_ms=elapsed_ms,
        sql=(answer.sql or "") if answer else "",
        line=golden.line,
        way=way_of(answer) if answer else Way(),
        turn=number if len(golden.turns) > 1 else 0,
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
