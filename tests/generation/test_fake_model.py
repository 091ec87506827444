"""The fake that tests of the turn use keeps to the interface."""

from __future__ import annotations

import threading

import pytest

from core.errors import QueryCancelled
from core.generation.port import LanguageModel, ModelTrouble, Reply, Request, reply_of
from tests.fakes.model import FakeModel


def test_replies_come_in_order_the_last_again_and_again() -> None:
    fake = FakeModel(sql=["SELECT 1", ModelTrouble("late.", kind="late"), lambda r: r.body])
    model: LanguageModel = fake
    request = Request("sql", "p", "b")
    assert reply_of(model, request, timeout_s=1).text == "SELECT 1"
    with pytest.raises(ModelTrouble, match=r"late\."):
        reply_of(model, request, timeout_s=1)
    assert [reply_of(model, request, timeout_s=2).text for _ in range(2)] == ["b", "b"]
    assert fake.requests("sql") == [request] * 4
    assert fake.timeouts == [1, 1, 2, 2]


def test_pieces_then_one_reply() -> None:
    fake = FakeModel(narrate="A sentence of several words.")
    *pieces, reply = fake.stream(Request("narrate", "p", "b"), timeout_s=1)
    assert isinstance(reply, Reply)
    assert len(pieces) > 2
    assert "".join(map(str, pieces)) == reply.text


def test_a_role_without_a_script_is_down() -> None:
    with pytest.raises(ModelTrouble) as caught:
        reply_of(FakeModel(), Request("intent", "p", "b"), timeout_s=1)
    assert caught.value.kind == "down"
    assert not FakeModel().has("hard")
    assert FakeModel(hard="SELECT 1").has("hard")


def test_stop_and_closing_are_seen() -> None:
    fake = FakeModel(sql="SELECT 1 FROM a")
    stop = threading.Event()
    events = fake.stream(Request("sql", "p", "b"), timeout_s=1, cancel=stop)
    next(events)
    stop.set()
    with pytest.raises(QueryCancelled):
        next(events)
    events = fake.stream(Request("sql", "p", "b"), timeout_s=1)
    next(events)
    del events
    assert fake.ended_early == 2
