"""From a question that is asked back to a verified answer, on the whole app over the demo plant."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import Site, visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

QUESTION = "Idle kilowatt-hours of the ovens in Hamburg in May"
SQL = (
    "SELECT SUM(energy_kwh) AS idle_kwh FROM plant_obt WHERE plant_id = 'HAM' AND run_min = 0 "
    "AND asset_class = 'oven' AND event_date >= '2026-05-01' AND event_date < '2026-06-01'"
)


def test_what_an_admin_verifies_and_publishes_answers(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("admin")
        me.ask(QUESTION)
        expect(page.get_by_text("Not understood").last).to_be_visible()

        me.visit("Corpus")
        me.press("Entries")
        me.press("Add a question")
        page.get_by_label("Question", exact=True).fill(QUESTION)
        page.get_by_label("SQL, in StarRocks' dialect").fill(SQL)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Plant: Hamburg")).to_be_visible()
        me.settle()
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("Added as a candidate.")).to_be_visible()
        me.settle()
        me.press("Verify")
        expect(page.get_by_text("Verified.")).to_be_visible()

        page.get_by_placeholder("A question as somebody would ask it").fill("idle energy of ovens")
        page.keyboard.press("Enter")
        prompt = page.get_by_role("tab", name="Prompt")
        for _ in range(30):  # the index is built beside the page
            page.get_by_role("button", name="Try", exact=True).click()
            with suppress(AssertionError):
                expect(prompt).to_be_visible(timeout=5_000)
                break
        prompt.click()
        expect(page.get_by_text("END OF MODEL").first).to_be_visible()

        me.press("Publish")
        page.get_by_role("button", name="Run the check").click()
        expect(page.get_by_text("Answers that change")).to_be_visible(timeout=240_000)
        page.get_by_role("button", name=re.compile("Publish 1 entry")).click()
        me.settle()
        page.get_by_role("button", name="Publish", exact=True).last.click()
        expect(page.get_by_text(re.compile("Published as number"))).to_be_visible()

        page.get_by_test_id("stSidebar").get_by_role("link", name="Ask", exact=True).click()
        expect(me.chat).to_be_visible()
        me.ask(QUESTION.replace("May", "June"))
        expect(page.get_by_text(re.compile("Verified by .*dmin")).last).to_be_visible()
        assert me.outside == []
