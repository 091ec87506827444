"""Inspect SQL and Access in a real browser, over the tests' services."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from core.inspection.layout import pretty
from tests.browser.app_process import Site, Visitor, visitor
from tests.browser.contrast import AA, pieces
from tests.browser.screens import on_every_screen
from tests.ui import fake_reports as sql
from tests.ui.fake_answers import SQL as GOVERNED

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = (
    "SELECT asset_id AS `<img src=x onerror=alert(1)>`, '<b>bold</b> [x](http://e.invalid)' AS t\n"
    "FROM plant_obt WHERE asset_name = '" + "wide " * 200 + "'"
)
#: Every sort of word that SQL has, on lines that governance leaves, adds and changes.
COLOURED = (
    "SELECT DISTINCT r.asset_id AS a, operator_name, COUNT(*) + 1.5 AS n, '%t' AS t, NULL AS u,\n"
    "  CAST(event_date AS DATE) AS d, CASE WHEN down_min >= 3 THEN TRUE END AS c\n"
    "FROM plant_obt r\nWHERE event_date >= '2026-06-22' AND asset_id NOT LIKE 'PMP%'\n"
    "GROUP BY r.asset_id, operator_name, event_date, down_min ORDER BY n DESC"
)
COMMENTED = "SELECT asset_id -- which\n, SLEEP(5), @x, 'text' FROM plant_obt /* all */ WHERE 1 = 1"
STATES = (sql.DATE_OF, sql.REFUSED, sql.BROKEN, sql.OVER, sql.NO_PLAN, sql.DOWN, HOSTILE)


def press(me: Visitor, name: str) -> None:
    me.page.get_by_role("button", name=name, exact=True).first.click()


@on_every_screen()
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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sql_can_be_read_in_every_colour_that_it_is_drawn_in(
    browser: Browser, fake_site: Site, theme: str
) -> None:
    with visitor(browser, fake_site, theme=theme) as me:
        me.sign_in("engineer")
        me.visit("Inspect SQL")
        panes = me.page.get_by_test_id("stCode")
        kinds: set[str] = set()
        signs: set[str] = set()

        def look() -> None:
            me.settle()  # until the panes of the text before are gone
            # The words get their colours a moment after the text is there.
            colour = panes.locator("span.token")
            expect(colour.first if theme == "dark" else panes.first).to_be_visible()
            for pane in panes.all():
                drawn = pieces(pane)
                assert drawn
                assert [piece for piece in drawn if piece.contrast < AA] == []
                kinds.update(piece.kind for piece in drawn)
                signs.update(line[:1] for line in pane.inner_text().split("\n"))

        me.paste(COLOURED)
        expect(me.page.get_by_text("As run", exact=True)).to_be_visible()
        look()
        me.page.get_by_text("In one text").click()
        expect(me.page.get_by_text("As run", exact=True)).to_have_count(0)
        look()
        me.paste(COMMENTED)
        expect(me.page.get_by_role("heading", name="Refused by rule")).to_be_visible()
        look()
        assert {"+", "~", "-", "1", "2"} <= signs
        if theme == "dark":
            for kind in ("keyword", "string", "number", "function", "operator", "comment"):
                assert any(kind in each for each in kinds), (kind, kinds)


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
        me.paste(sql.ENDLESS)
        press(me, "Run")
        expect(page.get_by_text("Reading the data")).to_be_visible()
        page.wait_for_function("() => document.cookie.includes('gemba_session')")
        page.reload()
        expect(page.get_by_text("Reading the data")).to_be_visible()
        press(me, "Stop")
        expect(page.get_by_text("You stopped this query")).to_be_visible()
        expect(me.editor).to_have_value(sql.ENDLESS)


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
