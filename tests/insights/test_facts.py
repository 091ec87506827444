"""Findings: each with numbers of the result, none by chance, none banal, none of a cut result."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.insights import find_facts, headline
from core.insights.stats import trend
from core.semantic.columns import describe
from core.semantic.query import Dimension, Filter, Grain, Op, SemanticQuery, TimeWindow
from core.types import Fact, Result, ResultColumn
from tests.charts.brewery import (
    CAUSE,
    DAY,
    HALL,
    LOSS,
    MODEL,
    ON_MAY,
    POWER,
    PUMPS,
    SHAKE,
    STOPS,
    TANK,
    YIELD,
    days,
    query,
    result,
)


def found(q: SemanticQuery, values: Any, **more: Any) -> dict[str, Fact]:
    made, columns = result(q, values, truncated=more.pop("truncated", False))
    return {f.kind: f for f in find_facts(made, columns, q, MODEL, **more)}


def noisy(
    n: int, slope: float, seed: int = 1, level: float = 10.0, noise: float = 0.3
) -> list[float]:
    own = random.Random(seed)
    return [level + slope * i + own.gauss(0, noise) for i in range(n)]


class TestTrend:
    def test_a_rise_with_its_slope_and_verdict(self) -> None:
        fact = found(query(SHAKE, by=[DAY]), [days(30), noisy(30, 0.1)])["trend"]
        slope, total, n, p = fact.numbers
        assert slope == pytest.approx(0.1, abs=0.02)
        assert total == pytest.approx(slope * 29)
        assert (n, fact.is_good) == (30, False)
        assert p < 0.001
        assert "rising trend: about" in fact.text

    def test_is_told_up_to_its_break(self) -> None:
        values = [*(2 + 0.2 * i for i in range(24)), 1.8, 1.8, 1.9, 1.8]
        fact = found(query(SHAKE, by=[DAY]), [days(28), values])["trend"]
        assert "until 24 Jun 2026" in fact.text
        assert fact.numbers[:2] == pytest.approx((0.2, 0.2 * 23))

    @pytest.mark.parametrize("seed", range(20))
    def test_noise_has_none(self, seed: int) -> None:
        assert "trend" not in found(query(SHAKE, by=[DAY]), [days(30), noisy(30, 0.0, seed)])

    def test_five_points_have_none(self) -> None:
        assert "trend" not in found(query(SHAKE, by=[DAY]), [days(5), [1.0, 2, 3, 4, 5]])

    def test_a_rise_too_small_to_matter_has_none(self) -> None:
        values = [100 + 0.01 * i for i in range(30)]
        assert "trend" not in found(query(SHAKE, by=[DAY]), [days(30), values])

    def test_of_several_lines_the_strongest_is_named(self) -> None:
        values = [*noisy(20, 0.0, 1), *noisy(20, 0.3, 2)]
        q = query(SHAKE, by=[DAY, TANK])
        fact = found(q, [days(20) * 2, ["A1"] * 20 + ["B1"] * 20, values])["trend"]
        assert fact.text.startswith("B1: mean vibration shows a rising trend")

    def test_one_outlier_does_not_make_one(self) -> None:
        values = [1.0, 1.1, 0.9, 1.0, 1.05, 0.95, 1.0, 1.1, 0.9, 50.0]
        assert "trend" not in found(query(SHAKE, by=[DAY]), [days(10), values])

    def test_the_test_agrees_with_a_published_case(self) -> None:
        # S = 45 of 45 pairs for ten rising values: z = 44 / sqrt(125), p = 0.0000831 (Kendall).
        import numpy as np

        x = np.arange(10, dtype=np.float64)
        made = trend(x, x * 2)
        assert made is not None
        assert made.p == pytest.approx(math.erfc(44 / math.sqrt(125) / math.sqrt(2)))
        assert made.slope == 2


class TestOutlier:
    def test_one_tank_that_stands_out(self) -> None:
        values = [2.0, 2.1, 1.9, 2.05, 1.95, 2.0, 2.1, 6.84]
        fact = found(query(SHAKE, by=[TANK]), [[f"T{i}" for i in range(8)], values])["outlier"]
        assert fact.text.startswith("T7 stands out among 8 tanks: 6.84\u00a0mm/s")
        assert fact.is_good is False

    def test_few_values_have_none(self) -> None:
        q = query(SHAKE, by=[TANK])
        assert "outlier" not in found(q, [["a", "b", "c"], [1.0, 1.0, 9.0]])

    def test_a_standstill_is_not_called_good(self) -> None:
        values = [2.0, 2.1, 1.9, 2.05, 1.95, 2.0, 2.1, 0.01]
        fact = found(query(SHAKE, by=[DAY]), [days(8), values])["outlier"]
        assert fact.is_good is None


class TestLimits:
    def test_who_is_above(self) -> None:
        q = query(SHAKE, by=[TANK], filters=(PUMPS,))
        fact = found(q, [["A1", "B1", "C1"], [6.0, 2.0, 5.0]])["threshold"]
        assert fact.text == "2 of 3 tanks are above 4.5\u00a0mm/s (Zone B/C): A1 and C1."
        assert (fact.numbers, fact.is_good) == ((2.0, 3.0, 4.5), False)

    def test_the_highest_limit_that_was_passed(self) -> None:
        q = query(SHAKE, by=[DAY], filters=(PUMPS,))
        fact = found(q, [days(3), [6.0, 8.0, 9.0]])["threshold"]
        assert fact.text == "Above 7.1\u00a0mm/s (Zone C/D) in 2 of 3 days, first 2 Jun 2026."

    def test_nobody(self) -> None:
        q = query(SHAKE, by=[TANK], filters=(PUMPS,))
        fact = found(q, [["A1", "B1"], [4.5, 2.0]])["rank"]
        assert fact.text == "All 2 tanks are at or below 4.5\u00a0mm/s (Zone B/C)."

    def test_none_where_rows_may_be_of_other_kinds(self) -> None:
        assert "threshold" not in found(query(SHAKE, by=[TANK]), [["A1", "B1"], [9.0, 9.0]])

    def test_what_cannot_be_is_said(self) -> None:
        fact = found(query(YIELD, by=[HALL]), [["A1", "B1"], [0.9, 1.2]])["threshold"]
        assert fact.text.startswith("Yield above 100.0\u00a0% is not plausible (B1: 120.0\u00a0%)")


class TestChange:
    def test_with_its_ratio_and_verdict(self) -> None:
        q = query(YIELD, comparison=ON_MAY)
        fact = found(q, [[0.60], [0.75], [-0.15], [-0.2]])["change"]
        assert fact.text.replace("\u00a0", " ") == (
            "Yield went down from 75.0 % to 60.0 %: −15.0 points (−20.0 %), which is worse."
        )
        assert fact.numbers == pytest.approx((0.75, 0.60, -0.15, -0.2))

    def test_from_zero_has_no_ratio(self) -> None:
        fact = found(query(LOSS, comparison=ON_MAY), [[5.0], [0.0], [5.0], [None]])["change"]
        assert "%" not in fact.text

    def test_how_many_went_up(self) -> None:
        q = query(YIELD, by=[HALL], comparison=ON_MAY)
        now, then = [0.9, 0.8, 0.7], [0.5, 0.7, 0.8]
        change = [a - b for a, b in zip(now, then, strict=True)]
        made, columns = result(q, [["A1", "B1", "C1"], now, then, change, change])
        texts = [f.text for f in find_facts(made, columns, q, MODEL)]
        assert "2 of 3 halls went up in yield, 1 went down." in texts
        assert any(t.startswith("C1: yield went down") for t in texts)


class TestTrendThatIsAskedFor:
    def test_none_is_told(self) -> None:
        q = query(SHAKE, by=[DAY])
        flat = [days(30), noisy(30, 0.0)]
        assert "trend" not in found(q, flat)
        assert found(q, flat, asks_trend=True)["trend"].text.endswith(
            "shows no clear trend over 30 days."
        )

    def test_a_few_points_tell_none(self) -> None:
        fact = found(query(SHAKE, by=[DAY]), [days(5), noisy(5, 1.0)], asks_trend=True)["trend"]
        assert fact.text.startswith("5 days are too few to tell a trend of")
        assert "it takes 6" in fact.text

    def test_one_that_there_is_stays(self) -> None:
        q, rise = query(SHAKE, by=[DAY]), [days(30), noisy(30, 0.1)]
        assert found(q, rise, asks_trend=True)["trend"] == found(q, rise)["trend"]

    def test_no_line_of_several_has_one(self) -> None:
        tanks = ["A1"] * 20 + ["B1"] * 20
        rows = [[*days(20), *days(20)], tanks, [*noisy(20, 0.0), *noisy(20, 0.0, seed=2)]]
        fact = found(query(SHAKE, by=[DAY, TANK]), rows, asks_trend=True)["trend"]
        assert "no clear trend in any group over 20 days" in fact.text


class TestGaps:
    def test_days_without_data(self) -> None:
        own = [d for d in days(30) if d.day not in (4, 5)]
        fact = found(query(SHAKE, by=[DAY]), [own, [1.0] * 28])["gap"]
        assert fact.text == "2 of 30 days have no data: 4 Jun 2026 and 5 Jun 2026."
        assert fact.numbers == (2.0, 30.0)

    def test_null_is_no_data(self) -> None:
        fact = found(query(SHAKE, by=[DAY]), [days(30), [None, *[1.0] * 29]])["gap"]
        assert fact.text == "1 of 30 days has no data: 1 Jun 2026."

    def test_no_events_are_no_gap(self) -> None:
        assert "gap" not in found(query(STOPS, by=[DAY], table="stops"), [days(3), [1, 2, 3]])

    def test_days_that_were_not_asked_for_are_no_gap(self) -> None:
        q = query(SHAKE, by=[DAY], filters=(Filter("@weekday", Op.IN, (1, 2, 3, 4, 5)),))
        own = [d for d in days(30) if d.isoweekday() < 6]
        assert "gap" not in found(q, [own, [1.0] * len(own)])

    def test_the_hour_that_the_clocks_skip_is_no_gap(self) -> None:
        window = TimeWindow(dt.datetime(2026, 3, 29), dt.datetime(2026, 3, 30))
        hours = [dt.datetime(2026, 3, 29, h) for h in range(24) if h != 2]
        q = query(SHAKE, by=[Dimension(grain=Grain.HOUR)], time=window)
        assert "gap" not in found(q, [hours, [1.0] * 23])

    def test_steps_that_are_counted_in_part_are_told_and_judged_no_more(self) -> None:
        weeks = [dt.date(2026, 3, 30) + dt.timedelta(weeks=i) for i in range(14)]
        window = TimeWindow(dt.datetime(2026, 4, 1), dt.datetime(2026, 7, 1))
        q = query(STOPS, by=[Dimension(grain=Grain.WEEK)], table="stops", time=window)
        facts = found(q, [weeks, [50, *[100 + i % 3 for i in range(12)], 20]])
        assert facts["gap"].text == (
            "Counted in part: week of 30 Mar 2026 only from 1 Apr 2026 and week of 29 Jun 2026 "
            "only to 30 Jun 2026."
        )
        assert "outlier" not in facts

    def test_the_data_end_in_a_step(self) -> None:
        window = TimeWindow(dt.datetime(2026, 6, 1), dt.datetime(2026, 7, 1))
        q = query(LOSS, by=[DAY], time=window)
        made, columns = result(q, [days(30), [5.0] * 30])
        for newest, told in ((14, "30 Jun 2026 only to 30 Jun 2026 14:30"), (23, None)):
            data_to = dt.datetime(2026, 6, 30, newest, 15 if newest == 14 else 45)
            facts = find_facts(made, columns, q, MODEL, loaded=(None, data_to))
            texts = [f.text for f in facts if f.kind == "gap"]
            assert texts == ([f"Counted in part: {told}."] if told else [])

    def test_a_mean_of_a_part_is_a_mean(self) -> None:
        weeks = [dt.date(2026, 3, 30) + dt.timedelta(weeks=i) for i in range(14)]
        window = TimeWindow(dt.datetime(2026, 4, 1), dt.datetime(2026, 7, 1))
        q = query(SHAKE, by=[Dimension(grain=Grain.WEEK)], time=window)
        assert "gap" not in found(q, [weeks, [1.0] * 14])

    def test_who_has_no_value(self) -> None:
        fact = found(query(SHAKE, by=[TANK]), [["A1", "B1"], [1.0, None]])["gap"]
        assert fact.text == "No value for 1 of 2 tanks: B1."


class TestShares:
    def test_a_few_causes_make_most_of_the_loss(self) -> None:
        values = [60.0, 25.0, 5.0, 4.0, 3.0, 3.0]
        fact = found(query(LOSS, by=[CAUSE]), [list("abcdef"), values])["share"]
        assert fact.numbers == pytest.approx((2, 6, 0.85, 100))
        assert "2 of 6 causes of loss make up 85\u00a0% of the total of 100\u00a0L" in fact.text

    def test_ratios_have_none(self) -> None:
        values = [0.6, 0.25, 0.05, 0.04, 0.03, 0.03]
        assert "share" not in found(query(YIELD, by=[CAUSE]), [list("abcdef"), values])

    @pytest.mark.parametrize("more", [{"limit": 6}, {"truncated": True}])
    def test_part_of_the_rows_has_none(self, more: dict[str, Any]) -> None:
        cut = more.pop("truncated", False)
        values = [60.0, 25.0, 5.0, 4.0, 3.0, 3.0]
        assert "share" not in found(
            query(LOSS, by=[CAUSE], **more), [list("abcdef"), values], truncated=cut
        )


def test_at_most_four_and_the_urgent_first() -> None:
    own = [d for d in days(30) if d.day not in (4, 5)]
    values = [*noisy(27, 0.2, level=3.0, noise=0.05), 30.0]
    q = query(SHAKE, by=[DAY], filters=(PUMPS,))
    made, columns = result(q, [own, values])
    facts = find_facts(made, columns, q, MODEL)
    assert 2 <= len(facts) <= 4
    assert facts[0].kind == "threshold"


def test_two_rows_are_not_described_twice() -> None:
    assert not found(query(SHAKE, by=[TANK]), [["A1", "B1"], [1.0, 2.0]])


NUMBER = st.none() | st.floats(-1e12, 1e12) | st.sampled_from([0.0, math.nan, math.inf, -math.inf])
DIMENSIONS = {
    TANK: st.none() | st.text(max_size=8),
    HALL: st.sampled_from(["x", "y", "{0}", "%s"]),
    DAY: st.none() | st.dates(dt.date(2026, 5, 1), dt.date(2026, 7, 30)),
    Dimension(grain=Grain.HOUR): st.datetimes(dt.datetime(2026, 6, 1), dt.datetime(2026, 6, 9)),
    Dimension(grain=Grain.WEEK): st.dates(dt.date(2026, 5, 1), dt.date(2026, 7, 30)),
    Dimension(grain=Grain.HOUR_OF_DAY): st.integers(0, 23),
    Dimension(column="temp", bin_width=5.0): NUMBER,
}


@st.composite
def results(draw: Any) -> tuple[SemanticQuery, Result, tuple[ResultColumn, ...]]:
    by = draw(st.lists(st.sampled_from(list(DIMENSIONS)), max_size=2, unique=True))
    measures = draw(st.lists(st.sampled_from([SHAKE, YIELD, LOSS, POWER, STOPS]), max_size=2))
    if not by and not measures:
        measures = [SHAKE]
    q = query(
        *measures,
        by=by,
        comparison=ON_MAY if measures and draw(st.booleans()) else None,
        limit=draw(st.none() | st.just(3)),
        filters=draw(st.sampled_from([(), (PUMPS,)])),
        time=draw(
            st.sampled_from([None, TimeWindow(dt.datetime(2026, 6, 1), dt.datetime(2026, 7, 1))])
        ),
    )
    columns = describe(q, MODEL)
    rows = draw(st.integers(0, 30)) if by else 1
    data = []
    for i, column in enumerate(columns):
        kind = DIMENSIONS[by[i]] if i < len(by) else NUMBER
        values = draw(st.lists(kind, min_size=rows, max_size=rows))
        if column.type == "integer" and i >= len(by):
            values = [None if v is None or not math.isfinite(v) else int(v) % 10**9 for v in values]
        types = {"date": pa.date32(), "datetime": pa.timestamp("us"), "integer": pa.int64()}
        data.append(
            pa.array(
                values,
                types.get(column.type, pa.float64() if column.type == "double" else pa.string()),
            )
        )
    table = pa.table(data, names=[c.name for c in columns])
    return q, Result(table, draw(st.booleans()), 1.0), columns


@given(results())
def test_any_result_has_a_headline_and_facts(
    made: tuple[SemanticQuery, Result, tuple[ResultColumn, ...]],
) -> None:
    q, own, columns = made
    text = headline(own, columns, q, MODEL)
    assert text.endswith(".")
    for word in ("nan", "inf", "None"):
        assert not re.search(rf"\b{word}\b", text.replace("in June", ""))
    facts = find_facts(own, columns, q, MODEL)
    assert len(facts) <= 4
    for fact in facts:
        assert all(math.isfinite(n) for n in fact.numbers)
        assert not re.search(r"\b(nan|inf|None)\b", fact.text)


@given(results())
def test_the_same_result_has_the_same_facts_again(
    made: tuple[SemanticQuery, Result, tuple[ResultColumn, ...]],
) -> None:
    q, own, columns = made
    again = find_facts(own, columns, q, MODEL)
    assert again == find_facts(own, columns, q, MODEL)


@given(results())
def test_numbers_of_ranges_and_limits_stand_in_the_result(
    made: tuple[SemanticQuery, Result, tuple[ResultColumn, ...]],
) -> None:
    q, own, columns = made
    first = next((c for c in columns if c.role == "measure"), None)
    if first is None:
        return
    values = {float(v) for v in own.table.column(first.name).to_pylist() if v is not None}
    for fact in find_facts(own, columns, q, MODEL):
        if fact.kind == "range":
            low, high, median = fact.numbers
            assert {low, high} <= values
            assert low <= median <= high
        if fact.kind == "outlier":
            assert set(fact.numbers[:-2]) <= values
