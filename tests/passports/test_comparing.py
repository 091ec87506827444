"""What differs is told by the row's own key, with both figures, and not more than can be read."""

from __future__ import annotations

import pyarrow as pa

from core.passports.comparing import MOST_ROWS, difference
from core.passports.passport import Difference, RowChange, Sum
from tests.services.answers import column

LINE = column("line", label="Line")
DAY = column("day", label="Day", type="date", role="time")
KWH = column(
    "kwh", label="Energy", type="double", role="measure", unit="kW.h", decimals=1, additive=True
)
OEE = column("oee", label="OEE", type="double", role="measure", display="percent", decimals=1)
FIELD = column("no", label="Number", role="field")


def of(
    then: list[tuple[object, ...]], now: list[tuple[object, ...]], *columns: object
) -> Difference | None:
    def table(rows: list[tuple[object, ...]]) -> pa.Table:
        return pa.table({c.name: [r[at] for r in rows] for at, c in enumerate(columns)})  # type: ignore[attr-defined]

    return difference(table(then), table(now), columns)  # type: ignore[arg-type]


def test_changed_come_and_gone() -> None:
    found = of(
        [("L1", 10.0, 0.5), ("L2", 20.0, 0.6), ("L3", 30.0, 0.7)],
        [("L2", 20.0, 0.65), ("L1", 10.0, 0.5), ("L4", 1.5, 0.8)],
        LINE, KWH, OEE,
    )  # fmt: skip
    assert found == Difference(
        keys=("Line",),
        changed=1,
        came=1,
        went=1,
        rows=(
            RowChange("changed", ("L2",), (("OEE", "60.0 %", "65.0 %"),)),
            RowChange("went", ("L3",), (("Energy", "30.0 kWh", ""), ("OEE", "70.0 %", ""))),
            RowChange("came", ("L4",), (("Energy", "", "1.5 kWh"), ("OEE", "", "80.0 %"))),
        ),
        sums=(Sum("Energy", "60.0 kWh", "31.5 kWh"),),
    )


def test_no_sum_of_what_does_not_add_up() -> None:
    found = of([("L1", 0.5)], [("L1", 0.6)], LINE, OEE)
    assert found is not None
    assert found.sums == ()


def test_a_single_figure_has_no_key_and_needs_none() -> None:
    found = of([(10.0,)], [(12.0,)], KWH)
    assert found is not None
    assert found.rows == (RowChange("changed", (), (("Energy", "10.0 kWh", "12.0 kWh"),)),)


def test_figures_that_look_the_same_are_shown_with_all_their_digits() -> None:
    found = of([(10.001,)], [(10.002,)], KWH)
    assert found is not None
    assert found.rows[0].cells == (("Energy", "10.001", "10.002"),)


def test_a_value_that_went_away() -> None:
    found = of([("L1", 10.0)], [("L1", None)], LINE, KWH)
    assert found is not None
    assert found.rows[0].cells == (("Energy", "10.0 kWh", "no value"),)


def test_rows_without_a_key_are_compared_as_they_are_and_counted() -> None:
    found = of([("a", 1.0), ("a", 1.0), ("b", 2.0)], [("b", 2.0), ("a", 1.0)], FIELD, KWH)
    assert found is not None
    assert (found.keys, found.changed, found.came, found.went) == ((), 0, 0, 1)


def test_a_key_that_names_two_rows_is_none() -> None:
    found = of([("a", 1.0), ("a", 2.0)], [("a", 1.0), ("a", 3.0)], LINE, KWH)
    assert found is not None
    assert (found.keys, found.came, found.went) == ((), 1, 1)


def test_last_digits_pair_rows_without_a_key() -> None:
    one, other = 0.1 + 0.2, 0.3
    assert of([("a", one), ("a", 5.0)], [("a", 5.0), ("a", other)], FIELD, KWH) is None


def test_no_more_rows_than_can_be_read() -> None:
    found = of([(f"L{n}", 1.0) for n in range(99)], [(f"L{n}", 2.0) for n in range(99)], LINE, KWH)
    assert found is not None
    assert (found.changed, len(found.rows)) == (99, MOST_ROWS)


def test_no_rows() -> None:
    assert of([], [], LINE, KWH) is None
    found = of([], [("L1", 1.0)], LINE, KWH)
    assert found is not None
    assert found.came == 1
