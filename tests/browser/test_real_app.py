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


def test_inspect_mend_run_and_find_it_in_the_history(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("engineer")
        me.visit("Inspect SQL")
        me.paste(
            "SELECT asset_id, MAX(vibration_mm_s) AS peak FROM plant_obt "
            "WHERE DATE(event_ts) = '2026-06-22' AND asset_class = 'pump' GROUP BY asset_id"
        )
        expect(page.get_by_role("heading", name="Allowed")).to_be_visible()
        expect(
            page.get_by_text("Rows of plant_obt only where plant_id is AUS, HAM")
        ).to_be_visible()
        expect(page.get_by_text("of your budget of 100,000,000")).to_be_visible()
        about_the_day = page.get_by_text("event_ts stands inside a function")
        row = page.locator("[class*=st-key-finding]").filter(has=about_the_day)
        row.get_by_role("button", name="Apply", exact=True).click()
        expect(about_the_day).to_have_count(0)
        expect(me.editor).not_to_have_value(re.compile(r"DATE\(event_ts\)"))
        me.settle()
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.get_by_test_id("stDataFrame")).to_be_visible()
        expect(page.get_by_text("8 rows", exact=True)).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="CSV").click()
        text = Path(waiting.value.path()).read_text("utf-8-sig")
        assert set(re.findall(r"PMP-(\d\d)", text)) == {f"0{n}" for n in range(1, 9)}
        page.get_by_role("tab", name="History").click()
        expect(page.get_by_text("8 rows · ").first).to_be_visible()
        assert me.outside == []


def test_what_is_refused_is_not_run_whoever_asks(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site, size=NARROW) as me:
        me.sign_in("admin")
        me.visit("Inspect SQL")
        for statement in ("DROP TABLE plant_obt", "SELECT * FROM read_csv('/etc/passwd')"):
            me.paste(statement)
            expect(me.page.get_by_role("heading", name="Refused by rule")).to_be_visible()
            expect(me.page.get_by_role("button", name="Run", exact=True)).to_be_disabled()
        assert not me.is_sideways()
