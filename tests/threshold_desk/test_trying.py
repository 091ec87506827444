"""A trial's numbers: the same alerts as a plain replay of each asset, and shifts by the plant's own
clock."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from core.services import Services
from core.threshold_desk.plants import Known
from core.threshold_desk.trying import tried
from core.thresholds.record import Scope, Threshold
from core.watch.trial import Course, Span
from tests.threshold_desk.replayed import replayed
from tests.threshold_desk.test_bench import HAMBURG_PUMPS, PUMPS, bench, shared
from tests.thresholds.plant import demo

__all__ = ["shared"]
KNOWN = Known(demo(), "plant_id", dt.datetime(2026, 1, 1), dt.datetime(2026, 6, 30))
ONE = Threshold("t", 1, "plant", PUMPS, "vibration_mm_s", "high", high=5.1)


def course(*raised: dt.datetime, minutes: int = 30) -> Course:
    spans = tuple(Span(at, at + dt.timedelta(minutes=minutes), 6.0) for at in raised)
    return Course("t", "PMP-03", "HAM", np.zeros(1, np.int64), np.zeros(1), spans)


def test_shifts_are_those_of_the_plants_clock() -> None:
    # 20:30 UTC in June is 22:30 in Hamburg: the night shift of that day, until 06:00
    night, early = dt.datetime(2026, 6, 10, 20, 30), dt.datetime(2026, 6, 11, 4, 30)
    found = tried(
        [ONE], [course(night, early)], KNOWN, dt.datetime(2026, 6, 9), dt.datetime(2026, 6, 12)
    )
    (load,) = found.loads
    assert load.plant == "HAM"
    assert load.alerts == 2
    assert load.worst == (dt.date(2026, 6, 11), "Early", 1)
    assert load.shifts == 9
    assert load.mean == 2 / 9
    assert (load.target, load.most, load.verdict) == (48.0, 96.0, "within")


def test_lengths_end_with_the_window() -> None:
    start, end = dt.datetime(2026, 6, 9), dt.datetime(2026, 6, 10)
    standing = Course(
        "t", "PMP-03", "HAM", np.zeros(1, np.int64), np.zeros(1),
        (Span(end - dt.timedelta(hours=2), None, 6.0),),
    )  # fmt: skip
    found = tried([ONE], [standing], KNOWN, start, end)
    assert found.longest_min == found.mean_min == 120.0
    none = tried([ONE], [course()], KNOWN, start, end)
    assert (none.alerts, none.mean_min, none.loads[0].worst) == (0, None, None)


def test_the_desk_counts_what_a_plain_replay_counts(shared: Services, demo_plant: Path) -> None:
    admin = bench(shared, "admin")
    start, end = dt.datetime(2026, 6, 20), dt.datetime(2026, 6, 24)
    wanted = [
        Threshold("wide", 1, "plant", PUMPS, "vibration_mm_s", "high", high=2.2, deadband=0.2,
                  on_delay_min=20, off_delay_min=10),
        Threshold("near", 1, "plant", HAMBURG_PUMPS, "vibration_mm_s", "high", high=2.4),
        Threshold("cold", 1, "plant", Scope((("plant_id", "HAM"),)), "temperature_c", "low",
                  low=20.0, deadband=0.5),
    ]  # fmt: skip
    plain = replayed(shared.parts(), wanted, start, end)
    expected = {(c.threshold, c.asset): c.spans for c in plain if c.spans}
    ours = admin.try_out(wanted, start, end)
    found = {(c.threshold, c.asset): c.spans for c in ours.courses if c.spans}
    assert expected
    assert found == expected
