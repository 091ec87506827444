"""What is said of limits: those that held for each row at its own time, as the chart draws them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.charts import choose_chart
from core.insights import find_facts
from core.semantic.held import Held, HeldLimit
from core.semantic.limits import Known
from core.semantic.query import Agg, Dimension, Grain, Measure, SemanticQuery
from core.types import Fact
from tests.charts.brewery import DAY, MODEL, PUMPS, SHAKE, TANK, YIELD, days, query, result

TENTH = dt.datetime(2026, 6, 10, 6)
OLD = HeldLimit(5.0, kind="high", version=1, end=TENTH)
NEW = HeldLimit(4.0, kind="high", version=2, start=TENTH)
CHANGED = Known(held=(Held("shake", (NEW, OLD)),))
BY_DAY = query(SHAKE, by=[DAY])


def of_limits(q: SemanticQuery, values: Any, known: Known) -> list[Fact]:
    found, columns = result(q, values)
    facts = find_facts(found, columns, q, MODEL, known=known)
    return [
        f for f in facts if f.kind == "threshold" or "or below" in f.text or "or above" in f.text
    ]


def text(q: SemanticQuery, values: Any, known: Known) -> str:
    return " ".join(f.text for f in of_limits(q, values, known)).replace("\u00a0", " ")


def test_each_row_by_the_limit_of_its_own_time() -> None:
    values = [4.5] * 9 + [3.0] * 21  # below the old one, above the new one
    assert text(BY_DAY, [days(30), values], CHANGED) == ""  # the tenth has no one limit
    values = [3.0] * 10 + [4.5] * 2 + [3.0] * 18
    (fact,) = of_limits(BY_DAY, [days(30), values], CHANGED)
    assert fact.text.replace("\u00a0", " ") == (
        "Above 4 mm/s (High, version 2) in 2 of 29 days, first 11 Jun 2026."
    )
    assert (fact.numbers, fact.is_good) == ((4.0, 2.0, 29.0), False)


def test_a_step_in_which_it_changed_is_not_judged() -> None:
    values = [3.0] * 9 + [99.0] + [3.0] * 20
    assert "or below" not in text(BY_DAY, [days(30), values], CHANGED)
    assert "Above" not in text(BY_DAY, [days(30), values], CHANGED)


def test_all_values_are_named_with_their_days() -> None:
    values = [3.0] * 4 + [6.0] + [3.0] * 10 + [4.5] + [3.0] * 14
    assert text(BY_DAY, [days(30), values], CHANGED) == (
        "Above 5 mm/s, from 10 Jun 2026 06:00 4 mm/s (High) in 2 of 29 days, first 5 Jun 2026."
    )
    (fact,) = of_limits(BY_DAY, [days(30), values], CHANGED)
    assert fact.numbers == (5.0, 4.0, 2.0, 29.0)


def test_a_change_at_midnight_leaves_no_day_out() -> None:
    at = dt.datetime(2026, 6, 10)
    known = Known(
        held=(
            Held("shake", (HeldLimit(4.0, kind="high", version=2, start=at),
                           HeldLimit(5.0, kind="high", version=1, end=at))),
        )
    )  # fmt: skip
    assert text(BY_DAY, [days(30), [3.0] * 30], known) == (
        "All 30 days are at or below 5 mm/s, from 10 Jun 2026 4 mm/s (High)."
    )


def test_a_week_reaches_over_its_days() -> None:
    weeks = query(SHAKE, by=[Dimension(grain=Grain.WEEK)])
    first = [dt.date(2026, 6, 1), dt.date(2026, 6, 8), dt.date(2026, 6, 15)]
    assert text(weeks, [first, [3.0, 99.0, 4.5]], CHANGED) == (
        "Above 4 mm/s (High, version 2) in 1 of 2 weeks, first week of 15 Jun 2026."
    )


def test_groups_are_held_against_what_held_throughout() -> None:
    q = query(SHAKE, by=[TANK])
    assert text(q, [["A1", "B1"], [9.0, 2.0]], CHANGED) == ""
    always = Known(held=(Held("shake", (HeldLimit(5.0, kind="high", version=1),)),))
    assert text(q, [["A1", "B1"], [9.0, 2.0]], always) == (
        "1 of 2 tanks is above 5 mm/s (High, version 1): A1."
    )


def test_low_limits() -> None:
    low = Known(held=(Held("shake", (HeldLimit(2.0, "low", kind="low", version=1),)),))
    q = query(SHAKE, by=[TANK])
    assert text(q, [["A1", "B1", "C1"], [1.0, 1.5, 3.0]], low) == (
        "2 of 3 tanks are below 2 mm/s (Low, version 1): A1 and B1."
    )
    assert text(q, [["A1", "B1"], [2.0, 3.0]], low) == (
        "All 2 tanks are at or above 2 mm/s (Low, version 1)."
    )
    assert text(query(SHAKE), [[1.0]], low) == "1.00 mm/s is below 2 mm/s (Low, version 1)."
    assert "Below 2 mm/s (Low, version 1) in 1 of 3 days" in text(
        BY_DAY, [days(3), [3.0, 1.0, 3.0]], low
    )


def test_a_band_may_be_left_on_both_sides() -> None:
    band = (HeldLimit(2.0, "low", kind="band", version=1), HeldLimit(5.0, kind="band", version=1))
    found = text(
        query(SHAKE, by=[TANK]), [["A1", "B1"], [1.0, 9.0]], Known(held=(Held("shake", band),))
    )
    assert "above 5 mm/s (Band, version 1): B1." in found
    assert "below 2 mm/s (Band, version 1): A1." in found


def test_a_ratio_in_per_cent() -> None:
    low = Known(held=(Held("yield_rate", (HeldLimit(0.8, "low", kind="low", version=1),)),))
    found = of_limits(query(YIELD, by=[TANK]), [["A1", "B1"], [0.7, 0.9]], low)
    assert [f.text.replace("\u00a0", " ") for f in found] == [
        "1 of 2 tanks is below 80 % (Low, version 1): A1."
    ]
    assert found[0].numbers == (1.0, 2.0, 0.8)


def test_the_models_limits_where_no_threshold_is_known() -> None:
    q = query(SHAKE, by=[TANK], filters=(PUMPS,))
    assert "(Zone B/C)" in text(q, [["A1", "B1"], [6.0, 2.0]], Known())
    other = Known(held=(Held("temp", (HeldLimit(1.0, kind="high", version=1),)),))
    assert "(Zone B/C)" in text(q, [["A1", "B1"], [6.0, 2.0]], other)


def test_the_chart_draws_what_is_said() -> None:
    found, columns = result(BY_DAY, [days(30), [4.5] * 30])
    spec = choose_chart(found, columns, BY_DAY, MODEL, known=CHANGED)
    (fact,) = of_limits(BY_DAY, [days(30), [4.5] * 30], CHANGED)
    assert {line.value for line in spec.lines} == {4.0, 5.0}
    assert fact.numbers[0] in {line.value for line in spec.lines}


def test_not_of_a_figure_on_another_scale() -> None:
    spread = Measure(agg=Agg.STDDEV, column="shake")
    assert text(query(spread, by=[TANK]), [["A1", "B1"], [9.0, 9.0]], CHANGED) == ""
