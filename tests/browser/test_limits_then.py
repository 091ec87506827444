"""A limit that changed within the time of an answer: drawn as a step, told under the mouse, on a
board and on paper, in three languages."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.app_process import NARROW, REAL_APP, WIDE, Site, Visitor, running, visitor
from tests.threshold_desk.feed import QUESTION, fill

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GERMAN = "Vibration von PMP-03 nach Tag im Juni 2026"
VIETNAMESE = "độ rung của PMP-03 theo ngày trong tháng 6 năm 2026"


@pytest.fixture(scope="module")
def changed_site(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The whole app over the demo plant, with limits of which one changed in June."""
    data = plant_folder(tmp_path_factory.mktemp("limits"))
    fill(data / "state")
    with running(REAL_APP, data, GEMBA_WATCH_SECONDS="0") as site:
        yield site


def picture(me: Visitor) -> Locator:
    return me.page.locator(".js-plotly-plot").last


def dashed(me: Visitor) -> int:
    lines = picture(me).locator(".scatterlayer path.js-line").all()
    return sum("dasharray" in (line.get_attribute("style") or "") for line in lines)


def told_at(me: Visitor, share: float) -> str:
    """What is said where the mouse is, at a share of the picture's width."""
    ground = picture(me).locator(".nsewdrag").first
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    assert box is not None
    for step in (3, 0):  # the mouse must move to be seen
        me.page.mouse.move(
            box["x"] + box["width"] * share + step, box["y"] + box["height"] * 0.5 + step
        )
        me.page.wait_for_timeout(200)
    labels = picture(me).locator(".hoverlayer").first
    expect(labels).to_contain_text("mm/s")
    return labels.text_content() or ""


@pytest.mark.parametrize(
    ("size", "theme"),
    [pytest.param(WIDE, "light", marks=pytest.mark.thorough), (NARROW, "dark")],
)
def test_each_version_stands_where_it_held_and_says_what_it_is(
    browser: Browser, changed_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, changed_site, size=size, theme=theme) as me:
        me.sign_in("engineer")
        me.ask(QUESTION)
        legend = picture(me).locator(".legend")
        expect(legend).to_contain_text("High, version 2, valid from")
        assert dashed(me) == 3
        early, late = told_at(me, 0.12), told_at(me, 0.8)
        assert "version 1" in early
        assert "version 2" in late
        assert "4.2" in late
        assert not me.is_sideways()
        assert me.outside == []


def test_on_a_board_on_paper_and_in_another_picture(browser: Browser, changed_site: Site) -> None:
    with visitor(browser, changed_site) as me:
        page = me.page
        me.sign_in("engineer")
        me.ask(QUESTION)
        page.get_by_role("button", name="Pin").click()
        me.name_board("Its name", "Limits")
        page.get_by_label("Its name").press("Tab")
        me.settle()
        page.locator("[class*=st-key-pin-save]").get_by_role("button").click()
        page.get_by_role("link", name="Pinned: open the board").click()
        expect(picture(me).locator(".legend")).to_contain_text("High, version 2, valid from")
        me.settle()
        assert dashed(me) == 3
        with page.expect_download() as waiting:
            page.get_by_role("button", name="PDF").click()
        content = Path(waiting.value.path()).read_bytes()
        assert "Warning 4.2" in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(GERMAN, "Hoch, Version 2, gültig ab", marks=pytest.mark.thorough),
        (VIETNAMESE, "Cao, phiên bản 2, hiệu lực"),
    ],
)
def test_in_the_language_of_the_question(
    browser: Browser, changed_site: Site, question: str, said: str
) -> None:
    with visitor(browser, changed_site) as me:
        me.sign_in("engineer")
        me.ask(question)
        legend = picture(me).locator(".legend")
        expect(legend).to_contain_text(said)
        assert dashed(me) == 3
