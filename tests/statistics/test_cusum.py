"""CUSUM: the handbooks' examples, the edges of h, gaps, and starting again after a signal."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statistics.baseline import Usual
from core.statistics.cusum import Cusum, cusum
from core.statistics.readings import UnfitReadings
from core.statistics.runs import ABOVE, BELOW
from tests.statistics.published import (
    MONTGOMERY_READINGS,
    MONTGOMERY_UPPER,
    NIST_CUSUM_LOWER,
    NIST_CUSUM_READINGS,
    NIST_CUSUM_UPPER,
)

STANDARD = Usual(0.0, 1.0)
NAN = math.nan


def test_the_nist_handbooks_sums() -> None:
    # k and h of the example are in the readings' unit, so sigma is 1
    found = cusum(NIST_CUSUM_READINGS, Usual(325, 1), k=0.3175, h=4.1959)
    # printed with two digits, some from readings that were rounded before
    assert found.upper == pytest.approx(NIST_CUSUM_UPPER, abs=0.0101)
    assert found.lower == pytest.approx(NIST_CUSUM_LOWER, abs=0.0101)
    assert [at + 1 for at in np.flatnonzero(found.sides)] == [14, 15, 16, 17, 18, 19, 20]
    assert set(found.sides[13:]) == {ABOVE}
    assert [(s.side, s.position + 1, s.since + 1) for s in found.signals] == [("above", 14, 13)]


def test_k_and_h_are_in_sigmas() -> None:
    # of the same example: k is half a sigma of the means, 0.635
    sigma = 0.635
    found = cusum(NIST_CUSUM_READINGS, Usual(325, sigma), k=0.5, h=4.1959 / sigma)
    assert found.upper * sigma == pytest.approx(NIST_CUSUM_UPPER, abs=0.0101)
    assert np.flatnonzero(found.sides).tolist() == list(range(13, 20))


def test_montgomerys_sums_and_the_mean_that_they_estimate() -> None:
    found = cusum(MONTGOMERY_READINGS, Usual(10, 1), k=0.5, h=5)
    assert found.upper == pytest.approx(MONTGOMERY_UPPER, abs=0.00501)
    assert [at + 1 for at in np.flatnonzero(found.sides)] == [29, 30]
    (signal,) = found.signals
    assert (signal.side, signal.position + 1, signal.since + 1) == ("above", 29, 23)
    assert signal.level == pytest.approx(11.25, abs=0.005)


def test_a_sum_on_h_does_not_signal() -> None:
    assert cusum([1.5] * 5, STANDARD, k=0.5, h=5).sides.tolist() == [0] * 5
    assert cusum([1.5] * 6, STANDARD, k=0.5, h=5).sides.tolist() == [0] * 5 + [ABOVE]
    assert cusum([-1.5] * 6, STANDARD, k=0.5, h=5).sides.tolist() == [0] * 5 + [BELOW]


def test_a_reading_k_from_the_mean_leaves_a_sum_at_zero() -> None:
    assert cusum([0.5, 0.5], STANDARD).upper.tolist() == [0, 0]
    assert cusum([1.5, 0.5], STANDARD).upper.tolist() == [1, 1]


def test_a_sum_stands_still_over_a_gap() -> None:
    found = cusum([2, NAN, 2], STANDARD)
    assert found.upper.tolist() == pytest.approx([1.5, NAN, 3], nan_ok=True)
    assert found.sides.tolist() == [0, 0, 0]


def test_both_sums_begin_again_after_a_signal() -> None:
    stays = cusum([4.5] * 4, STANDARD, k=0.5, h=5)
    assert stays.upper.tolist() == [4, 8, 12, 16]
    assert len(stays.signals) == 1
    again = cusum([4.5] * 4, STANDARD, k=0.5, h=5, resets=True)
    assert again.upper.tolist() == [4, 8, 4, 8]
    assert [(s.position, s.since) for s in again.signals] == [(1, 0), (3, 2)]
    assert {s.level for s in again.signals} == {4.5}


def test_each_climb_signals_once() -> None:
    found = cusum([7, -3, 7, -20, 7], STANDARD)
    above = [(s.position, s.since) for s in found.signals if s.side == "above"]
    assert above == [(0, 0), (4, 4)]
    assert [(s.position, s.since) for s in found.signals if s.side == "below"] == [(3, 3)]


@pytest.mark.parametrize(("k", "h"), [(-0.1, 5), (0.5, 0), (NAN, 5), (0.5, NAN)])
def test_k_and_h_have_to_make_sense(k: float, h: float) -> None:
    with pytest.raises(ValueError, match="k is at least 0"):
        cusum([1.0], STANDARD, k=k, h=h)


def test_an_infinite_reading_is_refused() -> None:
    with pytest.raises(UnfitReadings):
        cusum([1.0, math.inf], STANDARD)


QUARTERS = st.lists(st.one_of(st.integers(-20, 20).map(lambda n: n / 4), st.just(NAN)), max_size=60)


def by_the_formula(values: Sequence[float], k: float) -> tuple[list[float], list[float]]:
    upper, lower, high, low = [], [], 0.0, 0.0
    for value in values:
        if math.isnan(value):
            upper.append(NAN)
            lower.append(NAN)
            continue
        high, low = max(0.0, high + value - k), max(0.0, low - value - k)
        upper.append(high)
        lower.append(low)
    return upper, lower


def told(found: Cusum) -> list[tuple[str, int, int]]:
    return [(s.side, s.position, s.since) for s in found.signals]


@given(QUARTERS, st.integers(0, 8).map(lambda n: n / 4))
def test_the_sums_are_those_of_the_formula(values: list[float], k: float) -> None:
    found = cusum(values, STANDARD, k=k, h=5)
    upper, lower = by_the_formula(values, k)
    np.testing.assert_array_equal(found.upper, upper)
    np.testing.assert_array_equal(found.lower, lower)
    above, below = (np.nan_to_num(np.array(sums)) > 5 for sums in (upper, lower))
    assert (found.sides != 0).tolist() == (above | below).tolist()
    for signal in found.signals:
        sums = upper if signal.side == "above" else lower
        climb = [s for s in sums[signal.since : signal.position + 1] if not math.isnan(s)]
        assert climb[-1] > 5
        assert min(climb) > 0
        assert max(climb[:-1], default=0.0) <= 5
        # the sum's own estimate is the mean of the readings since then
        readings = [v for v in values[signal.since : signal.position + 1] if not math.isnan(v)]
        assert signal.level == pytest.approx(float(np.mean(readings)))


@given(QUARTERS, st.integers(-20, 20), st.integers(-1000, 1000), st.booleans())
def test_shift_and_scale_change_nothing(
    values: list[float], doublings: int, offset: int, resets: bool
) -> None:
    scale = 2.0**doublings
    plain = cusum(values, STANDARD, resets=resets)
    moved = cusum((np.array(values) + offset) * scale, Usual(offset * scale, scale), resets=resets)
    np.testing.assert_array_equal(moved.upper, plain.upper)
    assert told(moved) == told(plain)


@given(QUARTERS)
def test_upside_down_the_sums_change_places(values: list[float]) -> None:
    plain, mirrored = cusum(values, STANDARD), cusum([-v for v in values], STANDARD)
    np.testing.assert_array_equal(mirrored.upper, plain.lower)
    np.testing.assert_array_equal(mirrored.lower, plain.upper)


@given(QUARTERS)
def test_leaving_the_gaps_out_changes_no_sum(values: list[float]) -> None:
    there = [v for v in values if not math.isnan(v)]
    with_gaps = cusum(values, STANDARD).upper
    np.testing.assert_array_equal(with_gaps[~np.isnan(with_gaps)], cusum(there, STANDARD).upper)
