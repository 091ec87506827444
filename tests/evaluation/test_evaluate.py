"""A set of golden questions is judged: each outcome, the report, and what ends it with 1."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from core.errors import UserFixable
from core.evaluation import Outcome, Report, evaluate
from core.types import Answer, Clarification, EmptyReason, Result, Status, User

RIGHT = pa.table({"n": [3]})
USER = User("admin", "admin", ("P1",))


def answer(status: Status, table: pa.Table | None = None, **more: Any) -> Answer:
    result = Result(table, truncated=False, elapsed_ms=1.0) if table is not None else None
    return Answer("1", "q", status, "NEW_QUERY", "parser", USER, "m", result=result, **more)


ANSWERS = {
    "right": answer("answered", pa.table({"row_count": [3]})),
    "wrong": answer("answered", pa.table({"row_count": [4]})),
    "second": answer("answered", pa.table({"row_count": [5]})),
    "ask": answer("clarify", clarification=Clarification("Which one?")),
    "none": answer("empty", empty=EmptyReason.NO_ROWS),
    "no such data": answer("empty", empty=EmptyReason.NOT_ANSWERABLE),
    "no": answer("refused", message="not yours"),
    "broken": answer("failed", message="the engine is down"),
}


def ask(turns: tuple[str, ...], user: str | None, model: str) -> Answer:
    assert model == "m"
    if turns[-1] == "raises":
        raise UserFixable("the question is too long")
    if turns[-1] == "breaks":
        raise ZeroDivisionError("oh")
    return ANSWERS[turns[-1]]


def fetch(sql: str) -> pa.Table:
    if sql == "bad":
        raise ValueError("no such column")
    return {
        "three": RIGHT,
        "five": pa.table({"n": [5]}),
        "nothing": RIGHT.slice(0, 0),
        "null": pa.table({"n": pa.array([None], pa.float64())}),
    }[sql]


def run(tmp_path: Path, *lines: dict[str, Any]) -> Report:
    path = tmp_path / "golden.jsonl"
    path.write_text(
        "\n".join(json.dumps({"id": f"q{i}", **line}) for i, line in enumerate(lines)), "utf-8"
    )
    return evaluate(path, ask, fetch, model="m")


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ({"question": "right", "check_sql": "three"}, Outcome.RIGHT),
        ({"turns": ["wrong", "right"], "check_sql": "three"}, Outcome.RIGHT),
        ({"question": "second", "check_sql": "three", "check_sql_alt": "five"}, Outcome.RIGHT),
        ({"question": "ask", "check_sql": "three", "expect": "clarify"}, Outcome.RIGHT),
        ({"question": "ask", "expect": ["clarify", "refused"]}, Outcome.RIGHT),
        ({"question": "none", "check_sql": "nothing"}, Outcome.RIGHT),
        ({"question": "none", "check_sql": "null"}, Outcome.RIGHT),
        ({"question": "wrong", "check_sql": "three"}, Outcome.WRONG),
        ({"question": "none", "check_sql": "three"}, Outcome.WRONG),
        ({"question": "right", "expect": "clarify"}, Outcome.MISSED),
        ({"question": "ask", "check_sql": "three"}, Outcome.ASKED),
        ({"question": "ask", "expect": "refused"}, Outcome.ASKED),
        ({"question": "no such data", "check_sql": "three"}, Outcome.FAILED),
        ({"question": "no", "check_sql": "three"}, Outcome.FAILED),
        ({"question": "no", "expect": "clarify"}, Outcome.FAILED),
        ({"question": "broken", "check_sql": "three"}, Outcome.FAILED),
        ({"question": "raises", "check_sql": "three"}, Outcome.FAILED),
        ({"question": "breaks", "check_sql": "three"}, Outcome.FAILED),
        ({"question": "right", "check_sql": "bad"}, Outcome.FAILED),
    ],
)
def test_outcomes(tmp_path: Path, line: dict[str, Any], outcome: Outcome) -> None:
    (verdict,) = run(tmp_path, line).verdicts
    assert verdict.outcome is outcome, verdict.reason
    assert bool(verdict.reason) is (outcome is not Outcome.RIGHT)


def test_one_wrong_answer_fails_a_set_however_large(tmp_path: Path) -> None:
    many = [{"question": "right", "check_sql": "three", "tags": ["a"]}] * 99
    assert run(tmp_path, *many).exit_code == 0
    assert run(tmp_path, *many, {"question": "wrong", "check_sql": "three"}).exit_code == 1
    assert run(tmp_path, *many, {"question": "right", "expect": "clarify"}).exit_code == 1


def test_too_many_questions_asked_back_fail_a_set(tmp_path: Path) -> None:
    right = {"question": "right", "check_sql": "three"}
    asked = {"question": "ask", "check_sql": "three"}
    assert run(tmp_path, *[right] * 19, asked).exit_code == 0
    assert run(tmp_path, *[right] * 18, asked).exit_code == 1


def test_the_report_shows_tags_and_reasons(tmp_path: Path) -> None:
    report = run(
        tmp_path,
        {"question": "right", "check_sql": "three", "tags": ["time", "typo"]},
        {"question": "wrong", "check_sql": "three", "tags": ["time"]},
        {"question": "ask", "check_sql": "three"},
    )
    text = report.to_text()
    rows = {line.split("  ")[0]: line.split()[-1] for line in text.splitlines() if line}
    assert (rows["time"], rows["typo"], rows["(none)"], rows["all"]) == (
        "50.0",
        "100.0",
        "0.0",
        "33.3",
    )
    assert "q1 (line 2): wrong" in text
    assert "'n' differs" in text
    assert "asked back: Which one?" in text
    assert text.index("q1 (line 2)") < text.index("q2 (line 3)"), "the worst stand first"
    told = json.loads(report.to_json())
    assert told["answered_wrong"] == 1
    assert told["tags"]["time"] == {"right": 1, "wrong": 1, "missed": 0, "asked": 0, "failed": 0}
    assert [r["outcome"] for r in told["results"]] == ["right", "wrong", "asked"]
