"""Other wordings that a language model proposes for a pair, on the real app."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import Visitor, visitor
from tests.browser.conftest import WithModel
from tests.browser.contrast import faint_pieces
from tests.browser.screens import on_every_screen
from tests.browser.scripted_model import WORDINGS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAIR = "OEE by line in Hamburg in June"
SAME, OTHER = WORDINGS[:3], WORDINGS[3:]


def propose(me: Visitor) -> None:
    """The pair, opened, and its button pressed."""
    me.sign_in("admin")
    me.visit("Corpus")
    me.press("Entries")
    me.page.get_by_placeholder("Find by words").fill(PAIR)
    me.page.keyboard.press("Enter")
    expect(me.page.get_by_text("1 entry")).to_be_visible()
    me.settle()
    me.press(PAIR)
    me.press("Propose wordings")


@on_every_screen()
def test_what_asks_the_same_is_offered_and_can_be_read(
    browser: Browser, with_model: WithModel, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, with_model.site, size=size, theme=theme) as me:
        propose(me)
        expect(me.page.get_by_text("The language model proposes:")).to_be_visible()
        for wording in SAME:
            offered = me.page.get_by_test_id("stCheckbox").filter(has_text=wording)
            expect(offered).to_be_visible()
            box = offered.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
            assert faint_pieces(offered) == []
        for wording in OTHER:
            expect(me.page.get_by_text(wording, exact=True)).to_have_count(0)
        assert not me.is_sideways()
        assert me.outside == []


def test_chosen_ones_are_kept_and_without_a_reply_they_are_gembas_own(
    browser: Browser, with_model: WithModel
) -> None:
    with visitor(browser, with_model.site) as me:
        page = me.page
        propose(me)
        field = page.get_by_label("Other wordings, one a line")
        before = field.input_value()
        for wording in (SAME[0], SAME[1]):
            page.get_by_text(wording, exact=True).click()
            me.settle()
            expect(field).to_have_value(re.compile(re.escape(wording)))
        page.get_by_text(SAME[0], exact=True).click()  # the first is let go again
        me.settle()
        expect(field).to_have_value(f"{before}\n{SAME[1]}")
        me.press("Save")
        expect(page.get_by_text("Changed.")).to_be_visible()
        expect(field).to_have_value(f"{before}\n{SAME[1]}")

        with_model.server.refuse()
        try:
            me.press("Propose wordings")
            expect(page.get_by_text("The language model did not reply.")).to_be_visible()
            expect(page.get_by_test_id("stCheckbox").filter(has_text="in June")).not_to_have_count(
                0
            )
        finally:
            with_model.server.listen()
