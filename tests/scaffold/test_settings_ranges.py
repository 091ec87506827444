"""Numbers among the settings have ranges; outside them the start is refused with the range."""

import pytest

from core.errors import SettingsError
from core.settings import load_settings


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GEMBA_ROW_CAP", "0"),
        ("GEMBA_ROW_CAP", "-5"),
        ("GEMBA_QUERY_TIMEOUT_S", "nan"),
        ("GEMBA_QUERY_MEMORY_MB", "0"),
        ("GEMBA_QUERY_THREADS", "0"),
        ("GEMBA_PORT", "70000"),
    ],
)
def test_a_number_outside_its_range_is_refused(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=rf"{name} must be from .* to "):
        load_settings({name: text})


def test_a_number_within_is_taken() -> None:
    assert load_settings({"GEMBA_ROW_CAP": "500"}).row_cap == 500
