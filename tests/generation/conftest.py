"""One plant and one steel works for the tests of the grammar."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.generation.plants import World, plant_world, steel_world


@pytest.fixture(scope="session")
def plant(demo_plant: Path) -> Iterator[World]:
    world = plant_world(demo_plant)
    yield world
    world.engine.close()


@pytest.fixture(scope="session")
def steel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = steel_world(tmp_path_factory.mktemp("steel"))
    yield world
    world.engine.close()
