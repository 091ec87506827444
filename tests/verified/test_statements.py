"""The checks against labelled statements for questions that the parser does not read.

The bounds are what was measured (docs/language-model.md); none may get worse.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import statements
from core.services import Services
from core.settings import load_settings

#: Shares at most: right statements with a fault, with a doubt; wrong ones with nothing.
MOST = {"tune": (0.03, 0.17, 0.17), "hold": (0.08, 0.39, 0.16)}


@pytest.fixture(scope="module")
def services(demo_data_dir: Path) -> Iterator[Services]:
    patch = pytest.MonkeyPatch()
    patch.setenv("GEMBA_DATA_DIR", str(demo_data_dir))
    found = Services(load_settings())
    patch.undo()
    yield found
    found.close()


@pytest.mark.thorough
@pytest.mark.soundness
@pytest.mark.parametrize("half", statements.HALVES)
def test_the_shares_are_what_was_measured(services: Services, half: statements.Half) -> None:
    found = statements.score(services, half)
    fault, doubt, missed = MOST[half]
    assert found.right["fault"] <= fault * found.right.total()
    assert found.right["doubt"] <= doubt * found.right.total()
    assert found.all_wrong["nothing"] <= missed * found.all_wrong.total()


@pytest.mark.slow
def test_the_parser_reads_none_of_the_questions(services: Services) -> None:
    parser = services.parts(statements.MODEL).parser
    for labelled in statements.read_statements():
        user = services.policy.user(labelled.asks or services.policy.default_user)
        asked = parser.parse(labelled.question, user.plants).clarification
        assert asked is not None, labelled.question
        assert asked.unknown_words, labelled.question


def test_the_set_is_whole() -> None:
    every = statements.read_statements()
    assert len({s.id for s in every}) == len({s.question for s in every}) == len(every) >= 120
    assert all(1 <= len(s.wrong) <= 3 for s in every)
    assert all(sql != s.right for s in every for _, sql in s.wrong)
    halves = [sum(s.half == half for s in every) for half in statements.HALVES]
    assert min(halves) >= 0.4 * len(every)
