"""Services over the demo plant, for boards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.services import Services
from core.settings import Settings


@pytest.fixture(scope="module")
def services(demo_plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("boards")
    (folder / "demo").mkdir()
    (folder / "demo" / "plant.duckdb").symlink_to(demo_plant)
    built = Services.open(Settings(data_dir=folder, rate_user="1000/minute"))
    yield built
    built.close()
