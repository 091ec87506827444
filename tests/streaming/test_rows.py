"""Readings become rows: means by time, grades, counters, units and the plant's clock."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.streaming.batch import made, read_batch
from core.streaming.mapping import Source, Take
from core.streaming.reading import Reading, from_us, to_us
from core.streaming.rows import Cell, Held, cell, shift_at, time_cells
from tests.streaming.small import small_mapping, small_model

_BAD, _UNCERTAIN = 0x80000000, 0x40000000
_HOURS = {"Early": (360, 840), "Late": (840, 1320), "Night": (1320, 360)}


def reading(at: int, value: float | str | None, status: int = 0) -> Reading:
    return Reading("n", at, value, status)


def source(take: Take = "mean") -> Source:
    return Source("n", "c", take)


@pytest.mark.parametrize(
    ("held", "readings", "expected"),
    [
        (reading(-5, 10.0), [], Cell(10.0, "good")),
        (None, [], Cell(None, "bad")),
        (reading(-5, 10.0), [reading(75, 50.0)], Cell(20.0, "good")),
        (None, [reading(50, 8.0)], Cell(8.0, "uncertain")),
        (reading(-5, 10.0), [reading(50, None, _BAD)], Cell(10.0, "uncertain")),
        (reading(-5, 10.0), [reading(50, 90.0, _BAD)], Cell(10.0, "uncertain")),
        (reading(-5, 10.0, _UNCERTAIN), [], Cell(10.0, "uncertain")),
        (reading(-5, 10.0, _UNCERTAIN), [reading(90, 4.0)], Cell(4.0, "uncertain")),
        (reading(-5, None, _BAD), [], Cell(None, "bad")),
        (reading(-5, None), [], Cell(None, "bad")),
        (None, [reading(-50, 8.0)], Cell(8.0, "good")),
    ],
)
def test_a_mean_is_weighted_by_time(
    held: Reading | None, readings: list[Reading], expected: Cell
) -> None:
    assert cell(source(), held, readings, 0, 100) == expected


@given(
    st.lists(st.tuples(st.integers(0, 99), st.floats(-1e6, 1e6), st.sampled_from([0, _BAD]))),
    st.floats(-1e6, 1e6),
)
def test_a_mean_is_that_of_each_moment(steps: list[tuple[int, float, int]], first: float) -> None:
    readings = [reading(*one) for one in sorted(steps, key=lambda s: s[0])]
    moments: list[float | None] = []
    for at in range(100):
        newest = [r for r in readings if r.at_us <= at]
        now = newest[-1] if newest else reading(-1, first)
        moments.append(float(now.value) if now.status == 0 else None)
    good = [m for m in moments if m is not None]
    found = cell(source(), reading(-1, first), readings, 0, 100)
    if good:
        assert found.value == pytest.approx(sum(good) / len(good), rel=1e-9, abs=1e-6)
    else:
        assert found.value is None
    assert (found.grade == "good") == (len(good) == 100)
    assert (found.grade == "bad") == (not good)


def test_the_last_value_and_a_counter() -> None:
    held = reading(-5, 10.0)
    assert cell(source("last"), held, [reading(5, 3.0), reading(9, None, _BAD)], 0, 100).value == 3
    steps = [reading(5, 14.0), reading(60, 2.0), reading(70, 5.0)]
    assert cell(source("delta"), held, steps, 0, 100, known=held).value == 9.0
    assert cell(source("delta"), None, [], 0, 100).value is None
    # what was counted while the server was away comes with its first value
    gone = reading(-2, None, _BAD)
    assert cell(source("delta"), gone, [reading(50, 25.0)], 0, 100, known=held).value == 15.0


def test_units_are_turned_into_the_columns() -> None:
    warm = Source("n", "c", "mean", "[degF]", "Cel")
    assert cell(warm, reading(-1, 212.0), [], 0, 100).value == 100.0
    rise = Source("n", "c", "delta", "[degF]", "Cel")
    held = reading(-1, 32.0)
    assert cell(rise, held, [reading(5, 50.0)], 0, 100, known=held).value == 10.0


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-06-30 06:00", ("Early", dt.date(2026, 6, 30))),
        ("2026-06-30 13:59", ("Early", dt.date(2026, 6, 30))),
        ("2026-06-30 22:00", ("Night", dt.date(2026, 6, 30))),
        ("2026-07-01 05:59", ("Night", dt.date(2026, 6, 30))),
    ],
)
def test_shifts(local: str, expected: tuple[str, dt.date]) -> None:
    assert shift_at(_HOURS, dt.datetime.fromisoformat(local)) == expected


def test_times_in_the_night_in_which_clocks_go_back(tmp_path: Path) -> None:
    axis = small_model(tmp_path).tables["minutes"].time
    first = to_us(dt.datetime(2026, 10, 25, 0, 30))
    two = [time_cells(axis, first + n * 3_600_000_000, "Europe/Berlin") for n in (0, 1)]
    assert two[0]["ts"] == two[1]["ts"] == dt.datetime(2026, 10, 25, 2, 30)
    assert two[0]["ts_utc"] != two[1]["ts_utc"]
    assert two[0]["shift_day"] == dt.date(2026, 10, 24)


def test_a_batch_says_the_same_however_it_is_cut(tmp_path: Path) -> None:
    model = small_model(tmp_path)
    mapping = small_mapping(tmp_path, model, 4840, interval_us=100)
    table = model.tables["minutes"]
    speed, other = "ns=2;s=M1.S", "ns=2;s=M1.T"
    values = {
        speed: [Reading(speed, at, float(at), 0) for at in (3, 55, 130, 260, 290)],
        other: [Reading(other, 10, 32.0, 0)],
    }
    whole, held, rows = made(mapping, table, {}, values, 0, 300)
    assert rows == 3
    assert held[speed].newest.value == 290.0
    parts, now = [], dict[str, Held]()
    for start in (0, 100, 200):
        some = {
            node: [r for r in of_it if start <= r.at_us < start + 100]
            for node, of_it in values.items()
        }
        body, now, _ = made(mapping, table, now, some, start, start + 100)
        parts += read_batch("l", body).rows
    assert tuple(parts) == read_batch("l", whole).rows
    assert now == held


def test_times_are_exact() -> None:
    moment = dt.datetime(2026, 11, 22, 3, 4, 5, 678_901)
    assert from_us(to_us(moment)) == moment
    assert to_us(moment.replace(tzinfo=dt.timezone(dt.timedelta(hours=1)))) == to_us(moment) - (
        3_600 * 1_000_000
    )
