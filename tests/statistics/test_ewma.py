"""EWMA: the handbooks' examples, both kinds of limits, gaps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statistics.baseline import Usual
from core.statistics.ewma import ewma
from core.statistics.runs import ABOVE, BELOW
from tests.statistics.published import MONTGOMERY_READINGS, NIST_EWMA, NIST_EWMA_READINGS

STANDARD = Usual(0.0, 1.0)
NAN = math.nan


def test_the_nist_handbooks_example() -> None:
    found = ewma(NIST_EWMA_READINGS, Usual(50, 2.0539), weight=0.3, is_steady=True)
    assert found.values == pytest.approx(NIST_EWMA, abs=0.00501)
    assert found.upper_control_limits == pytest.approx(52.5884, abs=1e-4)
    assert found.lower_control_limits == pytest.approx(47.4115, abs=1e-4)
    assert not found.sides.any()


def test_montgomerys_limits_that_widen() -> None:
    # Example 9.2 has the readings of 9.1 with lambda 0.10 and L 2.7: limits 9.73 and 10.27 at the
    # first period, 9.64 and 10.36 at the second, 9.38 and 10.62 in the end
    found = ewma(MONTGOMERY_READINGS, Usual(10, 1), weight=0.1, sigmas=2.7)
    assert found.lower_control_limits[:2] == pytest.approx([9.73, 9.64], abs=0.005)
    assert found.upper_control_limits[:2] == pytest.approx([10.27, 10.36], abs=0.005)
    assert found.lower_control_limits[-1] == pytest.approx(9.38, abs=0.005)
    assert found.upper_control_limits[-1] == pytest.approx(10.62, abs=0.005)
    assert found.values[:2] == pytest.approx([9.945, 9.7495], abs=1e-9)


def test_weight_1_is_the_chart_of_the_readings_themselves() -> None:
    found = ewma([3.0, 3.5, -3.0, -3.5], STANDARD, weight=1)
    assert found.values.tolist() == [3.0, 3.5, -3.0, -3.5]
    assert set(found.upper_control_limits) == {3.0}
    assert found.sides.tolist() == [0, ABOVE, 0, BELOW]


def test_a_gap_leaves_mean_and_limits_where_they_are() -> None:
    with_gap = ewma([1.0, NAN, 2.0], STANDARD)
    without = ewma([1.0, 2.0], STANDARD)
    assert with_gap.values.tolist() == pytest.approx(
        [without.values[0], NAN, without.values[1]], nan_ok=True
    )
    limits = without.upper_control_limits
    assert with_gap.upper_control_limits.tolist() == [limits[0], limits[0], limits[1]]
    assert with_gap.sides[1] == 0


def test_before_the_first_reading_the_limits_are_the_mean() -> None:
    found = ewma([NAN, 0.0], Usual(5, 1))
    assert found.upper_control_limits[0] == found.lower_control_limits[0] == 5
    assert found.sides[0] == 0


@pytest.mark.parametrize(("weight", "sigmas"), [(0, 3), (1.01, 3), (-1, 3), (NAN, 3), (0.2, 0)])
def test_weight_and_sigmas_have_to_make_sense(weight: float, sigmas: float) -> None:
    with pytest.raises(ValueError, match="0 < weight <= 1"):
        ewma([1.0], STANDARD, weight=weight, sigmas=sigmas)


READINGS = st.lists(st.one_of(st.integers(-20, 20).map(lambda n: n / 4), st.just(NAN)), max_size=60)
WEIGHT = st.integers(1, 20).map(lambda n: n / 20)


@given(READINGS, WEIGHT)
def test_each_value_is_the_weighted_sum_of_all_before(values: list[float], weight: float) -> None:
    found = ewma(values, STANDARD, weight=weight).values
    there = [v for v in values if not math.isnan(v)]
    sums = [
        sum(weight * (1 - weight) ** (i - j) * there[j] for j in range(i + 1))
        for i in range(len(there))
    ]
    assert np.isnan(found).tolist() == [math.isnan(v) for v in values]
    assert found[~np.isnan(found)].tolist() == pytest.approx(sums, abs=1e-9)


@given(READINGS, WEIGHT)
def test_limits_widen_to_the_steady_ones(values: list[float], weight: float) -> None:
    found = ewma(values, STANDARD, weight=weight)
    steady = ewma(values, STANDARD, weight=weight, is_steady=True)
    assert (np.diff(found.upper_control_limits) >= 0).all()
    assert (found.upper_control_limits <= steady.upper_control_limits).all()
    assert found.lower_control_limits.tolist() == (-found.upper_control_limits).tolist()
    assert ((steady.sides == 0) | (found.sides == steady.sides)).all()


@given(READINGS, WEIGHT, st.integers(-20, 20))
def test_scale_and_sign_carry_over(values: list[float], weight: float, doublings: int) -> None:
    scale = -(2.0**doublings)
    plain = ewma(values, STANDARD, weight=weight)
    moved = ewma(np.array(values) * scale, Usual(0, -scale), weight=weight)
    np.testing.assert_array_equal(moved.values, plain.values * scale)
    assert moved.sides.tolist() == (-plain.sides).tolist()
