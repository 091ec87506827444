"""Rows are compared by value: what may differ, and what must never pass as the same."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.rows import difference

RIGHT = pa.table({"line": ["Line 1", "Line 2"], "oee": [0.5, 0.25]})


def table(**columns: list[Any]) -> pa.Table:
    return pa.table(columns)


@pytest.mark.parametrize(
    "answer",
    [
        table(oee=[0.25, 0.5], line_name=["Line 2", "Line 1"]),
        table(a=["Line 1", "Line 2"], b=[0.5 * (1 + 9e-7), 0.25]),
        table(a=["Line 1", "Line 2"], b=[1, 1], c=[0.5, 0.25]),
        table(a=["LINE 1 ", "line 2"], b=[Decimal("0.50"), Decimal("0.25")]),
    ],
    ids=["other order and names", "float noise", "more columns", "case and decimals"],
)
def test_the_same(answer: pa.Table) -> None:
    assert difference(RIGHT, answer) is None


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (table(a=["Line 1", "Line 2"], b=[0.25, 0.5]), "belong to other rows"),
        (
            table(a=["Line 1", "Line 2"], b=[0.5, 0.2501]),
            "'oee' of line 2 is 0.2501, expected 0.25",
        ),
        (table(a=["Line 1"], b=[0.5]), "1 rows, expected 2"),
        (table(a=["Line 1", "Line 1"], b=[0.5, 0.25]), "'line' differs"),
        (table(b=[0.5, 0.25]), "1 columns, expected 2"),
        (table(a=["Line 1", "Line 2"], b=[0.5, None]), "is NULL, expected 0.25"),
        (table(a=["Line 1", "Line 2"], b=["0.5", "0.25"]), "no column holds 'oee'"),
    ],
)
def test_not_the_same(answer: pa.Table, told: str) -> None:
    reason = difference(RIGHT, answer)
    assert reason is not None
    assert told in reason


def test_a_count_is_exact_however_large() -> None:
    assert difference(table(n=[2_000_000]), table(n=[2_000_001])) is not None
    assert difference(table(n=[2_000_000]), table(n=[2_000_000.0])) is None


def test_each_right_column_needs_a_column_of_its_own() -> None:
    right = table(a=[1.0, 2.0], b=[1.0, 2.0])
    assert difference(right, table(x=[1.0, 2.0], y=["p", "q"])) is not None
    assert difference(right, table(x=[1.0, 2.0], y=[1.0, 2.0])) is None


def test_columns_with_the_same_values_are_told_apart_by_their_rows() -> None:
    right = table(k=["a", "b", "c"], now=[1.0, 2.0, 3.0], before=[3.0, 2.0, 1.0])
    assert difference(right, table(k=["a", "b", "c"], x=[3.0, 2.0, 1.0], y=[1.0, 2.0, 3.0])) is None
    assert difference(right, table(k=["a", "b", "c"], x=[3.0, 1.0, 2.0], y=[1.0, 2.0, 3.0]))


def test_order_counts_only_when_asked_for() -> None:
    turned = RIGHT.take([1, 0])
    assert difference(RIGHT, turned) is None
    assert difference(RIGHT, turned, ordered=True) is not None
    assert difference(RIGHT, RIGHT, ordered=True) is None


def test_a_day_is_its_midnight_in_every_form() -> None:
    day = dt.date(2026, 6, 1)
    forms = [[day], [dt.datetime(2026, 6, 1)], ["2026-06-01"], ["2026-06-01 00:00:00"]]
    for right in forms:
        for answer in forms:
            assert difference(table(d=right), table(d=answer)) is None
    assert difference(table(d=[day]), table(d=[dt.datetime(2026, 6, 1, 1)])) is not None


def test_null_and_nan_are_the_same_and_no_number() -> None:
    assert difference(table(a=[None, 1.0]), table(a=[1.0, float("nan")])) is None
    assert difference(table(a=[0.0]), table(a=pa.array([None], pa.float64()))) is not None


def test_rows_that_are_doubled_are_counted() -> None:
    assert difference(table(a=["x", "x", "y"]), table(a=["x", "y", "y"])) is not None


cells = st.one_of(
    st.none(), st.floats(0, 1e6).map(lambda v: round(v, 3)), st.sampled_from([0.1, 0.2, 7.0])
)


@given(st.lists(st.tuples(st.sampled_from("abc"), cells, cells), max_size=12), st.randoms())
def test_shuffled_rows_and_columns_stay_the_same(rows: list[tuple[Any, ...]], rng: Any) -> None:
    def build(data: list[tuple[Any, ...]], order: list[int]) -> pa.Table:
        kinds = [pa.string(), pa.float64(), pa.float64()]
        arrays = [pa.array([row[i] for row in data], kinds[i]) for i in order]
        return pa.table(arrays, names=[f"c{i}" for i in order])

    order = [0, 1, 2]
    right = build(rows, order)
    shuffled = list(rows)
    rng.shuffle(shuffled)
    rng.shuffle(order)
    assert difference(right, build(shuffled, order)) is None
    if rows and rows[0][1] is not None:
        changed = [(rows[0][0], rows[0][1] * 1.01 + 1.0, rows[0][2]), *rows[1:]]
        as_rows = [sorted(map(repr, data)) for data in (rows, changed)]
        if as_rows[0] != as_rows[1]:
            alone = right.select(["c0", "c1"])
            assert difference(alone, build(changed, [0, 1])) is not None


def test_exact_numbers_and_doubles_of_one_value_are_the_same() -> None:
    whole, part = [2**60, 3], [Decimal("0.1"), Decimal("12345678901234567890.5")]
    assert difference(table(n=whole), table(n=[Decimal(v) for v in whole])) is None
    assert difference(table(n=whole), table(n=[Decimal(2**60 + 1), Decimal(3)])) is not None
    assert difference(table(n=part), table(n=[float(v) for v in part])) is None
    assert difference(table(n=[Decimal("1.00"), None]), table(n=[1, None])) is None
    assert difference(table(n=[Decimal("1.00")]), table(n=[Decimal("1.01")])) is not None
