"""Control limits on a chart: drawn where they hold, refused where not, kept as others are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
import pytest

from core.charts import ChartMisfit, choose_chart, edited, figure
from core.charts.choices import choices
from core.charts.steps import steps_of
from core.codec import from_json, to_json
from core.semantic.query import Grain
from core.statistics.baseline import baseline
from core.types import ChartEdit, ChartSpec, Result, ResultColumn
from tests.charts.brewery import DAY, MODEL, SHAKE, TANK, days, query, result


def noise(count: int, seed: int = 1) -> list[float]:
    return [float(v) for v in np.random.default_rng(seed).normal(5, 1, count)]


class Line:
    """One line over days."""

    def __init__(self, values: list[float | None]) -> None:
        self.query = query(SHAKE, by=[DAY])
        self.result, self.columns = result(self.query, [days(len(values)), values])
        self.spec = choose_chart(self.result, self.columns, self.query, MODEL)
        assert self.spec.type == "line"

    def edit(self, spec: ChartSpec | None = None, **change: Any) -> ChartSpec:
        return edited(
            spec or self.spec, ChartEdit(**change), self.result, self.columns, self.query, MODEL
        )

    def drawn(self, spec: ChartSpec, theme: Any = "light") -> go.Figure:
        return figure(spec, self.result, self.columns, theme=theme)


def traces(drawn: go.Figure) -> dict[str, Any]:
    return {str(trace.name).split(" ")[0]: trace for trace in drawn.data}


def test_limits_are_those_of_the_first_readings() -> None:
    values = noise(90)
    line = Line([*values[:60], *(v + 4 for v in values[60:])])
    spec = line.edit(control="both")
    assert spec.control is not None
    own = baseline(values[:30]).usual
    assert spec.control.mean == pytest.approx(own.mean)
    assert spec.control.sigma == pytest.approx(own.sigma)
    assert (spec.control.start - spec.control.first).days == 30
    assert "no specification limits" in spec.note
    drawn = traces(line.drawn(spec))
    low, high = own.lower_control_limit, own.upper_control_limit
    found = [y for y in drawn["Control"].y if y is not None]
    assert found == pytest.approx([low, low, high, high])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marked_readings_name_the_rules_that_they_break(theme: Any) -> None:
    values = noise(60)
    values[50] = 40.0
    line = Line(list(values))
    drawn = traces(line.drawn(line.edit(control="both"), theme))
    marks = drawn["Breaks"]
    at = list(marks.y).index(40.0)
    assert "Western Electric rule 1, Nelson rule 1: beyond 3 sigma" in marks.customdata[at]
    assert "%{customdata}" in marks.hovertemplate
    only = traces(line.drawn(line.edit(control="nelson"), theme))["Breaks"]
    assert all("Western Electric" not in text for text in only.customdata)
    control = line.edit(control="both").control
    assert control is not None
    assert not [d for d in marks.x if np.datetime64(d) < np.datetime64(control.start)]


def test_other_changes_keep_them_and_another_line_does_not() -> None:
    line = Line(list(noise(60)))
    spec = line.edit(control="nelson")
    assert line.edit(spec, title="Mine").control == spec.control
    both = line.edit(spec, control="both").control
    assert both is not None
    assert both.rules == "both"
    as_bars = line.edit(spec, type="bar")
    assert as_bars.note == ""
    assert line.edit(as_bars, type="line").control == spec.control
    gone = line.edit(spec, control="none")
    assert gone.control is None
    assert gone.note == ""
    with pytest.raises(ChartMisfit, match="shows no control limits"):
        line.edit(gone, control="none")


def test_a_specification_is_kept_as_text() -> None:
    line = Line(list(noise(60)))
    spec = line.edit(control="both")
    assert from_json(to_json(spec), ChartSpec) == spec
    edit = ChartEdit(control="western_electric")
    assert from_json(to_json(edit), ChartEdit) == edit


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([1.0, 2.0], "Too few readings"),
        (noise(20), "Too few readings"),
        ([3.0] * 60, "do not vary"),
        (list(np.linspace(0, 9, 60)), "not independent"),
        ([None] * 59 + [1.0], "Too few readings"),
    ],
)
def test_where_limits_would_not_hold_it_is_said(values: list[float | None], why: str) -> None:
    line = Line(values)
    with pytest.raises(ChartMisfit, match=why):
        line.edit(control="both")


def test_of_several_lines_and_of_bars_there_are_none() -> None:
    q = query(SHAKE, by=[TANK])
    found, columns = result(q, [["a", "b"], [1.0, 2.0]])
    spec = choose_chart(found, columns, q, MODEL)
    assert not choices(spec, found, columns, q, MODEL).can_control
    with pytest.raises(ChartMisfit, match="one line over time"):
        edited(spec, ChartEdit(control="both"), found, columns, q, MODEL)
    line = Line(list(noise(60)))
    assert choices(line.spec, line.result, line.columns, line.query, MODEL).can_control


def test_rows_that_are_cut_say_nothing_of_what_is_usual() -> None:
    line = Line(list(noise(60)))
    cut = Result(line.result.table, truncated=True, elapsed_ms=0.0)
    with pytest.raises(ChartMisfit, match="Not all rows"):
        edited(line.spec, ChartEdit(control="both"), cut, line.columns, line.query, MODEL)


def test_gaps_in_time_are_missing_readings() -> None:
    start = dt.datetime(2026, 3, 1)
    hours = [0, 1, 2, 6, 7, 400]
    table = pa.table(
        {
            "hour": pa.array([start + dt.timedelta(hours=h) for h in reversed(hours)]),
            "v": pa.array([float(h) for h in reversed(hours)]),
        }
    )
    steps = steps_of(table, "hour", ResultColumn("v", "V", "double", "measure"), Grain.HOUR)
    assert steps.values[:8].tolist()[:3] == [0.0, 1.0, 2.0]
    assert np.isnan(steps.values[3:6]).all()
    assert steps.values[6] == 6.0
    assert len(steps.values) == 8 + 16 + 1
    assert steps.position(start + dt.timedelta(hours=3)) == 6
    assert steps.moment(6) == start + dt.timedelta(hours=6)
    with pytest.raises(ValueError, match="no reading"):
        steps.moment(4)
