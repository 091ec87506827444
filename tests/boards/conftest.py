"""Services over the demo plant, for boards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.services import Services
from core.settings import Settings


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("boards"))
    built = Services.open(Settings(data_dir=folder, rate_user="1000/minute"))
    yield built
    built.close()
