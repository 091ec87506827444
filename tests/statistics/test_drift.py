"""Whether readings have left what is usual: what is found, what is not, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from core.statistics.baseline import baseline
from core.statistics.drift import Drift, alike_at_most, drift, fit_baseline
from core.statistics.readings import Reason, UnfitReadings

BASE = 200
Floats = NDArray[np.float64]


def noise(seed: int, count: int = 600) -> Floats:
    return np.random.default_rng(seed).normal(10.0, 1.0, count)


def judged(values: Floats, start: int = BASE) -> Drift:
    return drift(values, fit_baseline(values, 0, start), start)


@pytest.mark.parametrize("seed", range(40))
def test_what_stays_the_same_has_not_moved(seed: int) -> None:
    found = judged(noise(seed))
    assert found.verdict == "steady"
    assert found.since is found.level is found.signal is None
    assert found.looked_at == 400


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("size", [-3.0, 2.0])
def test_a_step_is_found_where_it_is(seed: int, size: float) -> None:
    values = noise(seed)
    values[350:] += size
    found = judged(values)
    assert found.verdict == "moved"
    assert found.until is None
    assert found.since is not None
    assert abs(found.since - 350) <= 6
    assert found.level == pytest.approx(10 + size, abs=0.4)
    assert found.signal is not None
    assert found.signal.side == ("above" if size > 0 else "below")
    assert found.sigmas == pytest.approx(size, abs=0.6)


def test_a_slope_is_told_from_about_where_it_begins() -> None:
    values = noise(3)
    values[300:] += np.linspace(0, 10, 300)
    found = judged(values)
    assert found.verdict == "moved"
    assert found.since is not None
    assert 280 <= found.since <= 345
    assert found.level is not None
    assert found.level > 17


def test_what_came_back_is_told_with_its_furthest_level() -> None:
    values = noise(5)
    values[300:360] += 4
    values[360:420] += 8
    found = judged(values)
    assert found.verdict == "returned"
    assert found.since is not None
    assert abs(found.since - 300) <= 4
    assert found.until is not None
    assert abs(found.until - 420) <= 2
    assert found.level == pytest.approx(18, abs=0.5)


def test_one_reading_far_off_is_no_level() -> None:
    values = noise(8)
    values[400] = 80.0
    found = judged(values)
    assert found.verdict == "steady"
    assert 400 in found.flagged


def test_a_small_shift_is_no_drift_and_is_not_hidden() -> None:
    values = noise(2, 4_000)
    values[2_000:] += 0.4
    found = judged(values, 1_000)
    assert found.verdict == "steady"
    assert len(found.levels) == 2


def test_missing_readings_change_no_verdict() -> None:
    values = noise(11)
    values[350:] += 3
    values[::7] = np.nan
    values[340:360] = np.nan
    found = judged(values)
    assert found.verdict == "moved"
    assert found.looked_at == int(np.count_nonzero(~np.isnan(values[BASE:])))
    assert not set(found.flagged) & set(np.flatnonzero(np.isnan(values)).tolist())


def test_only_what_is_looked_at_is_marked() -> None:
    values = noise(1)
    values[100] = 30.0
    found = judged(values)
    assert all(at >= BASE for at in found.flagged)
    assert all(one.last >= BASE for one in found.stretches)


def test_neighbours_that_are_alike_are_refused() -> None:
    own = noise(4)
    walk = np.cumsum(own - 10)
    with pytest.raises(UnfitReadings) as refused:
        fit_baseline(walk, 0, BASE)
    assert refused.value.reason is Reason.CORRELATED
    swing = 10 + np.tile([1.0, -1.0], 300) + own * 0.1
    with pytest.raises(UnfitReadings) as refused:
        fit_baseline(swing, 0, BASE)
    assert refused.value.reason is Reason.CORRELATED


@pytest.mark.parametrize("count", [20, 28, 64, 672])
def test_few_readings_that_are_independent_are_seldom_refused(count: int) -> None:
    every = [baseline(noise(seed, count)).correlation for seed in range(200)]
    refused = sum(abs(r) > alike_at_most(count) for r in every)
    assert refused <= 20
    assert alike_at_most(count) <= max(0.25, 2 / math.sqrt(count))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], None),
        ([1.0], Reason.TOO_FEW),
        ([5.0] * 100, Reason.NO_VARIATION),
        ([math.nan] * 100, Reason.ALL_MISSING),
        ([1.0, math.nan] * 100, Reason.TOO_FEW_NEIGHBOURS),
        ([1.0, math.inf] * 100, Reason.INFINITE),
    ],
)
def test_what_is_no_baseline_is_refused(values: list[float], reason: Reason | None) -> None:
    stop = max(1, len(values) // 2)
    if reason is None:
        with pytest.raises(Exception, match="baseline"):
            fit_baseline(values, 0, stop)
        return
    with pytest.raises(UnfitReadings) as refused:
        fit_baseline(values, 0, stop)
    assert refused.value.reason is reason


def test_nothing_after_the_baseline_is_refused() -> None:
    values = noise(1)
    values[BASE:] = np.nan
    with pytest.raises(UnfitReadings) as refused:
        judged(values)
    assert refused.value.reason is Reason.ALL_MISSING


def test_huge_numbers_keep_their_verdict() -> None:
    values = noise(6)
    values[350:] += 3
    small, large = judged(values), judged(values * 1e150)
    assert (small.verdict, small.since) == (large.verdict, large.since)
