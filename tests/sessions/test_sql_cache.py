"""Rows that were read before: for whoever may see the very same ones, and nobody else."""

import dataclasses
import datetime as dt
import itertools
import threading
import time
from typing import Any

import pyarrow as pa
import pytest

from core.errors import Unavailable
from core.sessions.link import Link
from core.sessions.sql_cache import SqlCache, Versions
from core.sessions.stamps import Stamps
from core.types import Engine, Estimate, Governed, Result, Scan, ScopePredicate, User
from tests.sessions.test_frames import _noise

ANN = User("ann", "engineer", ("North", "South"))
BASE = Versions("plant", "m1", "7")
GOVERNED = Governed(
    sql="SELECT 1", tables=("t",), predicates=(ScopePredicate("t", "p", ("North", "South")),),
    masked=("t.baker",), limit=11, rules_version="r1-p1", columns=("n",),
)  # fmt: skip
ROWS = Result(pa.table({"n": [1, None], "s": ["a", "↯"]}), True, 12.5)
COST = Estimate((Scan("t", 5, 1, 2, "stored"), Scan("u", 7, 1, 1, "table")), "the plan")


class Store:
    """An engine of which only the stamp is asked."""

    now = "stamp-1"
    is_gone = False

    def stamp(self) -> str:
        if self.is_gone:
            raise Unavailable("The store is gone.")
        return self.now


ENGINE: Any = Store()


class Installation:
    """Versions that a test can change."""

    def __init__(self) -> None:
        self.versions: Versions | None = BASE
        self.is_gone = False

    def __call__(self, engine: Engine, user: User) -> Versions | None:
        if self.is_gone:
            raise Unavailable("The store is gone.")
        return self.versions


@pytest.fixture
def plant() -> Installation:
    return Installation()


@pytest.fixture
def cache(link: Link, plant: Installation) -> SqlCache:
    return SqlCache(link, plant)


def _key(cache: SqlCache, governed: Governed = GOVERNED, user: User = ANN) -> str:
    key = cache.key(governed, user, ENGINE)
    assert key is not None
    return key


def test_rows_and_their_cost_come_back_with_when_they_were_read(cache: SqlCache) -> None:
    key = _key(cache)
    assert cache.find(key) is None
    assert cache.keep(key, ROWS, COST)
    found = cache.find(key)
    assert found is not None
    result, cost = found
    assert result.table.equals(ROWS.table)
    assert (result.truncated, cost) == (True, COST)
    assert result.read_at is not None
    age = dt.datetime.now(dt.UTC).replace(tzinfo=None) - result.read_at
    assert dt.timedelta(seconds=-1) < age < dt.timedelta(seconds=20)


def test_what_decides_the_rows_decides_the_key(cache: SqlCache, plant: Installation) -> None:
    keys = {_key(cache)}
    users = [
        dataclasses.replace(ANN, role="viewer"),
        dataclasses.replace(ANN, tenant="other"),
        dataclasses.replace(ANN, plants=("North",)),
        dataclasses.replace(ANN, plants=("North", "South", "West")),
        dataclasses.replace(ANN, plants=("North,South",)),
        dataclasses.replace(ANN, plants=()),
    ]
    keys |= {_key(cache, user=user) for user in users}
    statements = [
        dataclasses.replace(GOVERNED, sql="SELECT 2"),
        dataclasses.replace(GOVERNED, limit=12),
        dataclasses.replace(GOVERNED, masked=()),
        dataclasses.replace(GOVERNED, rules_version="r2-p1"),
        dataclasses.replace(GOVERNED, predicates=()),
        dataclasses.replace(GOVERNED, predicates=(ScopePredicate("t", "p", ("North",)),)),
        dataclasses.replace(GOVERNED, predicates=(ScopePredicate("t", "q", ("North", "South")),)),
    ]
    keys |= {_key(cache, governed) for governed in statements}
    for field in dataclasses.fields(Versions):
        plant.versions = dataclasses.replace(BASE, **{field.name: "another"})
        keys.add(_key(cache))
    plant.versions = BASE
    other: Any = Store()
    other.now = "stamp-2"
    keys.add(str(cache.key(GOVERNED, ANN, other)))
    assert len(keys) == 1 + len(users) + len(statements) + 3 + 1


def test_two_people_of_one_role_and_scope_share_rows(cache: SqlCache) -> None:
    ben = User("ben", "engineer", ("South", "North"), language="vi", display_name="Ben")
    assert _key(cache, user=ben) == _key(cache)


def test_parts_of_a_key_do_not_wander(cache: SqlCache) -> None:
    """Texts that are the same when they are put one behind the other."""
    texts = ["", "a", "ab", "a\x00b", "b", '"', '","', "[", "a]", "\ud800"]
    keys = [
        _key(cache, dataclasses.replace(GOVERNED, sql=x, rules_version=y), ANN)
        for x, y in itertools.product(texts, texts)
    ]
    assert len(set(keys)) == len(keys)


def test_nothing_is_looked_for_where_the_data_are_not_known(
    cache: SqlCache, plant: Installation
) -> None:
    plant.versions = None
    assert cache.key(GOVERNED, ANN, ENGINE) is None
    plant.is_gone = True
    assert cache.key(GOVERNED, ANN, ENGINE) is None


def test_an_engine_that_gives_no_stamp_is_left_alone_for_a_while() -> None:
    now, asked = [100.0], [0]

    class Gone(Store):
        def stamp(self) -> str:
            asked[0] += 1
            return super().stamp()

    gone: Any = Gone()
    gone.is_gone = True
    stamps = Stamps(clock=lambda: now[0])
    assert [stamps.of(gone) for _ in range(5)] == [None] * 5
    assert asked == [1]
    gone.is_gone = False
    now[0] += 11
    assert stamps.of(gone) == "stamp-1"


def test_nobody_waits_for_an_engine_that_hangs() -> None:
    free = threading.Event()

    class Hanging(Store):
        def stamp(self) -> str:
            free.wait(20)
            return self.now

    hanging: Any = Hanging()
    stamps = Stamps(wait_s=0.1)
    start = time.monotonic()
    assert [stamps.of(hanging) for _ in range(20)] == [None] * 20
    assert time.monotonic() - start < 1.0
    other: Any = Store()
    assert stamps.of(other) == "stamp-1"
    free.set()
    stamps.close()


def test_rows_last_an_hour(cache: SqlCache, raw: Any) -> None:
    key = _key(cache)
    cache.keep(key, ROWS, COST)
    assert 3_590_000 < raw.pttl(key) <= 3_600_000
    cache.find(key)
    raw.pexpire(key, 60_000)
    cache.find(key)
    assert raw.pttl(key) <= 60_000, "use does not make them younger"
    raw.pexpireat(key, 1)
    assert cache.find(key) is None


@pytest.mark.parametrize(
    "table",
    [
        _noise(150_000, 48),
        *(pa.table({"a": a}) for a in ([[1]], pa.array(["x"]).dictionary_encode())),
    ],
    ids=["too many", "lists", "dictionaries"],
)
def test_all_rows_are_kept_or_none(cache: SqlCache, raw: Any, table: pa.Table) -> None:
    key = _key(cache)
    assert not cache.keep(key, Result(table, False, 1.0), COST)
    assert not raw.exists(key)


def test_rows_of_another_key_are_none(cache: SqlCache, raw: Any) -> None:
    key, other = _key(cache), _key(cache, user=dataclasses.replace(ANN, role="viewer"))
    cache.keep(key, ROWS, COST)
    raw.set(other, raw.get(key))
    assert cache.find(other) is None
    assert not raw.exists(other)
    assert cache.find(key) is not None


@pytest.mark.parametrize("value", [b"", b"x" * 40, b"x" * 6_000_000, None])
def test_what_is_none_is_removed(cache: SqlCache, raw: Any, value: bytes | None) -> None:
    key = _key(cache)
    if value is None:
        raw.hset(key, "a", "b")
    else:
        raw.set(key, value)
    assert cache.find(key) is None
    assert raw.exists(key) == (value == b"")
    assert cache.keep(key, ROWS, COST)
    assert cache.find(key) is not None


def test_a_long_plan_is_left_out(cache: SqlCache) -> None:
    key = _key(cache)
    assert cache.keep(key, ROWS, Estimate(COST.scans, "x" * 70_000))
    found = cache.find(key)
    assert found is not None
    assert found[1] == Estimate(COST.scans, "")
