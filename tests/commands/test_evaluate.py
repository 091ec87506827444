"""The command asks through the services, as the named account, over the model of the file."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from core.commands.evaluate import model_of, run_evaluation
from core.settings import Settings
from core.types import Answer, Result, User


class Services:
    """Answers each question with how many turns its session has had."""

    def __init__(self) -> None:
        self.settings = Settings(model="plant")
        self.policy = SimpleNamespace(default_user="admin", user=lambda n: User(n, n, ("P1",)))
        self.asked: list[tuple[str, str, str]] = []
        self.sessions: dict[str, int] = {}

    def parts(self, name: str) -> None:
        self.loaded = name

    def answer(
        self, question: str, user: User, *, session: str, model: str, is_kept: bool
    ) -> Answer:
        assert not is_kept
        self.asked.append((question, user.name, model))
        turn = self.sessions[session] = self.sessions.get(session, 0) + 1 if session else 1
        result = Result(pa.table({"n": [turn]}), truncated=False, elapsed_ms=1.0)
        return Answer("1", question, "answered", "NEW", "parser", user, model, result=result)

    def fetch(self, sql: str, model: str) -> pa.Table:
        assert model == self.loaded
        return pa.table({"n": [int(sql)]})


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    path = tmp_path / "steel.jsonl"
    lines = [
        {"id": "a", "question": "one", "check_sql": "1", "as": "viewer"},
        {"id": "b", "turns": ["one", "and then"], "check_sql": "2"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_questions_are_asked_as_they_stand(golden: Path) -> None:
    services: Any = Services()
    out = io.StringIO()
    assert run_evaluation(golden, services, out=out) == 0
    assert "Passed." in out.getvalue()
    assert services.asked == [
        ("one", "viewer", "steel"),
        ("one", "admin", "steel"),
        ("and then", "admin", "steel"),
    ]


def test_json_and_a_named_model(golden: Path) -> None:
    services: Any = Services()
    out = io.StringIO()
    run_evaluation(golden, services, model="other", as_json=True, out=out)
    assert json.loads(out.getvalue())["model"] == "other"


def test_a_file_is_about_the_model_of_its_name() -> None:
    settings = Settings(model="plant")
    assert model_of(Path("x/steel.jsonl"), settings) == "steel"
    assert model_of(Path("x/hidden.jsonl"), settings) == "plant"
