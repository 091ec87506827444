"""Building: whole or not at all, the same every time, and told when it is out of date."""

import os
import shutil
import threading
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from data.demo import plant
from data.demo.plant import DemoBuildError, DemoSummary, build, is_current
from tests.demo.conftest import fingerprint


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_summary_counts_what_is_in_the_file(summary: DemoSummary) -> None:
    assert summary.rows["plant_obt"] == 24 * (2 * (181 * 144 - 6) + 181 * 144)
    assert 15_000 < summary.rows["alarm_events"] < 25_000
    assert 900 < summary.rows["work_orders"] < 1_500
    assert summary.first_local == datetime(2026, 1, 1, 0, 0)
    assert summary.last_local == datetime(2026, 6, 30, 23, 50)
    assert summary.seconds < 60


def test_few_days_are_the_last_days_of_the_whole_plant(
    summary: DemoSummary, three_days: DemoSummary
) -> None:
    assert three_days.rows["plant_obt"] == 3 * 72 * 144
    assert three_days.first_local == datetime(2026, 6, 28)
    assert fingerprint(three_days.path, "2026-06-28") == fingerprint(summary.path, "2026-06-28")


def test_a_second_build_writes_the_same_rows(three_days: DemoSummary, tmp_path: Path) -> None:
    again = build(tmp_path / "again.duckdb", days=3)
    assert fingerprint(again.path, "2026-01-01") == fingerprint(three_days.path, "2026-01-01")


def test_current_only_for_the_days_that_were_built(three_days: DemoSummary, tmp_path: Path) -> None:
    assert is_current(three_days.path, days=3)
    assert not is_current(three_days.path)
    assert not is_current(tmp_path / "missing.duckdb")


def test_not_current_after_the_generator_changed(
    three_days: DemoSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plant, "generator_version", lambda: "another")
    assert not is_current(three_days.path, days=3)


def test_a_file_that_is_no_database_is_not_current(tmp_path: Path) -> None:
    path = tmp_path / "plant.duckdb"
    path.write_text("not a database at all " * 500)
    assert not is_current(path)
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("CREATE TABLE plant_obt (x INTEGER)")
    assert not is_current(other)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(
    three_days: DemoSummary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
) -> None:
    target = tmp_path / "plant.duckdb"
    shutil.copy(three_days.path, target)
    before = target.read_bytes()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(plant, "plant_tables", fail)
    expected = DemoBuildError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        build(target)
    assert target.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["plant.duckdb"]


def test_too_little_space_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(10**9, 10**9 - 5_000_000, 5_000_000))
    with pytest.raises(DemoBuildError, match=r"needs 237 MB .* 5 MB are free"):
        build(tmp_path / "plant.duckdb")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_and_a_file_as_folder_are_explained(tmp_path: Path) -> None:
    folder = tmp_path / "plant.duckdb"
    folder.mkdir()
    with pytest.raises(DemoBuildError, match="is a folder"):
        build(folder)
    plain = tmp_path / "plain"
    plain.write_text("")
    with pytest.raises(DemoBuildError, match="Nothing was changed"):
        build(plain / "plant.duckdb")


def test_days_below_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1 day"):
        build(tmp_path / "plant.duckdb", days=0)


def test_leftovers_of_a_killed_build_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / ".plant.duckdb.building-0badf00d"
    old.write_text("x")
    fresh = tmp_path / ".plant.duckdb.building-12345678"
    fresh.write_text("x")
    os.utime(old, (1, 1))

    def stop(*_: object) -> None:
        raise OSError("stop here")

    monkeypatch.setattr(plant, "plant_tables", stop)
    with pytest.raises(DemoBuildError):
        build(tmp_path / "plant.duckdb")
    assert [item.name for item in tmp_path.iterdir()] == [fresh.name]


def test_progress_rises_to_one_and_names_the_plants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[float, str]] = []
    build(
        tmp_path / "plant.duckdb", days=1, progress=lambda share, text: told.append((share, text))
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert any("Hamburg" in text for _, text in told)


def test_a_reader_keeps_its_file_while_a_new_one_moves_in(
    three_days: DemoSummary, tmp_path: Path
) -> None:
    target = tmp_path / "plant.duckdb"
    shutil.copy(three_days.path, target)
    with duckdb.connect(str(target), read_only=True) as reader:
        builder = threading.Thread(target=build, args=(target,), kwargs={"days": 1})
        builder.start()
        builder.join()
        assert reader.execute("SELECT count(DISTINCT event_date) FROM plant_obt").fetchone() == (3,)
    assert is_current(target, days=1)
