"""Every text of the corpus page is one that is translated, or data."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core import translation
from core.curation.checking import Draft
from core.errors import Unavailable
from core.ui.corpus_words import short, value
from tests.ui import fake_corpus as first
from tests.ui import pseudo
from tests.ui.conftest import Site
from tests.ui.fake_desk import gate_report
from tests.ui.fake_services import USERS
from tests.ui.test_corpus import BEARING, PUMPS, click, desk, edit, opened, ran
from tests.ui.test_corpus_review import gated, listing, tried, upload
from tests.ui.test_every_text import in_brackets, left_of

#: Characters that the page cuts texts at.
_CUTS = (60, 120, 200, 240, 300, 600)
OLD, COLUMN, NOTE, SCRAP, REFUSED = (
    first.ident(name) for name in ("old", "column", "oee", "scrap", "refused")
)


@pytest.fixture
def site(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """In the language of brackets, with all that opens open."""
    in_brackets(monkeypatch)
    return site


def untold(site: Site, app: AppTest) -> list[str]:
    return left_of(app, data(site))


def data(site: Site) -> Iterator[str]:
    """What people wrote, what the desk says, and names."""
    yield pseudo._DIRECTIVE.sub("", first.HOSTILE)  # a field holds it as it is
    yield from (
        "Gemba",
        "Question parser",
        "UTC",
        "JSON Lines",
        "CSV",
        "SQL",
        "HAM",
        "AUS",
        "HPH",
        "ms",
        "mm/s",
    )
    yield from pseudo.texts_in((translation.LANGUAGES, USERS))
    corpus, admin = site.services.corpus, desk(site)
    held = (corpus.entries, corpus.cases, corpus.versions, corpus.batches, corpus.publishes)
    for text in pseudo.texts_in((*held, corpus.suggested, first.reports(), gate_report())):
        yield text
        yield from (short(text, most) for most in _CUTS)
    yield from (stage for c in corpus.cases.values() for stage in c.evidence.get("timings_ms", ()))
    yield from pseudo.texts_in((admin.twins(), admin.try_retrieval("shaking pumps")))
    for entry in corpus.entries.values():
        yield short(value("paraphrases", entry.paraphrases), 600)
        drafts = (Draft.of(entry), Draft("qa", entry.text), Draft("qa", "", sql="SELECT SLEEP(5)"))
        yield from pseudo.texts_in([admin.check(draft) for draft in drafts])
        yield from pseudo.texts_in(admin.paraphrases(entry.id))


@pytest.mark.parametrize("view", ["queue", "entries", "publish", "files", "acts"])
def test_a_view_before_anything_is_done(site: Site, view: str) -> None:
    left = untold(site, opened(site, view))
    assert not left, "\n".join(left)


@pytest.mark.parametrize("name", [PUMPS, BEARING, OLD, COLUMN, NOTE, SCRAP, REFUSED])
def test_an_entry(site: Site, name: str) -> None:
    left = untold(site, opened(site, entry=name))
    assert not left, "\n".join(left)


@pytest.mark.parametrize("name", ["c-pumps", "c-scrap", "c-lost", "c-saved", "c-hostile"])
def test_a_report(site: Site, name: str) -> None:
    left = untold(site, click(opened(site), f"corpus.case.{name}"))
    assert not left, "\n".join(left)


@pytest.mark.parametrize("work", ["suggested", "twins"])
def test_what_use_suggests_and_what_is_there_twice(site: Site, work: str) -> None:
    app = listing(site, work)
    left = untold(site, app)
    assert not left, "\n".join(left)
    if work == "twins":
        left = untold(site, click(app, "corpus.group.1"))
        assert not left, "\n".join(left)


def new_question(site: Site) -> AppTest:
    app = click(opened(site, "entries"), "corpus.new_question")
    return edit(app, "new-qa", "text", "Vibration of pumps last week")


def new_note(site: Site) -> AppTest:
    return click(opened(site, "entries"), "corpus.new_note")


def with_wordings(site: Site) -> AppTest:
    return click(opened(site, entry=PUMPS), f"corpus.propose.{PUMPS}")


def with_a_problem(site: Site) -> AppTest:
    return edit(opened(site, entry=PUMPS), PUMPS, "sql", "SELECT SLEEP(5)")


def changed_meanwhile(site: Site) -> AppTest:
    app = edit(opened(site, entry=BEARING), BEARING, "text", "Which bearing ran hottest today?")
    admin = desk(site)
    admin.approve([BEARING])
    return ran(app.run())


def done_and_undone(site: Site) -> AppTest:
    admin = desk(site)
    for act in (admin.approve, admin.deprecate, admin.restore, admin.delete):
        act([BEARING], "because")
    batch = admin.undo(admin.batches()[0].id)
    admin.merge(PUMPS, [first.ident("again")])
    return click(opened(site, "acts"), f"corpus.act_of.{batch.id}")


def some_chosen(site: Site) -> AppTest:
    app = click(opened(site, "entries"), "corpus.choose_all")
    return click(app, "corpus.choose_all")


def approved(site: Site) -> AppTest:
    return click(opened(site, entry=BEARING), "corpus.act.approve")


def tried_out(site: Site) -> AppTest:
    return tried(opened(site, "entries"), "shaking pumps", "viewer")


def checked(site: Site) -> AppTest:
    return ran(gated(site).selectbox(key="corpus.gate_at").set_value("g1").run())


def published(site: Site) -> AppTest:
    app = ran(gated(site).checkbox(key="corpus.gate_sure").check().run())
    return click(app, "corpus.publish")


def a_file(site: Site) -> AppTest:
    return upload(site, "one\ntwo", "pairs.csv")


def an_empty_file(site: Site) -> AppTest:
    return upload(site, "")


def no_report_left(site: Site) -> AppTest:
    desk(site).dismiss(list(site.services.corpus.cases), "because")
    return opened(site)


def an_empty_corpus(site: Site) -> AppTest:
    site.services.corpus.entries.clear()
    return opened(site, "entries")


DONE: tuple[Callable[[Site], AppTest], ...] = (
    new_question, new_note, with_wordings, with_a_problem, changed_meanwhile, done_and_undone,
    some_chosen, approved, tried_out, checked, published, a_file, an_empty_file, no_report_left,
    an_empty_corpus,
)  # fmt: skip


@pytest.mark.parametrize("do", DONE, ids=lambda do: do.__name__)
def test_after_something_was_done(site: Site, do: Callable[[Site], AppTest]) -> None:
    app = do(site)
    known = ["one", "two", "because", "Vibration of pumps last week", "shaking pumps"]
    left = left_of(app, [*data(site), *known, "Which bearing ran hottest today?"])
    assert not left, "\n".join(left)


def test_a_file_whose_lines_are_wrong(site: Site) -> None:
    app = upload(site, "one\nwrong two")
    said = ("It has no SQL.", "Give it SQL or make it a note.")
    assert left_of(app, [*data(site), *said]) == []


def test_a_desk_that_does_not_answer(site: Site) -> None:
    site.services.corpus.trouble = Unavailable("The corpus could not be read.")
    app = opened(site, "entries")
    assert left_of(app, [*data(site), "The corpus could not be read."]) == []
