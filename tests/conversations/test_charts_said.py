"""Charts changed in words over the demo plant: with what was pressed, and with the limits known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.services import Services
from core.settings import Settings
from core.types import Answer, ChartEdit, NewLine, User


@pytest.fixture
def services(plant_folder: Callable[[Path], Path], tmp_path: Path) -> Iterator[Services]:
    plant_folder(tmp_path)
    built = Services.open(Settings(data_dir=tmp_path))
    yield built
    built.close()


@pytest.fixture
def user(services: Services) -> User:
    return services.policy.user("admin")


def say(services: Services, user: User, text: str, turn: str) -> Answer:
    *_, answer = services.ask(text, user, session="c", turn=turn)
    assert isinstance(answer, Answer)
    assert answer.status == "answered", answer.message
    assert answer.chart is not None
    return answer


def test_limits_stay_in_another_picture(services: Services, user: User) -> None:
    first = say(services, user, "average vibration of PMP-03 by day last week", "t1")
    limits = [line.value for line in first.chart.lines if not line.is_own]
    assert limits
    assert first.known == {"asset_class": ("pump",)}
    bars = say(services, user, "as a bar chart", "t2")
    assert bars.chart.type == "bar"
    assert [line.value for line in bars.chart.lines] == limits
    hidden = say(services, user, "hide the limits", "t3")
    assert hidden.chart.lines == ()
    shown = say(services, user, "show the limits", "t4")
    assert [line.value for line in shown.chart.lines] == limits


def test_what_was_pressed_under_an_answer_stays(services: Services, user: User) -> None:
    say(services, user, "energy by plant last week", "t1")
    pressed = (ChartEdit(title="Energy of ours"), ChartEdit(add_line=NewLine(1000.0, "Most")))
    services.conversations.drawn(user, "t1", pressed)
    named = say(services, user, "sort by name", "t2")
    assert named.chart.title == "Energy of ours"
    assert [line.label for line in named.chart.lines] == ["Most"]
    bars = say(services, user, "as a bar chart", "t3")
    assert (bars.chart.title, bars.chart.order) == ("Energy of ours", "name")
    kept = services.conversations.load(user, "c")
    assert kept is not None
    (last,) = [turn.answer for turn in kept.turns if turn.id == "t3"]
    assert last is not None
    assert (last.chart, last.drawn) == (bars.chart, bars.drawn)


def test_nobody_elses_presses_are_seen(services: Services, user: User) -> None:
    answer = say(services, user, "energy by plant last week", "t1")
    services.conversations.drawn(user, "t1", (ChartEdit(title="Mine"),))
    other = services.policy.user("engineer")
    assert services.conversations.pressed(user, "c", answer.id)
    assert services.conversations.pressed(other, "c", answer.id) == ()
