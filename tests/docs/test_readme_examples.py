"""The README's examples are asked: each figure it shows is a figure of the answer."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.services import Services
from core.settings import load_settings
from core.types import Answer
from tests.scaffold.tree import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def examples(mark: str) -> list[tuple[str, str]]:
    """Question and shown text of each row of the table between two comments."""
    _, _, rest = README.partition(f"<!-- {mark} -->")
    body, _, _ = rest.partition(f"<!-- end of {mark} -->")
    rows = [line.strip("| ").split(" | ") for line in body.strip().splitlines()[2:]]
    return [(question, shown) for question, shown in rows]


ANSWERED = examples("examples")
NOT_ANSWERED = examples("not answered")


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    data = plant_folder(tmp_path_factory.mktemp("data"))
    built = Services.open(load_settings({"GEMBA_DATA_DIR": str(data)}))
    yield built
    built.close()


def ask(services: Services, question: str) -> Answer:
    return services.answer(question, services.policy.user(services.policy.default_user))


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))


def test_there_are_ten() -> None:
    assert len(ANSWERED) == 10
    assert len(NOT_ANSWERED) >= 3


@pytest.mark.parametrize(("question", "shown"), ANSWERED, ids=[q for q, _ in ANSWERED])
def test_an_example_is_answered_with_its_figures(
    services: Services, question: str, shown: str
) -> None:
    answer = ask(services, question)
    assert answer.status == "answered", answer.message
    assert numbers(shown)
    assert numbers(shown) <= numbers(answer.headline), answer.headline


@pytest.mark.parametrize(("question", "shown"), NOT_ANSWERED, ids=[q for q, _ in NOT_ANSWERED])
def test_what_is_not_answered_is_not(services: Services, question: str, shown: str) -> None:
    answer = ask(services, question)
    assert answer.status in ("clarify", "empty", "refused")
    assert answer.result is None or answer.status == "empty"


def test_the_sets_are_as_large_as_it_says() -> None:
    rows = re.findall(r"^\| `(data/eval/\w+\.jsonl)`.*? \| (\d+) \|", README, re.MULTILINE)
    assert len(rows) == 31
    for name, count in rows:
        lines = (ROOT / name).read_text("utf-8").splitlines()
        found = [json.loads(line) for line in lines if line.strip()]
        # a conversation counts by its turns
        assert sum(len(one.get("turns", [one])) for one in found) == int(count), name
