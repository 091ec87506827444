"""One hash for the same rows, whatever way they came, and another one for other rows."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.passports.canonical import are_same, floors_of, hashes, plain
from core.passports.comparing import difference
from tests.services.answers import column

LINE = column("line")
KWH = column("kwh", type="double", role="measure", unit="kW.h")
COLUMNS = (LINE, KWH)
WORDS = st.none() | st.text(max_size=5)
#: Numbers of six digits, far from where a ninth digit is rounded up or down.
FIGURES = st.none() | st.builds(
    lambda n, power: n * 10.0**power, st.integers(-999_999, 999_999), st.integers(-3, 0)
)
ROWS = st.lists(st.tuples(WORDS, FIGURES), min_size=1, max_size=30)


def table(rows: list[Any]) -> pa.Table:
    return pa.table(
        {
            "line": pa.array([r[0] for r in rows], pa.string()),
            "kwh": pa.array([r[1] for r in rows], pa.float64()),
        }
    )


@given(ROWS, st.data())
def test_chunks_dictionaries_and_order_are_no_difference(rows: Any, data: st.DataObject) -> None:
    first = hashes(table(rows), COLUMNS)
    cut = data.draw(st.integers(0, len(rows)))
    chunked = pa.concat_tables([table(rows[:cut]), table(rows[cut:])])
    assert hashes(chunked, COLUMNS) == first
    padded = table([("x", 1.0), *rows, ("y", 2.0)]).slice(1, len(rows))
    assert hashes(padded, COLUMNS) == first
    coded = chunked.set_column(0, "line", chunked.column("line").dictionary_encode())
    assert hashes(coded, COLUMNS) == first
    large = chunked.set_column(0, "line", chunked.column("line").cast(pa.large_string()))
    assert hashes(large, COLUMNS) == first
    mixed = data.draw(st.permutations(rows))
    assert hashes(table(mixed), COLUMNS).content == first.content
    if table(mixed).to_pylist() != table(rows).to_pylist():
        assert hashes(table(mixed), COLUMNS).order != first.order


@given(ROWS, st.data())
def test_last_digits_are_no_difference_and_others_are(rows: Any, data: st.DataObject) -> None:
    noise = st.floats(-3e-15, 3e-15)
    near = [(w, f if f is None else f * (1 + data.draw(noise))) for w, f in rows]
    # Of two lines with one name, which row is which may follow from the last digits.
    assert hashes(table(near), COLUMNS).content == hashes(table(rows), COLUMNS).content
    assert difference(table(rows), table(near), COLUMNS) is None
    at = data.draw(st.integers(0, len(rows) - 1))
    other = list(rows)
    other[at] = (rows[at][0], (rows[at][1] or 0.0) * 1.001 + 1.0)
    assert not hashes(table(other), COLUMNS).are_of(hashes(table(rows), COLUMNS).content)
    assert difference(table(rows), table(other), COLUMNS) is not None


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=20))
def test_any_doubles(values: list[float]) -> None:
    found = pa.table({"kwh": pa.array(values, pa.float64())})
    assert hashes(found, (KWH,)) == hashes(found, (KWH,))
    assert difference(found, found, (KWH,)) is None


def test_a_sum_in_another_order_is_the_same_figure() -> None:
    values = np.random.default_rng(3).gamma(2.0, 1000.0, 100_000)
    sums = {
        float(np.add.reduce(values)),
        math.fsum(values),
        float(sum(values)),
        float(sum(values[::-1])),
    }
    assert len(sums) > 1, "these sums differ in their last digits"
    assert len({hashes(table([("a", s)]), COLUMNS) for s in sums}) == 1


def test_what_is_left_of_two_large_sums_is_no_figure() -> None:
    """A change of nothing may come as 0 or as a last digit of what it is the difference of."""
    change = column("change", type="double", role="change", unit="kW.h")
    columns = (LINE, KWH, change)
    one, other = (
        table([("a", 123_456_789.25)]).append_column("change", pa.array([value]))
        for value in (0.0, 1.5e-8)
    )
    assert hashes(one, columns) == hashes(other, columns)
    assert difference(one, other, columns) is None
    # In another unit it is a figure of its own.
    ratio = column("ratio", type="double", role="measure", unit="1")
    columns = (LINE, KWH, ratio)
    assert not hashes(one, columns).are_of(hashes(other, columns).content)


ALL = [
    pa.array([1], pa.int64()), pa.array([1.0], pa.float64()), pa.array(["1"], pa.string()),
    pa.array([True], pa.bool_()), pa.array([Decimal(1)], pa.decimal128(9, 2)),
    pa.array([None], pa.int64()), pa.array([None], pa.string()), pa.array([0], pa.int64()),
    pa.array([""], pa.string()), pa.array([math.nan], pa.float64()),
    pa.array([math.inf], pa.float64()), pa.array([-math.inf], pa.float64()),
    pa.array([None], pa.float64()), pa.array([0.0], pa.float64()),
    pa.array([dt.date(1970, 1, 2)], pa.date32()), pa.array([1], pa.timestamp("us")),
    pa.array([1], pa.timestamp("us", "UTC")), pa.array([["a", "b"]]), pa.array([["a, b"]]),
]  # fmt: skip


def test_what_is_not_the_same_has_another_hash() -> None:
    found = [hashes(pa.table({"a": values}), (column("a"),)).content for values in ALL]
    assert len({each for both in found for each in set(both)}) == sum(len(set(b)) for b in found)
    assert len(set(found)) == len(ALL)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.array([0.0]), pa.array([-0.0])),
        (pa.array([1], pa.int32()), pa.array([1], pa.int64())),
        (pa.array([1.5], pa.float32()), pa.array([1.5], pa.float64())),
        (pa.array([Decimal("1.50")]), pa.array([Decimal("1.500")])),
        (pa.array([2**40], pa.timestamp("us")), pa.array([2**40 * 1000], pa.timestamp("ns"))),
    ],
)
def test_what_is_the_same_in_another_type_has_the_same(one: pa.Array, other: pa.Array) -> None:
    columns = (column("a"),)
    assert hashes(pa.table({"a": one}), columns) == hashes(pa.table({"a": other}), columns)


def test_cells_do_not_run_into_one_another() -> None:
    def of(*cells: str) -> tuple[str, ...]:
        return hashes(pa.table({"a": cells[:2], "b": cells[2:]}), (LINE, LINE)).order

    assert len({of("ab", "c", "d", "e"), of("a", "bc", "d", "e"), of("a", "b", "cd", "e")}) == 3


def test_no_rows_and_no_columns() -> None:
    empty = table([])
    assert hashes(empty, COLUMNS) == hashes(pa.concat_tables([empty, empty]), COLUMNS)
    assert hashes(empty, COLUMNS) != hashes(table([(None, None)]), COLUMNS)
    assert hashes(pa.table({}), ()) == hashes(pa.table({}), ())


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-300, 1.0, 9.99999999e7, 1e15, 1.7e308])
def test_very_small_and_very_large(size: float) -> None:
    one = table([("a", size)])
    assert hashes(one, COLUMNS) != hashes(table([("a", -size)]), COLUMNS)
    floor = floors_of(plain(one), COLUMNS)[1]
    assert are_same(size, size, floor)


@pytest.mark.parametrize("figure", [1.000000005, 123.4567885, 0.99999999950, 2.500000025e12])
def test_where_one_hash_rounds_the_other_does_not(figure: float) -> None:
    near = [figure * (1 + noise) for noise in (-1e-12, 0.0, 1e-12)]
    found = [hashes(table([("a", value)]), COLUMNS) for value in near]
    assert found[0].content != found[2].content
    assert found[0].are_of(found[2].content)
    assert found[0].stand_as(found[2].order)
    assert found[1].are_of(found[0].content)


@pytest.mark.parametrize("power", range(-12, 13))
def test_powers_of_ten_are_one_figure_from_either_side(power: int) -> None:
    figure = 10.0**power
    near = [figure * (1 - 1e-15), figure, figure * (1 + 1e-15)]
    assert len({hashes(table([("a", value)]), COLUMNS) for value in near}) == 1
