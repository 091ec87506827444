"""No name spells another's key."""

import itertools
import string

from hypothesis import given
from hypothesis import strategies as st

from core.sessions.keys import ConversationKeys, cached_rows, part, running
from core.types import User

#: Names that would cross over if they were put together as they are.
CRAFTED = [
    "ann", "ANN", "ann:1", "ann}:{ben", "{ann", "ann}", "*", "ann*", "a?n", "[a]nn", "", " ", "%",
    "%61nn", "ann%3A1", "~", "~00", "ann\n", "ann\x00", "änn", "a\u0308nn", "ann ", "ann\u200b",
    "\ud800", "..", "ann/1", "a" * 47, "a" * 48, "a" * 49, "a" * 500, "sess:acme:{ann:1}",
]  # fmt: skip
_names = st.one_of(st.text(), st.sampled_from(CRAFTED), st.text(":{}%~*ann"))


def test_crafted_names_are_all_apart() -> None:
    triples = list(itertools.product(CRAFTED, CRAFTED, CRAFTED[:8]))
    keys = [ConversationKeys.of(User(u, "r", (), t), s) for t, u, s in triples]
    for kind in ("session", "turns", "rows"):
        assert len({getattr(k, kind) for k in keys}) == len(triples)
    people = list(itertools.product(CRAFTED, CRAFTED))
    assert len({running(User(u, "r", (), t)) for t, u in people}) == len(people)


@given(st.tuples(_names, _names, _names), st.tuples(_names, _names, _names))
def test_two_conversations_never_share_a_key(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    first, second = (ConversationKeys.of(User(u, "r", (), t), s) for t, u, s in (one, other))
    every = {first.session, first.turns, first.rows}
    assert len(every) == 3
    if one != other:
        assert every.isdisjoint({second.session, second.turns, second.rows})


@given(_names)
def test_a_part_has_nothing_that_means_something(text: str) -> None:
    written = part(text)
    assert written
    assert len(written) <= 48
    assert set(written) <= set(string.ascii_letters + string.digits + "_-%~")
    assert ("~" in written) == (not text or len(written) == 41)


def test_keys_are_as_the_page_says() -> None:
    keys = ConversationKeys.of(User("ann", "r", (), "acme"), "4f2")
    assert keys == ConversationKeys(
        "sess:acme:{ann:4f2}", "hist:acme:{ann:4f2}", "df:acme:{ann:4f2}"
    )
    assert cached_rows("acme", "0a1b") == "sql_cache:acme:0a1b"
    assert running(User("ann", "r", (), "acme")) == "run:acme:{ann}"
