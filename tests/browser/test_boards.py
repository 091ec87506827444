"""Ask, pin, look again, hand on the link; and a shift's sheet: in a real browser."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import NARROW, Site, Visitor, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "OEE by line last week"


def _pin(me: Visitor, question: str, board: str) -> None:
    me.ask(question)
    page = me.page
    page.get_by_role("button", name="Pin").click()
    expect(page.get_by_text("Time: last week")).to_be_visible()
    me.name_board("Its name", board)
    page.get_by_label("Its name").press("Tab")
    me.settle()
    page.locator("[class*=st-key-pin-save]").get_by_role("button").click()
    link = page.get_by_role("link", name="Pinned: open the board")
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", name=board)).to_be_visible()
    me.settle()


def _follow(me: Visitor, address: str, name: str) -> None:
    """Open a link as somebody who has to sign in first."""
    page = me.page
    page.goto(address)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(me.site.passwords[name])
    page.get_by_role("button", name="Sign in").click()


def test_pin_reload_share_and_open_as_somebody_else(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("engineer")
        _pin(me, QUESTION, "Morning round")
        expect(page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()
        mine = page.get_by_text("Line 4 had the highest OEE last week")
        expect(mine).to_be_visible()
        page.reload()
        expect(mine).to_be_visible()
        address = page.url
        with page.expect_download() as waiting:
            page.get_by_role("button", name="PDF").click()
        printed = pypdf.PdfReader(io.BytesIO(Path(waiting.value.path()).read_bytes()))
        assert "Line 4 had the highest OEE" in printed.pages[0].extract_text()

        with visitor(browser, real_site, size=NARROW) as other:
            _follow(other, address, "viewer")
            expect(other.page.get_by_text("This board is not there")).to_be_visible()

        page.get_by_role("button", name="Board", exact=True).click()
        page.get_by_text("Whoever has the link may look").click()
        expect(page.get_by_text("People with an account here.")).to_be_visible()

        with visitor(browser, real_site, size=NARROW) as other:
            _follow(other, address, "viewer")
            expect(other.page.get_by_role("heading", name="Morning round")).to_be_visible()
            expect(other.page.get_by_text("Shared by engineer.")).to_be_visible()
            expect(other.page.get_by_text("Line 3 had the highest OEE last week")).to_be_visible()
            expect(other.page.get_by_role("button", name="Board", exact=True)).to_have_count(0)
            assert not other.is_sideways()
            assert other.outside == []
        assert me.outside == []


def test_a_sheet_is_read_written_on_signed_and_printed(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("engineer")
        me.visit("Shift handover")
        expect(page.get_by_role("heading", name="Schichtübergabe Hamburg")).to_be_visible()
        expect(page.get_by_text("Spätschicht, 30.06.2026, 14:00 bis 22:00 Uhr")).to_be_visible()
        page.get_by_label("Write a note").fill("Lager PMP-03 prüfen")
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_text("Lager PMP-03 prüfen")).to_be_visible()
        page.get_by_text("The sheet is complete").click()
        me.settle()
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.get_by_text("Unterschrieben von Engineer")).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="PDF").click()
        printed = pypdf.PdfReader(io.BytesIO(Path(waiting.value.path()).read_bytes()))
        text = "\n".join(p.extract_text() for p in printed.pages)
        assert waiting.value.suggested_filename == "handover-ham-2026-06-30-late.pdf"
        assert "Schichtübergabe Hamburg" in text
        assert "Lager PMP-03 prüfen" in text
        assert "Unterschrieben von Engineer" in text
        assert me.outside == []
