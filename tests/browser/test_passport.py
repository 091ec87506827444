"""An answer's passport in a real browser: run again on the demo plant, and every finding drawn."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import Site, Visitor, visitor
from tests.browser.contrast import faint_pieces
from tests.browser.screens import on_every_screen

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PUMPS = "Which pumps vibrated most last week?"
FINDINGS = {
    PUMPS: "The same rows.",
    "Daily OEE per plant in June": "The rows differ.",
    "ten thousand rows please": "It cannot run any more.",
}


def compared(me: Visitor, question: str, said: str) -> None:
    """Ask, open the passport and run it again; the finding is on the page."""
    me.ask(question)
    me.page.get_by_role("tab", name="Passport").last.click()
    again = me.page.get_by_role("button", name="Run again and compare").last
    again.click()
    expect(me.page.get_by_role("heading", name=said)).to_be_visible()
    me.settle()


def test_an_answer_is_run_again_on_the_plant(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        me.sign_in("engineer")
        compared(me, PUMPS, "The same rows.")
        page = me.page
        finding = page.locator("[class*=st-key-rerun]")
        expect(finding).to_contain_text("Nothing else has changed since then")
        expect(finding).to_contain_text("8 rows now")
        ident = page.get_by_test_id("stCode").inner_text()
        assert re.fullmatch(r"[0-9a-f]{12}", ident.strip())
        expect(page.get_by_test_id("stTable").last).to_contain_text("by engineer on")
        page.reload()
        me.settle()
        page.get_by_role("tab", name="Passport").last.click()
        expect(page.get_by_test_id("stCode")).to_contain_text(ident.strip())
        assert me.outside == []


@on_every_screen((1280, 900))
def test_every_finding_fits_the_window(
    browser: Browser, fake_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, fake_site, size=size, theme=theme) as me:
        me.sign_in("engineer")
        for question, said in FINDINGS.items():
            compared(me, question, said)
            assert not me.is_sideways(), said
            finding = me.page.locator("[class*=st-key-rerun]").last
            assert faint_pieces(finding) == []
            for table in me.page.get_by_test_id("stTable").all():
                box = table.bounding_box()
                assert box is not None
                assert box["x"] + box["width"] <= size[0], said
        assert me.outside == []
