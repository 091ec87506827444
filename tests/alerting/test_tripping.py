"""Limits trip and clear exactly at their edges, whatever comes, in one step or many."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerting.tripping import Advance, Limits, Trips, advance, replay

NONE = math.nan
M = 600


# -- the reference: one pair, one reading at a time, in plain words -----------------------------


@dataclass
class Pair:
    low: float
    high: float
    deadband: float
    on_s: int
    off_s: int
    is_active: bool = False
    run: tuple[int, int] | None = None

    def is_over(self, value: float) -> bool:
        above = not math.isnan(self.high) and value > self.high
        below = not math.isnan(self.low) and value < self.low
        return above or below

    def is_clear(self, value: float) -> bool:
        band = Decimal("0") if math.isnan(self.deadband) else Decimal(str(self.deadband))
        if not math.isnan(self.high) and value >= float(Decimal(str(self.high)) - band):
            return False
        return math.isnan(self.low) or value > float(Decimal(str(self.low)) + band)

    def read(self, start: int, end: int, value: float) -> tuple[str, int] | None:
        if self.run is not None and self.run[1] != start:
            self.run = None
        if math.isnan(value):
            self.run = None
            return None
        if not (self.is_clear(value) if self.is_active else self.is_over(value)):
            self.run = None
            return None
        first = start if self.run is None else self.run[0]
        self.run = (first, end)
        wait = self.off_s if self.is_active else self.on_s
        if end - first < wait:
            return None
        self.run = None
        self.is_active = not self.is_active
        return ("raised" if self.is_active else "returned", first + wait)


# Values lie on a grid with the limits, so that edges are met all the time.
grid = st.integers(-6, 6).map(lambda n: n / 10)
limit = st.one_of(grid, st.just(NONE))
pairs = st.builds(
    Pair, limit, limit, st.one_of(st.integers(0, 4).map(lambda n: n / 10), st.just(NONE)),
    st.sampled_from([0, 1, 300, 600, 601, 1200, 3000]),
    st.sampled_from([0, 1, 300, 600, 601, 1200, 3000]),
)  # fmt: skip
spaces = st.sampled_from([0, 0, 0, 0, 0, 300, 600])
lengths = st.sampled_from([600, 600, 600, 600, 300, 1200])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Pair], list[tuple[int, int, list[float]]]]:
    many = draw(st.lists(pairs, min_size=1, max_size=4))
    steps, at = [], draw(st.integers(0, 10_000))
    for _ in range(draw(st.integers(1, 25))):
        at += draw(spaces)
        end = at + draw(lengths)
        reading = st.one_of(grid, grid, grid, st.just(NONE))
        steps.append((at, end, draw(st.lists(reading, min_size=len(many), max_size=len(many)))))
        at = end
    return many, steps


def limits_of(many: list[Pair]) -> Limits:
    return Limits(
        np.array([p.low for p in many]),
        np.array([p.high for p in many]),
        np.array([p.deadband for p in many]),
        np.array([p.on_s for p in many], np.int64),
        np.array([p.off_s for p in many], np.int64),
    )


def told(step: Advance) -> set[tuple[int, str, int]]:
    up = zip(step.raised.tolist(), step.raised_at.tolist(), strict=True)
    down = zip(step.returned.tolist(), step.returned_at.tolist(), strict=True)
    return {(i, "raised", at) for i, at in up} | {(i, "returned", at) for i, at in down}


@given(histories())
def test_it_does_what_the_plain_reference_does(
    history: tuple[list[Pair], list[tuple[int, int, list[float]]]],
) -> None:
    many, steps = history
    limits, trips = limits_of(many), Trips.none(len(many))
    for start, end, values in steps:
        expected = {
            (i, *said)
            for i, (pair, value) in enumerate(zip(many, values, strict=True))
            if (said := pair.read(start, end, value)) is not None
        }
        step = advance(limits, trips, start, end, np.array(values))
        assert told(step) == expected
        trips = step.trips
        assert trips.active.tolist() == [p.is_active for p in many]
        assert trips.since.tolist() == [-1 if p.run is None else p.run[0] for p in many]
        assert trips.until.tolist() == [-1 if p.run is None else p.run[1] for p in many]
        for at in (*step.raised_at.tolist(), *step.returned_at.tolist()):
            assert start <= at <= end


@given(histories(), st.integers(0, 25))
def test_stepwise_is_the_whole_history(
    history: tuple[list[Pair], list[tuple[int, int, list[float]]]], cut: int
) -> None:
    many, steps = history
    limits, none = limits_of(many), Trips.none(len(many))
    read = [(start, end, np.array(values)) for start, end, values in steps]
    whole = replay(limits, none, read)
    first = replay(limits, none, read[:cut])
    second = replay(limits, first.trips, read[cut:])
    stand = {int(p): i for i, p in enumerate(first.pair) if first.returned_at[i] < 0}
    spans = list(zip(first.pair, first.raised_at, first.returned_at, strict=True))
    for pair, up, down in zip(second.pair, second.raised_at, second.returned_at, strict=True):
        if up < 0:
            spans[stand[int(pair)]] = (pair, first.raised_at[stand[int(pair)]], down)
        else:
            spans.append((pair, up, down))
    assert spans == list(zip(whole.pair, whole.raised_at, whole.returned_at, strict=True))
    # … and one step at a time, with nothing carried but the trips
    trips, seen = none, []
    for one in read:
        step = advance(limits, trips, *one)
        trips = Trips(step.trips.active.copy(), step.trips.since.copy(), step.trips.until.copy())
        seen += sorted(zip(step.raised.tolist(), step.raised_at.tolist(), strict=True))
    assert seen == list(zip(whole.pair.tolist(), whole.raised_at.tolist(), strict=True))
    assert trips.active.tolist() == whole.trips.active.tolist()


# -- the edges, each by itself ---------------------------------------------------------------


def run(pair: Pair, *values: float, starts: list[int] | None = None) -> list[tuple[str, int]]:
    """What comes of these readings, 10 minutes each from 0 on."""
    limits, trips, said = limits_of([pair]), Trips.none(1), []
    for start, value in zip(starts or [i * M for i in range(len(values))], values, strict=True):
        step = advance(limits, trips, start, start + M, np.array([value]))
        trips = step.trips
        said += [(what, at) for _, what, at in told(step)]
    return said


def test_a_value_on_the_limit_does_not_trip_and_the_next_float_does() -> None:
    assert run(Pair(NONE, 4.5, NONE, 0, 0), 4.5) == []
    assert run(Pair(NONE, 4.5, NONE, 0, 0), math.nextafter(4.5, 9)) == [("raised", 0)]
    assert run(Pair(4.5, NONE, NONE, 0, 0), 4.5) == []
    assert run(Pair(4.5, NONE, NONE, 0, 0), math.nextafter(4.5, 0)) == [("raised", 0)]


@pytest.mark.parametrize(
    ("high", "deadband", "edge"),
    [(7.1, 0.3, 6.8), (4.5, 0.1, 4.4), (0.3, 0.1, 0.2), (1.1, 0.8, 0.3)],
)
def test_a_value_on_the_limit_less_the_deadband_still_holds(
    high: float, deadband: float, edge: float
) -> None:
    pair = Pair(NONE, high, deadband, 0, 0)
    assert run(replace(pair), high + 1, edge) == [("raised", 0)]
    below = math.nextafter(edge, -1)
    assert run(replace(pair), high + 1, below) == [("raised", 0), ("returned", M)]
    mirrored = Pair(-high, NONE, deadband, 0, 0)
    assert run(replace(mirrored), -high - 1, -edge) == [("raised", 0)]
    assert run(replace(mirrored), -high - 1, -below) == [("raised", 0), ("returned", M)]


def test_without_a_deadband_the_limit_itself_holds() -> None:
    assert run(Pair(NONE, 4.5, NONE, 0, 0), 5, 4.5, 4.4) == [("raised", 0), ("returned", 2 * M)]


def test_a_band_returns_only_when_it_is_clear_of_both() -> None:
    band = Pair(1, 2, 0.25, 0, 0)
    assert run(band, 2.5, 1.9, 0.5, 1.25, 1.5) == [("raised", 0), ("returned", 4 * M)]


def test_a_delay_that_is_met_exactly_is_met() -> None:
    assert run(Pair(NONE, 4, NONE, 1200, 0), 5, 5) == [("raised", 1200)]
    assert run(Pair(NONE, 4, NONE, 1201, 0), 5, 5) == []
    assert run(Pair(NONE, 4, NONE, 1201, 0), 5, 5, 5) == [("raised", 1201)]
    assert run(Pair(NONE, 4, NONE, 0, 1200), 5, 3, 3) == [("raised", 0), ("returned", 1800)]
    assert run(Pair(NONE, 4, NONE, 0, 1201), 5, 3, 3) == [("raised", 0)]


def test_within_the_deadband_the_on_delay_begins_again() -> None:
    assert run(Pair(NONE, 4, 1, 1200, 0), 5, 3.5, 5) == []
    assert run(Pair(NONE, 4, 1, 0, 1200), 5, 2, 3.5, 2) == [("raised", 0)]


def test_a_gap_restarts_a_delay_and_leaves_what_is_active() -> None:
    pair = Pair(NONE, 4, NONE, 1200, 1200)
    assert run(replace(pair), 5, 5, starts=[0, 1200]) == []
    assert run(replace(pair), 5, 5, 5, starts=[0, 1200, 1800]) == [("raised", 2400)]
    said = run(replace(pair), 5, 5, 3, 3, 3, starts=[0, 600, 1200, 2400, 3000])
    assert said == [("raised", 1200), ("returned", 3600)]


def test_readings_that_come_again_restart_a_delay() -> None:
    assert run(Pair(NONE, 4, NONE, 1200, 0), 5, 5, starts=[600, 600]) == []


def test_a_bad_reading_neither_trips_nor_clears_and_restarts_a_delay() -> None:
    assert run(Pair(NONE, 4, NONE, 0, 0), NONE) == []
    assert run(Pair(NONE, 4, NONE, 0, 0), 5, NONE, NONE) == [("raised", 0)]
    assert run(Pair(NONE, 4, NONE, 1200, 0), 5, NONE, 5) == []
    assert run(Pair(NONE, 4, NONE, 0, 1200), 5, 3, NONE, 3) == [("raised", 0)]


def test_infinite_readings_are_readings() -> None:
    assert run(Pair(NONE, 4, NONE, 0, 0), math.inf, -math.inf) == [("raised", 0), ("returned", M)]


def test_a_pair_without_limits_never_trips_and_lets_go() -> None:
    assert run(Pair(NONE, NONE, NONE, 0, 0), 1e300, -1e300) == []
    standing = Trips(np.array([True]), np.array([-1]), np.array([-1]))
    step = advance(limits_of([Pair(NONE, NONE, NONE, 0, 0)]), standing, 0, M, np.array([1.0]))
    assert told(step) == {(0, "returned", 0)}


def test_a_delay_that_was_shortened_while_it_ran_never_dates_back() -> None:
    long, short = Pair(NONE, 4, NONE, 36_000, 0), Pair(NONE, 4, NONE, 600, 0)
    trips = Trips.none(1)
    for at in range(0, 6 * M, M):
        trips = advance(limits_of([long]), trips, at, at + M, np.array([5.0])).trips
    step = advance(limits_of([short]), trips, 6 * M, 7 * M, np.array([5.0]))
    assert told(step) == {(0, "raised", 6 * M)}


def test_each_pair_may_have_an_interval_of_its_own() -> None:
    limits = limits_of([Pair(NONE, 4, NONE, 600, 0), Pair(NONE, 4, NONE, 600, 0)])
    step = advance(
        limits, Trips.none(2), np.array([0, 900]), np.array([600, 1200]), np.full(2, 5.0)
    )
    assert told(step) == {(0, "raised", 600)}
    assert step.trips.since.tolist() == [-1, 900]


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadband": np.array([-1.0])},
        {"deadband": np.array([math.inf])},
        {"on_delay_s": np.array([-1])},
        {"off_delay_s": np.array([-1])},
        {"low": np.array([1.0, 2.0])},
    ],
)
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, np.ndarray]) -> None:
    right = {
        "low": np.array([1.0]), "high": np.array([2.0]), "deadband": np.array([0.0]),
        "on_delay_s": np.array([0]), "off_delay_s": np.array([0]),
    }  # fmt: skip
    Limits(**right)
    with pytest.raises(ValueError, match=r"a deadband|a delay|one length"):
        Limits(**{**right, **wrong})


def test_intervals_and_shapes_that_make_no_sense_are_refused() -> None:
    limits = limits_of([Pair(NONE, 4, NONE, 0, 0)])
    for start, end in ((600, 600), (600, 0), (-1, 600)):
        with pytest.raises(ValueError, match="interval"):
            advance(limits, Trips.none(1), start, end, np.array([1.0]))
    with pytest.raises(ValueError, match="length"):
        advance(limits, Trips.none(1), 0, 600, np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="length"):
        advance(limits, Trips.none(2), 0, 600, np.array([1.0]))


def test_a_step_of_10_000_pairs_takes_milliseconds() -> None:
    rng, n = np.random.default_rng(1), 10_000
    limits = Limits(
        np.where(rng.random(n) < 0.3, 1.0, NONE), np.full(n, 4.5), np.full(n, 0.2),
        rng.choice([0, 600, 1800], n), rng.choice([0, 600], n),
    )  # fmt: skip
    trips, taken = Trips.none(n), []
    for at in range(20):
        values = rng.normal(3.5, 1, n)
        before = time.perf_counter()
        trips = advance(limits, trips, at * M, (at + 1) * M, values).trips
        taken.append(time.perf_counter() - before)
    assert trips.active.any()
    # Ten times what it takes, for a machine that does other things too.
    assert min(taken) < 0.02, f"{1000 * min(taken):.2f} ms"
