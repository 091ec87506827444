"""Every text on every page is one that is translated, or data."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from _pytest.mark import ParameterSet
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer
from streamlit.elements.lib.mutable_popover_container import PopoverContainer
from streamlit.elements.lib.mutable_tab_container import TabContainer
from streamlit.testing.v1 import AppTest

from core import translation
from core.alerting.figures import FIGURES
from core.cells import TYPES as CELLS
from core.drafting.init import Wanted, init
from core.errors import Unavailable
from core.governance.policy import load_policy
from core.handover.page import signed_line
from core.handover.tables import quality_of, subtitle_of, tables_of, words_of
from core.ingest.texts import ENCODINGS
from core.inspection.report import decisions_in_order
from core.model_files import ModelFiles
from core.semantic.display import format_moment
from core.semantic.units import display_unit
from core.services import Services
from core.types import Answer, User
from core.ui import answer_way, inspector_history, inspector_state, runtime
from core.ui.text import cut
from tests.alert_desk import feed
from tests.drafting.shop import sqlite_shop
from tests.ui import fake_model_answers, fake_passports, fake_reports, pseudo
from tests.ui import test_thresholds as test_thresholds_page
from tests.ui.conftest import Site
from tests.ui.fake_services import SUGGESTIONS, USERS
from tests.ui.test_boards import opened
from tests.ui.test_chat import settled
from tests.ui.test_data import admit

QUESTIONS = (
    "Which pumps vibrated most last week?",
    "Daily OEE per plant in June",
    "What is the total of a single figure",
    "ten thousand rows please",
    "a long text please",
    "wobbliness of compressors",
    "operator names",
    "bad sensor",
    "no rows",
    "broken store",
    "next year",
    "top 5 pumps",
    *(f"{name} of the model" for name in fake_model_answers.BUILDERS),
)
STATEMENTS = tuple(
    getattr(fake_reports, name)
    for name in ("GOOD", "STAR", "REFUSED", "BROKEN", "OVER", "SILENT", "NO_PLAN", "DOWN", "NONE")
)


def in_all(*values: str) -> list[ParameterSet]:
    """Looked at by `make test-all` alone: what they show is nearly that of the others."""
    return [pytest.param(value, marks=pytest.mark.thorough) for value in values]


def in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text stands in brackets, and all that opens is open."""
    monkeypatch.setattr(translation, "_catalogue", lambda language: pseudo.Pseudo())
    for kind in (TabContainer, ExpanderContainer, PopoverContainer):
        monkeypatch.setattr(kind, "open", property(lambda self: True, lambda self, is_open: None))


@pytest.fixture
def site(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """In the language of brackets, with all that opens open."""
    in_brackets(monkeypatch)
    none = SimpleNamespace(boards=lambda user: (), kept_time=lambda answer, user: "")
    monkeypatch.setattr(site.services, "boards", none, raising=False)
    return site


def data(site: Site) -> Iterator[str]:
    """What the pages show that is not theirs to say."""
    yield from translation.LANGUAGES.values()
    yield from ("Gemba", "Question parser", "UTC", "HAM", "AUS", "HPH", "Markdown", "JSON")
    yield from SUGGESTIONS
    yield from pseudo.texts_in((fake_passports.MANY, fake_passports.CHANGES))
    yield from pseudo.texts_in(USERS)
    yield from pseudo.texts_in(load_policy().roles)
    services = site.services
    for name, statement, _ in services.inspected:
        yield from said_of(statement, USERS[name])
    yield from map(inspector_history.title, services.runs)
    for user in USERS.values():
        yield from pseudo.texts_in(services.catalogue(user))
        yield from pseudo.texts_in(services.access(user))
    parts = runtime.runtime()
    held = [c.turns for mine in parts.conversations._held.values() for c in mine.values()]
    runs = [[*mine.values()] for mine in parts.sql_runs._kept.values()]
    for turn in (turn for turns in [*held, *runs] for turn in turns):
        yield turn.question
        yield from pseudo.texts_in(turn.answer)
        made = turn.answer.made if turn.answer is not None else None
        yield from (cut(a.why, answer_way._MOST_WHY) for a in (made.attempts if made else ()))
    for kept in services.passports._kept.values():
        yield from pseudo.texts_in(kept)
        yield from (text[:12] for text in pseudo.texts_in(kept.versions))
        yield from (format_moment(at) for at in (kept.at, kept.watermark.newest) if at)
        if kept.rows is not None:
            yield kept.rows.content[0][:12]
        found = fake_passports._found(kept)
        yield from pseudo.texts_in((found.why, found.notes, found.changes))


def said_of(statement: str, user: User) -> Iterator[str]:
    """What the checks of a statement say that is not why a rule refused or rewrote it."""
    try:
        made = fake_reports.report_on(statement, user)
        yield from pseudo.texts_in(replace(made, inspection=None))
        for decision in decisions_in_order(made.inspection):
            yield from (decision.rule, decision.offending)
            yield from pseudo.texts_in(list(getattr(decision.reason, "values", {}).values()))
        yield from pseudo.texts_in(made.inspection.governed)
    except Unavailable as error:
        yield str(error)


def untold(site: Site, app: AppTest) -> list[str]:
    return left_of(app, data(site))


def left_of(app: AppTest, data: Iterable[str]) -> list[str]:
    """What the page says that is neither translated nor data."""
    assert not app.exception, app.exception
    months = (f"{dt.date(2026, month, 1):%b}" for month in range(1, 13))
    known = pseudo.longest_first([*data, *months])
    left = {pseudo.said_by_nobody(text, known) for text in pseudo.shown(app)}
    return sorted(left - {""})


def visit(site: Site, name: str, page: str = "") -> AppTest:
    app = site.signed_in(name)
    if page:
        app.switch_page(f"../../pages/{page}.py").run()
    return app


def test_the_sign_in(site: Site) -> None:
    assert untold(site, site.visit()) == []


@pytest.mark.parametrize("name", ["admin", "engineer"])
@pytest.mark.parametrize("page", ["ask", "catalogue", "inspect", "access"])
def test_a_page_before_anything_is_done(site: Site, name: str, page: str) -> None:
    left = untold(site, visit(site, name, page))
    assert not left, "\n".join(left)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer(site: Site, question: str) -> None:
    app = visit(site, "engineer")
    app.chat_input[0].set_value(question).run()
    settled(app)
    left = untold(site, app)
    assert not left, "\n".join(left)


def test_a_conversation(site: Site) -> None:
    app = visit(site, "engineer")
    for question in QUESTIONS[:4]:
        app.chat_input[0].set_value(question).run()
        settled(app)
    left = untold(site, app)
    assert not left, "\n".join(left)
    app.button(key=next(b.key for b in app.button if str(b.key).startswith("compare."))).click()
    left = untold(site, app.run())
    assert not left, "\n".join(left)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement(site: Site, statement: str) -> None:
    app = visit(site, "admin", "inspect")
    app.text_area(key=inspector_state.SQL).set_value(statement).run()
    button = app.button(key="inspect.run") if statement != fake_reports.DOWN else None
    if button is not None and not button.disabled:
        button.click().run()
        settled(app)
    left = untold(site, app)
    assert not left, "\n".join(left)


@pytest.fixture
def real(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The real services, in the language of brackets, with all that opens open."""
    in_brackets(monkeypatch)
    return services


def said_to(services: Services, name: str, *answers: Answer) -> Iterator[str]:
    """What is data on the pages of boards and handover: names, and what the model and answers
    say."""
    user = services.policy.user(name)
    yield from pseudo.texts_in((translation.LANGUAGES, USERS, answers, "Gemba", "PDF", "PNG"))
    yield from pseudo.texts_in((load_policy().roles, services.catalogue(user)))
    yield from pseudo.texts_in([services.choices(answer, user) for answer in answers])
    yield from pseudo.texts_in(services.model("plant"))


@pytest.mark.parametrize("name", ["admin", "engineer"])
def test_boards_and_their_cards(real: Services, name: str) -> None:
    user = real.policy.user(name)
    left = left_of(opened(name, "boards"), said_to(real, name))
    assert not left, "\n".join(left)
    board = real.boards.make("Morning", user).id
    answer = real.answer("OEE by line last week", user)
    card = real.boards.pin(board, answer, user)
    known = [*said_to(real, name, answer, real.boards.run(card, user)), "Morning"]
    left = left_of(opened(name, "boards", board), known)
    assert not left, "\n".join(left)


def sheet_of(services: Services, name: str) -> Iterator[str]:
    """What the newest sheet says, in its plant's language by tables of its own."""
    user = services.policy.user(name)
    desk = services.handover
    plant = desk.plants(user)[0]
    sheet = desk.sheet(plant.id, user)
    model = desk.model_of(sheet, user)
    words = words_of(sheet, model, "")
    yield from pseudo.texts_in((plant, tables_of(sheet, model, words)))
    yield from (
        subtitle_of(sheet, words),
        quality_of(sheet, words),
        signed_line(None, words, "UTC"),
    )
    yield from (words.say("title", plant=plant.name), words.say("notes"), words.say("no_notes"))
    yield words.say("data_to", moment=words.moment(sheet.until))
    yield from (shift.name for shift in desk.shifts(plant.id, user))


def test_a_handover_sheet(real: Services) -> None:
    known = [*said_to(real, "engineer"), *sheet_of(real, "engineer")]
    left = left_of(opened("engineer", "handover"), known)
    assert not left, "\n".join(left)


@pytest.mark.parametrize("name", ["admin", *in_all("viewer")])
def test_alerts_and_their_health(real: Services, name: str) -> None:
    user = real.policy.user(name)
    left = left_of(opened(name, "alerts"), said_to(real, name))
    assert not left, "\n".join(left)
    feed.fill(real.settings.state_dir)
    shown = (feed.alerts(), feed.REASON, real.alerts.health(user, 30))
    known = [*said_to(real, name), *pseudo.texts_in((shown, real.alerts.plant_health(user, 30)))]
    app = opened(name, "alerts")
    left = left_of(app, known)
    assert not left, "\n".join(left)
    left = left_of(app.segmented_control(key="alerts.whose").set_value("plant").run(), known)
    assert not left, "\n".join(left)


@pytest.mark.parametrize("number", [0, 2, 4])
def test_an_alerts_story(real: Services, number: int) -> None:
    user = real.policy.user("admin")
    feed.fill(real.settings.state_dir)
    alert = feed.alerts()[number]
    story = real.alerts.story(alert.id, user)
    assert story is not None
    app = opened("admin", "alerts")
    app.query_params["alert"] = alert.id
    known = [*said_to(real, "admin"), *pseudo.texts_in((story.moments, story.threshold, alert))]
    left = left_of(app.run(), [*known, story.zone, story.question])
    assert not left, "\n".join(left)


def test_an_answer_whose_parts_can_be_changed(real: Services) -> None:
    app = opened("engineer", "ask")
    app.chat_input[0].set_value("OEE by line last week").run()
    held = runtime.runtime().conversations._held.values()
    turns = [turn for mine in held for one in mine.values() for turn in one.turns]
    until = time.monotonic() + 20
    while any(turn.job.is_running for turn in turns) and time.monotonic() < until:
        time.sleep(0.1)
    known = said_to(real, "engineer", *(turn.answer for turn in turns if turn.answer))
    left = left_of(app.run(), [*known, *(turn.question for turn in turns)])
    assert not left, "\n".join(left)


@pytest.mark.parametrize("name", ["admin", *in_all("viewer", "engineer")])
@pytest.mark.parametrize("view", ["limits", "drafts", "files"])
def test_thresholds(real: Services, name: str, view: str) -> None:
    one, drafts = thresholds_of(real)
    app = test_thresholds_page.opened(name, one, view)
    left = left_of(app, [*said_to(real, name), *drafts])
    assert not left, "\n".join(left)


@pytest.mark.parametrize("part", ["suggest", *in_all("fields", "versions")])
def test_a_threshold_with_a_draft(real: Services, part: str) -> None:
    one, drafts = thresholds_of(real)
    app = test_thresholds_page.opened("admin", one)
    app.session_state["thresholds.part"] = part
    app.session_state["thresholds.beside"] = True
    app.run()
    if part == "suggest":
        app.button(key="thresholds.suggest").click().run()
    left = left_of(app, [*said_to(real, "admin"), *drafts])
    assert not left, "\n".join(left)


@pytest.mark.thorough
def test_a_threshold_that_is_being_written(real: Services) -> None:
    app = test_thresholds_page.opened("engineer")
    app.button(key="thresholds.new").click().run()
    for kind in ("band", "rate", "deviation", "missing"):
        next(s for s in app.selectbox if str(s.key).endswith(".kind")).set_value(kind).run()
        left = left_of(app, [*said_to(real, "engineer"), *thresholds_data(real)])
        assert not left, "\n".join(left)


def thresholds_of(real: Services) -> tuple[str, list[str]]:
    """Id of a threshold in force with a draft, and what is data on their page."""
    at = test_thresholds_page.bench(real)
    one = test_thresholds_page.published(real, high=2.0)
    at.save(dataclasses.replace(one, high=3.0, on_delay_min=20, latch=True, realarm_min=60))
    return one.id, thresholds_data(real)


def thresholds_data(real: Services) -> list[str]:
    at = test_thresholds_page.bench(real)
    shown = [*pseudo.texts_in((at.sets(), list(at.grounds.places.assets), at.grounds.levels))]
    units = ("mm/s", "°C", "bar", "kW", "min", "UTC", "CSV", "MB", "Cel", "Europe/Berlin")
    zones = [*at.grounds.model.timezones.values()]
    shifts = ("Early", "Late", "Night", "ISO", "Europe", "Berlin")
    figures = [figure.source for figure in FIGURES]
    return [*shown, *units, *zones, *shifts, *figures, "2026-06-30 14:05"]


EXPORT = (
    "Time;TIC-103 [°C];PT-101 (bar);Operator name\n01/02/2026 00:00;20,5;1,2;Ann Example\n"
    "01/02/2026 00:10;x;1,3;Ann Example\n01/02/2026 00:10;20,7;1,4;Ann Example\n"
    "01/02/2026 05:00;20,9;1,4;Bob Example\n"
)
ORDERS = "Day,Kiln,Mass\n" + "".join(f"2026-02-{k:02},K{k % 3},{k}.5\n" for k in range(1, 28))


def acted(app: AppTest, key: str) -> AppTest:
    """After a look, a check or an import."""
    if key:
        app.button(key=key).click().run()
    for _ in range(200):
        if not any(b.key == "import.stop" for b in app.button):
            return app.run()
        time.sleep(0.05)
        app.run()
    raise AssertionError("it runs for ever")


def of_files(app: AppTest, *more: object) -> Iterator[str]:
    """What is data of files: what is in them, and how they are written, but no note on them."""
    if "import.found" in app.session_state:
        found = app.session_state["import.found"]
        yield from pseudo.texts_in(replace(found, notes=(), questions=()))
        yield from (", ".join(column.samples) for column in found.columns)
        yield from (display_unit(unit) for unit in ("Cel", "bar"))
    if "import.report" in app.session_state:
        yield from pseudo.texts_in(
            replace(app.session_state["import.report"], notes=(), confirm=())
        )
    yield from pseudo.texts_in((CELLS, ENCODINGS, "CSV", *more))


@pytest.mark.parametrize("content", [EXPORT, ORDERS], ids=["export", "table"])
def test_import(real: Services, tmp_path: Path, content: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "given.csv").write_text(content, encoding="cp1252")
    real.settings = replace(real.settings, import_dir=str(folder))
    app = opened("admin", "import")
    known = [*said_to(real, "admin"), *of_files(app, str(folder), "GEMBA_IMPORT_DIR")]
    assert left_of(app, known) == []
    app.text_input(key="import.path").set_value("given.csv").run()
    acted(app, "import.take_path")
    for ask in [r for r in app.radio if str(r.key).startswith("import.ask.")]:
        left = left_of(app, [*known, *of_files(app, "given", "01/02/2026 00:00", "Time")])
        assert not left, "\n".join(left)
        acted(ask.set_value("dmy").run(), "")
    for key in ("import.again", "import.check", "import.load"):
        acted(app, key)
        left = left_of(app, [*known, *of_files(app, "given", "Given", "TIC-103 [°C]")])
        assert not left, "\n".join(left)
        if key == "import.check" and content == EXPORT:
            assert "⟦One cell is no value" in "".join(pseudo.shown(app))
            app.checkbox(key="import.bad").check().run()


def test_import_of_several_tables(real: Services, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "given"
    folder.mkdir(parents=True)
    days = "".join(f"{k},0{k % 9 + 1}/02/2026,{k % 3}\n" for k in range(1, 9))
    (folder / "runs.csv").write_text(f"Run,Day,Kiln\n{days}")
    (folder / "kilns.csv").write_text("Kiln,Hall [m]\n0,1\n1,2\n2,3\n")
    (folder / "halls.csv").write_text("Kiln,Hall [m]\n0,5\n1,6\n2,7\n")
    real.settings = replace(real.settings, import_dir=str(folder.parent))
    app = opened("admin", "import")
    known = [*said_to(real, "admin"), str(folder.parent), "GEMBA_IMPORT_DIR", "given", "Given"]

    def left() -> list[str]:
        data = list(known)
        if "import.found" in app.session_state:
            found = app.session_state["import.found"]
            for table in found.tables:
                plain = replace(table.found, notes=(), questions=())
                data += [table.name, *table.keys, *pseudo.texts_in(plain)]
                data += [f"{c.label} [{display_unit(c.unit)}]" for c in plain.columns if c.unit]
                data += [", ".join(column.samples) for column in plain.columns]
                data += [display_unit("m"), "Kiln · Hall [m]", "Run · Day · Kiln"]
            if found.report is not None and found.report.proposal is not None:
                data += pseudo.texts_in(found.report.proposal)
                data += ["Kiln → kilns.kiln", "kiln → halls.kiln", "kiln → kilns.kiln"]
        if "import.report" in app.session_state:
            for one in app.session_state["import.report"].tables:
                data += pseudo.texts_in(replace(one, notes=(), confirm=()))
        return left_of(app, [*data, *pseudo.texts_in((CELLS, ENCODINGS))])

    app.text_input(key="import.path").set_value("given").run()
    acted(app, "import.take_path")
    assert left() == []
    (ask,) = [r for r in app.radio if str(r.key).startswith("import.ask.")]
    acted(ask.set_value("dmy").run(), "")
    assert left() == []
    for key in ("import.check", "import.load"):
        acted(app, key)
        assert left() == []


@pytest.fixture
def shop(real: Services, tmp_path: Path) -> Services:
    """A shop's model beside: a draft."""
    data = real.settings.data_dir
    found = Wanted(str(sqlite_shop(tmp_path / "shop.db")))
    init(found, ModelFiles(data / "none", data / "models"), data)
    return real


def of_model(services: Services) -> Iterator[str]:
    """What is data of the shop's model: its names and text."""
    admin = services.policy.user("admin")
    sheet = services.model_desk.open("shop", admin)
    yield pseudo._DIRECTIVE.sub("", sheet.text)  # a field holds it as it is
    desk = services.model_desk
    yield from pseudo.texts_in((sheet, desk.listed(admin), desk.versions("shop", admin)))
    assert sheet.model is not None
    for table in sheet.model.tables.values():
        yield from (", ".join(column.synonyms) for column in table.columns.values())
        yield from (display_unit(column.unit) for column in table.columns.values() if column.unit)
    found = services.model_desk.difference("shop", admin) if sheet.is_draft else ()
    yield from pseudo.texts_in(found)
    yield from ("shop", "UTC", "SQL")


@pytest.mark.parametrize("view", ["columns", "metrics", "text", "try", "publish"])
def test_models(shop: Services, view: str) -> None:
    app = models_page(view)
    left = left_of(app, [*said_to(shop, "admin"), *of_model(shop)])
    assert not left, "\n".join(left)
    if view == "publish":
        known = [*said_to(shop, "admin"), *of_model(shop)]
        app.button(key="models.publish").click().run()
        left = left_of(app, [*known, *of_model(shop)])
        assert not left, "\n".join(left)


def models_page(view: str) -> AppTest:
    app = opened("admin", "models")
    app.session_state["models.view"] = view
    app.session_state["models.model"] = "shop"
    return app.run()


@pytest.mark.parametrize("act", ["release", *in_all("", "discard", "check")])
def test_data_quality(real: Services, act: str) -> None:
    batch = admit(real, "wrong")
    model = real.parts().model
    held = real.gates.batches.held(model.name)
    samples = [one.samples for one in held[0].report.failed]
    names = ("plant_obt", "alarm_events", "work_orders", "UTC", "HAM", "wrong.csv", "admin")
    app = opened("admin", "data")
    known = [*said_to(real, "admin"), *pseudo.texts_in((samples, names)), "-60 … 1500 °C"]
    left = left_of(app, known)
    assert not left, "\n".join(left)
    if act:
        target = batch if act != "check" else "work_orders"
        app.button(key=f"data.{act}.{target}").click().run()
        left = left_of(app, known)
        assert not left, "\n".join(left)
