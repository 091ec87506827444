"""The screens on which pages are looked at: two sizes in two themes.

`make test` looks at the one of the four on which most goes wrong: narrow and dark. What is done on
a page is done in a wide, light window by the tests of what it does. `make test-all` looks at all
four.
"""

from __future__ import annotations

import pytest

from tests.browser.app_process import NARROW, WIDE


def on_every_screen(wide: tuple[int, int] = WIDE) -> pytest.MarkDecorator:
    """Run a test for each (size, theme). wide: width and height of the larger window, in pixels."""
    also = pytest.mark.thorough
    return pytest.mark.parametrize(
        ("size", "theme"),
        [
            pytest.param(wide, "light", id="wide-light", marks=also),
            pytest.param(NARROW, "dark", id="narrow-dark"),
            pytest.param(wide, "dark", id="wide-dark", marks=also),
            pytest.param(NARROW, "light", id="narrow-light", marks=also),
        ],
    )
