"""Windows of a browser that are used again: a new one would fetch and compile the pages' scripts
anew, which is most of what opening a page costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Error, Page

TIMEOUT_MS = 20_000
#: A window is closed after so many uses: what pages leave in memory must not add up.
_MOST_USES = 20

#: Windows that nobody uses, with how often each was used, by the browser's language.
_IDLE: WeakKeyDictionary[Browser, dict[str | None, list[tuple[Page, int]]]] = WeakKeyDictionary()


@contextmanager
def lent(
    browser: Browser,
    url: str,
    size: tuple[int, int],
    theme: str,
    locale: str | None,
) -> Iterator[Page]:
    """A window without cookies or anything kept, for the site at url. It is closed where the
    block fails; else it is emptied, and lent again to the next that wants this language."""
    idle = _IDLE.setdefault(browser, {}).setdefault(locale, [])
    page, uses = idle.pop() if idle else (_opened(browser, locale), 0)
    is_kept = False
    try:
        page.context.set_default_timeout(TIMEOUT_MS)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(media="null", color_scheme="dark" if theme == "dark" else "light")
        yield page
        if uses + 1 < _MOST_USES:
            with suppress(Error):  # of a window that is gone, or busy with something still
                _empty(page, url)
                idle.append((page, uses + 1))
                is_kept = True
    finally:
        if not is_kept:
            page.context.close()


def _opened(browser: Browser, locale: str | None) -> Page:
    """In a context of its own. Nothing moves in it for its looks, so that a page is at rest
    sooner."""
    context = browser.new_context(locale=locale, reduced_motion="reduce", accept_downloads=True)
    return context.new_page()


def _empty(page: Page, url: str) -> None:
    """Forget whatever was kept for the site, and leave it."""
    for further in page.context.pages:
        if further is not page:
            further.close()
    if page.url.startswith(url):
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
    page.mouse.move(0, 0)
    page.goto("about:blank")
    page.context.clear_cookies()
