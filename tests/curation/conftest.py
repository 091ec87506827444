"""Services over the demo plant with state of their own, searched by words alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.curation.desk import Desk
from core.services import Services
from core.settings import Settings


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("curation"))
    away = {"embed_url": "http://127.0.0.1:9/v1", "embed_model": "away"}
    built = Services.open(Settings(data_dir=folder, **away))
    yield built
    built.close()


@pytest.fixture(scope="module")
def desk(services: Services) -> Desk:
    return services.desk(services.policy.user("admin"))
