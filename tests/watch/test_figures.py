"""Figures of whole places and of several tables: against hand-computed ones and against answers."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from core.semantic.compile import compile_query
from core.semantic.query import Dimension, Measure, SemanticQuery, TimeWindow
from core.watch.assets import assets_of, places_of
from core.watch.clock import ahead_of
from core.watch.readings import Readings
from core.watch.wanted import Wanted
from core.watch.watched import DAY_S, Watched, moment, seconds, watched_of
from tests.watch.sites import TEN, ZONES, Sites, local, sites, wandering

BEGIN = dt.datetime(2026, 6, 1)
STEP_S = 600


def figure(store: Sites, one: Wanted, first: int, count: int) -> dict[str, list[float]]:
    """Place -> a value a step, of `count` steps from `first` on."""
    watched = watched_of(sites(), store.fetch)
    assets = assets_of(watched, seconds(BEGIN), seconds(BEGIN) + 9 * DAY_S, [])
    those = places_of(assets, watched, one.per) if one.per else assets
    start = seconds(BEGIN) + first * STEP_S
    places = {one.per: those.ids} if one.per else {}
    found = Readings.of(watched, [one], start, start + count * STEP_S, assets.ids, places)
    return {name: found.values[one][:, n].tolist() for n, name in enumerate(those.ids)}


def test_a_line_is_the_ratio_of_its_sums_at_the_edges_of_its_window() -> None:
    store = Sites()
    for n, run in enumerate((10.0, 0.0, 5.0, 10.0)):
        store.read(BEGIN + n * TEN, "a1", run)
        store.read(BEGIN + n * TEN, "a2", 10.0, plan=30.0)
    found = figure(store, Wanted("share_run", "", 2, "line"), 0, 6)
    # sums of both assets over two steps, 80 planned minutes; the window ends with its step
    one, two, three = 20 / 40, 30 / 80, 25 / 80
    assert found["N/L1"] == pytest.approx(
        [one, two, three, 35 / 80, 20 / 40, math.nan], nan_ok=True
    )
    assert list(found) == ["N/L1"]


def test_no_rows_of_events_are_a_count_of_none_and_no_mean() -> None:
    store = Sites()
    for n in range(4):
        store.read(BEGIN + n * TEN, "a1", 6.0 if n < 3 else 0.0)
    store.stop(BEGIN + 1.5 * TEN, "a1", 12.0)
    store.stop(BEGIN + 1.5 * TEN, "a1", None)  # not over yet
    rate = figure(store, Wanted("stop_rate", "", 1, "line"), 0, 5)["N/L1"]
    assert rate == pytest.approx([0.0, 20.0, 0.0, math.nan, math.nan], nan_ok=True)
    mean = figure(store, Wanted("mean_stop", "", 1, "site"), 0, 3)["N"]
    assert mean == pytest.approx([math.nan, 12.0, math.nan], nan_ok=True)
    share = figure(store, Wanted("long_share", "", 2), 0, 4)["a1"]
    assert share == pytest.approx([math.nan, 0.0, 0.0, math.nan], nan_ok=True)


def test_a_row_of_a_shift_counts_once_all_of_it_is_in_the_window() -> None:
    store = Sites()
    for n in range(144):
        store.read(BEGIN + n * TEN, "a1", 10.0)
    store.made(BEGIN, "N", "L1", 90, 10)
    store.made(BEGIN + 48 * TEN, "N", "L1", 70, 30)
    scrap = figure(store, Wanted("scrap", "", 48, "line"), 0, 144)["N/L1"]
    assert {n: v for n, v in enumerate(scrap) if v == v} == {47: 0.1, 95: 0.3}
    both = figure(store, Wanted("scrap", "", 96, "line"), 0, 144)["N/L1"]
    assert {n: v for n, v in enumerate(both) if v == v} == {47: 0.1, 95: 0.2}
    hour = figure(store, Wanted("made_an_hour", "", 48, "line"), 0, 144)["N/L1"]
    assert {n: v for n, v in enumerate(hour) if v == v} == {47: 12.5, 95: 12.5}


#: Berlin's clocks go forward on 29 March and back on 25 October 2026.
@pytest.mark.parametrize("day", [dt.datetime(2026, 3, 29), dt.datetime(2026, 10, 25)])
def test_a_plants_clock_is_read_as_utc_also_in_the_night_in_which_it_changes(
    day: dt.datetime,
) -> None:
    segments = ahead_of("Europe/Berlin", day.date(), (day + dt.timedelta(days=1)).date())
    for minutes in range(-60, 400, 10):
        at = day + dt.timedelta(minutes=minutes)
        here = local(at, "N")
        ahead = next(s for until, s in segments if until is None or here < until)
        again = here - dt.timedelta(seconds=ahead)
        comes_twice = day.month == 10 and dt.time(2) <= here.time() < dt.time(3)
        assert again == at or (comes_twice and again == at - dt.timedelta(hours=1))


@pytest.mark.parametrize("per", ["", "line", "site", "kind"])
@pytest.mark.parametrize(
    "metric", ["share_run", "mean_heat", "stop_rate", "long_share", "stops_an_hour", "mean_stop"]
)
def test_a_figure_is_the_answer_to_the_question_for_its_window(metric: str, per: str) -> None:
    store = wandering(7, BEGIN, 3 * 144)
    model, steps = sites(), 48
    found = figure(store, Wanted(metric, "", steps, per), 144, 250)
    keys = {"": ("asset",), "line": ("site", "line"), "site": ("site",), "kind": ("site", "kind")}
    compared = 0
    for n in range(0, 250, 60):
        end = BEGIN + (144 + n + 1) * TEN
        for site in ZONES:
            query = SemanticQuery(
                model.name,
                model.metrics[metric].table,
                measures=(Measure(metric=metric),),
                dimensions=tuple(Dimension(column=key) for key in ("site", *keys[per])[-2:]),
                time=TimeWindow(local(end - steps * TEN, site), local(end, site)),
            )
            rows = store.fetch(compile_query(query, model))
            for row in rows.to_pylist():
                values = list(row.values())
                name = "/".join(dict.fromkeys(values[:-1])) if per else values[1]
                if values[0] == site:
                    value = values[-1] if values[-1] is not None else math.nan
                    assert found[name][n] == pytest.approx(value, rel=1e-11, nan_ok=True)
                    compared += value == value
    assert compared >= 8


@pytest.mark.parametrize("metric", ["stop_rate", "stops_an_hour", "made_an_hour", "mean_heat"])
def test_one_step_alone_gives_what_many_give(metric: str) -> None:
    store = wandering(3, BEGIN, 200)
    one = Wanted(metric, "", 96, "line")
    every = figure(store, one, 90, 60)
    for n in range(0, 60, 7):
        alone = figure(store, one, 90 + n, 1)
        for name, values in every.items():
            np.testing.assert_array_equal(alone[name], [values[n]])


def test_the_places_of_a_level_are_those_that_have_assets() -> None:
    watched: Watched = watched_of(sites(), wandering(1, BEGIN, 10).fetch)
    assets = assets_of(watched, seconds(BEGIN), seconds(BEGIN) + DAY_S, [])
    lines = places_of(assets, watched, "line")
    assert lines.ids == ("N/L1", "N/L2", "S/L1", "S/L2")
    assert lines.plants == ("N", "N", "S", "S")
    assert places_of(assets, watched, "site").ids == ("N", "S")
    assert places_of(assets, watched, "kind").ids == ("N/press", "N/pump", "S/press", "S/pump")
    assert moment(seconds(BEGIN)) == BEGIN
