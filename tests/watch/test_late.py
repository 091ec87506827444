"""Rows that come after their step are counted, once, and change nothing that was raised."""

from __future__ import annotations

from pathlib import Path

from core.alerting.reading import Filter
from tests.watch.small import ANN, Row, Store, at, publish, site, threshold


def rows(first: int, last: int, shake: float = 4.0, asset: str = "PMP-01") -> list[Row]:
    return [(at(step), asset, 20.0, shake, "GOOD") for step in range(first, last)]


def test_rows_that_came_late_are_counted_once(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add([*rows(0, 10), *rows(12, 20)])
        assert one.watch.run_once().late == 0
        one.store.add([*rows(10, 12, 9.0), *rows(20, 21)])
        assert one.watch.run_once().late == 2
        one.store.add(rows(21, 22))
        assert one.watch.run_once().late == 0
        assert [run.late for run in one.watch.runs.newest("plant")] == [0, 2, 0]
        # the time they are of had been watched
        assert one.alerts.reading.alerts(ANN, Filter()).total == 0


def test_late_rows_of_an_asset_that_was_silent_are_counted(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add(rows(0, 20))
        one.watch.run_once()
        one.store.add([*rows(5, 15, asset="PMP-02"), *rows(20, 21)])
        assert one.watch.run_once().late == 10


def test_a_window_takes_late_rows_in(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold(high=6.0, window_min=60, statistic="max")])
        one.store.add([*rows(0, 10), *rows(12, 20)])
        one.watch.run_once()
        one.store.add([*rows(17, 18, 9.0), *rows(20, 21)])
        one.watch.run_once()
        (alert,) = one.alerts.reading.alerts(ANN, Filter()).alerts
        assert alert.raised_at == at(20)


def test_by_the_wall_clock_rows_within_the_allowance_are_not_late(tmp_path: Path) -> None:
    with site(tmp_path, clock="wall", late_min=30.0) as one:
        publish(one.thresholds, [threshold()])
        one.store.add(rows(0, 17))
        one.watch.run_once(now=at(20))
        assert one.alerts.watermarks("default", "plant")["HAM"] == at(17)
        one.store.add([*rows(17, 19), *rows(19, 20, 9.0)])
        run = one.watch.run_once(now=at(23))
        assert (run.late, run.raised) == (0, 1)


def test_a_first_run_finds_nothing_late(tmp_path: Path) -> None:
    store = Store()
    store.add(rows(0, 400))
    with site(tmp_path, store) as one:
        publish(one.thresholds, [threshold()])
        assert one.watch.run_once().late == 0
        assert one.watch.run_once().late == 0
