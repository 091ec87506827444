"""Numbers of a result as the store gave them: whole numbers, DECIMALs, doubles.

A double has about 15 digits and Python's own decimal context 28, a DECIMAL up to 76. So what is
stated of a DECIMAL is computed here, and no digit is lost on the way to a sentence or a file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Context, Decimal
from typing import TypeGuard

#: A double is an approximation, the two others are exact.
Number = int | float | Decimal

#: Room for a sum of very many DECIMALs of 76 digits, times 100.
_WIDE = Context(prec=200)
#: From here on not every whole number is a double.
_DOUBLE_WHOLE = 2**53


def is_number(value: object) -> TypeGuard[Number]:
    """Whether a value is a finite number that can be drawn and compared; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return math.isfinite(value)


def exact(value: Number) -> Number:
    """The number in a form that Python formats without a double in between."""
    is_large = isinstance(value, int) and abs(value) > _DOUBLE_WHOLE
    return Decimal(value) if is_large else value


def is_held(value: Number) -> bool:
    """Whether a double gives the number back with all its digits."""
    if isinstance(value, Decimal):
        return Decimal(repr(float(value))) == value
    return isinstance(value, float) or abs(value) <= _DOUBLE_WHOLE or float(value) == value


def magnitude(value: Number) -> Number:
    """The number without its sign; `abs` would round a DECIMAL to 28 digits."""
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


def times(value: Number, factor: int) -> Number:
    """The number so many times."""
    return _WIDE.multiply(value, factor) if isinstance(value, Decimal) else value * factor


def minus(one: Number, other: Number) -> Number:
    """The difference, exact where both numbers are."""
    if isinstance(one, float) or isinstance(other, float):
        return float(one) - float(other)
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return _WIDE.subtract(Decimal(one), Decimal(other))
    return one - other


def total(values: Iterable[Number]) -> Number:
    """The sum, exact where all numbers are; 0 of none."""
    found: Number = 0
    for value in values:
        if isinstance(value, float) or isinstance(found, float):
            found = float(found) + float(value)
        elif isinstance(value, Decimal) or isinstance(found, Decimal):
            found = _WIDE.add(Decimal(found), Decimal(value))
        else:
            found += value
    return found


def digits(value: Decimal) -> str:
    """All digits of a DECIMAL and no more, without an exponent: `1.50` is `1.5`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
