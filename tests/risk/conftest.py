"""The demo plant behind services of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.services import Services
from core.settings import Settings


@pytest.fixture(scope="package")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("risk"))
    built = Services.open(Settings(data_dir=folder, rate_user="1000/minute"))
    yield built
    built.close()
