"""What is usual: the I-MR chart's mean, sigma and control limits, and when there are none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserFixable
from core.statistics.baseline import LEAST, Usual, baseline, moving_ranges
from core.statistics.readings import Reason, UnfitReadings
from tests.statistics.published import NIST_FLOW, SAS_TIRES

#: Whole numbers, so that sums and differences are exact and ties happen.
WHOLE = st.lists(st.integers(-50, 50), min_size=LEAST, max_size=60).filter(
    lambda values: len(set(values)) > 1
)


def test_the_handbooks_flow_rate() -> None:
    found = baseline(NIST_FLOW, at_least=10)
    assert found.usual.mean == pytest.approx(50.81, abs=5e-5)
    assert found.mean_moving_range == pytest.approx(1.8778, abs=5e-5)
    assert found.usual.upper_control_limit == pytest.approx(55.8041, abs=5e-5)
    assert found.usual.lower_control_limit == pytest.approx(45.8159, abs=5e-5)


def test_the_diameters_of_tires() -> None:
    # SAS does not round d2 to 1.128, so that its sigma is 0.04 % less
    found = baseline(SAS_TIRES)
    assert found.usual.mean == pytest.approx(24.0083, abs=5e-5)
    assert found.mean_moving_range == pytest.approx(0.056897, abs=5e-7)
    assert found.usual.sigma == pytest.approx(0.050423, rel=5e-4)
    assert found.usual.upper_control_limit == pytest.approx(24.1596, abs=1.1e-4)
    assert found.usual.lower_control_limit == pytest.approx(23.8571, abs=1.1e-4)
    assert found.moving_range_upper_control_limit == pytest.approx(0.18585, rel=5e-4)


def test_only_the_declared_window_counts() -> None:
    values = [1000.0] * 5 + list(SAS_TIRES) + [0.0] * 5
    found = baseline(values, first=5, stop=35)
    assert found.usual.mean == pytest.approx(baseline(SAS_TIRES).usual.mean)
    assert found.usual.sigma == pytest.approx(baseline(SAS_TIRES).usual.sigma)
    assert (found.first, found.stop, found.count) == (5, 35, 30)


@pytest.mark.parametrize(("first", "stop"), [(-1, 5), (5, 5), (6, 5), (0, 31)])
def test_a_window_outside_the_readings_is_refused(first: int, stop: int) -> None:
    with pytest.raises(UserFixable, match="does not lie within the readings"):
        baseline(SAS_TIRES, first=first, stop=stop)


def test_a_gap_costs_its_moving_ranges_and_no_more() -> None:
    found = baseline([1, 2, math.nan, 9, 8, 7], at_least=5)
    assert moving_ranges(np.array([1, 2, np.nan, 9, 8, 7.0])).tolist() == pytest.approx(
        [math.nan, 1, math.nan, math.nan, 1, 1], nan_ok=True
    )
    assert found.mean_moving_range == 1
    assert found.usual.mean == pytest.approx(27 / 5)
    assert found.count == 5


@pytest.mark.parametrize(
    ("values", "reason", "words"),
    [
        ([], None, "does not lie within"),
        ([math.nan] * 30, Reason.ALL_MISSING, "no reading"),
        (NIST_FLOW, Reason.TOO_FEW, "10, and at least 20"),
        ([*NIST_FLOW, *[math.nan] * 30], Reason.TOO_FEW, "10, and at least 20"),
        ([1.0, math.nan, 2.0, math.nan] * 15, Reason.TOO_FEW_NEIGHBOURS, "without a gap"),
        ([7.5] * 30, Reason.NO_VARIATION, "do not vary"),
        ([*[7.5] * 30, math.inf], Reason.INFINITE, "infinite"),
    ],
)
def test_a_baseline_that_says_nothing_is_refused(
    values: list[float], reason: Reason | None, words: str
) -> None:
    with pytest.raises(UserFixable, match=words) as caught:
        baseline(values)
    assert reason is None or (
        isinstance(caught.value, UnfitReadings) and caught.value.reason is reason
    )


def test_none_is_a_missing_reading() -> None:
    with_none = np.array([*NIST_FLOW, None], dtype=object)
    assert baseline(with_none, at_least=10).count == 10


def test_a_table_is_no_row_of_readings() -> None:
    with pytest.raises(ValueError, match="2 dimensions"):
        baseline(np.zeros((3, 20)))


@pytest.mark.parametrize(
    ("mean", "sigma"), [(0, 0), (0, -1), (0, math.nan), (0, math.inf), (math.nan, 1), (math.inf, 1)]
)
def test_nothing_is_usual_without_a_sigma(mean: float, sigma: float) -> None:
    with pytest.raises(ValueError, match="sigma above zero"):
        Usual(mean, sigma)


def test_readings_that_follow_one_another_are_told() -> None:
    level = np.repeat(np.arange(20.0) % 2, 10)
    assert baseline(level).correlation > 0.8
    assert baseline(np.arange(200) % 2).correlation == pytest.approx(-1, abs=0.01)


@given(WHOLE, st.integers(-20, 20), st.integers(-1000, 1000))
def test_shift_and_scale_carry_over(values: list[int], doublings: int, offset: int) -> None:
    readings = np.array(values, dtype=float)
    plain = baseline(readings)
    scale = 2.0**doublings
    moved = baseline(readings * scale + offset * scale)
    assert moved.usual.sigma == plain.usual.sigma * scale
    assert moved.usual.mean == pytest.approx((plain.usual.mean + offset) * scale, abs=1e-9 * scale)
    assert baseline(-readings).usual.sigma == plain.usual.sigma
    assert -1.0001 <= plain.correlation <= 1.0001


@given(WHOLE, st.data())
def test_missing_readings_at_the_ends_change_nothing(
    values: list[int], data: st.DataObject
) -> None:
    before, after = (data.draw(st.integers(0, 5)) for _ in range(2))
    padded = [math.nan] * before + [float(v) for v in values] + [math.nan] * after
    assert baseline(padded).usual == baseline(values).usual
