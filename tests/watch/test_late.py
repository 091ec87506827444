"""Rows that come after their step are counted, once, and held against thresholds once more: they
change nothing that was raised, and add what nothing was raised for."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.alerting.alert import Alert
from core.alerting.lifecycle import State
from core.alerting.outages import Wanted
from core.alerting.reading import Filter
from core.state import open_state
from core.watch.again import Span, stood
from core.watch.trial import trial
from core.watch.watched import seconds
from tests.watch.small import (
    ALL_KINDS,
    ANN,
    TEN,
    Row,
    Site,
    Store,
    at,
    model,
    publish,
    site,
    threshold,
    wandering,
)


def rows(first: int, last: int, shake: float = 4.0, asset: str = "PMP-01") -> list[Row]:
    return [(at(step), asset, 20.0, shake, "GOOD") for step in range(first, last)]


def test_rows_that_came_late_are_counted_once(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold(high=20.0)])
        one.store.add([*rows(0, 10), *rows(12, 20)])
        assert one.watch.run_once().late == 0
        one.store.add([*rows(10, 12, 9.0), *rows(20, 21)])
        assert one.watch.run_once().late == 2
        one.store.add(rows(21, 22))
        assert one.watch.run_once().late == 0
        assert [run.late for run in one.watch.runs.newest("plant")] == [0, 2, 0]
        assert one.alerts.reading.alerts(ANN, Filter()).total == 0


def test_late_rows_of_an_asset_that_was_silent_are_counted(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add(rows(0, 20))
        one.watch.run_once()
        one.store.add([*rows(5, 15, asset="PMP-02"), *rows(20, 21)])
        assert one.watch.run_once().late == 10


def test_a_window_takes_late_rows_in(tmp_path: Path) -> None:
    with site(tmp_path, look_back_min=0.0) as one:
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


# -- held against thresholds once more ---------------------------------------------------------


def alerts(one: Site) -> list[Alert]:
    return list(one.alerts.reading.alerts(ANN, Filter(), order="newest", most=500).alerts)


def raised(one: Site) -> list[dt.datetime]:
    return [alert.raised_at for alert in alerts(one)]


def test_late_rows_raise_what_they_show_with_its_own_time(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add([*rows(0, 10), *rows(12, 20)])
        one.watch.run_once()
        one.store.add([*rows(10, 12, 9.0), *rows(20, 21)])
        run = one.watch.run_once()
        assert (run.late, run.raised, run.returned) == (2, 1, 1)
        assert run.notes == ("Raised from rows that came late: 1.",)
        (alert,) = alerts(one)
        # it is over, and waits to be seen
        assert (alert.raised_at, alert.returned_at) == (at(10), at(12))
        assert (alert.state, alert.value) == (State.RETURNED, 9.0)
        one.store.add(rows(21, 22))
        assert one.watch.run_once().raised == 0


def test_a_condition_that_began_late_and_stands_is_active(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold(on_delay_min=30)])
        one.store.add(rows(0, 18))
        one.store.add(rows(20, 25, asset="PMP-02"))
        one.watch.run_once()
        one.store.add([*rows(18, 26, 9.0), *rows(25, 26, asset="PMP-02")])
        one.watch.run_once()
        (alert,) = alerts(one)
        assert (alert.raised_at, alert.state) == (at(21), State.UNACKNOWLEDGED)
        one.store.add([*rows(26, 28, 3.0), *rows(26, 28, asset="PMP-02")])
        one.watch.run_once()
        assert alerts(one)[0].state is State.RETURNED


def test_a_delay_that_late_rows_begin_goes_on(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold(on_delay_min=40)])
        one.store.add([*rows(0, 18), *rows(18, 20, asset="PMP-02")])
        one.watch.run_once()
        one.store.add([*rows(18, 21, 9.0), *rows(20, 21, asset="PMP-02")])
        assert one.watch.run_once().raised == 0
        one.store.add(rows(21, 22, 9.0))
        one.watch.run_once()
        assert raised(one) == [at(22)]


def test_what_was_told_is_neither_repeated_nor_taken_back(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add([*rows(0, 10), *rows(11, 14, 9.0), *rows(15, 18)])
        one.watch.run_once()
        assert raised(one) == [at(11)]
        # a row that would have begun it sooner, and one that would have parted it
        one.store.add([*rows(10, 11, 9.0), *rows(14, 15, 9.0), *rows(18, 19)])
        run = one.watch.run_once()
        assert (run.late, run.raised) == (2, 0)
        assert raised(one) == [at(11)]


def test_while_an_alert_stands_an_earlier_time_adds_no_line(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add([*rows(0, 10), *rows(11, 15), *rows(15, 18, 9.0)])
        one.watch.run_once()
        one.store.add([*rows(10, 11, 9.0), *rows(18, 19, 9.0)])
        assert one.watch.run_once().raised == 0
        assert raised(one) == [at(15)]


def test_further_back_than_the_setting_rows_are_only_counted(tmp_path: Path) -> None:
    with site(tmp_path, look_back_min=60.0) as one:
        publish(one.thresholds, [threshold()])
        one.store.add([*rows(0, 10), *rows(12, 20)])
        one.watch.run_once()
        one.store.add([*rows(10, 12, 9.0), *rows(20, 21)])
        run = one.watch.run_once()
        assert (run.late, run.raised) == (2, 0)


def test_by_versions_that_are_in_force_now(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()], valid_from=at(15))
        one.store.add([*rows(0, 10), *rows(12, 20)])
        one.watch.run_once()
        one.store.add([*rows(10, 12, 9.0), *rows(20, 21)])
        assert one.watch.run_once().raised == 0


def test_what_was_out_of_service_then_is_not_raised(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add(rows(0, 10))
        one.watch.run_once()
        out = Wanted("plant", "HAM", "PMP-01", "r", until=at(14))
        one.alerts.outages.put(out, ANN, now=at(10))
        one.store.add(rows(15, 20))
        one.watch.run_once()
        one.store.add([*rows(11, 12, 9.0), *rows(20, 21)])
        assert one.watch.run_once().raised == 0


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1))
def test_however_late_rows_come_nothing_is_doubled_or_lost(tmp_path: Path, seed: int) -> None:
    """Rows of some assets come up to two hours late. Whatever all rows together would have raised
    stood at that time, or while an alert of the same pair did; no two times of a pair overlap."""
    chance = random.Random(seed)
    steps, kinds = 96, [one for one in ALL_KINDS if one.kind != "deviation"]
    arrives: dict[int, list[Row]] = {}
    for row in wandering(seed, steps):
        step = round((row[0] - at(0)) / TEN)
        # the compressor is on time, so that its plant is watched; of the others some rows are late
        late = chance.randrange(1, 11) if chance.random() < 0.05 else 0
        arrives.setdefault(step + late, []).append(row)
    store = Store()
    with site(tmp_path, store) as one:
        made = publish(one.thresholds, kinds)
        for step in range(steps + 12):
            store.add(arrives.get(step, []))
            # the end of the data goes on, so that what came last is watched too
            store.add([(at(max(step, steps)), "PMP-03", 19.0, 4.0, "GOOD")] * (step >= steps))
            one.watch.run_once()
        engine = open_state(tmp_path, sa.MetaData())
        real = {
            key: spans
            for plant in ("HAM", "AUS")
            for key, spans in stood(engine, "default", "plant", plant, 0).items()
        }
        engine.dispose()
    for spans in real.values():
        for before, after in itertools.pairwise(spans):
            assert before.end_s is not None
            assert before.end_s <= after.begin_s
    lost = late = 0
    found = trial(store.fetch, model(), made, at(0), at(steps))
    for course in found.courses:
        mine = real.get((course.threshold, course.asset), [])
        for span in course.spans:
            begin = Span(seconds(span.raised_at))
            begin.end_s = seconds(span.returned_at) if span.returned_at else None
            # an alert that rose within the look-back stands for what was before it
            near = [s for s in mine if begin.begin_s <= s.begin_s <= begin.begin_s + 3 * 3_600]
            is_there = any(begin.touches(s) for s in mine)
            late += not is_there
            lost += not is_there and not near
    assert found.alerts > 30
    assert late <= 3
    assert lost == 0
