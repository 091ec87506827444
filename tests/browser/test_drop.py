"""Files and folders that are dropped on the page Import, and the table of tags as it is edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app_process import REAL_APP, Site, Visitor, running, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

SHOPS = "shop_id,district\n1,Mitte\n2,Wedding\n3,Kreuzberg\n"
TICKETS = "ticket_id,shop_id,sold_at,amount [EUR]\n" + "".join(
    f"{500 + n},{n % 3 + 1},2026-05-{n % 28 + 1:02} 09:00,{n}.25\n" for n in range(60)
)
TAGS = "Time;TIC-103 [°C];Tag 7 [bar]\n" + "".join(
    f"2026-02-01 {k:02}:00;{60 + k};{k}.5\n" for k in range(20)
)


@pytest.fixture(scope="module")
def site(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    data = plant_folder(tmp_path_factory.mktemp("drop"))
    with running(REAL_APP, data, GEMBA_WATCH_SECONDS="0") as site:
        yield site


def drop(me: Visitor, *paths: Path) -> None:
    """Drag files or folders of the disk over the field and let them go, as a hand does."""
    field = me.page.get_by_test_id("stFileUploaderDropzone")
    box = field.bounding_box()
    assert box is not None
    session = me.page.context.new_cdp_session(me.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": box["x"] + box["width"] / 2,
                "y": box["y"] + box["height"] / 2,
                "data": {"items": [], "files": [str(p) for p in paths], "dragOperationsMask": 1},
            },
        )
    session.detach()


def looked_at(me: Visitor, title: str) -> None:
    me.page.get_by_role("button", name="Look at these files").click()
    shown = me.page.get_by_text(title)
    expect(shown.or_(me.page.get_by_text("Not imported")).first).to_be_visible()
    expect(shown.first).to_be_visible()
    me.settle()


def load(me: Visitor, name: str) -> None:
    page = me.page
    page.get_by_label("Name of the data").fill(name)
    page.keyboard.press("Tab")
    button = page.get_by_test_id("stMain").get_by_role("button", name="Import", exact=True)
    expect(button).to_be_enabled()
    me.settle()
    button.click()
    expect(page.get_by_role("button", name="Open the model")).to_be_visible()


def one(site: Site, name: str, sql: str) -> tuple[object, ...]:
    with duckdb.connect(str(site.data / "stores" / f"{name}.duckdb"), read_only=True) as con:
        row = con.execute(sql).fetchone()
        assert row is not None
        return tuple(row)


@pytest.mark.parametrize("of", ["folder", pytest.param("files", marks=pytest.mark.thorough)])
def test_what_is_dropped_is_imported(browser: Browser, site: Site, tmp_path: Path, of: str) -> None:
    folder = tmp_path / "bakery"
    (folder / "may").mkdir(parents=True)
    (folder / "shops.csv").write_text(SHOPS)
    (folder / "may" / "tickets.csv").write_text(TICKETS)
    with visitor(browser, site) as me:
        me.sign_in("admin")
        me.visit("Import")
        paths = (folder,) if of == "folder" else (folder / "shops.csv", folder / "may/tickets.csv")
        drop(me, *paths)
        for name in ("shops.csv", "tickets.csv"):
            expect(me.page.get_by_text(name).first).to_be_visible()
        looked_at(me, "2 tables")
        load(me, f"dropped_{of}")
        assert me.outside == []
    found = one(site, f"dropped_{of}", "SELECT count(*), count(DISTINCT shop_id) FROM tickets")
    assert found == (60, 3)


def test_a_file_of_another_kind_is_not_taken(browser: Browser, site: Site, tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.7\n")
    with visitor(browser, site) as me:
        me.sign_in("admin")
        me.visit("Import")
        drop(me, tmp_path / "notes.pdf")
        expect(me.page.get_by_text("files are not allowed")).to_be_visible()
        expect(me.page.get_by_role("button", name="Look at these files")).to_have_count(0)


def test_the_table_of_tags_is_edited_on_the_page(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "export.csv").write_text(TAGS, "utf-8")
    with visitor(browser, site) as me:
        page = me.page
        me.sign_in("admin")
        me.visit("Import")
        drop(me, tmp_path / "export.csv")
        expect(page.get_by_text("export.csv").first).to_be_visible()
        looked_at(me, "Tags, and what they measure where")
        table = page.get_by_test_id("stDataFrame").last
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        assert box is not None
        for row, column, text in ((1, 1, "K7"), (1, 2, "pressure")):
            # A canvas: columns of one width, the header and the rows 35 points high.
            place = (box["x"] + box["width"] * (column + 0.5) / 7, box["y"] + 35 * (row + 1.5))
            page.mouse.dblclick(*place)
            editor = page.locator("textarea.gdg-input").last
            expect(editor).to_be_visible()
            editor.fill(text)
            page.keyboard.press("Enter")
            page.wait_for_timeout(200)
            me.settle()
        load(me, "edited")
        assert me.outside == []
    with duckdb.connect(str(site.data / "stores" / "edited.duckdb"), read_only=True) as con:
        columns = [row[0] for row in con.execute("DESCRIBE edited").fetchall()]
        assets = con.execute("SELECT DISTINCT asset FROM edited ORDER BY 1").fetchall()
    assert "pressure_bar" in columns
    assert ("K7",) in assets
