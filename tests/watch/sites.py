"""Two lines of two plants with readings each 10 minutes, events and shifts of tables of their own,
and a model over them; values wander by a seed."""

from __future__ import annotations

import datetime as dt
import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from tests.watch.small import Store

MODEL = """
label: Two sites
default_table: readings
clock: watermark
entity: asset
timezones: {N: Europe/Berlin, S: America/Chicago}
watch:
  table: readings
  asset: asset
  levels: [kind, site, line, asset]
relations:
  - {left: readings, right: stops, keys: [site, line, asset, kind, day]}
  - {left: readings, right: output, keys: [site, line, day]}
tables:
  readings:
    label: Readings
    entity: reading
    scope: site
    time: {timestamp: at_local, utc: at_utc, date: day, interval_min: 10}
    quality: {column: grade, good: [GOOD], bad: [BAD]}
    columns:
      at_local: {type: datetime, role: time, label: Time}
      at_utc: {type: datetime, role: time, label: UTC}
      day: {type: date, role: time, label: Day}
      site: {type: string, role: dimension, label: Site}
      line: {type: string, role: dimension, label: Line}
      asset: {type: string, role: dimension, label: Asset}
      kind: {type: string, role: dimension, label: Kind}
      grade: {type: string, role: dimension, label: Grade}
      run_min: {type: double, role: measure, label: Run time, unit: min, additive: true,
                default_agg: sum}
      plan_min: {type: double, role: measure, label: Planned, unit: min, additive: true,
                 default_agg: sum}
      heat: {type: double, role: measure, label: Heat, unit: Cel, needs_good: true}
  stops:
    label: Stops
    entity: stop
    scope: site
    time: {timestamp: began, date: day}
    columns:
      began: {type: datetime, role: time, label: Began}
      day: {type: date, role: time, label: Day}
      site: {type: string, role: dimension, label: Site}
      line: {type: string, role: dimension, label: Line}
      asset: {type: string, role: dimension, label: Asset}
      kind: {type: string, role: dimension, label: Kind}
      lasted: {type: double, role: measure, label: Lasted, unit: min}
  output:
    label: Output
    entity: shift
    scope: site
    time: {timestamp: from_ts, date: day, interval_min: 480}
    columns:
      from_ts: {type: datetime, role: time, label: From}
      day: {type: date, role: time, label: Day}
      site: {type: string, role: dimension, label: Site}
      line: {type: string, role: dimension, label: Line}
      good: {type: integer, role: measure, label: Good, additive: true, default_agg: sum}
      bad: {type: integer, role: measure, label: Bad, additive: true, default_agg: sum}
metrics:
  share_run:
    label: Share run
    table: readings
    expression: SUM(run_min) / NULLIF(SUM(plan_min), 0)
    unit: "1"
    display: percent
  mean_heat: {label: Mean heat, table: readings, expression: AVG(heat), unit: Cel, needs_good: true}
  run_hours: {label: Run hours, table: readings, expression: SUM(run_min) / 60, unit: h,
              additive: true}
  hours_seen: {label: Hours seen, table: readings, expression: COUNT(DISTINCT at_utc) / 6, unit: h}
  stop_count: {label: Stops, table: stops, expression: COUNT(*), additive: true}
  long_stops: {label: Long stops, table: stops, expression: COUNT(*), condition: lasted > 20,
               additive: true}
  mean_stop: {label: Mean stop, table: stops, expression: AVG(lasted), unit: min}
  stop_rate: {label: Stop rate, formula: stop_count / run_hours, unit: /h}
  long_share: {label: Long share, formula: long_stops / stop_count, unit: "1"}
  stops_an_hour: {label: Stops an hour, formula: stop_count / hours_seen, unit: /h}
  made: {label: Made, table: output, expression: SUM(good + bad), additive: true}
  scrap:
    label: Scrap
    table: output
    expression: SUM(bad) / NULLIF(SUM(good + bad), 0)
    unit: "1"
    display: percent
  made_an_hour: {label: Made an hour, formula: made / run_hours, unit: /h}
"""
#: asset -> kind, site, line
ASSETS = {
    "a1": ("pump", "N", "L1"), "a2": ("press", "N", "L1"), "a3": ("pump", "N", "L2"),
    "b1": ("pump", "S", "L1"), "b2": ("press", "S", "L2"),
}  # fmt: skip
ZONES = {"N": "Europe/Berlin", "S": "America/Chicago"}
_TABLES = (
    """readings (at_local TIMESTAMP, at_utc TIMESTAMP, day DATE, site VARCHAR, line VARCHAR,
    asset VARCHAR, kind VARCHAR, grade VARCHAR, run_min DOUBLE, plan_min DOUBLE, heat DOUBLE)""",
    """stops (began TIMESTAMP, day DATE, site VARCHAR, line VARCHAR, asset VARCHAR, kind VARCHAR,
    lasted DOUBLE)""",
    "output (from_ts TIMESTAMP, day DATE, site VARCHAR, line VARCHAR, good BIGINT, bad BIGINT)",
)
TEN = dt.timedelta(minutes=10)


@cache
def sites() -> SemanticModel:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sites.yaml"
        path.write_text(MODEL)
        return load_model(path)


def local(at: dt.datetime, site: str) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(ZONES[site])).replace(tzinfo=None)


class Sites(Store):
    """A store of the three tables; `stops` and `output` know a plant's own clock alone."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        for table in _TABLES:
            self.connection.execute(f"CREATE TABLE {table}")

    def read(self, at: dt.datetime, asset: str, run: float, heat: float | None = 20.0,
             grade: str = "GOOD", plan: float = 10.0) -> None:  # fmt: skip
        kind, site, line = ASSETS[asset]
        here = local(at, site)
        row = (here, at, here.date(), site, line, asset, kind, grade, run, plan, heat)
        self._waiting.setdefault("readings", []).append(row)

    def stop(self, at: dt.datetime, asset: str, lasted: float | None) -> None:
        kind, site, line = ASSETS[asset]
        row = (local(at, site), local(at, site).date(), site, line, asset, kind, lasted)
        self._waiting.setdefault("stops", []).append(row)

    def made(self, at: dt.datetime, site: str, line: str, good: int, bad: int) -> None:
        row = (local(at, site), local(at, site).date(), site, line, good, bad)
        self._waiting.setdefault("output", []).append(row)

    def fetch(self, sql: str) -> pa.Table:
        for table, rows in self._waiting.items():
            columns = [pa.array(column) for column in zip(*rows, strict=True)]
            more = pa.table(columns, [f"c{n}" for n in range(len(columns))])
            self.connection.register("more", more)
            self.connection.execute(f"INSERT INTO {table} SELECT * FROM more")
        self._waiting.clear()
        return super().fetch(sql)


class Growing(Sites):
    """The readings of another store as they stood at `until`, UTC."""

    def __init__(self, whole: Sites) -> None:
        super().__init__()
        self._whole = whole
        self.until = dt.datetime(2000, 1, 1)

    def fetch(self, sql: str) -> pa.Table:
        some = f"FROM (SELECT * FROM readings WHERE at_utc < TIMESTAMP '{self.until}') readings"
        return self._whole.fetch(sql.replace("FROM readings", some))


@cache
def wandering(seed: int, begin: dt.datetime, steps: int) -> Sites:
    """Readings with gaps and Bad ones, stops now and then, output by eight hours."""
    store, chance = Sites(), random.Random(seed)
    for asset, (_kind, site, line) in ASSETS.items():
        for n in range(steps):
            at = begin + n * TEN
            if chance.random() < 0.05:
                continue
            grade = "BAD" if chance.random() < 0.1 else "GOOD"
            heat = None if chance.random() < 0.1 else round(chance.gauss(40, 5), 2)
            store.read(at, asset, chance.choice((0.0, 5.0, 10.0)), heat, grade)
            if chance.random() < 0.05:
                lasted = None if chance.random() < 0.3 else chance.uniform(1, 60)
                store.stop(at + dt.timedelta(minutes=chance.uniform(0, 10)), asset, lasted)
            if asset in ("a1", "a3", "b1", "b2") and n % 48 == 0 and chance.random() < 0.9:
                store.made(at, site, line, chance.randrange(50, 100), chance.randrange(10))
    return store
