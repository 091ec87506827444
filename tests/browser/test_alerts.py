"""Alerts in a real browser: read, acknowledged, shelved, explained, asked about, counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from core.alerting.alert import SEVERITY_NAMES
from core.delivery.links import links_of
from core.delivery.outbox import Outbox
from tests.alert_desk.feed import alerts
from tests.browser.app_process import NARROW, REAL_APP, Site, Visitor, running, visitor
from tests.browser.contrast import faint_pieces
from tests.browser.screens import on_every_screen
from tests.ui.test_alerts_delivery import put

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PUMP = alerts()[0].id


@contextmanager
def fed(data: Path) -> Iterator[Site]:
    """The whole app over the demo plant, with alerts that a watch left; it does not go on."""
    outbox = Outbox(data / "state")
    put(data / "state", outbox)
    outbox.close()
    with running(REAL_APP, data, GEMBA_WATCH_SECONDS="0") as site:
        yield site


@pytest.fixture(scope="module")
def fed_site(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """For who only looks."""
    with fed(plant_folder(tmp_path_factory.mktemp("fed"))) as site:
        yield site


@pytest.fixture
def own_site(plant_folder: Callable[[Path], Path], tmp_path: Path) -> Iterator[Site]:
    """For a test that changes what the list shows."""
    with fed(plant_folder(tmp_path)) as site:
        yield site


def row(me: Visitor, alert_id: str) -> Locator:
    return me.page.locator(f".st-key-alertrow-{alert_id}")


def assets(me: Visitor) -> list[str]:
    rows = me.page.locator("[class*=st-key-alertrow-]").all()
    return [re.findall(r"[A-Z]{3}-\d\d", one.inner_text())[0] for one in rows]


def test_acknowledge_shelve_read_the_story_and_ask(browser: Browser, own_site: Site) -> None:
    with visitor(browser, own_site) as me, visitor(browser, own_site, size=NARROW) as other:
        page = me.page
        me.sign_in("engineer")
        me.visit("Alerts")
        assert assets(me) == ["PMP-05", "PMP-03", "CMP-01", "PMP-02"]
        expect(page.get_by_text("These are no safety or control alarms")).to_have_count(1)

        # by keyboard alone: the menu opens, the reason is typed, Enter ends it
        row(me, PUMP).get_by_role("button", name="Acknowledge").focus()
        page.keyboard.press("Enter")
        reason = page.get_by_label("Reason (optional)")
        expect(reason).to_be_visible()
        reason.fill("bearing is ordered")
        page.keyboard.press("Enter")
        expect(row(me, PUMP)).to_contain_text("latched, acknowledged · by engineer: bearing is")
        me.settle()
        expect(row(me, PUMP).get_by_role("button", name="Acknowledge")).to_have_count(0)

        # somebody else is quicker; their line is there without a reload
        caution = alerts()[3].id
        row(me, caution).get_by_role("button", name="Acknowledge").click()
        expect(page.get_by_label("Reason (optional)")).to_be_visible()
        other.sign_in("admin")
        other.visit("Alerts")
        row(other, caution).get_by_role("button", name="Acknowledge").click()
        other.page.get_by_test_id("stPopoverBody").get_by_role("button").click()
        expect(row(other, caution)).to_contain_text("acknowledged · by admin")
        form = page.get_by_test_id("stPopoverBody").get_by_role("button", name="Acknowledge")
        if form.count():
            form.click()
            expect(
                page.get_by_text("This changed meanwhile: Acknowledged by admin")
            ).to_be_visible()
        expect(row(me, caution)).to_contain_text("acknowledged · by admin", timeout=30_000)

        row(me, caution).get_by_role("button", name="Shelve").click()
        page.get_by_label("Reason", exact=True).fill("fitter comes at ten")
        page.get_by_test_id("stPopoverBody").get_by_role("button", name="Shelve").click()
        expect(row(me, caution)).to_have_count(0)

        row(me, PUMP).get_by_role("button", name="Story").click()
        expect(page.get_by_role("heading", name="What happened")).to_be_visible()
        expect(page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()
        expect(page.get_by_text("Warning 5.1 mm/s")).to_be_visible()
        assert f"alert={PUMP}" in page.url
        page.reload()
        expect(page.get_by_role("heading", name="What happened")).to_be_visible()
        me.settle()
        page.get_by_role("button", name="Ask about it").click()
        question = "vibration of PMP-03 from 17 June 2026 to 25 June 2026 by hour"
        expect(page.get_by_role("heading", name=question)).to_be_visible()
        me.settle()
        assert "alert=" not in page.url
        assert me.outside == other.outside == []


def test_the_link_of_a_message_opens_the_story_after_the_sign_in(
    browser: Browser, fed_site: Site
) -> None:
    with visitor(browser, fed_site) as me:
        link = links_of(f"{me.site.url}/").alert(PUMP)
        me.page.goto(link)
        me.page.get_by_label("Name", exact=True).fill("engineer")
        me.page.get_by_label("Password", exact=True).fill(me.site.passwords["engineer"])
        me.page.get_by_role("button", name="Sign in").click()
        expect(me.page.get_by_role("heading", name="What happened")).to_be_visible()
        assert me.page.url == link


@pytest.mark.thorough
def test_a_press_is_not_stolen_while_the_list_is_live(browser: Browser, own_site: Site) -> None:
    """Text that is being typed stays over two refreshes, and what is pressed then is done."""
    with visitor(browser, own_site) as me:
        me.sign_in("engineer")
        me.visit("Alerts")
        row(me, PUMP).get_by_role("button", name="Acknowledge").click()
        reason = me.page.get_by_label("Reason (optional)")
        reason.fill("half a sentence")
        me.page.wait_for_timeout(23_000)
        expect(reason).to_have_value("half a sentence")
        reason.press_sequentially(", and the rest")
        me.page.get_by_test_id("stPopoverBody").get_by_role("button").click()
        expect(row(me, PUMP)).to_contain_text("by engineer: half a sentence, and the rest")


@on_every_screen()
def test_every_view_fits_and_can_be_read(
    browser: Browser, fed_site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, fed_site, size=size, theme=theme) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Alerts")
        assert len(assets(me)) == 5
        main = page.get_by_test_id("stMain")

        def is_fine() -> None:
            assert not me.is_sideways()
            assert faint_pieces(main) == []

        is_fine()
        for words in SEVERITY_NAMES.values():  # never a colour alone
            expect(main.get_by_text(words.capitalize(), exact=True).first).to_be_visible()
        page.get_by_text("Choose several").click()
        expect(page.get_by_role("button", name="Acknowledge 0 alerts")).to_be_visible()
        me.settle()
        is_fine()
        me.press("Put away")
        is_fine()
        me.press("Out of service")
        page.get_by_role("button", name="Take out of service").click()
        expect(page.get_by_test_id("stPopoverBody").get_by_label("Reason")).to_be_visible()
        me.settle()
        is_fine()
        page.keyboard.press("Escape")
        me.press("Deliveries")
        expect(page.get_by_text("No channel is set up any more")).to_be_visible()
        page.get_by_text("What it says").first.click()
        expect(page.get_by_text("Gemba advises.")).to_be_visible()
        me.settle()
        is_fine()
        me.press("Alert health")
        expect(
            page.get_by_text("alert in 30 days").or_(page.get_by_text("alerts in"))
        ).to_be_visible()
        is_fine()
        me.press("The plant's own alarms")
        expect(page.get_by_text("alarms in 30 days")).to_be_visible()
        is_fine()
        me.open(f"/alerts?alert={PUMP}")
        expect(page.get_by_role("heading", name="Why it was raised")).to_be_visible()
        me.settle()
        is_fine()
        assert me.outside == []
