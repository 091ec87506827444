"""The publish gate compares two ways to answer: what changed, which way, worst first."""

import threading
from typing import Any

import pyarrow as pa
import pytest

from core.curation.gate import Change, Stopped, compare
from core.evaluation import Golden, Turn
from core.types import Answer, Clarification, Result, Source, User

USER = User("admin", "admin", ("P1",))
RIGHT = pa.table({"n": [3]})


def rows(n: int, source: Source = "parser") -> Answer:
    result = Result(pa.table({"n": [n]}), truncated=False, elapsed_ms=1.0)
    return Answer(
        "1", "q", "answered", "NEW_QUERY", source, USER, "m", result=result, headline=f"{n} items"
    )


def asked_back() -> Answer:
    asked = Clarification("Which one?")
    return Answer(
        "1", "q", "clarify", "NEW_QUERY", None, USER, "m", message="Which one?", clarification=asked
    )


def asking(answers: dict[str, Any]) -> Any:
    def ask(user: str | None, model: str) -> Any:
        return lambda question: answers[question]()

    return ask


def question(text: str) -> Golden:
    return Golden(id=text, turns=(Turn(text, ("three",)),))


def broken() -> Answer:
    raise ZeroDivisionError("oh")


BEFORE = {
    "same": lambda: rows(3),
    "learned": asked_back,
    "spoilt": lambda: rows(3),
    "verified now": lambda: rows(3),
    "breaks": lambda: rows(3),
    "wrong both ways": lambda: rows(4),
}
AFTER = {
    "same": lambda: rows(3),
    "learned": lambda: rows(3, "verified"),
    "spoilt": lambda: rows(9, "verified"),
    "verified now": lambda: rows(3, "verified"),
    "breaks": broken,
    "wrong both ways": lambda: rows(5),
}


def fetch(sql: str) -> pa.Table:
    assert sql == "three"
    return RIGHT


def run(*names: str, **more: Any) -> Any:
    golden = [question(name) for name in names or BEFORE]
    return compare(golden, asking(BEFORE), asking(AFTER), fetch, model="m", **more)


def test_changed_answers_are_listed_worst_first():
    report = run()
    assert [(c.id, c.effect) for c in report.changes] == [
        ("spoilt", "worse"),
        ("breaks", "worse"),
        ("wrong both ways", "other"),
        ("verified now", "other"),
        ("learned", "better"),
    ]
    assert not report.is_harmless
    assert report.counts() == {"worse": 2, "other": 2, "better": 1}


def test_the_sums_are_of_all_questions():
    report = run()
    assert (report.questions, report.right_before, report.right_after) == (6, 4, 3)
    assert (report.wrong_before, report.wrong_after) == (1, 2)


def test_both_sides_say_what_they_said_and_which_way_it_came():
    (change,) = run("spoilt").changes
    assert (change.before.said, change.before.source) == ("3 items", "parser")
    assert (change.after.said, change.after.source) == ("9 items", "verified")
    assert change.after.reason
    assert not change.before.reason


def test_a_question_that_breaks_is_told_and_the_rest_go_on():
    report = run("breaks", "same")
    (change,) = report.changes
    assert "ZeroDivisionError" in change.after.said
    assert report.questions == 2


def test_nothing_changed_is_harmless():
    assert run("same").is_harmless
    assert run("same", "learned").is_harmless


def test_each_check_is_run_once_for_both_sides():
    fetched: list[str] = []

    def counting(sql: str) -> pa.Table:
        fetched.append(sql)
        return RIGHT

    golden = [question("same"), question("learned")]
    compare(golden, asking(BEFORE), asking(AFTER), counting, model="m")
    assert fetched == ["three"]


def test_progress_counts_and_stop_ends_the_run():
    seen: list[tuple[int, int]] = []
    stop = threading.Event()

    def progress(done: int, of: int) -> None:
        seen.append((done, of))
        if done == 2:
            stop.set()

    with pytest.raises(Stopped):
        run(progress=progress, cancel=stop)
    assert seen == [(1, 6), (2, 6)]


def test_no_questions_is_a_report_of_none():
    report = compare([], asking({}), asking({}), fetch, model="m")
    assert report.questions == 0
    assert report.is_harmless


def test_a_change_of_words_alone_is_noticed_where_there_are_no_rows():
    other = Clarification("Which plant?")

    def reworded() -> Answer:
        return Answer(
            "1", "q", "clarify", "NEW_QUERY", None, USER, "m", message="Which plant?",
            clarification=other,
        )  # fmt: skip

    report = compare(
        [question("x")], asking({"x": asked_back}), asking({"x": reworded}), fetch, model="m"
    )
    assert [type(c) for c in report.changes] == [Change]


def test_an_untouched_question_is_asked_once():
    asked: list[str] = []

    def said(text: str) -> Answer:
        asked.append(text)
        return rows(3)

    def counting(user: str | None, model: str) -> Any:
        return said

    golden = [question("touched"), question("not touched")]
    report = compare(
        golden, counting, counting, fetch, model="m",
        is_untouched=lambda g: g.id == "not touched",
    )  # fmt: skip
    assert asked == ["touched", "touched", "not touched"]
    assert (report.right_before, report.right_after) == (2, 2)
