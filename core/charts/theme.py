"""Colours and type of the charts, for both grounds.

Series take Okabe and Ito's colours, which people who do not tell red from green can tell apart.
Grey is what is normal or past; red, orange and yellow lines are limits and are named in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.types import Meaning, Severity

ThemeName = Literal["light", "dark"]


def _luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, as WCAG has it: 0 black .. 1 white."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lit = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]


@dataclass(frozen=True, slots=True)
class Theme:
    """ink: text; quiet: axis text; grid: lines behind; panel: behind labels in the picture;
    series: in order of use; on_series: text inside a bar; past: a previous period;
    rest: what is summed into "Other", or normal; scale: one hue from little to much."""

    ink: str
    quiet: str
    grid: str
    panel: str
    series: tuple[str, ...]
    on_series: str
    past: str
    rest: str
    scale: tuple[str, ...]
    caution: str
    warning: str
    critical: str
    good: str

    def severity(self, name: Severity) -> str:
        """The colour of a line."""
        return self.quiet if name == "mark" else self.meaning(name)

    def meaning(self, name: Meaning) -> str:
        """The colour of a category."""
        match name:
            case "normal":
                return self.rest
            case "good":
                return self.good
            case "caution":
                return self.caution
            case "critical":
                return self.critical
        return self.warning

    def on(self, colour: str) -> str:
        """The colour of text on a mark of that colour: which of two stands out more."""
        light, dark = sorted((self.ink, self.on_series), key=_luminance, reverse=True)
        ground = _luminance(colour) + 0.05
        is_bright = ground / (_luminance(dark) + 0.05) > (_luminance(light) + 0.05) / ground
        return dark if is_bright else light


THEMES: Final[dict[str, Theme]] = {
    "light": Theme(
        ink="#1B2A33",
        quiet="#5B6B75",
        grid="#E4E8EB",
        panel="#FFFFFF",
        series=(
            "#0072B2",
            "#009E73",
            "#CC79A7",
            "#56B4E9",
            "#E69F00",
            "#D55E00",
            "#B8A800",
            "#1B2A33",
        ),
        on_series="#FFFFFF",
        past="#A3AEB5",
        rest="#8F8F8F",
        scale=("#EEF5F8", "#9CC9DC", "#3D8FB5", "#0A5578", "#06283A"),
        caution="#B88A00",
        warning="#C1550B",
        critical="#B3261E",
        good="#007A53",
    ),
    "dark": Theme(
        ink="#E4E9EC",
        quiet="#A9B6BD",
        grid="#2B363D",
        panel="#1A2227",
        series=(
            "#56B4E9",
            "#1DBF91",
            "#D98BB6",
            "#3E92CC",
            "#E69F00",
            "#E8743B",
            "#D6C62A",
            "#E4E9EC",
        ),
        on_series="#12181C",
        past="#6C7B84",
        rest="#8C9AA3",
        scale=("#172229", "#1D4A61", "#2C7FA6", "#6DBBE0", "#D6EEFA"),
        caution="#E0B93A",
        warning="#EE8A46",
        critical="#F0746B",
        good="#1DBF91",
    ),
}

FONT: Final = "IBM Plex Sans, system-ui, sans-serif"
SIZE: Final = 13
TITLE_SIZE: Final = 14
