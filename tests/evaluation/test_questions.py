"""A file of golden questions is read strictly: every mistake is told with its line."""

import json
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.evaluation import Turn, read_questions


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "golden.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_line_is_read_whole(tmp_path: Path) -> None:
    line = (
        '{"id": "a", "turns": ["one", "two"], "check_sql": "SELECT 1", "check_sql_alt": '
        '["SELECT 2"], "as": "viewer", "tags": ["time"], "ordered": true, "expect": "empty"}'
    )
    (golden,) = read_questions(written(tmp_path, f"\n{line}\n"))
    assert golden.question == "two"
    assert golden.checks == ("SELECT 1", "SELECT 2")
    assert golden.expect == ("empty",)
    assert (golden.user, golden.is_ordered, golden.line) == ("viewer", True, 2)


def test_each_turn_of_a_conversation_says_what_is_right(tmp_path: Path) -> None:
    line = {
        "id": "d",
        "tags": ["time"],
        "turns": [
            {"question": "one", "check_sql": "SELECT 1", "tags": ["first"]},
            "two",
            {"question": "three", "chart": "pie", "note": "why"},
            {"question": "four", "check_sql_alt": ["SELECT 4"], "expect": ["breakdown"]},
        ],
    }
    (golden,) = read_questions(written(tmp_path, json.dumps(line)))
    assert golden.turns == (
        Turn("one", ("SELECT 1",), tags=("first",)),
        Turn("two"),
        Turn("three", charts=("pie",)),
        Turn("four", ("SELECT 4",), ("breakdown",)),
    )
    assert [turn.is_judged for turn in golden.turns] == [True, False, True, True]
    assert (golden.question, golden.tags) == ("four", ("time",))


def test_checks_may_stand_beside_the_turns(tmp_path: Path) -> None:
    line = {
        "id": "d",
        "turns": ["one", "two", "three"],
        "check_sql": ["SELECT 1", None, "SELECT 3"],
    }
    (golden,) = read_questions(written(tmp_path, json.dumps({**line, "ordered": True})))
    assert [turn.checks for turn in golden.turns] == [("SELECT 1",), (), ("SELECT 3",)]
    assert [turn.is_ordered for turn in golden.turns] == [False, False, True]


def test_an_empty_question_is_a_question(tmp_path: Path) -> None:
    (golden,) = read_questions(
        written(tmp_path, '{"id": "a", "question": "", "expect": "clarify"}')
    )
    assert golden.question == ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "a"', "not JSON"),
        ("[1]", "must be a JSON object"),
        ('{"id": "a", "question": "q", "chek_sql": "SELECT 1"}', "Did you mean 'check_sql'?"),
        ('{"id": "a", "question": "q"}', "give 'check_sql' or 'expect'"),
        ('{"id": "a", "check_sql": "SELECT 1"}', "either 'question' or 'turns'"),
        ('{"question": "q", "check_sql": "SELECT 1"}', "'id' must be a text"),
        ('{"id": "a", "question": "q", "expect": "clarfy"}', "Did you mean 'clarify'?"),
        ('{"id": "a", "question": "q", "check_sql": " "}', "'check_sql' must be a text"),
        ('{"id": "a", "question": "q", "expect": "empty", "tags": [1]}', "list of texts"),
        ('{"id": "a", "question": "q", "expect": "empty", "ordered": 1}', "true or false"),
        ('{"id": "ok", "question": "q", "expect": "empty"}', "stands already in line 1"),
        ('{"id": "a", "question": "q", "chart": "pi"}', "Did you mean 'pie'?"),
        ('{"id": "a", "turns": []}', "'turns' holds no question"),
        ('{"id": "a", "turns": "q"}', "a list of texts and objects"),
        ('{"id": "a", "turns": ["q", 1]}', "a list of texts and objects"),
        ('{"id": "a", "turns": ["p", "q"], "check_sql": ["SELECT 1"]}', "1 entries for 2 turns"),
        ('{"id": "a", "turns": ["p", "q"], "check_sql": [null, null]}', "give 'check_sql'"),
        ('{"id": "a", "turns": ["p", {"question": "q"}]}', "turn 2: give 'check_sql', 'expect'"),
        ('{"id": "a", "turns": [{"question": "q", "id": "b"}]}', "unknown key 'id'"),
        (
            '{"id": "a", "turns": [{"question": "q", "chart": "bar"}], "expect": "empty"}',
            "turn 1 says itself what is right, and so does the line",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, line: str, told: str) -> None:
    path = written(tmp_path, f'{{"id": "ok", "question": "q", "expect": "empty"}}\n{line}\n')
    with pytest.raises(ConfigError, match=r"golden\.jsonl:2: ") as caught:
        read_questions(path)
    assert told in str(caught.value)


def test_a_missing_file_and_an_empty_one_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no file"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(ConfigError, match="holds no question"):
        read_questions(written(tmp_path, "\n \n"))
