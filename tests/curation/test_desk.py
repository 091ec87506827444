"""An admin's desk: drafts are governed and run, cases decided, changes tried, then published."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.corpus import REASONS, Search, Stale, Told
from core.curation.checking import Draft
from core.curation.desk import Desk
from core.curation.gate import Stopped
from core.errors import Refused, UserFixable
from core.services import Services

IDLE = "What is the idle load of Hamburg in May?"
IDLE_SQL = (
    "SELECT SUM(energy_kwh) AS idle_kwh FROM plant_obt WHERE plant_id = 'HAM' AND run_min = 0 "
    "AND event_date >= '2026-05-01' AND event_date < '2026-06-01'"
)


@pytest.fixture(autouse=True)
def put_back(desk: Desk) -> Iterator[None]:
    """What a test added and did not publish is gone after it."""
    yield
    mine = desk.page(Search("plant", author=desk.user.name)).items
    fresh = [s.entry.id for s in mine if s.live_version is None]
    if fresh:
        desk.delete(fresh)
        desk.purge(fresh)


def idle() -> Draft:
    return Draft("qa", IDLE, sql=IDLE_SQL)


# -- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["engineer", "viewer"])
def test_only_who_administers_gets_a_desk(services: Services, name: str):
    with pytest.raises(Refused, match="administrators"):
        services.desk(services.policy.user(name))


# -- drafts ------------------------------------------------------------------------------------


def test_a_sound_draft_shows_its_rows_and_parameters(desk: Desk):
    checked = desk.check(idle())
    assert checked.problems == ()
    assert checked.can_save
    assert checked.can_verify
    assert checked.answer is not None
    assert checked.answer.result is not None
    assert checked.answer.result.row_count == 1
    assert [p.split(":")[0] for p in checked.parameters] == ["Plant", "Time"]


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE plant_obt",
        "SELECT * FROM information_schema.tables",
        "SELECT nothing FROM plant_obt",
        "SELEC",
        "SELECT 1; SELECT 2",
    ],
)
def test_sql_that_may_not_run_is_not_kept(desk: Desk, sql: str):
    before = desk.page(Search("plant")).total
    draft = Draft("qa", IDLE, sql=sql)
    checked = desk.check(draft)
    assert [p.field for p in checked.problems if p.blocks] == ["sql"]
    with pytest.raises(UserFixable):
        desk.save(draft)
    assert desk.page(Search("plant")).total == before


def test_a_question_must_say_the_time_that_its_sql_reads(desk: Desk):
    checked = desk.check(Draft("qa", IDLE.replace("May", "April"), sql=IDLE_SQL))
    assert checked.can_save
    assert not checked.can_verify
    batch = desk.save(Draft("qa", IDLE.replace("May", "April"), sql=IDLE_SQL))
    with pytest.raises(UserFixable, match="cannot be verified"):
        desk.verify([batch.changes[0].id])


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft("qa", " ", sql=IDLE_SQL), "text"),
        (Draft("qa", IDLE), "sql"),
        (Draft("doc", "A note."), "title"),
        (Draft("doc", "A note.", title="x", plants=("NOWHERE",)), "plants"),
        (Draft("ddl", "A column.", title="plant_obt.x"), "text"),
    ],
)
def test_what_is_missing_is_told_at_its_field(desk: Desk, draft: Draft, field: str):
    checked = desk.check(draft)
    assert field in [p.field for p in checked.problems if p.blocks]
    assert not checked.can_save


def test_an_equal_question_is_shown_as_a_twin(desk: Desk):
    first = desk.save(idle()).changes[0].id
    twins = desk.check(Draft("qa", IDLE.upper(), sql=IDLE_SQL)).twins
    assert first in [t.id for t in twins]
    assert desk.check(Draft.of(desk.get(first).entry)).twins == ()


def test_an_edit_from_an_older_version_is_refused_with_what_changed(desk: Desk):
    entry = desk.get(desk.save(idle()).changes[0].id).entry
    desk.save(
        Draft(
            "qa",
            IDLE,
            sql=IDLE_SQL,
            paraphrases=("idle energy of Hamburg in May",),
            id=entry.id,
            base=entry.version,
        )
    )
    with pytest.raises(Stale) as told:
        desk.save(Draft("qa", IDLE + " now", sql=IDLE_SQL, id=entry.id, base=entry.version))
    assert [c.field for c in told.value.changes] == ["paraphrases"]


# -- cases ---------------------------------------------------------------------------------------


def tell(services: Services, question: str) -> str:
    user = services.policy.user("engineer")
    told = Told("down", "plant", question, IDLE_SQL, reason="wrong_number", answer_id="a1")
    case = services.corpus.cases.tell(told, user)
    assert case is not None
    return case.id


def test_an_accepted_case_becomes_an_entry_and_both_come_back_together(
    services: Services, desk: Desk
):
    id_ = tell(services, IDLE)
    batch = desk.accept(id_, idle(), "as the foreman says")
    case = desk.case(id_)
    assert (case.state, case.why) == ("accepted", "as the foreman says")
    assert desk.get(case.entry).entry.text == IDLE
    desk.undo(batch.id)
    assert desk.case(id_).state == "open"


def test_a_case_is_not_decided_by_sql_that_may_not_run(services: Services, desk: Desk):
    id_ = tell(services, "How many secrets are there?")
    with pytest.raises(UserFixable):
        desk.accept(id_, Draft("qa", "How many secrets are there?", sql="DELETE FROM plant_obt"))
    assert desk.case(id_).state == "open"


def test_reasons_are_those_of_the_form():
    assert set(REASONS) == {
        "wrong_number", "wrong_filter", "wrong_time", "misunderstood", "slow", "chart", "other",
    }  # fmt: skip


# -- publishing ----------------------------------------------------------------------------------


@pytest.fixture
def golden(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "plant.jsonl"
    lines = [
        {"id": "g1", "question": IDLE, "check_sql": IDLE_SQL},
        {
            "id": "g2",
            "question": "energy in May",
            "check_sql": "SELECT SUM(energy_kwh) AS e FROM plant_obt "
            "WHERE event_date >= '2026-05-01' AND event_date < '2026-06-01'",
        },
    ]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    monkeypatch.setattr(type(desk), "_questions", lambda *_: _read(path))
    return path


def _read(path: Path):
    from core.evaluation import read_questions

    return list(read_questions(path))


def test_staged_changes_answer_only_after_a_publish(services: Services, desk: Desk, golden: Path):
    asker = services.policy.user("engineer")
    assert services.answer(IDLE, asker).status == "clarify"
    id_ = desk.save(idle()).changes[0].id
    desk.verify([id_])
    assert services.answer(IDLE, asker).status == "clarify"
    assert id_ in [c.id for c in desk.staged()]

    tested = desk.gate(lambda *_: None, threading.Event())
    assert (tested.report.right_before, tested.report.right_after) == (1, 2)
    assert [(c.id, c.effect) for c in tested.report.changes] == [("g1", "better")]
    published = desk.publish(tested)
    assert published.report["right_after"] == 2
    answer = services.answer(IDLE.replace("May", "June"), asker)
    assert (answer.status, answer.source) == ("answered", "verified")
    assert "2026-06-01" in (answer.sql or "")

    desk.rollback(published.number - 1)
    assert services.answer(IDLE, asker).status == "clarify"


def test_a_report_of_other_changes_publishes_nothing(desk: Desk, golden: Path):
    desk.approve([desk.save(idle()).changes[0].id])
    tested = desk.gate(lambda *_: None, threading.Event())
    note = desk.save(Draft("doc", "Idle load is drawn at standstill.", title="energy#Idle load"))
    desk.approve([note.changes[0].id])
    with pytest.raises(Stale, match="Test them again"):
        desk.publish(tested)


def test_a_stopped_gate_gives_no_report(desk: Desk, golden: Path):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        desk.gate(lambda *_: None, stop)


# -- files ---------------------------------------------------------------------------------------


def test_a_file_with_one_bad_line_brings_nothing(desk: Desk):
    lines = [
        {"kind": "qa", "text": IDLE, "sql": IDLE_SQL},
        {"kind": "qa", "text": "What is wrong?", "sql": "DROP TABLE plant_obt"},
        {"kind": "doc", "text": "x", "title": "y", "colour": "red"},
    ]
    before = desk.page(Search("plant")).total
    content = "\n".join(map(json.dumps, lines)).encode()
    done = desk.import_file(content, "jsonl", dry=False)
    assert done.batch is None
    assert [p.line for p in done.problems] == [2, 3]
    assert desk.page(Search("plant")).total == before


def test_an_import_cannot_claim_what_could_not_be_verified(desk: Desk):
    line = {"kind": "qa", "text": "Idle load in April", "sql": IDLE_SQL, "status": "verified"}
    done = desk.import_file(json.dumps(line).encode(), "jsonl", dry=True)
    assert len(done.problems) == 1


def test_what_is_exported_can_be_imported(desk: Desk):
    content = desk.export("csv")
    for fmt in ("csv", "jsonl"):
        done = desk.import_file(desk.export(fmt), fmt, dry=False)
        assert (done.entries, done.problems, done.batch) == (0, (), None)
        assert done.known > 100
    changed = content.replace(b"oee", b"OEE").replace(b"OEE", b"OEE of all", 1)
    assert desk.import_file(changed, "csv", dry=True).problems


# -- learning ------------------------------------------------------------------------------------


def test_trying_retrieval_stays_within_the_accounts_scope(services: Services, desk: Desk):
    services.knowledge.sync()
    mine = desk.try_retrieval("idle load of machines")
    assert mine.found.of("doc")
    assert mine.found.notes, "the embedding model is away, and that is said"
    assert "QUESTION" in mine.prompt
    theirs = desk.try_retrieval("vibration of PMP-03 in Hamburg last week", as_user="viewer")
    assert '"value": "Hamburg"' not in theirs.prompt
    assert "No verified question matches" in theirs.verified


def test_questions_asked_again_are_suggested_until_they_are_verified(
    services: Services, desk: Desk
):
    question = "scrap units of the presses on Line 2 in Austin by crew in May"
    for name in ("engineer", "admin"):
        services.answer(question, services.policy.user(name))
    found = [s for s in desk.suggestions() if s.question == question]
    assert [(s.times, s.people) for s in found] == [(2, 2)]
    assert "scrap_units" in found[0].sql


def test_suggestions_are_judged_once_for_each_state_of_the_corpus(
    services: Services, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    question = "scrap units of the presses on Line 3 in Austin by crew in April"
    for name in ("engineer", "admin"):
        services.answer(question, services.policy.user(name))
    admin = services.policy.user("admin")
    parser = services.parts("plant").parser
    parsed: list[str] = []
    parse = parser.parse

    def counted(text: str, *more: object) -> object:
        parsed.append(text)
        return parse(text, *more)

    monkeypatch.setattr(parser, "parse", counted)
    versions: list[object] = []
    version = services.corpus.live.version
    monkeypatch.setattr(
        services.corpus.live, "version", lambda *key: versions.append(key) or version(*key)
    )
    first = services.desk(admin).suggestions()
    assert question in [s.question for s in first]
    assert parsed.count(question) == 1
    assert len(versions) == 1, "the corpus is asked for its version once, not for each question"
    parsed.clear()
    assert services.desk(admin).suggestions() == first
    assert parsed == [], "what was judged before is not judged again"


def test_paraphrases_of_a_pair_give_its_own_sql(desk: Desk):
    entry = next(
        s.entry
        for s in desk.page(Search("plant", kind="qa", limit=200)).items
        if "OEE" in s.entry.text
    )
    for wording in desk.paraphrases(entry.id).wordings:
        assert wording not in (entry.text, *entry.paraphrases)
