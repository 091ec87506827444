"""Thumbs: one verdict a user and answer, kept over a restart."""

from pathlib import Path

import pytest

from core.errors import Unavailable, UserFixable
from core.feedback import MAX_TEXT, FeedbackStore
from core.types import User
from tests.services.answers import ANNA, BEN


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path)


def verdicts(store: FeedbackStore) -> list[tuple[object, object, object]]:
    return sorted((r["answer_id"], r["user"], r["verdict"]) for r in store.all())


def test_a_later_verdict_takes_the_place_of_the_earlier(store: FeedbackStore) -> None:
    store.put("a1", ANNA, "down", reason="wrong number", text="should be 5", question="q", sql="s")
    store.put("a1", ANNA, "up")
    assert verdicts(store) == [("a1", "anna", "up")]
    assert store.all()[0]["reason"] == ""


def test_users_answers_and_tenants_are_kept_apart(store: FeedbackStore) -> None:
    store.put("a1", ANNA, "up")
    store.put("a1", BEN, "down")
    store.put("a2", ANNA, "down")
    store.put("a1", User("anna", "engineer", (), tenant="other"), "down")
    assert len(store.all()) == 4


def test_the_newest_comes_first_and_survives_a_restart(tmp_path: Path) -> None:
    first = FeedbackStore(tmp_path)
    first.put("a1", ANNA, "up", text="'; DROP TABLE feedback; --")
    first.put("a2", ANNA, "down")
    first.close()
    again = FeedbackStore(tmp_path)
    assert [r["answer_id"] for r in again.all()] == ["a2", "a1"]
    assert again.all()[1]["text"] == "'; DROP TABLE feedback; --"


def test_a_comment_has_a_length(store: FeedbackStore) -> None:
    store.put("a1", ANNA, "up", text="x" * MAX_TEXT)
    with pytest.raises(UserFixable, match="under 2,000"):
        store.put("a1", ANNA, "down", text="x" * (MAX_TEXT + 1))
    assert verdicts(store) == [("a1", "anna", "up")]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(Unavailable, match=r"state.*cannot be written: .*GEMBA_DATA_DIR"):
        FeedbackStore(tmp_path / "state")


def test_a_store_that_breaks_later_says_so(store: FeedbackStore, tmp_path: Path) -> None:
    store.put("a1", ANNA, "up")
    store.close()
    (tmp_path / "gemba.db").write_bytes(b"x" * 4096)
    with pytest.raises(Unavailable, match="could not be kept"):
        store.put("a1", ANNA, "down")
