"""Boards are their owner's; a shared one is read by people of the tenant; deleting is for good."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from core.boards import BoardStore, Card, CardTime, ComparedTime
from core.boards.limits import MOST_BOARDS, MOST_CARDS
from core.errors import UserFixable
from core.semantic.query import Measure, SemanticQuery, TimeWindow
from core.types import User

ANN, BOB = User("ann", "engineer", ("HAM",)), User("bob", "viewer", ("HPH",))
EVE = User("ann", "engineer", ("HAM",), tenant="other")
PLAN = SemanticQuery(
    "plant",
    "plant_obt",
    measures=(Measure(metric="oee"),),
    time=TimeWindow(dt.datetime(2026, 6, 22), dt.datetime(2026, 6, 29), phrase="last week"),
)


def card(title: str = "OEE") -> Card:
    time = CardTime("phrase", "last week", compared=ComparedTime("shifted", unit="year", back=1))
    at = dt.datetime(2026, 6, 30)
    return Card("", title, "plan", "OEE last week", "plant", "v1", "ann", at, PLAN, time)


@pytest.fixture
def store(tmp_path: Path) -> BoardStore:
    return BoardStore(tmp_path)


def test_a_card_comes_back_as_it_was_kept(store: BoardStore) -> None:
    board = store.make("  Morning\nround ", ANN)
    kept = store.pin(board.id, card(), ANN)
    found = store.board(board.id, ANN)
    assert found is not None
    assert found.name == "Morning round"
    assert found.cards == (kept,)
    assert found.cards[0].plan == PLAN
    assert found.cards[0].time.compared == ComparedTime("shifted", unit="year", back=1)


def test_only_a_shared_board_is_seen_and_only_in_the_tenant(store: BoardStore) -> None:
    board = store.make("Mine", ANN)
    assert store.board(board.id, BOB) is None
    assert store.share(board.id, is_shared=True, user=ANN) == board.id
    assert store.board(board.id, BOB) is not None
    assert store.board(board.id, EVE) is None, "the same name in another tenant is somebody else"
    fresh = store.share(board.id, is_shared=False, user=ANN)
    assert fresh != board.id, "an old link leads nowhere, also when it is shared again"
    store.share(fresh, is_shared=True, user=ANN)
    assert store.board(board.id, BOB) is None
    assert store.board(fresh, BOB) is not None
    assert store.boards(BOB) == ()


def test_an_id_cannot_be_guessed(store: BoardStore) -> None:
    ids = {store.make(f"b{n}", ANN).id for n in range(10)}
    assert len(ids) == 10
    assert all(len(one) >= 20 for one in ids)


def test_nobody_else_changes_a_board(store: BoardStore) -> None:
    board = store.make("Mine", ANN)
    kept = store.pin(board.id, card(), ANN)
    store.share(board.id, is_shared=True, user=ANN)
    for user in (BOB, EVE):
        for act in (
            lambda u: store.rename(board.id, "Yours", u),
            lambda u: store.refresh(board.id, 60, u),
            lambda u: store.share(board.id, is_shared=False, user=u),
            lambda u: store.delete(board.id, u),
            lambda u: store.pin(board.id, card(), u),
            lambda u: store.unpin(board.id, kept.id, u),
            lambda u: store.move(board.id, kept.id, 1, u),
            lambda u: store.change_card(board.id, kept.id, u, title="x"),
        ):
            with pytest.raises(UserFixable, match="not yours"):
                act(user)
    assert store.board(board.id, ANN) is not None


def test_a_card_of_another_board_is_not_reached(store: BoardStore) -> None:
    mine, theirs = store.make("Mine", BOB), store.make("Theirs", ANN)
    kept = store.pin(theirs.id, card(), ANN)
    store.unpin(mine.id, kept.id, BOB)
    store.change_card(mine.id, kept.id, BOB, title="Changed")
    found = store.board(theirs.id, ANN)
    assert found is not None
    assert [c.title for c in found.cards] == ["OEE"]


def test_cards_are_arranged(store: BoardStore) -> None:
    board = store.make("Mine", ANN)
    a, b, c = (store.pin(board.id, card(name), ANN) for name in "abc")
    store.move(board.id, c.id, -1, ANN)
    store.move(board.id, a.id, -1, ANN)  # it is the first already
    store.move(board.id, b.id, 1, ANN)  # and b the last
    store.change_card(board.id, b.id, ANN, title="B", width="full")
    store.unpin(board.id, a.id, ANN)
    found = store.board(board.id, ANN)
    assert found is not None
    assert [(one.title, one.width) for one in found.cards] == [("c", "half"), ("B", "full")]


def test_there_are_limits(store: BoardStore) -> None:
    board = store.make("Mine", ANN)
    for _ in range(MOST_CARDS):
        store.pin(board.id, card(), ANN)
    with pytest.raises(UserFixable, match="there may be no more"):
        store.pin(board.id, card(), ANN)
    for n in range(MOST_BOARDS - 1):
        store.make(f"b{n}", ANN)
    with pytest.raises(UserFixable, match="there may be no more"):
        store.make("one more", ANN)
    for name in ("", " \n ", "x" * 81):
        with pytest.raises(UserFixable, match="name"):
            store.rename(board.id, name, ANN)
    with pytest.raises(UserFixable):
        store.refresh(board.id, 1, ANN)


def test_deleting_is_for_good(store: BoardStore, tmp_path: Path) -> None:
    board = store.make("Mine", ANN)
    store.pin(board.id, card(), ANN)
    store.delete(board.id, ANN)
    assert store.board(board.id, ANN) is None
    with sqlite3.connect(tmp_path / "gemba.db") as raw:
        assert raw.execute("SELECT COUNT(*) FROM board_cards").fetchone() == (0,)


def test_a_card_that_cannot_be_read_any_more_is_still_there(
    store: BoardStore, tmp_path: Path
) -> None:
    board = store.make("Mine", ANN)
    store.pin(board.id, card(), ANN)
    with sqlite3.connect(tmp_path / "gemba.db") as raw:
        raw.execute("UPDATE board_cards SET plan = '{}'")
    found = store.board(board.id, ANN)
    assert found is not None
    assert [(c.title, c.plan) for c in found.cards] == [("OEE", None)]
