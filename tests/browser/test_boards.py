"""Ask, pin, look again, hand on the link; and a shift's sheet: in a real browser."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate

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


def _pin_too(me: Visitor, question: str, board: str) -> None:
    """To a board that is there."""
    page = me.page
    page.get_by_role("button", name="New conversation").click()
    expect(me.chat).to_be_visible()
    me.ask(question)
    page.get_by_role("button", name="Pin").click()
    which = page.locator("[class*=st-key-pin-which]")
    which.get_by_role("combobox").click()
    page.get_by_role("option", name=board, exact=True).first.click()
    me.settle()
    page.locator("[class*=st-key-pin-save]").get_by_role("button").click()
    page.get_by_role("link", name="Pinned: open the board").click()
    expect(page.get_by_role("heading", name=board)).to_be_visible()
    me.settle()


def _cards(page: Page) -> Locator:
    return page.locator("[class*=st-key-boardcard-]")


def _act(me: Visitor, place: int, label: str) -> None:
    """Press something in a card's menu."""
    me.settle()
    page = me.page
    page.keyboard.press("Escape")  # a menu stays open over what was pressed in it
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    me.settle()
    _cards(page).nth(place).get_by_role("button", name="Card").click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name=label, exact=True).click()
    me.settle()


def _expect_order(page: Page, *titles: str) -> None:
    expect(_cards(page)).to_have_count(len(titles))
    for place, title in enumerate(titles):
        expect(_cards(page).nth(place)).to_contain_text(title)


def _width(page: Page) -> float:
    """Of the first card, in pixels."""
    box = _cards(page).first.bounding_box()
    return box["width"] if box is not None else 0.0


def _expect_width(page: Page, least: float) -> None:
    """The first card is at least as wide, once it is drawn so."""
    for _ in range(100):
        if _width(page) > least:
            return
        page.wait_for_timeout(100)
    raise TooLate(f"{_width(page)} is not more than {least}")


@pytest.mark.thorough
def test_cards_are_arranged_and_stay_so(browser: Browser, real_site: Site) -> None:
    other = "downtime by line last week"
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("engineer")
        _pin(me, QUESTION, "Arranged")
        _pin_too(me, other, "Arranged")
        _expect_order(page, QUESTION, other)
        _act(me, 1, "Up")
        _expect_order(page, other, QUESTION)
        _act(me, 0, "Down")
        _expect_order(page, QUESTION, other)
        _act(me, 1, "Up")
        half = _width(page)
        _act(me, 0, "Whole width")
        _expect_width(page, 1.8 * half)
        page.reload()
        me.settle()
        _expect_order(page, other, QUESTION)
        _expect_width(page, 1.8 * half)
        _act(me, 0, "Remove")
        _expect_order(page, QUESTION)
        assert me.outside == []


@pytest.mark.thorough
def test_a_board_refreshes_itself_each_time_its_timer_says(
    browser: Browser, real_site: Site
) -> None:
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("engineer")
        _pin(me, "energy by line last week", "Live")
        page.get_by_role("button", name="Board", exact=True).click()
        page.get_by_role("combobox", name=re.compile("Refresh while it is open")).click()
        page.get_by_role("option", name="Every 30 s", exact=True).click()
        me.settle()
        page.keyboard.press("Escape")
        ages = [_age(page)]
        while len(ages) < 100 and _times_younger(ages) < 2:
            page.wait_for_timeout(1_000)
            ages.append(_age(page))
        # its timer, and the five seconds between two looks at the age
        assert _times_younger(ages) == 2, ages
        assert max(ages) <= 45, ages
        assert me.outside == []


def _age(page: Page) -> int:
    """Seconds since the cards were read, as the page says it."""
    said = page.get_by_text(re.compile(r"refreshed \d+ (s|min) ago")).inner_text()
    found = re.search(r"refreshed (\d+) (s|min) ago", said)
    assert found is not None, said
    return int(found[1]) * (60 if found[2] == "min" else 1)


def _times_younger(ages: list[int]) -> int:
    return sum(after < before for before, after in pairwise(ages))


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
