"""The golden questions, asked through the real services on the whole demo plant.

A wrong answer here is a wrong number on a screen: no expectation is weakened for it.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.evaluation import Outcome, evaluate
from core.evaluation.report import Report
from core.ingest import import_files
from core.semantic.load import load_model
from core.services import Services
from core.settings import load_settings
from core.types import Answer

ROOT = Path(__file__).resolve().parents[2]
STEEL_PLACES = [os.environ.get("STEEL_CSV", ""), ROOT.parent / "shared/data/steel_energy.csv"]


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    data = plant_folder(tmp_path_factory.mktemp("data"))
    built = Services.open(load_settings({"GEMBA_DATA_DIR": str(data)}))
    yield built
    built.close()
    shutil.rmtree(data, ignore_errors=True)


def report_of(services: Services, name: str, model: str = "plant") -> Report:
    def ask(user: str | None, asked: str) -> Callable[[str], Answer]:
        person = services.policy.user(user or services.policy.default_user)
        session = uuid.uuid4().hex
        return lambda question: services.answer(question, person, session=session, model=asked)

    path = ROOT / "data" / "eval" / name
    return evaluate(path, ask, services.fetch, model=model)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("plant.jsonl", 0.95),
        pytest.param("plant_second.jsonl", 0.9, marks=pytest.mark.thorough),
        ("plant_vi.jsonl", 0.95),
        pytest.param("plant_vi_second.jsonl", 0.9, marks=pytest.mark.thorough),
        ("plant_de.jsonl", 0.95),
        ("plant_common.jsonl", 0.95),
        ("dialogues.jsonl", 0.95),
    ],
)
def test_golden_questions_are_answered_right_and_none_wrong(
    services: Services, name: str, least: float
) -> None:
    report = report_of(services, name)
    wrong = [
        v for v in report.verdicts if v.outcome in (Outcome.WRONG, Outcome.MISSED, Outcome.FAILED)
    ]
    assert not wrong, "\n".join(f"{v.id} {v.question}: {v.reason}" for v in wrong)
    assert report.answered_wrong == 0
    assert report.accuracy >= least


def test_another_plants_records_are_answered_by_the_same_code(tmp_path: Path) -> None:
    source = next((Path(p) for p in STEEL_PLACES if p and Path(p).is_file()), None)
    if source is None:
        pytest.skip("needs the steel works' records: name the file with STEEL_CSV (docs/steel.md)")
    model = load_model(ROOT / "data" / "models" / "steel.yaml")
    import_files([source], model, tmp_path / model.store)
    settings = load_settings({"GEMBA_DATA_DIR": str(tmp_path), "GEMBA_MODEL": "steel"})
    services = Services.open(settings)
    try:
        report = report_of(services, "steel.jsonl", "steel")
    finally:
        services.close()
    assert report.answered_wrong == 0
    assert report.accuracy >= 0.95
