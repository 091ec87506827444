"""Write a threshold, try it, publish it, as people do: in a real browser over the demo plant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import NARROW, REAL_APP, Site, Visitor, running, visitor
from tests.browser.screens import on_every_screen

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: Pixels of the table's first row and of each row, and where its box to choose stands.
_HEAD_PX, _ROW_PX, _BOX_PX = 36, 33, 16


@pytest.fixture(scope="module")
def site(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One of its own: what is published here holds for whoever looks. The watch is off."""
    data = plant_folder(tmp_path_factory.mktemp("thresholds"))
    with running(REAL_APP, data, GEMBA_WATCH_SECONDS="0") as site:
        yield site


def choose(me: Visitor, row: int) -> None:
    """Choose a row of the table, counted from 0; -1 for all."""
    me.page.wait_for_timeout(1_000)  # another place is another table
    table = me.page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    box = table.bounding_box()
    assert box is not None
    down = _HEAD_PX / 2 if row < 0 else _HEAD_PX + _ROW_PX * (row + 0.5)
    me.page.mouse.click(box["x"] + _BOX_PX, box["y"] + down)
    me.page.wait_for_timeout(300)
    me.settle()


def test_add_publish_change_try_and_go_back(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Thresholds")
        expect(page.get_by_text("never safety or control alarms")).to_be_visible()
        me.press("Files and sets")
        page.get_by_role("button", name="Add 6 drafts").click()
        expect(page.get_by_text("6 thresholds: Added as drafts.")).to_be_visible()
        me.press("Drafts")
        choose(me, -1)
        expect(page.get_by_text("6 thresholds chosen")).to_be_visible()
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("6 thresholds: Published.")).to_be_visible()

        me.press("Limits")
        page.get_by_role("button", name=re.compile("HAM")).first.click()
        expect(page.get_by_role("heading", name=re.compile("HAM"))).to_be_visible()
        me.settle()
        choose(me, 2)
        heading = page.get_by_role("heading", name=re.compile("Vibration: above"))
        expect(heading).to_be_visible()
        expect(page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()
        expect(
            page.get_by_text(re.compile(r"In force \(version 1\): [\d,]+ alert"))
        ).to_be_visible()
        high = page.get_by_role("spinbutton", name="High limit")
        high.fill("2")
        high.press("Tab")
        page.get_by_role("button", name="Keep as draft").click()
        expect(page.get_by_text("Kept as a draft.")).to_be_visible()
        expect(
            page.get_by_text(re.compile(r"Draft \(version 2\): [1-9][\d,]* alert"))
        ).to_be_visible()
        page.get_by_text("Load per shift").click()
        expect(page.get_by_text("at most 48, maximum 96").first).to_be_visible()
        page.get_by_text("By asset").click()
        me.settle()
        assert not me.is_sideways()
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".st-key-thresholds-note").get_by_text("Published.")).to_be_visible()
        me.press("Versions")
        page.get_by_role("button", name="Roll back to it").click()
        expect(page.get_by_text("A draft has the older content.")).to_be_visible()
        assert me.outside == []


@on_every_screen()
def test_who_may_only_look_sees_all_of_it_on_any_screen(
    browser: Browser, site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, site, size=size, theme=theme) as me:
        me.sign_in("viewer")
        me.visit("Thresholds")
        expect(me.page.get_by_role("button", name=re.compile("HPH"))).to_be_visible()
        expect(me.page.get_by_role("button", name=re.compile("HAM"))).to_have_count(0)
        expect(me.page.get_by_role("button", name="New threshold")).to_have_count(0)
        expect(me.page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()
        assert not me.is_sideways()
        assert me.outside == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("language", "title"),
    [("vi", "Ngưỡng"), ("de", "Schwellenwerte")],
)
def test_it_is_in_the_readers_language(
    browser: Browser, site: Site, language: str, title: str
) -> None:
    with visitor(browser, site, size=NARROW, locale=language) as me:
        me.open()
        me.page.get_by_role("textbox").nth(0).fill("engineer")
        me.page.get_by_role("textbox").nth(1).fill(site.passwords["engineer"])
        me.page.get_by_role("textbox").nth(1).press("Enter")
        expect(me.chat).to_be_visible()
        me.visit(title)
        expect(me.page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()
        assert not me.is_sideways()


def test_the_tree_and_the_views_are_reached_by_keyboard(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        me.sign_in("engineer")
        me.visit("Thresholds")
        page.get_by_label("Find an asset").or_(
            page.get_by_placeholder("Find an asset")
        ).first.focus()
        for _ in range(12):
            page.keyboard.press("Tab")
            if "HAM" in str(page.evaluate("() => document.activeElement.innerText")):
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=re.compile("HAM"))).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("Line 1"))).to_be_visible()
