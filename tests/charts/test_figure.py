"""Figures as values: what is drawn for a specification, whatever the data hold."""

from __future__ import annotations

import datetime as dt
import math
import re
import time
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import choose_chart, figure
from core.charts.points import fewer, with_gaps
from core.charts.theme import THEMES
from core.semantic.query import (
    Agg,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    SemanticQuery,
    Transform,
)
from core.types import ChartSpec, ChartType, Result, ResultColumn
from tests.charts.any_results import HOSTILE, WISHES, results, texts
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
    TANK,
    YIELD,
    days,
    query,
    result,
)


def drawn(q: SemanticQuery, values: Any, wish: str | None = None, **more: Any) -> Any:
    found, columns = result(q, values)
    spec = choose_chart(found, columns, q, MODEL, wish=wish)
    return figure(spec, found, columns, **more)


class TestTextIsNeverMarkup:
    """Labels come from data: Plotly must find no tag, link, field or formula in them."""

    @pytest.mark.parametrize(
        ("q", "values", "wish"),
        [
            (query(SHAKE, by=[TANK]), [[HOSTILE, "b"], [1.0, 2.0]], None),
            (query(SHAKE, by=[TANK]), [[HOSTILE], [1.0]], None),
            (query(LOSS, by=[CAUSE]), [[HOSTILE, "b", "c"], [3.0, 2, 1]], None),
            (query(LOSS, by=[CAUSE]), [[HOSTILE, "b", "c"], [3.0, 2, 1]], "pie"),
            (
                query(SHAKE, by=[DAY, TANK]),
                [days(2) * 2, [HOSTILE] * 2 + ["b"] * 2, [1.0] * 4],
                None,
            ),
            (query(YIELD, by=[HALL, TANK]), [[HOSTILE, "b"], [HOSTILE, "c"], [0.1, 0.2]], None),
            (
                query(YIELD, by=[HALL, TANK]),
                [[HOSTILE, "b"], [HOSTILE, "c"], [0.1, 0.2]],
                "heatmap",
            ),
            (query(SHAKE, POWER, by=[TANK]), [[HOSTILE, *"bcdef"], [1.0] * 6, [2.0] * 6], None),
            (query(by=[TANK]), [[HOSTILE, "b"]], None),
            (
                query(SHAKE, by=[DAY], filters=(Filter("tank", Op.EQ, (HOSTILE,)),)),
                [days(2), [1.0, 2.0]],
                None,
            ),
        ],
    )
    def test_in_any_chart(self, q: SemanticQuery, values: Any, wish: str | None) -> None:
        made = drawn(q, values, wish)
        for text in texts(made):
            tags = re.findall(r"<[^>]*>", text)
            assert set(tags) <= {"<br>", "<extra>", "</extra>"}, text
            assert "\u202e" not in text
            assert text.count("$") < 2
        for trace in made.data:
            # A template with text from data in it could name a field of its own.
            assert "onerror" not in str(getattr(trace, "hovertemplate", "") or "")

    def test_in_titles_and_lines_of_a_foreign_spec(self) -> None:
        q = query(SHAKE, by=[TANK])
        found, columns = result(q, [["a", "b"], [1.0, 2.0]])
        spec = ChartSpec("bar", HOSTILE, "tank", ("avg_shake",), x_title=HOSTILE, y_title=HOSTILE)
        made = figure(spec, found, columns)
        assert not [t for t in texts(made) if re.search(r"<(?!br>|/?extra>)", t)]


class TestLines:
    def test_a_missing_day_is_a_gap(self) -> None:
        made = drawn(query(SHAKE, by=[DAY]), [[*days(3), *days(3, dt.date(2026, 6, 6))], [1.0] * 6])
        assert np.isnan(made.data[0].y[3])
        assert made.data[0].connectgaps is False

    def test_null_is_a_gap_and_no_zero(self) -> None:
        made = drawn(query(SHAKE, by=[DAY]), [days(4), [1.0, None, math.inf, 2.0]])
        assert np.isnan(made.data[0].y[1])
        assert np.isnan(made.data[0].y[2])

    def test_a_point_between_gaps_is_seen(self) -> None:
        q = query(SHAKE, by=[Dimension(grain=Grain.HOUR)])
        at = [dt.datetime(2026, 6, 1) + dt.timedelta(hours=i) for i in range(100)]
        values: list[float | None] = [1.0] * 100
        values[49] = values[51] = None
        made = drawn(q, [at, values])
        assert made.data[1].mode == "markers"
        assert len(made.data[1].x) == 1

    def test_ratios_stand_in_per_cent(self) -> None:
        made = drawn(query(YIELD, by=[DAY]), [days(3), [0.5, 0.6, 0.7]])
        assert list(made.data[0].y) == [50.0, 60.0, 70.0]
        assert "%" in made.data[0].hovertemplate

    def test_the_rest_is_the_sum_of_the_rest(self) -> None:
        names = [f"T{i:02d}" for i in range(30) for _ in range(2)]
        values = [days(2) * 30, names, [float(i) for i in range(60)]]
        made = drawn(query(LOSS, by=[DAY, TANK]), values)
        assert len([t for t in made.data if t.showlegend is not False]) == 8
        total = sum(float(np.nansum(t.y)) for t in made.data)
        assert total == pytest.approx(sum(range(60)))

    def test_ratios_have_no_rest(self) -> None:
        names = [f"T{i:02d}" for i in range(30) for _ in range(2)]
        made = drawn(query(YIELD, by=[DAY, TANK]), [days(2) * 30, names, [0.5] * 60])
        assert len(made.data) == 8
        assert "Other" not in {t.name for t in made.data}

    def test_what_was_before_is_grey_and_dotted(self) -> None:
        values = [days(2), [1.0, 2], [2.0, 2], [-1.0, 0], [-0.5, 0]]
        made = drawn(query(LOSS, by=[DAY], comparison=ON_MAY), values)
        assert made.data[1].line.color == THEMES["light"].past
        assert made.data[1].line.dash == "dot"

    def test_two_units_have_two_axes(self) -> None:
        made = drawn(query(SHAKE, POWER, by=[DAY]), [days(3), [1.0, 2, 3], [50.0, 51, 52]])
        assert [t.yaxis for t in made.data] == ["y", "y2"]
        assert made.layout.yaxis.title.text == "Mean vibration (mm/s)"
        assert made.layout.yaxis2.title.text == "Mean power (kW)"


class TestFewerPoints:
    @given(st.integers(2_001, 12_000), st.integers(0, 2**31))
    def test_extremes_and_ends_stay(self, n: int, seed: int) -> None:
        y = np.random.default_rng(seed).normal(size=n)
        x = np.arange(n)
        fx, fy = fewer(x, y, 2_000)
        assert len(fx) <= 2_000 + 2
        assert (fy.min(), fy.max()) == (y.min(), y.max())
        assert (fx[0], fx[-1]) == (0, n - 1)
        assert bool(np.all(np.diff(fx) > 0))

    def test_gaps_stay(self) -> None:
        y = np.ones(9_000)
        y[4_000:4_010] = np.nan
        _, fy = fewer(np.arange(9_000), y, 2_000)
        assert np.isnan(fy).any()

    def test_ten_thousand_rows_become_at_most_two_thousand(self) -> None:
        at = [dt.datetime(2026, 1, 1) + dt.timedelta(minutes=15 * i) for i in range(10_000)]
        q = query(SHAKE, by=[Dimension(grain=Grain.INTERVAL)])
        made = drawn(q, [at, [math.sin(i / 50) for i in range(10_000)]])
        assert sum(len(t.x) for t in made.data) <= 2_010

    def test_a_step_is_learned_from_the_data(self) -> None:
        at = np.array(
            ["2026-06-01T00:00", "2026-06-01T00:15", "2026-06-01T01:00"], "datetime64[us]"
        )
        x, y = with_gaps(at, np.array([1.0, 2.0, 3.0]), None)
        assert len(x) == 4
        assert np.isnan(y[2])


class TestBars:
    def test_lie_sorted_as_the_rows_with_the_first_on_top(self) -> None:
        made = drawn(query(SHAKE, by=[TANK]), [["b", "a"], [2.0, 1.0]])
        assert made.data[0].orientation == "h"
        assert list(made.layout.yaxis.ticktext) == ["b", "a"]
        low, high = made.layout.yaxis.range
        assert low > high

    def test_two_labels_that_clip_alike_stay_two_bars(self) -> None:
        names = ["A very long name of a tank, number one", "A very long name of a tank, number two"]
        made = drawn(query(SHAKE, by=[TANK]), [names, [1.0, 2.0]])
        assert len(made.data[0].x) == 2
        assert all(len(t) <= 22 for t in made.layout.yaxis.ticktext)
        assert "number two" in made.data[0].hovertext[1]

    def test_no_value_is_said(self) -> None:
        made = drawn(query(SHAKE, by=[TANK]), [["a", "b"], [1.0, None]])
        assert made.data[0].text[1] == "no value"
        assert "no value" in made.data[0].hovertext[1]

    def test_start_at_zero(self) -> None:
        made = drawn(query(SHAKE, by=[TANK]), [["a", "b"], [98.0, 99.0]])
        assert made.layout.xaxis.range[0] == 0

    def test_pareto_adds_up_to_all(self) -> None:
        made = drawn(query(LOSS, by=[CAUSE]), [["a", "b", "c"], [1.0, 6.0, 3.0]])
        bars, line = made.data
        assert list(bars.y) == [6.0, 3.0, 1.0]
        assert list(line.y) == pytest.approx([60.0, 90.0, 100.0])
        assert line.yaxis == "y2"

    def test_only_amounts_are_stacked(self) -> None:
        values = [["a", "a", "b", "b"], ["x", "y", "x", "y"], [0.4, 0.5, 0.6, 0.7]]
        assert drawn(query(LOSS, by=[HALL, TANK]), values).layout.barmode == "stack"
        assert drawn(query(YIELD, by=[HALL, TANK]), values).layout.barmode == "group"

    def test_threshold_lines_are_dashed_named_and_have_their_value(self) -> None:
        made = drawn(query(SHAKE, by=[TANK], filters=(PUMPS,)), [["a", "b"], [3.0, 6.0]])
        lines = [t for t in made.data if t.type == "scatter" and t.mode == "lines"]
        assert [t.line.dash for t in lines] == ["dash", "dash"]
        # The numbers stand in one column behind the last line, and no bar has words on it.
        numbers = next(t for t in made.data if t.type == "scatter" and t.mode == "text")
        assert set(numbers.x) == {max(7.1, *made.data[0].x)}
        assert made.data[0].text is None
        assert lines[0].name.startswith("Warning 4.5\u00a0mm/s: Zone B/C")
        assert lines[1].line.color == THEMES["light"].critical
        assert [a.text for a in made.layout.annotations] == ["Warning", "Critical"]


class TestPie:
    def test_each_slice_has_its_name_value_and_share(self) -> None:
        made = drawn(query(LOSS, by=[CAUSE]), [["a", "b", "c", None], [1.0, 6, 0, 1]], "pie")
        (ring,) = made.data
        assert list(ring["values"]) == [6.0, 1.0, 1.0]
        assert [t.replace("\u00a0", " ") for t in ring.text] == [
            "b<br>75.0 % · 6 L",
            "a<br>12.5 % · 1 L",
            "no value<br>12.5 % · 1 L",
        ]
        assert ring.title.text.replace("\u00a0", " ") == "Total<br>8 L"

    def test_names_that_are_clipped_to_the_same_text_stay_two_slices(self) -> None:
        names = ["The same beginning, one", "The same beginning, two"]
        made = drawn(query(LOSS, by=[CAUSE]), [names, [1.0, 2]], "pie")
        assert len(set(made.data[0].labels)) == 2
        assert made.data[0].hovertext[0].startswith("The same beginning, two")

    def test_the_rest_is_one_grey_slice_at_the_end(self) -> None:
        values = [float(i) for i in range(1, 13)]
        made = drawn(query(LOSS, by=[TANK]), [[f"T{i}" for i in range(12)], values], "pie")
        (ring,) = made.data
        assert list(ring["values"]) == [12.0, 11, 10, 9, 8, 7, 6, 15]
        assert ring.text[-1].startswith("Other<br>")
        assert ring.marker.colors[-1] == THEMES["light"].rest

    def test_a_share_is_said_once(self) -> None:
        share = Measure(agg=Agg.SUM, column="loss", transform=Transform.SHARE)
        made = drawn(query(share, by=[CAUSE]), [["a", "b"], [0.25, 0.75]], "pie")
        assert [t.replace("\u00a0", " ") for t in made.data[0].text] == [
            "b<br>75.0 %",
            "a<br>25.0 %",
        ]


def test_kpi_says_the_change_and_whether_it_is_good() -> None:
    made = drawn(query(YIELD, comparison=ON_MAY), [[0.713], [0.737], [-0.024], [-0.03]])
    words = " ".join(a.text for a in made.layout.annotations)
    assert "71.3\u00a0%" in words
    assert "▼ −2.4\u00a0points against 73.7\u00a0%" in words
    assert "worse" in words


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ground_is_the_pages_own(theme: Any) -> None:
    made = drawn(query(SHAKE, by=[TANK]), [["a", "b"], [1.0, 2.0]], theme=theme)
    assert made.layout.paper_bgcolor == made.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert made.layout.font.color == THEMES[theme].ink


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lit = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("theme", "ground"), [("light", "#FFFFFF"), ("dark", "#12181C")])
def test_text_and_marks_stand_out(theme: str, ground: str) -> None:
    found = THEMES[theme]
    for colour in (found.ink, found.quiet):
        assert contrast(colour, ground) >= 4.5
    marks = (found.warning, found.critical, found.caution, found.good, found.rest)
    for colour in (found.series[0], *marks):
        assert contrast(colour, ground) >= 3
    for colour in (found.series[0], *marks):
        assert contrast(found.on(colour), colour) >= 4.5
    assert contrast(found.on(found.series[0]), found.series[0]) >= 4.5


@given(results(), st.none() | st.sampled_from(WISHES))
def test_any_result_has_a_figure(
    made: tuple[SemanticQuery, Result, tuple[ResultColumn, ...]], wish: str | None
) -> None:
    q, found, columns = made
    for theme in ("light", "dark"):
        spec = choose_chart(found, columns, q, MODEL, wish=wish)
        drawn_figure = figure(spec, found, columns, theme=theme)  # type: ignore[arg-type]
        drawn_figure.to_json()
        for text in texts(drawn_figure):
            assert not re.search(r"<(?!br>|/?extra>)", text)


KINDS = get_args(ChartType)


@given(results(), st.sampled_from(KINDS))
def test_a_spec_that_does_not_fit_is_a_table_and_no_error(
    made: tuple[SemanticQuery, Result, tuple[ResultColumn, ...]], kind: ChartType
) -> None:
    _, found, columns = made
    spec = ChartSpec(kind, "x", x="no_such_column", y=("nor_this",))
    assert figure(spec, found, columns).data[0].type == "table"


@pytest.mark.parametrize("n", [0, 1, 10_000])
def test_any_number_of_rows(n: int) -> None:
    q = query(SHAKE, by=[TANK])
    made = drawn(q, [pa.array([f"T{i}" for i in range(n)]), pa.array([float(i) for i in range(n)])])
    assert made.to_json()


def test_built_within_fifteen_milliseconds() -> None:
    q = query(LOSS, by=[DAY, TANK])
    names = [f"T{i:02d}" for i in range(30) for _ in range(30)]
    found, columns = result(q, [days(30) * 30, names, [float(i) for i in range(900)]])
    spec = choose_chart(found, columns, q, MODEL)
    figure(spec, found, columns)
    spent = []
    for _ in range(9):
        start = time.process_time()  # others on the machine do not count
        figure(spec, found, columns)
        spent.append(time.process_time() - start)
    # Twice the target, since tests share their caches.
    assert sorted(spent)[4] < 0.030
