"""What the score promises: bounds, monotone parts, shares that add up, no hold on units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.risk.score import (
    alarm_load,
    approach,
    debt,
    displayed,
    nearness,
    shares,
    worst,
)

REACH, AHEAD = 3.0, 28.0
PARTS = 5
UNIT = st.floats(0, 1)
WEIGHT = st.floats(0, 100).map(lambda w: round(w, 3))
NUMBER = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
SIDE = st.sampled_from([1.0, -1.0])


def one(*numbers: float) -> list[np.ndarray]:
    return [np.array([n]) for n in numbers]


def near(level: float, limit: float, side: float, usual: float, spread: float) -> float:
    return float(nearness(*one(level, limit, side, usual, spread), REACH)[0])


def nears(level: float, limit: float, side: float, slope: float) -> float:
    return float(approach(*one(level, limit, side, slope), AHEAD)[0])


def rows(elements: st.SearchStrategy[float]) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(np.float64, st.tuples(st.integers(1, 8), st.just(PARTS)), elements=elements)


@pytest.mark.parametrize(
    ("level", "limit", "side", "usual", "spread", "value"),
    [
        (5.0, 5.0, 1, 1.0, 0.1, 1.0),
        (9.0, 5.0, 1, 1.0, 0.1, 1.0),
        (4.0, 5.0, 1, 1.0, 0.1, 0.75),  # three quarters of the way
        (4.0, 5.0, 1, 4.0, 0.1, 0.0),  # where it always is, ten spreads away
        (4.0, 5.0, 1, 4.0, 1.0, 2 / 3),  # always there, and one spread away
        (4.0, 5.0, 1, 4.5, 0.1, 0.0),  # it went back
        (4.0, 5.0, 1, 6.0, 0.1, 0.0),  # back inside, and ten spreads from it
        (4.0, 5.0, 1, 4.0, 0.0, 0.0),
        (6.0, 5.0, 1, 6.0, 0.0, 1.0),
        (2.0, 1.0, -1, 5.0, 0.1, 0.75),
        (0.5, 1.0, -1, 5.0, 0.1, 1.0),
    ],
)
def test_nearness_is_the_way_gone_or_the_spreads_left(
    level: float, limit: float, side: float, usual: float, spread: float, value: float
) -> None:
    assert near(level, limit, side, usual, spread) == pytest.approx(value)


@pytest.mark.parametrize(
    ("level", "limit", "side", "slope", "value"),
    [
        (4.0, 5.0, 1, 1 / 28, 1.0),
        (3.0, 5.0, 1, 1 / 28, 0.5),
        (3.0, 5.0, 1, -1.0, 0.0),
        (3.0, 5.0, 1, 0.0, 0.0),
        (6.0, 5.0, 1, 0.01, 1.0),
        (6.0, 5.0, 1, -0.01, 0.0),
        (7.0, 5.0, -1, -1 / 28, 0.5),
    ],
)
def test_approach_is_the_part_of_the_way_that_is_gone_in_time(
    level: float, limit: float, side: float, slope: float, value: float
) -> None:
    assert nears(level, limit, side, slope) == pytest.approx(value)


def test_what_is_not_known_stays_unknown() -> None:
    nan = float("nan")
    assert np.isnan(near(nan, 5, 1, 1, 1))
    assert np.isnan(nears(1, 5, 1, nan))
    assert np.isnan(alarm_load(*one(3, 0))[0])


@given(NUMBER, NUMBER, SIDE, NUMBER, st.floats(0, 100), st.floats(0, 100))
def test_nearer_is_never_less(
    level: float, limit: float, side: float, usual: float, spread: float, step: float
) -> None:
    nearer = near(level + side * step, limit, side, usual, spread)
    assert 0 <= near(level, limit, side, usual, spread) <= nearer <= 1


@given(NUMBER, NUMBER, SIDE, st.floats(-10, 10), st.floats(0, 10))
def test_a_steeper_way_to_the_limit_is_never_less(
    level: float, limit: float, side: float, slope: float, step: float
) -> None:
    assert nears(level, limit, side, slope + side * step) >= nears(level, limit, side, slope)


@given(
    st.tuples(NUMBER, NUMBER, NUMBER), SIDE, st.floats(0.01, 100), st.floats(-10, 10),
    st.sampled_from([1.8, 1000.0, 0.001, 25.4]), st.sampled_from([0.0, 32.0, -273.15]),
)  # fmt: skip
def test_the_unit_of_a_measure_does_not_matter(
    levels: tuple[float, float, float],
    side: float,
    spread: float,
    slope: float,
    scale: float,
    offset: float,
) -> None:
    level, limit, usual = levels
    if min(abs(limit - level), abs(limit - usual)) < 0.01:
        return  # on the limit, give or take what a double holds
    other_level, other_limit, other_usual = (x * scale + offset for x in levels)
    assert near(other_level, other_limit, side, other_usual, spread * scale) == pytest.approx(
        near(level, limit, side, usual, spread), abs=1e-4
    )
    assert nears(other_level, other_limit, side, slope * scale) == pytest.approx(
        nears(level, limit, side, slope), abs=1e-4
    )


@given(
    st.lists(st.tuples(UNIT, st.floats(0, 10), st.integers(0, 3)), max_size=20),
    st.randoms(use_true_random=False),
)
def test_the_worst_pair_counts_by_its_weight(
    pairs: list[tuple[float, float, int]], random: object
) -> None:
    values = np.array([p[0] for p in pairs])
    weights = np.array([p[1] for p in pairs])
    owner = np.array([p[2] for p in pairs], dtype=np.int64)
    found = worst(values, weights, owner, 4)
    for asset in range(4):
        own = [p for p in pairs if p[2] == asset and p[1] > 0]
        if not own:
            assert np.isnan(found.value[asset])
            assert found.pair[asset] == -1
            continue
        largest = max(w for _v, w, _o in own)
        assert found.value[asset] == pytest.approx(max(v * w / largest for v, w, _o in own))
        assert 0 <= found.value[asset] <= 1
        assert owner[found.pair[asset]] == asset


@given(st.lists(UNIT, min_size=1, max_size=8), st.integers(0, 7), UNIT)
def test_a_worse_pair_is_never_less(values: list[float], at: int, higher: float) -> None:
    at %= len(values)
    weights, owner = np.ones(len(values)), np.zeros(len(values), dtype=np.int64)
    before = worst(np.array(values), weights, owner, 1).value[0]
    values[at] = max(values[at], higher)
    assert worst(np.array(values), weights, owner, 1).value[0] >= before


@given(rows(UNIT), rows(WEIGHT))
def test_scores_are_from_0_to_100_and_shares_add_up(
    values: np.ndarray, weights: np.ndarray
) -> None:
    n = min(len(values), len(weights))
    values, weights = values[:n], weights[:n]
    points = shares(values, weights)
    ranked = ~np.isnan(points).any(axis=1)
    assert (ranked == (weights.sum(axis=1) > 0)).all()
    points = points[ranked]
    assert (points >= 0).all()
    assert (points.sum(axis=1) <= 100 + 1e-6).all()
    shown = displayed(points)
    assert (shown.sum(axis=1) == np.floor(np.round(points.sum(axis=1), 6) + 0.5)).all()
    assert (shown >= 0).all()
    assert (shown.sum(axis=1) <= 100).all()
    assert (np.abs(shown - points) <= 1 + 1e-6).all()
    assert (shown[np.round(points, 9) == 0] == 0).all()


@given(rows(UNIT), st.integers(0, PARTS - 1), UNIT)
def test_the_score_never_falls_when_a_part_rises(
    values: np.ndarray, part: int, higher: float
) -> None:
    weights = np.tile([35.0, 20, 15, 15, 15], (len(values), 1))
    before = displayed(shares(values, weights)).sum(axis=1)
    values = values.copy()
    values[:, part] = np.maximum(values[:, part], higher)
    assert (displayed(shares(values, weights)).sum(axis=1) >= before).all()


@given(rows(UNIT), st.floats(0.01, 50))
def test_only_the_proportion_of_weights_counts(values: np.ndarray, factor: float) -> None:
    weights = np.tile([35.0, 20, 15, 15, 15], (len(values), 1))
    assert shares(values, weights * factor) == pytest.approx(shares(values, weights))


def test_a_part_that_is_not_known_leaves_its_weight_to_the_others() -> None:
    nan = float("nan")
    points = shares(np.array([[nan, 0.5, 1.0, nan, 0.0]]), np.array([[60.0, 10, 10, 10, 10]]))
    assert points[0] == pytest.approx([0, 50 / 3, 100 / 3, 0, 0])
    assert np.isnan(shares(np.array([[nan] * 5]), np.ones((1, 5)))).all()
    assert np.isnan(shares(np.array([[nan, 1, 1, 1, 1]]), np.array([[1.0, 0, 0, 0, 0]]))).all()


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60)), min_size=1, max_size=5))
def test_more_debt_is_never_less(counts: list[tuple[int, int]]) -> None:
    full = [3, 14]
    now = debt(np.array(counts, dtype=float), full)
    more = debt(np.array(counts, dtype=float) + 1, full)
    assert (more >= now).all()
    assert ((now >= 0) & (now <= 1)).all()


def test_alarms_are_held_against_their_share() -> None:
    assert alarm_load(np.array([0.0, 6.25, 12.5, 99]), np.full(4, 12.5)) == pytest.approx(
        [0, 0.5, 1, 1]
    )


def test_the_same_numbers_give_the_same_points() -> None:
    points = np.array([[33.5, 33.5, 33.0, 0, 0], [0.5, 0.5, 0.5, 0.5, 0.5]])
    assert displayed(points).tolist() == [[34, 33, 33, 0, 0], [1, 1, 1, 0, 0]]
