"""The passport of an answer whose query a language model wrote, and what running it again finds."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.governance.decisions import RULES_VERSION
from core.passbook import circumstances
from core.services import Services
from core.settings import Settings
from core.types import Answer
from tests.fakes.llm_server import Act, FaultyServer, Wire, answer

QUESTION = "which assets are the scorchingest in June?"
WRITTEN = (
    "SELECT asset_id, AVG(temperature_c) AS t FROM plant_obt WHERE signal_quality = 'GOOD' AND "
    "event_date >= '2026-06-01' AND event_date < '2026-07-01' GROUP BY asset_id "
    "ORDER BY t DESC LIMIT 5"
)
VERDICT = json.dumps({"answers": True, "problem": "none", "unused": [], "hint": ""})


def replying() -> Act:
    """The statement to who asks for one, a verdict to who asks for that."""

    def act(wire: Wire) -> None:
        is_verdict = "response_format" in wire.asked.body
        answer(VERDICT if is_verdict else WRITTEN)(wire)

    return act


@pytest.fixture
def folder(plant_folder: Callable[[Path], Path], tmp_path: Path) -> Path:
    return plant_folder(tmp_path)


@contextlib.contextmanager
def started(folder: Path, url: str, **more: str) -> Iterator[Services]:
    settings = Settings(data_dir=folder, llm_url=url, llm_narration="off", **more)  # type: ignore[arg-type]
    with contextlib.closing(Services.open(settings)) as services:
        yield services


def written(services: Services) -> Answer:
    found = services.answer(QUESTION, services.policy.user("engineer"), session="c1")
    assert (found.status, found.source) == ("answered", "model"), found.message
    return found


def changed(services: Services, answer_id: str) -> list[tuple[str, str, str]]:
    found = services.rerun(answer_id, services.policy.user("engineer"))
    assert found.verdict == "same"
    return [(str(c.what), c.before, c.after) for c in found.changes]


def test_what_wrote_it_is_in_its_passport_and_what_would_write_it_now_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultyServer() as server:
        server.script(replying())
        with started(folder, server.url) as services:
            given = written(services)
            kept = services.passport(given.id, services.policy.user("engineer"))
            assert kept is not None
            assert kept.source == "model"
            assert (kept.versions.language_model, kept.versions.prompt) == ("coder", "grammar_1")
            assert (kept.versions.rules, kept.versions.policy) == (
                RULES_VERSION, services.policy.version,
            )  # fmt: skip
            assert kept.versions.semantic_model == services.parts().model.version
            asked = len(server.asked)
            assert changed(services, given.id) == []
            with monkeypatch.context() as patch:
                patch.setitem(circumstances._PROMPTS, "grammar", "grammar_9")
                patch.setattr(circumstances, "RULES_VERSION", "r99")
                assert changed(services, given.id) == [
                    ("Rules", RULES_VERSION, "r99"),
                    ("Prompt", "grammar_1", "grammar_9"),
                ]
            assert len(server.asked) == asked  # no model is asked again
    # another model behind the server, and then none at all
    with FaultyServer(models={"writer-2": 16_384}) as other, started(
        folder, other.url, llm_model="writer-2"
    ) as services:  # fmt: skip
        assert changed(services, given.id) == [("Language model", "coder", "writer-2")]
        assert other.asked == []
    with contextlib.closing(Services.open(Settings(data_dir=folder))) as services:
        assert changed(services, given.id) == [("Language model", "coder", "none")]
