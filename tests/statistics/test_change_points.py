"""Changes of level: the Nile, the best of all divisions, gaps, and what is refused."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.statistics.change_points import MOST, levels
from core.statistics.readings import Reason, UnfitReadings
from tests.statistics.published import NILE

NAN = math.nan


def test_the_nile_changed_after_1898_and_never_again() -> None:
    found = levels(NILE)
    (change,) = found.changes
    assert 1871 + change.position == 1899
    assert change.before == pytest.approx(np.mean(NILE[:28]))
    assert change.after == pytest.approx(np.mean(NILE[28:]))
    assert change.sigmas == pytest.approx((change.after - change.before) / found.sigma)
    assert -2.5 < change.sigmas < -1.5
    assert [(level.first, level.last, level.count) for level in found.levels] == [
        (0, 27, 28),
        (28, 99, 72),
    ]


def test_no_change_is_one_level() -> None:
    found = levels(np.random.default_rng(7).normal(size=300))
    assert found.changes == ()
    assert len(found.levels) == 1


def test_a_bump_is_two_changes() -> None:
    noise = np.random.default_rng(3).normal(size=300)
    noise[140:160] += 4
    first, second = levels(noise).changes
    assert abs(first.position - 140) <= 1
    assert abs(second.position - 160) <= 1
    assert first.sigmas == pytest.approx(4, abs=0.8)
    assert second.sigmas == pytest.approx(-4, abs=0.8)


def test_gaps_belong_to_no_level() -> None:
    values = [NAN, *[0, 1] * 5, NAN, NAN, *[10, 11] * 5, NAN]
    found = levels(values, sigma=1)
    assert [(level.first, level.last, level.count) for level in found.levels] == [
        (1, 10, 10),
        (13, 22, 10),
    ]
    (change,) = found.changes
    assert (change.position, change.before, change.after) == (13, 0.5, 10.5)
    assert change.sigmas == pytest.approx(10)


def test_a_large_offset_costs_no_digits() -> None:
    noise = np.random.default_rng(5).normal(size=200)
    noise[100:] += 3
    plain, lifted = levels(noise), levels(noise + 1e9)
    assert [c.position for c in lifted.changes] == [c.position for c in plain.changes]
    assert [c.sigmas for c in lifted.changes] == pytest.approx(
        [c.sigmas for c in plain.changes], rel=1e-4
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], Reason.ALL_MISSING),
        ([NAN] * 20, Reason.ALL_MISSING),
        ([1.0, 2.0] * 4 + [1.0], Reason.TOO_FEW),
        ([2.0] * 20, Reason.NO_VARIATION),
        ([1.0, NAN, 2.0, NAN] * 10, Reason.NO_VARIATION),
        (np.zeros(MOST + 1), Reason.TOO_MANY),
        ([1.0] * 20 + [-math.inf], Reason.INFINITE),
    ],
)
def test_what_cannot_be_divided_is_refused(values: list[float], reason: Reason) -> None:
    with pytest.raises(UnfitReadings) as caught:
        levels(values)
    assert caught.value.reason is reason


def test_steps_without_noise_are_found_with_a_sigma_that_is_given() -> None:
    found = levels([1.0] * 10 + [2.0] * 10, sigma=0.1)
    assert [(c.position, c.before, c.after) for c in found.changes] == [(10, 1.0, 2.0)]


@pytest.mark.parametrize("wrong", [{"sigma": 0}, {"penalty": -1}, {"shortest": 0}, {"sigma": NAN}])
def test_arguments_are_above_zero(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        levels(NILE, **wrong)


def cost(values: list[int], starts: tuple[int, ...], penalty: float) -> float:
    ends = [*starts[1:], len(values)]
    squares = sum(
        float(np.sum((np.array(values[a:b]) - np.mean(values[a:b])) ** 2))
        for a, b in zip(starts, ends, strict=True)
    )
    return squares + penalty * (len(starts) - 1)


def least_cost(values: list[int], penalty: float, shortest: int) -> float:
    """Of every division there is."""
    count = len(values)
    return min(
        cost(values, (0, *inner), penalty)
        for changes in range(count // shortest)
        for inner in combinations(range(shortest, count - shortest + 1), changes)
        if all(b - a >= shortest for a, b in zip((0, *inner), (*inner, count), strict=True))
    )


@settings(deadline=None)
@given(
    st.lists(st.integers(-4, 4), min_size=6, max_size=12),
    st.sampled_from([0.5, 2.0, 5.0, 20.0]),
    st.integers(1, 3),
)
def test_no_other_division_costs_less(values: list[int], penalty: float, shortest: int) -> None:
    found = levels(values, sigma=1, penalty=penalty, shortest=shortest)
    starts = tuple(level.first for level in found.levels)
    assert all(level.count >= shortest for level in found.levels)
    assert cost(values, starts, penalty) == pytest.approx(least_cost(values, penalty, shortest))


@given(st.lists(st.integers(-20, 20), min_size=10, max_size=80), st.integers(-20, 20))
def test_levels_cover_all_readings_and_scale(values: list[int], doublings: int) -> None:
    plain = levels(values, sigma=2)
    assert plain.levels[0].first == 0
    assert plain.levels[-1].last == len(values) - 1
    for before, after in zip(plain.levels, plain.levels[1:], strict=False):
        assert after.first == before.last + 1
    for level in plain.levels:
        assert level.mean == pytest.approx(np.mean(values[level.first : level.last + 1]))
    scale = 2.0**doublings
    moved = levels(np.array(values) * scale, sigma=2 * scale)
    assert [c.position for c in moved.changes] == [c.position for c in plain.changes]
    assert [c.sigmas for c in moved.changes] == [c.sigmas for c in plain.changes]
