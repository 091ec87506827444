"""What is kept of conversations for good: whose, how many, found by which words."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from core.conversations import store as stores
from core.conversations.store import MOST_TITLE, ConversationStore, Kept, title_of
from core.errors import Unavailable, UserFixable
from core.types import User
from tests.conversations.conftest import Kit, answer, pragma
from tests.sessions.conftest import ANN, BEN

OTHER_TENANT = replace(ANN, tenant="other")


def loaded(kit: Kit, user: User = ANN, conversation: str = "c1") -> Kept:
    kept = kit.store.load(user, conversation)
    assert kept is not None
    return kept


def titles(kit: Kit, search: str = "", user: User = ANN) -> list[str]:
    return [kept.title for kept in kit.store.recent(user, search)]


def test_a_turn_is_there_from_its_first_moment_and_ends_with_its_answer(kit: Kit) -> None:
    kit.store.begin(ANN, "c1", "t1", "energy by plant", "plant")
    kept = loaded(kit)
    assert (kept.title, kept.is_running, kept.count) == ("energy by plant", True, 1)
    assert (kept.turns[0].state, kept.turns[0].answer) == ("running", None)
    given = answer()
    assert kit.store.end(ANN, "t1", given, elapsed_ms=12.0, stopped=False)
    ended = loaded(kit)
    assert ended.turns[0].answer == given
    assert ended.turns[0].said == "1,5 kWh ↯"
    assert ended.version > kept.version
    assert not ended.is_running


def test_turns_come_in_the_order_they_were_asked(kit: Kit) -> None:
    for number in range(12):
        kit.ask(f"question {number}")
    assert [t.question for t in loaded(kit).turns] == [f"question {n}" for n in range(12)]
    last = kit.store.load(ANN, "c1", last=3)
    assert last is not None
    assert [t.question for t in last.turns] == ["question 9", "question 10", "question 11"]
    assert kit.store.count(ANN, "c1") == 12


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("100%", ["load at 100% today"]),
        ("%", ["load at 100% today"]),
        ("_", ["tag_17 of line 2"]),
        ("tag_17", ["tag_17 of line 2"]),
        ("tagX17", []),
        ("\\", ["path C:\\plant"]),
        ("rung ĐỘ", ["Độ rung của máy bơm"]),
        ("ÖLDRUCK", ["Öldruck größer als üblich"]),
        ("GRÖSSER", ["Öldruck größer als üblich"]),
        ("\u0110o\u0323\u0302", ["Độ rung của máy bơm"]),
        ("line load", []),
        ("2 LINE", ["tag_17 of line 2"]),
        ("'; DROP TABLE turns; --", []),
    ],
)
def test_a_search_takes_its_words_as_they_are(kit: Kit, search: str, found: list[str]) -> None:
    for number, question in enumerate(
        ["load at 100% today", "tag_17 of line 2", "path C:\\plant", "Độ rung của máy bơm",
         "Öldruck größer als üblich"]
    ):  # fmt: skip
        kit.ask(question, conversation=f"c{number}", headline="said")
    assert titles(kit, search) == found


def test_a_search_finds_what_was_answered_and_what_was_asked_later(kit: Kit) -> None:
    kit.ask("energy", headline="Hamburg used 12 kWh")
    kit.ask("and the chillers?", headline="nothing")
    kit.store.rename(ANN, "c1", "Monday's meeting")
    for words in ("hamburg", "chillers kwh", "monday's energy", ""):
        assert titles(kit, words) == ["Monday's meeting"]
    assert titles(kit, "austin") == []
    assert titles(kit, "hamburg", BEN) == []


def test_a_very_long_question_is_kept_whole_under_a_short_title(kit: Kit) -> None:
    question = "why " * 20_000
    kit.ask(question)
    kept = loaded(kit)
    assert kept.turns[0].question == question
    assert len(kept.title) <= MOST_TITLE
    assert len(title_of("x" * 5_000)) <= MOST_TITLE
    assert title_of("  ") == "New conversation"


def test_a_title_is_text_on_one_line_and_not_empty(kit: Kit) -> None:
    kit.ask()
    kit.store.rename(ANN, "c1", "  Größe\n of \ud800 it " + "x" * 200)
    assert loaded(kit).title.startswith("Größe of ? it xxx")
    assert len(loaded(kit).title) == MOST_TITLE
    for empty in ("", " \n\t"):
        with pytest.raises(UserFixable, match="needs a title"):
            kit.store.rename(ANN, "c1", empty)
    with pytest.raises(UserFixable, match="not there any more"):
        kit.store.rename(ANN, "c2", "another")


@pytest.mark.parametrize("other", [BEN, OTHER_TENANT])
def test_anothers_conversation_of_the_same_id_is_out_of_reach(kit: Kit, other: User) -> None:
    kit.store.begin(ANN, "c1", "t1", "mine", "plant")
    kit.store.end(ANN, "t1", answer(), elapsed_ms=1.0, stopped=False)
    before = loaded(kit)
    assert kit.store.load(other, "c1") is None
    assert kit.store.version(other, "c1") is None
    assert kit.store.turn(other, "c1", "t1") is None
    assert kit.store.answer_ids(other, "c1") == ()
    assert kit.store.count(other, "c1") == 0
    assert kit.store.recent(other) == ()
    assert not kit.store.end(other, "t1", None, elapsed_ms=0.0, stopped=True)
    kit.store.note(other, "t1", verdict="down")
    with pytest.raises(UserFixable):
        kit.store.rename(other, "c1", "theirs now")
    kit.store.delete(other, "c1")
    assert loaded(kit) == before
    kit.store.begin(other, "c1", "t2", "theirs", "plant")
    assert [t.question for t in loaded(kit).turns] == ["mine"]
    assert [t.question for t in loaded(kit, other).turns] == ["theirs"]
    kit.store.delete(other, "c1")
    assert [t.question for t in loaded(kit).turns] == ["mine"]


def test_a_turns_id_that_is_taken_is_not_written_over(kit: Kit) -> None:
    kit.store.begin(ANN, "c1", "t1", "mine", "plant")
    with pytest.raises(Unavailable):
        kit.store.begin(BEN, "c1", "t1", "theirs", "plant")
    assert loaded(kit).turns[0].question == "mine"
    assert kit.store.load(BEN, "c1") is None


def test_a_kept_answer_of_other_rights_is_not_shown(kit: Kit) -> None:
    kit.ask()
    moved = replace(ANN, plants=("South",))
    turn = loaded(kit, moved).turns[0]
    assert (turn.answer, turn.said) == (None, "")
    assert "other rights" in turn.gone
    assert loaded(kit).turns[0].answer is not None


@pytest.mark.parametrize("stored", ["", "{", '{"gemba": 999, "type": "PastTurn", "value": {}}'])
def test_an_answer_that_no_longer_reads_is_gone_and_the_rest_is_there(
    kit: Kit, tmp_path: Path, stored: str
) -> None:
    kit.ask("first")
    kit.ask("second")
    with sqlite3.connect(tmp_path / "state" / "gemba.db") as raw:
        raw.execute("UPDATE turns SET answer = ? WHERE question = 'first'", (stored,))
    first, second = loaded(kit).turns
    assert first.answer is None
    assert "not kept" in first.gone
    assert first.said == "1,5 kWh ↯"
    assert (second.answer is not None, second.gone) == (True, "")


def test_what_cannot_be_written_as_text_is_kept_as_its_sentence(kit: Kit) -> None:
    kit.store.begin(ANN, "c1", "t1", "energy", "plant")
    broken = replace(answer(), headline="half \ud800", notes=(object(),))  # type: ignore[arg-type]
    assert kit.store.end(ANN, "t1", broken, elapsed_ms=1.0, stopped=False)
    turn = loaded(kit).turns[0]
    assert (turn.state, turn.said, turn.answer) == ("ended", "half ?", None)
    assert turn.gone


def test_a_person_has_so_many_conversations_and_the_one_untouched_for_longest_goes(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "MOST_KEPT", 5)
    kit.ask("of ben", conversation="b", user=BEN)
    for number in range(5):
        kit.clock.go(1)
        kit.ask(f"question {number}", conversation=f"c{number}")
    kit.clock.go(1)
    kit.ask("once more", conversation="c0")
    kit.clock.go(1)
    kit.ask("the sixth", conversation="c5")
    assert [kept.id for kept in kit.store.recent(ANN)] == ["c5", "c0", "c4", "c3", "c2"]
    assert kit.store.answer_ids(ANN, "c1") == ()
    assert [kept.id for kept in kit.store.recent(BEN)] == ["b"]


def test_a_conversation_has_so_many_turns_and_the_oldest_go(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "MOST_TURNS", 4)
    for number in range(7):
        kit.ask(f"question {number}")
    assert [t.question for t in loaded(kit).turns] == [f"question {n}" for n in range(3, 7)]


def test_a_thumb_and_a_charts_changes_are_kept(kit: Kit) -> None:
    kit.store.begin(ANN, "c1", "t1", "energy", "plant")
    before = loaded(kit).version
    kit.store.note(ANN, "t1", verdict="up")
    kit.store.note(ANN, "t1", edits='{"type": "bar"}')
    kit.store.note(ANN, "t1")
    turn = loaded(kit).turns[0]
    assert (turn.verdict, turn.edits) == ("up", '{"type": "bar"}')
    assert loaded(kit).version == before + 2


@pytest.mark.parametrize("trouble", ["query_only = ON", "max_page_count = 1"])
def test_a_disk_that_takes_nothing_is_told_as_such_and_still_read(kit: Kit, trouble: str) -> None:
    kit.ask("kept before")
    pragma(kit.store._engine, trouble)
    with pytest.raises(Unavailable, match="space and rights"):
        kit.store.begin(ANN, "c1", "t9", "x" * 1_000_000, "plant")
    assert [t.question for t in loaded(kit).turns] == ["kept before"]


def test_two_processes_at_once_keep_every_turn_once_and_in_order(tmp_path: Path) -> None:
    both = [ConversationStore(tmp_path), ConversationStore(tmp_path)]
    gate = threading.Barrier(2)

    def write(number: int) -> None:
        gate.wait()
        for at in range(25):
            both[number].begin(ANN, "c1", f"t{number}.{at}", f"{number}.{at}", "plant")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = both[0].load(ANN, "c1")
    assert kept is not None
    asked = [t.question for t in kept.turns]
    assert len(asked) == len(set(asked)) == 50
    for number in range(2):
        mine = [q for q in asked if q.startswith(f"{number}.")]
        assert mine == [f"{number}.{at}" for at in range(25)]
    assert kept.version == 50
    for store in both:
        store.close()


def test_the_newest_turn_is_known_whoever_asked_it(tmp_path: Path) -> None:
    both = [ConversationStore(tmp_path), ConversationStore(tmp_path)]
    assert both[0].newest(ANN, "c1") == ""
    for at in range(4):
        both[at % 2].begin(ANN, "c1", f"t{at}", "energy", "plant")
        assert {store.newest(ANN, "c1") for store in both} == {f"t{at}"}
    assert both[0].newest(BEN, "c1") == ""
    for store in both:
        store.close()


def test_times_are_utc_without_a_zone(kit: Kit) -> None:
    kit.ask()
    started = loaded(kit).turns[0].started
    assert started == dt.datetime(2026, 6, 30, 12)
