"""Both themes: contrast of AA, fonts that are there, nothing from outside."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.ui.conftest import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
STATIC = ROOT / "core" / "ui" / "static"
#: Streamlit draws side remarks and placeholders with this share of the text's colour.
FADED = 0.6
NAMES = ("gray", "blue", "green", "yellow", "orange", "red")


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def luminance(colour: tuple[float, ...]) -> float:
    linear = [c / 255 / 12.92 if c <= 10.3 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(text: str, ground: str, share: float = 1.0) -> float:
    mixed = tuple(share * t + (1 - share) * g for t, g in zip(rgb(text), rgb(ground), strict=True))
    high, low = sorted((luminance(mixed), luminance(rgb(ground))), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(CONFIG["theme"][request.param])


def test_text_and_side_remarks_on_every_ground(theme: dict[str, Any]) -> None:
    sidebar = theme["sidebar"]
    grounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    grounds += [sidebar["backgroundColor"], sidebar["secondaryBackgroundColor"]]
    for ground in grounds:
        assert contrast(theme["textColor"], ground) >= 7
        assert contrast(theme["textColor"], ground, FADED) >= 4.5, ground


@pytest.mark.parametrize("name", NAMES)
def test_coloured_text_on_the_page_and_on_its_own_tint(theme: dict[str, Any], name: str) -> None:
    text = theme[f"{name}TextColor"]
    assert contrast(text, theme["backgroundColor"]) >= 4.5
    assert contrast(text, theme[f"{name}BackgroundColor"]) >= 4.5


def test_links_tabs_and_headers(theme: dict[str, Any]) -> None:
    for ground in (theme["backgroundColor"], theme["sidebar"]["backgroundColor"]):
        assert contrast(theme["linkColor"], ground) >= 4.5
        assert contrast(theme["primaryColor"], ground) >= 4.5
    assert (
        contrast(theme["dataframeHeaderTextColor"], theme["dataframeHeaderBackgroundColor"]) >= 4.5
    )


def test_code_in_plain_ink(theme: dict[str, Any]) -> None:
    assert contrast(theme["codeTextColor"], theme["codeBackgroundColor"]) >= 7


def test_borders_of_fields_can_be_made_out(theme: dict[str, Any]) -> None:
    assert contrast(theme["borderColor"], theme["backgroundColor"]) >= 1.25


def test_fonts_are_files_of_ours_with_their_licence() -> None:
    for face in CONFIG["theme"]["fontFaces"]:
        url = str(face["url"])
        assert url.startswith("app/static/")
        assert (STATIC / url.removeprefix("app/static/")).read_bytes()[:4] == b"wOF2"
        licence = STATIC / "fonts" / f"OFL-{face['family'].replace(' ', '-')}.txt"
        assert "SIL Open Font License" in licence.read_text("utf-8")


def test_pages_hold_no_style_of_their_own() -> None:
    sources = [*(ROOT / "core" / "ui").glob("*.py"), *(ROOT / "pages").glob("*.py")]
    for source in sources:
        text = source.read_text("utf-8")
        for word in ("unsafe_allow_html", "<style", "st.html(", "unsafe_allow_javascript"):
            assert word not in text, f"{source.name} has {word}"
