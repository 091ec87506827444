"""A small plant in a DuckDB file that grows, with the demo plant's model over it; also a process
that watches it and can be killed:

python -m tests.watch.small FOLDER SECONDS_OF_LEASE
"""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from core.alerting.store import AlertStore
from core.execution.dialect import MACROS, to_duckdb
from core.execution.types import plain_types
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.state import open_state
from core.thresholds.acts import ref
from core.thresholds.grounds import grounds
from core.thresholds.record import Scope, Threshold
from core.thresholds.store import ThresholdStore
from core.types import User
from core.watch.watch import Options, Source, Watch

ROOT = Path(__file__).resolve().parents[2]
START = dt.datetime(2026, 6, 1)
TEN = dt.timedelta(minutes=10)
LONG_AGO = dt.datetime(2026, 1, 1)
ANN = User("ann", "admin", ("HAM", "AUS"))
#: asset -> class, plant, line
ASSETS = {
    "PMP-01": ("pump", "HAM", "Line 1"),
    "PMP-02": ("pump", "HAM", "Line 1"),
    "PMP-03": ("pump", "HAM", "Line 2"),
    "CMP-01": ("compressor", "AUS", "Line 1"),
}
_COLUMNS = (
    "event_ts_utc TIMESTAMP, event_date DATE, plant_id VARCHAR, line_name VARCHAR, "
    "asset_id VARCHAR, asset_class VARCHAR, temperature_c DOUBLE, vibration_mm_s DOUBLE, "
    "energy_kwh DOUBLE, good_units BIGINT, signal_quality VARCHAR"
)
#: when, asset, temperature, vibration, quality
Row = tuple[dt.datetime, str, float | None, float | None, str]


@cache
def model(clock: Literal["watermark", "wall"] = "watermark") -> SemanticModel:
    return replace(load_model(ROOT / "data" / "models" / "plant.yaml"), clock=clock)


def at(step: float) -> dt.datetime:
    return START + step * TEN


class Store:
    """Rows in a DuckDB file; SQL is read as the engine reads it."""

    def __init__(self, file: Path | None = None, *, read_only: bool = False) -> None:
        self.connection = duckdb.connect(str(file) if file else ":memory:", read_only=read_only)
        if not read_only:
            self.connection.execute(f"CREATE TABLE IF NOT EXISTS plant_obt ({_COLUMNS})")
        for macro in MACROS:
            self.connection.execute(macro)
        self.statements = 0
        self._lock = threading.Lock()

    def add(self, rows: Iterable[Row]) -> None:
        values = []
        for when, asset, heat, shake, quality in rows:
            kind, plant, line = ASSETS[asset]
            place = (when, when.date(), plant, line, asset, kind)
            values.append((*place, heat, shake, 10.0, 5, quality))
        if values:
            marks = ", ".join("?" * 11)
            self.connection.executemany(f"INSERT INTO plant_obt VALUES ({marks})", values)

    def fetch(self, sql: str) -> pa.Table:
        with self._lock:
            self.statements += 1
            found = self.connection.sql(to_duckdb(sql)).to_arrow_table()
        return plain_types(found)


def threshold(**fields: Any) -> Threshold:
    right = Threshold(
        "", 0, "plant", Scope((("asset_class", "pump"),)), "vibration_mm_s", "high", high=5.0
    )
    return replace(right, **fields)


def publish(
    store: ThresholdStore, wanted: Sequence[Threshold], valid_from: dt.datetime = LONG_AGO
) -> tuple[Threshold, ...]:
    return publish_as(ANN, store, wanted, valid_from)


def publish_as(
    user: User,
    store: ThresholdStore,
    wanted: Sequence[Threshold],
    valid_from: dt.datetime = LONG_AGO,
) -> tuple[Threshold, ...]:
    levels = ("asset_class", "plant_id", "line_name", "asset_id")
    places = [
        dict(zip(levels, (kind, plant, line, asset), strict=True))
        for asset, (kind, plant, line) in ASSETS.items()
    ]
    known = grounds(model(), places)
    made = [c.after for c in store.save(wanted, user) if c.after is not None]
    done = store.publish([ref(one) for one in made], known, user, valid_from=valid_from)
    return tuple(c.after for c in done if c.after is not None)


class Site:
    """A watch over a store of rows, in a folder."""

    def __init__(
        self,
        folder: Path,
        store: Store | None = None,
        *,
        clock: Literal["watermark", "wall"] = "watermark",
        **options: Any,
    ) -> None:
        self.folder, self.store = folder, store or Store()
        self.alerts, self.thresholds = AlertStore(folder), ThresholdStore(folder)
        source = Source(model(clock), self.store.fetch)
        wanted = Options(**{"days": 30.0, **options})
        self.watch = Watch(folder, lambda: source, self.alerts, self.thresholds, options=wanted)

    def close(self) -> None:
        self.watch.close()
        self.alerts.close()
        self.thresholds.close()


@contextmanager
def site(folder: Path, store: Store | None = None, **more: Any) -> Iterator[Site]:
    found = Site(folder, store, **more)
    try:
        yield found
    finally:
        found.close()


def happened(folder: Path) -> list[tuple[Any, ...]]:
    """All that was kept of alerts, without what differs from run to run."""
    engine = open_state(folder, sa.MetaData())
    query = (
        "SELECT j.alert_id, a.threshold_version, a.asset, a.kind, j.at, j.event, j.from_state, "
        "j.to_state, j.value, j.is_shown, j.reason FROM alert_journal j "
        "JOIN alerts a ON a.id = j.alert_id ORDER BY j.at, j.alert_id, j.seq"
    )
    state = (
        "SELECT id, state, beneath, raised_at, returned_at, told_at, parent, count FROM alerts "
        "ORDER BY id"
    )
    trips = "SELECT plant, threshold_id, asset, is_active, since_s, until_s FROM alert_trips"
    marks = "SELECT plant, upto FROM alert_watermarks ORDER BY plant"
    with engine.connect() as connection:
        found = [
            tuple(row)
            for sql in (query, state, f"{trips} ORDER BY plant, threshold_id, asset", marks)
            for row in connection.exec_driver_sql(sql)
        ]
    engine.dispose()
    return found


ALL_KINDS = [
    threshold(high=5.0, deadband=0.4, on_delay_min=10, off_delay_min=20),
    threshold(kind="high_high", high=6.0, severity="critical", realarm_min=60),
    threshold(kind="low", high=None, low=2.5, window_min=30, statistic="median"),
    threshold(kind="band", high=5.2, low=3.0, window_min=60, statistic="mean", latch=True),
    threshold(kind="rate", high=4.0, window_min=40),
    threshold(kind="deviation", high=1.2, baseline_days=1, window_min=20),
    threshold(kind="missing", high=30, unit="min"),
    threshold(measure="temperature_c", high=68.0, unit="[degF]"),
    threshold(measure="temperature_c", kind="missing", high=30, off_delay_min=10),
    threshold(measure="energy_per_unit", high=1.5, scope=Scope((("plant_id", "AUS"),))),
]


def wandering(seed: int, steps: int) -> list[Row]:
    """Readings that wander, with stretches that are Bad or not there."""
    rows: list[Row] = []
    chance = random.Random(seed)
    for asset in ASSETS:
        shake, silent = 4.0, 0
        for step in range(steps):
            shake = min(7.0, max(1.0, shake + chance.gauss(0, 0.4)))
            silent = max(0, silent - 1) or (chance.randrange(3, 9) if chance.random() < 0.02 else 0)
            if silent and silent % 2:
                continue
            quality = "BAD" if silent else "GOOD"
            heat = round(19.0 + chance.gauss(0, 1), 2)
            rows.append((at(step), asset, heat, round(shake, 3), quality))
    return rows


def started(folder: Path, lease_s: float = 60.0) -> subprocess.Popen[bytes]:
    """The process below, begun."""
    command = [sys.executable, "-m", "tests.watch.small", str(folder), str(lease_s)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", "")},
    )  # fmt: skip


def main(folder: Path, lease_s: float) -> None:
    """Watch the store of a folder until there is no more; said in a line when it is over."""
    store = Store(folder / "rows.duckdb", read_only=True)
    with site(folder, store, lease_s=lease_s) as one:
        run = one.watch.run_once()
        while run.is_elsewhere or run.error:
            run = one.watch.run_once()
        sys.stdout.write(f"{run.steps} {run.raised} {run.error}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
