"""The command says what it found; without --yes it only looks."""

import io
import json
from collections.abc import Callable
from pathlib import Path

from core.ingest import run_import
from core.semantic.model import SemanticModel

ROWS = ["23/11/2018 00:15,1500,3,Hi_Load,900", "23/11/2018 01:00,,4,Lo_Load,1800"]


def test_without_yes_nothing_is_written(
    meter: SemanticModel, csv_file: Callable[..., Path], tmp_path: Path
) -> None:
    out = io.StringIO()
    data = tmp_path / "data"
    assert run_import([csv_file(*ROWS)], meter, data, yes=False, out=out) == 0
    said = out.getvalue()
    assert "2 rows of meter from meter.csv" in said
    assert "2 intervals have no row:\n  2018-11-23 00:15 to 2018-11-23 00:45 (2)" in said
    assert "energy: 1 rows without a value" in said
    assert "Add --yes to load." in said
    assert not data.exists()


def test_with_yes_the_store_is_made(
    meter: SemanticModel, csv_file: Callable[..., Path], tmp_path: Path
) -> None:
    out = io.StringIO()
    path = csv_file(*ROWS)
    assert run_import([path], meter, tmp_path, yes=True, as_json=True, out=out) == 0
    told = json.loads(out.getvalue())
    assert (told["rows"], told["missing"]) == (2, 2)
    assert Path(told["target"]) == tmp_path / "meter" / "meter.duckdb"
    assert (tmp_path / "meter" / "meter.duckdb").exists()
