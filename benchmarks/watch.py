"""How long the watch takes for one step of 10 minutes: thresholds by the thousand over many assets.

Builds a plant of its own in a folder that is thrown away, watches a day of it, and then one new
step at a time, each by the whole way: what is new, which thresholds are in force, readings, trips,
alerts, one transaction.

    .venv/bin/python -m benchmarks.watch [--assets 1000] [--thresholds 10000] [--figures 0]
                                     [--runs 7] [--days 7]
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from core.alerting.store import AlertStore
from core.execution.engine import DuckDBEngine
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.thresholds.acts import ref
from core.thresholds.record import Kind, Scope, Statistic, Threshold
from core.thresholds.store import ThresholdStore
from core.types import User
from core.watch.starting import grounds_of
from core.watch.watch import Options, Source, Watch

ROOT = Path(__file__).resolve().parent.parent
END = dt.datetime(2026, 6, 30)
STEP = dt.timedelta(minutes=10)
_ANN = User("bench", "admin", ("HAM", "AUS", "HPH"))
_ROWS = """
CREATE OR REPLACE TABLE plant_obt AS
WITH steps AS (
    SELECT unnest(generate_series(TIMESTAMP '{start}', TIMESTAMP '{end}' - INTERVAL 10 MINUTE,
                                  INTERVAL 10 MINUTE)) AS event_ts_utc
), assets AS (SELECT unnest(range({assets})) AS n)
SELECT event_ts_utc, CAST(event_ts_utc AS DATE) AS event_date,
    ['HAM', 'AUS', 'HPH'][n % 3 + 1] AS plant_id, 'Line ' || (n % 12 + 1) AS line_name,
    'A' || lpad(CAST(n AS VARCHAR), 5, '0') AS asset_id,
    ['pump', 'compressor', 'chiller', 'cnc'][n % 4 + 1] AS asset_class,
    40 + 5 * random() AS temperature_c, 3 + random() AS vibration_mm_s,
    5 + random() AS pressure_bar, 20 + 3 * random() AS motor_current_a,
    10 + random() AS power_kw, 10.0 AS planned_min, 8 + 2 * random() AS run_min,
    CASE WHEN random() < 0.98 THEN 'GOOD' ELSE 'BAD' END AS signal_quality
FROM steps, assets ORDER BY event_ts_utc, n;
CREATE OR REPLACE TABLE work_orders AS
SELECT event_ts_utc AS opened_ts, event_date, plant_id, line_name, asset_id, asset_class,
    'corrective' AS order_type
FROM plant_obt WHERE random() < 0.0005
"""
#: Beyond which one reading of a thousand is.
_SENSORS = {
    "temperature_c": 44.995, "vibration_mm_s": 3.999, "pressure_bar": 5.999,
    "motor_current_a": 22.997, "power_kw": 10.999,
}  # fmt: skip
_KINDS: tuple[tuple[Kind, Statistic, int], ...] = (
    ("high", "mean", 0),
    ("high_high", "max", 60),
    ("rate", "mean", 60),
    ("missing", "mean", 0),
)


def thresholds_of(assets: int, count: int) -> list[Threshold]:
    """As many for each asset, each at the asset itself: nothing is shared."""
    each = count // assets
    found = []
    for n in range(assets):
        scope = Scope((("asset_id", f"A{n:05d}"),))
        for at in range(each):
            sensor, limit = list(_SENSORS.items())[at % len(_SENSORS)]
            kind, statistic, window = _KINDS[at // len(_SENSORS) % len(_KINDS)]
            high = {"rate": 500.0, "missing": 60.0}.get(kind, limit)
            one = Threshold(
                f"t{n:05d}-{at:03d}", 0, "plant", scope, sensor, kind, high=high, deadband=0.0,
                window_min=window, statistic=statistic, on_delay_min=0 if kind == "missing" else 10,
            )  # fmt: skip
            found.append(one)
    return found


def figures_of(count: int) -> list[Threshold]:
    """Figures of lines as a whole, over 8 hours and, of several tables, over 7 days."""
    kinds: tuple[tuple[Kind, float], ...] = (("low_low", 0.1), ("low", 0.2), ("high", 5.0))
    measures = (("availability", 480), ("utilisation", 480), ("failure_rate", 10_080))
    found = []
    for n in range(count):
        line, rest = n % 12, n // 12
        kind, limit = kinds[rest % 3]
        measure, window = measures[rest // 3 % 3]
        scope = Scope(
            (("plant_id", ("HAM", "AUS", "HPH")[line % 3]), ("line_name", f"Line {line + 1}"))
        )
        side = {"high": limit} if kind == "high" else {"low": limit}
        found.append(Threshold(
            f"f{n:05d}", 0, "plant", scope, measure, kind, window_min=window, per="line_name",
            **({"high": None, "low": None} | side),
        ))  # fmt: skip
    return found


def publish(
    folder: Path, model: SemanticModel, engine: DuckDBEngine, wanted: list[Threshold]
) -> None:
    """Put all of them in force, before the data begin."""
    store = ThresholdStore(folder)
    made = store.save(wanted, _ANN)
    known = grounds_of(model, engine.fetch)
    drafts = [ref(change.after) for change in made if change.after is not None]
    store.publish(drafts, known, _ANN, valid_from=END - dt.timedelta(days=60))
    store.close()


def _apart(file: Path, sql: str) -> None:
    """Run SQL on a DuckDB file in a process of its own: its memory is not the watch's."""
    code = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(sys.argv[2])"
    subprocess.run([sys.executable, "-c", code, str(file), sql], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=1_000)
    parser.add_argument("--thresholds", type=int, default=10_000)
    parser.add_argument("--figures", type=int, default=0, help="of lines as a whole, 108 at most")
    parser.add_argument("--days", type=int, default=7, help="of readings that the store holds")
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    model = load_model(ROOT / "data" / "models" / "plant.yaml")
    model = replace(model, clock="wall")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = END - dt.timedelta(days=arguments.days)
        file = folder / "plant.duckdb"
        _apart(file, _ROWS.format(start=start, end=END, assets=arguments.assets))
        engine = DuckDBEngine(file, threads=2)
        engine.warm()
        wanted = thresholds_of(arguments.assets, arguments.thresholds)
        publish(folder, model, engine, wanted + figures_of(arguments.figures))
        measure(folder, model, engine, arguments.runs)
        engine.close()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of the process at most: {peak_mb:.0f} MB (without the query engine's children)")


def measure(folder: Path, model: SemanticModel, engine: DuckDBEngine, runs: int) -> None:
    """Watch to some steps before the end, then step by step."""
    alerts, thresholds = AlertStore(folder), ThresholdStore(folder)
    options = Options(days=0.25, late_min=0.0)
    source = Source(model, engine.fetch)

    def watch() -> Watch:
        return Watch(folder, lambda: source, alerts, thresholds, options=options)

    at = END - (2 * runs + 1) * STEP
    one = watch()
    began = time.perf_counter()
    first = one.run_once(now=at)
    took = time.perf_counter() - began
    print(f"first run: {first.steps} steps of a plant in {took:.2f} s, {first.raised} raised")
    going: list[float] = []
    anew: list[float] = []
    raised = 0
    for turn in range(2 * runs):
        at += STEP
        if turn >= runs:
            one.close()
            one = watch()
        began = time.perf_counter()
        run = one.run_once(now=at)
        (anew if turn >= runs else going).append(time.perf_counter() - began)
        assert not run.error, run.error
        raised += run.raised
    one.close()
    print(
        f"one step, in a process that goes on: median {statistics.median(going):.2f} s, "
        f"fastest {min(going):.2f} s, slowest {max(going):.2f} s, of {runs}"
    )
    print(
        f"one step, in a watch begun anew: median {statistics.median(anew):.2f} s, "
        f"fastest {min(anew):.2f} s, slowest {max(anew):.2f} s, of {runs}"
    )
    print(f"alerts raised in them: {raised}")
    alerts.close()
    thresholds.close()


if __name__ == "__main__":
    main()
