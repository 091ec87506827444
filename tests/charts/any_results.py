"""Questions of any shape with rows that their columns may hold, and what a figure says."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from core.semantic.columns import describe
from core.semantic.query import Agg, Dimension, Grain, Measure, SemanticQuery
from core.types import Result, ResultColumn
from tests.charts.brewery import (
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
    query,
)


def texts(made: Any) -> Iterator[str]:
    """Every string of a figure that may be drawn."""

    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for one in value.values():
                yield from walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                yield from walk(one)
        elif isinstance(value, str):
            yield value

    yield from walk(json.loads(made.to_json()))


HOSTILE = (
    '<img src=x onerror="alert(1)"><b>x</b> <a href="javascript:1">y</a> &lt; $x$ %{y}\n\u202e'
)


TEXT = st.text(max_size=30) | st.sampled_from([HOSTILE, "", " ", "a" * 300, "日本語", "\x00"])
NUMBER = (
    st.none()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.integers(-(10**12), 10**12).map(float)
)
DATE = st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
MOMENT = st.none() | st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1))
DIMENSIONS = {
    TANK: TEXT | st.none(),
    HALL: TEXT | st.none(),
    DAY: DATE,
    Dimension(grain=Grain.HOUR): MOMENT,
    Dimension(grain=Grain.MONTH): DATE,
    Dimension(grain=Grain.HOUR_OF_DAY): st.none() | st.integers(0, 23),
    Dimension(grain=Grain.DAY_OF_WEEK): st.integers(1, 7),
    Dimension(column="temp", bin_width=5.0): NUMBER,
    Dimension(column="brewed_on"): DATE,
}
MEASURES = (SHAKE, YIELD, LOSS, POWER, STOPS, Measure(agg=Agg.MAX, column="shake"))
WISHES = ("line", "bar", "pie", "heatmap", "box", "scatter", "pareto", "stacked_bar", "kpi", "?")


@st.composite
def results(draw: Any) -> tuple[SemanticQuery, Result, tuple[ResultColumn, ...]]:
    """A question of any shape and rows that its columns may hold."""
    by = draw(st.lists(st.sampled_from(list(DIMENSIONS)), max_size=3, unique=True))
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=0 if by else 1, max_size=3))
    compared = draw(st.booleans()) and bool(measures)
    q = query(
        *measures,
        by=by,
        comparison=ON_MAY if compared else None,
        limit=draw(st.none() | st.just(3)),
        filters=draw(st.sampled_from([(), (PUMPS,)])),
    )
    rows = draw(st.integers(0, 12)) if by else 1
    columns = describe(q, MODEL)
    data: list[pa.Array] = []
    for i, column in enumerate(columns):
        kind = DIMENSIONS[by[i]] if i < len(by) else NUMBER
        values = draw(st.lists(kind, min_size=rows, max_size=rows))
        data.append(_array(values, column))
    table = pa.table(data, names=[c.name for c in columns])
    return q, Result(table, draw(st.booleans()), 1.0), columns


def _array(values: list[Any], column: ResultColumn) -> pa.Array:
    if column.type == "integer":
        whole = [
            int(v) if v is not None and math.isfinite(v) and abs(v) < 2**62 else None
            for v in values
        ]
        return pa.array(whole, pa.int64())
    kinds = {"date": pa.date32(), "datetime": pa.timestamp("us"), "double": pa.float64()}
    return pa.array(values, kinds.get(column.type, pa.string()))
