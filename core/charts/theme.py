"""Colours and type of the charts, for both grounds.

Series take Okabe and Ito's colours, which people who do not tell red from green can tell apart.
Grey is what is normal or past; red, orange and yellow lines are limits and are named in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Theme:
    """ink: text; quiet: axis text; grid: lines behind; panel: behind labels in the picture;
    series: in order of use; on_series: text inside a bar; past: a previous period;
    rest: what is summed into "Other"; scale: one hue from little to much."""

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

    def severity(self, name: str) -> str:
        return {"caution": self.caution, "critical": self.critical}.get(name, self.warning)


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
        rest="#8C8C8C",
        scale=("#EEF5F8", "#9CC9DC", "#3D8FB5", "#0A5578", "#06283A"),
        caution="#B38600",
        warning="#C4560B",
        critical="#B3261E",
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
    ),
}

FONT: Final = "IBM Plex Sans, system-ui, sans-serif"
SIZE: Final = 13
TITLE_SIZE: Final = 14
