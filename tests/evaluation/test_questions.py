"""A file of golden questions is read strictly: every mistake is told with its line."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.evaluation import read_questions


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
