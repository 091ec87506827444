"""The report tells the ways apart on which answers came, and what a language model took."""

from core.evaluation.report import Outcome, Report, Verdict, Way
from core.evaluation.run import way_of
from core.types import Answer, Attempt, Made, User


def verdict(number: int, outcome: Outcome, way: Way) -> Verdict:
    return Verdict(f"q{number}", "?", (), outcome, "answered", "", 10.0 * number, way=way)


def attempt(number: int, outcome: str) -> Attempt:
    return Attempt(number, "qwen", "grammar", "SELECT 1", outcome, "", 1, 900, 800, 60, 40.0, 400.0)


def test_an_answer_tells_its_way():
    answer = Answer(
        "a", "?", "answered", "NEW_QUERY", "model", User("ann", "admin", ()), "plant",
        made=Made("why", "qwen", None, (attempt(1, "implausible"), attempt(2, "used"))),
    )  # fmt: skip
    assert way_of(answer) == Way("model", 2, False, 1_800, 1_600, 120, 800.0)


def test_the_report_has_a_line_for_each_way_and_one_for_the_model():
    report = Report(
        "some.jsonl",
        "plant",
        (
            verdict(1, Outcome.RIGHT, Way("parser")),
            verdict(2, Outcome.RIGHT, Way("model", 1, True, 1_000, 900, 50, 300)),
            verdict(3, Outcome.RIGHT, Way("model", 2, False, 2_000, 1_900, 150, 700)),
            verdict(4, Outcome.WRONG, Way("model", 1, True, 1_000, 900, 50, 300)),
            verdict(5, Outcome.ASKED, Way("none", 4, False, 4_000, 3_900, 150, 900)),
        ),
    )
    assert report.first_attempt() == (4, 1, 2)
    text = report.to_text()
    assert "asked 4 questions, in 8 attempts" in text
    assert "first attempt 25.0 %, after reflection 50.0 %" in text
    assert "2,000 read (1,900 from the prefix cache), 100 written; 550 ms" in text
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line[:1].isalpha()}
    assert lines["parser"][:4] == ["1", "1", "0", "100.0"]
    assert lines["model"][:4] == ["3", "2", "1", "66.7"]


def test_without_a_model_nothing_is_said_of_one():
    report = Report("some.jsonl", "plant", (verdict(1, Outcome.RIGHT, Way("parser")),))
    assert "language model" not in report.to_text()
