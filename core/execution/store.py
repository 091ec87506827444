"""Which store an address names, and the engine that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import ConfigError
from core.execution.engine import DuckDBEngine
from core.execution.starrocks import Address, StarRocksEngine, parse_address
from core.execution.starrocks.pool import PoolSettings
from core.semantic.model import SemanticModel
from core.settings import Settings
from core.types import Engine


@dataclass(frozen=True, slots=True)
class Store:
    """Where a model's data stand: a DuckDB file, or a StarRocks database."""

    place: Path | Address

    @property
    def label(self) -> str:
        """For messages: without a password."""
        return self.place.label if isinstance(self.place, Address) else str(self.place)

    def is_missing(self) -> bool:
        """Whether it is a file that is not there. Whether a server is there, its first query
        tells."""
        return isinstance(self.place, Path) and not self.place.exists()


def open_engine(settings: Settings, model: SemanticModel, *, children: int = 2) -> Engine:
    """The engine of GEMBA_STORE_URL, or of the model's own DuckDB file when that is empty.

    Nothing is opened yet: a missing file or server is reported by `warm` or the first query.
    Raises ConfigError for an address that no engine knows.
    """
    place = store_of(settings, model).place
    if isinstance(place, Address):
        pool = PoolSettings(settings.store_connections, settings.store_wait_s)
        return StarRocksEngine(place, memory_mb=settings.query_memory_mb, pool=pool)
    return DuckDBEngine(
        place,
        memory_mb=settings.query_memory_mb,
        threads=settings.query_threads,
        children=children,
    )


def store_of(settings: Settings, model: SemanticModel) -> Store:
    """The store that is read for this model. Raises ConfigError."""
    url = settings.store_url.strip()
    if not url:
        if not model.store:
            raise ConfigError(
                f"The model {model.name!r} names no store. Set GEMBA_STORE_URL, such as "
                "duckdb:///plant.duckdb."
            )
        path = Path(model.store)
        return Store(path if path.is_absolute() else settings.data_dir / path)
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "starrocks":
        return Store(parse_address(url))
    if not separator or scheme != "duckdb":
        raise ConfigError(
            "GEMBA_STORE_URL must look like duckdb:///FILE or starrocks://USER:PASSWORD@HOST/DB."
        )
    # duckdb:///relative.file and duckdb:////absolute/file, as in SQLAlchemy.
    path = Path(rest.removeprefix("/")).expanduser()
    if not path.name:
        raise ConfigError("GEMBA_STORE_URL names no file. Write duckdb:///FILE.")
    return Store(path.resolve())
