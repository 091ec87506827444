"""From a question that is asked back to a verified answer, on the whole app over the demo plant."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import closing, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from core.corpus import Corpus, Search
from core.types import User
from tests.browser.app_process import Site, visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

QUESTION = "Idle kilowatt-hours of the ovens in Hamburg in May"
SQL = (
    "SELECT SUM(energy_kwh) AS idle_kwh FROM plant_obt WHERE plant_id = 'HAM' AND run_min = 0 "
    "AND asset_class = 'oven' AND event_date >= '2026-05-01' AND event_date < '2026-06-01'"
)


@pytest.mark.thorough
def test_what_an_admin_verifies_and_publishes_answers(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("admin")
        me.ask(QUESTION)
        expect(page.get_by_text("Not understood").last).to_be_visible()

        me.visit("Corpus")
        me.press("Entries")
        me.press("Add a question")
        page.get_by_label("Question", exact=True).fill(QUESTION)
        page.get_by_label("SQL, in StarRocks' dialect").fill(SQL)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Plant: Hamburg")).to_be_visible()
        me.settle()
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("Added as a candidate.")).to_be_visible()
        me.settle()
        me.press("Verify")
        expect(page.get_by_text("Verified.")).to_be_visible()

        page.get_by_placeholder("A question as somebody would ask it").fill("idle energy of ovens")
        page.keyboard.press("Enter")
        prompt = page.get_by_role("tab", name="Prompt")
        for _ in range(30):  # the index is built beside the page
            page.get_by_role("button", name="Try", exact=True).click()
            with suppress(AssertionError):
                expect(prompt).to_be_visible(timeout=5_000)
                break
        prompt.click()
        expect(page.get_by_text("END OF MODEL").first).to_be_visible()

        me.press("Publish")
        page.get_by_role("button", name="Run the check").click()
        expect(page.get_by_text("Answers that change")).to_be_visible(timeout=240_000)
        page.get_by_role("button", name=re.compile("Publish 1 entry")).click()
        me.settle()
        page.get_by_role("button", name="Publish", exact=True).last.click()
        expect(page.get_by_text(re.compile("Published as number"))).to_be_visible()

        page.get_by_test_id("stSidebar").get_by_role("link", name="Ask", exact=True).click()
        expect(me.chat).to_be_visible()
        me.ask(QUESTION.replace("May", "June"))
        verified = page.get_by_text(re.compile("Verified by .*dmin"))
        expect(verified.last).to_be_visible()

        _put_away_by_another_admin(real_site)
        me.ask(QUESTION.replace("May", "April"))
        expect(page.get_by_text("Not understood").last).to_be_visible()
        me.visit("Corpus")
        me.press("Publish")
        me.settle()
        page.get_by_role("button", name="Roll back", exact=True).first.click()
        page.get_by_role("button", name=re.compile("^Roll back to")).click()
        expect(
            page.get_by_text(re.compile(r"What was live as number \d is live again\."))
        ).to_be_visible()
        page.get_by_test_id("stSidebar").get_by_role("link", name="Ask", exact=True).click()
        me.ask(QUESTION.replace("May", "March"))
        expect(verified.last).to_be_visible()
        assert me.outside == []


def _put_away_by_another_admin(site: Site) -> None:
    """What an admin does at another machine meanwhile: the question is wrong, and that is live."""
    other = User("other", "admin", ("HAM", "AUS", "HPH"))
    with closing(_corpus(site)) as corpus:
        (found,) = corpus.browse.page(Search("plant", text=QUESTION), other.tenant).items
        corpus.editing.reject([found.entry.id], other)
        corpus.live.publish("plant", other)


def _corpus(site: Site) -> Corpus:
    return Corpus(site.data / "state", lambda *_args, **_more: None)


def _entries(site: Site) -> dict[str, int]:
    """Version by identifier of all that the corpus has."""
    with closing(_corpus(site)) as corpus:
        found = corpus.browse.all(Search("plant"), "default")
        return {stored.entry.id: stored.entry.version for stored in found}


GOOD = {"text": "Energy of the ovens in Austin in May", "sql": SQL.replace("HAM", "AUS")}
WRONG_SQL = {"text": "Energy of nothing in May", "sql": "SELECT SUM(no_such) FROM plant_obt"}
NEW_NOTE = {"kind": "doc", "title": "Ovens", "text": "Ovens hold their heat over the night."}


def _csv(*rows: dict[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ("kind", "title", "text", "sql"))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _jsonl(*rows: dict[str, str]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.mark.thorough
def test_files_come_in_whole_or_not_at_all_and_go_out(browser: Browser, real_site: Site) -> None:
    with visitor(browser, real_site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Corpus")
        before = _entries(real_site)

        def choose(name: str, content: bytes) -> None:
            me.press("Files")
            file = FilePayload(name=name, mimeType="text/plain", buffer=content)
            page.locator("input[type=file]").set_input_files([file])
            me.settle()

        for name, content, line in (
            ("one.jsonl", _jsonl(GOOD, WRONG_SQL, NEW_NOTE), "2"),
            ("two.csv", _csv(GOOD, NEW_NOTE, WRONG_SQL), "4"),
        ):
            choose(name, content)
            expect(page.get_by_text("Nothing was brought in")).to_be_visible()
            expect(
                page.get_by_text("1 line cannot be taken; the file has 3 entries.")
            ).to_be_visible()
            table = page.get_by_test_id("stTable")
            expect(table.get_by_role("cell", name=line, exact=True)).to_be_visible()
            expect(table.get_by_text("no_such")).to_be_visible()
            assert _entries(real_site) == before

        choose("three.csv", _csv(GOOD, NEW_NOTE))
        page.get_by_role("button", name="Bring in 2 entries").click()
        expect(page.get_by_text("Brought in 2 entries.")).to_be_visible()
        me.settle()
        after = _entries(real_site)
        assert len(after) == len(before) + 2

        me.press("Files")
        with page.expect_download() as download:
            page.get_by_role("button", name="JSON Lines").click()
        out = Path(download.value.path()).read_bytes()
        taken = {json.loads(line)["id"] for line in out.splitlines()}
        assert set(after) - set(before) <= taken
        choose("back.jsonl", out)
        expect(page.get_by_text("Nothing new")).to_be_visible()
        assert _entries(real_site) == after

        me.press("Acts")
        undone = page.get_by_role("button", name=re.compile("Undone: act"))
        for times, there in ((1, before), (2, after)):
            page.get_by_role("button", name="Undo", exact=True).first.click()
            expect(undone).to_have_count(times)
            assert set(_entries(real_site)) == set(there)
        assert me.outside == []
