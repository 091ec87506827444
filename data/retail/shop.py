"""Build the sample sales' DuckDB file, whole or not at all."""

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import duckdb

from data.building import Progress, built_beside, digest_of, holds, sign
from data.retail.catalogue import DAYS, LAST_DAY, TENANTS
from data.retail.lines import tenant_lines
from data.retail.schema import TABLE, create_table

_SOURCE: Final = Path(__file__).parent
_FIXED_MB: Final = 10
_MB_A_DAY: Final = 0.1
_WHAT: Final = "sample sales"


@dataclass(frozen=True, slots=True)
class ShopSummary:
    """What a build wrote: its rows, and how long it took."""

    path: Path
    rows: int
    seconds: float


def generator_version() -> str:
    """A digest of the generator's source: a changed generator makes an old file out of date."""
    return digest_of(_SOURCE)


def is_current(path: Path, *, days: int | None = None) -> bool:
    """Whether `path` holds what `build(path, days=days)` would write now."""
    return holds(path, generator_version(), _checked_days(days))


def build(path: Path, *, days: int | None = None, progress: Progress | None = None) -> ShopSummary:
    """Write the sales to `path`, replacing what is there in one step.

    `days` keeps the last so many days up to 2026-06-30 (default: all 730). `progress` is called
    with the share done (0..1) and what is being done.

    Raises ValueError for days below 1, DemoBuildError when the file cannot be written.
    """
    started = time.perf_counter()
    kept_days = _checked_days(days)
    target = path.resolve()
    needed = round(_FIXED_MB + _MB_A_DAY * kept_days)
    with (
        built_beside(target, what=_WHAT, needed_mb=needed) as partial,
        duckdb.connect(str(partial)) as connection,
    ):
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute(create_table())
        rows = 0
        for number, tenant in enumerate(TENANTS):
            if progress is not None:
                progress(number / len(TENANTS), f"Generating {tenant.name}")
            lines = tenant_lines(tenant, LAST_DAY - timedelta(days=kept_days - 1))
            rows += lines.num_rows
            connection.register("generated", lines)
            connection.execute(f"INSERT INTO {TABLE} SELECT * FROM generated")
            connection.unregister("generated")
        sign(connection, generator_version(), kept_days)
        connection.execute("CHECKPOINT")
    return ShopSummary(target, rows, time.perf_counter() - started)


def _checked_days(days: int | None) -> int:
    if days is None:
        return DAYS
    if days < 1:
        message = f"The sample sales need at least 1 day, not {days}."
        raise ValueError(message)
    return min(days, DAYS)
