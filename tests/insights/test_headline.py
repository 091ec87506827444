"""The answer as one sentence: right numbers, right grammar, for any number of rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.insights import headline
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
    Transform,
)
from tests.charts.brewery import (
    DAY,
    HALL,
    JUNE,
    LOSS,
    MODEL,
    ON_MAY,
    PUMPS,
    SHAKE,
    STOPS,
    TANK,
    YIELD,
    days,
    query,
    result,
)


def said(q: SemanticQuery, values: Any, **more: Any) -> str:
    found, columns = result(q, values, **more)
    return headline(found, columns, q, MODEL).replace("\u00a0", " ")


DOWN = (Order("measure"),)
UP = (Order("measure", descending=False),)
HOT = Measure(agg=Agg.MAX, column="temp")
HOURS = Measure(agg=Agg.DURATION, where=(Filter("shake", Op.GT, (4.5,)),))
FIRST = Measure(agg=Agg.FIRST_TIME, where=(Filter("shake", Op.GT, (7.0,)),))
OVERALL = Comparison("reference")
LAST_WEEK = TimeWindow(dt.datetime(2026, 6, 22), dt.datetime(2026, 6, 29), phrase="last week")

CASES = [
    ("one value", query(YIELD), [[0.7134]], "Yield was 71.3 % in June 2026."),
    ("of something", query(YIELD, filters=(Filter("hall", Op.EQ, ("Cellar",)),)), [[0.7]],
     "Yield of Cellar was 70.0 % in June 2026."),
    ("two figures", query(YIELD, SHAKE), [[0.7], [2.5]],
     "Yield was 70.0 % in June 2026; mean vibration 2.50 mm/s."),
    ("points and no per cent", query(YIELD, comparison=ON_MAY),
     [[0.713], [0.737], [-0.024], [-0.03]],
     "Yield was 71.3 % in June 2026, down 2.4 points on May 2026 (73.7 %)."),
    ("up", query(LOSS, comparison=ON_MAY), [[1500.0], [1000.0], [500.0], [0.5]],
     "Loss was 1,500 L in June 2026, up 500 L (50 %) on May 2026 (1,000 L)."),
    ("unchanged", query(YIELD, comparison=ON_MAY), [[0.7], [0.7], [0.0], [0.0]],
     "Yield was 70.0 % in June 2026, the same as May 2026."),
    ("nothing before", query(YIELD, comparison=ON_MAY), [[0.7], [None], [None], [None]],
     "Yield was 70.0 % in June 2026; there is no value for May 2026."),
    ("no value", query(YIELD), [[None]],
     "There is no value for yield in June 2026: nothing was brewed."),
    ("a count", query(STOPS, table="stops"), [[34]], "There were 34 stops in June 2026."),
    ("a count of one", query(STOPS, table="stops"), [[1]], "There was 1 stop in June 2026."),
    ("a count of what there is",
     query(Measure(agg=Agg.COUNT_DISTINCT, column="tank"), filters=(PUMPS,), time=None), [[12]],
     "There are 12 tanks with kind pump in all loaded data."),
    ("a total", query(LOSS), [[1234.0]], "Loss came to 1,234 L in June 2026."),
    ("the first of several", query(SHAKE, by=[TANK], order=DOWN, time=LAST_WEEK),
     [["a1", "B1", "C1"], [6.84, 3.2, 3.1]],
     ("Tank a1 had the highest mean vibration last week (22 to 28 Jun 2026): 6.84 mm/s, 2.1 times "
     "the next (B1, 3.20 mm/s).")),
    ("a difference, where times mean little", query(SHAKE, by=[TANK], order=DOWN),
     [["A1", "B1"], [3.5, 3.2]],
     ("A1 had the highest mean vibration in June 2026: 3.50 mm/s, 0.30 mm/s above the next (B1, "
     "3.20 mm/s).")),
    ("no times of degrees", query(HOT, by=[TANK], order=DOWN), [["A1", "B1"], [40.0, 10.0]],
     "A1 had the highest temperature in June 2026: 40.0 °C, 30.0 °C above the next (B1, 10.0 °C)."),
    ("the lowest", query(YIELD, by=[HALL], order=UP), [["A1", "B1"], [0.6, 0.8]],
     "A1 had the lowest yield in June 2026: 60.0 %, 20.0 points below the next (B1, 80.0 %)."),
    ("the only row asked for", query(SHAKE, by=[TANK], order=DOWN, limit=1), [["A1"], [6.84]],
     "A1 had the highest mean vibration in June 2026: 6.84 mm/s."),
    ("the second", query(SHAKE, by=[TANK], order=DOWN, limit=1, skip=1), [["A1"], [6.84]],
     "A1 had the second highest mean vibration in June 2026: 6.84 mm/s."),
    ("the fourth lowest", query(YIELD, by=[HALL], order=UP, limit=1, skip=3), [["A1"], [0.6]],
     "A1 had the fourth lowest yield in June 2026: 60.0 %."),
    ("a place far down", query(SHAKE, by=[TANK], order=DOWN, limit=1, skip=20), [["A1"], [6.84]],
     "A1 is at place 21 for mean vibration in June 2026, counted from the highest: 6.84 mm/s."),
    ("several places", query(SHAKE, by=[TANK], order=DOWN, limit=2, skip=1),
     [["A1", "B1"], [6.84, 5.0]],
     ("Places 2 to 3 for mean vibration in June 2026, counted from the highest: A1 (6.84 mm/s) "
      "and B1 (5.00 mm/s).")),
    ("the only row there is", query(SHAKE, by=[TANK]), [["A1"], [6.84]],
     "Mean vibration of A1 was 6.84 mm/s in June 2026."),
    ("a tie", query(SHAKE, by=[TANK]), [["A1", "B1", "C1"], [2.0, 2.0, 1.0]],
     "A1 and B1 share the highest mean vibration in June 2026: 2.00 mm/s each."),
    ("all alike", query(SHAKE, by=[TANK]), [["A1", "B1", "C1"], [2.0, 2.0, 2.0]],
     "All 3 tanks had the same mean vibration in June 2026: 2.00 mm/s."),
    ("two alike", query(SHAKE, by=[TANK]), [["A1", "B1"], [2.0, 2.0]],
     "A1 and B1 had the same mean vibration in June 2026: 2.00 mm/s."),
    ("a share of the total", query(LOSS, by=[HALL]), [["A1", "B1", "C1"], [60.0, 30.0, 10.0]],
     "A1 had the highest loss in June 2026: 60 L, 60 % of the total."),
    ("no share of a cut list", query(LOSS, by=[HALL], limit=3, order=DOWN),
     [["A1", "B1", "C1"], [60.0, 30.0, 10.0]],
     "A1 had the highest loss in June 2026: 60 L, 2.0 times the next (B1, 30 L)."),
    ("the others none", query(HOURS, by=[TANK]), [["A1", "B1", "C1"], [12.5, 0.0, 0.0]],
     ("A1 had the most hours with vibration above 4.5 mm/s in June 2026: 12.5 h; the others had "
     "none.")),
    ("nobody has a value", query(SHAKE, by=[TANK]), [["A1", "B1"], [None, None]],
     "There is no value for mean vibration in June 2026 in any of the 2 tanks."),
    ("some have none", query(SHAKE, by=[TANK]), [["A1", "B1"], [None, 2.0]],
     "B1 had the highest mean vibration in June 2026: 2.00 mm/s."),
    ("what changed most", query(YIELD, by=[HALL], comparison=ON_MAY),
     [["A1", "B1"], [0.7, 0.8], [0.71, 0.9], [-0.01, -0.1], [-0.01, -0.1]],
     "B1 changed most in yield: 80.0 % in June 2026, down 10.0 points on May 2026 (90.0 %)."),
    ("against all", query(YIELD, by=[HALL], comparison=OVERALL),
     [["A1", "B1"], [0.7, 0.8], [0.72, 0.72], [-0.02, 0.08], [-0.03, 0.1]],
     "B1 is furthest from the overall figure in yield: 80.0 % in June 2026, 8.0 points above."),
    ("amounts over time", query(LOSS, by=[DAY]), [days(3), [10.0, 30.0, 20.0]],
     "Loss came to 60 L in June 2026; the highest day was 2 Jun 2026 with 30 L."),
    ("amounts over time against before", query(LOSS, by=[DAY], comparison=ON_MAY),
     [days(2), [10.0, 30.0], [20.0, 30.0], [-10.0, 0.0], [-0.5, 0.0]],
     "Loss came to 40 L in June 2026, down 10 L (20 %) on May 2026 (50 L)."),
    ("levels over time", query(YIELD, by=[DAY]), [days(3), [0.6, 0.8, 0.7]],
     ("Yield was between 60.0 % (1 Jun 2026) and 80.0 % (2 Jun 2026) in June 2026; the last day "
     "had 70.0 %.")),
    ("flat", query(YIELD, by=[DAY]), [days(3), [0.6, 0.6, 0.6]],
     "Yield was 60.0 % in each day in June 2026."),
    ("several over time", query(SHAKE, by=[DAY, TANK]),
     [days(2) * 2, ["A1", "A1", "B1", "B1"], [1.0, 2.0, 9.0, 1.0]],
     "B1 had the highest mean vibration in one day in June 2026: 9.00 mm/s (1 Jun 2026)."),
    ("recurring", query(YIELD, by=[Dimension(grain=Grain.DAY_OF_WEEK)]),
     [[1, 2, 7], [0.6, 0.8, 0.7]],
     "Tuesday had the highest yield in June 2026: 80.0 %; Monday the lowest: 60.0 %."),
    ("a moment", query(FIRST, time=None, filters=(Filter("tank", Op.EQ, ("A1",)),)),
     [[dt.datetime(2026, 6, 19, 2)]],
     "The first vibration above 7 mm/s of A1 was on 19 Jun 2026 02:00 (all loaded data)."),
    ("moments", query(FIRST, by=[TANK]),
     [["A1", "B1"], [dt.datetime(2026, 6, 19, 2), dt.datetime(2026, 6, 3, 4)]],
     "B1 had the earliest first time vibration above 7 mm/s in June 2026: 3 Jun 2026 04:00."),
    ("values", query(by=[HALL], time=None), [["A1", "B1", "C1"]],
     "There are 3 halls: A1, B1 and C1."),
    ("many values", query(by=[HALL], time=None), [[f"H{i}" for i in range(9)]],
     "There are 9 halls: H0, H1, H2, H3, H4, H5 and 3 more."),
    ("no rows", query(SHAKE, by=[TANK]), [[], []], "No rows match in June 2026."),
]  # fmt: skip


@pytest.mark.parametrize(("q", "values", "text"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_says(q: SemanticQuery, values: Any, text: str) -> None:
    assert said(q, values) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "No rows match in June 2026."),
        (1, "One reading matches in June 2026: a, vibration 1.00 mm/s."),
        (3, "3 readings match in June 2026."),
    ],
)
def test_lists_of_rows(n: int, text: str) -> None:
    q = query(kind="records", fields=("tank", "shake"))
    assert said(q, [["a"] * n, [1.0] * n]) == text


def test_a_cut_list_says_so() -> None:
    q = query(kind="records", fields=("tank", "shake"))
    text = said(q, [["a"] * 3, [1.0] * 3], truncated=True)
    assert text == "More than 3 readings match in June 2026; the first 3 are shown."


def test_a_cut_result_claims_no_total() -> None:
    q = query(LOSS, by=[HALL])
    text = said(q, [["A1", "B1", "C1"], [60.0, 30.0, 10.0]], truncated=True)
    assert "of the total" not in text
    assert text.endswith("The result was cut at 3 rows, so there may be more.")
    over_time = said(query(LOSS, by=[DAY]), [days(3), [1.0, 2.0, 3.0]], truncated=True)
    assert "came to" not in over_time


def test_a_mean_is_never_summed() -> None:
    text = said(query(YIELD, by=[DAY]), [days(2), [0.6, 0.8]])
    assert "140" not in text
    assert "70" not in text.replace("the last day had 80.0 %", "")


def test_a_share_is_no_amount() -> None:
    share = Measure(agg=Agg.SUM, column="loss", transform=Transform.SHARE)
    text = said(query(share, by=[HALL]), [["A1", "B1", "C1"], [0.6, 0.3, 0.1]])
    assert text.startswith("A1 had the highest share of loss in June 2026: 60.0 %")
    assert "of the total" not in text


def test_window_of_hours_is_on_its_day() -> None:
    night = TimeWindow(dt.datetime(2026, 6, 3, 14), dt.datetime(2026, 6, 3, 16))
    assert said(query(YIELD, time=night), [[0.5]]) == (
        "Yield was 50.0 % on 3 Jun 2026 14:00 to 16:00."
    )
    assert JUNE.is_whole_days
