"""The view Risk of the page Thresholds, and a risk answer that is pinned, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import NARROW, REAL_APP, Site, Visitor, running, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One of its own: weights that are saved here count for whoever looks."""
    data = plant_folder(tmp_path_factory.mktemp("risk"))
    with running(REAL_APP, data, GEMBA_WATCH_SECONDS="0") as site:
        yield site


def opened(me: Visitor, name: str) -> None:
    me.sign_in(name)
    me.visit("Thresholds")
    me.press("Risk")
    expect(me.page.get_by_text("has the highest risk score of 24 assets")).to_be_visible()


def write(me: Visitor, part: str, value: str) -> None:
    field = me.page.get_by_role("spinbutton", name=part)
    field.fill(value)
    field.press("Tab")
    me.page.wait_for_timeout(300)  # until what was typed has reached the server
    me.settle()
    expect(field).to_have_value(value)


def test_weights_are_tried_saved_and_rolled_back(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        opened(me, "admin")
        expect(page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()
        write(me, "Limits", "-3")
        expect(page.get_by_text("A weight is a number from 0 to 100.")).to_be_visible()
        write(me, "Trend", "")
        expect(page.get_by_text("This is no number.")).to_be_visible()
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
        write(me, "Limits", "35")
        write(me, "Trend", "20")
        write(me, "Maintenance debt", "70")
        expect(page.get_by_text(re.compile("assets change their place"))).to_be_visible()
        expect(page.get_by_text("Sum 155")).to_be_visible()
        why = page.get_by_role("textbox", name="Why")
        why.fill("overdue work first")
        why.press("Tab")
        me.settle()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("these weights count from now on")).to_be_visible()
        expect(page.get_by_text("Own weights, version 1")).to_be_visible()
        expect(page.get_by_text("overdue work first")).to_be_visible()
        me.press("Back to the model's")
        expect(page.get_by_text(re.compile("change their place"))).to_be_visible()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The weights of the data model").first).to_be_visible()
        assert not me.is_sideways()
        assert me.outside == []


def test_on_a_phone_and_for_who_may_only_look(browser: Browser, site: Site) -> None:
    with visitor(browser, site, size=NARROW, theme="dark") as me:
        opened(me, "viewer")
        expect(me.page.get_by_text("look at the weights and not change them")).to_be_visible()
        expect(me.page.get_by_role("spinbutton")).to_have_count(0)
        expect(me.page.get_by_role("button", name="Save")).to_have_count(0)
        assert not me.is_sideways()


@pytest.mark.thorough
def test_a_risk_answer_is_pinned_and_its_passport_runs_again(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        me.sign_in("admin")
        me.ask("riskiest pumps in Hamburg")
        me.press("Passport")
        me.press("Run again and compare")
        expect(page.get_by_text("The same rows.")).to_be_visible()
        me.press("Pin")
        me.name_board("Its name", "Risk")
        expect(page.get_by_text("as of each look")).to_be_visible()
        page.get_by_role("button", name="Pin", exact=True).last.click()
        page.get_by_text("Pinned: open the board").click()
        me.settle()
        expect(
            page.get_by_text(re.compile("has the highest risk score of 4 assets"))
        ).to_be_visible()
