"""Conversations over the demo plant: after a restart, deleted for good, with rows read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.dialogue.past import Past
from core.errors import Unavailable, UserFixable
from core.passports.canonical import hashes
from core.services import Services
from core.settings import Settings
from core.types import Answer, User
from core.ui.conversations import Conversations
from tests.conversations.conftest import pragma

Start = Callable[[], Services]
QUESTION = "energy by plant last week"


@pytest.fixture
def start(plant_folder: Callable[[Path], Path], tmp_path: Path) -> Iterator[Start]:
    """Starts a process's services over one data folder."""
    plant_folder(tmp_path)
    started: list[Services] = []

    def begin() -> Services:
        for one in started:
            one.close()
        started[:] = [Services.open(Settings(data_dir=tmp_path))]
        return started[0]

    yield begin
    for one in started:
        one.close()


def person(services: Services, name: str = "engineer") -> User:
    return services.policy.user(name)


def opened(services: Services, conversation: str = "c1", name: str = "engineer") -> list[Answer]:
    """The answers as a page shows them that opens the conversation anew."""
    held = Conversations().get(services, person(services, name), conversation)
    return [t.answer for t in held.turns if t.answer is not None] if held is not None else []


def alike(one: Answer, other: Answer) -> bool:
    """Whether they have the same rows; sums of many figures differ in their last digits."""
    assert one.result is not None
    assert other.result is not None
    first, second = (hashes(r.table, other.columns) for r in (one.result, other.result))
    return first.are_of(second.content) and first.stand_as(second.order)


def test_after_a_restart_follow_ups_go_on_from_what_is_kept(start: Start) -> None:
    services = start()
    services.answer("energy by line in June", person(services), session="c1")
    narrowed = services.answer("only Hamburg", person(services), session="c1")
    assert narrowed.plan is not None
    services = start()
    assert services.sessions.past(person(services), "c1") == Past()
    found = services.answer("by shift", person(services), session="c1")
    assert found.follows == narrowed.id
    assert found.plan is not None
    assert set(narrowed.plan.filters) <= set(found.plan.filters)
    # two back, the first of them from before the restart
    again = services.answer("go back", person(services), session="c1")
    assert again.plan == narrowed.plan


def test_another_person_goes_on_from_nothing(start: Start) -> None:
    services = start()
    services.answer(QUESTION, person(services), session="c1")
    services = start()
    assert services.answer("by shift", person(services, "viewer"), session="c1").follows == ""
    assert opened(services, name="admin") == []


def test_rows_that_are_gone_are_read_again(start: Start) -> None:
    services = start()
    given = services.answer(QUESTION, person(services), session="c1")
    assert given.result is not None
    services = start()
    held = Conversations().get(services, person(services), "c1")
    assert held is not None
    (turn,) = held.turns
    assert turn.job.lacks_rows
    assert turn.answer == replace(given, result=None)
    assert turn.job.read_again()
    assert not turn.job.lacks_rows
    assert turn.answer is not None
    assert turn.answer.result is not None
    assert alike(turn.answer, given)
    # and it stays so for who opens it after
    (kept,) = opened(services)
    assert alike(kept, given)
    # what the next question goes on from is as it was
    assert services.sessions.past(person(services), "c1") == Past()


def test_other_rows_are_not_put_under_an_old_sentence(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = start()
    given = services.answer(QUESTION, person(services), session="c1")
    services = start()
    run = services._queries.run

    def changed(*args: object, **more: object) -> object:
        ran = run(*args, **more)  # type: ignore[arg-type]
        table = ran.result.table
        return replace(ran, result=replace(ran.result, table=table.slice(1)))

    monkeypatch.setattr(services._queries, "run", changed)
    assert services.reread(given.id, person(services), "c1") is None
    assert services.kept_rows(person(services), "c1", given) is None


def test_nobody_reads_anothers_rows_again(start: Start) -> None:
    services = start()
    given = services.answer(QUESTION, person(services), session="c1")
    for name in ("admin", "viewer"):
        with pytest.raises(UserFixable, match="not kept any more"):
            services.reread(given.id, person(services, name), "c1")
    with pytest.raises(UserFixable):
        services.reread("no such answer", person(services), "c1")


def test_whose_rights_have_changed_is_shown_nothing_of_before(start: Start) -> None:
    services = start()
    given = services.answer(QUESTION, person(services), session="c1")
    moved = replace(person(services), plants=("AUS",))
    held = Conversations().get(services, moved, "c1")
    assert held is not None
    assert [(t.answer, "other rights" in t.job.gone) for t in held.turns] == [(None, True)]
    assert services.reread(given.id, moved, "c1") is None
    assert services.answer("by shift", moved, session="c1").follows == ""


def test_a_deleted_conversation_is_gone_from_every_store_but_the_audit_log(start: Start) -> None:
    services = start()
    user = person(services)
    given = services.answer(QUESTION, user, session="c1")
    other = services.answer(QUESTION, user, session="c2")
    services.conversations.delete(user, "c1")
    for _ in range(2):
        assert services.conversations.load(user, "c1") is None
        assert services.past_run(given.id, user) is None
        assert services.passport(given.id, user) is None
        assert services.kept_rows(user, "c1", given) is None
        assert services.sessions.past(user, "c1").turns == ()
        assert given.id in {e.get("answer") for e in services.audit.entries()}
        assert services.past_run(other.id, user) is not None
        assert services.passport(other.id, user) is not None
        services = start()
    assert services.answer("by shift", user, session="c1").follows == ""


def test_no_word_of_a_deleted_conversation_is_left_but_in_the_audit_log(start: Start) -> None:
    services = start()
    user = person(services)
    marks = ("quoxel", "flimmering")
    services.answer(f"OEE of Line 2 in June, says {marks[0]}", user, session="c1")
    services.answer(f"how many {marks[1]} were there?", user, session="c1")
    services.answer(QUESTION, user, session="c1")
    services.answer(QUESTION, user, session="c2")
    folder = services.settings.state_dir
    assert all(any("gemba" in name for name in holding(folder, mark)) for mark in marks)
    services.conversations.delete(user, "c1")
    for mark in marks:
        left = holding(folder, mark)
        assert not [name for name in left if not name.startswith("audit")], left
    (asked,) = services.corpus.cases.asked_often(user.tenant, "plant")
    assert (asked.question, asked.times) == (QUESTION, 1)


def holding(folder: Path, mark: str) -> list[str]:
    """The files that hold a word, in whatever they keep of what was deleted."""
    return [p.name for p in folder.rglob("*") if p.is_file() and mark.encode() in p.read_bytes()]


def test_a_memory_that_is_away_is_told_and_nothing_is_half_deleted(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = start()
    user = person(services)
    given = services.answer(QUESTION, user, session="c1")
    with monkeypatch.context() as patch:
        patch.setattr(services.sessions, "forget", lambda *_: False)
        with pytest.raises(Unavailable, match="try again"):
            services.conversations.delete(user, "c1")
    assert services.passport(given.id, user) is not None
    assert len(opened(services)) == 1
    services.conversations.delete(user, "c1")
    assert opened(services) == []


@pytest.mark.parametrize("trouble", ["query_only = ON", "max_page_count = 1"])
def test_a_disk_that_takes_nothing_costs_no_answer(start: Start, trouble: str) -> None:
    services = start()
    user = person(services)
    pragma(services.conversations._store._engine, trouble)
    first = services.answer(QUESTION, user, session="c1")
    assert first.status == "answered"
    # its memory of some hours is another store, so that a follow-up is one still
    assert services.answer("only Hamburg", user, session="c1").follows == first.id


def test_that_there_were_more_rows_is_known_after_a_restart(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = start()
    services.settings = replace(services.settings, row_cap=5)
    services._queries._row_cap = 5
    given = services.answer("energy by asset last week", person(services), session="c1")
    assert given.result is not None
    assert given.result.truncated
    (kept,) = opened(services)
    assert kept.result is not None
    assert kept.result.truncated
