"""The main job in a real browser: sign in, ask, see the chart, take the rows away."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import NARROW, Site, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "Which pumps vibrated most last week?"


def test_ask_see_the_chart_and_download(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("admin")
        me.ask(QUESTION)
        expect(page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()
        expect(page.get_by_test_id("stDataFrame")).to_be_visible()
        expect(page.get_by_text("Parser").first).to_be_visible()
        expect(page.get_by_text("data to 30 Jun 2026, 23:50").first).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="CSV").click()
        rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"))))
        assert waiting.value.suggested_filename == "which-pumps-vibrated-most-last-week.csv"
        assert len(rows) == 13  # a header and the twelve pumps of three plants
        assert any(re.match(r"PMP-\d\d", cell) for cell in rows[1])
        page.get_by_role("tab", name="SQL").click()
        expect(page.get_by_test_id("stCode")).to_contain_text("SELECT")
        assert me.outside == []
        assert me.asked_for > 10


def test_a_viewer_sees_only_their_plant(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site, size=NARROW) as me:
        me.sign_in("viewer")
        me.ask(QUESTION)
        with me.page.expect_download() as waiting:
            me.page.get_by_role("button", name="CSV").click()
        text = Path(waiting.value.path()).read_text("utf-8-sig")
        found = set(re.findall(r"PMP-(\d\d)", text))
        assert found == {"09", "10", "11", "12"}
        assert not me.is_sideways()
        assert me.outside == []
