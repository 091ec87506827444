"""Build the demo plant's DuckDB file, whole or not at all."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from data.building import DemoBuildError, built_beside, digest_of, holds, sign
from data.demo.catalogue import PLANTS
from data.demo.clock import DAYS, LAST_DAY
from data.demo.schema import TABLES, create_table
from data.demo.tables import plant_tables

__all__ = ["DemoBuildError", "DemoSummary", "build", "generator_version", "is_current"]

_SOURCE: Final = Path(__file__).parent
_FIXED_MB: Final = 20
_MB_A_DAY: Final = 1.2
_WHAT: Final = "demo plant"


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What a build wrote: rows by table, first and last local time, and how long it took."""

    path: Path
    rows: Mapping[str, int]
    first_local: datetime
    last_local: datetime
    seconds: float


def generator_version() -> str:
    """A digest of the generator's source: a changed generator makes an old file out of date."""
    return digest_of(_SOURCE)


def is_current(path: Path, *, days: int | None = None) -> bool:
    """Whether `path` holds what `build(path, days=days)` would write now."""
    return holds(path, generator_version(), _checked_days(days))


def build(
    path: Path,
    *,
    days: int | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> DemoSummary:
    """Write the demo plant to `path`, replacing what is there in one step.

    `days` keeps the last so many days up to 2026-06-30 (default: all 181). `progress` is called
    with the share done (0..1) and what is being done. The file is built beside its target and
    moved into place at the end, so that a failure leaves the old file, or none.

    Raises ValueError for days below 1, DemoBuildError when the file cannot be written.
    """
    started = time.perf_counter()
    kept_days = _checked_days(days)
    tell = progress or _silent
    target = path.resolve()
    with built_beside(target, what=_WHAT, needed_mb=needed_megabytes(kept_days)) as partial:
        rows, first_local, last_local = _write(partial, kept_days, tell)
    tell(1.0, "The demo plant is ready")
    seconds = time.perf_counter() - started
    return DemoSummary(target, rows, first_local, last_local, seconds)


def _checked_days(days: int | None) -> int:
    if days is None:
        return DAYS
    if days < 1:
        message = f"The demo plant needs at least 1 day, not {days}."
        raise ValueError(message)
    return min(days, DAYS)


def needed_megabytes(days: int) -> int:
    """Free space that a build needs, with room to spare."""
    return round(_FIXED_MB + _MB_A_DAY * days)


def _write(
    partial: Path, days: int, tell: Callable[[float, str], None]
) -> tuple[dict[str, int], datetime, datetime]:
    first_day = LAST_DAY - timedelta(days=days - 1)
    with duckdb.connect(str(partial)) as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        for table in TABLES:
            connection.execute(create_table(table))
        plants = sorted(PLANTS, key=lambda plant: plant.plant_id)
        for number, plant in enumerate(plants):
            text = f"Generating {plant.name}"
            tell(number / len(plants), text)

            def share_done(share: float, number: int = number, text: str = text) -> None:
                tell((number + share) / len(plants), text)

            for table, rows in plant_tables(plant, first_day, share_done).items():
                connection.register("generated", rows)
                connection.execute(f"INSERT INTO {table} SELECT * FROM generated")
                connection.unregister("generated")
        sign(connection, generator_version(), days)
        counts = {table: _one(connection, f"SELECT count(*) FROM {table}") for table in TABLES}
        span = connection.execute("SELECT min(event_ts), max(event_ts) FROM plant_obt").fetchone()
        connection.execute("CHECKPOINT")
    if span is None or span[0] is None:
        message = "The demo plant came out empty. Report this as a defect."
        raise DemoBuildError(message)
    return counts, span[0], span[1]


def _silent(_share: float, _text: str) -> None:
    """Progress that nobody watches."""


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
