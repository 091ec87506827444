"""A test in a browser that waited in vain is run once more: a busy machine may have been late."""

import re

import pytest

from tests.conftest import WAITED_IN_VAIN


@pytest.mark.parametrize(
    ("said", "is_late"),
    [
        ("AssertionError: Locator expected to be visible\nActual value: None", True),
        ("AssertionError: Locator expected not to have count '0'", True),
        ("AssertionError: Page URL expected to be '/ask'", True),
        ("AssertionError: Page expected to have URL '/ask'", True),
        ("TimeoutError: Locator.click: Timeout 20000ms exceeded.", True),
        ("Failed: Timeout (>120.0s) from pytest-timeout.", True),
        ("AssertionError: assert 3 == 4", False),
        ("AssertionError: assert 'Locator' == 'expected'", False),
    ],
)
def test_what_waited_in_vain_is_told_from_what_is_wrong(said: str, is_late: bool) -> None:
    assert any(re.search(way, said) for way in WAITED_IN_VAIN) == is_late
