"""Take the pictures in docs/screenshots again: every main state, light and dark, wide and narrow.

    .venv/bin/python -m tests.browser.take_screenshots [NAME ...] [--theme light] [--size wide]

The real app over the demo plant, also with a scripted server of a language model; states that it
does not show on demand (working, no answer) come from the tests' services.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from tests.alert_desk import feed
from tests.browser.app_process import (
    FAKE_APP,
    NARROW,
    REAL_APP,
    WIDE,
    Site,
    Visitor,
    launch,
    running,
    visitor,
)
from tests.browser.scripted_model import replies
from tests.fakes.llm_server import FaultyServer
from tests.threshold_desk import feed as limits
from tests.ui import fake_reports as statements

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "docs" / "screenshots"
TALLEST = 1_700
SIZES = {"wide": WIDE, "narrow": NARROW}


def sign_in_page(me: Visitor) -> None:
    me.open()
    expect(me.page.get_by_label("Password", exact=True)).to_be_visible()


def first_screen(me: Visitor) -> None:
    me.sign_in("admin")
    me.settle()


def catalogue(me: Visitor) -> None:
    me.sign_in("admin")
    me.page.get_by_role("link", name="Everything that you can ask").click()
    expect(me.page.get_by_role("heading", name="What can I ask?")).to_be_visible()


def asked(question: str, *, user: str = "admin", tab: str = "") -> Callable[[Visitor], None]:
    def steps(me: Visitor) -> None:
        me.sign_in(user)
        me.ask(question)
        if tab:
            me.page.get_by_role("tab", name=tab).click()
            me.settle()

    return steps


def follow_up(me: Visitor) -> None:
    for question in ("OEE by line in June", "Which pumps vibrated most last week?"):
        if not me.page.url.startswith("http"):
            me.sign_in("admin")
        me.ask(question)


def working(me: Visitor) -> None:
    me.sign_in("admin")
    me.chat.fill("slow question about every pump")
    me.chat.press("Enter")
    expect(me.page.get_by_text("Asking the store")).to_be_visible()


def edited_chart(me: Visitor) -> None:
    """Bars of one's own making, with the panel open below."""
    asked("Which pumps vibrated most last week?")(me)
    page = me.page
    page.get_by_text("Edit chart").click()
    name = page.get_by_label("Chart title", exact=True)
    expect(name).to_be_visible()
    name.fill("Pumps of the week")
    name.press("Enter")
    expect(page.locator(".gtitle")).to_have_text(["Pumps of the week"])
    me.press("Lines")
    page.get_by_label("Value", exact=True).fill("0.25")
    page.get_by_label("Unit", exact=True).fill("cm/s")
    page.get_by_label("Name", exact=True).fill("Target")
    me.press("Add the line")
    expect(page.locator(".js-plotly-plot .legend")).to_contain_text("Target")
    me.press("Chart")
    page.get_by_test_id("stMain").evaluate("e => e.scrollTo(0, 0)")


def inspected(
    sql: str = "", *, then: str = "", user: str = "engineer"
) -> Callable[[Visitor], None]:
    def steps(me: Visitor) -> None:
        me.sign_in(user)
        me.visit("Inspect SQL")
        if sql:
            me.paste(sql)
        if then:
            me.page.get_by_role("button", name=then, exact=True).click()
            expect(me.page.get_by_test_id("stDataFrame")).to_be_visible()

    return steps


def access(me: Visitor) -> None:
    me.sign_in("admin")
    me.visit("Access")
    me.page.get_by_role("combobox").click()
    me.page.get_by_role("option", name="Viewer").click()
    expect(me.page.get_by_text("Operator never").first).to_be_visible()
    me.page.get_by_text("plant_obt:").click()


def corpus(*presses: str, example: str = "") -> Callable[[Visitor], None]:
    """The corpus page, then its choices, tabs and buttons by their names; `example` is tried."""

    def steps(me: Visitor) -> None:
        page = me.page
        me.sign_in("admin")
        me.visit("Corpus")
        for name in presses:
            me.press(name)
        if example:
            field = page.get_by_placeholder("A question as somebody would ask it")
            field.fill(example)
            field.press("Enter")
            expect(page.get_by_role("tab", name="Prompt")).to_be_visible()

    return steps


def verified_answer(me: Visitor) -> None:
    asked("Top 5 pumps in Hamburg at night last week")(me)
    me.press("The verified question")
    expect(me.page.get_by_role("button", name="Ask again with these")).to_be_visible()


def gate(me: Visitor) -> None:
    corpus("Publish")(me)
    me.page.get_by_role("button", name=re.compile("Run the check|Check again")).click()
    expect(me.page.get_by_text("Answers that change")).to_be_visible()


def board(me: Visitor) -> None:
    """A board with some cards; made the first time."""
    page = me.page
    me.sign_in("engineer")
    me.visit("Boards")
    made = page.get_by_role("button", name=BOARD_NAME)
    if not made.is_visible():
        page.get_by_label("New board").fill(BOARD_NAME)
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_text("No cards yet")).to_be_visible()
        for question in BOARD:
            me.open()
            me.settle()
            me.ask(question)
            page.get_by_role("button", name="Pin").click()
            page.locator("[class*=st-key-pin-save]").get_by_role("button").click()
            expect(page.get_by_role("link", name="Pinned: open the board")).to_be_visible()
        me.visit("Boards")
    made.click()
    expect(page.get_by_text("as of 30 Jun 2026")).to_have_count(len(BOARD))
    me.settle()


def handover(me: Visitor) -> None:
    me.sign_in("engineer")
    me.visit("Shift handover")
    expect(me.page.get_by_role("heading", name="Schichtübergabe Hamburg")).to_be_visible()


BOARD_NAME = "Morning round"
#: What the pictured board asks.
BOARD = (
    "OEE by line last week",
    "Daily OEE per plant in the last 3 weeks",
    "Top 5 downtime reasons last month",
    "OEE last week",
)
#: Name -> what to do, on the real app.
REAL: dict[str, Callable[[Visitor], None]] = {
    "sign-in": sign_in_page,
    "first-screen": first_screen,
    "answer": asked("Which pumps vibrated most last week?"),
    "trend": asked("Daily OEE per plant in June"),
    "comparison": asked("Compare energy consumption in May and June by plant"),
    "reasons": asked("Downtime by reason last month"),
    "pie": asked("Downtime by reason last month as a pie chart"),
    "chart-edit": edited_chart,
    "grouped": asked("OEE by line and shift in June"),
    "figure": asked("How many high priority alarms yesterday?"),
    "sql": asked("Which pumps vibrated most last week?", tab="SQL"),
    "understood": asked("Which pumps vibrated most last week?", tab="How I understood this"),
    "explanation": asked("Which pumps vibrated most last week?", tab="Explanation"),
    "asking-back": asked("wobbliness of the compressors last week"),
    "outside-scope": asked("OEE of Hai Phong last week", user="engineer"),
    "not-loaded": asked("Scrap rate in March 2030"),
    "conversation": follow_up,
    "catalogue": catalogue,
    "inspect-empty": inspected(),
    "inspect-allowed": inspected(statements.DATE_OF),
    "inspect-refused": inspected(statements.REFUSED),
    "inspect-ran": inspected(statements.GOOD, then="Run"),
    "access": access,
    "board": board,
    "handover": handover,
}


def model_writing(me: Visitor) -> None:
    me.sign_in("engineer")
    me.begin("Which pumps dawdle most last week?")
    me.page.get_by_text("The query as it is written").click()
    expect(me.page.get_by_test_id("stCode")).to_contain_text("FROM plant_obt")


def tried(question: str) -> Callable[[Visitor], None]:
    """A question without an answer, with what the model tried on it."""

    def steps(me: Visitor) -> None:
        asked(question, user="engineer")(me)
        me.page.get_by_text("What the language model tried").click()
        expect(me.page.get_by_text("Attempt 1")).to_be_visible()

    return steps


#: The same, with a server of a language model whose replies are scripted.
MODEL: dict[str, Callable[[Visitor], None]] = {
    "model-writing": model_writing,
    "model-attempts": asked(
        "Which pumps rattle most last week?", user="engineer", tab="How I understood this"
    ),
    "model-doubt": asked("Which pumps shudder most last week?", user="engineer"),
    "model-refused": tried("roster of people last week"),
}


#: The same, on the tests' services.
def alerts_page(*presses: str) -> Callable[[Visitor], None]:
    """The page of alerts, after what is pressed on it."""

    def steps(me: Visitor) -> None:
        me.sign_in("admin")
        me.visit("Alerts")
        for name in presses:
            me.press(name)
        me.page.wait_for_timeout(500)

    return steps


def alert_story(me: Visitor) -> None:
    me.sign_in("admin")
    me.open(f"/alerts?alert={feed.alerts()[0].id}")
    expect(me.page.get_by_role("heading", name="Why it was raised")).to_be_visible()
    expect(me.page.locator(".js-plotly-plot svg.main-svg").first).to_be_visible()


ALERTS: dict[str, Callable[[Visitor], None]] = {
    "alerts": alerts_page(),
    "alerts-shelve": alerts_page("Shelve"),
    "alert-story": alert_story,
    "alert-health": alerts_page("Alert health", "The plant's own alarms"),
}
#: With thresholds, one of which changed in the time that is asked about.
LIMITS: dict[str, Callable[[Visitor], None]] = {"limits-then": asked(limits.QUESTION)}
_EXPORT = "".join(
    [
        "Time;HALL1.P-101.TIC-103 [°C];HALL1.P-101.PT-104 (bar);Oven_Temp [°C];Kiln.XX-9;Status\n",
        *(
            f"{1 + n // 24:02}.03.2026 {n % 24:02}:00;{60 + n % 7},{n % 10};1,{n % 9};"
            f"{180 + n % 5},5;{n};{'Bad' if n % 40 == 7 else 'Good'}\n"
            for n in range(96)
            if not 50 <= n < 55
        ),
    ]
)


def imported(*presses: str) -> Callable[[Visitor], None]:
    """A dropped export of a historian, and buttons pressed on the page after it."""

    def steps(me: Visitor) -> None:
        me.sign_in("admin")
        me.settle()
        me.open("/import")
        expect(me.page.get_by_role("heading", name="Import", exact=True)).to_be_visible()
        me.page.locator("input[type=file]").set_input_files(
            {"name": "kiln.csv", "mimeType": "text/csv", "buffer": _EXPORT.encode("cp1252")}
        )
        me.page.get_by_role("button", name="Look at these files").click()
        expect(me.page.get_by_role("heading", name="What these files are")).to_be_visible()
        me.settle()
        for press in presses:
            me.page.get_by_role("button", name=press, exact=True).last.click()
            done = me.page.get_by_role("heading", name=re.compile("Imported|Checked"))
            expect(done).to_be_visible()
            me.settle()

    return steps


FAKE: dict[str, Callable[[Visitor], None]] = {
    "working": working,
    "no-answer": asked("broken store"),
    "refused": asked("show operator names"),
    "cut": asked("ten thousand rows"),
    "inspect-over-budget": inspected(statements.OVER),
    "verified": verified_answer,
    "corpus-review": corpus(),
    "corpus-report": corpus("Which pumps vibrated most in the last"),
    "corpus-same": corpus("Doubles", "Which pumps vibrated most last week"),
    "corpus-suggested": corpus("Suggested"),
    "corpus-entry": corpus(
        "Entries", "Which pumps vibrated most last week", example="which pumps shake most"
    ),
    "corpus-history": corpus("Entries", "Which bearing ran hottest", "History"),
    "corpus-problem": corpus("Entries", "Who operated the press"),
    "corpus-publish": gate,
    "corpus-files": corpus("Files"),
    "corpus-acts": corpus("Acts", "2. Approved"),
    "import": imported(),
    "import-checked": imported("Check all rows"),
}


def take(browser: Browser, site: Site, name: str, theme: str, size: str) -> None:
    with visitor(browser, site, size=SIZES[size], theme=theme) as me:
        (REAL | MODEL | ALERTS | LIMITS | FAKE)[name](me)
        page = me.page
        page.mouse.move(0, 0)
        if name not in ("working", "model-writing"):
            me.settle()
        height = int(page.get_by_test_id("stMain").evaluate("e => e.scrollHeight"))
        width = SIZES[size][0]
        page.set_viewport_size(
            {"width": width, "height": min(max(height, SIZES[size][1]), TALLEST)}
        )
        page.wait_for_timeout(1_200)
        # What is fetched when it is first shown, such as charts, comes late on a busy machine.
        expect(page.get_by_test_id("stMain").get_by_test_id("stSkeleton")).to_have_count(0)
        page.wait_for_timeout(300)
        picture = Image.open(io.BytesIO(page.screenshot()))
        few = picture.convert("RGB").quantize(
            256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        few.save(OUT / f"{name}-{theme}-{width}.png", optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--theme", choices=["light", "dark"])
    parser.add_argument("--size", choices=list(SIZES))
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests"))
    from tests.conftest import chromium_path

    chromium = chromium_path()
    if chromium is None:
        sys.exit("Chromium is needed: install the package chromium, or name one with CHROMIUM.")
    unknown = set(given.names) - set(REAL | MODEL | ALERTS | LIMITS | FAKE)
    if unknown:
        sys.exit(f"No picture is called {', '.join(sorted(unknown))}.")
    OUT.mkdir(parents=True, exist_ok=True)
    plant = ROOT / "data" / "demo" / "plant.duckdb"
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
        FaultyServer() as server,
    ):
        server.script(replies())
        asks = {"GEMBA_LLM_URL": server.url}
        browser = launch(playwright, chromium)
        is_quiet = {"GEMBA_WATCH_SECONDS": "0", "GEMBA_LLM_URL": ""}
        for number, (app, states, settings) in enumerate(
            (
                (REAL_APP, REAL, {}),
                (REAL_APP, MODEL, asks),
                (REAL_APP, ALERTS, is_quiet),
                (REAL_APP, LIMITS, is_quiet),
                (FAKE_APP, FAKE, {}),
            )
        ):
            wanted = [name for name in states if not given.names or name in given.names]
            if not wanted:
                continue
            data = Path(folder) / f"{app.stem}{number}"
            (data / "demo").mkdir(parents=True)
            if app == REAL_APP:
                (data / "demo" / plant.name).symlink_to(plant)
            if states is ALERTS:
                feed.fill(data / "state")
            if states is LIMITS:
                limits.fill(data / "state")
            with running(app, data, **settings) as site:
                for name in wanted:
                    for theme in ("light", "dark"):
                        for size in SIZES:
                            if given.theme in (None, theme) and given.size in (None, size):
                                take(browser, site, name, theme, size)
                    sys.stdout.write(f"{name}\n")
        browser.close()


if __name__ == "__main__":
    main()
