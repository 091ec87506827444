"""Conversations in real browsers: two at once, reloads, Stop elsewhere, a restart of the app."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.app_process import REAL_APP, Site, Visitor, running, visitor
from tests.browser.contrast import faint_pieces
from tests.browser.screens import on_every_screen

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: Is answered once `tell` is called, however slow the machine is.
SLOW = "slow question about every pump until told"
CHAIN = (
    ("energy by line in June", "June"),
    ("only Hamburg", "Hamburg"),
    ("by shift", "shift"),
    ("last week instead", "22"),
    ("go back", "June"),
)


def sign_in(me: Visitor, name: str) -> None:
    """By the form, for a session of its own, until the browser has its cookie too, so that an
    address may be opened next."""
    me.sign_in_afresh(name)
    me.cookie()


def address(me: Visitor) -> str:
    """Path of the conversation on the page, once it is in the address."""
    expect(me.page).to_have_url(re.compile(r"[?&]c="))
    return me.page.url.removeprefix(me.site.url)


def tell(site: Site) -> None:
    """Have the question that waits for it answered."""
    (site.data / "told").touch()


def stop_button(me: Visitor) -> Locator:
    return me.page.get_by_role("button", name="Stop", exact=True)


def answers(me: Visitor) -> Locator:
    return me.page.locator("[class*=st-key-answer-]")


def listed(me: Visitor) -> Locator:
    """The conversations in the left column."""
    return me.page.get_by_test_id("stSidebar").locator("[class*=st-key-frame-open]")


def menu(me: Visitor) -> None:
    """Open what can be done with the conversation, where it is not open still."""
    me.settle()
    title = me.page.get_by_label("Title", exact=True)
    if not title.is_visible():
        me.page.get_by_role("button", name="Conversation", exact=True).click()
    expect(title).to_be_visible()


def new_conversation(me: Visitor) -> None:
    me.page.get_by_role("button", name="New conversation").click()
    expect(me.page.get_by_role("heading", name="What is happening in your plant?")).to_be_visible()
    me.settle()


def test_two_people_at_once_see_their_own(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as one, visitor(browser, fake_site) as other:
        sign_in(one, "engineer")
        sign_in(other, "viewer")
        one.begin(SLOW)
        other.ask("Daily OEE per plant in June")
        expect(stop_button(one)).to_be_visible()
        expect(answers(other)).to_have_count(1)
        expect(listed(other).first).to_contain_text("Daily OEE")
        expect(other.page.get_by_test_id("stSidebar")).not_to_contain_text(SLOW)
        tell(fake_site)
        one.settle()
        expect(answers(one)).to_have_count(1)
        expect(listed(one).first).to_contain_text(SLOW)
        other.open(address(one))
        expect(other.chat).to_be_visible()
        other.settle()
        expect(other.page.get_by_text(SLOW)).to_have_count(0)
        expect(answers(other)).to_have_count(0)


def test_an_answer_is_followed_in_two_windows_through_a_reload_and_another_page(
    browser: Browser, fake_site: Site
) -> None:
    with visitor(browser, fake_site) as one, visitor(browser, fake_site) as other:
        sign_in(one, "engineer")
        sign_in(other, "engineer")
        one.begin(SLOW)
        path = address(one)
        other.open(path)
        expect(stop_button(other)).to_be_visible()
        one.page.reload()
        expect(stop_button(one)).to_be_visible()
        one.page.get_by_test_id("stSidebar").get_by_role("link", name="Inspect SQL").click()
        expect(one.page.get_by_role("heading", name="Inspect SQL")).to_be_visible()
        one.page.get_by_test_id("stSidebar").get_by_role("link", name="Ask", exact=True).click()
        tell(fake_site)
        for me in (one, other):
            me.settle()
            expect(answers(me)).to_have_count(1)
            expect(me.page.get_by_role("heading", name=SLOW, exact=True)).to_have_count(1)
            assert address(me) == path


def test_stop_in_the_other_window_stops_it_in_both(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as one, visitor(browser, fake_site) as other:
        sign_in(one, "engineer")
        sign_in(other, "engineer")
        one.begin(f"{SLOW}, an endless one")
        other.open(address(one))
        stop_button(other).click()
        for me in (one, other):
            expect(me.page.get_by_text("You stopped this question")).to_be_visible()
            expect(answers(me)).to_have_count(0)
        other.page.get_by_role("button", name="Ask again").click()
        expect(stop_button(other)).to_be_visible()
        stop_button(other).click()
        expect(other.page.get_by_text("You stopped this question")).to_be_visible()


def test_a_chain_goes_on_and_back(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        sign_in(me, "engineer")
        for question, said in CHAIN:
            me.ask(question)
            expect(answers(me).last).to_contain_text(said)
        address(me)
        me.page.reload()
        me.settle()
        expect(answers(me).last).to_contain_text(CHAIN[-1][1])
        me.page.get_by_text("3 earlier").click()
        for question, _ in CHAIN[:-1]:
            earlier = me.page.get_by_test_id("stMain").locator("strong")
            expect(earlier.get_by_text(question, exact=True)).to_be_visible()
        assert me.outside == []


def test_one_is_renamed_found_taken_along_and_deleted(browser: Browser, fake_site: Site) -> None:
    asked = ("Daily OEE per plant in June", "no rows please", "broken store")
    with visitor(browser, fake_site) as me:
        page = me.page
        sign_in(me, "engineer")
        for question in asked:
            new_conversation(me)
            me.ask(question)
        new_conversation(me)
        me.ask("Which pumps vibrated most last week?")
        me.ask("wobbliness of compressors by shift")
        path = address(me)
        menu(me)
        page.get_by_label("Title", exact=True).fill("Energy for Monday's *meeting*")
        page.get_by_role("button", name="Rename", exact=True).click()
        expect(listed(me).first).to_contain_text("Energy for Monday's *meeting*")
        menu(me)
        for label, name in (("Markdown", "md"), ("JSON", "json")):
            with page.expect_download() as waiting:
                page.get_by_role("button", name=f"Export as {label}").click()
            text = Path(waiting.value.path()).read_text("utf-8")
            assert waiting.value.suggested_filename == f"conversation.{name}"
            assert "PMP-03 vibrated most" in text.replace("\\", "")
        assert [t["question"] for t in json.loads(text)["turns"]] == [
            "Which pumps vibrated most last week?", "wobbliness of compressors by shift",
        ]  # fmt: skip
        page.keyboard.press("Escape")
        new_conversation(me)
        search = page.get_by_role("textbox", name="Search conversations")
        search.fill("MONDAY'S shift")
        search.press("Enter")
        expect(listed(me)).to_have_count(1)
        search.fill("meeting%")
        search.press("Enter")
        expect(page.get_by_text("Nothing found.")).to_be_visible()
        search.fill("meeting")
        search.press("Enter")
        expect(listed(me)).to_have_count(1)
        listed(me).get_by_role("button").click()
        me.settle()
        assert address(me) == path
        menu(me)
        page.get_by_role("button", name="Delete this conversation").click()
        expect(page.get_by_role("heading", name="What is happening in your plant?")).to_be_visible()
        expect(page.get_by_text("Nothing found.")).to_be_visible()
        search.fill("")
        search.press("Enter")
        expect(listed(me).filter(has_text="Daily OEE").first).to_be_visible()
        expect(listed(me).filter(has_text="meeting")).to_have_count(0)
        me.open(path)
        expect(page.get_by_role("heading", name="What is happening in your plant?")).to_be_visible()
        assert me.outside == []


@pytest.mark.thorough
def test_a_conversation_goes_on_after_a_restart_of_the_app(
    browser: Browser, plant_folder: Callable[[Path], Path], tmp_path: Path
) -> None:
    data = plant_folder(tmp_path)
    with running(REAL_APP, data) as first, visitor(browser, first) as me:
        passwords = first.passwords
        sign_in(me, "engineer")
        me.ask("energy by line in June")
        path = address(me)
        state = me.context.storage_state()
    with running(REAL_APP, data) as second:
        second.passwords = passwords
        context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(20_000)
        again = Visitor(second, context, context.new_page())
        page = again.page
        again.open(path)
        expect(answers(again)).to_have_count(1)
        again.settle()
        expect(page.get_by_text("rows are not kept any more")).to_be_visible()
        expect(page.locator(".js-plotly-plot")).to_have_count(0)
        page.get_by_role("button", name="Read them again").click()
        expect(page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()
        expect(page.get_by_text("rows are not kept any more")).to_have_count(0)
        again.ask("only Hamburg")
        expect(answers(again).last).to_contain_text("Hamburg")
        context.close()
        with visitor(browser, second) as other:
            sign_in(other, "viewer")
            other.open(path)
            expect(
                other.page.get_by_role("heading", name="What is happening in your plant?")
            ).to_be_visible()
            expect(other.page.get_by_text("energy by line")).to_have_count(0)


@on_every_screen((1280, 900))
def test_title_menu_and_list_fit_the_window(
    browser: Browser, fake_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, fake_site, size=size, theme=theme) as me:
        sign_in(me, "admin")
        me.ask("Which pumps vibrated most last week, and which of them did so in every shift?")
        menu(me)
        assert not me.is_sideways()
        panel = me.page.get_by_test_id("stPopoverBody")
        assert faint_pieces(panel) == []
