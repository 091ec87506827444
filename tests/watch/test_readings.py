"""Numbers from SQL are what they are by hand, for each statistic and window, whatever the data."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.alerting.reading import Filter
from core.errors import ConfigError
from core.thresholds.grounds import measures, tables_of
from core.watch.assets import assets_of, extents
from core.watch.readings import Baseline, Baselines, Readings
from core.watch.trial import trial
from core.watch.wanted import Wanted
from core.watch.watched import DAY_S, seconds, watched_of
from tests.watch.small import ANN, ASSETS, START, Row, Store, at, model, publish, site, threshold

BY_HAND: dict[str, Callable[[Sequence[float]], float]] = {
    "mean": lambda x: float(np.mean(x)),
    "min": min,
    "max": max,
    "median": lambda x: float(np.median(x)),
    "p95": lambda x: float(np.percentile(x, 95)),
    "last": lambda x: x[-1],
    "first": lambda x: x[0],
}


def rows_of(seed: int, steps: int = 60) -> list[Row]:
    """Readings with gaps, Bad ones, NULLs, off the grid, and more than one in an interval."""
    chance = random.Random(seed)
    found: list[Row] = []
    for asset in ASSETS:
        for step in range(steps):
            for part in range(chance.choice((0, 1, 1, 1, 2))):
                shake = None if chance.random() < 0.1 else round(chance.gauss(4, 1), 3)
                quality = chance.choice(("GOOD", "GOOD", "GOOD", "BAD", "UNCERTAIN"))
                when = at(step) + dt.timedelta(seconds=part * 250 + chance.randrange(200))
                found.append((when, asset, 20.0, shake, quality))
    chance.shuffle(found)
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("steps", [1, 2, 6, 25])
def test_each_statistic_is_the_one_by_hand(seed: int, steps: int) -> None:
    rows, store = rows_of(seed), Store()
    store.add(rows)
    watched = watched_of(model(), store.fetch)
    ids = sorted(ASSETS)
    wanted = [Wanted("vibration_mm_s", over, steps) for over in (*BY_HAND, "count")]
    begin, end = seconds(at(20)), seconds(at(50))
    found = Readings.of(watched, wanted, begin, end, ids)

    for number, start_s in enumerate(found.starts.tolist()):
        first_s = start_s - (steps - 1) * 600
        for place, asset in enumerate(ids):
            good = sorted(
                (when, shake)
                for when, name, _heat, shake, quality in rows
                if name == asset
                and quality == "GOOD"
                and shake is not None
                and first_s <= (when - dt.datetime(1970, 1, 1)).total_seconds() < start_s + 600
            )
            values = [shake for _when, shake in good]
            count = found.values[Wanted("vibration_mm_s", "count", steps)][number, place]
            assert count == len(values) or (not values and np.isnan(count))
            for over, by_hand in BY_HAND.items():
                one = found.values[Wanted("vibration_mm_s", over, steps)][number, place]
                if values:
                    assert one == pytest.approx(by_hand(values), rel=1e-11)
                else:
                    assert np.isnan(one)


@pytest.mark.parametrize("seed", range(3))
def test_one_step_alone_reads_what_many_steps_read(seed: int) -> None:
    store = Store()
    store.add(rows_of(seed))
    watched = watched_of(model(), store.fetch)
    ids = sorted(ASSETS)
    wanted = [Wanted("vibration_mm_s", over, n) for over in BY_HAND for n in (1, 6, 25)]
    wanted.append(Wanted("energy_per_unit", "", 6))
    all_at_once = Readings.of(watched, wanted, seconds(at(10)), seconds(at(60)), ids)
    for step in range(10, 60):
        alone = Readings.of(watched, wanted, seconds(at(step)), seconds(at(step + 1)), ids)
        for one in wanted:
            np.testing.assert_array_equal(
                alone.values[one][0], all_at_once.values[one][step - 10], str(one)
            )


def test_the_share_of_good_rows_is_known() -> None:
    store = Store()
    store.add(
        [
            (at(0), "PMP-01", 1.0, 1.0, "GOOD"),
            (at(0.5), "PMP-01", 1.0, 1.0, "BAD"),
            (at(1), "PMP-01", 1.0, None, "GOOD"),
        ]
    )
    watched = watched_of(model(), store.fetch)
    found = Readings.of(watched, [], seconds(at(0)), seconds(at(3)), ["PMP-01"])
    assert found.rows[:, 0].tolist() == [2, 1, 0]
    assert found.good[:, 0].tolist() == [1, 1, 0]


def test_a_metric_is_that_of_its_window() -> None:
    store = Store()
    store.add([(at(step), "PMP-01", 20.0, 1.0, "GOOD") for step in range(6)])
    watched = watched_of(model(), store.fetch)
    one = Wanted("energy_per_unit", "", 3)
    found = Readings.of(watched, [one], seconds(at(0)), seconds(at(6)), ["PMP-01"])
    assert found.values[one][:, 0].tolist() == [2.0] * 6  # 10 kWh for 5 units each


def test_a_baseline_is_of_the_days_before_and_of_good_readings() -> None:
    store, rows = Store(), []
    for step in range(3 * 144):
        shake = 3.0 + (step % 2)
        quality = "BAD" if step % 10 == 0 else "GOOD"
        rows.append((at(step), "PMP-01", 20.0, 99.0 if quality == "BAD" else shake, quality))
        rows.append((at(step), "PMP-02", 20.0, 7.0, "GOOD"))
    rows.append((at(2 * 144 + 1), "PMP-03", 20.0, 7.0, "GOOD"))
    store.add(rows)
    watched = watched_of(model(), store.fetch)
    day_s = seconds(START) + 2 * DAY_S
    known = Baselines(day_s, ("PMP-01", "PMP-02", "PMP-03"))
    mean, sigma = known.of(watched, Baseline("vibration_mm_s", 2))
    good = [shake for when, name, _h, shake, q in rows if name == "PMP-01" and q == "GOOD"]
    before = good[: round(len(good) * 2 / 3)]
    assert mean[0] == pytest.approx(np.mean(before), rel=1e-3)
    assert sigma[0] == pytest.approx(np.std(before, ddof=1), rel=1e-3)
    assert np.isnan(mean[1])  # it never varies: nothing is far from it
    assert np.isnan(mean[2])  # too few readings


def test_assets_know_their_place_and_since_when_they_measure() -> None:
    store = Store()
    store.add([(at(step), "PMP-01", None, 1.0, "BAD") for step in range(3)])
    store.add([(at(3), "PMP-01", None, 1.0, "GOOD"), (at(0), "CMP-01", 20.0, None, "GOOD")])
    watched = watched_of(model(), store.fetch)
    found = assets_of(watched, seconds(START), 1 << 40, ["temperature_c", "vibration_mm_s"])
    assert found.ids == ("CMP-01", "PMP-01")
    assert found.plants == ("AUS", "HAM")
    assert found.places[1]["line_name"] == "Line 1"
    assert found.first["temperature_c"].tolist() == [seconds(at(0)), -1]
    assert found.first["vibration_mm_s"].tolist() == [-1, seconds(at(3))]
    assert extents(watched)["HAM"].end_s == seconds(at(4))


def test_a_model_without_the_section_is_not_watched() -> None:
    with pytest.raises(ConfigError, match="watch"):
        watched_of(replace(model(), watch=None), Store().fetch)


def test_the_change_an_hour_of_a_metric_is_between_the_steps_that_have_it(tmp_path: Path) -> None:
    """Energy per unit rises by 0.2 a step, with a gap, and is then level."""
    steps = 40
    store = Store()
    store.add([(at(s), "PMP-01", 20.0, 4.0, "GOOD") for s in range(steps) if s not in (12, 13)])
    store.connection.execute(
        "UPDATE plant_obt SET energy_kwh = 10 + LEAST(20, "
        "date_diff('minute', TIMESTAMP '2026-06-01', event_ts_utc) / 10)"
    )
    rising = threshold(measure="energy_per_unit", kind="rate", high=1.0, window_min=60, unit="")
    with site(tmp_path, store) as one:
        (made,) = publish(one.thresholds, [rising])
        run = one.watch.run_once()
        assert (run.notes, run.error) == ((), "")
        (alert,) = one.alerts.reading.alerts(ANN, Filter()).alerts
    (course,) = trial(store.fetch, model(), [made], at(0), at(steps)).courses
    expected = []
    for step in range(steps):
        window = [s for s in range(max(0, step - 5), step + 1) if s not in (12, 13)]
        span = window[-1] - window[0]
        change = (min(20, window[-1]) - min(20, window[0])) * 0.2
        expected.append(change / (span / 6) if span >= 2.5 else float("nan"))
    assert course.values == pytest.approx(expected, nan_ok=True)
    # 1.2 an hour from three steps on; below 1.0 once one of the five steps between is level
    assert (alert.raised_at, alert.returned_at) == (at(3), at(21))
    assert [(s.raised_at, s.returned_at) for s in course.spans] == [(at(3), at(21))]


def test_what_thresholds_may_look_at_is_no_amount_of_another_table() -> None:
    found = model()
    assert found.watch is not None
    known = measures(found, found.watch)
    assert {"vibration_mm_s", "oee", "energy_per_unit"} <= known.keys()
    assert not {"alarm_count", "failures", "standing_alarms"} & known.keys()
    assert not known["oee"].others
    assert known["mtbf"].others == ("work_orders",)
    assert tables_of("mtbf", found) == {"plant_obt", "work_orders"}
