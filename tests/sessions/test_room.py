"""What stays in this process is bounded."""

from core.sessions.keys import ConversationKeys
from core.sessions.room import Room
from core.sessions.sessions import Sessions
from core.types import User
from tests.sessions.conftest import quick_link
from tests.sessions.test_frames import _noise
from tests.sessions.turns import turn


def test_the_rows_that_would_go_first_go_first() -> None:
    link = quick_link("")
    sessions = Sessions(link, Room(1_000_000))
    table = _noise(2_000, 48)  # about 100 kB
    people = [User(f"p{n}", "r", ()) for n in range(30)]
    client = link.run(lambda client: client)
    for age, person in enumerate(people):
        assert sessions.keep(person, "c", turn(person), table).rows == 2_000
        # As if each were kept ten minutes after the one before.
        client.expire(ConversationKeys.of(person, "c").rows, 600 * (age + 1))
        held = sum(
            len(value) for key in client.keys("df:*") for value in client.hvals(key)
        )  # fmt: skip
        assert held <= 1_000_000
    there = [sessions.rows(p, "c", "a1") is not None for p in people]
    assert there[-1]
    assert 5 <= sum(there) <= 10
    assert sorted(there) == there, "the youngest are those that are left"
    assert all(sessions.past(p, "c").turns == (turn(p),) for p in people), "turns stay"


def test_rows_that_are_written_over_are_not_counted_twice() -> None:
    link = quick_link("")
    sessions = Sessions(link, Room(1_000_000))
    ann, ben = User("ann", "r", ()), User("ben", "r", ())
    assert sessions.keep(ben, "c", turn(ben), _noise(2_000, 48)).rows
    for _ in range(40):
        assert sessions.keep(ann, "c", turn(ann), _noise(2_000, 48)).rows
    assert sessions.rows(ben, "c", "a1") is not None
