"""Which engine a store's address names."""

from __future__ import annotations

from pathlib import Path

from core.errors import ConfigError
from core.execution.engine import DuckDBEngine
from core.semantic.model import SemanticModel
from core.settings import Settings


def open_engine(settings: Settings, model: SemanticModel, *, children: int = 2) -> DuckDBEngine:
    """The engine of GEMBA_STORE_URL, or of the model's own DuckDB file when that is empty.

    Nothing is opened yet: a missing file is reported by the first query (or `check`).
    Raises ConfigError for an address that no engine knows.
    """
    return DuckDBEngine(
        store_path(settings, model),
        memory_mb=settings.query_memory_mb,
        threads=settings.query_threads,
        children=children,
    )


def store_path(settings: Settings, model: SemanticModel) -> Path:
    """The DuckDB file that is read for this model."""
    url = settings.store_url.strip()
    if not url:
        if not model.store:
            raise ConfigError(
                f"The model {model.name!r} names no store. Set GEMBA_STORE_URL, such as "
                "duckdb:///plant.duckdb."
            )
        path = Path(model.store)
        return path if path.is_absolute() else settings.data_dir / path
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("duckdb", "starrocks"):
        raise ConfigError("GEMBA_STORE_URL must look like duckdb:///FILE.")
    if scheme == "starrocks":
        raise ConfigError(
            "GEMBA_STORE_URL names a StarRocks server, which this version cannot read yet. "
            "Use duckdb:///FILE, or leave it empty."
        )
    # duckdb:///relative.file and duckdb:////absolute/file, as in SQLAlchemy.
    path = Path(rest.removeprefix("/")).expanduser()
    if not path.name:
        raise ConfigError("GEMBA_STORE_URL names no file. Write duckdb:///FILE.")
    return path.resolve()
