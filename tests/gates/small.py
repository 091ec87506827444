"""A small model with checks of every kind, and rows that hold them all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.streaming.batch import as_arrow, schema_of

MODEL = """
label: Works
store: works.duckdb
entity: machine
default_table: readings
timezones: {N: Europe/Berlin, S: Asia/Ho_Chi_Minh}
tables:
  machines:
    label: Machines
    entity: machine
    scope: site
    columns:
      site: {type: string, role: dimension, label: Site}
      machine: {type: string, role: dimension, label: Machine}
  readings:
    label: Readings
    entity: reading
    scope: site
    time: {timestamp: ts, interval_min: 10}
    quality: {column: grade, good: [GOOD], uncertain: [UNCERTAIN], bad: [BAD]}
    checks:
      not_null: [site, machine, ts]
      ranges: {heat: {min: 0, max: 100}, pieces: {min: 0}}
      values: {shift: [Early, Late]}
      unique: [machine, ts]
      references: [{columns: [machine], table: machines}]
      freshness: {max_age_h: 24, max_ahead_min: 15}
      volume: {min_rows: 2, max_rows: 1000}
      quality: {min_good: 0.5, max_bad: 0.25}
    columns:
      site: {type: string, role: dimension, label: Site}
      machine: {type: string, role: dimension, label: Machine}
      ts: {type: datetime, role: time, label: Time}
      shift: {type: string, role: dimension, label: Shift}
      grade: {type: string, role: dimension, label: Grade}
      worker: {type: string, role: dimension, label: Worker, personal: true}
      heat: {type: double, role: measure, label: Heat, unit: Cel, needs_good: true}
      pieces: {type: integer, role: measure, label: Pieces}
"""
NOW = dt.datetime(2026, 6, 30, 12)
START = "2026-06-30 10:00:00"


def small_model(folder: Path, text: str = MODEL) -> SemanticModel:
    path = folder / "works.yaml"
    path.write_text(text)
    return load_model(path)


def row(n: int = 0, **other: Any) -> dict[str, Any]:
    """A row that holds all checks; n: which interval."""
    at = dt.datetime.fromisoformat(START) + dt.timedelta(minutes=10 * n)
    return {
        "site": "N", "machine": "M1", "ts": str(at), "shift": "Early", "grade": "GOOD",
        "worker": "Ann", "heat": 20.0, "pieces": 1, **other,
    }  # fmt: skip


def rows(model: SemanticModel, *given: dict[str, Any]) -> pa.Table:
    """These rows, and sound ones up to four."""
    all_of_it = [*given, *(row(n) for n in range(len(given), 4))]
    return as_arrow(all_of_it, schema_of(model.tables["readings"]))
