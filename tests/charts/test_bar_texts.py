"""No limit strikes out the number of a bar."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import figure
from core.charts.bar_texts import text_places
from core.types import ChartSpec, Result, ResultColumn, ThresholdLine

NAME = ResultColumn("n", "Pump", "string", "dimension")
VALUE = ResultColumn("v", "Vibration", "double", "measure", unit="mm/s")
LIMIT = ThresholdLine(4.5, "ISO", "warning")


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_one_line_strikes_no_number_of_a_bar_that_has_room(value: float, line: float) -> None:
    span, band = 100.0, 0.08
    [place] = text_places([value], [line], span, band)
    beyond = (line - value) * (-1 if value < 0 else 1)
    if place == "inside":
        assert not -span * band <= beyond < 0
        assert abs(value) >= span * band
    elif abs(value) >= span * band:
        assert not 0 <= beyond <= span * band


def test_a_number_stands_behind_its_bar_where_nothing_is_in_the_way() -> None:
    assert text_places([1.0, float("nan")], [], 10.0, 0.1) == ["outside", "outside"]
    # Between two lines there is no better place.
    assert text_places([5.0], [4.9, 5.1], 10.0, 0.1) == ["outside"]


@pytest.mark.parametrize("lies", [True, False])
def test_bars_under_a_limit(*, lies: bool) -> None:
    table = pa.table({"n": ["a", "b", "c"], "v": [4.6, 4.4, 3.0], "w": [1.0, 4.45, 9.0]})
    other = ResultColumn("w", "Before", "double", "previous", unit="mm/s")
    spec = ChartSpec("grouped_bar", "Bars", x="n", y=("v", "w"), horizontal=lies, lines=(LIMIT,))
    result = Result(table, truncated=False, elapsed_ms=1.0)
    drawn = figure(spec, result, (NAME, VALUE, other))
    bars = [t for t in drawn.data if t.type == "bar"]
    assert [bar.textposition[1] for bar in bars] == ["inside", "inside"]
    assert [bar.textposition[0] for bar in bars] == ["outside", "outside"]
    if not lies:
        assert drawn.layout.xaxis.range[1] > 2.6
