"""The pages in a real browser: sign-in that lasts, no request outside, no sideways scrolling."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, WebSocket, expect

from tests.browser.app_process import Site, visitor
from tests.browser.screens import on_every_screen

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATES = (
    "Which pumps vibrated most last week?",
    "Daily OEE per plant in June",
    "ten thousand rows please",
    "a long text please",
    "wobbliness of compressors",
    "operator names",
    "bad sensor",
    "broken store",
)


@on_every_screen()
def test_no_state_scrolls_sideways_or_asks_an_outside_host(
    browser: Browser, fake_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, fake_site, size=size, theme=theme) as me:
        me.sign_in("engineer")
        assert not me.is_sideways()
        for question in STATES:
            me.ask(question)
            assert not me.is_sideways(), question
        assert me.outside == []
        ground = me.page.get_by_test_id("stApp").evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
        assert ground == ("rgb(18, 24, 28)" if theme == "dark" else "rgb(255, 255, 255)")


def test_the_own_font_is_in_use(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        me.sign_in("engineer")
        loaded = me.page.evaluate(
            "() => document.fonts.ready.then(() => [...document.fonts]"
            ".filter(f => f.status === 'loaded').map(f => f.family))"
        )
        assert any("IBM Plex Sans" in family for family in loaded)


def test_a_sign_in_outlives_a_reload_until_it_is_ended(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        page = me.page
        me.sign_in_afresh("engineer")
        me.ask(STATES[0])
        page.wait_for_function("() => document.cookie.includes('gemba_session')")
        page.reload()
        expect(page.get_by_role("heading", name=STATES[0], exact=True)).to_be_visible()
        kept = me.context.cookies()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
        me.open("/ask")
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
        me.context.add_cookies(kept)  # a copy made earlier does not bring it back
        me.open("/ask")
        expect(page.get_by_label("Password", exact=True)).to_be_visible()


def test_a_page_that_was_just_opened_says_nothing_of_itself(
    browser: Browser, fake_site: Site
) -> None:
    """What a browser sends unasked names the page that it shows: it would undo a press on the
    link of another page where that page is slow to come."""
    sent: list[float] = []

    def note(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: sent.append(time.monotonic()))

    with visitor(browser, fake_site) as me:
        me.page.on("websocket", note)
        me.sign_in_afresh("admin")
        me.page.wait_for_function("() => document.cookie.includes('gemba_session')")
        me.settle()
        before = len(sent)
        assert before
        me.page.wait_for_timeout(2_500)
        assert len(sent) == before


@pytest.mark.parametrize(
    "path",
    [
        "/ask",
        "/catalogue",
        "/inspect",
        "/inspect?answer=a1",
        "/access",
        "/corpus",
        "/corpus?entry=a",
        "/alerts?alert=a",
        "/ask?c=abc",
        "/nowhere",
    ],
)
def test_a_direct_visit_signed_out_shows_the_sign_in_alone(
    browser: Browser, fake_site: Site, path: str
) -> None:
    with visitor(browser, fake_site) as me:
        me.open(path)
        expect(me.page.get_by_label("Password", exact=True)).to_be_visible()
        expect(me.chat).to_have_count(0)
        expect(me.page.get_by_text("What is happening")).to_have_count(0)


def test_an_address_leads_on_after_the_sign_in(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        me.open("/catalogue")
        me.page.get_by_label("Name", exact=True).fill("viewer")
        me.page.get_by_label("Password", exact=True).fill(fake_site.passwords["viewer"])
        me.page.get_by_role("button", name="Sign in").click()
        expect(me.page.get_by_role("heading", name="What can I ask?")).to_be_visible()


def test_stop_frees_the_page_and_a_reload_keeps_a_running_turn(
    browser: Browser, fake_site: Site
) -> None:
    with visitor(browser, fake_site) as me:
        page = me.page
        me.sign_in("engineer")
        me.chat.fill("endless slow question")
        me.chat.press("Enter")
        stop = page.get_by_role("button", name="Stop", exact=True)
        expect(page.get_by_text("Asking the store")).to_be_visible()
        page.wait_for_function("() => document.cookie.includes('gemba_session')")
        page.wait_for_function("() => location.search.includes('c=')")
        page.reload()
        expect(stop).to_be_visible()
        stop.click()
        expect(page.get_by_text("You stopped this question")).to_be_visible()


def test_a_new_answer_is_seen_from_its_top(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        me.sign_in("engineer")
        me.ask(STATES[0])
        main = me.page.get_by_test_id("stMain")
        main.evaluate("e => e.scrollTo(0, e.scrollHeight)")
        me.page.get_by_role("button", name="Only Hamburg").click()
        heading = me.page.get_by_role("heading", name="Only Hamburg", exact=True)
        expect(heading).to_be_visible()
        me.settle()
        expect(heading).to_be_in_viewport()


def test_everything_is_reached_by_keyboard(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        page = me.page
        me.open()
        page.get_by_label("Name", exact=True).focus()
        page.keyboard.type("engineer")
        page.keyboard.press("Tab")
        page.keyboard.type(fake_site.passwords["engineer"])
        page.keyboard.press("Enter")
        expect(me.chat).to_be_visible()
        me.chat.focus()
        page.keyboard.type(STATES[0])
        page.keyboard.press("Enter")
        me.settle()
        missing = {"Right", "CSV", "Run again", "Sign out"}
        for _ in range(150):  # two rounds of the page: it may be drawn anew under the first
            page.keyboard.press("Tab")
            text = page.evaluate("() => document.activeElement.innerText || ''")
            missing -= {label for label in missing if label in text}
            if not missing:
                break
        assert not missing
