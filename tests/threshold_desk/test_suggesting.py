"""Limits that are suggested: from where, rounded away from the readings, in the typed unit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.threshold_desk.suggesting import Suggestion, Suggestions, rounded, suggestions
from core.thresholds.record import Scope, Source, Threshold
from core.watch.trial import Course

ONE = Threshold("t", 1, "plant", Scope((("plant_id", "HAM"),)), "temperature_c", "high")
DAYS = ("2026-06-01", "2026-06-30")


def course(values: np.ndarray) -> Course:
    starts = np.arange(len(values), dtype=np.int64) * 600
    return Course("t", "A-1", "HAM", starts, values.astype(np.float64), ())


def normal(n: int = 5_000) -> np.ndarray:
    return np.random.default_rng(7).normal(50.0, 2.0, n)


def by_method(found: Suggestions) -> dict[str, Suggestion]:
    return {one.method: one for one in found.found}


def test_each_method_says_its_limit_and_what_lies_beyond() -> None:
    values = normal()
    found = by_method(suggestions(ONE, [course(values)], "Cel", [], DAYS))
    assert found["Mean and 3 sigmas"].high == pytest.approx(56.0, abs=0.2)
    assert found["99 % of readings"].high == pytest.approx(np.quantile(values, 0.99), abs=0.11)
    assert found["99 % of readings"].beyond == pytest.approx(0.01, abs=0.001)
    assert found["Median and 4 robust sigmas"].high == pytest.approx(58.0, abs=0.4)
    assert all(one.low is None for one in found.values())
    assert "5,000 Good readings of 1 assets from 2026-06-01" in found["99 % of readings"].reason


def test_missing_readings_are_left_out() -> None:
    values = normal(1_000)
    values[::2] = np.nan
    found = suggestions(ONE, [course(values)], "Cel", [], DAYS)
    assert found.readings == 500


def test_limits_are_in_the_unit_that_is_typed() -> None:
    typed = dataclasses.replace(ONE, unit="[degF]")
    found = by_method(suggestions(typed, [course(normal())], "Cel", [], DAYS))
    assert found["Mean and 3 sigmas"].high == pytest.approx(133.0, abs=0.6)
    assert found["Mean and 3 sigmas"].unit == "[degF]"


def test_a_band_has_both_sides() -> None:
    band = dataclasses.replace(ONE, kind="band")
    found = by_method(suggestions(band, [course(normal())], "Cel", [], DAYS))
    low, high = found["Mean and 3 sigmas"].low, found["Mean and 3 sigmas"].high
    assert low is not None
    assert high is not None
    assert low < 44.5 < 55.5 < high


def test_too_few_readings_are_no_reason_for_a_limit() -> None:
    found = suggestions(ONE, [course(normal(20))], "Cel", [], DAYS)
    assert found.found == ()
    assert found.why_not


def test_nothing_is_made_up_for_kinds_without_a_distribution() -> None:
    found = suggestions(dataclasses.replace(ONE, kind="missing"), [], "Cel", [], DAYS)
    assert found.found == ()
    assert found.why_not == "Nothing is suggested for this kind."


def test_a_starter_comes_with_its_own_source() -> None:
    source = Source("ISO 20816-3:2022", "", "group 2", "flexible", "")
    starter = dataclasses.replace(ONE, id="s", high=52.0, unit="Cel", source=source, deadband=1.0)
    found = suggestions(ONE, [course(normal())], "Cel", [starter], DAYS).found[0]
    assert (found.high, found.source, found.deadband) == (52.0, source, 1.0)
    assert "ISO 20816-3:2022" in found.reason
    assert found.beyond == pytest.approx((normal() > 52.0).mean())


@pytest.mark.parametrize(
    ("value", "up", "wanted"),
    [(4.512, True, 4.52), (4.512, False, 4.51), (-0.00123, True, -0.00123),
     (12_345.0, True, 12_400.0), (0.0, True, 0.0), (5.0, True, 5.0)],
)  # fmt: skip
def test_three_digits_away_from_the_readings(value: float, up: bool, wanted: float) -> None:
    assert rounded(value, up=up) == wanted
