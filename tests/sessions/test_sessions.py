"""What a conversation keeps, whose it is and for how long; on both kinds of Redis."""

import itertools
from typing import Any

import pyarrow as pa
import pytest

from core.dialogue.past import Past
from core.sessions.frames import CEILING
from core.sessions.keys import ConversationKeys
from core.sessions.link import Link
from core.sessions.sessions import LIVES_S, TURNS, Kept, Sessions
from core.types import User
from tests.sessions.conftest import ANN, BEN
from tests.sessions.test_frames import _noise, forged
from tests.sessions.test_keys import CRAFTED
from tests.sessions.turns import ROWS, turn

KEYS = ConversationKeys.of(ANN, "c1")
EVERY = (KEYS.session, KEYS.turns, KEYS.rows)


@pytest.fixture
def sessions(link: Link) -> Sessions:
    return Sessions(link)


def _rows(sessions: Sessions, user: User, session: str, answer: str) -> pa.Table | None:
    frame = sessions.rows(user, session, answer)
    return None if frame is None else frame.table


def test_turns_and_rows_come_back_as_they_were(sessions: Sessions) -> None:
    assert sessions.past(ANN, "c1") == Past()
    assert sessions.keep(ANN, "c1", turn(ANN, 1), ROWS) == Kept(True, 2, 2)
    assert sessions.keep(ANN, "c1", turn(ANN, 2), None) == Kept(True)
    assert sessions.past(ANN, "c1") == Past((turn(ANN, 1), turn(ANN, 2)))
    frame = sessions.rows(ANN, "c1", "a1")
    assert frame is not None
    assert frame.table.equals(ROWS)
    assert not frame.is_cut
    assert sessions.rows(ANN, "c1", "a2") is None


def test_the_newest_ten_are_kept_with_their_rows(sessions: Sessions, raw: Any) -> None:
    for number in range(13):
        assert sessions.keep(ANN, "c1", turn(ANN, number), ROWS).is_kept
    found = sessions.past(ANN, "c1")
    assert [t.id for t in found.turns] == [f"a{n}" for n in range(3, 13)]
    kept = {name for name in raw.hkeys(KEYS.rows) if name}
    assert kept == {t.id.encode() for t in found.turns}
    assert raw.hget(KEYS.session, "turns") == b"13"
    assert len(found.turns) == TURNS


def test_without_a_session_nothing_is_kept(sessions: Sessions, raw: Any) -> None:
    assert not sessions.keep(ANN, "", turn(ANN), ROWS).is_kept
    assert sessions.past(ANN, "") == Past()
    assert sessions.rows(ANN, "", "a1") is None
    assert raw.dbsize() == 0


def test_no_name_reads_anothers_conversation(sessions: Sessions) -> None:
    assert sessions.keep(ANN, "c1", turn(ANN), ROWS).is_kept
    people = [BEN, User("ann", "engineer", ("North",), "other-tenant")]
    people += [User(name, "admin", ("North",)) for name in CRAFTED if name != "ann"]
    people += [User("ann", "admin", ("North",), tenant) for tenant in CRAFTED]
    people += [
        User("", "admin", (), "default:{ann"),
        User("{ann", "r", ()),
        User("ann:c1", "r", ()),
    ]
    for person, session in itertools.product(people, ("c1", "{ann:c1}", "", "*", "ann:c1}")):
        assert sessions.past(person, session) == Past(), (person, session)
        assert sessions.rows(person, session, "a1") is None
        assert sessions.reset(person, session)
        assert sessions.forget(person, session)
    for session in CRAFTED:
        assert sessions.past(ANN, session) == Past()
    assert sessions.past(ANN, "c1").turns == (turn(ANN),)
    assert _rows(sessions, ANN, "c1", "a1") is not None


def test_every_crafted_name_has_a_conversation_of_its_own(sessions: Sessions) -> None:
    people = [User(u, "r", (), t) for u in CRAFTED[:12] for t in ("default", "a:{b")]
    for person in people:
        assert sessions.keep(person, "c", turn(person), ROWS).is_kept
    for person in people:
        assert sessions.past(person, "c").turns == (turn(person),)


def test_a_turn_of_another_under_ones_own_key_is_none(sessions: Sessions, raw: Any) -> None:
    sessions.keep(BEN, "c1", turn(BEN), ROWS)
    theirs = ConversationKeys.of(BEN, "c1")
    raw.rpush(KEYS.turns, *raw.lrange(theirs.turns, 0, -1))
    raw.hset(KEYS.rows, "a1", raw.hget(theirs.rows, "a1"))
    assert sessions.past(ANN, "c1") == Past()
    assert sessions.rows(ANN, "c1", "a1") is None
    assert not raw.hexists(KEYS.rows, "a1")


def test_who_may_see_less_than_before_sees_nothing_of_before(link: Link) -> None:
    sessions = Sessions(link, rules="r1-p1")
    wide = User("ann", "engineer", ("North", "South"))
    changes = [
        User("ann", "viewer", ("North", "South")),
        User("ann", "engineer", ("North",)),
        User("ann", "engineer", ("North,South",)),
        User("ann", "engineer", ()),
    ]
    for now in changes:
        assert sessions.keep(wide, "c1", turn(wide), ROWS).rows == 2
        assert sessions.past(now, "c1") == Past()
        assert sessions.rows(now, "c1", "a1") is None
        assert sessions.forget(now, "c1")
    assert sessions.keep(wide, "c1", turn(wide), ROWS).rows == 2
    same = User("ann", "engineer", ("South", "North"), language="vi", display_name="Ann")
    assert sessions.rows(same, "c1", "a1") is not None
    assert sessions.past(same, "c1").turns == (turn(wide),)
    assert Sessions(link, rules="r1-p2").rows(same, "c1", "a1") is None


def test_a_conversation_lives_for_hours_after_its_last_use(sessions: Sessions, raw: Any) -> None:
    sessions.keep(ANN, "c1", turn(ANN), ROWS)
    for use in (
        lambda: sessions.past(ANN, "c1"),
        lambda: sessions.keep(ANN, "c1", turn(ANN, 2), None),
    ):
        for key in EVERY:
            raw.expire(key, 100)
        use()
        assert [LIVES_S - 5 < raw.ttl(key) <= LIVES_S for key in EVERY] == [True] * 3
    raw.expire(KEYS.rows, 100)
    assert _rows(sessions, ANN, "c1", "a1") is not None
    assert raw.ttl(KEYS.rows) > 100


def test_what_expired_is_gone_and_begins_anew(sessions: Sessions, raw: Any) -> None:
    sessions.keep(ANN, "c1", turn(ANN), ROWS)
    for key in EVERY:
        assert raw.pexpireat(key, 1)
    assert sessions.past(ANN, "c1") == Past()
    assert sessions.rows(ANN, "c1", "a1") is None
    sessions.keep(ANN, "c1", turn(ANN, 2), ROWS)
    assert sessions.past(ANN, "c1").turns == (turn(ANN, 2),)


def test_rows_may_expire_before_their_turns(sessions: Sessions, raw: Any) -> None:
    sessions.keep(ANN, "c1", turn(ANN), ROWS)
    raw.delete(KEYS.rows)
    assert sessions.past(ANN, "c1").turns == (turn(ANN),)
    assert sessions.rows(ANN, "c1", "a1") is None


def test_reset_keeps_the_conversation_and_forget_keeps_nothing(
    sessions: Sessions, raw: Any
) -> None:
    sessions.keep(ANN, "c1", turn(ANN), ROWS)
    sessions.keep(ANN, "c2", turn(ANN), ROWS)
    assert sessions.reset(ANN, "c1")
    assert sessions.past(ANN, "c1") == Past()
    assert sessions.rows(ANN, "c1", "a1") is None
    assert raw.exists(*EVERY) == 1
    assert sessions.forget(ANN, "c1")
    assert raw.exists(*EVERY) == 0
    assert sessions.past(ANN, "c2").turns == (turn(ANN),)


def test_too_many_rows_are_cut_and_say_so(sessions: Sessions) -> None:
    table = _noise(150_000, 48)
    kept = sessions.keep(ANN, "c1", turn(ANN), table)
    assert kept.is_kept
    assert kept.is_cut
    assert kept.why == f"Of its 150,000 rows the first {kept.rows:,} are kept."
    frame = sessions.rows(ANN, "c1", "a1")
    assert frame is not None
    assert (frame.is_cut, frame.of) == (True, 150_000)
    assert frame.table.equals(table.slice(0, kept.rows))


def test_rows_that_cannot_be_kept_leave_the_turn(sessions: Sessions) -> None:
    kept = sessions.keep(ANN, "c1", turn(ANN), pa.table({"a": [[1], [2]]}))
    assert (kept.is_kept, kept.rows, kept.of) == (True, 0, 2)
    assert "not kept" in kept.why
    assert sessions.past(ANN, "c1").turns == (turn(ANN),)


def test_a_turn_that_is_too_long_is_not_kept(sessions: Sessions, raw: Any) -> None:
    kept = sessions.keep(ANN, "c1", turn(ANN, explanation="x" * 600_000), ROWS)
    assert (kept.is_kept, kept.why) == (False, "The turn is too long to be kept.")
    assert raw.dbsize() == 0


def test_a_turn_that_was_written_twice_is_read_once(sessions: Sessions, raw: Any) -> None:
    sessions.keep(ANN, "c1", turn(ANN), None)
    raw.rpush(KEYS.turns, raw.lindex(KEYS.turns, 0))
    assert sessions.past(ANN, "c1").turns == (turn(ANN),)


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"null", b"\xff\xfe", b'{"gemba":1,"type":"Answer","value":{}}', b"[" * 9_999],
)
def test_a_turn_that_is_none_is_passed_over(sessions: Sessions, raw: Any, text: bytes) -> None:
    sessions.keep(ANN, "c1", turn(ANN, 1), None)
    raw.rpush(KEYS.turns, text)
    sessions.keep(ANN, "c1", turn(ANN, 2), None)
    assert [t.id for t in sessions.past(ANN, "c1").turns] == ["a1", "a2"]


@pytest.mark.parametrize("key", EVERY)
@pytest.mark.parametrize("kind", ["text", "list", "hash", "set"])
def test_another_kind_of_value_under_a_key_is_removed(
    sessions: Sessions, raw: Any, key: str, kind: str
) -> None:
    def spoil() -> None:
        raw.delete(key)
        match kind:
            case "text":
                raw.set(key, "x")
            case "list":
                raw.rpush(key, "x")
            case "hash":
                raw.hset(key, "a1", "x")
            case _:
                raw.sadd(key, "x")

    sessions.keep(ANN, "c1", turn(ANN), ROWS)
    spoil()
    assert not sessions.past(ANN, "c1").is_away
    spoil()
    assert sessions.rows(ANN, "c1", "a1") is None or key != KEYS.rows
    spoil()
    assert sessions.keep(ANN, "c1", turn(ANN, 2), ROWS).is_kept
    assert sessions.past(ANN, "c1").turns[-1:] == (turn(ANN, 2),)
    assert _rows(sessions, ANN, "c1", "a2") is not None


@pytest.mark.parametrize(
    "value", [b"", b"x", b"\x80\x04K\x01.", forged(b"x" * 100), b"y" * (CEILING + 1)]
)
def test_rows_that_are_none_are_removed(sessions: Sessions, raw: Any, value: bytes) -> None:
    sessions.keep(ANN, "c1", turn(ANN), ROWS)
    raw.hset(KEYS.rows, "a1", value)
    assert sessions.rows(ANN, "c1", "a1") is None
    assert not raw.hexists(KEYS.rows, "a1")
    assert sessions.past(ANN, "c1").turns == (turn(ANN),)


def test_rows_of_one_answer_are_not_anothers(sessions: Sessions, raw: Any) -> None:
    sessions.keep(ANN, "c1", turn(ANN, 1), ROWS)
    raw.hset(KEYS.rows, "a2", raw.hget(KEYS.rows, "a1"))
    assert sessions.rows(ANN, "c1", "a2") is None
    assert _rows(sessions, ANN, "c1", "a1") is not None
