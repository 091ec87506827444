"""Bands to alert at: quantiles, mean and standard deviation, median and MAD."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statistics.bands import Band, quantile_band, robust_band, sigma_band
from core.statistics.readings import Reason, UnfitReadings

NAN = math.nan
BANDS: list[Callable[..., Band]] = [quantile_band, sigma_band, robust_band]


def test_quantiles_are_interpolated() -> None:
    # type 7 of Hyndman and Fan: position (n - 1) * p
    assert quantile_band(range(101)) == Band(1.0, 99.0, 101)
    assert quantile_band([0, 10], lower=0.25, upper=0.75, at_least=2) == Band(2.5, 7.5, 2)
    assert quantile_band([3, 1, 2], lower=0, upper=1, at_least=3) == Band(1, 3, 3)


def test_mean_and_standard_deviation_of_a_sample() -> None:
    # 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares 32
    sigma = math.sqrt(32 / 7)
    found = sigma_band([2, 4, 4, 4, 5, 5, 7, 9], sigmas=2, at_least=8)
    assert found.lower == pytest.approx(5 - 2 * sigma)
    assert found.upper == pytest.approx(5 + 2 * sigma)


def test_median_and_its_deviation() -> None:
    # R's help of stats::mad: mad(c(1:9)) is 2.9652, and mad(c(1:8, 100)) the same
    for values in ([*range(1, 10)], [*range(1, 9), 100]):
        found = robust_band(values, sigmas=1, at_least=9)
        assert found.upper == pytest.approx(5 + 2.9652)
        assert found.lower == pytest.approx(5 - 2.9652)


@pytest.mark.parametrize("band", BANDS)
def test_missing_readings_are_left_out(band: Callable[..., Band]) -> None:
    values = [float(v * v % 17) for v in range(40)]
    with_gaps = [v for value in values for v in (value, NAN)]
    assert band(with_gaps) == band(values)


@pytest.mark.parametrize("band", BANDS)
def test_too_few_readings_are_refused(band: Callable[..., Band]) -> None:
    for values, reason in (
        ([], Reason.ALL_MISSING),
        ([NAN] * 30, Reason.ALL_MISSING),
        (range(19), Reason.TOO_FEW),
        ([*range(30), math.inf], Reason.INFINITE),
    ):
        with pytest.raises(UnfitReadings) as caught:
            band(values)
        assert caught.value.reason is reason


def test_a_band_in_sigmas_needs_some_variation() -> None:
    mostly_equal = [5.0] * 20 + [1.0, 9.0]
    for refused in (
        partial(sigma_band, [5.0] * 30),
        partial(robust_band, [5.0] * 30),
        partial(robust_band, mostly_equal),
    ):
        with pytest.raises(UnfitReadings) as caught:
            refused()
        assert caught.value.reason is Reason.NO_VARIATION
    assert quantile_band([5.0] * 30) == Band(5.0, 5.0, 30)
    assert sigma_band(mostly_equal).upper > 5


def test_arguments_have_to_make_sense() -> None:
    for lower, upper in ((0.5, 0.5), (-0.1, 0.9), (0.1, 1.1), (0.9, 0.1), (NAN, 0.9)):
        with pytest.raises(ValueError, match="0 <= lower < upper <= 1"):
            quantile_band(range(30), lower=lower, upper=upper)
    for band in (sigma_band, robust_band):
        with pytest.raises(ValueError, match="above zero"):
            band(range(30), sigmas=0)


WHOLE = st.lists(st.integers(-50, 50), min_size=20, max_size=60).filter(
    lambda values: max(values.count(v) for v in set(values)) * 2 < len(values)
)


@pytest.mark.parametrize("band", BANDS)
@given(values=WHOLE, doublings=st.integers(-20, 20), offset=st.integers(-1000, 1000))
def test_shift_and_scale_carry_over(
    band: Callable[..., Band], values: list[int], doublings: int, offset: int
) -> None:
    scale = 2.0**doublings
    plain = band(values)
    moved = band((np.array(values) + offset) * scale)
    assert moved.lower == pytest.approx((plain.lower + offset) * scale, abs=1e-8 * scale)
    assert moved.upper == pytest.approx((plain.upper + offset) * scale, abs=1e-8 * scale)
    assert plain.lower < plain.upper


@given(WHOLE)
def test_quantiles_leave_out_what_they_say(values: list[int]) -> None:
    found = quantile_band(values, lower=0.1, upper=0.9)
    # a quantile of type 7 lies at position (n - 1) * p, so that less than one more lies before it
    outside = 0.1 * (len(values) - 1) + 1
    assert sum(v < found.lower for v in values) < outside
    assert sum(v > found.upper for v in values) < outside
    assert min(values) <= found.lower <= found.upper <= max(values)
