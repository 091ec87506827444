"""Build the demo plant's DuckDB file, whole or not at all."""

import hashlib
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import duckdb

from data.demo.catalogue import PLANTS
from data.demo.clock import DAYS, LAST_DAY
from data.demo.schema import TABLES, create_table
from data.demo.tables import plant_tables

_SOURCE: Final = Path(__file__).parent
_MEGABYTE: Final = 1_000_000
_FIXED_MB: Final = 20
_MB_A_DAY: Final = 1.2
_ABANDONED_SECONDS: Final = 600


class DemoBuildError(OSError):
    """The demo plant could not be built; the message says why and what to do."""


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
    digest = hashlib.sha256()
    for source in sorted(_SOURCE.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def is_current(path: Path, *, days: int | None = None) -> bool:
    """Whether `path` holds what `build(path, days=days)` would write now."""
    if not path.is_file():
        return False
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute("SELECT version, days FROM demo_build.build").fetchone()
    except duckdb.Error:
        return False
    return row == (generator_version(), _checked_days(days))


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
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _check_target(target, kept_days)
        _remove_abandoned(target)
        partial = target.with_name(f".{target.name}.building-{uuid4().hex[:8]}")
        try:
            rows, first_local, last_local = _write(partial, kept_days, tell)
            partial.replace(target)
        finally:
            _remove(partial)
    except DemoBuildError:
        raise
    except (OSError, duckdb.Error) as error:
        message = (
            f"The demo plant could not be written to {target}: {error}. "
            "Nothing was changed. Check that the folder may be written and has free space."
        )
        raise DemoBuildError(message) from error
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


def _check_target(target: Path, days: int) -> None:
    if target.is_dir():
        message = f"{target} is a folder. Name a file for the demo plant, or remove the folder."
        raise DemoBuildError(message)
    free = shutil.disk_usage(target.parent).free // _MEGABYTE
    needed = needed_megabytes(days)
    if free < needed:
        message = (
            f"The demo plant needs {needed} MB of free space in {target.parent}; "
            f"{free} MB are free. Free some space, choose another folder, or build fewer days."
        )
        raise DemoBuildError(message)


def _remove(partial: Path) -> None:
    for leftover in (partial, partial.with_name(partial.name + ".wal")):
        leftover.unlink(missing_ok=True)


def _remove_abandoned(target: Path) -> None:
    """Remove what a killed build left; a build under way writes far more often than this."""
    for leftover in target.parent.glob(f".{target.name}.building-*"):
        try:
            if time.time() - leftover.stat().st_mtime > _ABANDONED_SECONDS:
                leftover.unlink()
        except FileNotFoundError:
            continue


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
        connection.execute("CREATE SCHEMA demo_build")
        connection.execute("CREATE TABLE demo_build.build (version VARCHAR, days INTEGER)")
        connection.execute(
            "INSERT INTO demo_build.build VALUES (?, ?)", [generator_version(), days]
        )
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
