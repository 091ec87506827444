"""The demo plant behind services of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.services import Services
from core.settings import Settings


@contextmanager
def plant_services(make: Callable[[Path], Path], folder: Path) -> Iterator[Services]:
    """Services over the demo plant in a folder. make: the fixture `plant_folder`."""
    built = Services.open(Settings(data_dir=make(folder), rate_user="1000/minute"))
    try:
        yield built
    finally:
        built.close()
