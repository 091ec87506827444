"""The load of alerts against plain counting, and at the edge of each figure."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerting.figures import FIGURES, Figure, Metric, Verdict
from core.alerting.health import (
    DAY_S,
    HOUR_S,
    PERIOD_S,
    Activations,
    Health,
    Window,
    bad_actors,
    chattering,
    health,
    periods,
    shares,
    stale,
)
from tests.alerting.alerts_page import PAGE, between, figures_table

MONTH = Window(0, 30 * DAY_S)


def activations(
    at: list[int], source: str = "T-1", priority: str = "low", cleared: int | None = None
) -> Activations:
    """Each over at once, unless said otherwise."""
    times, n = np.array(at, np.int64), len(at)
    over = times if cleared is None else np.full(n, cleared, np.int64)
    return Activations(
        times, over, np.full(n, source), np.full(n, priority), np.full(n, "Line 1")
    )  # fmt: skip


def joined(*parts: Activations) -> Activations:
    names = ("at", "cleared", "source", "priority", "position")
    return Activations(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def only(found: tuple[Health, ...]) -> Health:
    assert len(found) == 1
    return found[0]


def value(found: Health, metric: Metric) -> float | None:
    measured = found.of(metric)
    assert measured is not None
    return measured.value


def verdict(found: Health, metric: Metric) -> str:
    measured = found.of(metric)
    assert measured is not None
    return measured.verdict


def evenly(n: int, window: Window = MONTH) -> list[int]:
    return np.linspace(window.start_s, window.end_s, n, endpoint=False).astype(int).tolist()


# -- rates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a_day", "day", "hour", "ten"),
    [
        (144, "within", "within", "within"),
        (145, "within", "over target", "over target"),
        (150, "within", "over target", "over target"),
        (151, "over target", "over target", "over target"),
        (288, "over target", "over target", "over target"),
        (289, "over target", "over maximum", "over maximum"),
        (300, "over target", "over maximum", "over maximum"),
        (301, "over maximum", "over maximum", "over maximum"),
    ],
)
def test_rates_are_judged_at_their_edges(a_day: int, day: str, hour: str, ten: str) -> None:
    found = only(health(activations(evenly(a_day * 30)), MONTH))
    assert value(found, "per_day") == pytest.approx(a_day)
    assert value(found, "per_hour") == pytest.approx(a_day / 24)
    assert value(found, "per_ten_min") == pytest.approx(a_day / 144)
    judged = [verdict(found, metric) for metric in ("per_day", "per_hour", "per_ten_min")]
    assert judged == [day, hour, ten]


def test_what_is_outside_the_window_is_in_no_rate() -> None:
    window = Window(DAY_S, 2 * DAY_S)
    found = only(health(activations([DAY_S - 1, DAY_S, 2 * DAY_S - 1, 2 * DAY_S]), window))
    assert found.n == 2
    assert value(found, "per_day") == 2
    assert sum(a.n for a in found.actors) == 2


def test_a_short_window_is_said_to_be_short() -> None:
    assert only(health(activations([0]), MONTH)).is_long_enough
    short = only(health(activations([0]), Window(0, 30 * DAY_S - 1)))
    assert not short.is_long_enough
    assert short.days < 30
    assert only(health(activations([0]), Window(0, DAY_S), least_days=1)).is_long_enough


def test_each_position_has_its_own_load_and_a_quiet_one_too() -> None:
    both = joined(activations([0, 1]), replace(activations([5]), position=np.array(["Line 2"])))
    found = health(both, MONTH, positions=("Line 3", "Line 1"))
    assert [(h.position, h.n) for h in found] == [("Line 1", 2), ("Line 2", 1), ("Line 3", 0)]
    quiet = found[2]
    assert value(quiet, "per_day") == value(quiet, "flood_share") == value(quiet, "stale") == 0
    assert value(quiet, "share_high") is None
    assert verdict(quiet, "share_high") == "not judged"
    assert quiet.actors == ()


# -- floods ----------------------------------------------------------------------------------


def test_a_period_with_more_than_ten_is_a_flood_and_empty_ones_count() -> None:
    n = 30 * 144
    ten, eleven = [0] * 10, [0] * 11
    assert value(only(health(activations(ten), MONTH)), "flood_share") == 0
    found = only(health(activations(eleven), MONTH))
    assert value(found, "flood_share") == pytest.approx(1 / n)
    assert (verdict(found, "flood_share"), found.most_in_ten_min) == ("within", 11)
    # 1 % of 4,320 periods is 43.2
    for floods, said in ((43, "within"), (44, "over target")):
        many = [p * PERIOD_S for p in range(floods) for _ in range(11)]
        assert verdict(only(health(activations(many), MONTH)), "flood_share") == said
    hundred = Window(0, 100 * PERIOD_S)
    assert verdict(only(health(activations(eleven), hundred)), "flood_share") == "over target"


def test_periods_begin_at_the_window_and_a_last_short_one_counts() -> None:
    window = Window(100, 100 + 2 * PERIOD_S + 1)
    at = np.array([99, 100, 100 + PERIOD_S - 1, 100 + PERIOD_S, 100 + 2 * PERIOD_S, 10_000])
    assert periods(at, window).tolist() == [2, 1, 1]


# -- stale -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "cleared", "days"),
    [
        (0, DAY_S, [0, 0, 0]),  # 24 hours are not more than 24 hours
        (0, DAY_S + 1, [0, 1, 0]),
        (0, 2 * DAY_S, [0, 1, 0]),
        (0, 2 * DAY_S + 1, [0, 1, 1]),
        (0, -1, [0, 1, 1]),
        (-10 * DAY_S, -1, [1, 1, 1]),
        (-10 * DAY_S, 0, [0, 0, 0]),
        (-10 * DAY_S, 1, [1, 0, 0]),
        (3600, -1, [0, 1, 1]),
        (2 * DAY_S - 1, -1, [0, 0, 0]),
    ],
)
def test_stale_is_active_for_more_than_a_day(at: int, cleared: int, days: list[int]) -> None:
    three = Window(0, 3 * DAY_S - 1)
    assert stale(np.array([at]), np.array([cleared]), three).tolist() == days


def test_stale_ones_are_judged_on_the_worst_day_and_old_ones_are_in_no_rate() -> None:
    for n, said in ((4, "within"), (5, "over target")):
        old = activations([-3 * DAY_S] * n, cleared=2 * DAY_S)
        found = only(health(old, MONTH))
        assert value(found, "stale") == n
        assert verdict(found, "stale") == said
        assert found.n == 0
        assert found.stale[:3] == (n, n, 0)


# -- chattering ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "episodes"),
    [
        ([0, 30], 0),
        ([0, 30, 60], 1),
        ([0, 30, 61], 0),
        ([0, 0, 0], 1),
        ([0, 20, 40, 60, 80], 1),
        ([0, 1, 2, 100, 101, 102], 2),
        ([60, 0, 30], 1),
    ],
)
def test_three_within_a_minute_chatter(times: list[int], episodes: int) -> None:
    found = chattering(np.array(times), np.full(len(times), "T-1"))
    assert found == ({"T-1": episodes} if episodes else {})


def test_sources_do_not_chatter_together() -> None:
    assert chattering(np.array([0, 1, 2]), np.array(["a", "b", "a"])) == {}
    found = chattering(np.array([0, 1, 2] * 2), np.array(["a"] * 3 + ["b"] * 3))
    assert found == {"a": 1, "b": 1}
    assert chattering(np.array([], np.int64), np.array([], str)) == {}


def test_any_chattering_is_over_its_target() -> None:
    assert verdict(only(health(activations([0, 30]), MONTH)), "chattering") == "within"
    found = only(health(activations([0, 30, 60]), MONTH))
    assert (value(found, "chattering"), verdict(found, "chattering")) == (1, "over target")
    assert found.chatterers == (("T-1", 1),)


# -- bad actors, priorities ------------------------------------------------------------------


def test_bad_actors_are_the_sources_with_the_most() -> None:
    source = np.array(list("bbbaaacccc"))
    found = [(a.source, a.n, a.share) for a in bad_actors(source, 2)]
    assert found == [("c", 4, 0.4), ("a", 3, 0.3)]
    assert bad_actors(np.array([], str)) == ()


def test_the_mix_of_priorities_is_judged_where_there_is_too_much_above_low() -> None:
    def mixed(high: int, medium: int, low: int) -> Health:
        parts = {"high": high, "medium": medium, "low": low}
        each = [activations(evenly(n), priority=name) for name, n in parts.items() if n]
        return only(health(joined(*each), MONTH))

    fits = mixed(5, 15, 80)
    assert [verdict(fits, f"share_{p}") for p in ("high", "medium", "low")] == [
        "within",
        "within",
        "not judged",
    ]
    off = mixed(6, 16, 78)
    assert verdict(off, "share_high") == verdict(off, "share_medium") == "over target"
    assert value(off, "share_low") == pytest.approx(0.78)


def test_a_priority_of_another_name_is_in_no_share() -> None:
    assert shares(np.array(["high", "diagnostic", "low", "low"])) == {
        "high": pytest.approx(1 / 3),
        "medium": 0,
        "low": pytest.approx(2 / 3),
    }
    assert shares(np.array(["diagnostic"])) == {}


# -- the table of figures --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measured", "said"),
    [(149, "within"), (150, "within"), (150.1, "over target"), (300, "over target"),
     (300.1, "over maximum")],
)  # fmt: skip
def test_a_figure_is_within_on_its_target_and_over_past_its_maximum(
    measured: float, said: Verdict
) -> None:
    assert FIGURES[0].verdict(measured) == said


def test_an_installation_may_have_figures_of_its_own() -> None:
    own = (Figure("per_day", "alerts per day", 10, 20, "our own rule"),)
    found = only(health(activations(evenly(15 * 30)), MONTH, figures=own))
    assert [(m.verdict, m.figure.source) for m in found.measured] == [
        ("over target", "our own rule")
    ]
    assert found.of("per_hour") is None


def test_every_figure_has_a_source() -> None:
    assert all(figure.source for figure in FIGURES)
    assert len({figure.metric for figure in FIGURES}) == len(FIGURES)


def test_the_page_has_the_figures() -> None:
    assert between(PAGE.read_text("utf-8"), "figures") == figures_table()


# -- against plain counting ------------------------------------------------------------------

rows = st.lists(
    st.tuples(
        st.integers(-2 * DAY_S, 4 * DAY_S), st.one_of(st.none(), st.integers(0, 3 * DAY_S)),
        st.sampled_from("ab"), st.sampled_from(["high", "medium", "low", "other"]),
        st.sampled_from("xy"),
    ),
    max_size=40,
)  # fmt: skip
near = st.lists(st.tuples(st.integers(0, 300), st.sampled_from("ab")), max_size=25)


@given(rows)
def test_it_counts_as_one_would_by_hand(
    drawn: list[tuple[int, int | None, str, str, str]],
) -> None:
    window = Window(0, 3 * DAY_S)
    given_ = Activations(
        np.array([r[0] for r in drawn], np.int64),
        np.array([-1 if r[1] is None or r[0] + r[1] < 0 else r[0] + r[1] for r in drawn], np.int64),
        np.array([r[2] for r in drawn], str), np.array([r[3] for r in drawn], str),
        np.array([r[4] for r in drawn], str),
    )  # fmt: skip
    for found in health(given_, window):
        mine = [i for i, r in enumerate(drawn) if r[4] == found.position]
        during = [i for i in mine if 0 <= drawn[i][0] < 3 * DAY_S]
        assert found.n == len(during)
        assert value(found, "per_hour") == pytest.approx(len(during) / 72)
        counts = [sum(p <= drawn[i][0] < p + PERIOD_S for i in during)
                  for p in range(0, 3 * DAY_S, PERIOD_S)]  # fmt: skip
        assert found.most_in_ten_min == max(counts)
        assert value(found, "flood_share") == sum(c > 10 for c in counts) / len(counts)
        for day in range(3):
            old = 0
            for i in mine:
                ends = given_.cleared[i] if given_.cleared[i] >= 0 else 10**12
                first = max(given_.at[i] + DAY_S, day * DAY_S)
                old += first < min(ends, (day + 1) * DAY_S)
            assert found.stale[day] == old
        ranked = [value(found, f"share_{p}") for p in ("high", "medium", "low")]
        if None not in ranked:
            assert sum(r for r in ranked if r is not None) == pytest.approx(1)
        assert sum(a.share for a in found.actors) == pytest.approx(1 if during else 0)


@given(near)
def test_chattering_is_found_as_one_would_by_hand(drawn: list[tuple[int, str]]) -> None:
    found = chattering(
        np.array([at for at, _ in drawn], np.int64), np.array([s for _, s in drawn], str)
    )  # fmt: skip
    for name in "ab":
        times = sorted(at for at, s in drawn if s == name)
        hits = [c for a, c in zip(times, times[2:], strict=False) if c - a <= 60]
        assert (found.get(name, 0) > 0) == bool(hits)
        episodes = sum(i == 0 or hit - hits[i - 1] > 60 for i, hit in enumerate(hits))
        assert found.get(name, 0) == episodes


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="after it starts"):
        Window(10, 10)
    with pytest.raises(ValueError, match="over after"):
        activations([100], cleared=99)
    with pytest.raises(ValueError, match="one length"):
        replace(activations([1]), source=np.array(["a", "b"]))


def test_a_year_of_a_large_plant_takes_a_moment() -> None:
    rng, n = np.random.default_rng(1), 500_000
    at = rng.integers(0, 365 * DAY_S, n)
    many = Activations(
        at, at + rng.integers(0, 8 * HOUR_S, n), rng.integers(0, 5_000, n).astype(str),
        rng.choice(["high", "medium", "low"], n), rng.choice(["A", "B", "C"], n),
    )  # fmt: skip
    before = time.perf_counter()
    health(many, Window(0, 365 * DAY_S))
    assert time.perf_counter() - before < 20
