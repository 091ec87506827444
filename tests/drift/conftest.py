"""The demo plant behind services of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.services import Services
from tests.plant_services import plant_services


@pytest.fixture(scope="package")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("drift")) as built:
        yield built
