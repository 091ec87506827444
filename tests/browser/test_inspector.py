"""Inspect SQL and Access in a real browser, over the tests' services."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from core.inspection.layout import pretty
from tests.browser.app_process import NARROW, WIDE, Site, Visitor, visitor
from tests.ui import fake_reports as sql
from tests.ui.fake_answers import SQL as GOVERNED

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = (
    "SELECT asset_id AS `<img src=x onerror=alert(1)>`, '<b>bold</b> [x](http://e.invalid)' AS t\n"
    "FROM plant_obt WHERE asset_name = '" + "wide " * 200 + "'"
)
STATES = (sql.DATE_OF, sql.REFUSED, sql.BROKEN, sql.OVER, sql.NO_PLAN, sql.DOWN, HOSTILE)


def press(me: Visitor, name: str) -> None:
    me.page.get_by_role("button", name=name, exact=True).first.click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_state_scrolls_sideways_or_asks_an_outside_host(
    browser: Browser, fake_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, fake_site, size=size, theme=theme) as me:
        me.sign_in("admin")
        me.visit("Inspect SQL")
        assert not me.is_sideways()
        for statement in STATES:
            me.paste(statement)
            assert not me.is_sideways(), statement
            assert me.page.locator("img[src=x], b:text-is('bold')").count() == 0
        me.paste(sql.GOOD)
        press(me, "Run")
        expect(me.page.get_by_test_id("stDataFrame")).to_be_visible()
        assert not me.is_sideways()
        for tab in ("History", "Saved questions"):
            me.page.get_by_role("tab", name=tab).click()
            me.settle()
            assert not me.is_sideways(), tab
        me.visit("Access")
        me.page.get_by_text("plant_obt:").click()
        assert not me.is_sideways()
        assert me.outside == []


def test_paste_apply_a_fix_undo_run_and_see_the_rows(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        page = me.page
        me.sign_in("engineer")
        me.visit("Inspect SQL")
        me.paste(sql.DATE_OF)
        expect(page.get_by_role("heading", name="Allowed")).to_be_visible()
        press(me, "Apply")
        expect(me.editor).to_have_value(sql.DATE_OF.replace("DATE(event_ts)", "event_date"))
        press(me, "Undo")
        expect(me.editor).to_have_value(sql.DATE_OF)
        press(me, "Run")
        expect(page.get_by_test_id("stDataFrame")).to_be_visible()
        with page.expect_download() as waiting:
            press(me, "CSV")
        assert waiting.value.suggested_filename == "answer.csv"
        page.get_by_role("tab", name="History").click()
        page.get_by_test_id("stMain").get_by_role(
            "button", name="SELECT asset_id, oper"
        ).first.click()
        expect(me.editor).to_have_value(sql.DATE_OF)


def test_typing_and_pressing_run_at_once_runs_what_was_typed(
    browser: Browser, fake_site: Site
) -> None:
    with visitor(browser, fake_site) as me:
        me.sign_in("engineer")
        me.visit("Inspect SQL")
        me.paste(sql.STAR)
        me.editor.fill(sql.NONE)
        press(me, "Run")
        expect(me.page.get_by_text("The query ran and gave no rows")).to_be_visible()


def test_stop_and_reload(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        page = me.page
        me.sign_in("viewer")
        expect(page.get_by_role("link", name="Inspect SQL")).to_have_count(0)
    with visitor(browser, fake_site) as me:
        page = me.page
        me.sign_in("engineer")
        me.visit("Inspect SQL")
        me.paste(sql.SLOW)
        press(me, "Run")
        expect(page.get_by_text("Reading the data")).to_be_visible()
        page.wait_for_function("() => document.cookie.includes('gemba_session')")
        page.reload()
        expect(page.get_by_text("Reading the data")).to_be_visible()
        press(me, "Stop")
        expect(page.get_by_text("You stopped this query")).to_be_visible(timeout=4_000)
        expect(me.editor).to_have_value(sql.SLOW)


def test_an_answer_leads_to_its_sql_and_its_address_to_it_again(
    browser: Browser, fake_site: Site
) -> None:
    with visitor(browser, fake_site) as me:
        page = me.page
        me.sign_in("engineer")
        me.ask("Which pumps vibrated most last week?")
        page.get_by_test_id("stMain").get_by_role("link", name="Inspect SQL").click()
        expect(page.get_by_role("heading", name="Inspect SQL")).to_be_visible()
        expect(me.editor).to_have_value(pretty(GOVERNED))
        page.wait_for_function("() => document.cookie.includes('gemba_session')")
        assert "answer=" in page.url
        page.reload()
        expect(me.editor).to_have_value(pretty(GOVERNED))
        expect(page.get_by_role("heading", name="Allowed")).to_be_visible()


def test_everything_is_reached_by_keyboard(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as me:
        page = me.page
        me.sign_in("engineer")
        me.visit("Inspect SQL")
        me.editor.focus()
        page.keyboard.type("SELECT * FROM plant_obt")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Allowed")).to_be_visible()
        me.settle()
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("() => document.activeElement.innerText || ''").strip())
        for label in ("Run", "Format", "Save as question", "Rules", "What would be read"):
            assert any(label in text for text in reached), (label, reached)
