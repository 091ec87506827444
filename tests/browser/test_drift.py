"""Whether something drifts, in a real browser: the sentence, the marked chart, the findings."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import WIDE, Site, Visitor, visitor
from tests.browser.screens import on_every_screen
from tests.browser.test_chart_panel import open_panel, pick

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "Is the temperature of OVN-03 drifting?"


def legend(me: Visitor) -> str:
    """What the newest chart names under it, once it stands."""
    found = me.page.locator(".js-plotly-plot .legend").last
    expect(found).to_be_visible()
    return found.text_content() or ""


def look(me: Visitor, name: str) -> None:
    """Keep a picture, for whoever asks for them: TEST_PICTURES is a folder."""
    folder = os.environ.get("TEST_PICTURES")
    if folder:
        me.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@on_every_screen()
def test_a_drift_is_said_drawn_and_listed(
    browser: Browser, real_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, real_site, size=size, theme=theme) as me:
        page = me.page
        me.sign_in("admin")
        me.ask(QUESTION)
        expect(
            page.get_by_role("heading", name=re.compile("Yes: since about 4 Jun 2026"))
        ).to_be_visible()
        named = legend(me)
        for word in ("Mean", "Control limits", "Breaks a rule", "Level"):
            assert word in named
        marks = page.locator(".js-plotly-plot .scatterlayer .trace").last.locator(".point")
        assert marks.count() == 27
        expect(page.get_by_role("tab", name="Findings")).to_be_visible()
        expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
        expect(page.get_by_text("they are no specification limits").first).to_be_visible()
        assert not me.is_sideways()
        look(me, f"drift-{theme}-{size[0]}")
        page.get_by_test_id("stDataFrame").first.scroll_into_view_if_needed()
        look(me, f"drift-findings-{theme}-{size[0]}")
        assert me.outside == []


def test_pointing_at_a_marked_reading_names_its_rule(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site, size=WIDE) as me:
        me.sign_in("admin")
        me.ask(QUESTION)
        legend(me)
        marks = me.page.locator(".js-plotly-plot .scatterlayer .trace").last.locator(".point")
        box = marks.last.bounding_box()
        assert box is not None
        me.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        hover = me.page.locator(".js-plotly-plot .hoverlayer")
        expect(hover).to_contain_text("Nelson rule 1: beyond 3 sigma")
        look(me, "drift-hover")


def test_control_rules_are_drawn_by_hand_kept_and_taken_away_in_words(
    browser: Browser, real_site: Site
) -> None:
    with visitor(browser, real_site, size=WIDE) as me:
        me.sign_in("admin")
        me.ask("Daily mean vibration of PMP-04 since 1 April")
        open_panel(me)
        me.press("Lines")
        pick(me, "Control rules", "Nelson")
        expect(me.page.locator(".js-plotly-plot .legend").last).to_contain_text("Control limits")
        look(me, "drift-panel")
        me.page.reload()
        expect(me.page.locator(".js-plotly-plot .legend").last).to_contain_text("Control limits")
        me.ask("hide the control limits")
        expect(me.page.get_by_role("heading", name="hide the control limits")).to_be_visible()
        look(me, "drift-hidden")
        chart = me.page.locator(".js-plotly-plot").last
        expect(chart).not_to_contain_text("Control limits")
