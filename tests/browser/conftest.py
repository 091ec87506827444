"""A browser and running apps, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
def real_site(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The whole app over the demo plant."""
    with running(REAL_APP, plant_folder(tmp_path_factory.mktemp("real"))) as site:
        yield site


@dataclass
class WithModel:
    """The app, and the server that it asks first."""

    site: Site
    server: FaultyServer


@pytest.fixture(scope="module")
def with_model(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WithModel]:
    """The whole app over the demo plant, with a model's server that a file's tests may change."""
    data = plant_folder(tmp_path_factory.mktemp("model"))
    with FaultyServer() as server:
        server.script(replies())
        first = {"GEMBA_LLM_URL": server.url, "GEMBA_LLM_FIRST": "true"}
        with running(REAL_APP, data, **first) as site:
            yield WithModel(site, server)
