"""The app in a process of its own, and a browser that cannot leave this machine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    Request,
    WebSocket,
    expect,
)
from playwright.sync_api import TimeoutError as TooLate

from core.accounts import COOKIE_NAME
from tests.browser.windows import lent

ROOT = Path(__file__).resolve().parent.parent.parent
REAL_APP = ROOT / "app.py"
FAKE_APP = ROOT / "tests" / "ui" / "fake_app.py"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, NARROW = (1440, 900), (390, 844)
_START_S = 90
_TRIES = 3
expect.set_options(timeout=20_000)  # a busy machine draws late


@dataclass
class Site:
    """A running app. passwords: as the terminal showed them on this first start. data: its
    GEMBA_DATA_DIR. cookies: what a browser was given at a person's first sign-in, by name."""

    url: str
    passwords: dict[str, str]
    data: Path
    cookies: dict[str, list[Any]] = field(default_factory=dict)


@contextmanager
def running(app: Path, data_dir: Path, **settings: str) -> Iterator[Site]:
    """Start `app` on a free port over `data_dir`; end it with the block. settings: further ones,
    by their names in the environment."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(app)),
                *("--server.port", str(port), "--server.address", "127.0.0.1"),
            ],
            cwd=ROOT,
            env={**os.environ, "GEMBA_DATA_DIR": str(data_dir), **settings},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + _START_S
            while not _is_ready(url):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise RuntimeError(f"the app did not start:\n{log.read()}")
                time.sleep(0.1)
            log.seek(0)
            shown = re.findall(r"^ {4}(\w+) +(\w{4}-\w{4}-\w{4}-\w{4})$", log.read(), re.M)
            yield Site(url, dict(shown), data_dir)
        finally:
            process.terminate()
            process.wait(15)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def launch(playwright: Playwright, chromium: Path) -> Browser:
    return playwright.chromium.launch(executable_path=str(chromium), args=list(ARGUMENTS))


@dataclass
class Visitor:
    """One browser window on a site. outside: every address asked for that is not this machine."""

    site: Site
    context: BrowserContext
    page: Page
    outside: list[str] = field(default_factory=list)
    asked_for: int = 0

    def open(self, path: str = "/") -> None:
        self.page.goto(self.site.url + path)

    def sign_in(self, name: str = "admin") -> None:
        """As somebody whose browser kept the cookie of an earlier sign-in; by the form where there
        was none, or where it holds no more."""
        kept = self.site.cookies.get(name)
        if kept is not None:
            self.context.add_cookies(kept)
        self.open()
        form = self.page.locator("input[autocomplete=current-password]")
        expect(self.chat.or_(form).first).to_be_visible()
        if form.is_visible():
            self._fill_the_form(name)
            self.site.cookies[name] = self.cookie()

    def sign_in_afresh(self, name: str = "admin") -> None:
        """By the form, as the first time: a session of its own."""
        self.open()
        self._fill_the_form(name)

    def _fill_the_form(self, name: str) -> None:
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_label("Password", exact=True).fill(self.site.passwords[name])
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.chat).to_be_visible()

    def cookie(self) -> list[Any]:
        """The cookie of the sign-in, once the browser has it."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            found = [one for one in self.context.cookies() if one["name"] == COOKIE_NAME]
            if found:
                return found
            self.page.wait_for_timeout(50)
        raise TooLate("no cookie came")

    @property
    def chat(self) -> Locator:
        return self.page.get_by_test_id("stChatInputTextArea")

    def ask(self, question: str) -> None:
        """Ask and wait until the page has settled."""
        self.begin(question)
        self.settle()

    def begin(self, question: str) -> None:
        """Ask and wait until the question stands on the page."""
        heading = self.page.get_by_role("heading", name=question, exact=True)
        for _ in range(_TRIES - 1):
            self._send(question)
            with suppress(AssertionError):
                # a busy machine redraws the input under the text: a person types it again
                expect(heading).to_be_visible(timeout=8_000)
                break
        else:
            self._send(question)
            expect(heading).to_be_visible()

    def _send(self, question: str) -> None:
        self.chat.fill(question)
        expect(self.chat).to_have_value(question)
        self.chat.press("Enter")

    def visit(self, title: str) -> None:
        """Go to a page by the frame's link, which stands behind a button in a narrow window."""
        page = self.page
        heading = page.get_by_role("heading", name=title, exact=True)
        link = page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True)
        expand = page.get_by_test_id("stExpandSidebarButton")
        is_narrow = bool(page.viewport_size and page.viewport_size["width"] < 768)
        self.settle()
        for _ in range(_TRIES):
            if expand.is_visible():
                expand.click()
            link.click()
            with suppress(AssertionError):
                # a busy machine redraws the link under the finger: a person presses it again
                expect(heading).to_be_visible(timeout=8_000)
                break
        if is_narrow:
            page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        expect(heading).to_be_visible()
        self.settle()

    def name_board(self, label: str, name: str) -> None:
        """Name a new board in the pin's form, which offers the boards that there are first."""
        field = self.page.get_by_label(label)
        which = self.page.locator("[class*=st-key-pin-which]")
        expect(which).to_be_visible()
        for _ in range(_TRIES):
            with suppress(AssertionError):
                expect(field).to_be_visible(timeout=2_000)
                break
            which.get_by_role("combobox").click()
            with suppress(TooLate):  # a run that ends closes the list
                self.page.get_by_role("option").last.click(timeout=5_000)
            self.settle()
        field.fill(name)

    @property
    def editor(self) -> Locator:
        """Where SQL is pasted."""
        return self.page.get_by_label("SQL, in StarRocks' dialect")

    def paste(self, sql: str) -> None:
        """Put SQL into the editor and wait for its verdict."""
        self.editor.fill(sql)
        self.editor.press("Control+Enter")
        self.page.wait_for_timeout(150)  # until it has reached the server
        expect(self.page.locator(".st-key-inspect-verdict")).to_be_visible()
        self.settle()

    def press(self, name: str) -> None:
        """Press what has that name, or begins with it: a choice, a tab or a button."""
        main = self.page.get_by_test_id("stMain")
        found = main.get_by_role("radio", name=name)
        for role in ("tab", "button"):
            found = found.or_(main.get_by_role(role, name=name))
        found.first.click()
        self.page.wait_for_timeout(150)  # until the press has reached the server
        self.settle()

    def settle(self) -> None:
        """Until no run is going on and no turn is working."""
        page = self.page
        expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0, timeout=60_000)
        expect(page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=20_000
        )

    def is_sideways(self) -> bool:
        """Whether the page is wider than its window."""
        return bool(
            self.page.evaluate(
                "() => [document.scrollingElement, ...document.querySelectorAll("
                "'[data-testid=stMain], [data-testid=stAppViewContainer]')]"
                ".some(e => e.scrollWidth > e.clientWidth + 1)"
            )
        )


@contextmanager
def visitor(
    browser: Browser,
    site: Site,
    *,
    size: tuple[int, int] = WIDE,
    theme: str = "light",
    locale: str | None = None,
) -> Iterator[Visitor]:
    """A window without cookies or anything kept. locale: the browser's language."""
    with lent(browser, site.url, size, theme, locale) as page:
        new = Visitor(site, page.context, page)

        def note(url: str) -> None:
            new.asked_for += 1
            parts = urlsplit(url)
            if parts.scheme not in ("data", "blob") and parts.hostname not in (
                "127.0.0.1",
                "localhost",
            ):
                new.outside.append(url)

        def note_request(request: Request) -> None:
            note(request.url)

        def note_socket(socket: WebSocket) -> None:
            note(socket.url)

        page.on("request", note_request)
        page.on("websocket", note_socket)
        try:
            yield new
        finally:
            page.remove_listener("request", note_request)
            page.remove_listener("websocket", note_socket)
