"""A plant of a few rows in DuckDB, with NULLs, bad readings and a night shift, and a way to run
compiled SQL on it."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import sqlglot

from core.semantic.compile import compile_query
from tests.semantic.small_model import MODEL

ASSETS = {
    "PMP-01": ("HAM", "Line 1", "pump"),
    "PMP-02": ("HAM", "Line 2", "pump"),
    "CMP-01": ("HAM", "Line 2", "compressor"),
    "PMP-05": ("AUS", "Line 1", "pump"),
}
DAYS = pd.date_range("2026-05-25", periods=14, freq="D")


def shift_of(moment):
    """Shift and production day: early 06-14, late 14-22, night 22-06 of the day before."""
    hour = moment.hour
    if 6 <= hour < 14:
        return "Early", moment.normalize()
    if 14 <= hour < 22:
        return "Late", moment.normalize()
    day = moment.normalize() - pd.Timedelta(days=1) if hour < 6 else moment.normalize()
    return "Night", day


def readings(step="2h"):
    """Rows of readings; the interval in the model is 10 minutes, so only counts matter."""
    rng = np.random.default_rng(7)
    rows = []
    for moment in pd.date_range(DAYS[0], DAYS[-1] + pd.Timedelta(hours=23), freq=step):
        shift, production_date = shift_of(moment)
        for asset, (plant, line, kind) in ASSETS.items():
            down = float(rng.choice([0, 0, 0, 4]))
            rows.append(
                {
                    "event_date": moment.normalize(),
                    "production_date": production_date,
                    "plant_id": plant,
                    "plant_name": plant.title(),
                    "area_name": "Utilities" if kind == "compressor" else "Assembly",
                    "line_name": line,
                    "asset_id": asset,
                    "asset_class": kind,
                    "criticality": "A" if asset == "PMP-01" else "B",
                    "event_ts": moment,
                    "event_ts_utc": moment - pd.Timedelta(hours=2),
                    "shift_name": shift,
                    "product_family": rng.choice(["Valve", "Seal"]),
                    "operator_name": "n. n.",
                    "installed_on": pd.Timestamp("2020-01-01"),
                    "temperature_c": None if rng.random() < 0.2 else round(rng.normal(40, 5), 2),
                    "vibration_mm_s": None if rng.random() < 0.1 else round(rng.gamma(4, 0.8), 3),
                    "power_kw": round(rng.normal(20, 4), 3),
                    "signal_quality": rng.choice(["GOOD", "GOOD", "GOOD", "UNCERTAIN", "BAD"]),
                    "planned_min": 10.0,
                    "run_min": 10.0 - down,
                    "down_min": down,
                    "downtime_reason": rng.choice(["Breakdown", "Changeover"]) if down else None,
                    "ideal_units": 100,
                    "good_units": int(rng.integers(60, 95)),
                    "scrap_units": int(rng.integers(0, 6)),
                    "energy_kwh": round(rng.normal(3, 0.5), 3),
                }
            )
    frame = pd.DataFrame(rows)
    frame.loc[frame.index % 29 == 0, "signal_quality"] = None
    return frame


def alarms():
    rng = np.random.default_rng(8)
    rows = []
    for k in range(60):
        moment = DAYS[0] + pd.Timedelta(minutes=int(rng.integers(0, 14 * 24 * 60)))
        shift, production_date = shift_of(moment)
        asset = ["PMP-01", "PMP-02", "CMP-01"][k % 3]
        plant, line, kind = ASSETS[asset]
        rows.append(
            {
                "event_date": moment.normalize(),
                "production_date": production_date,
                "plant_id": plant,
                "plant_name": plant.title(),
                "area_name": "Assembly",
                "line_name": line,
                "asset_id": asset,
                "asset_class": kind,
                "criticality": "B",
                "raised_ts": moment,
                "acknowledged_ts": moment + pd.Timedelta(minutes=3),
                "cleared_ts": pd.NaT if k % 7 == 0 else moment + pd.Timedelta(minutes=30 + k),
                "alarm_id": f"A{k}",
                "priority": ["low", "medium", "high"][int(rng.integers(0, 3))],
                "message": ["Seal 100% worn", "seal leak", "Overload_1"][k % 3],
                "shift_name": shift,
                "alarm_value": float(k),
            }
        )
    return pd.DataFrame(rows)


def orders():
    rows = []
    for k in range(12):
        moment = DAYS[k % 14] + pd.Timedelta(hours=7)
        asset = ["PMP-01", "PMP-02"][k % 2]
        plant, line, kind = ASSETS[asset]
        rows.append(
            {
                "event_date": moment.normalize(),
                "production_date": moment.normalize(),
                "plant_id": plant,
                "plant_name": plant.title(),
                "area_name": "Assembly",
                "line_name": line,
                "asset_id": asset,
                "asset_class": kind,
                "criticality": "B",
                "opened_ts": moment,
                "closed_ts": moment + pd.Timedelta(hours=2),
                "work_order_no": f"W{k}",
                "order_type": "corrective" if k % 3 else "preventive",
                "failure_mode": "Seal" if k % 3 else None,
                "labour_hours": 2.0 + k,
                "parts_cost_eur": 10.0 * k,
                "downtime_min": 30.0 + k,
            }
        )
    return pd.DataFrame(rows)


class SmallPlant:
    """The three tables as frames and in DuckDB."""

    def __init__(self, readings_frame=None, alarms_frame=None, orders_frame=None):
        self.readings = readings() if readings_frame is None else readings_frame
        self.alarms = alarms() if alarms_frame is None else alarms_frame
        self.orders = orders() if orders_frame is None else orders_frame
        self.connection = duckdb.connect()
        for name, frame in (
            ("plant_obt", self.readings),
            ("alarm_events", self.alarms),
            ("work_orders", self.orders),
        ):
            self.connection.register("frame", frame)
            dates = [c for c in ("event_date", "production_date", "installed_on") if c in frame]
            cast = ", ".join(f"CAST({c} AS DATE) AS {c}" for c in dates)
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * REPLACE ({cast}) FROM frame")
            self.connection.unregister("frame")

    def sql(self, text):
        """Rows of StarRocks SQL, as a list of dicts."""
        translated = sqlglot.parse_one(text, read="starrocks").sql("duckdb")
        table = self.connection.sql(translated).to_arrow_table()
        return table.to_pylist()

    def rows(self, query, model=MODEL):
        """Rows of a query."""
        return self.sql(compile_query(query, model))
