"""Messages under a person's rights: their plants alone, and acts that are audited or not done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.alert_desk import DeliveryDesk
from core.alert_desk.deliveries import veiled
from core.delivery.message import ChannelName, Message, Notice, message_key
from core.delivery.outbox import Outbox
from core.errors import Refused, Unavailable, UserFixable
from core.types import User
from tests.delivery.told import ADMIN, START, STRANGER, VIEWER, alert

LOOKER = User("looker", "viewer", ("HAM",))
WHY = "550 no such user ann@plant.example"


class Desk:
    """The desk over an outbox with one message of each stage at Hamburg."""

    def __init__(self, folder: Path) -> None:
        self.outbox = Outbox(folder)
        self.audit: list[tuple[str, dict[str, Any]]] = []
        self.is_full = False
        self.desk = DeliveryDesk(
            self.outbox, self.record, lambda user: user.role == "admin", ("email",)
        )
        for name in ("dead", "sent", "waits"):
            assert self.outbox.put(message(name), START)
        for number, claim in enumerate(self.outbox.claim(START, 60, most=2)):
            if number:
                self.outbox.sent(claim, START)
            else:
                self.outbox.dead(claim, START, WHY)

    def record(self, event: str, **body: Any) -> None:
        if self.is_full:
            raise Unavailable("the audit is full")
        self.audit.append((event, body))


def message(name: str, channel: ChannelName = "email", to: str = "ann@plant.example") -> Message:
    return Message(message_key(name), channel, to, Notice("raised", (alert(),)), plant="HAM")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.outbox.close()


def test_stages_are_counted_and_listed_in_the_receivers_words(made: Desk) -> None:
    found = made.desk.overview(ADMIN, "dead")
    assert found.counts == {"pending": 1, "dead": 1, "sent": 1, "left": 0}
    (dead,) = found.messages
    assert (dead.to, dead.error, dead.tries) == ("ann@plant.example", WHY, 1)
    assert (dead.alert_id, dead.plant) == ("a1", "HAM")
    assert "HAM-PMP-03" in dead.subject
    assert "Check the bearing." in dead.text


def test_others_see_nothing_of_it(made: Desk) -> None:
    for user in (VIEWER, STRANGER):
        found = made.desk.overview(user, "dead")
        assert (found.messages, set(found.counts.values())) == ((), {0})


def test_who_only_looks_sees_no_whole_address_and_does_nothing(made: Desk) -> None:
    (dead,) = made.desk.overview(LOOKER, "dead").messages
    assert dead.to == "a…@plant.example"
    assert dead.error == "550 no such user a…@plant.example"
    for act in (made.desk.send_again, made.desk.let_be):
        with pytest.raises(Refused):
            act(dead.number, LOOKER)
    assert made.audit == []
    assert veiled("scada") == "scada"


def test_send_again_is_audited_and_done_once(made: Desk) -> None:
    (dead,) = made.desk.overview(ADMIN, "dead").messages
    made.desk.send_again(dead.number, ADMIN)
    ((event, body),) = made.audit
    assert (event, body["act"], body["user"], body["error"]) == (
        "delivery", "send_again", "admin", WHY,
    )  # fmt: skip
    assert made.desk.overview(ADMIN).counts["pending"] == 2
    with pytest.raises(UserFixable, match="somebody else was here first"):
        made.desk.send_again(dead.number, ADMIN)
    assert len(made.audit) == 1


def test_let_be_is_kept_with_its_reason(made: Desk) -> None:
    (dead,) = made.desk.overview(ADMIN, "dead").messages
    made.desk.let_be(dead.number, ADMIN)
    found = made.desk.overview(ADMIN, "left")
    assert (found.counts["left"], found.counts["dead"]) == (1, 0)
    assert found.messages[0].error == WHY
    assert made.audit[0][1]["act"] == "let_be"
    assert [c.attempt for c in made.outbox.claim(START, 60, most=5)] == [1], "only what waited"


def test_what_cannot_be_audited_is_not_done(made: Desk) -> None:
    (dead,) = made.desk.overview(ADMIN, "dead").messages
    made.is_full = True
    for act in (made.desk.send_again, made.desk.let_be):
        with pytest.raises(Unavailable):
            act(dead.number, ADMIN)
    assert made.desk.overview(ADMIN, "dead").counts["dead"] == 1


def test_a_message_that_cannot_be_read_is_listed_all_the_same(made: Desk, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "gemba.db") as connection:
        connection.execute("UPDATE outbox SET notice = '{}'")
    connection.close()
    (dead,) = made.desk.overview(ADMIN, "dead").messages
    assert (dead.subject, dead.text, dead.alert_id) == ("", "", "")
