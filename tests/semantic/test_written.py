"""A query as JSON: what is written is read back, and what is not sound is said with its field."""

import datetime as dt
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.errors import ModelFixable, UserFixable
from core.semantic.compile import canonical, compile_query
from core.semantic.narrowed import narrowed
from core.semantic.query import (
    AUTO_WIDTH,
    Agg,
    Anchor,
    Dimension,
    Order,
    SemanticQuery,
)
from core.semantic.written import from_json, to_json
from tests.semantic.queries import JUNE, SHAPES, agg, by, metric, query, where
from tests.semantic.small_model import MODEL
from tests.semantic.strategies import queries

OEE = {"table": "plant_obt", "measures": [{"metric": "oee"}]}


def again(asked: SemanticQuery) -> SemanticQuery:
    return from_json(json.loads(json.dumps(to_json(asked))), MODEL)


def hint_of(value: object) -> str:
    with pytest.raises(ModelFixable) as caught:
        from_json(value, MODEL)
    assert len(caught.value.hint) < 1_000
    return caught.value.hint


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_read_back(name):
    asked = canonical(SHAPES[name], MODEL)  # whose table is that of its first figure
    assert again(asked) == asked


def test_what_is_left_to_its_default_is_not_written():
    asked = query(
        measures=(metric("oee"),),
        dimensions=(by("line_name"), by("day")),
        filters=(where("area_name", "=", "Assembly"),),
        time=JUNE,
        order=(Order("measure"),),
        limit=5,
    )
    assert to_json(asked) == {
        "table": "plant_obt",
        "measures": [{"metric": "oee"}],
        "by": [{"column": "line_name"}, {"grain": "day"}],
        "where": [{"column": "area_name", "op": "=", "values": ["Assembly"]}],
        "time": {"from": "2026-06-01", "to": "2026-07-01"},
        "order": [{"measure": 0, "direction": "desc"}],
        "limit": 5,
    }


def test_units_bins_and_anchors_are_read_back():
    shown = again(query(measures=(agg("sum", "energy_kwh", unit="MW.h"),)))
    assert shown.measures[0].unit == "MW.h"
    bins = query(
        measures=(agg("count"),),
        dimensions=(Dimension(column="vibration_mm_s", bin_width=AUTO_WIDTH),),
    )
    assert again(bins) == bins
    for span in (None, dt.timedelta(days=1), dt.timedelta(minutes=10)):
        filters = (where("asset_id", "=", "PMP-03"),)
        anchored = query(
            measures=(agg("max", "vibration_mm_s"),),
            anchor=Anchor("work_orders", "last", "before", filters, span),
        )
        assert again(anchored) == anchored


def _is_meant(asked: SemanticQuery) -> bool:
    """Whether it avoids what SQL can say and a written query may not: sums of what does not add
    up, means of amounts over single steps, a comparison with all time."""
    table = MODEL.tables[asked.table]
    is_step = table.time is not None and table.time.interval_min is not None
    for measure in asked.measures:
        column = table.columns.get(measure.column or "")
        if measure.agg is Agg.SUM and column and not column.additive:
            return False
        if measure.agg is Agg.AVG and column and column.additive and is_step:
            return False
    other = asked.comparison.window if asked.comparison else None
    return other is None or bool(other.start or other.end)


@given(queries())
def test_a_query_that_compiles_is_read_back(asked: SemanticQuery):
    try:
        asked = canonical(asked, MODEL)
        compile_query(asked, MODEL)
    except UserFixable:
        assert hint_of(to_json(asked))
        return
    assume(_is_meant(asked))
    assert again(asked) == asked


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["table", "measures", "where", "op", "column", "x"]), inner
        )
    ),
    max_leaves=12,
)


@given(json_values, st.sampled_from(["", "measures", "by", "where", "time", "compare", "order"]))
def test_any_json_is_a_query_or_told_what_is_wrong(value: object, place: str):
    with suppress(ModelFixable):
        compile_query(from_json({**OEE, place: value} if place else value, MODEL), MODEL)


#: Lines of a change of a sound query, and a part of the hint.
UNSOUND = [
    json.loads(line)
    for line in (Path(__file__).parent / "unsound_queries.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", UNSOUND, ids=[case["hint"][:40] for case in UNSOUND])
def test_what_is_not_sound_is_told_with_its_field(case: dict[str, Any]):
    assert case["hint"] in hint_of({**OEE, **case["change"]})


def test_what_is_no_object_is_told():
    for value in (None, [], "oee", 5, [OEE]):
        assert "must be an object with the fields table, kind, measures" in hint_of(value)


def test_null_counts_as_left_out():
    asked = from_json({**OEE, "limit": None, "time": None, "by": None}, MODEL)
    assert asked == query(measures=(metric("oee"),))


def test_what_is_not_visible_is_not_there_and_in_no_hint():
    visible = {"plant_obt": frozenset(MODEL.tables["plant_obt"].columns) - {"vibration_mm_s"}}
    assert from_json(OEE, MODEL, visible).measures == (metric("oee"),)
    for value in (
        {"table": "plant_obt", "measures": [{"agg": "avg", "column": "vibration"}]},
        {"table": "plant_obt", "measures": [{"agg": "avg", "column": "vibration_mm_"}]},
        {"table": "plant_obt", "measures": [{"metric": "mean_vibratio"}]},
        {"table": "work_order", "measures": [{"agg": "count"}]},
    ):
        with pytest.raises(ModelFixable) as caught:
            from_json(value, MODEL, visible)
        assert "vibration_mm_s" not in caught.value.hint
        assert "mean_vibration'" not in caught.value.hint
        assert "work_orders" not in caught.value.hint


def test_a_metric_over_other_metrics_goes_with_a_part_that_is_not_visible():
    everything = {name: frozenset(table.columns) for name, table in MODEL.tables.items()}
    assert narrowed(MODEL, everything).metrics == MODEL.metrics
    fewer = {**everything, "work_orders": frozenset()}
    assert "mtbf" in MODEL.metrics
    assert "mtbf" not in narrowed(MODEL, fewer).metrics
    assert "inherent_availability" not in narrowed(MODEL, fewer).metrics
