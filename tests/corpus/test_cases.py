"""The review queue: cases from what users tell, merged, counted, decided with their entry."""

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.corpus import Corpus, Duplicate, Edit, New, Search, Stale, Told, reports
from core.corpus import cases as cases_module
from core.errors import Unavailable, UserFixable
from core.types import User
from tests.corpus.kept import ANNA, BO, OTHER, Audit, at, new, opened, qa

ALL = Search(model="plant")


def told(question: str = "OEE last week?", **more: object) -> Told:
    values: dict[str, object] = {"kind": "down", "model": "plant", "sql": "SELECT 1"}
    return Told(question=question, **{**values, **more})  # type: ignore[arg-type]


def test_equal_cases_are_one_and_count(corpus: Corpus) -> None:
    first = corpus.cases.tell(
        told(reason="wrong_number", text="too high", answer_id="a1", evidence={"rows": [[1]]}),
        ANNA,
        at(0),
    )
    again = corpus.cases.tell(told("oee of the last weeks", text="x", answer_id="a2"), BO, at(1))
    corpus.cases.tell(told("OEE, last week", text="still", answer_id="a3"), ANNA, at(2))
    assert first is not None
    assert again is not None
    assert first.id != again.id, "other words, another question"
    case = corpus.cases.get(first.id, "default")
    assert (case.reports, case.people, case.question, case.at) == (2, 1, "OEE, last week", at(2))
    assert [r.text for r in corpus.cases.reports(case.id, "default")] == ["still", "too high"]
    corpus.cases.tell(told(answer_id="a4"), BO, at(3))
    assert corpus.cases.get(first.id, "default").people == 2


def test_the_queue_begins_with_what_is_asked_most(corpus: Corpus) -> None:
    for minute, question in enumerate(["Scrap?", "OEE?", "Energy?", "Output?"]):
        corpus.cases.tell(told(question, answer_id=question), ANNA, at(minute))
    for _ in range(3):
        corpus.cases.count("what is the scrap", "plant", ANNA, at(9))
        corpus.cases.count("Energy", "plant", BO, at(9))
    corpus.cases.count("energy?", "plant", ANNA, at(9))
    queue = corpus.cases.queue("default", "plant")
    assert [(c.question, c.asked, c.asked_by) for c in queue] == [
        ("Energy?", 4, 2), ("Output?", 0, 0), ("OEE?", 0, 0), ("Scrap?", 0, 0),
    ]  # fmt: skip
    assert [c.question for c in corpus.cases.queue("default", "plant", offset=1, limit=1)] == [
        "Output?"
    ]
    assert corpus.cases.waiting("default", "plant") == {"down": 4}
    assert corpus.cases.queue("another", "plant") == ()
    often = corpus.cases.asked_often("default", "plant", people=2)
    assert [(o.question, o.times, o.people) for o in often] == [("energy?", 4, 2)]


def test_a_later_thumb_takes_the_place_of_the_earlier(corpus: Corpus) -> None:
    corpus.cases.tell(told(answer_id="a1"), ANNA, at(0))
    corpus.cases.tell(told(answer_id="a2"), BO, at(1))
    corpus.cases.tell(told(kind="up", answer_id="a1"), ANNA, at(2))
    found = {c.kind: (c.reports, c.people) for c in corpus.cases.queue("default", "plant")}
    assert found == {"up": (1, 1), "down": (1, 1)}
    corpus.cases.tell(told(kind="up", answer_id="a2"), BO, at(3))
    assert corpus.cases.waiting("default", "plant") == {"up": 1}


def test_accepting_adds_the_entry_in_the_same_act(corpus: Corpus, audit: Audit) -> None:
    case = corpus.cases.tell(told(kind="up"), ANNA, at(0))
    assert case is not None
    entry = qa(case.question, case.sql, status="verified", source="feedback", author=ANNA.name)
    batch = corpus.cases.accept(case.id, BO, at(1), entry=New(entry, "plan"), why="right")
    kept = corpus.browse.get(entry.id, "default")
    assert (kept.entry.status, kept.entry.verified_by, kept.is_staged) == ("verified", "bo", True)
    decided = corpus.cases.get(case.id, "default")
    assert (decided.state, decided.decided_by, decided.decided_at, decided.why) == (
        "accepted", "bo", at(1), "right",
    )  # fmt: skip
    assert (decided.entry, decided.batch) == (entry.id, batch.id)
    assert audit.records[-1][0] == "corpus.accept"
    assert audit.records[-1][2]["cases"][0]["after"] == "accepted"
    with pytest.raises(UserFixable, match="decided by bo"):
        corpus.cases.reject([case.id], ANNA, at(2))
    again = corpus.cases.tell(told(kind="up", answer_id="n"), ANNA, at(3))
    assert again is not None
    assert again.id != case.id, "what is decided stays decided"


def test_a_refused_entry_leaves_the_case_open(corpus: Corpus, audit: Audit) -> None:
    corpus.editing.add(new(qa("OEE last week?")), ANNA, at(0))
    case = corpus.cases.tell(told(), ANNA, at(1))
    assert case is not None
    with pytest.raises(Duplicate):
        corpus.cases.accept(case.id, BO, at(2), entry=New(qa("OEE last week")))
    audit.error = Unavailable("The audit record could not be written.")
    with pytest.raises(Unavailable):
        corpus.cases.reject([case.id], BO, at(2))
    assert corpus.cases.get(case.id, "default").state == "open"
    assert corpus.browse.page(ALL, "default").total == 1


def test_fixing_changes_an_entry_and_undo_opens_the_case(corpus: Corpus) -> None:
    entry = qa("OEE of last week?")
    corpus.editing.add(new(entry), ANNA, at(0))
    case = corpus.cases.tell(told(reason="wrong_filter"), ANNA, at(1))
    assert case is not None
    corpus.editing.approve([entry.id], ANNA, at(1))
    with pytest.raises(Stale):
        corpus.cases.fix(case.id, BO, at(2), edit=Edit(entry.id, 1, sql="SELECT 2"))
    batch = corpus.cases.fix(case.id, BO, at(2), edit=Edit(entry.id, 2, sql="SELECT 2"))
    assert corpus.cases.get(case.id, "default").state == "fixed"
    corpus.editing.undo(batch.id, BO, at(3))
    assert corpus.cases.get(case.id, "default").state == "open"
    assert corpus.browse.get(entry.id, "default").entry.sql == "SELECT 1"


def test_accepting_into_an_entry_adds_the_wording(corpus: Corpus) -> None:
    entry = qa("OEE of the past week?")
    corpus.editing.add(new(entry), ANNA, at(0))
    case = corpus.cases.tell(told(kind="up"), ANNA, at(1))
    assert case is not None
    wording = Edit(entry.id, 1, paraphrases=(case.question,))
    corpus.cases.accept(case.id, BO, at(2), into=wording)
    assert corpus.browse.get(entry.id, "default").entry.paraphrases == ("OEE last week?",)
    assert corpus.cases.get(case.id, "default").entry == entry.id


def test_rejecting_is_of_all_or_of_none(corpus: Corpus) -> None:
    ids = [
        case.id
        for minute, question in enumerate(["Scrap?", "OEE?"])
        if (case := corpus.cases.tell(told(question), ANNA, at(minute))) is not None
    ]
    with pytest.raises(UserFixable):
        corpus.cases.reject([*ids, "not-there"], BO, at(2))
    assert len(corpus.cases.queue("default", "plant")) == 2
    with pytest.raises(UserFixable):
        corpus.cases.reject(ids, OTHER, at(2))
    batch = corpus.cases.reject(ids, BO, at(3), why="noise")
    assert corpus.cases.queue("default", "plant") == ()
    assert len(corpus.cases.queue("default", "plant", state="rejected")) == 2
    corpus.editing.undo(batch.id, BO, at(4))
    assert len(corpus.cases.queue("default", "plant")) == 2


def test_texts_of_users_are_cleaned_and_bounded(corpus: Corpus) -> None:
    case = corpus.cases.tell(
        told("OEE\u202e \x00 last\ud800 week? " + "x" * 900, text="a\x00b\u2066c"), ANNA, at(0)
    )
    assert case is not None
    assert case.question.startswith("OEE last week? xxx")
    assert len(case.question) <= 500
    assert corpus.cases.reports(case.id, "default")[0].text == "abc"
    with pytest.raises(UserFixable, match="under 2,000"):
        corpus.cases.tell(told(text="x" * 2_001), ANNA, at(0))
    with pytest.raises(UserFixable, match="Did you mean 'wrong_number'"):
        corpus.cases.tell(told(reason="wrong_numbr"), ANNA, at(0))
    assert corpus.cases.tell(told("?!"), ANNA, at(0)) is None


def test_reports_cases_and_counts_are_bounded(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "KEPT_REPORTS", 3)
    monkeypatch.setattr(reports, "KEPT_CASES", 4)
    monkeypatch.setattr(cases_module, "KEPT_ASKED", 10)
    for n in range(5):
        case = corpus.cases.tell(told(text=str(n), answer_id=f"a{n}"), ANNA, at(n))
    assert case is not None
    assert case.reports == 5
    assert [r.text for r in corpus.cases.reports(case.id, "default")] == ["4", "3", "2"]
    for n in range(9):
        corpus.cases.tell(told(f"what of {n}", kind="clarified"), ANNA, at(10 + n))
        corpus.cases.tell(told(f"this of {n}", kind="saved"), ANNA, at(10 + n))
    assert corpus.cases.waiting("default", "plant") == {"down": 1, "saved": 9}
    for n in range(30):
        corpus.cases.count(f"number {n}", "plant", ANNA, at(n))
    assert len(corpus.cases.asked_often("default", "plant")) <= 11


def test_a_saved_question_takes_the_place_of_the_same_one(corpus: Corpus) -> None:
    theirs = User("anna", "engineer", ("N",), tenant="another")
    corpus.cases.save("  What  is it? ", "SELECT 1", "plant", ANNA)
    corpus.cases.save("What is it?", "SELECT 2", "plant", ANNA)
    corpus.cases.save("What is it?", "SELECT 3", "plant", BO)
    (mine,) = corpus.cases.saved(ANNA)
    assert (mine.question, mine.sql, mine.status) == ("What is it?", "SELECT 2", "open")
    assert [s.author for s in corpus.cases.saved(ANNA, everyone=True)] == ["bo", "anna"]
    assert corpus.cases.saved(theirs, everyone=True) == ()


@pytest.mark.parametrize("text", ["", "   \n", "x" * 501, "?"])
def test_what_is_no_question_is_not_saved(corpus: Corpus, text: str) -> None:
    with pytest.raises(UserFixable):
        corpus.cases.save(text, "SELECT 1", "plant", ANNA)
    assert corpus.cases.saved(ANNA) == ()


def test_questions_saved_before_there_were_cases_are_taken_over(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'gemba.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE saved_questions (id INTEGER PRIMARY KEY, tenant VARCHAR(64), author "
            "VARCHAR(128), at DATETIME, model VARCHAR(64), question TEXT, sql TEXT, status "
            "VARCHAR(16))"
        )
        connection.execute(
            sa.text(
                "INSERT INTO saved_questions VALUES "
                "(1, 'default', 'anna', '2026-06-30 12:00:00.000000', 'plant', 'OEE?', 'SELECT 1', "
                "'candidate'), (2, 'another', 'carl', '2026-06-30 12:01:00.000000', 'plant', "
                "'Scrap?', 'SELECT 2', 'candidate')"
            )
        )
    engine.dispose()
    for _ in range(2):
        with opened(tmp_path) as corpus:
            (mine,) = corpus.cases.saved(ANNA, everyone=True)
            assert (mine.author, mine.question, mine.sql, mine.at) == (
                "anna", "OEE?", "SELECT 1", dt.datetime(2026, 6, 30, 12),
            )  # fmt: skip
            assert [s.question for s in corpus.cases.saved(OTHER)] == ["Scrap?"]
            assert not sa.inspect(corpus._ledger.engine).has_table("saved_questions")
