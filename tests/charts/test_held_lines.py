"""Lines of thresholds: those in force at the time that a chart shows, each while it held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import plotly.graph_objects as go
import pytest

from core.charts import choose_chart, edited, figure
from core.charts.choices import choices
from core.charts.stretches import stretch
from core.printing.chart import is_drawn
from core.semantic.held import Held, HeldLimit
from core.semantic.limits import Known, limits_over
from core.semantic.query import Agg, Dimension, Grain, Measure, SemanticQuery
from core.translation import speaking
from core.types import ChartEdit, ChartSpec, ThresholdLine
from tests.charts.brewery import (
    DAY,
    LOSS,
    MODEL,
    PUMPS,
    SHAKE,
    TANK,
    YIELD,
    days,
    query,
    result,
)

TENTH, SINCE = dt.datetime(2026, 6, 10, 6), dt.datetime(2026, 1, 1)
OLD = HeldLimit(5.0, kind="high", version=1, since=SINCE, source="Standard 2", end=TENTH)
NEW = HeldLimit(4.0, kind="high", version=2, since=TENTH, source="Standard 2", start=TENTH)
CHANGED = Known(held=(Held("shake", (NEW, OLD)),))
HOUR = Dimension(grain=Grain.HOUR_OF_DAY)
BY_DAY = query(SHAKE, by=[DAY])
MONTH = [days(30), [3.0 + n / 20 for n in range(30)]]


def spec(q: SemanticQuery, values: Any, known: Known, wish: str | None = None) -> ChartSpec:
    found, columns = result(q, values)
    return choose_chart(found, columns, q, MODEL, wish=wish, known=known)


def drawn(q: SemanticQuery, values: Any, known: Known, wish: str | None = None) -> go.Figure:
    found, columns = result(q, values)
    return figure(choose_chart(found, columns, q, MODEL, wish=wish, known=known), found, columns)


def lines(of: ChartSpec) -> list[tuple[float, dt.datetime | None, dt.datetime | None]]:
    return [(line.value, line.start, line.end) for line in of.lines]


def of_limits(made: go.Figure) -> list[Any]:
    return [t for t in made.data if t.type == "scatter" and t.line.dash == "dash"]


class TestAlongTime:
    def test_each_version_stands_where_it_held(self) -> None:
        found = spec(BY_DAY, MONTH, CHANGED)
        assert lines(found) == [(4.0, TENTH, None), (5.0, None, TENTH)]
        assert found.lines[0].before == 5.0
        assert found.note == ""

    def test_the_name_tells_version_and_day(self) -> None:
        first, second = spec(BY_DAY, MONTH, CHANGED).lines
        assert first.label == "High, version 2, valid from 10 Jun 2026 06:00"
        assert second.label == "High, version 1, valid from 1 Jan 2026"
        assert second.more == "In force until 10 Jun 2026 06:00. Standard 2"

    def test_in_each_language(self) -> None:
        with speaking("de"):
            assert "Version 2" in spec(BY_DAY, MONTH, CHANGED).lines[0].label
        with speaking("vi"):
            label = spec(BY_DAY, MONTH, CHANGED).lines[0].label
        assert "version" not in label
        assert "High" not in label

    def test_a_step_is_drawn(self) -> None:
        new, old = of_limits(drawn(BY_DAY, MONTH, CHANGED))
        at = np.datetime64(TENTH, "us")
        assert (old.x[0], old.x[-1]) == (np.datetime64("2026-06-01", "us"), at)
        assert set(old.y) == {5.0}
        # from the height of before to its own
        assert list(new.x[:2]) == [at, at]
        assert list(new.y[:2]) == [5.0, 4.0]
        assert new.x[-1] == np.datetime64("2026-06-30", "us")

    def test_the_mouse_finds_the_version_anywhere_on_it(self) -> None:
        new, old = of_limits(drawn(BY_DAY, MONTH, CHANGED))
        assert new.hoverinfo == "text"
        told = [t.replace("<br>", " ").replace("\u00a0", " ") for t in new.hovertext]
        name = "Warning 4 mm/s: High, version 2, valid from 10 Jun 2026 06:00"
        assert set(told[1:-1]) == {name}
        assert told[0] == told[-1] == f"{name} In force until the end of this time. Standard 2"
        assert len(old.x) == 11  # each day that it held, and its end

    def test_as_bars_along_time(self) -> None:
        found = spec(BY_DAY, MONTH, CHANGED, wish="bar")
        assert found.type == "bar"
        assert len(lines(found)) == 2
        new, old = of_limits(drawn(BY_DAY, MONTH, CHANGED, wish="bar"))
        assert old.x[-1] == new.x[0] == np.datetime64(TENTH, "us")

    def test_it_goes_on_paper(self) -> None:
        assert is_drawn(drawn(BY_DAY, MONTH, CHANGED))

    def test_what_differs_is_said(self) -> None:
        held = Held("shake", (OLD,), differ=((TENTH, None),))
        found = spec(BY_DAY, MONTH, Known(held=(held,)))
        assert lines(found) == [(5.0, None, TENTH)]
        assert found.note == "Where not all of these assets have the same limit, none is drawn."

    def test_a_part_beyond_the_last_step_is_not_drawn(self) -> None:
        late = replace(NEW, start=dt.datetime(2026, 6, 30, 5))
        made = drawn(BY_DAY, MONTH, Known(held=(Held("shake", (late,)),)))
        assert not of_limits(made)


class TestWithoutTime:
    VALUES: ClassVar = [["a", "b"], [3.0, 4.5]]

    def test_what_held_throughout(self) -> None:
        always = replace(OLD, end=None)
        found = spec(query(SHAKE, by=[TANK]), self.VALUES, Known(held=(Held("shake", (always,)),)))
        assert lines(found) == [(5.0, None, None)]

    def test_what_changed_is_said_and_not_drawn(self) -> None:
        found = spec(query(SHAKE, by=[TANK]), self.VALUES, CHANGED)
        assert not found.lines
        assert found.note == (
            "Limits changed within this time (10 Jun 2026); those that did not hold throughout "
            "are not drawn."
        )

    def test_a_part_of_the_day_is_no_time(self) -> None:
        found = spec(query(SHAKE, by=[HOUR]), [list(range(24)), [4.0] * 24], CHANGED)
        assert not found.lines
        assert "10 Jun 2026" in found.note

    def test_assets_with_different_ones(self) -> None:
        held = Held("shake", (), differ=((None, None),))
        found = spec(query(SHAKE, by=[TANK]), self.VALUES, Known(held=(held,)))
        assert not found.lines
        assert found.note == "Where not all of these assets have the same limit, none is drawn."

    def test_what_is_not_known_is_not_drawn_and_said(self) -> None:
        held = Held("shake", is_unknown=True)
        q = query(SHAKE, by=[TANK], filters=(PUMPS,))
        found = spec(q, self.VALUES, Known(held=(held,)))
        assert not found.lines
        assert found.note == "Which limits counted at that time cannot be told, so none is drawn."


class TestWhichFigures:
    """Thresholds count where the model's limits would: on the level of readings."""

    HELD = Known(held=(Held("shake", (replace(OLD, end=None),)),))

    def test_they_take_the_place_of_the_models(self) -> None:
        q = query(SHAKE, by=[TANK], filters=(PUMPS,))
        assert lines(spec(q, [["a", "b"], [3.0, 6.0]], self.HELD)) == [(5.0, None, None)]

    def test_not_those_of_another_figure(self) -> None:
        q = query(LOSS, by=[TANK])
        assert not spec(q, [["a", "b"], [3.0, 6.0]], self.HELD).lines
        spread = Measure(agg=Agg.STDDEV, column="shake")
        assert not spec(query(spread, by=[TANK]), [["a", "b"], [3.0, 6.0]], self.HELD).lines

    def test_in_the_unit_that_is_shown(self) -> None:
        inches = Measure(agg=Agg.AVG, column="shake", unit="[in_i]/s")
        over = limits_over(inches, query(inches), MODEL, unit="[in_i]/s", known=self.HELD)
        assert over.limits[0].value == pytest.approx(5.0 / 25.4)
        assert not limits_over(inches, query(inches), MODEL, unit="Cel", known=self.HELD).limits

    def test_of_a_ratio_in_per_cent(self) -> None:
        low = HeldLimit(0.8, "low", kind="low", version=3, since=SINCE)
        known = Known(held=(Held("yield_rate", (low,)),))
        found = spec(query(YIELD, by=[TANK]), [["a", "b"], [0.7, 0.9]], known)
        assert [line.value for line in found.lines] == [80.0]

    def test_statistics_are_named(self) -> None:
        mean = replace(OLD, end=None, statistic="mean", window_min=60)
        found = spec(BY_DAY, MONTH, Known(held=(Held("shake", (mean,)),)))
        assert found.lines[0].label == ("High, version 1, Mean of 60 min, valid from 1 Jan 2026")


class TestEdits:
    """A changed chart has the limits that its own picture can have."""

    Q = query(SHAKE, by=[DAY, TANK])
    VALUES: ClassVar = [days(20) * 2, ["a"] * 20 + ["b"] * 20, [4.0] * 40]

    def changed(self, start: ChartSpec, *edits: ChartEdit) -> ChartSpec:
        found, columns = result(self.Q, self.VALUES)
        for one in edits:
            start = edited(start, one, found, columns, self.Q, MODEL, CHANGED)
        return start

    def test_another_picture_and_back(self) -> None:
        along = spec(self.Q, self.VALUES, CHANGED)
        assert len(along.lines) == 2
        box = self.changed(along, ChartEdit(type="box"))
        assert not box.lines
        assert "Limits changed within this time (10 Jun 2026)" in box.note
        again = self.changed(box, ChartEdit(type="line"))
        assert lines(again) == lines(along)
        assert again.note == ""

    def test_what_somebody_took_away_stays_away(self) -> None:
        along = spec(self.Q, self.VALUES, CHANGED)
        bare = self.changed(along, ChartEdit(limits=False))
        assert not bare.lines
        one = self.changed(along, ChartEdit(drop_line=along.lines[0]))
        assert len(one.lines) == 1

    def test_they_come_back_with_a_press(self) -> None:
        along = spec(self.Q, self.VALUES, CHANGED)
        found, columns = result(self.Q, self.VALUES)
        bare = self.changed(along, ChartEdit(limits=False))
        assert choices(bare, found, columns, self.Q, MODEL, CHANGED).has_limits
        assert lines(self.changed(bare, ChartEdit(limits=True))) == lines(along)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, [0.0, 10.0]),
        (None, TENTH, [0.0, 10.0]),  # an axis of no moments knows no times
    ],
)
def test_an_axis_of_no_moments(
    start: dt.datetime | None, end: dt.datetime | None, expected: Sequence[float]
) -> None:
    line = ThresholdLine(5.0, "x", start=start, end=end)
    found = stretch(line, 0.0, 10.0)
    assert found is not None
    assert found.along == expected
