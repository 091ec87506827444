"""A chart changed by hand: what fits is drawn, and what does not is refused with a reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from core.charts import ChartMisfit, choose_chart, edited, edited_by, figure, with_edit
from core.charts.choices import choices
from core.charts.edit import MOST_EDITS, MOST_TITLE, case_of, categories
from core.charts.fits import coloured_by
from core.charts.summed import added_up, are_apart
from core.codec import from_json, to_json
from core.semantic.limits import Known
from core.semantic.query import Measure, SemanticQuery, Transform
from core.types import (
    CategoryColour,
    ChartEdit,
    ChartOrder,
    ChartSpec,
    ChartType,
    Meaning,
    NewLine,
    Result,
    ResultColumn,
    Severity,
    ThresholdLine,
    Top,
)
from tests.charts.any_results import WISHES, results
from tests.charts.brewery import (
    DAY,
    HALL,
    LOSS,
    MODEL,
    POWER,
    PUMPS,
    SHAKE,
    TANK,
    YIELD,
    days,
    query,
    result,
)


class Chart:
    """A result with its chart, and that chart changed."""

    def __init__(self, q: SemanticQuery, values: Any, wish: str | None = None, **more: Any) -> None:
        self.query = q
        self.result, self.columns = result(q, values, **more)
        self.spec = choose_chart(self.result, self.columns, q, MODEL, wish=wish)

    def edited(self, **change: Any) -> ChartSpec:
        self.spec = edited(
            self.spec, ChartEdit(**change), self.result, self.columns, self.query, MODEL
        )
        return self.spec

    def refusal(self, **change: Any) -> str:
        with pytest.raises(ChartMisfit) as caught:
            self.edited(**change)
        return str(caught.value)

    def drawn(self, theme: Any = "light") -> Any:
        return figure(self.spec, self.result, self.columns, theme=theme)

    def bars(self) -> dict[str, float]:
        """Name -> length of the bars of the first trace."""
        made = self.drawn()
        axis = made.layout.yaxis if self.spec.horizontal else made.layout.xaxis
        trace = made.data[0]
        return dict(zip(axis.ticktext, trace.x if self.spec.horizontal else trace.y, strict=True))


def loss_by_tank() -> Chart:
    return Chart(query(LOSS, by=[TANK]), [["T 10", "T 2", "T 1", "a"], [4.0, 1.0, 3.0, 2.0]])


def loss_by_day_and_hall() -> Chart:
    return Chart(
        query(LOSS, by=[DAY, HALL]),
        [days(2) * 2, [*"aabb"], [Decimal("1.10"), Decimal("2.20"), Decimal("3.30"), None]],
    )


class TestKinds:
    def test_of_one_split(self) -> None:
        chart = loss_by_tank()
        assert chart.spec.type == "bar"
        for kind in ("pie", "pareto", "table", "bar"):
            assert chart.edited(type=kind).type == kind
            assert chart.spec.x == "tank"
        assert "no order to follow" in chart.refusal(type="line")
        assert "not split by two things" in chart.refusal(type="heatmap")
        assert chart.spec.type == "bar"

    def test_of_time_and_a_split(self) -> None:
        chart = loss_by_day_and_hall()
        for kind in ("stacked_bar", "grouped_bar", "heatmap", "box", "line"):
            assert chart.edited(type=kind).type == kind
        assert "more than one thing" in chart.refusal(type="bar")
        assert "pie" in chart.refusal(type="pie")

    def test_a_pie_of_what_was_added_up(self) -> None:
        chart = Chart(query(LOSS, by=[HALL, TANK]), [[*"aabb"], [*"wxyz"], [1.0, 2, 3, 4]])
        chart.edited(x="hall", joined="sum")
        spec = chart.edited(type="pie")
        assert (spec.type, spec.x, spec.summed) == ("pie", "hall", True)
        assert list(chart.drawn().data[0]["values"]) == [7.0, 3.0]
        assert "Added up over tank." in spec.note
        assert spec.title.startswith("Loss by hall")

    def test_a_ratio_is_never_parts_of_a_whole(self) -> None:
        chart = Chart(query(YIELD, by=[HALL]), [["a", "b"], [0.5, 0.6]])
        assert "cannot be added up" in chart.refusal(type="pie")
        assert "cannot be added up" in chart.refusal(type="pareto")


class TestColumns:
    def test_another_figure(self) -> None:
        chart = Chart(query(SHAKE, POWER, by=[TANK], filters=(PUMPS,)),
                      [[*"abcdef"], [4.0, 5, 6, 7, 1, 2], [50.0, 60, 70, 80, 90, 95]])  # fmt: skip
        assert chart.spec.type == "scatter"
        assert chart.edited(type="bar").y == ("avg_power",)
        spec = chart.edited(y=("avg_shake",))
        assert [line.value for line in spec.lines] == [4.5, 7.1]
        spec = chart.edited(y=("avg_power",))
        assert spec.y_title.endswith("(kW)")
        assert spec.lines == ()
        assert "power" in spec.title.casefold()
        assert "different units" in chart.refusal(y=("avg_power", "avg_shake"))

    def test_two_figures_of_different_units_along_time(self) -> None:
        chart = Chart(query(SHAKE, POWER, by=[DAY]), [days(2), [1.0, 2], [50.0, 60]])
        assert chart.edited(y=("avg_power",)).type == "line"
        spec = chart.edited(y=("avg_power", "avg_shake"))
        assert (spec.y, spec.y2) == (("avg_power",), ("avg_shake",))

    def test_axis_and_series_change_places(self) -> None:
        chart = Chart(query(LOSS, by=[HALL, TANK]), [[*"aabb"], [*"wxyz"], [1.0, 2, 3, 4]])
        before = chart.spec
        assert before.series is not None
        after = chart.edited(x=before.series)
        assert (after.x, after.series) == (before.series, before.x)
        assert chart.edited(series=after.x).x == before.x

    def test_no_such_column(self) -> None:
        chart = loss_by_tank()
        assert "'tonk'. Did you mean 'tank'?" in chart.refusal(x="tonk")
        assert "no column" in chart.refusal(y=("tank",))
        assert chart.refusal(y=()) == "A chart needs a figure."


class TestAddingUp:
    def test_sums_are_exact_and_nothing_is_nothing(self) -> None:
        chart = loss_by_day_and_hall()
        spec = chart.edited(joined="sum")
        assert (spec.type, spec.series, spec.summed) == ("line", None, True)
        assert list(chart.drawn().data[0].y) == [4.4, 2.2]
        assert spec.note == "Added up over hall."
        assert chart.edited(joined="each").series == "hall"
        assert not chart.spec.summed

    def test_ratios_are_never_added_up(self) -> None:
        chart = Chart(query(YIELD, by=[DAY, HALL]), [days(2) * 2, [*"aabb"], [0.1] * 4])
        assert "ratios and means cannot be added up" in chart.refusal(joined="sum")
        assert "ratios and means cannot be added up" in chart.refusal(series="")

    @pytest.mark.parametrize("measure", [LOSS, YIELD])
    def test_no_mean_of_series(self, measure: Measure) -> None:
        chart = Chart(query(measure, by=[DAY, HALL]), [days(2) * 2, [*"aabb"], [0.1] * 4])
        assert "A mean of series" in chart.refusal(joined="mean")

    def test_not_of_the_first_rows_alone(self) -> None:
        values = [days(2) * 2, [*"aabb"], [1.0] * 4]
        cut = Chart(query(LOSS, by=[DAY, HALL]), values, truncated=True)
        assert "all the rows" in cut.refusal(joined="sum")
        first = Chart(query(LOSS, by=[DAY, HALL], limit=4), values)
        assert "all the rows" in first.refusal(joined="sum")

    def test_running_totals_are_not_added_up(self) -> None:
        running = Measure(agg=LOSS.agg, column="loss", transform=Transform.RUNNING)
        chart = Chart(query(running, by=[DAY, HALL]), [days(2) * 2, [*"aabb"], [1.0] * 4])
        assert "cannot be added up" in chart.refusal(joined="sum")

    def test_digits_beyond_a_double_and_beyond_64_bits(self) -> None:
        table = pa.table({"k": ["a", "a", "b"], "n": [2**62, 2**62, 1]})
        made = added_up(table, ["k"], ["n"]).to_pylist()
        assert made == [{"k": "a", "n": 2**63}, {"k": "b", "n": 1}]
        table = pa.table({"k": ["a", "a"], "n": [2.0, math.nan]})
        assert added_up(table, ["k"], ["n"]).to_pylist() == [{"k": "a", "n": 2.0}]


class TestOrderAndNumber:
    @pytest.mark.parametrize(
        ("order", "names"),
        [
            ("given", ["T 10", "T 2", "T 1", "a"]),
            ("highest", ["T 10", "T 1", "a", "T 2"]),
            ("lowest", ["T 2", "a", "T 1", "T 10"]),
            ("name", ["a", "T 1", "T 2", "T 10"]),
        ],
    )
    def test_of_bars(self, order: ChartOrder, names: list[str]) -> None:
        chart = loss_by_tank()
        chart.edited(order=order)
        assert list(chart.bars()) == names

    def test_the_rest_is_summed_or_left_out(self) -> None:
        chart = loss_by_tank()
        spec = chart.edited(top=Top(2))
        assert chart.bars() == {"T 10": 4.0, "T 1": 3.0, "Other": 3.0}
        assert spec.note == "The 2 largest of 4 are shown; the rest are summed as Other."
        spec = chart.edited(top=Top(2, "dropped"), order="lowest")
        assert chart.bars() == {"T 2": 1.0, "a": 2.0}
        assert spec.note == "The 2 lowest of 4 are shown; the rest is left out."
        assert chart.edited(top=Top(None)).top_n is None
        assert chart.edited(top=Top(4)).top_n is None

    def test_ratios_have_no_rest(self) -> None:
        chart = Chart(query(YIELD, by=[TANK]), [[*"abc"], [0.5, 0.6, 0.4]])
        assert "cannot be summed" in chart.refusal(top=Top(1))
        assert "2 lowest of 3" in chart.edited(top=Top(2, "dropped")).note
        assert list(chart.bars()) == ["a", "c"]

    def test_a_whole_leaves_nothing_out(self) -> None:
        chart = loss_by_tank()
        chart.edited(type="pie")
        assert "Sum it" in chart.refusal(top=Top(2, "dropped"))
        assert "Between 1 and 7" in chart.refusal(top=Top(0))
        chart.edited(top=Top(1))
        assert list(chart.drawn().data[0]["values"]) == [4.0, 6.0]

    def test_time_keeps_its_order_and_its_direction(self) -> None:
        chart = loss_by_day_and_hall()
        assert "order of its own" in chart.refusal(order="name")
        assert "no bars" in chart.refusal(horizontal=True)
        chart.edited(type="stacked_bar")
        assert "left to right" in chart.refusal(horizontal=True)

    def test_bars_lie_or_stand(self) -> None:
        chart = loss_by_tank()
        assert chart.spec.horizontal
        assert not chart.edited(horizontal=False).horizontal
        assert chart.drawn().data[0].orientation == "v"


class TestColours:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_a_colour_has_its_word_beside_it(self, theme: Any) -> None:
        chart = loss_by_tank()
        usual = chart.drawn(theme).data[0].marker.color
        chart.edited(colour=CategoryColour("tank", "T 2", "critical"))
        made = chart.drawn(theme)
        assert made.data[0].marker.color[1] != usual[1]
        assert list(made.layout.yaxis.ticktext)[:2] == ["T 10", "T 2 (critical)"]
        chart.edited(type="pie")
        assert any("T 2 (critical)" in text for text in chart.drawn(theme).data[0].text)
        chart.edited(type="bar", colour=CategoryColour("tank", "T 2", None))
        assert chart.drawn(theme).data[0].marker.color == usual

    def test_of_series(self) -> None:
        chart = loss_by_day_and_hall()
        chart.edited(colour=CategoryColour("hall", "b", "warning"))
        assert [trace.name for trace in chart.drawn().data] == ["a", "b (warning)"]

    def test_refused(self) -> None:
        chart = loss_by_tank()
        assert "shows no 'x'" in chart.refusal(colour=CategoryColour("tank", "x", "good"))
        assert "that column" in chart.refusal(colour=CategoryColour("hall", "a", "good"))


class TestLines:
    def test_in_other_units(self) -> None:
        chart = Chart(query(SHAKE, by=[TANK]), [[*"ab"], [4.0, 5.0]])
        spec = chart.edited(add_line=NewLine(0.45, "Ours", "cm/s", "warning"))
        assert spec.lines == (ThresholdLine(4.5, "Ours", "warning", is_own=True),)
        assert "Warning 4.5\u00a0mm/s: Ours" in [t.name for t in chart.drawn().data]
        assert "no number" not in chart.refusal(add_line=NewLine(1.0, "", "°C"))
        assert "'furlong' is not known" in chart.refusal(add_line=NewLine(1.0, "", "furlong"))
        assert "already" in chart.refusal(add_line=NewLine(4.5, "Ours", None, "warning"))
        for value in (math.inf, math.nan, 1e300):
            assert "number" in chart.refusal(add_line=NewLine(value))
        assert chart.edited(drop_line=spec.lines[0]).lines == ()
        assert "no line at 4.5" in chart.refusal(drop_line=spec.lines[0])

    def test_of_ratios_in_per_cent(self) -> None:
        chart = Chart(query(YIELD, by=[TANK]), [[*"ab"], [0.4, 0.5]])
        chart.edited(add_line=NewLine(45, "Target"))
        chart.edited(add_line=NewLine(0.46, "", "1"))
        assert [line.value for line in chart.spec.lines] == [45, 46]
        names = [t.name for t in chart.drawn().data]
        assert "Line 45\u00a0%: Target" in names
        assert "Line 46\u00a0%" in names

    def test_the_models_own_limits(self) -> None:
        chart = Chart(query(SHAKE, by=[TANK], filters=(PUMPS,)), [[*"ab"], [4.0, 5.0]])
        limits = chart.spec.lines
        assert [line.value for line in limits] == [4.5, 7.1]
        chart.edited(add_line=NewLine(5.0, "Ours"))
        assert [line.value for line in chart.edited(limits=False).lines] == [5.0]
        assert [line.value for line in chart.edited(limits=True).lines] == [4.5, 7.1, 5.0]
        assert chart.edited(drop_line=limits[0]).lines[0].value == 7.1

    def test_limits_that_only_the_caller_knows_of(self) -> None:
        """That all tanks are pumps stands in no row and no filter."""
        chart = Chart(query(SHAKE, by=[TANK]), [[*"ab"], [4.0, 5.0]])
        of = (chart.result, chart.columns, chart.query, MODEL)
        known = Known({"kind": ("pump",)})
        shown = edited(chart.spec, ChartEdit(limits=True), *of, known)
        assert [line.value for line in shown.lines] == [4.5, 7.1]
        assert edited(chart.spec, ChartEdit(limits=True), *of).lines == ()
        assert choices(chart.spec, *of, known).has_limits
        assert not choices(chart.spec, *of).has_limits
        again = edited_by(shown, (ChartEdit(limits=False), ChartEdit(limits=True)), *of, known)
        assert again.spec.lines == shown.lines

    def test_along_time_as_bars(self) -> None:
        chart = Chart(query(LOSS, by=[DAY]), [days(3), [1.0, 2, 3]])
        chart.edited(type="bar", add_line=NewLine(2.5, "Most"))
        line = chart.drawn().data[-1]
        assert list(line.y) == [2.5, 2.5]
        assert np.datetime64(line.x[0]) < np.datetime64("2026-06-01")

    def test_there_must_be_an_axis(self) -> None:
        chart = loss_by_tank()
        chart.edited(type="pie")
        assert "nothing to stand on in a pie" in chart.refusal(add_line=NewLine(2.5))


class TestTitles:
    def test_own_and_given(self) -> None:
        chart = loss_by_tank()
        given_title = chart.spec.title
        assert chart.edited(title="  Pumps\nin June ").title == "Pumps in June"
        assert chart.edited(type="pie").title == "Pumps in June"
        assert chart.edited(title="").title == given_title
        assert len(chart.edited(title="x" * 500).title) == MOST_TITLE

    def test_changes_are_kept_one_after_the_other(self) -> None:
        one, two = ChartEdit(title="a"), ChartEdit(title="b")
        assert with_edit((one,), two) == (two,)
        assert with_edit((ChartEdit(type="pie"), one), two) == (ChartEdit(type="pie"), two)
        assert len(with_edit((ChartEdit(type="pie"),), ChartEdit(type="bar"))) == 2
        with pytest.raises(ChartMisfit, match="Reset"):
            with_edit((ChartEdit(type="pie"),) * MOST_EDITS, one)

    def test_what_does_not_fit_any_more_is_passed_over_and_told(self) -> None:
        chart = loss_by_tank()
        edits = (ChartEdit(type="line"), ChartEdit(type="pie"), ChartEdit(title="Mine"))
        made = edited_by(chart.spec, edits, chart.result, chart.columns, chart.query, MODEL)
        assert (made.spec.type, made.spec.title) == ("pie", "Mine")
        assert len(made.refused) == 1


NAMES = ("tank", "hall", "day", "hour", "month", "temp_bin", "sum_loss", "avg_shake", "yield_rate")
TOPS = st.builds(Top, st.none() | st.integers(-1, 40), st.sampled_from(("summed", "dropped")))
NEW_LINES = st.builds(
    NewLine,
    st.floats(allow_nan=False),
    st.text(max_size=9),
    st.none() | st.sampled_from(("mm/s", "%", "L", "?")),
    st.sampled_from(get_args(Severity)),
)
COLOURS = st.builds(
    CategoryColour,
    st.sampled_from(NAMES),
    st.text(max_size=3),
    st.none() | st.sampled_from(get_args(Meaning)),
)
EDITS = st.one_of(
    st.builds(ChartEdit, type=st.sampled_from(get_args(ChartType))),
    st.builds(ChartEdit, x=st.sampled_from(NAMES)),
    st.builds(ChartEdit, series=st.sampled_from((*NAMES, ""))),
    st.builds(ChartEdit, y=st.lists(st.sampled_from(NAMES), max_size=3).map(tuple)),
    st.builds(ChartEdit, joined=st.sampled_from(("each", "sum", "mean"))),
    st.builds(ChartEdit, horizontal=st.booleans(), title=st.none() | st.text(max_size=200)),
    st.builds(ChartEdit, order=st.sampled_from(get_args(ChartOrder)), top=st.none() | TOPS),
    st.builds(ChartEdit, top=TOPS),
    st.builds(ChartEdit, limits=st.booleans()),
    st.builds(ChartEdit, add_line=NEW_LINES),
    st.builds(ChartEdit, colour=COLOURS),
)


def _drawn_numbers(made: Any) -> list[float]:
    """Every figure that marks of a chart stand for."""
    found: list[float] = []
    for trace in made.data:
        if trace.type == "pie":
            found += list(trace["values"])
        elif trace.type == "heatmap":
            found += [float(v) for row in trace.z for v in row]
        elif trace.type == "bar":
            own = trace.x if trace.orientation == "h" else trace.y
            found += [float(v) for v in own]
        elif trace.type == "scatter" and trace.line.dash != "dash" and trace.mode != "text":
            found += [float(v) for v in trace.y if v is not None]
    return [v for v in found if not math.isnan(v)]


def _allowed(spec: ChartSpec, found: Result, columns: Sequence[ResultColumn]) -> set[float]:
    """Values of the rows, or of their sums where the chart adds up."""
    table = found.table
    if spec.summed:
        by = [n for n in (spec.x, spec.series) if n]
        table = added_up(table, by, [*spec.y, *spec.y2])
    scale = {c.name: 100.0 if c.display == "percent" else 1.0 for c in columns}
    return {
        float(v) * scale[n]
        for n in (*spec.y, *spec.y2)
        for v in table.column(n).to_pylist()
        if v is not None
    }


@given(results(), st.none() | st.sampled_from(WISHES), st.lists(EDITS, max_size=6), st.data())
def test_any_changes_of_any_result_give_a_chart_that_draws_or_a_refusal(
    made: tuple[SemanticQuery, Result, tuple[ResultColumn, ...]],
    wish: str | None,
    edits: list[ChartEdit],
    data: Any,
) -> None:
    q, found, columns = made
    spec = choose_chart(found, columns, q, MODEL, wish=wish)
    splits = [c.name for c in columns if c.role in ("dimension", "time")]
    if spec.type != "table" and are_apart(found.table, splits):
        edited(spec, ChartEdit(title="Whatever is chosen fits"), found, columns, q, MODEL)
    names = [c.name for c in columns]
    for edit in edits:
        if edit.x is not None:
            edit = ChartEdit(x=data.draw(st.sampled_from(names)))
        elif edit.series:
            edit = ChartEdit(series=data.draw(st.sampled_from(names)))
        elif edit.y:
            edit = ChartEdit(y=tuple(data.draw(st.lists(st.sampled_from(names), max_size=3))))
        elif edit.colour is not None:
            case = case_of(found, columns, q, MODEL)
            shown = categories(case, spec) or ("none",)
            name = data.draw(st.sampled_from(shown))
            colour = CategoryColour(coloured_by(case, spec) or "none", name, edit.colour.meaning)
            edit = ChartEdit(colour=colour)
        assert from_json(to_json(edit), ChartEdit) == edit
        before = spec
        try:
            spec = edited(spec, edit, found, columns, q, MODEL)
        except ChartMisfit as error:
            event(f"refused: {error}")
            continue
        event(f"{before.type} to {spec.type}")
        theme = data.draw(st.sampled_from(("light", "dark")))
        picture = figure(spec, found, columns, theme=theme)
        picture.to_json()
        is_table = bool(picture.data) and picture.data[0].type == "table"
        assert is_table == (spec.type == "table")
        assert len(spec.title) <= max(MOST_TITLE, 1_000)
        has_rest = bool(spec.top_n and spec.other_label)
        if has_rest or spec.type in ("pareto", "table", "kpi", "scatter", "box"):
            continue  # shares, sums of a rest, or two figures
        allowed = _allowed(spec, found, columns)
        if spec.type in ("bar", "grouped_bar") and spec.horizontal:
            allowed.add(0.0)  # a bar of no length
        assert set(_drawn_numbers(picture)) <= allowed


def test_changes_are_values_that_can_be_kept() -> None:
    edit = ChartEdit(
        type="pie",
        y=("a",),
        top=Top(3, "dropped"),
        colour=CategoryColour("a", "b", "good"),
        add_line=NewLine(4.5, "x", "mm/s"),
        drop_line=ThresholdLine(4.5, "x"),
    )
    assert from_json(to_json(edit), ChartEdit) == edit
    assert hash(edit)
