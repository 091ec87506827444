"""A list of things without any time: all is asked of it but what is about times."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import models as core_models
from core.drafting.init import Wanted, init
from core.model_files import ModelFiles
from core.semantic.load import check_model, load_model
from core.services import Services
from core.settings import Settings

MACHINES = [(f"M{k}", ("lathe", "mill")[k % 2], 5.0 + k, 10.5 * k) for k in range(1, 9)]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("timeless")
    with sqlite3.connect(folder / "works.db") as db:
        db.execute(
            "CREATE TABLE machines (name TEXT, kind TEXT, rated_power_kw REAL, floor_m2 REAL)"
        )
        db.executemany("INSERT INTO machines VALUES (?, ?, ?, ?)", MACHINES)
    db.close()
    with pytest.MonkeyPatch.context() as patch:
        (folder / "shipped").mkdir()
        patch.setattr(core_models, "MODELS_DIR", folder / "shipped")
        files = ModelFiles(folder / "shipped", folder / "models")
        made = init(Wanted(f"sqlite:///{folder / 'works.db'}"), files, folder)
        assert any("no question about a time" in note for note in made.drafted.notes)
        published = files.own / "works.yaml"
        published.write_text(made.file.read_text("utf-8"), "utf-8")
        assert check_model(published) == ()
        assert load_model(published).clock == "wall"
        opened = Services.open(Settings(data_dir=folder, model="works"))
        yield opened
        opened.close()


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How many machines are there?", [(8,)]),
        ("How many machines of each kind?", [("lathe", 4), ("mill", 4)]),
        ("rated power by kind", [("lathe", 40.0), ("mill", 36.0)]),
        ("total floor in m²", [(378.0,)]),
        ("Which machine has the highest rated power?", [("M8", 13.0)]),
        ("machines with more than 60 m²", [(3,)]),
    ],
)
def test_what_is_asked_of_it(
    services: Services, question: str, rows: list[tuple[object, ...]]
) -> None:
    answer = services.answer(question, services.policy.user("admin"))
    assert answer.status == "answered", answer.message
    assert answer.result is not None
    found = answer.result.table.to_pylist()
    if answer.plan is not None and answer.plan.kind == "records":
        assert [(len(found),)] == rows
    else:
        assert sorted(tuple(row.values()) for row in found) == rows


@pytest.mark.parametrize("question", ["rated power by month", "How many machines in March?"])
def test_what_is_about_times_is_not_answered(services: Services, question: str) -> None:
    answer = services.answer(question, services.policy.user("admin"))
    assert answer.status not in ("answered", "empty")
    assert "no time" in str(answer.message)


def test_a_model_with_the_clock_of_its_data_needs_a_time(services: Services) -> None:
    file = services.settings.data_dir / "models" / "works.yaml"
    other = file.with_name("other.yaml")
    other.write_text(file.read_text("utf-8").replace("clock: wall", "clock: watermark"), "utf-8")
    assert any("needs 'time'" in problem for problem in check_model(other))
    other.unlink()


def test_two_lists_of_the_same_things_are_joined_one_way(tmp_path: Path) -> None:
    """From the one with figures, which are then split by what the other one says."""
    with sqlite3.connect(tmp_path / "parts.db") as db:
        db.execute("CREATE TABLE parts (part TEXT, family TEXT)")
        db.execute("CREATE TABLE prices (part TEXT, price_eur REAL)")
        db.executemany(
            "INSERT INTO parts VALUES (?, ?)", [(f"P{k}", "AB"[k % 2]) for k in range(9)]
        )
        db.executemany("INSERT INTO prices VALUES (?, ?)", [(f"P{k}", 1.5 * k) for k in range(9)])
    db.close()
    files = ModelFiles(tmp_path / "shipped", tmp_path / "models")
    made = init(Wanted(f"sqlite:///{tmp_path / 'parts.db'}"), files, tmp_path)
    relations = load_model(made.file).relations
    assert [(one.left, one.right) for one in relations] == [("prices", "parts")]
