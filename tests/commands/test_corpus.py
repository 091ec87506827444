"""The command `corpus`, as a person or a script calls it, on services over the demo plant."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.commands.corpus import run_corpus
from core.commands.corpus_arguments import add_corpus_arguments
from core.errors import Refused, UserFixable
from core.services import Services
from core.settings import Settings

QUESTION = "Standstill energy of the ovens in Hamburg in May"
SQL = (
    "SELECT SUM(energy_kwh) AS idle_kwh FROM plant_obt WHERE plant_id = 'HAM' AND run_min = 0 "
    "AND asset_class = 'oven' AND event_date >= '2026-05-01' AND event_date < '2026-06-01'"
)


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("corpus"))
    away: dict[str, Any] = {"embed_url": "http://127.0.0.1:9/v1", "embed_model": "away"}
    built = Services.open(Settings(data_dir=folder, **away))
    yield built
    built.close()


@pytest.fixture(autouse=True)
def put_back(services: Services) -> Iterator[None]:
    yield
    desk = services.desk(services.policy.user("admin"))
    from core.corpus import Search

    fresh = [s.entry.id for s in desk.page(Search("plant", author="admin")).items]
    if fresh:
        desk.delete(fresh)
        desk.purge(fresh)


def run(services: Services, *arguments: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_corpus_arguments(parser)
    out = io.StringIO()
    status = run_corpus(parser.parse_args(arguments), services, out)
    return status, out.getvalue()


def test_search_gives_entries_by_kind_with_ranks_and_scores(services: Services):
    status, said = run(services, "search", "nuisance alarms", "--json")
    found = json.loads(said)
    assert status == 0
    assert found["question"] == "nuisance alarms"
    assert "uisance" in found["doc"][0]["title"]
    assert found["qa"][0]["rank"] == 1
    assert found["qa"][0]["sparse"]["rank"] >= 1
    assert found["notes"], "the embedding model is away, and that is said"
    _, text = run(services, "search", "nuisance alarms")
    assert "Questions" in text
    assert "Notes" in text


def test_add_stages_what_may_run(services: Services, capsys: pytest.CaptureFixture[str]):
    status, said = run(services, "add", QUESTION, "--sql", SQL, "--json")
    assert status == 0
    assert len(json.loads(said)["entries"]) == 1
    assert services.answer(QUESTION, services.policy.user("admin")).source != "verified"

    assert run(services, "add", "What is wrong?", "--sql", "DROP TABLE plant_obt")[0] == 3
    assert "sql:" in capsys.readouterr().err
    assert run(services, "add", "oven energy in April", "--sql", SQL, "--verify")[0] == 2


def test_a_case_is_reviewed(services: Services):
    services.answer("the frobnication of ovens", services.policy.user("engineer"))
    _, said = run(services, "review", "--json")
    (case,) = [c for c in map(json.loads, said.splitlines()) if "frobnication" in c["question"]]
    assert (case["kind"], case["state"]) == ("clarified", "open")
    assert run(services, "review", "--reject", case["id"], "--why", "no such word")[0] == 0
    assert case["id"] not in run(services, "review")[1]
    with pytest.raises(UserFixable, match="not both"):
        run(services, "review", "--accept", "a", "--reject", "b")


def test_what_is_exported_comes_in_elsewhere(services: Services, tmp_path: Path):
    file = tmp_path / "pairs.jsonl"
    assert run(services, "export", str(file), "--kind", "qa")[0] == 0
    assert len(file.read_text("utf-8").splitlines()) > 100
    status, said = run(services, "import", str(file), "--dry-run")
    assert status == 0, "they are all there already"
    assert said.startswith("Nothing is new")
    fresh = tmp_path / "fresh.jsonl"
    fresh.write_text(json.dumps({"kind": "qa", "text": QUESTION, "sql": SQL}), "utf-8")
    assert run(services, "import", str(fresh)) == (0, "1 entries are staged.\n")


@pytest.mark.parametrize("name", ["missing.jsonl", "pairs.txt"])
def test_a_file_that_cannot_be_read_is_named(services: Services, tmp_path: Path, name: str):
    with pytest.raises(UserFixable):
        run(services, "import", str(tmp_path / name))


def test_nothing_staged_is_nothing_to_publish(services: Services):
    assert run(services, "publish") == (0, "No change is staged.\n")


def test_only_who_administers_may_curate(services: Services):
    with pytest.raises(Refused):
        run(services, "add", QUESTION, "--sql", SQL, "--as", "viewer")
    assert run(services, "search", "oee", "--as", "viewer")[0] == 0
