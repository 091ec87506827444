"""The corpus page in a real browser, over the tests' services."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, expect

from tests.browser.app_process import FAKE_APP, Site, Visitor, running, visitor
from tests.browser.screens import on_every_screen
from tests.ui import fake_corpus as first

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PUMPS = first.ident("pumps")
CHECK = re.compile("Run the check|Check again")


@pytest.fixture
def own_site(tmp_path: Path) -> Site:
    """An app of this test alone: what it changes is seen by no other."""
    with running(FAKE_APP, tmp_path) as site:
        yield site


def errors_of(me: Visitor) -> list[str]:
    """What the page writes to the console as errors, from now on."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(message.text)

    me.page.on("console", note)
    me.page.on("pageerror", lambda error: found.append(str(error)))
    return found


@on_every_screen()
def test_no_state_scrolls_sideways_asks_an_outside_host_or_complains(
    browser: Browser, fake_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, fake_site, size=size, theme=theme) as me:
        errors = errors_of(me)
        me.sign_in("admin")
        me.visit("Corpus")
        assert not me.is_sideways()
        for presses in (
            ("Which pumps vibrated most in the last", "Retrieval"),
            ("How loud is the compressor",),
            ("<img src=x",),
            ("Suggested",),
            ("Doubles", "Which pumps vibrated most"),
            ("Entries", "Which pumps vibrated most and", "History"),
            ("<img src=x",),
            ("Files",),
            ("Acts", "2. Approved"),
        ):
            for name in presses:
                me.press(name)
            assert not me.is_sideways(), presses
            assert me.page.locator("img[src=x], b:text-is('Look')").count() == 0
        me.press("Publish")
        me.page.get_by_role("button", name=CHECK).click()
        expect(me.page.get_by_text("Answers that change")).to_be_visible()
        assert not me.is_sideways()
        assert me.outside == []
        assert errors == []


def test_approve_by_keyboard_alone_and_undo(browser: Browser, own_site: Site) -> None:
    with visitor(browser, own_site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Corpus")
        me.press("Entries")
        page.get_by_placeholder("Find by words").focus()
        page.keyboard.type("most vibrating pumps of last")
        expect(page.get_by_text("1 entry")).to_be_visible()
        me.settle()
        tab_to(me, "Most vibrating pumps of last week")
        page.keyboard.press("Enter")
        expect(
            page.get_by_role("heading", name="Most vibrating pumps of last week")
        ).to_be_visible()
        me.settle()
        tab_to(me, "Approve")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Approved.")).to_be_visible()
        me.settle()
        tab_to(me, "Undo")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Undone.")).to_be_visible()


def tab_to(me: Visitor, label: str) -> None:
    """Press Tab until what has that text has the focus."""
    for _ in range(120):
        me.page.keyboard.press("Tab")
        text = me.page.evaluate("() => document.activeElement.innerText || ''")
        if label in text.split("\n"):
            return
    raise AssertionError(f"Tab never reaches {label!r}")


def test_a_reload_keeps_the_check_running_and_stop_ends_it(
    browser: Browser, own_site: Site
) -> None:
    with visitor(browser, own_site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Corpus")
        me.press("Publish")
        page.get_by_role("button", name="Run the check").click()
        # A quick check is over before it can be looked at.
        seen = re.compile("golden questions|Answers that change")
        expect(page.get_by_text(seen).first).to_be_visible()
        page.wait_for_function("() => document.cookie.includes('gemba_session')")
        page.reload()
        expect(page.get_by_text("Answers that change")).to_be_visible()
        publish = page.get_by_role("button", name=re.compile("Publish 1 entry"))
        publish.click()
        page.get_by_text("I have looked at them").click()
        me.settle()
        page.get_by_role("button", name="Publish", exact=True).last.click()
        expect(page.get_by_text("Published as number 1")).to_be_visible()


def test_an_address_opens_the_entry_after_the_sign_in(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        page = me.page
        me.open(f"/corpus?entry={PUMPS}")
        page.get_by_label("Name", exact=True).fill("admin")
        page.get_by_label("Password", exact=True).fill(fake_site.passwords["admin"])
        page.get_by_role("button", name="Sign in").click()
        expect(
            page.get_by_role("heading", name="Which pumps vibrated most last week?")
        ).to_be_visible()
        assert f"entry={PUMPS}" in page.url


def test_what_was_taken_out_has_the_name_of_its_format(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        me.sign_in("admin")
        me.visit("Corpus")
        me.press("Files")
        with me.page.expect_download() as waiting:
            me.page.get_by_role("button", name="JSON Lines").click()
        assert waiting.value.suggested_filename == "corpus-plant.jsonl"


def test_who_does_not_administer_has_no_link_and_no_page(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        me.sign_in("engineer")
        expect(me.page.get_by_role("link", name="Corpus", exact=True)).to_have_count(0)
        me.open("/corpus")
        expect(me.page.get_by_placeholder("Find by words")).to_have_count(0)
