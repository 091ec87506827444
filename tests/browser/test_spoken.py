"""The pages in German and Vietnamese in a real browser: the switch, what it keeps, and that longer
words break nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.translation import LANGUAGES
from tests.browser.app_process import FAKE_APP, NARROW, WIDE, Site, Visitor, running, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "Which pumps vibrated most last week?"
#: What the chat's first screen, the sign-in and the way out are called.
ASK = {
    "en": "What is happening in your plant?",
    "de": "Was geschieht in Ihrem Werk?",
    "vi": "Nhà máy của bạn đang thế nào?",
}
SIGN_IN = {"en": "Sign in", "de": "Anmelden", "vi": "Đăng nhập"}
SIGN_OUT = {"en": "Sign out", "de": "Abmelden", "vi": "Đăng xuất"}
PAGES = ("ask", "catalogue", "inspect", "access")
WORDS = {
    "de": {
        "edit": "Diagramm bearbeiten",
        "chart title": "Titel des Diagramms",
        "pin": "Anheften",
        "its name": "Sein Name",
        "pinned": "Angeheftet: Board öffnen",
        "card": "Karte",
        "save title": "Titel speichern",
    },
    "vi": {
        "edit": "Sửa biểu đồ",
        "chart title": "Tiêu đề biểu đồ",
        "pin": "Ghim",
        "its name": "Tên bảng",
        "pinned": "Đã ghim: mở bảng",
        "card": "Thẻ",
        "save title": "Lưu tiêu đề",
    },
}
#: Elements whose text is wider or higher than they are, though they do not scroll: cut off. A
#: button in one line ends in dots where a conversation's title is longer, as it is meant to.
CUT_OFF = """() => [...document.querySelectorAll(
    'button, [role=tab], [role=radio], label, h1, h2, h3, h4, h5, a')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().width > 4)  // not: hidden from sight
  .filter(e => e.getBoundingClientRect().right > 0)  // not: in a sidebar that is closed
  .filter(e => !e.closest(
    '[class*="st-key-frame-open"], [data-testid=stDataFrame], .js-plotly-plot'))
  .filter(e => [e, ...e.querySelectorAll('p, span')].some(part => {
      const style = getComputedStyle(part);
      return style.overflow !== 'visible' && style.display !== 'inline'
        && part.scrollWidth > part.clientWidth + 2 && part.innerText.trim();
  }))
  .map(e => e.innerText)"""


@pytest.fixture(scope="module")
def spoken_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One of its own: a language that somebody chose here would be theirs in other tests too."""
    with running(FAKE_APP, tmp_path_factory.mktemp("spoken")) as site:
        yield site


def switch(me: Visitor, now: str, to: str) -> None:
    """Choose a language by the menu that is called as the present one."""
    with_sidebar(me)
    me.page.get_by_role("button", name=LANGUAGES[now], exact=True).click()
    me.page.get_by_role("menuitem", name=LANGUAGES[to], exact=True).or_(
        me.page.get_by_role("option", name=LANGUAGES[to], exact=True)
    ).first.click()
    expect(me.page.get_by_role("button", name=LANGUAGES[to], exact=True)).to_be_visible()
    me.page.wait_for_timeout(150)
    me.settle()


def with_sidebar(me: Visitor) -> None:
    """Have it open: behind a button in a narrow window, which is inert while it is."""
    expand = me.page.get_by_test_id("stExpandSidebarButton")
    if expand.is_visible() and not expand.evaluate("e => Boolean(e.closest('[inert]'))"):
        expand.click()


def sign_in(me: Visitor, name: str, language: str) -> None:
    page = me.page
    page.locator("input[autocomplete=username]").fill(name)
    page.locator("input[autocomplete=current-password]").fill(me.site.passwords[name])
    page.get_by_role("button", name=SIGN_IN[language], exact=True).click()
    expect(me.chat).to_be_visible()


def heading(page: Page, text: str) -> Locator:
    return page.get_by_role("heading", name=text, exact=True)


@pytest.mark.parametrize("language", ["de", pytest.param("vi", marks=pytest.mark.thorough)])
def test_a_choice_holds_at_once_after_a_reload_and_in_another_browser(
    browser: Browser, spoken_site: Site, language: str
) -> None:
    with visitor(browser, spoken_site) as me:
        me.sign_in_afresh("viewer")
        switch(me, me_speaks(me), language)
        expect(heading(me.page, ASK[language])).to_be_visible()
        expect(me.page.locator("html")).to_have_attribute("lang", language)
        me.page.wait_for_function("() => document.cookie.includes('gemba_session')")
        me.page.reload()
        expect(heading(me.page, ASK[language])).to_be_visible()
        me.page.get_by_role("button", name=SIGN_OUT[language]).click()
        expect(heading(me.page, SIGN_IN[language])).to_be_visible()
        sign_in(me, "viewer", language)
        expect(heading(me.page, ASK[language])).to_be_visible()
    with visitor(browser, spoken_site) as other:
        other.sign_in("viewer")
        expect(heading(other.page, ASK[language])).to_be_visible()


def me_speaks(me: Visitor) -> str:
    """The language that the page is in."""
    with_sidebar(me)
    me.page.wait_for_timeout(300)
    shown = me.page.get_by_test_id("stMenuButton").inner_text()
    return next(name for name, text in LANGUAGES.items() if text in shown)


def test_the_browsers_language_decides_before_a_choice_and_a_choice_before_the_sign_in_is_kept(
    browser: Browser, spoken_site: Site
) -> None:
    with visitor(browser, spoken_site, locale="de-AT") as me:
        me.open()
        expect(heading(me.page, SIGN_IN["de"])).to_be_visible()
        switch(me, "de", "vi")
        sign_in(me, "engineer", "vi")
        expect(heading(me.page, ASK["vi"])).to_be_visible()
    with visitor(browser, spoken_site) as other:
        other.sign_in("engineer")
        expect(heading(other.page, ASK["vi"])).to_be_visible()
        switch(other, "vi", "en")


def test_a_change_loses_nothing_that_is_typed_or_open(browser: Browser, spoken_site: Site) -> None:
    with visitor(browser, spoken_site) as me:
        page = me.page
        me.sign_in("admin")
        if (spoken := me_speaks(me)) != "en":  # a run that was broken off had it changed
            switch(me, spoken, "en")
        me.ask(QUESTION)
        me.press("SQL")
        page.get_by_text("Edit chart").click()
        me.settle()
        expect(page.get_by_label("Chart title")).to_be_visible()
        me.chat.fill("half a question")
        switch(me, "en", "de")
        expect(me.chat).to_have_value("half a question")
        expect(page.get_by_label("Titel des Diagramms")).to_be_visible()
        expect(page.get_by_text("mit dem, was für Sie ergänzt wurde")).to_be_visible()
        expect(heading(page, QUESTION)).to_be_visible()
        switch(me, "de", "en")
        expect(page.get_by_label("Chart title")).to_be_visible()


# a theme changes no width, so one look at the dark one is enough
@pytest.mark.parametrize(
    ("language", "size", "theme"),
    [
        pytest.param("de", WIDE, "light", id="de-wide", marks=pytest.mark.thorough),
        pytest.param("vi", NARROW, "dark", id="vi-dark"),
        pytest.param("de", (1280, 900), "light", id="de-middle", marks=pytest.mark.thorough),
        pytest.param("de", NARROW, "light", id="de-narrow", marks=pytest.mark.thorough),
        pytest.param("de", NARROW, "dark", id="de-dark", marks=pytest.mark.thorough),
        pytest.param("vi", WIDE, "light", id="vi-wide", marks=pytest.mark.thorough),
        pytest.param("vi", (1280, 900), "light", id="vi-middle", marks=pytest.mark.thorough),
        pytest.param("vi", NARROW, "light", id="vi-narrow", marks=pytest.mark.thorough),
    ],
)
def test_nothing_is_cut_off(
    browser: Browser,
    spoken_site: Site,
    language: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    with visitor(browser, spoken_site, size=size, theme=theme, locale=language) as me:
        me.open()
        switch_on_sign_in(me, language)
        assert me.page.evaluate(CUT_OFF) == []
        sign_in(me, "admin", language)
        me.ask(QUESTION)
        assert not me.is_sideways()
        assert me.page.evaluate(CUT_OFF) == []
        for name in PAGES:
            me.open(f"/{name}")
            expect(me.page.get_by_test_id("stMain").get_by_role("heading").first).to_be_visible()
            me.settle()
            with_sidebar(me)
            assert me.page.evaluate(CUT_OFF) == [], name
            assert not me.is_sideways(), name


def switch_on_sign_in(me: Visitor, language: str) -> None:
    """On the sign-in page, whatever the browser says: what is chosen there holds for whoever signs
    in."""
    expect(me.page.locator("input[autocomplete=username]")).to_be_visible()
    if me_speaks(me) == language:
        switch(me, language, "en")
        switch(me, "en", language)
    else:
        switch(me, me_speaks(me), language)


@pytest.mark.parametrize(
    ("language", "size"),
    [
        pytest.param("de", NARROW, id="de-narrow"),
        pytest.param("vi", (1280, 900), id="vi-wide", marks=pytest.mark.thorough),
        pytest.param("de", (1280, 900), id="de-wide", marks=pytest.mark.thorough),
        pytest.param("vi", NARROW, id="vi-narrow", marks=pytest.mark.thorough),
    ],
)
def test_boards_charts_and_a_sheet_fit(
    browser: Browser, real_site: Site, language: str, size: tuple[int, int]
) -> None:
    """By the browser's language, so that nothing is chosen for anybody."""
    said = WORDS[language]
    with visitor(browser, real_site, size=size, locale=language) as me:
        page = me.page
        me.open()
        sign_in(me, "engineer", language)
        me.ask("OEE by line last week")
        page.get_by_text(said["edit"]).click()
        me.settle()
        expect(page.get_by_label(said["chart title"])).to_be_visible()
        assert page.evaluate(CUT_OFF) == []
        assert not me.is_sideways()
        page.get_by_role("button", name=said["pin"]).click()
        me.name_board(said["its name"], f"{language} {size[0]}")
        page.get_by_label(said["its name"]).press("Tab")
        me.settle()
        page.locator("[class*=st-key-pin-save]").get_by_role("button").click()
        page.get_by_role("link", name=said["pinned"]).click()
        expect(heading(page, f"{language} {size[0]}")).to_be_visible()
        me.settle()
        assert page.evaluate(CUT_OFF) == []
        assert not me.is_sideways()
        page.get_by_role("button", name=said["card"]).click()
        expect(page.get_by_role("button", name=said["save title"])).to_be_visible()
        assert page.evaluate(CUT_OFF) == []
        me.open("/handover")
        expect(page.locator(".st-key-handover-sheet")).to_be_visible()
        me.settle()
        assert page.evaluate(CUT_OFF) == []
        assert not me.is_sideways()
