"""Every text on every page is one that is translated, or data."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer
from streamlit.elements.lib.mutable_popover_container import PopoverContainer
from streamlit.elements.lib.mutable_tab_container import TabContainer
from streamlit.testing.v1 import AppTest

from core import translation
from core.alerting.figures import FIGURES
from core.errors import Unavailable
from core.governance.policy import load_policy
from core.handover.page import signed_line
from core.handover.tables import quality_of, subtitle_of, tables_of, words_of
from core.inspection.report import decisions_in_order
from core.semantic.display import format_moment
from core.services import Services
from core.types import Answer, User
from core.ui import answer_way, inspector_history, inspector_state, runtime
from core.ui.text import cut
from tests.alert_desk import feed
from tests.ui import fake_model_answers, fake_passports, fake_reports, pseudo
from tests.ui import test_thresholds as test_thresholds_page
from tests.ui.conftest import Site
from tests.ui.fake_services import SUGGESTIONS, USERS
from tests.ui.test_boards import opened
from tests.ui.test_chat import settled

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
    known = [*data, *(f"{dt.date(2026, month, 1):%b}" for month in range(1, 13))]
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


@pytest.mark.parametrize("name", ["admin", "viewer"])
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


@pytest.mark.parametrize("name", ["admin", "engineer", "viewer"])
@pytest.mark.parametrize("view", ["limits", "drafts", "files"])
def test_thresholds(real: Services, name: str, view: str) -> None:
    one, drafts = thresholds_of(real)
    app = test_thresholds_page.opened(name, one, view)
    left = left_of(app, [*said_to(real, name), *drafts])
    assert not left, "\n".join(left)


@pytest.mark.parametrize("part", ["fields", "suggest", "versions"])
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
