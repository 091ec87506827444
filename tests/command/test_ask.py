"""`ask`: the JSON fields of DESIGN.md, exit statuses, several questions, and bad input."""

from pathlib import Path
from typing import Any

import pytest

from tests.command.conftest import Run, Said, run_in

FIELDS = {
    "question", "status", "intent", "source", "plan", "sql", "columns", "rows", "row_count",
    "truncated", "time_window", "data_quality", "chart", "insights", "clarification", "message",
    "timings_ms",
}  # fmt: skip
QUESTIONS = [
    "Which pumps vibrated most last week?",
    "energy in 2024",
    "vibration of PMP-99",
    "delete all alarms",
    "\x00\x1b\x07",
    "🏭🔥😀",
    "Quanto era la OEE della settimana scorsa?",
    "waarom trilt de pomp",
    "a" * 10_000,
    "OEE'; DROP TABLE plant_obt; --",
    "energy by plant last week \udcff",
]


@pytest.fixture(scope="module")
def said(plant_dir: Path) -> Said:
    return run_in(plant_dir, "ask", "-", "--json", stdin="\n\n".join(QUESTIONS) + "\n")


@pytest.fixture(scope="module")
def answers(said: Said) -> dict[str, dict[str, Any]]:
    return dict(zip(QUESTIONS, said.objects, strict=True))


def test_each_line_is_one_object_in_order(said: Said) -> None:
    """Blank lines are no questions. The status is the worst of all: one was refused."""
    assert len(said.objects) == len(QUESTIONS)
    assert [o["question"] for o in said.objects][:4] == QUESTIONS[:4]
    assert said.status == 3
    assert said.err == ""


def test_every_object_has_every_field(answers: dict[str, dict[str, Any]]) -> None:
    for answer in answers.values():
        assert set(answer) >= FIELDS


def test_an_answer(answers: dict[str, dict[str, Any]]) -> None:
    answer = answers["Which pumps vibrated most last week?"]
    assert (answer["status"], answer["source"], answer["intent"]) == (
        "answered", "verified", "NEW_QUERY",
    )  # fmt: skip
    assert [set(c) >= {"name", "label", "unit", "type"} for c in answer["columns"]] == [True, True]
    assert answer["columns"][1]["unit"] == "mm/s"
    figures = [row[1] for row in answer["rows"]]
    assert figures == sorted(figures, reverse=True)
    assert answer["row_count"] == len(answer["rows"]) > 3
    assert answer["truncated"] is False
    assert answer["time_window"]["start"] == "2026-06-22T00:00:00"
    assert answer["time_window"]["end"] == "2026-06-29T00:00:00"
    assert answer["plan"]["dimensions"][0]["column"] == "asset_id"
    assert "plant_id IN ('AUS', 'HAM', 'HPH')" in answer["sql"]
    assert set(answer["chart"]) >= {"type", "x", "y", "series"}
    assert 0.5 < answer["data_quality"]["good"] <= 1
    assert answer["clarification"] is None
    assert {"understand", "compile", "govern", "execute", "total"} <= set(answer["timings_ms"])
    assert answer["headline"]


@pytest.mark.parametrize(
    ("question", "status", "says"),
    [
        ("energy in 2024", "empty", "Data are loaded from"),
        ("vibration of PMP-99", "clarify", "There is no PMP-99"),
        ("delete all alarms", "refused", "only reads"),
        ("\x00\x1b\x07", "clarify", "The question is empty"),
        ("🏭🔥😀", "clarify", "no words"),
        ("Quanto era la OEE della settimana scorsa?", "clarify", "“settimana”"),
        ("waarom trilt de pomp", "clarify", "“trilt”"),
        ("a" * 10_000, "clarify", "at most 1,000"),
        ("OEE'; DROP TABLE plant_obt; --", "clarify", "what"),
    ],
)
def test_what_is_not_answered_says_why(
    answers: dict[str, dict[str, Any]], question: str, status: str, says: str
) -> None:
    answer = answers[question]
    assert answer["status"] == status
    assert says in answer["message"]
    assert answer["rows"] == []


def test_bytes_that_are_no_text_do_no_harm(answers: dict[str, dict[str, Any]]) -> None:
    answer = answers["energy by plant last week \udcff"]
    assert answer["status"] in ("answered", "clarify")
    assert "\udcff" not in answer["question"]


def test_options_of_a_question_back(answers: dict[str, dict[str, Any]]) -> None:
    asked = answers["vibration of PMP-99"]["clarification"]
    assert asked["question"]
    assert {"label", "question"} == set(asked["options"][0])
    assert asked["options"][0]["question"].startswith("vibration of PMP-")


# -- text, exit statuses, accounts -----------------------------------------------------------


def test_text_shows_sentence_rows_reading_and_sql(run: Run) -> None:
    said = run("ask", "OEE by plant last week")
    assert said.status == 0
    for part in ("Hamburg", "Understood: OEE", "22 to 28 Jun 2026", "SELECT plant_name"):
        assert part in said.out


@pytest.mark.parametrize(
    ("question", "status"),
    [("OEE", 0), ("vibration of PMP-99", 0), ("energy in 2024", 0), ("", 0), ("delete it", 3)],
)
def test_exit_status(run: Run, question: str, status: int) -> None:
    said = run("ask", question)
    assert said.status == status
    assert said.is_plain()


def test_another_account_sees_its_own_plants_only(run: Run) -> None:
    (mine,) = run("ask", "energy by plant last week", "--as", "viewer", "--json").objects
    assert [row[0] for row in mine["rows"]] == ["Hai Phong"]
    (outside,) = run("ask", "energy in Hamburg", "--as", "viewer", "--json").objects
    assert (outside["status"], outside["empty"]) == ("empty", "out_of_scope")
    assert "Hamburg" in outside["message"]
    assert outside["sql"] is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ask", "OEE", "--as", "enginer"), "There is no account 'enginer'. Did you mean"),
        (("ask", "OEE", "--model", "plnt"), "There is no model 'plnt'. Did you mean 'plant'?"),
        (("ask", "OEE", "--model", "../../etc/passwd"), "There is no model"),
        (("accounts", "reset", "nobody"), "There is no account 'nobody'"),
        (("demo", "--days", "0"), "from 1 on"),
        (("check-sql", "no-such.sql"), "The file 'no-such.sql' cannot be read"),
        (("ask",), "required: question"),
        (("asq", "OEE"), "invalid choice: 'asq'"),
        ((), "COMMAND"),
    ],
)
def test_wrong_arguments_are_usage(run: Run, arguments: tuple[str, ...], says: str) -> None:
    said = run(*arguments)
    assert said.status == 2
    assert says in said.err
    assert said.is_plain()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("GEMBA_DAT_DIR", "x", "Did you mean 'GEMBA_DATA_DIR'?"),
        ("GEMBA_ROW_CAP", "many", "must be of type int"),
        ("GEMBA_MODEL", "nix", "There is no model 'nix'"),
        ("GEMBA_STORE_URL", "mysql://u:secret@h/d", "must look like duckdb:///FILE"),
    ],
)
def test_wrong_settings_are_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    said = run("ask", "OEE")
    assert said.status == 2
    assert says in said.err
    assert "secret" not in said.err
    assert said.is_plain()


def test_more_than_may_be_asked_is_refused_with_the_wait(plant_dir: Path) -> None:
    stdin = "energy by plant last week\n" * 3
    said = run_in(plant_dir, "ask", "-", "--json", stdin=stdin, GEMBA_RATE_USER="2/minute")
    first, second, third = said.objects
    assert said.status == 3
    assert (third["status"], third["rule"], third["rows"]) == ("refused", "RATE", [])
    assert "Ask again in " in third["message"]
    assert first["read_at"] is None
    assert second["read_at"] is not None
    assert second["rows"] == first["rows"]
    wrong = run_in(plant_dir, "ask", "OEE", GEMBA_RATE_USER="often")
    assert wrong.status == 2
    assert "GEMBA_RATE_USER" in wrong.err
