"""A chart edited in place in a real browser: seen at once, kept over a reload."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app_process import Site, Visitor, visitor
from tests.browser.screens import on_every_screen

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "Which pumps vibrated most last week?"
DESK = (1280, 900)


def ticks(page: Page) -> list[str]:
    """Names on the chart's axis of categories."""
    return page.locator(".js-plotly-plot .yaxislayer-above .ytick text").all_text_contents()


def has_title(page: Page, text: str) -> None:
    """Wait for it: a chart may stand beside the one before for a moment."""
    titles = page.locator(".js-plotly-plot .gtitle")
    expect(titles).to_have_text([text], timeout=60_000)


def pick(me: Visitor, label: str, option: str) -> None:
    """Choose from a list."""
    choice = me.page.get_by_role("option", name=option, exact=True)
    for _ in range(3):
        me.page.get_by_role("combobox", name=label).click()
        with suppress(AssertionError):
            # a list that opens while the page is drawn again closes: a person presses it again
            expect(choice).to_be_visible(timeout=3_000)
            break
    choice.click()
    me.page.wait_for_timeout(150)  # until the press has reached the server
    me.settle()


def open_panel(me: Visitor) -> None:
    me.page.get_by_text("Edit chart").click()
    me.page.wait_for_timeout(150)
    me.settle()
    expect(me.page.get_by_label("Chart title", exact=True)).to_be_visible()


@on_every_screen(DESK)
def test_edited_at_once_and_kept(
    browser: Browser, fake_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, fake_site, size=size, theme=theme) as me:
        page = me.page
        me.sign_in("engineer")
        me.ask(QUESTION)
        open_panel(me)
        pick(me, "Order", "By name")
        expect(page.locator(".js-plotly-plot .yaxislayer-above .ytick text").first).to_have_text(
            "PMP-01"
        )
        name = page.get_by_label("Chart title", exact=True)
        name.fill("Pumps of the week")
        name.press("Enter")
        has_title(page, "Pumps of the week")
        me.settle()
        assert not me.is_sideways()
        me.press("Lines")
        page.get_by_label("Value", exact=True).fill("0.6")
        page.get_by_label("Unit", exact=True).fill("cm/s")
        page.get_by_label("Name", exact=True).fill("Ours")
        me.press("Add the line")
        expect(page.locator(".js-plotly-plot .legend").first).to_contain_text(
            "Line 6\u00a0mm/s: Ours"
        )
        assert not me.is_sideways()
        me.press("Colours")
        pick(me, "Its colour says", "Critical")
        expect(page.locator(".js-plotly-plot").first).to_contain_text("(critical)")
        assert not me.is_sideways()
        page.reload()
        has_title(page, "Pumps of the week")
        expect(page.locator(".js-plotly-plot .legend").first).to_contain_text("Ours")
        assert ticks(page)[0].startswith("PMP-01")
        me.settle()
        open_panel(me)
        me.press("Reset")
        has_title(page, "Vibration by asset, 22 to 28 Jun 2026")
        assert ticks(page)[0] == "PMP-03"
        assert me.outside == []
