"""No digit of a DECIMAL is lost on its way to a sentence, and no other number is shown for it."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.semantic.display import format_change, format_number, format_value
from core.semantic.exact import digits, is_held, is_number, magnitude, minus, times, total
from core.semantic.result import ResultColumn

LONG = Decimal("1234567890123456789012345678901234567890.12")
KWH = ResultColumn("kwh", "Energy", "double", "measure", "kW.h", decimals=2)
SHARE = ResultColumn("oee", "OEE", "double", "measure", "1", display="percent", decimals=1)
EXACT = st.decimals(-(10**40), 10**40, places=4)


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (LONG, 2, "1,234,567,890,123,456,789,012,345,678,901,234,567,890"),
        (LONG.copy_negate(), 2, "−1,234,567,890,123,456,789,012,345,678,901,234,567,890"),
        (Decimal("9007199254740993"), 0, "9,007,199,254,740,993"),
        (2**53 + 1, 0, "9,007,199,254,740,993"),
        (Decimal("2.675"), 2, "2.68"),
        (Decimal("0.000012"), 2, "0.000012"),
        (Decimal("0.0528"), 2, "0.053"),
        (Decimal("0.947"), 1, "0.9"),
        (Decimal("1.4"), 0, "1.4"),
        (Decimal("-0.00"), 2, "0.00"),
        (Decimal("0E-20"), 2, "0.00"),
        (Decimal("1E+3"), 1, "1,000.0"),
    ],
)
def test_a_number_is_written_from_its_own_digits(
    value: int | Decimal, decimals: int, shown: str
) -> None:
    assert format_number(value, decimals) == shown


def test_cells_with_their_units() -> None:
    assert format_value(Decimal("12.50"), KWH) == "12.50\u00a0kWh"
    assert format_value(Decimal("0.1234"), SHARE) == "12.3\u00a0%"
    assert format_value(Decimal("NaN"), KWH) == "no value"
    assert format_change(Decimal("-12.5"), KWH) == "−12.50\u00a0kWh"
    assert format_change(Decimal("0.015"), SHARE) == "+1.5\u00a0points"


@given(st.decimals(-999, 999, places=3))
def test_a_short_decimal_is_shown_as_its_double(value: Decimal) -> None:
    if not str(value).endswith("5"):  # at a half the double may lie on either side
        assert format_number(value, 2) == format_number(float(value), 2)


@given(EXACT, EXACT)
def test_sums_and_differences_are_exact(one: Decimal, other: Decimal) -> None:
    assert minus(total([one, other]), other) == one
    assert times(one, 100) == total([one] * 100)
    assert minus(int(one), int(other)) == int(one) - int(other)
    assert magnitude(one) == max(one, one.copy_negate())


def test_with_a_double_in_it_the_result_is_a_double() -> None:
    assert total([Decimal("1.5"), 1, 0.25]) == 2.75
    assert isinstance(minus(Decimal("1.5"), 0.5), float)
    assert math.isnan(minus(Decimal(1), math.nan))
    assert total([]) == 0


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (Decimal("0.1"), True),
        (Decimal("1234567890.12345"), True),
        (Decimal("12345678901234567890.1"), False),
        (Decimal(10) ** 20, True),
        (2**53, True),
        (2**53 + 1, False),
        (0.1, True),
    ],
)
def test_whether_a_double_gives_it_back(value: int | float | Decimal, held: bool) -> None:
    assert is_held(value) is held


def test_digits_have_no_exponent_and_no_idle_zeros() -> None:
    texts = ["1.5000", "1E-7", "1E+3", "-0.10", "100", "0.000"]
    assert [digits(Decimal(t)) for t in texts] == ["1.5", "0.0000001", "1000", "-0.1", "100", "0"]


@pytest.mark.parametrize("value", [True, None, "1", math.nan, math.inf, Decimal("NaN")])
def test_what_is_no_number(value: object) -> None:
    assert not is_number(value)
