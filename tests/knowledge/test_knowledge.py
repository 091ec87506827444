"""What files declare comes in once, answers found right come in only where a setting says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError
from core.knowledge import declared_entries
from core.services import Services
from core.settings import Settings
from tests.language import bakery

AWAY: dict[str, Any] = {"embed_url": "http://127.0.0.1:9/v1", "embed_model": "away"}
PAIR = '{"question": "Loaves last week", "sql": "SELECT SUM(loaves) AS n FROM bakes"}'


def declared(folder: Path):
    return declared_entries(bakery.model(), bakery.facts(), folder)


@pytest.fixture(scope="module")
def services(demo_plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("knowledge")
    (folder / "demo").mkdir()
    (folder / "demo" / "plant.duckdb").symlink_to(demo_plant)
    built = Services.open(Settings(data_dir=folder, **AWAY))
    yield built
    built.close()


def test_a_model_without_files_has_its_own_entries(tmp_path: Path):
    entries = declared(tmp_path)
    assert {e.kind for e in entries} == {"ddl"}
    titles = {e.title for e in entries}
    assert {"bakes", "bakes.loaves", "metric.burn_rate"} <= titles


def test_pairs_and_notes_of_files_are_entries_of_the_same_ids_each_time(tmp_path: Path):
    (tmp_path / "pairs.jsonl").write_text(f"{PAIR}\n\n", "utf-8")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "bread.md").write_text("# Bread\n\n## Crust\n\nIt browns.\n", "utf-8")
    first, again = declared(tmp_path), declared(tmp_path)
    assert first == again
    by_kind = {e.kind: e for e in first}
    assert (by_kind["qa"].status, by_kind["doc"].title) == ("verified", "bread#Crust")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "pairs.jsonl:2: this is not JSON"),
        ("[]", "pairs.jsonl:2: a line holds one object"),
        ('{"question": "x", "sq": "y"}', "unknown key 'sq'."),
        ('{"question": " ", "sql": "SELECT 1"}', "'question' is a text"),
        ('{"question": "x"}', "'sql' is a text"),
        ('{"question": "x", "sql": "y", "plants": "N"}', "'plants' is a list"),
        (PAIR, "stands there twice"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, says: str):
    (tmp_path / "pairs.jsonl").write_text(f"{PAIR}\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=r"pairs\.jsonl") as told:
        declared(tmp_path)
    assert says in str(told.value)


def test_a_wrong_note_is_named(tmp_path: Path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "bread.md").write_text("## Crust\n", "utf-8")
    with pytest.raises(ConfigError, match=r"bread\.md:1"):
        declared(tmp_path)


def test_declared_entries_come_in_once(services: Services):
    parts = services.parts()
    version = services.knowledge.version("default", "plant")
    assert version > 0
    assert services.knowledge.seed(parts.model, parts.facts).added == 0
    assert services.knowledge.version("default", "plant") == version


def test_an_answer_found_right_waits_for_review(services: Services):
    user = services.policy.user("engineer")
    answer = services.answer("scrap units by crew in Austin in May", user)
    services.feedback(answer.id, user, "up", "", "")
    (case,) = services.corpus.cases.queue("default", "plant", kind="up")
    assert case.question == answer.question
    live = services.knowledge.pairs("default", "plant")
    assert answer.question not in [e.text for e in live]


def test_where_a_setting_says_so_it_is_an_example_at_once_for_the_same_plants(
    services: Services, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(services, "settings", replace(services.settings, corpus_unreviewed=True))
    user = services.policy.user("engineer")
    answer = services.answer("scrap units by shift in Austin in May", user)
    for _ in range(2):
        services.feedback(answer.id, user, "up", "", "")
    (entry,) = [
        e for e in services.knowledge.pairs("default", "plant") if e.text == answer.question
    ]
    assert (entry.status, set(entry.plants)) == ("approved", set(user.plants))
    assert entry.author == "engineer"
    assert not entry.seen_by(services.policy.user("viewer").plants)
    assert services.answer(answer.question, user).source == "parser", "an example, not verified"


def test_questions_that_were_used_are_suggested_first(services: Services):
    user = services.policy.user("viewer")
    assert services.suggestions(user)
    question = "What was the OEE of each plant last week?"
    live = services.knowledge.pairs("default", "plant")
    used = next(e for e in live if e.text == question)
    services.corpus.editing.count_uses("default", {used.id: 3}, dt.datetime(2031, 1, 1))
    assert services.suggestions(user)[0] == question
