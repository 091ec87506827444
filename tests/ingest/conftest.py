"""A small model with a `load` section, and files for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.gatekeeping import open_gates
from core.gates import Gates
from core.governance.policy import load_policy
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.settings import Settings
from core.types import User

MODEL = """
label: Meter
store: meter/meter.duckdb
tables:
  meter:
    label: Meter
    entity: reading
    scope: null
    time: {timestamp: event_ts, date: event_date, interval_min: 15}
    columns:
      event_date: {type: date, label: Date}
      event_ts: {type: datetime, label: Time}
      energy: {type: double, label: Energy, unit: kW.h}
      pulses: {type: integer, label: Pulses}
      band: {type: string, label: Band}
      site: {type: string, label: Site}
load:
  table: meter
  format: csv
  time: {source: Stamp, format: "%d/%m/%Y %H:%M", marks: end, midnight: same_day}
  columns:
    energy: {source: Usage_Wh, factor: 0.001}
    pulses: {source: Pulses}
    band: {source: Load Band, values: {Hi_Load: High, Lo_Load: Low}}
  constants: {site: Works}
  ignored: [NSM]
"""
HEADER = "Stamp,Usage_Wh,Pulses,Load Band,NSM"


@contextmanager
def deciding(data_dir: Path) -> Iterator[tuple[Gates, User]]:
    """The gates of an installation, and who decides there."""
    policy = load_policy()
    gates = open_gates(Settings(data_dir=data_dir), policy, lambda *_, **__: None)
    try:
        yield gates, policy.user("admin")
    finally:
        gates.batches.close()


@pytest.fixture
def meter(tmp_path: Path) -> SemanticModel:
    path = tmp_path / "meter.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return load_model(path)


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Write rows below the header (or another) into a file."""

    def write(*rows: str, header: str = HEADER, name: str = "meter.csv") -> Path:
        path = tmp_path / name
        text = "\r\n".join([header, *rows, ""])
        path.write_bytes(text.encode("utf-8", errors="surrogateescape"))
        return path

    return write
