"""Rows that were read before are handed out for the very same data, rules and rights alone."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from core.services import Services
from core.settings import Settings
from core.types import Answer, User

QUESTION = "OEE by line in May"


@pytest.fixture
def folder(demo_plant: Path, plant_folder: Callable[[Path], Path], tmp_path: Path) -> Path:
    """With a file of data, and models, that a test may change."""
    made = plant_folder(tmp_path)
    file = made / "demo" / demo_plant.name
    file.unlink()  # it is a link
    shutil.copy(demo_plant, file)
    return made


@pytest.fixture
def services(folder: Path) -> Iterator[Services]:
    built = Services.open(Settings(data_dir=folder))
    built.models.renewal.look_s = 0.0
    yield built
    built.close()


def asked(services: Services, user: User | None = None, question: str = QUESTION) -> Answer:
    answer = services.answer(question, user or services.policy.user("admin"))
    assert answer.status == "answered", answer.message
    return answer


def is_cached(answer: Answer) -> bool:
    assert answer.result is not None
    return answer.result.read_at is not None


@pytest.fixture
def kept(services: Services) -> Services:
    """With rows that are kept: the second answer has those of the first."""
    assert not is_cached(asked(services))
    assert is_cached(asked(services))
    return services


def test_rows_are_shared_by_who_may_see_the_same_and_by_nobody_else(kept: Services) -> None:
    admin = kept.policy.user("admin")
    assert is_cached(asked(kept, replace(admin, name="another admin")))
    for other in (
        kept.policy.user("engineer"),
        kept.policy.user("viewer"),
        replace(admin, plants=("HAM", "AUS")),
        replace(admin, role="engineer"),
        replace(admin, tenant="another"),
    ):
        assert not is_cached(asked(kept, other)), other
        assert is_cached(asked(kept, other)), other


def test_data_that_are_newer_are_read(kept: Services, folder: Path) -> None:
    """A load, which moves the watermark."""
    plant = folder / "demo" / "plant.duckdb"
    fresh = plant.with_suffix(".new")
    shutil.copy(plant, fresh)
    with duckdb.connect(str(fresh)) as store:
        store.execute(
            "UPDATE plant_obt SET good_units = good_units / 2 WHERE event_date >= '2026-05-01' "
            "AND event_date < '2026-06-01'"
        )
        store.execute("DELETE FROM plant_obt WHERE event_date = '2026-06-30'")
    before = asked(kept)
    fresh.replace(plant)
    after = asked(kept)
    assert not is_cached(after)
    assert before.result is not None
    assert after.result is not None
    assert not after.result.table.equals(before.result.table)
    assert is_cached(asked(kept))


def test_a_corpus_that_was_published_begins_anew(kept: Services) -> None:
    admin = kept.policy.user("admin")
    live = kept.corpus.live
    before = kept.knowledge.version(admin.tenant, "plant")
    kept.desk(admin).deprecate([live.live_entries(admin.tenant, "plant")[0].id], "not any more")
    assert is_cached(asked(kept))  # it answers nothing before it is published
    live.publish("plant", admin)
    kept.knowledge.poke()
    assert kept.knowledge.version(admin.tenant, "plant") == before + 1
    assert not is_cached(asked(kept))
    assert is_cached(asked(kept))


def test_they_end_within_the_hour(kept: Services) -> None:
    link = kept.sessions._link
    keys = link.run(lambda client: client.keys("sql_cache:*"))
    assert keys
    lives_ms = [link.run(lambda client, key=key: client.pttl(key)) for key in keys]
    assert all(0 < one <= dt.timedelta(hours=1).total_seconds() * 1e3 for one in lives_ms)
    link.run(lambda client: client.delete(*keys))
    assert not is_cached(asked(kept))
