"""The real app with a server of a language model: SQL that streams, Stop, a server that is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.app_process import NARROW, Visitor, visitor
from tests.browser.conftest import WithModel

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def written(me: Visitor) -> str:
    """What the page shows of the query."""
    return str(me.page.get_by_test_id("stCode").inner_text())


def box(found: Locator) -> dict[str, float]:
    """Where it stands and how large it is, in pixels."""
    at = found.bounding_box()
    assert at is not None
    return dict(at)


@pytest.mark.parametrize(
    ("question", "at_least"),
    [
        pytest.param("Which pumps dawdle most last week?", 20, id="short"),
        pytest.param(
            "Do the pumps shake endlessly?",
            1_900,
            id="20,000 characters",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_sql_streams_behind_a_click_and_stop_ends_it_at_the_server(
    browser: Browser, with_model: WithModel, question: str, at_least: int
) -> None:
    server = with_model.server
    server.hung_up.clear()
    with visitor(browser, with_model.site, size=NARROW) as me:
        page = me.page
        me.sign_in("engineer")
        me.begin(question)
        stop = page.get_by_role("button", name="Stop", exact=True)
        behind = page.get_by_text("The query as it is written")
        expect(behind).to_be_visible()
        expect(page.get_by_test_id("stCode")).to_have_count(0)
        at = box(stop)
        behind.click()
        expect(page.get_by_test_id("stCode")).to_be_visible()
        opened = box(page.get_by_test_id("stExpander"))
        page.wait_for_function(
            "most => document.querySelector('[data-testid=stCode]').innerText.length >= most",
            arg=at_least,
        )
        before = written(me)
        page.wait_for_function(
            "was => document.querySelector('[data-testid=stCode]').innerText !== was", arg=before
        )
        assert box(stop) == pytest.approx(at, abs=1)  # nothing moved while words and text grew
        if at_least < 1_000:
            assert box(page.get_by_test_id("stExpander")) == pytest.approx(opened, abs=1)
        assert not me.is_sideways()
        assert not server.hung_up.is_set()
        stop.click()
        expect(page.get_by_text("You stopped this question")).to_be_visible()
        assert server.hung_up.wait(20)
        assert me.outside == []


def test_with_the_server_gone_the_parser_answers_and_says_so(
    browser: Browser, with_model: WithModel
) -> None:
    server = with_model.server
    with visitor(browser, with_model.site) as me:
        page = me.page
        me.sign_in("engineer")
        me.ask("Which pumps wobble most last week?")
        expect(page.get_by_text("Model coder")).to_be_visible()
        server.refuse()
        me.ask("Vibration of pumps by crew in May")
        expect(page.get_by_text("Parser").first).to_be_visible()
        expect(page.get_by_text("This is Gemba's own reading.")).to_be_visible()
        expect(page.get_by_text("coder, not answering")).to_be_visible()
        server.listen()
