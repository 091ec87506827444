"""Data that are loaded while the app runs move "now" and what can be named."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from core.errors import Unavailable
from core.services import Services
from core.settings import Settings
from core.types import Answer

LINE = "Line Newly Built"
WEEK = dt.timedelta(days=7)


@pytest.fixture
def plant(demo_plant: Path, plant_folder: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A copy of the demo plant's file that a test may write to."""
    file = plant_folder(tmp_path) / "demo" / demo_plant.name
    file.unlink()  # it is a link
    return Path(shutil.copy(demo_plant, file))


def load_a_week(plant: Path) -> None:
    """The newest week once more, as the next one, in a new line; as a load does it: into a file
    that takes the place of the old one."""
    fresh = plant.with_suffix(".new")
    shutil.copy(plant, fresh)
    with duckdb.connect(str(fresh)) as connection:
        columns = connection.execute("DESCRIBE plant_obt").fetchall()
        cells = {
            name: f"{name} + INTERVAL 7 DAY" if kind in ("DATE", "TIMESTAMP") else name
            for name, kind, *_ in columns
        }
        cells["line_name"] = f"'{LINE}'"
        connection.execute(
            f"INSERT INTO plant_obt SELECT {', '.join(cells.values())} FROM plant_obt "
            "WHERE event_ts > (SELECT max(event_ts) - INTERVAL 7 DAY FROM plant_obt)"
        )
    fresh.replace(plant)


def first_day(answer: Answer) -> dt.datetime:
    assert answer.plan is not None, answer.message
    assert answer.plan.time.start is not None
    return answer.plan.time.start


@pytest.fixture
def services(plant: Path) -> Iterator[Services]:
    built = Services.open(Settings(data_dir=plant.parent.parent, rate_user="1000/minute"))
    renewal, parts = built.models.renewal, built.parts()
    renewal.look_s = 0.0
    renewal.begin(parts, parts.engine.stamp())  # it looks at once
    yield built
    built.close()


def test_newer_data_move_the_clock_of_cards_and_questions(plant: Path, services: Services) -> None:
    user = services.policy.user("engineer")
    parts = services.parts()
    asked = services.answer("OEE by plant last week", user)
    board = services.boards.make("One", user)
    card = services.boards.pin(board.id, asked, user)
    assert services.parts() is parts

    load_a_week(plant)
    shown = services.boards.run(card, user)
    assert first_day(shown) == first_day(asked) + WEEK
    assert services.parts().facts.today == parts.facts.today + WEEK
    again = services.answer("OEE by plant last week", user)
    assert first_day(again) == first_day(asked) + WEEK
    assert services.status()["data_to"] == parts.facts.tables["plant_obt"].overall.last + WEEK
    assert services.answer(f"OEE of {LINE} this week", user).status == "answered"


def test_a_verified_question_is_answered_by_the_clock_of_newer_data(
    plant: Path, services: Services
) -> None:
    user = services.policy.user("engineer")
    question = "Which pumps vibrated most last week?"
    before = services.answer(question, user)
    load_a_week(plant)
    after = services.answer(question, user)
    assert before.verified is not None
    assert after.verified is not None
    assert after.sql != before.sql


def test_data_that_cannot_be_read_leave_what_was_known(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = services.parts()

    def away() -> str:
        raise Unavailable("The store is away.")

    monkeypatch.setattr(parts.engine, "stamp", away)
    assert services.parts() is parts


def test_a_running_app_looks_beside_the_answers(plant: Path, services: Services) -> None:
    looks: list[str] = []
    engine = services.parts().engine
    stamp = engine.stamp

    def noted() -> str:
        looks.append(threading.current_thread().name)
        return stamp()

    engine.stamp = noted
    services.models.renewal.follow(0.02)
    day = services.parts().facts.today
    load_a_week(plant)
    until = time.monotonic() + 60
    while services.parts().facts.today == day and time.monotonic() < until:
        time.sleep(0.02)
    assert services.parts().facts.today == day + WEEK
    assert set(looks) == {"newer data"}
