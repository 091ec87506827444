"""Quality codes: the same number means opposite things in OPC DA and OPC UA."""

from __future__ import annotations

import pytest

from core.semantic.grades import Grade, da_grade, ua_grade, worst


@pytest.mark.parametrize(
    ("code", "grade"),
    [
        (0x00000000, "good"),
        (0x00960000, "good"),  # GoodLocalOverride
        (0x3FFFFFFF, "good"),
        (0x40000000, "uncertain"),
        (0x40900000, "uncertain"),  # UncertainLastUsableValue
        (0x80000000, "bad"),
        (0x80310000, "bad"),  # BadNoCommunication
        (0xC0000000, "bad"),  # reserved, to be taken as bad
        (192, "good"),  # no DA quality here: its top bits are 00
    ],
)
def test_ua(code: int, grade: Grade) -> None:
    assert ua_grade(code) == grade


@pytest.mark.parametrize(
    ("quality", "grade"),
    [
        (192, "good"),
        (216, "good"),  # local override
        (0xFFC0, "good"),  # with the vendor's byte
        (64, "uncertain"),
        (80, "uncertain"),
        (0, "bad"),
        (4, "bad"),
        (24, "bad"),  # communication failure
        (128, "bad"),  # not used
    ],
)
def test_da(quality: int, grade: Grade) -> None:
    assert da_grade(quality) == grade


def test_zero_and_192_are_opposites() -> None:
    assert (ua_grade(0), da_grade(0)) == ("good", "bad")
    assert (ua_grade(192), da_grade(192)) == ("good", "good")


def test_what_is_no_code() -> None:
    for wrong in (-1, 1 << 32):
        with pytest.raises(ValueError, match="no OPC UA status code"):
            ua_grade(wrong)
    with pytest.raises(ValueError, match="no OPC DA quality"):
        da_grade(1 << 16)


def test_worst() -> None:
    assert worst(["good", "bad", "uncertain"]) == "bad"
    assert worst([]) == "good"
