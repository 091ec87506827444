"""The sample sales, asked as SQL and through the services."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from core.services import Services
from core.settings import load_settings

Ask = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture(scope="session")
def rows(sample_sales: Path) -> Iterator[Ask]:
    with duckdb.connect(str(sample_sales), read_only=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def services(
    demo_plant: Path, sample_sales: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    """Services over the demo plant and the sales."""
    folder = tmp_path_factory.mktemp("retail")
    for path, name in ((demo_plant, "demo"), (sample_sales, "retail")):
        (folder / name).mkdir()
        (folder / name / path.name).symlink_to(path)
    built = Services.open(load_settings({"GEMBA_DATA_DIR": str(folder)}))
    yield built
    built.close()
