"""What the verified pairs cost at the start of a process, and of the next one."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from core.services import Services
from core.settings import Settings
from core.verified import keys

QUESTION = "Chattering alarms in May"


def wait_for(file: Path) -> None:
    """Until the file is there, a minute at most."""
    for _ in range(600):
        if file.is_file():
            return
        time.sleep(0.1)


def test_keys_are_made_beside_the_first_process_and_kept_for_the_next(
    demo_plant: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "plant.duckdb").symlink_to(demo_plant)
    first = Services.open(Settings(data_dir=tmp_path))
    monkeypatch.setattr(first.knowledge, "sync", lambda: None)
    first.start()
    asked = first.answer(QUESTION, first.policy.user("admin"))  # waits for the keys, and no longer
    assert asked.verified is not None
    first.close()
    monkeypatch.setattr(keys, "keys_of", lambda *_: pytest.fail("keys are made again"))
    again = Services.open(Settings(data_dir=tmp_path))
    answer = again.answer(QUESTION, again.policy.user("admin"))
    again.close()
    assert answer.verified is not None
    assert answer.verified.entry == asked.verified.entry


@pytest.mark.thorough
def test_what_is_published_is_made_ready_beside_the_answers(
    demo_plant: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "plant.duckdb").symlink_to(demo_plant)
    services = Services.open(Settings(data_dir=tmp_path))
    file = tmp_path / "state" / "retrieval" / "pairs-plant.json"
    assert not file.exists()
    monkeypatch.setattr(services.knowledge, "sync", lambda: None)
    services.start()
    wait_for(file)
    services.close()
    assert len(json.loads(file.read_text("utf-8"))["pairs"]) > 100
