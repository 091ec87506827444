"""The page Import: files are shown, checked and loaded, by admins alone."""

import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from core.drafting.draft import Drafted
from core.errors import Refused, UserFixable
from core.ingest.adding import Adding
from core.ingest.arranged import Arranged
from core.ingest.desk import ImportDesk, Job
from core.ingest.recognised import Recognised
from core.ingest.report import Added, LoadReport
from core.ingest.tables import TablesFound
from core.services import Services
from core.translation import retold, speaking
from core.types import User
from tests.ui.conftest import Site
from tests.ui.fake_services import USERS
from tests.ui.test_boards import opened
from tests.ui.test_signin import run_alone, said

CSV = "Time;TIC-103 [°C];PT-101 (bar)\n01/02/2026 00:00;20,5;1,2\n01/02/2026 00:10;x;1,3\n"


def texts(app: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (app.markdown, app.caption) for e in kind)


def settled(app: AppTest, site: Site) -> AppTest:
    """Once nothing runs any more."""
    for _ in range(100):
        app.run()
        if not any(b.key == "import.stop" for b in app.button):
            return app
        time.sleep(0.1)
    raise AssertionError("it runs for ever")


@pytest.fixture
def page(site: Site, tmp_path: Path) -> AppTest:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text(CSV, encoding="cp1252")
    site.services.settings = replace(site.services.settings, import_dir=str(folder))
    app = site.signed_in("admin")
    app.switch_page("../../pages/import.py").run()
    app.text_input(key="import.path").set_value("a.csv").run()
    app.button(key="import.take_path").click().run()
    return settled(app, site)


def test_from_a_path_to_a_table(page: AppTest, site: Site) -> None:
    assert "Encoding: **cp1252**" in texts(page)
    assert page.button(key="import.load").disabled
    ask = next(r for r in page.radio if r.key.startswith("import.ask.dates"))
    ask.set_value("dmy").run()
    settled(page, site)
    assert not page.button(key="import.load").disabled
    page.button(key="import.check").click().run()
    settled(page, site)
    assert "a\\.csv row 3" in texts(page)
    page.checkbox(key="import.bad").check().run()
    page.button(key="import.load").click().run()
    settled(page, site)
    assert "Imported" in texts(page)
    assert [event for event, _ in site.services.acts] == ["import", "imported"]
    store = site.services.settings.data_dir / "stores" / "a.duckdb"
    with duckdb.connect(str(store), read_only=True) as con:
        assert con.execute("SELECT count(*), sum(pressure_bar) FROM a").fetchone() == (3, 2.5)


def test_what_is_typed_last_comes_with_the_press(page: AppTest, site: Site) -> None:
    """A field sends its text as it is left, with the press that leaves it: both are one run."""
    next(r for r in page.radio if r.key.startswith("import.ask.dates")).set_value("dmy").run()
    settled(page, site)
    stores = site.services.settings.data_dir / "stores"

    def write(name: str) -> None:
        next(t for t in page.text_input if t.key.startswith("import.name.")).set_value(name)
        page.checkbox(key="import.bad").check()
        page.button(key="import.load").click().run()
        settled(page, site)

    write("typed")
    assert "Imported" in texts(page)
    assert (stores / "typed.duckdb").is_file()
    assert not (stores / "a.duckdb").exists()

    page.text_input(key="import.path").set_value("a.csv").run()
    page.button(key="import.take_path").click().run()
    settled(page, site)
    next(r for r in page.radio if r.key.startswith("import.ask.dates")).set_value("dmy").run()
    settled(page, site)
    write("typed")
    assert page.radio(key="import.way").label == "There are data typed already"
    assert page.button(key="import.load").disabled
    assert [event for event, _ in site.services.acts] == ["import", "imported"]
    assert sorted(f.name for f in stores.glob("*.duckdb")) == ["typed.duckdb"]


def test_date_and_time_in_two_columns(page: AppTest, site: Site) -> None:
    folder = Path(site.services.settings.import_dir)
    rows = "31.01.2026,08:15,09:00,1\n31.01.2026,09:15,10:00,2\n"
    (folder / "b.csv").write_text("Datum,Beginn,Ende,x\n" + rows)
    page.text_input(key="import.path").set_value("b.csv").run()
    page.button(key="import.take_path").click().run()
    settled(page, site)
    ask = next(r for r in page.radio if r.key.startswith("import.ask.time_of_day"))
    ask.set_value("Beginn").run()
    settled(page, site)
    assert "are put together into one time" in texts(page)
    assert not page.button(key="import.load").disabled
    pick = next(s for s in page.selectbox if s.key.startswith("import.pick.time_of_day"))
    assert pick.value == "Beginn"
    pick.set_value("none").run()
    page.button(key="import.again").click().run()
    settled(page, site)
    assert "put together" not in texts(page)
    page.button(key="import.load").click().run()
    settled(page, site)
    store = site.services.settings.data_dir / "stores" / "b.duckdb"
    with duckdb.connect(str(store), read_only=True) as con:
        found = con.execute("SELECT count(DISTINCT beginn), min(datum)::VARCHAR FROM b")
        assert found.fetchone() == (2, "2026-01-31")


def test_the_page_is_for_admins(site: Site) -> None:
    app = run_alone("import", site.signed_in("engineer"))
    assert "Not for your role" in said(app)
    assert not app.button
    with pytest.raises(Refused):
        site.services.imports(USERS["engineer"])


def test_which_files_may_be_named(site: Site, tmp_path: Path) -> None:
    desk = site.services.imports(USERS["admin"])
    with pytest.raises(Refused, match="GEMBA_IMPORT_DIR"):
        desk.path("a.csv")
    folder = tmp_path / "in"
    folder.mkdir()
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\nx,1\n")
    (folder / "link.csv").symlink_to(secret)
    site.services.settings = replace(
        site.services.settings, import_dir=str(folder), import_upload_mb=1
    )
    desk = site.services.imports(USERS["admin"])
    for path in ("../secret.csv", str(secret), "link.csv", "/etc/passwd"):
        with pytest.raises(Refused, match="Only files in the folder"):
            desk.path(path)
    with pytest.raises(UserFixable, match="leads out of the folder"):
        desk.load(Job((folder,), by_path=True), lambda *_: None, write=True)
    with pytest.raises(UserFixable, match="leads out of the folder"):
        desk.look(Job((secret,)), lambda *_: None)
    with pytest.raises(UserFixable, match="over 1 MB"):
        desk.keep([("big.csv", b"x" * 1_000_001)])


def test_dropped_files_are_gone_once_they_are_imported(site: Site) -> None:
    desk = site.services.imports(USERS["admin"])
    paths = desk.keep([("../../evil name.csv", b"k,x\na,1\n")])
    assert paths[0].parent.parent == site.services.settings.state_dir / "imports"
    report = desk.load(Job(paths, "mine"), lambda *_: None, write=True)
    assert (report.stored, paths[0].exists()) == (1, False)
    assert desk.is_there("mine")


def test_files_that_do_not_hold_checks_are_held_back_at_the_page_too(services: Services) -> None:
    admin = services.policy.user("admin")
    desk = services.imports(admin)

    def load(name: str, hottest: float) -> None:
        rows = [f"2026-02-{k:02},{k}\n" for k in range(1, 28)]
        content = "".join(["Day,Heat\n", *rows, f"2026-02-28,{hottest}\n"]).encode()
        desk.load(Job(desk.keep([(name, content)]), "kilns"), lambda *_: None, write=True)

    load("may.csv", 28)
    assert "kilns" in services.model_names(admin)
    model = services.settings.data_dir / "models" / "kilns.yaml"
    checks = "    checks:\n      ranges: {heat: {min: 0, max: 100}}\n    columns:\n"
    model.write_text(model.read_text("utf-8").replace("    columns:\n", checks, 1), "utf-8")
    with pytest.raises(UserFixable, match=r"Held back.*Rows outside 0 … 100"):
        load("june.csv", 900)
    assert services.data.held(admin, "kilns") == 1
    assert services.data.held(admin, "plant") == 0
    with pytest.raises(Refused):
        services.data.held(services.policy.user("engineer"), "kilns")
    (batch,) = services.gates.batches.held("kilns")
    assert batch.report.source == "june.csv"

    app = opened("admin", "data")
    assert "1 batch of Kilns is held back too" in texts(app)
    app.button(key="data.other.kilns").click().run()
    assert "june\\.csv" in texts(app)
    assert app.button(key=f"data.release.{batch.id}")


def test_added_rows_that_are_held_back_come_in_once(services: Services) -> None:
    admin = services.policy.user("admin")
    desk = services.imports(admin)

    def load(days: range, hottest: float, adding: Adding | None = None) -> LoadReport:
        rows = [f"2026-03-{k:02},{k}\n" for k in days][:-1]
        content = "".join(["Day,Heat\n", *rows, f"2026-03-{days[-1]:02},{hottest}\n"]).encode()
        job = Job(desk.keep([("week.csv", content)]), "ovens", adding=adding)
        return desk.load(job, lambda *_: None, write=True)

    def heats() -> tuple[int, float]:
        store = services.settings.data_dir / "stores" / "ovens.duckdb"
        with duckdb.connect(str(store), read_only=True) as con:
            (found,) = con.execute("SELECT count(*), max(heat) FROM ovens").fetchall()
        return found

    def newest() -> int:
        found = services.data.tables(admin, "ovens")[0].newest
        assert found is not None
        return found.day

    load(range(1, 9), 8)
    model = services.settings.data_dir / "models" / "ovens.yaml"
    checks = "    checks:\n      ranges: {heat: {min: 0, max: 100}}\n      unique: [day]\n"
    text = model.read_text("utf-8").replace("    columns:\n", checks + "    columns:\n", 1)
    model.write_text(text, "utf-8")
    assert newest() == 8
    for _ in range(2):
        with pytest.raises(UserFixable, match=r"Held back.*Rows outside 0 … 100"):
            load(range(5, 11), 900, Adding())
    assert heats() == (8, 8.0)
    (batch,) = services.gates.batches.held("ovens")
    assert (batch.mode, batch.report.rows) == ("merge", 2)
    # So are rows that take the place of others; they come in over these alone.
    with pytest.raises(UserFixable, match="Held back"):
        load(range(5, 9), 900, Adding(conflicts="new"))
    mended = services.gates.batches.held("ovens")[-1]
    assert services.data.beside(admin, mended) == ()
    services.data.discard(admin, mended.id, "a broken probe", "ovens")
    # What came by another file meanwhile does not come twice.
    report = load(range(8, 10), 9, Adding())
    assert report.added is not None
    assert (report.added.new, report.added.key) == (1, ("day",))
    services.data.release(admin, batch.id, "the oven was hot", "ovens")
    assert heats() == (10, 900.0)
    services.models.renewal._known["ovens"].again = 0.0  # it looks every few seconds
    assert newest() == 10
    assert load(range(1, 10), 9, Adding()).added == Added(10, 10, 0, 9, key=("day",))
    with pytest.raises(UserFixable, match="Held back"):
        load(range(11, 13), 900, Adding())
    load(range(11, 13), 12, Adding())
    (batch,) = services.gates.batches.held("ovens")
    with pytest.raises(UserFixable, match="by now with other values"):
        services.data.release(admin, batch.id, "as well", "ovens")
    assert heats() == (12, 900.0)


def test_rows_are_added_at_the_page(page: AppTest, site: Site) -> None:
    folder = Path(site.services.settings.import_dir)
    for number, rows in enumerate(("a,1\nb,2\n", "b,2\nc,3\n", "c,4\nd,5\n")):
        (folder / "n.csv").write_text("no,x\n" + rows)
        page.text_input(key="import.path").set_value("").run()
        page.text_input(key="import.path").set_value("n.csv").run()
        page.button(key="import.take_path").click().run()
        settled(page, site)
        if number:
            assert page.button(key="import.load").disabled
            page.radio(key="import.way").set_value("add").run()
        if number == 2:
            key = next(m for m in page.multiselect if m.key.startswith("import.key"))
            key.set_value(["no"]).run()
            page.selectbox(key="import.conflicts").set_value("new").run()
        page.button(key="import.load").click().run()
        settled(page, site)
        if number == 1:
            assert "1 row is new" in texts(page)
            assert "1 was there already" in texts(page)
    assert "1 was there with other values; the new one counts" in texts(page)
    store = site.services.settings.data_dir / "stores" / "n.duckdb"
    with duckdb.connect(str(store), read_only=True) as con:
        assert con.execute("FROM n ORDER BY ALL").fetchall() == [
            ("a", 1), ("b", 2), ("c", 4), ("d", 5),
        ]  # fmt: skip


def test_a_changed_row_is_shown_at_the_page_before_it_counts(
    page: AppTest, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = site.services
    model = services.settings.data_dir / "jobs.yaml"
    model.write_text(
        "label: Jobs\nstore: stores/jobs.duckdb\nclock: wall\ntables:\n  jobs:\n    label: Jobs\n"
        "    entity: job\n    scope: null\n    key: [job_no]\n    columns:\n"
        "      job_no: {type: string, label: Job}\n      hours: {type: integer, label: Hours}\n"
    )
    monkeypatch.setattr(
        services,
        "imports",
        lambda user: ImportDesk(
            services.settings,
            user,
            lambda event, **body: None,
            lambda name: model if services.settings.data_dir.joinpath("stores").exists() else None,
        ),
    )
    folder = Path(services.settings.import_dir)

    def bring(rows: str) -> None:
        (folder / "jobs.csv").write_text("Job no,Hours\n" + rows)
        page.text_input(key="import.path").set_value("").run()
        page.text_input(key="import.path").set_value("jobs.csv").run()
        page.button(key="import.take_path").click().run()
        settled(page, site)

    def load(button: str = "load") -> None:
        page.button(key=f"import.{button}").click().run()
        settled(page, site)

    bring("J1,1\nJ2,2\n")
    load()
    bring("J2,5\nJ3,3\n")
    page.radio(key="import.way").set_value("add").run()
    load()
    assert "job_no J2: hours is 2 and comes as 5" in said(page).replace("\\", "")
    page.selectbox(key="import.conflicts").set_value("new").run()
    load("check")
    assert "1 was there with other values; the new one counts" in texts(page)
    load()
    store = services.settings.data_dir / "stores" / "jobs.duckdb"
    with duckdb.connect(str(store), read_only=True) as con:
        assert con.execute("FROM jobs ORDER BY ALL").fetchall() == [
            ("J1", 1), ("J2", 5), ("J3", 3),
        ]  # fmt: skip


def test_what_a_drafted_model_wants_confirmed_is_in_the_readers_language(
    services: Services,
) -> None:
    desk = services.imports(services.policy.user("admin"))
    rows = "".join(f"2026-02-{k:02},Ann {k}\n" for k in range(1, 28))
    paths = desk.keep([("shifts.csv", f"Day,Operator name\n{rows}".encode())])
    report = desk.load(Job(paths, "shifts"), lambda *_: None, write=True)
    with speaking("de"):
        assert "Alle dürfen alle Zeilen sehen" in " ".join(map(retold, report.confirm))
        paths = desk.keep([("names.csv", b"Name,Size\na,1\nb,2\n")])
        report = desk.load(Job(paths, "names"), lambda *_: None, write=True)
        assert "Keine Spalte dieser Daten enthält ein Datum" in " ".join(
            map(retold, report.confirm)
        )
    assert desk.is_there("names")


LINES = "line_id,order_id,pieces\n" + "".join(f"{n},{n % 9 + 1},{n}\n" for n in range(1, 40))
ORDERS = "order_id,ordered_on,site_id\n" + "".join(
    f"{n},0{n}/02/2026,{n % 3 + 1}\n" for n in range(1, 10)
)
LEFT = ("lines", "orders", "sites", "vendors")
LISTS = {
    "sites.csv": "id,name\n1,Ham\n2,Aus\n3,Hph\n",
    "vendors.csv": "id,name\n1,Ann\n2,Bob\n3,Cem\n4,Dag\n",
}


@pytest.fixture
def several(site: Site, tmp_path: Path) -> AppTest:
    """A folder of four tables, of which one asks something."""
    folder = tmp_path / "in" / "shop"
    folder.mkdir(parents=True)
    for name, text in {"lines.csv": LINES, "orders.csv": ORDERS, **LISTS}.items():
        (folder / name).write_text(text)
    settings = replace(site.services.settings, import_dir=str(folder.parent))
    site.services.settings = settings
    app = site.signed_in("admin")
    app.switch_page("../../pages/import.py").run()
    app.text_input(key="import.path").set_value("shop").run()
    app.button(key="import.take_path").click().run()
    return settled(app, site)


def named(app: AppTest) -> list[str]:
    """What the tables are called."""
    return [field.value for field in app.text_input if field.key.startswith("import.table.")]


def test_values_of_rows_are_kept_out_of_the_draft_at_the_page(page: AppTest, site: Site) -> None:
    services, drafts = site.services, []

    def draft(path: Path, name: str, /, *, has_samples: bool = True) -> Drafted:
        drafts.append((name, has_samples))
        return Drafted(name, "label: Jobs\n", ())

    def imports(user: User) -> ImportDesk:
        return ImportDesk(services.settings, user, lambda *_, **__: None, lambda _: None, draft)

    services.imports = imports
    folder = Path(services.settings.import_dir)
    (folder / "jobs.csv").write_text("Job no,Hours\nJ1,1\nJ2,2\n")
    for name, may in (("first", True), ("second", False)):
        page.text_input(key="import.path").set_value("").run()
        page.text_input(key="import.path").set_value("jobs.csv").run()
        page.button(key="import.take_path").click().run()
        settled(page, site)
        next(t for t in page.text_input if t.key.startswith("import.name")).set_value(name).run()
        box = next(c for c in page.checkbox if c.key.startswith("import.samples"))
        assert box.value
        if not may:
            box.uncheck().run()
        page.button(key="import.load").click().run()
        settled(page, site)
    assert drafts[-1] == ("second", False)
    assert ("first", True) in drafts
    services.settings = replace(services.settings, draft_samples=False)
    page.text_input(key="import.path").set_value("").run()
    page.text_input(key="import.path").set_value("jobs.csv").run()
    page.button(key="import.take_path").click().run()
    settled(page, site)
    box = next(c for c in page.checkbox if c.key.startswith("import.samples"))
    assert (box.value, box.disabled) == (False, True)
    page.button(key="import.load").click().run()
    settled(page, site)
    assert drafts[-1] == ("jobs", False)


def test_a_folder_of_several_tables_at_the_page(several: AppTest, site: Site) -> None:
    app = several
    assert named(app) == ["lines", "orders", "sites", "vendors"]
    assert "4 tables" in texts(app)
    assert "vendors\\.csv and sites\\.csv have the same columns and are two tables" in texts(app)
    assert app.button(key="import.load").disabled
    (ask,) = [r for r in app.radio if r.key.startswith("import.ask.dates")]
    assert "**orders**: Dates such as" in ask.label
    ask.set_value("dmy").run()
    settled(app, site)
    # A table gets another name, and is read otherwise; files are left out.
    next(f for f in app.text_input if f.value == "orders").set_value("sales").run()
    settled(app, site)
    assert named(app) == ["lines", "sales", "sites", "vendors"]
    app.session_state["import.which"] = True
    app.run()
    next(r for r in app.radio if r.key.startswith("import.same.")).set_value("one").run()
    app.button(key="import.which_again").click().run()
    settled(app, site)
    assert named(app) == ["lines", "sales", "sites"]
    app.button(key="import.check").click().run()
    settled(app, site)
    assert "3 tables with 55 rows" in texts(app)
    store = site.services.settings.data_dir / "stores" / "shop.duckdb"
    assert not store.exists()
    app.button(key="import.load").click().run()
    settled(app, site)
    assert "Imported" in texts(app)
    assert [event for event, _ in site.services.acts] == ["import", "imported"]
    with duckdb.connect(str(store), read_only=True) as con:
        query = (
            "SELECT min(ordered_on)::VARCHAR, sum(pieces) FROM lines JOIN sales USING (order_id)"
        )
        assert con.execute(query).fetchone() == ("2026-02-01", 780)


def test_next_months_folder_at_the_page(several: AppTest, site: Site) -> None:
    app = several
    next(r for r in app.radio if r.key.startswith("import.ask.dates")).set_value("dmy").run()
    settled(app, site)
    app.button(key="import.load").click().run()
    settled(app, site)
    folder = Path(site.services.settings.import_dir) / "july"
    folder.mkdir()
    (folder / "lines_july.csv").write_text("line_id,order_id,pieces\n39,4,39\n40,10,5\n")
    (folder / "orders_july.csv").write_text("order_id,ordered_on,site_id\n10,13/07/2026,2\n")
    (folder / "names.csv").write_text("id,name\n5,Eva\n")
    app.text_input(key="import.path").set_value("july").run()
    app.button(key="import.take_path").click().run()
    settled(app, site)
    next(f for f in app.text_input if f.key.startswith("import.name.")).set_value("shop").run()
    assert app.button(key="import.load").disabled
    app.radio(key="import.way").set_value("add").run()
    settled(app, site)
    assert "Rows come to 3 of 4 tables of shop" in texts(app)
    goes = {b.key: b.value for b in app.selectbox if b.key.startswith("import.table.")}
    assert sorted(goes.values(), key=str) == [None, "lines", "orders"]
    ask = next(r for r in app.radio if r.key.startswith("import.ask.table"))
    assert "**names**: names\\.csv has the columns of several tables" in ask.label
    assert app.button(key="import.load").disabled
    ask.set_value("vendors=names.csv").run()
    settled(app, site)
    assert "Nothing comes to: sites" in texts(app)
    assert "1 row is new" in texts(app)
    store = site.services.settings.data_dir / "stores" / "shop.duckdb"
    before = store.read_bytes()
    # Back and forth: what replaces all is another look at the files.
    app.radio(key="import.way").set_value("replace").run()
    settled(app, site)
    assert "Nothing comes to" not in texts(app)
    app.radio(key="import.way").set_value("add").run()
    settled(app, site)
    app.button(key="import.check").click().run()
    settled(app, site)
    assert "Checked; nothing is written yet" in texts(app)
    assert store.read_bytes() == before
    app.button(key="import.load").click().run()
    settled(app, site)
    assert "Imported" in texts(app)
    with duckdb.connect(str(store), read_only=True) as con:
        counts = [con.execute(f"SELECT count(*) FROM {t}").fetchone() for t in LEFT]
        assert counts == [(40,), (10,), (3,), (5,)]
        newest = con.execute("SELECT max(ordered_on)::VARCHAR FROM orders").fetchone()
        assert newest == ("2026-07-13",)
    (_, body) = site.services.acts[-1]
    assert (body["new"], body["rows"]) == (3, 55)


def test_an_export_of_tags_beside_other_tables_at_the_page(several: AppTest, site: Site) -> None:
    app = several
    folder = Path(site.services.settings.import_dir) / "works"
    folder.mkdir()
    times = "".join(f"2026-05-01 {n:02}:00;{n};{n + 1}\n" for n in range(24))
    (folder / "historian.csv").write_text(f"Time;S1.TT-101 [°C];S2.TT-201 [°C]\n{times}")
    (folder / "sites.csv").write_text("site;city\nS1;Ham\nS2;Aus\n")
    app.text_input(key="import.path").set_value("works").run()
    app.button(key="import.take_path").click().run()
    settled(app, site)
    assert named(app) == ["historian", "sites"]
    assert "is an export of tags" in texts(app)
    serial = app.session_state["import.serial"]
    for table in app.session_state["import.found"].tables:
        app.session_state[f"import.details.{serial}.{abs(hash(table.keys))}"] = True
    app.run()
    assert not app.exception
    assert "Proposed from the names by ISA-5.1" in texts(app)
    assert any(box.key.startswith("import.pick.shape") for box in app.selectbox)
    next(f for f in app.text_input if f.key.startswith("import.name.")).set_value("works").run()
    app.button(key="import.load").click().run()
    settled(app, site)
    store = site.services.settings.data_dir / "stores" / "works.duckdb"
    with duckdb.connect(str(store), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM historian").fetchone() == (48,)


def test_what_several_files_cannot_be(services: Services) -> None:
    desk = services.imports(services.policy.user("admin"))
    with pytest.raises(UserFixable, match="is empty"):
        desk.look(Job(desk.keep([("a.csv", b"a,b\nx,1\n"), ("b.csv", b"")])), lambda *_: None)
    # Two of one name that were dropped are two.
    files = [("data.csv", b"day,x\n2026-05-01,1\n"), ("data.csv", b"code,y\na,1\n")]
    paths = desk.keep(files)
    assert [path.name for path in paths] == ["data.csv", "data (2).csv"]
    found = desk.look(Job(paths), lambda *_: None)
    assert isinstance(found, TablesFound)
    assert found.report is not None
    assert [table.name for table in found.tables] == ["data", "data_2"]
    out = Arranged(left_out=frozenset({str(paths[1].resolve())}))
    assert isinstance(desk.look(Job(paths, arranged=out), lambda *_: None), Recognised)
    # Lists without a time are tables too.
    paths = desk.keep([("a.csv", b"a,b\nx,1\n"), ("c.csv", b"c,d\nx,1\n")])
    found = desk.look(Job(paths), lambda *_: None)
    assert isinstance(found, TablesFound)
    assert not found.problem
    assert found.report is not None
    both = Arranged(tables=dict.fromkeys(desk.files(Job(paths)), "t"))
    with pytest.raises(UserFixable, match="have other columns"):
        desk.look(Job(paths, arranged=both), lambda *_: None)
    # A name that a model has whose data come from elsewhere is told when it is imported.
    paths = desk.keep([("plant.csv", b"day,x\n2026-05-01,1\n")])
    assert isinstance(desk.look(Job(paths), lambda *_: None), Recognised)
    with pytest.raises(UserFixable, match="come from elsewhere"):
        desk.load(Job(paths), lambda *_: None, write=True)


def test_a_file_that_cannot_be_read_is_left_out(several: AppTest, site: Site) -> None:
    app = several
    folder = Path(site.services.settings.import_dir) / "shop"
    bad = folder / "empty.csv"
    bad.write_text("")
    app.text_input(key="import.path").set_value("").run()
    app.text_input(key="import.path").set_value("shop").run()
    app.button(key="import.take_path").click().run()
    settled(app, site)
    assert "empty\\.csv is empty" in texts(app)
    assert named(app) == []
    (out,) = [m for m in app.multiselect if m.key.startswith("import.out.")]
    out.select(str(bad.resolve())).run()
    app.button(key="import.which_again").click().run()
    settled(app, site)
    assert named(app) == ["lines", "orders", "sites", "vendors"]
    # All but one is left out: it is the one table of the data.
    app.session_state["import.which"] = True
    app.run()
    (out,) = [m for m in app.multiselect if m.key.startswith("import.out.")]
    out.set_value([str(p.resolve()) for p in folder.iterdir() if p.stem != "lines"]).run()
    app.button(key="import.which_again").click().run()
    settled(app, site)
    assert "What these files are" in texts(app)
