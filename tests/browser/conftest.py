"""A browser and running apps, shared by the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.app_process import FAKE_APP, REAL_APP, Site, running
from tests.browser.scripted_model import replies
from tests.fakes.llm_server import FaultyServer


@pytest.fixture(scope="session")
def fake_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages over the tests' services."""
    with running(FAKE_APP, tmp_path_factory.mktemp("fake")) as site:
        yield site


@pytest.fixture(scope="session")
def real_site(demo_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole app over the demo plant."""
    with running(REAL_APP, linked_plant(demo_data_dir, tmp_path_factory.mktemp("real"))) as site:
        yield site


@dataclass
class WithModel:
    """The app, and the server that it asks first."""

    site: Site
    server: FaultyServer


@pytest.fixture(scope="module")
def with_model(
    demo_data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WithModel]:
    """The whole app over the demo plant, with a model's server that a file's tests may change."""
    data = linked_plant(demo_data_dir, tmp_path_factory.mktemp("model"))
    with FaultyServer() as server:
        server.script(replies())
        first = {"GEMBA_LLM_URL": server.url, "GEMBA_LLM_FIRST": "true"}
        with running(REAL_APP, data, **first) as site:
            yield WithModel(site, server)


def linked_plant(demo_data_dir: Path, data: Path) -> Path:
    """`data` as a GEMBA_DATA_DIR of its own with the demo plant."""
    plant = demo_data_dir / "demo" / "plant.duckdb"
    (data / "demo").mkdir()
    try:
        (data / "demo" / plant.name).hardlink_to(plant)
    except OSError:
        shutil.copy(plant, data / "demo" / plant.name)
    return data
