"""A set of golden questions is judged: each outcome, the report, and what ends it with 1."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from core.errors import UserFixable
from core.evaluation import Outcome, Report, evaluate
from core.types import Answer, ChartSpec, Clarification, EmptyReason, Result, Status, User

RIGHT = pa.table({"n": [3]})
USER = User("admin", "admin", ("P1",))


def answer(status: Status, table: pa.Table | None = None, **more: Any) -> Answer:
    result = Result(table, truncated=False, elapsed_ms=1.0) if table is not None else None
    return Answer("1", "q", status, "NEW_QUERY", "parser", USER, "m", result=result, **more)


PIE = ChartSpec("pie", "n")

ANSWERS = {
    "right": answer("answered", pa.table({"row_count": [3]})),
    "wrong": answer("answered", pa.table({"row_count": [4]})),
    "second": answer("answered", pa.table({"row_count": [5]})),
    "ask": answer("clarify", clarification=Clarification("Which one?")),
    "none": answer("empty", empty=EmptyReason.NO_ROWS),
    "no such data": answer("empty", empty=EmptyReason.NOT_ANSWERABLE),
    "no": answer("refused", message="not yours"),
    "as a pie": answer("answered", RIGHT, chart=PIE),
    "another pie": answer("answered", pa.table({"n": [4]}), chart=PIE),
    "wider pie": answer("answered", pa.table({"n": [3], "m": [1]}), chart=PIE),
    "split": answer("answered", pa.table({"n": [1, 2]})),
    "told": answer("answered", message="as you like"),
    "broken": answer("failed", message="the engine is down"),
}


def ask(user: str | None, model: str) -> Callable[[str], Answer]:
    assert model == "m"
    return said


def said(question: str) -> Answer:
    if question == "raises":
        raise UserFixable("the question is too long")
    if question == "breaks":
        raise ZeroDivisionError("oh")
    return ANSWERS[question]


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


@pytest.mark.parametrize(
    ("turn", "outcome"),
    [
        ({"question": "as a pie", "chart": "pie"}, Outcome.RIGHT),
        ({"question": "as a pie", "chart": ["table", "pie"], "check_sql": "three"}, Outcome.RIGHT),
        ({"question": "as a pie", "chart": "bar"}, Outcome.FAILED),
        ({"question": "right", "chart": "pie"}, Outcome.FAILED),
        ({"question": "another pie", "chart": "pie"}, Outcome.WRONG),
        ({"question": "wider pie", "chart": "pie"}, Outcome.WRONG),
        ({"question": "ask", "chart": "pie"}, Outcome.ASKED),
        ({"question": "none", "chart": "pie"}, Outcome.FAILED),
        ({"question": "split", "expect": "breakdown"}, Outcome.RIGHT),
        ({"question": "right", "expect": "breakdown"}, Outcome.MISSED),
        ({"question": "ask", "expect": "breakdown"}, Outcome.ASKED),
        ({"question": "right", "expect": "answered"}, Outcome.RIGHT),
        ({"question": "told", "expect": "nothing"}, Outcome.RIGHT),
        ({"question": "ask", "expect": "nothing"}, Outcome.RIGHT),
        ({"question": "right", "expect": "nothing"}, Outcome.MISSED),
        ({"question": "broken", "expect": "nothing"}, Outcome.FAILED),
    ],
)
def test_what_a_follow_up_is_worth(tmp_path: Path, turn: dict[str, Any], outcome: Outcome) -> None:
    first = {"question": "right", "check_sql": "three"}
    before, after = run(tmp_path, {"turns": [first, turn]}).verdicts
    assert before.outcome is Outcome.RIGHT
    assert after.outcome is outcome, after.reason
    assert (before.name, after.name) == ("q0.1", "q0.2")


def test_a_conversation_goes_on_after_a_turn_that_breaks(tmp_path: Path) -> None:
    told = {"question": "right", "check_sql": "three"}
    report = run(tmp_path, {"turns": [{"question": "breaks", "check_sql": "three"}, "x", told]})
    assert [v.outcome for v in report.verdicts] == [Outcome.FAILED, Outcome.RIGHT]
    assert [v.turn for v in report.verdicts] == [1, 3]


def test_each_conversation_is_opened_once_and_alone(tmp_path: Path) -> None:
    opened: list[list[str]] = []

    def opening(user: str | None, model: str) -> Callable[[str], Answer]:
        texts: list[str] = []
        opened.append(texts)

        def say(question: str) -> Answer:
            texts.append(question)
            return said(question)

        return say

    path = tmp_path / "golden.jsonl"
    path.write_text(
        '{"id": "a", "turns": ["right", "second", "wrong"], "expect": "answered"}\n'
        '{"id": "b", "turns": ["wrong", "right"], "check_sql": [null, "three"]}\n'
        '{"id": "c", "question": "none", "expect": "empty"}\n'
    )
    assert evaluate(path, opening, fetch, model="m").has_passed
    assert opened == [["right", "second", "wrong"], ["wrong", "right"], ["none"]]


def test_the_report_counts_turns_and_whole_conversations(tmp_path: Path) -> None:
    right = {"question": "right", "check_sql": "three"}
    asked = {"question": "ask", "check_sql": "three", "tags": ["why"]}
    wrong = {"question": "wrong", "check_sql": "three", "tags": ["unit"]}
    report = run(
        tmp_path,
        {"turns": [right, right], "tags": ["time"]},
        {"turns": [right, asked, right], "tags": ["time"]},
        {"turns": [asked, wrong, right]},
        right,
    )
    assert len(report.verdicts) == 9
    assert [v.name for v in report.conversations()] == ["q0.1", "q1.2", "q2.2"]
    told = json.loads(report.to_json())
    assert told["conversations"] == {"right": 1, "wrong": 1, "missed": 0, "asked": 1, "failed": 0}
    assert told["tags"]["why"]["asked"] == 2
    turns, whole = report.to_text().split("Whole conversations", 1)

    def counts(table: str, tag: str) -> list[str]:
        (found,) = (line.split()[1:-1] for line in table.splitlines() if line.startswith(tag))
        return found

    whole = whole.split("Not right")[0]
    assert counts(turns, "all") == ["9", "6", "1", "0", "2", "0"]
    assert counts(turns, "time") == ["5", "4", "0", "0", "1", "0"]
    assert counts(whole, "all") == ["3", "1", "1", "0", "1", "0"]
    assert counts(whole, "time") == ["2", "1", "0", "0", "1", "0"]
    assert counts(whole, "why") == ["2", "0", "1", "0", "1", "0"]


def test_what_follows_a_turn_that_is_not_right_is_told_apart(tmp_path: Path) -> None:
    right = {"question": "right", "check_sql": "three"}
    asked = {"question": "ask", "check_sql": "three"}
    wrong = {"question": "wrong", "check_sql": "three"}
    text = run(
        tmp_path, {"turns": [right, asked, right, wrong]}, {"turns": [right, wrong]}
    ).to_text()
    first, later = text.split("Not right:")[1].split("after a turn of the same conversation")
    assert "q0.2" in first
    assert "q1.2" in first
    assert "q0.4" not in first
    assert "q0.4" in later


def test_questions_that_stand_alone_are_no_conversations(tmp_path: Path) -> None:
    report = run(tmp_path, {"question": "right", "check_sql": "three"})
    assert report.conversations() == ()
    assert "conversation" not in report.to_text()


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
