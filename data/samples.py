"""The models that come with sample data, and what builds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.building import DemoBuildError, Progress
from data.demo import plant
from data.retail import shop

__all__ = ["SAMPLES", "Built", "DemoBuildError", "Sample"]


@dataclass(frozen=True, slots=True)
class Built:
    """What was written: rows by table; how long it took, in seconds."""

    rows: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Sample:
    """Sample data of one model.

    label: within a sentence; verb: after it. is_current: whether the file holds what `build` would
    write, with the last so many days (None: all). build: writes it whole or not at all; raises
    DemoBuildError.
    """

    label: str
    verb: str
    is_current: Callable[[Path, int | None], bool]
    build: Callable[[Path, int | None, Progress | None], Built]


def _plant(path: Path, days: int | None, progress: Progress | None) -> Built:
    done = plant.build(path, days=days, progress=progress)
    return Built(done.rows, done.seconds)


def _shop(path: Path, days: int | None, progress: Progress | None) -> Built:
    done = shop.build(path, days=days, progress=progress)
    return Built({"order lines": done.rows}, done.seconds)


#: By model, in the order in which they are built.
SAMPLES: Final[Mapping[str, Sample]] = {
    "plant": Sample(
        "demo plant", "is", lambda path, days: plant.is_current(path, days=days), _plant
    ),
    "retail": Sample(
        "sample sales", "are", lambda path, days: shop.is_current(path, days=days), _shop
    ),
}
