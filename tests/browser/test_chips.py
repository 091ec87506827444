"""Chips in a real browser: what is picked under an answer is answered as the words for it are."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.app_process import Site, Visitor, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LINES = "energy by line in June"


def newest(me: Visitor) -> Locator:
    """The card of the newest answer, which stands at the top."""
    return me.page.locator("[class*=st-key-answer-]").last


def headline(me: Visitor) -> str:
    me.settle()
    return newest(me).get_by_role("heading").first.inner_text()


def open_chip(me: Visitor, name: str) -> None:
    me.settle()
    newest(me).get_by_role("button", name=re.compile(f"^{name}")).first.click()


def pick(me: Visitor, label: str, option: str) -> None:
    """One of a list in an opened chip."""
    me.page.get_by_role("combobox", name=re.compile(label)).click()
    me.page.get_by_role("option", name=option, exact=True).click()


def by_words(me: Visitor, *texts: str) -> str:
    """The headline of the last of several turns, in a conversation of their own."""
    me.page.get_by_role("button", name="New conversation").click()
    expect(me.page.get_by_role("heading", name="What is happening in your plant?")).to_be_visible()
    me.settle()
    for text in texts:
        me.ask(text)
    return headline(me)


def test_what_is_picked_is_answered_as_what_is_said(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        me.sign_in_afresh("engineer")
        wanted = by_words(me, LINES, "last week")
        assert by_words(me, LINES) != wanted
        open_chip(me, "When")
        pick(me, "Time", "Last week")
        expect(me.page.get_by_role("heading", name="When: Last week", exact=True)).to_be_visible()
        assert headline(me) == wanted
        assert me.outside == []


@pytest.mark.thorough
def test_what_is_put_together_is_answered_as_what_is_said(
    browser: Browser, real_site: Site
) -> None:
    with visitor(browser, real_site) as me:
        me.sign_in_afresh("engineer")
        wanted = by_words(me, LINES, "by shift")
        assert by_words(me, LINES) != wanted
        open_chip(me, "By")
        form = me.page.get_by_test_id("stPopoverBody")
        form.get_by_role("button", name="Remove Line").or_(
            form.locator("[data-baseweb=tag] [role=presentation], [data-baseweb=tag] svg")
        ).first.click()
        form.get_by_role("combobox").click()
        me.page.get_by_role("option", name="Shift", exact=True).click()
        me.page.keyboard.press("Escape")
        form.get_by_role("button", name="Apply").click()
        expect(me.page.get_by_role("heading", name="By: Shift", exact=True)).to_be_visible()
        assert headline(me) == wanted
        assert me.outside == []
