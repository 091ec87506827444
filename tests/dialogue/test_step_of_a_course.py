"""The step of a course that was highest, and what else was then, over the demo plant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.services import Services
from tests.plant_services import plant_services


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("course")) as built:
        yield built


def test_a_figure_of_the_day_that_was_highest(services: Services) -> None:
    user = services.policy.user("admin")

    def ask(question: str) -> list[object]:
        answer = services.answer(question, user, session="peak")
        assert answer.result is not None, answer.message
        return [*answer.result.table.to_pylist()[0].values()]

    ask("vibration of PMP-03 by day in June")
    day, highest = ask("when did it peak?")
    # SELECT event_date, AVG(vibration_mm_s) ... signal_quality = 'GOOD' GROUP BY 1 ORDER BY 2 DESC
    assert (day, highest) == (dt.date(2026, 6, 23), pytest.approx(7.6657, abs=1e-4))
    assert ask("and the temperature that day?") == [pytest.approx(65.1611, abs=1e-4)]
