"""Data of one's own, from a file to an answer: the pages Import, Models and Data quality."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from core.drafting import draft_store
from core.drafting.init import Wanted, init
from core.errors import UserFixable
from core.gatekeeping import import_gate, open_gates
from core.governance.policy import load_policy
from core.ingest.desk import ImportDesk, Job
from core.model_files import ModelFiles
from core.models import own_model_file
from core.settings import Settings
from tests.browser.app_process import NARROW, REAL_APP, WIDE, Site, Visitor, running, visitor
from tests.browser.contrast import faint_pieces
from tests.drafting.shop import sqlite_shop

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

_CHECKS = "    checks:\n      ranges: {temperature_c: {min: 0, max: 150}}\n    columns:\n"


@pytest.fixture(scope="module")
def site(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Beside the demo plant a shop whose model is a draft, and kilns of which two imports are held
    back."""
    data = plant_folder(tmp_path_factory.mktemp("own"))
    shop = sqlite_shop(tmp_path_factory.mktemp("shop") / "shop.db")
    init(Wanted(str(shop)), ModelFiles(data / "none", data / "models"), data)
    _hold_kilns_back(data)
    with running(REAL_APP, data, GEMBA_WATCH_SECONDS="0") as site:
        yield site


def _hold_kilns_back(data: Path) -> None:
    settings = Settings(data_dir=data)
    policy = load_policy()
    gates = open_gates(settings, policy, lambda *_, **__: None)
    desk = ImportDesk(
        settings, policy.user("admin"), lambda *_, **__: None,
        lambda name: own_model_file(settings, name), draft_store, import_gate(gates),
    )  # fmt: skip

    def load(name: str, hottest: float) -> None:
        job = Job(desk.keep([(name, kilns(hottest))]), "kilns")
        desk.load(job, lambda *_: None, write=True)

    load("kilns.csv", 90)
    model = data / "models" / "kilns.yaml"
    model.write_text(model.read_text("utf-8").replace("    columns:\n", _CHECKS, 1), "utf-8")
    for name, hottest in (("test_run.csv", 900), ("broken_probe.csv", 9_000)):
        with pytest.raises(UserFixable, match="Held back"):
            load(name, hottest)
    gates.batches.close()


def kilns(hottest: float) -> bytes:
    """Readings of two kilns over a day, of which one is the hottest."""
    rows = ["Time,Kiln,Temperature [°C]"]
    rows += [f"2026-02-01 {k:02}:00,K{1 + k % 2},{60 + k}.5" for k in range(23)]
    return "\n".join([*rows, f"2026-02-01 23:00,K2,{hottest}"]).encode()


def presses(third: str = "21,0") -> bytes:
    """Readings of two presses as a German plant's spreadsheet has them; 01/02 may be of January."""
    rows = ["Zeit;Presse;Temperatur [°C]"]
    values = ["20,0", "20,5", third, "21,5", "22,0", "22,5"]
    rows += [f"0{1 + k // 2}/02/2026 0{k}:00;P{1 + k % 2};{v}" for k, v in enumerate(values)]
    return "\n".join(rows).encode("cp1252")


def look(me: Visitor, name: str, content: bytes) -> None:
    """Choose a file, and wait for what it is."""
    look_at(me, {name: content}, "What these files are")


def look_at(me: Visitor, files: dict[str, bytes], title: str) -> None:
    """Choose files, and wait for what they are."""
    field = me.page.locator("input[type=file]")
    field.set_input_files(
        [FilePayload(name=n, mimeType="text/csv", buffer=content) for n, content in files.items()]
    )
    me.page.get_by_role("button", name="Look at these files").click()
    name = next(iter(files))
    shown = me.page.get_by_text(title)
    expect(shown.or_(me.page.get_by_text("Not imported")).first).to_be_visible()
    expect(me.page.get_by_text(name).first).to_be_visible()
    me.settle()


def bakery() -> dict[str, bytes]:
    """Four tables of a bakery: shops, goods, tickets and their lines."""
    shops = [f"{n};{('Kreuzberg', 'Mitte', 'Wedding')[n - 1]};{n * 40},5" for n in range(1, 4)]
    goods = [f"{n},Bread {n},{('rye', 'wheat')[n % 2]}" for n in range(1, 9)]
    tickets = [f"{500 + n},{n % 3 + 1},2026-05-{n % 28 + 1:02} 09:{n % 60:02}" for n in range(120)]
    lines = [f"{n},{500 + n % 120},{n % 8 + 1},{n % 4 + 1},{n % 9 + 1}.25" for n in range(360)]
    files = {
        "shops.csv": ["shop_id;district;floor area [m2]", *shops],
        "goods.csv": ["good_id,good,flour", *goods],
        "tickets.csv": ["ticket_id,shop_id,sold_at", *tickets],
        "ticket_lines.csv": ["line_id,ticket_id,good_id,pieces,amount [EUR]", *lines],
    }
    return {name: "\n".join(rows).encode() for name, rows in files.items()}


def load(me: Visitor) -> None:
    me.page.get_by_test_id("stMain").get_by_role("button", name="Import", exact=True).click()


def choose(me: Visitor, label: str, option: str) -> None:
    """Choose in a list of the page."""
    me.page.get_by_test_id("stMain").get_by_role("combobox", name=label).click()
    me.page.get_by_role("option", name=option).first.click()
    me.page.wait_for_timeout(150)  # until the choice has reached the server
    me.settle()


def untroubled(me: Visitor) -> None:
    """Nothing is wider than the window, too faint to be read, or from another host."""
    assert not me.is_sideways()
    assert faint_pieces(me.page.get_by_test_id("stMain")) == []
    assert me.outside == []


@pytest.mark.parametrize(
    ("size", "theme"),
    [pytest.param(WIDE, "dark", marks=pytest.mark.thorough), (NARROW, "light")],
)
def test_all_of_it_is_readable_on_any_screen(
    browser: Browser, site: Site, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, site, size=size, theme=theme) as me:
        me.sign_in("admin")
        me.visit("Import")
        look(me, "presses.csv", presses())
        untroubled(me)
        look_at(me, bakery(), "4 tables")
        me.page.get_by_text("Columns, rows, and how").first.click()
        expect(me.page.get_by_test_id("stDataFrame").first).to_be_visible()
        me.settle()
        untroubled(me)
        me.visit("Models")
        for view in ("Tables and columns", "Metrics", "Text", "Try", "Publish"):
            me.press(view)
            untroubled(me)
        me.page.get_by_text("Line by line").click()
        expect(me.page.get_by_text("+label: Shop").first).to_be_visible()
        untroubled(me)
        me.visit("Data quality")
        untroubled(me)
        expect(me.page.get_by_text("2 batches of Kilns are held back too.")).to_be_visible()
        me.page.get_by_role("button", name="Show", exact=True).click()
        expect(me.page.get_by_role("heading", name="Held back")).to_be_visible()
        me.page.get_by_text("Some of these rows").first.click()
        expect(me.page.get_by_test_id("stDataFrame")).to_be_visible()
        untroubled(me)


def test_a_file_is_looked_at_decided_on_imported_and_asked(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Import")
        look(me, "presses.csv", presses())
        expect(page.get_by_text("Encoding: cp1252 · Delimiter: semicolon")).to_be_visible()
        expect(page.get_by_text("can be read in two ways. Which comes first?")).to_be_visible()
        main = page.get_by_test_id("stMain")
        expect(main.get_by_role("button", name="Import", exact=True)).to_be_disabled()
        page.get_by_text("the day", exact=True).click()
        expect(main.get_by_role("button", name="Import", exact=True)).to_be_enabled()
        me.settle()
        me.press("Check all rows")
        expect(page.get_by_text("Checked; nothing is written yet")).to_be_visible()
        assert not (site.data / "stores" / "presses.duckdb").exists()
        me.settle()
        load(me)
        expect(page.get_by_text("From 1 Feb 2026, 00:00 to 3 Feb 2026, 05:00")).to_be_visible()
        me.settle()
        me.press("Ask these data")
        expect(me.chat).to_be_visible()
        me.ask("maximum Temperatur by Presse")
        expect(page.get_by_text(re.compile("P2 had the highest .*: 22.5"))).to_be_visible()
        assert me.outside == []


@pytest.mark.thorough
def test_four_files_are_four_tables_that_are_asked_together(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        main = page.get_by_test_id("stMain")
        me.sign_in("admin")
        me.visit("Import")
        look_at(me, bakery(), "4 tables")
        for name in ("shops", "goods", "tickets", "ticket_lines"):
            expect(main.locator(f"input[value='{name}']")).to_be_visible()
        expect(page.get_by_text("ticket_id → tickets.ticket_id")).to_be_visible()
        expect(page.get_by_text("Goes by tickets.sold_at")).to_be_visible()
        expect(main.get_by_role("button", name="Import", exact=True)).to_be_disabled()
        page.get_by_label("Name of the data").fill("bakery")
        page.keyboard.press("Tab")
        expect(main.get_by_role("button", name="Import", exact=True)).to_be_enabled()
        me.settle()
        assert not (site.data / "stores" / "bakery.duckdb").exists()
        load(me)
        expect(page.get_by_text("360 rows read, 360 rows of ticket_lines")).to_be_visible()
        expect(page.get_by_role("button", name="Open the model")).to_be_visible()
        me.settle()
        me.press("Ask these data")
        expect(me.chat).to_be_visible()
        me.ask("amount by district in May")
        expect(page.get_by_text(re.compile("had the highest amount"))).to_be_visible()
        assert me.outside == []


@pytest.mark.thorough
def test_a_bad_file_says_where_and_changes_nothing(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Import")
        look(me, "empty.csv", b"")
        expect(page.get_by_text("empty.csv is empty. Get the file again.")).to_be_visible()
        look(me, "torn.csv", b"at,x\n2026-01-01,2\n2026-01-02\n2026-01-03,4\n")
        load(me)
        expect(page.get_by_text("line 3 has 1 cells of 2")).to_be_visible()
        me.settle()
        look(me, "worn.csv", presses("kaputt"))
        page.get_by_text("the day", exact=True).click()
        expect(page.get_by_text("Which comes first?")).to_have_count(0)
        me.settle()
        load(me)
        expect(page.get_by_text("One cell is no value of its column's type")).to_be_visible()
        expect(page.get_by_text("worn.csv row 4, 'Temperatur [°C]': 'kaputt'")).to_be_visible()
        expect(page.get_by_text("What was in Gemba before is as it was.")).to_be_visible()
        left = {path.stem for path in (site.data / "stores").glob("*.duckdb")}
        assert not left & {"empty", "torn", "worn"}
        me.settle()
        page.get_by_text("Read them otherwise").click()
        wanted = page.get_by_role("checkbox", name="Take cells that are no values")
        page.get_by_text("Take cells that are no values").click()
        expect(wanted).to_be_checked()
        me.settle()
        expect(wanted).to_be_checked()
        load(me)
        expect(page.get_by_text("1 cell was taken as empty")).to_be_visible(timeout=60_000)
        assert me.outside == []


def test_a_draft_is_corrected_tried_published_and_taken_back(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Models")
        chosen = page.get_by_test_id("stMain").get_by_role("combobox", name="Model")
        expect(chosen).to_have_value("Shop (shop) · Draft")
        expect(page.get_by_text("33 to confirm")).to_be_visible()
        choose(me, "Column", "discount_pct")
        label = page.get_by_test_id("stForm").get_by_label("Label", exact=True)
        expect(label.last).to_have_value("Discount")
        label.last.fill("Rebate")
        me.press("Save and confirm")
        expect(page.get_by_text("discount_pct is kept in the draft.")).to_be_visible()
        expect(page.get_by_text("32 to confirm")).to_be_visible()

        me.press("Try")
        page.get_by_label("Question").fill("mean rebate by status")
        me.press("Ask the draft")
        expect(page.get_by_text("had the highest mean rebate")).to_be_visible()

        me.press("Publish")
        expect(page.get_by_text("What the draft changes")).to_be_visible()
        publish = page.get_by_test_id("stMain").get_by_test_id("stBaseButton-primary")
        publish.click()
        expect(page.get_by_text("In force. It can be asked from now on.")).to_be_visible()
        expect(chosen).to_have_value("Shop (shop) · In force")

        me.press("Tables and columns")
        choose(me, "Column", "discount_pct")
        expect(label.last).to_have_value("Rebate")
        label.last.fill("Markdown")
        me.press("Save and confirm")
        expect(chosen).to_have_value("Shop (shop) · Draft")
        me.press("Publish")
        expect(page.get_by_text("column orders.discount_pct: label")).to_be_visible()
        publish.click()
        expect(page.get_by_text(re.compile("^Version 2, .*, by admin"))).to_be_visible()
        me.settle()
        me.press("Put in force again")
        expect(page.get_by_text(re.compile("^Version 3, .* back to version 1"))).to_be_visible()
        me.press("Tables and columns")
        choose(me, "Column", "discount_pct")
        expect(label.last).to_have_value("Rebate")
        assert me.outside == []


def test_what_is_held_back_is_released_once_or_discarded(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Data quality")
        me.press("Show")
        tested, broken = (
            page.locator("[class*=st-key-data-held]").filter(has_text=name)
            for name in ("test_run.csv", "broken_probe.csv")
        )
        expect(tested.get_by_text("Rows outside 0 … 150 °C: 1")).to_be_visible()
        expect(tested.get_by_text("24 rows · 1 Feb 2026, 00:00 to 1 Feb")).to_be_visible()
        tested.get_by_role("button", name="Release").click()
        expect(page.get_by_text("Say why: a reason is kept with it.")).to_be_visible()
        me.settle()
        tested.get_by_label("Reason").fill("heated for a test")
        tested.get_by_role("button", name="Release").click()
        expect(
            page.get_by_text("Released: 24 rows of test_run.csv are in the table")
        ).to_be_visible()
        expect(tested).to_have_count(0)
        me.settle()
        broken.get_by_label("Reason").fill("the probe was loose")
        broken.get_by_role("button", name="Discard").click()
        expect(page.get_by_text("Discarded: 24 rows of broken_probe.csv")).to_be_visible()
        expect(page.get_by_role("heading", name="Held back")).to_have_count(0)
        me.settle()
        discarded = page.get_by_text("broken_probe.csv, discarded by admin")
        expect(discarded).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Reason: the probe was loose")).to_be_visible()
        page.get_by_test_id("stSidebar").get_by_role("link", name="Ask", exact=True).click()
        expect(me.chat).to_be_visible()
        me.ask("maximum temperature by kiln")
        expect(page.get_by_text(re.compile("K2 had the highest .*: 900"))).to_be_visible()
        assert me.outside == []
