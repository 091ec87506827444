"""Which chart a result gets, from its shape and its query alone."""

from __future__ import annotations

from typing import Any

import pytest

from core.charts import choose_chart
from core.semantic.limits import Known
from core.semantic.query import Agg, Dimension, Filter, Grain, Measure, Op, SemanticQuery, Transform
from core.types import ChartSpec
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


def chosen(q: SemanticQuery, values: Any, wish: str | None = None, **more: Any) -> ChartSpec:
    found, columns = result(q, values, **more)
    return choose_chart(found, columns, q, MODEL, wish=wish)


TANKS = [f"T-{i:02d}" for i in range(12)]
TWO_BY_TWO = [["a", "a", "b", "b"], ["x", "y", "x", "y"], [0.4, 0.5, 0.6, 0.7]]
HOURS = Dimension(grain=Grain.HOUR_OF_DAY)
WEEKDAYS = Dimension(grain=Grain.DAY_OF_WEEK)
QUARTILES = tuple(
    Measure(agg=Agg.PERCENTILE, column="power", percentile=p) for p in (0.25, 0.5, 0.75)
)

CASES = [
    ("one value", query(YIELD), [[0.7]], "kpi"),
    ("one value compared", query(YIELD, comparison=ON_MAY), [[0.7], [0.6], [0.1], [0.16]], "kpi"),
    ("time", query(SHAKE, by=[DAY]), [days(5), [1.0, 2, 3, 4, 5]], "line"),
    ("time and category", query(SHAKE, by=[DAY, TANK]),
     [days(2) * 2, ["a", "a", "b", "b"], [1.0, 2, 3, 4]], "line"),
    ("time compared", query(LOSS, by=[DAY], comparison=ON_MAY),
     [days(2), [1.0, 2], [2.0, 2], [-1.0, 0], [-0.5, 0]], "line"),
    ("category", query(SHAKE, by=[TANK]), [TANKS, [float(i) for i in range(12)]], "bar"),
    ("a figure and one that never changes", query(SHAKE, STOPS, by=[TANK]),
     [TANKS, [float(i) for i in range(12)], [1008] * 12], "bar"),
    ("two figures that both change", query(SHAKE, STOPS, by=[TANK]),
     [TANKS, [float(i) for i in range(12)], list(range(12))], "scatter"),
    ("comparison by category", query(YIELD, by=[HALL], comparison=ON_MAY),
     [["a", "b"], [0.7, 0.8], [0.6, 0.9], [0.1, -0.1], [0.1, -0.1]], "grouped_bar"),
    ("an amount by its causes", query(LOSS, by=[CAUSE]), [["a", "b", "c"], [3.0, 2, 1]], "pareto"),
    ("a cut list of causes", query(LOSS, by=[CAUSE], limit=3),
     [["a", "b", "c"], [3.0, 2, 1]], "bar"),
    ("a ratio by causes", query(YIELD, by=[CAUSE]), [["a", "b", "c"], [0.3, 0.2, 0.1]], "bar"),
    ("two categories, a ratio", query(YIELD, by=[HALL, TANK]), TWO_BY_TWO, "grouped_bar"),
    ("two categories, an amount", query(LOSS, by=[HALL, TANK]), TWO_BY_TWO, "stacked_bar"),
    ("two large categories", query(YIELD, by=[HALL, TANK]),
     [[f"h{i}" for i in range(9) for _ in range(9)], [f"t{i}" for _ in range(9) for i in range(9)],
      [0.5] * 81], "heatmap"),
    ("hours and weekdays", query(LOSS, by=[HOURS, WEEKDAYS]),
     [[0, 1, 0, 1], [1, 1, 2, 2], [1.0, 2, 3, 4]], "heatmap"),
    ("hours", query(LOSS, by=[HOURS]), [[0, 1, 2], [1.0, 2, 3]], "bar"),
    ("two units by entity", query(SHAKE, POWER, by=[TANK]),
     [TANKS, [1.0] * 12, [50.0] * 12], "scatter"),
    ("two units by few", query(SHAKE, POWER, by=[TANK]), [["a", "b"], [1.0, 2], [5.0, 6]], "table"),
    ("bins", query(STOPS, by=[Dimension(column="temp", bin_width=5.0)]),
     [[10.0, 15.0, 20.0], [1, 4, 2]], "histogram"),
    ("quartiles", query(*QUARTILES, by=[HALL]), [["a", "b"], [1.0, 2], [2.0, 3], [3.0, 4]], "box"),
    ("events a day", query(STOPS, by=[DAY], table="stops"), [days(3), [1, 2, 3]], "bar"),
    ("one moment", query(Measure(agg=Agg.FIRST_TIME, where=(Filter("shake", Op.GT, (7.0,)),))),
     [days(1)], "table"),
    ("no rows", query(SHAKE, by=[TANK]), [[], []], "table"),
    ("values alone", query(by=[TANK]), [["a", "b"]], "table"),
]  # fmt: skip


@pytest.mark.parametrize(("q", "values", "kind"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_shape_decides(q: SemanticQuery, values: Any, kind: str) -> None:
    assert chosen(q, values).type == kind


def test_records_are_a_table() -> None:
    q = query(kind="records", fields=("tank", "shake"))
    assert chosen(q, [["a", "b"], [1.0, 2.0]]).type == "table"


def test_titles_carry_what_of_what_when_and_unit() -> None:
    spec = chosen(query(SHAKE, by=[TANK], filters=(PUMPS,)), [TANKS, [1.0] * 12])
    assert spec.title == "Mean vibration by tank (kind pump), June 2026"
    assert spec.y_title == "Mean vibration (mm/s)"
    assert spec.horizontal
    spec = chosen(query(SHAKE, by=[DAY]), [days(3), [1.0, 2, 3]])
    assert spec.x_title == "June 2026"


def test_more_series_than_can_be_read_become_top_and_other_only_where_they_add_up() -> None:
    values = [days(2) * 30, [f"T{i:02d}" for i in range(30) for _ in range(2)], [1.0] * 60]
    summed = chosen(query(LOSS, by=[DAY, TANK]), values)
    assert (summed.top_n, summed.other_label) == (7, "Other")
    assert "the rest are summed as Other" in summed.note
    dropped = chosen(query(YIELD, by=[DAY, TANK]), values)
    assert (dropped.top_n, dropped.other_label) == (8, "")
    assert "The 8 lowest of 30 are shown" in dropped.note
    cut = chosen(query(LOSS, by=[DAY, TANK]), values, truncated=True)
    assert cut.other_label == ""


def test_no_axis_holds_two_units() -> None:
    spec = chosen(query(SHAKE, POWER, by=[DAY]), [days(3), [1.0, 2, 3], [50.0, 51, 52]])
    assert (spec.y, spec.y2) == (("avg_shake",), ("avg_power",))
    temp = Measure(agg=Agg.AVG, column="temp")
    three = chosen(query(SHAKE, POWER, temp, by=[DAY]), [days(2), [1.0, 2], [5.0, 6], [7.0, 8]])
    assert "avg_temp" not in (*three.y, *three.y2)
    assert (
        three.note == "Drawn: Mean Vibration and Mean Power. The table has the other figures."
        or ("The table has the other figures." in three.note)
    )


def test_an_amount_and_its_share_are_one_picture() -> None:
    share = Measure(agg=Agg.SUM, column="loss", transform=Transform.SHARE)
    spec = chosen(query(LOSS, share, by=[HALL]), [["a", "b"], [3.0, 1.0], [0.75, 0.25]])
    assert (spec.type, spec.y) == ("bar", ("sum_loss_share",))


class TestLimits:
    """A threshold line is drawn only when it holds for every row."""

    def lines(self, q: SemanticQuery, values: Any, **more: Any) -> list[float]:
        found, columns = result(q, values)
        return [line.value for line in choose_chart(found, columns, q, MODEL, **more).lines]

    def test_with_the_filter_that_they_are_for(self) -> None:
        q = query(SHAKE, by=[TANK], filters=(PUMPS,))
        found, columns = result(q, [["a", "b"], [3.0, 6.0]])
        lines = choose_chart(found, columns, q, MODEL).lines
        assert [(line.value, line.severity) for line in lines] == [
            (4.5, "warning"),
            (7.1, "critical"),
        ]
        assert "Standard 1" in lines[0].label

    def test_not_when_rows_may_be_of_other_kinds(self) -> None:
        assert not self.lines(query(SHAKE, by=[TANK]), [["a", "b"], [3.0, 6.0]])
        both = Filter("kind", Op.IN, ("pump", "mill"))
        assert not self.lines(query(SHAKE, by=[TANK], filters=(both,)), [["a"], [3.0]])

    def test_when_the_result_or_the_caller_tells(self) -> None:
        q = query(SHAKE, by=[Dimension(column="kind"), TANK])
        values = [["pump", "pump", "pump", "pump"], ["a", "b", "c", "d"], [3.0, 6.0, 2.0, 1.0]]
        assert self.lines(q, values) == [4.5, 7.1]
        q = query(SHAKE, by=[TANK])
        assert self.lines(q, [["a", "b"], [3.0, 6.0]], known=Known({"kind": {"pump"}})) == [
            4.5,
            7.1,
        ]

    @pytest.mark.parametrize(
        "measure",
        [
            Measure(agg=Agg.STDDEV, column="shake"),
            Measure(agg=Agg.COUNT, column="shake"),
            Measure(agg=Agg.AVG, column="shake", transform=Transform.CHANGE),
            LOSS,
        ],
    )
    def test_not_for_a_figure_on_another_scale(self, measure: Measure) -> None:
        by = [DAY] if measure.transform is Transform.CHANGE else [TANK]
        values: list[Any] = [days(2) if by == [DAY] else ["a", "b"], [3, 6]]
        assert not self.lines(query(measure, by=by, filters=(PUMPS,)), values)

    def test_follow_the_unit_that_is_shown(self) -> None:
        inches = Measure(agg=Agg.AVG, column="shake", unit="[in_i]/s")
        q = query(inches, by=[TANK], filters=(PUMPS,))
        found, columns = result(q, [["a", "b"], [0.2, 0.25]])
        values = [line.value for line in choose_chart(found, columns, q, MODEL).lines]
        if columns[1].unit == "[in_i]/s":
            assert values[0] == pytest.approx(4.5 / 25.4)

    def test_far_off_are_named_and_not_drawn(self) -> None:
        q = query(SHAKE, by=[TANK], filters=(PUMPS,))
        found, columns = result(q, [["a", "b"], [0.3, 0.2]])
        spec = choose_chart(found, columns, q, MODEL)
        assert not spec.lines
        assert "7.1\u00a0mm/s lies far outside" in spec.note


class TestWish:
    """A chart that was asked for is drawn where it can be; else the note says why not."""

    def test_honoured(self) -> None:
        values = [days(3), [1.0, 2, 3]]
        assert chosen(query(SHAKE, by=[DAY]), values, "bar").type == "bar"
        assert chosen(query(SHAKE, by=[DAY]), values, "table").type == "table"
        assert chosen(query(LOSS, by=[HALL]), [["a", "b"], [1.0, 2]], "pareto").type == "pareto"
        assert chosen(query(YIELD, by=[HALL, TANK]), TWO_BY_TWO, "heatmap").type == "heatmap"

    def test_pie_of_parts_of_a_whole(self) -> None:
        spec = chosen(query(LOSS, by=[HALL]), [["a", "b"], [1.0, 2]], "pie")
        assert (spec.type, spec.x, spec.y, spec.top_n) == ("pie", "hall", ("sum_loss",), None)
        assert spec.note == ""

    def test_pie_of_many_parts_sums_the_rest(self) -> None:
        names = [f"T{i}" for i in range(20)]
        spec = chosen(query(LOSS, by=[TANK]), [names, [1.0] * 20], "donut chart")
        assert (spec.type, spec.top_n, spec.other_label) == ("pie", 7, "Other")
        assert "The 7 largest of 20" in spec.note

    def test_pie_of_a_shortened_list_says_so(self) -> None:
        spec = chosen(query(LOSS, by=[TANK], limit=2), [["a", "b"], [3.0, 2]], "pie")
        assert spec.type == "pie"
        assert "the 2 that were asked for, not of everything" in spec.note
        spec = chosen(query(LOSS, by=[TANK], limit=5), [["a", "b"], [3.0, 2]], "pie")
        assert spec.note == ""

    def test_pie_of_shares(self) -> None:
        share = Measure(agg=Agg.SUM, column="loss", transform=Transform.SHARE)
        assert chosen(query(share, by=[HALL]), [["a", "b"], [0.25, 0.75]], "pie").type == "pie"
        cut = chosen(query(share, by=[HALL], limit=2), [["a", "b"], [0.25, 0.3]], "pie")
        assert cut.type == "bar"
        assert "all the rows of the whole" in cut.note

    @pytest.mark.parametrize(
        ("q", "values", "kind", "reason"),
        [
            (query(YIELD, by=[HALL]), [["a", "b"], [0.5, 0.6]], "bar", "cannot be added up"),
            (query(SHAKE, by=[HALL]), [["a", "b"], [5.0, 6]], "bar", "cannot be added up"),
            (query(LOSS, by=[HALL]), [["a", "b"], [5.0, -6]], "bar", "below zero"),
            (query(LOSS, by=[HALL]), [["a", "b"], [0.0, 0]], "bar", "nothing above zero"),
            (query(LOSS, by=[HALL]), [["a", "b"], [None, 0]], "bar", "nothing above zero"),
            (query(LOSS, by=[DAY]), [days(3), [1.0, 2, 3]], "line", "follow one another"),
            (query(LOSS, by=[WEEKDAYS]), [[1, 2, 3], [1.0, 2, 3]], "bar", "follow one another"),
            (query(LOSS, by=[DAY, HALL]), [days(2) * 2, [*"aabb"], [1.0] * 4], "line", "as days"),
            (query(LOSS, by=[HALL, TANK]), [[*"aabb"], [*"wxyz"], [1.0] * 4], "stacked_bar", "one"),
            (query(LOSS, by=[HALL], comparison=ON_MAY),
             [["a"] * 1, [1.0], [2.0], [-1.0], [-0.5]], "kpi", "compares two times"),
            (query(LOSS), [[1.0]], "kpi", "nothing to split by"),
            (query(LOSS, by=[HALL]), [[], []], "table", "there are no rows"),
        ],
    )  # fmt: skip
    def test_pie_of_what_is_no_whole_is_refused_with_a_reason(
        self, q: SemanticQuery, values: Any, kind: str, reason: str
    ) -> None:
        spec = chosen(q, values, "pie")
        assert spec.type == kind
        assert spec.note.startswith("This result cannot be shown as a pie: ")
        assert reason in spec.note

    def test_more_colours_than_can_be_told_apart_are_refused(self) -> None:
        halls, tanks = (
            [f"H{i}" for i in range(9)] * 9,
            [f"T{i}" for i in range(9) for _ in "123456789"],
        )
        spec = chosen(query(LOSS, by=[HALL, TANK]), [halls, tanks, [1.0] * 81], "stacked_bar")
        assert spec.type == "heatmap"
        assert "more than 8 colours" in spec.note

    @pytest.mark.parametrize(
        ("q", "values", "wish", "reason"),
        [
            (query(SHAKE, by=[TANK]), [["a", "b"], [1.0, 2]], "line", "no order to follow"),
            (query(YIELD, by=[HALL, TANK]), TWO_BY_TWO, "stacked_bar", "cannot be added up"),
            (query(SHAKE, by=[TANK]), [["a", "b"], [1.0, 2]], "heatmap", "not split by two things"),
            (query(SHAKE, by=[TANK]), [["a", "b"], [1.0, 2]], "histogram", "not cut into bins"),
            (query(SHAKE, by=[TANK]), [["a", "b"], [1.0, 2]], "scatter", "two figures"),
            (query(SHAKE), [[1.0]], "bar", "nothing to split by"),
            (query(SHAKE, by=[TANK]), [["a", "b"], [1.0, 2]], "kpi", "more than one row"),
            (query(SHAKE, by=[TANK]), [["a", "b"], [1.0, 2]], "sankey", "no chart called"),
        ],
    )
    def test_refused_with_a_reason(
        self, q: SemanticQuery, values: Any, wish: str, reason: str
    ) -> None:
        without, spec = chosen(q, values), chosen(q, values, wish)
        assert spec.type == without.type
        assert reason in spec.note


def test_sql_without_a_query_still_gets_a_chart() -> None:
    q = query(SHAKE, by=[DAY])
    found, columns = result(q, [days(3), [1.0, 2, 3]])
    assert choose_chart(found, columns, None, MODEL).type == "line"
