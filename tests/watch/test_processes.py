"""Processes that are killed, and several at once: no alert is lost and none is doubled."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.state import open_state
from core.watch.lease import Lease
from core.watch.tables import META
from tests.watch.small import ALL_KINDS, Store, happened, publish, site, started, wandering

KILLS = 5


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of a plant with thresholds of every kind, and what an undisturbed watch keeps."""
    folder = tmp_path_factory.mktemp("plant")
    store = Store(folder / "rows.duckdb")
    store.add(wandering(5, 160))
    with site(folder, store) as one:
        publish(one.thresholds, ALL_KINDS)
    store.connection.close()
    return folder


@pytest.fixture(scope="module")
def undisturbed(plant: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    folder = _copy(plant, tmp_path_factory.mktemp("undisturbed") / "site")
    began = time.monotonic()
    assert started(folder).wait(60) == 0
    return folder, time.monotonic() - began


def _copy(plant: Path, folder: Path) -> Path:
    shutil.copytree(plant, folder)
    return folder


@pytest.mark.thorough
def test_a_watch_that_is_killed_loses_and_doubles_nothing(
    plant: Path, undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    folder, whole_s = undisturbed
    mine, chance = _copy(plant, tmp_path / "site"), random.Random(2)
    killed = in_the_middle = 0
    while killed < KILLS:
        process = started(mine)
        time.sleep(whole_s * chance.uniform(0.4, 0.95))
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        killed += 1
        kept = len(happened(mine))
        in_the_middle += 0 < kept < len(happened(folder))
    last = started(mine)
    assert last.wait(60) == 0
    assert happened(mine) == happened(folder)
    assert len(happened(folder)) > 100


def test_two_processes_at_once_keep_what_one_keeps(
    plant: Path, undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    mine = _copy(plant, tmp_path / "site")
    both = [started(mine), started(mine)]
    assert [one.wait(60) for one in both] == [0, 0]
    assert happened(mine) == happened(undisturbed[0])


def test_without_any_lease_two_processes_still_double_nothing(
    plant: Path, undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    """The lease may fail: a clock is wrong, or a process stood still for longer than it lasts."""
    mine = _copy(plant, tmp_path / "site")
    both = [started(mine, lease_s=-1.0), started(mine, lease_s=-1.0)]
    assert [one.wait(60) for one in both] == [0, 0]
    assert happened(mine) == happened(undisturbed[0])
    with site(mine) as one:
        errors = {run.error for run in one.watch.runs.newest("plant")}
    assert any("further" in error for error in errors)


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return open_state(tmp_path, META)


def test_one_of_several_holds_the_lease(engine: sa.Engine) -> None:
    one = Lease(engine, "watch:plant", 60, lambda: 1_000.0, "elsewhere:1:a")
    other = Lease(engine, "watch:plant", 60, lambda: 1_010.0, "elsewhere:2:b")
    assert one.take() == ""
    assert other.take() == "elsewhere:1:a"
    assert one.take() == ""
    other.give_back()
    assert other.take() == "elsewhere:1:a"
    one.give_back()
    assert other.take() == ""
    assert one.take() == "elsewhere:2:b"


def test_a_lease_that_ran_out_is_taken_over(engine: sa.Engine) -> None:
    Lease(engine, "w", 60, lambda: 1_000.0, "elsewhere:1:a").take()
    assert Lease(engine, "w", 60, lambda: 1_059.9, "elsewhere:2:b").take() == "elsewhere:1:a"
    assert Lease(engine, "w", 60, lambda: 1_060.0, "elsewhere:2:b").take() == ""


def test_a_clock_that_was_set_back_keeps_nobody_out(engine: sa.Engine) -> None:
    Lease(engine, "w", 60, lambda: 9_000.0, "elsewhere:1:a").take()
    assert Lease(engine, "w", 60, lambda: 1_000.0, "elsewhere:2:b").take() == ""


def test_a_process_of_this_machine_that_is_gone_holds_nothing(engine: sa.Engine) -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    gone, here = (
        f"{socket.gethostname()}:{process.pid}:a",
        f"{socket.gethostname()}:{os.getpid()}:b",
    )
    process.wait(20)
    now = time.time()
    Lease(engine, "w", 60, lambda: now, gone).take()
    assert Lease(engine, "w", 60, lambda: now, here).take() == ""
    assert Lease(engine, "w", 60, lambda: now, "elsewhere:3:c").take() == here


def test_who_comes_second_says_so(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, ALL_KINDS[:1])
        engine = open_state(tmp_path, META)
        Lease(engine, "watch:plant", holder="elsewhere:1:a").take()
        run = one.watch.run_once()
        assert run.is_elsewhere
        assert run.holder == "elsewhere:1:a"
        assert one.watch.runs.newest("plant") == ()
        engine.dispose()
