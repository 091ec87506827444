"""Missing and broken files: each a message that says what to do, and nothing half-written."""

import random
import resource
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from core import models as core_models
from core.settings import ROOT
from tests.command.conftest import files_in, linked, run_in

COMMANDS = [("ask", "OEE"), ("ask", "-", "--json"), ("verify",), ("evaluate", "x.jsonl")]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda a: a[0])
def test_missing_data(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = run_in(tmp_path, *arguments, stdin="OEE\n")
    assert said.status == 2
    assert "plant.duckdb is missing" in said.err
    assert "python -m core demo" in said.err
    assert said.out == ""
    assert said.is_plain()


def broken(kind: str, path: Path, plant: Path) -> None:
    if kind == "empty":
        path.touch()
    elif kind == "noise":
        path.write_bytes(random.Random(1).randbytes(100_000))
    elif kind == "cut":
        with plant.open("rb") as whole:
            path.write_bytes(whole.read(400_000))
    elif kind == "folder":
        path.mkdir()
    elif kind == "dangling link":
        path.symlink_to(path.with_name("gone.duckdb"))
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE something_else (a INTEGER)")


@pytest.mark.parametrize(
    "kind", ["empty", "noise", "cut", "folder", "dangling link", "other tables"]
)
def test_broken_data_file(tmp_path: Path, demo_plant: Path, kind: str) -> None:
    path = tmp_path / "demo" / "plant.duckdb"
    path.parent.mkdir()
    broken(kind, path, demo_plant)
    said = run_in(tmp_path, "ask", "OEE")
    assert said.status == 2
    assert "plant.duckdb" in said.err
    assert any(way in said.err for way in ("python -m core demo", "import the data again"))
    assert said.out == ""
    assert said.is_plain()


def test_a_store_without_a_column_of_the_model_is_found_at_start(
    tmp_path: Path, demo_plant: Path
) -> None:
    path = tmp_path / "demo" / "plant.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"ATTACH '{demo_plant}' AS whole (READ_ONLY)")
        for table, part in (
            ("plant_obt", "* EXCLUDE (vibration_mm_s)"),
            ("alarm_events", "*"),
            ("work_orders", "*"),
        ):
            connection.execute(f"CREATE TABLE {table} AS SELECT {part} FROM whole.{table} LIMIT 10")
    said = run_in(tmp_path, "ask", "OEE")
    assert said.status == 2
    assert "vibration_mm_s" in said.err
    assert said.is_plain()


def test_empty_tables_are_an_honest_empty(tmp_path: Path, demo_plant: Path) -> None:
    path = tmp_path / "demo" / "plant.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"ATTACH '{demo_plant}' AS whole (READ_ONLY)")
        for table in ("plant_obt", "alarm_events", "work_orders"):
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM whole.{table} LIMIT 0")
    (answer,) = run_in(tmp_path, "ask", "--json", "OEE last week").objects
    assert (answer["status"], answer["empty"]) == ("empty", "not_loaded")


# -- state -----------------------------------------------------------------------------------


def test_a_state_folder_that_cannot_be_written(tmp_path: Path, demo_plant: Path) -> None:
    """A file in its place fails for root too, which rights would not."""
    folder = linked(demo_plant, tmp_path)
    (folder / "state").write_text("not a folder")
    said = run_in(folder, "ask", "OEE")
    assert said.status == 1
    assert "state" in said.err
    assert "GEMBA_DATA_DIR" in said.err
    assert said.is_plain()
    assert (folder / "state").read_text() == "not a folder"


def test_a_folder_that_cannot_be_made() -> None:
    for arguments in (("demo", "--days", "1"), ("ask", "OEE")):
        said = run_in(Path("/proc/gemba-tests"), *arguments)
        assert said.status == 1
        assert "GEMBA_DATA_DIR" in said.err
        assert said.is_plain()


@pytest.mark.parametrize("name", ["audit.db", "gemba.db"])
def test_a_damaged_state_file(
    tmp_path: Path, plant_folder: Callable[[Path], Path], name: str
) -> None:
    """No answer leaves without its audit record; the damaged file stays as it is."""
    folder = plant_folder(tmp_path)
    (folder / "state" / name).write_bytes(b"x" * 5_000)
    said = run_in(folder, "ask", "OEE")
    assert said.status == 1
    assert "state" in said.out + said.err
    assert "%" not in said.out
    assert said.is_plain()
    assert run_in(folder, "verify").is_plain()
    assert (folder / "state" / name).read_bytes() == b"x" * 5_000


def test_damaged_facts_are_read_again(tmp_path: Path, plant_folder: Callable[[Path], Path]) -> None:
    folder = plant_folder(tmp_path)
    (folder / "state" / "facts-plant.json").write_bytes(b'{"key": "\xff')
    said = run_in(folder, "ask", "OEE of PMP-03")
    assert said.status == 0
    assert "PMP-03" in said.out


# -- models ----------------------------------------------------------------------------------


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    shutil.copytree(ROOT / "data" / "models", folder)
    monkeypatch.setattr(core_models, "MODELS_DIR", folder)
    return folder


def test_model_list_and_check(models: Path, tmp_path: Path) -> None:
    listed = run_in(tmp_path, "model", "list").out.splitlines()
    assert listed == ["plant (default)", "retail", "steel"]
    said = run_in(tmp_path, "model", "check")
    assert (said.status, said.out.count("no problems")) == (0, 9)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("clock: watermark", "clok: watermark", "Did you mean 'clock'?"),
        ("role: measure", "rol: measure", "Did you mean 'role'?"),
        ("expression: SUM(down_min) / 60", "expression: SUM(down_mins) / 60", "down_mins"),
        ("unit: mm/s", "unit: mm/parsnip", "mm/parsnip"),
    ],
)
def test_a_wrong_model_is_named_with_file_and_line(
    models: Path, tmp_path: Path, old: str, new: str, says: str
) -> None:
    file = models / "plant.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    for arguments in (("model", "check", "plant"), ("ask", "OEE")):
        said = run_in(tmp_path, *arguments)
        assert said.status == 2
        assert f"plant.yaml:{line}:" in said.out + said.err
        assert says in said.out + said.err
        assert said.is_plain()


def test_yaml_that_is_none(models: Path, tmp_path: Path) -> None:
    (models / "plant.yaml").write_text("tables: [a, {b: 'c", encoding="utf-8")
    said = run_in(tmp_path, "model", "check", "plant")
    assert said.status == 2
    assert "plant.yaml:1:" in said.out
    assert said.is_plain()


def test_a_broken_second_model_does_not_stop_the_first(
    models: Path, plant_folder: Callable[[Path], Path], tmp_path: Path
) -> None:
    (models / "steel.yaml").write_text("nonsense", encoding="utf-8")
    said = run_in(plant_folder(tmp_path / "data"), "ask", "OEE")
    assert said.status == 0


# -- the demo plant on a full disk -----------------------------------------------------------

Usage = namedtuple("Usage", "total used free")


def test_too_little_space_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 5, 5))
    said = run_in(tmp_path, "demo", "--days", "1")
    assert said.status == 1
    assert "free space" in said.err
    assert "0 MB are free" in said.err
    assert files_in(tmp_path) == set()
    assert said.is_plain()


def test_a_disk_that_fills_while_building_leaves_nothing(tmp_path: Path) -> None:
    """The kernel refuses to let any file grow past 300 kB, as a full disk would."""
    said = subprocess.run(
        [sys.executable, "-m", "core", "demo", "--days", "2"],
        cwd=ROOT,
        env={"GEMBA_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.returncode == 1, said.stderr
    assert "could not be written" in said.stderr
    assert "Nothing was changed" in said.stderr
    assert "Traceback" not in said.stderr
    assert files_in(tmp_path) == set()


def test_a_failed_rebuild_keeps_the_old_plant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "demo" / "plant.duckdb"
    path.parent.mkdir()
    path.write_bytes(b"the old one")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 5, 5))
    assert run_in(tmp_path, "demo", "--days", "1").status == 1
    assert path.read_bytes() == b"the old one"
    assert files_in(tmp_path) == {"demo/plant.duckdb"}
