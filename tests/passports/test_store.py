"""Passports are kept for their owner, the oldest go first, and what is forgotten is gone."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.errors import CodecError, Unavailable
from core.passports import rows as rows_of
from core.passports import store
from core.passports.passport import Passport, RowPrint, Scope, Versions, Watermark
from core.passports.store import PassportStore
from core.semantic.query import Filter, Op, SemanticQuery
from core.types import Result, User
from tests.services.answers import column

ANNA = User("anna", "engineer", ("N",))
BO = User("bo", "engineer", ("N",))
ADMIN = User("ada", "admin", ("N",))
OTHER = User("anna", "engineer", ("N",), tenant="another")
COLUMNS = (column("line"), column("kwh", type="double", role="measure"))


def passport(number: int = 1, user: User = ANNA, session: str = "c1") -> Passport:
    return Passport(
        id=f"a{number}",
        user=user.name,
        session=session,
        at=dt.datetime(2026, 6, 30, 12) + dt.timedelta(minutes=number),
        kind="question",
        question="Energie je Linie \u1ebf?",
        model="plant",
        status="answered",
        source="parser",
        plan=SemanticQuery("plant", "t", filters=(Filter("day", Op.EQ, (dt.date(2026, 1, 1),)),)),
        sql="SELECT 1",
        governed="SELECT 1 LIMIT 2",
        scope=Scope("engineer", ("N",)),
        versions=Versions("m1", "p1", 3, "3", "0.1.0"),
        watermark=Watermark("s1", dt.datetime(2026, 6, 30)),
        columns=COLUMNS,
        headline="The headline-of-marta.",
    )


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[PassportStore]:
    built = PassportStore(tmp_path)
    yield built
    built.close()


def test_it_is_read_as_it_was_written_after_a_restart(tmp_path: Path) -> None:
    first = PassportStore(tmp_path)
    first.add(passport(), "default", b"rows")
    first.close()
    again = PassportStore(tmp_path)
    assert again.get("a1", ANNA) == (passport(), b"rows")
    again.close()


def test_only_its_owner_and_who_administers_has_it(kept: PassportStore) -> None:
    kept.add(passport(), "default")
    assert kept.get("a1", BO) is None
    assert kept.get("a1", ADMIN) is None
    assert kept.get("a1", ADMIN, everyone=True) is not None
    assert kept.get("a1", OTHER) is None
    assert kept.get("a1", OTHER, everyone=True) is None, "another tenant is never seen"
    assert kept.get("a2", ANNA) is None


def test_rows_are_added_later_and_not_to_what_is_gone(kept: PassportStore) -> None:
    short = RowPrint(2, False, ("h",), (), ("line", "kwh"), True)
    kept.add(passport(), "default")
    kept.print_rows(passport(), "default", short, b"rows")
    assert kept.get("a1", ANNA) == (replace(passport(), rows=short), b"rows")
    kept.forget(ANNA, "c1")
    kept.print_rows(passport(), "default", short, b"rows")
    assert kept.get("a1", ANNA) is None


def test_the_oldest_go(kept: PassportStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEPT", 3)
    kept.add(passport(50, BO), "default")
    for number in range(6):
        kept.add(passport(number), "default")
        kept.trim("anna", "default")
    assert [n for n in range(6) if kept.get(f"a{n}", ANNA)] == [3, 4, 5]
    assert kept.get("a50", BO) is not None


def test_the_oldest_go_when_they_are_too_large(
    kept: PassportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_BYTES", 25_000)
    for number in range(5):
        kept.add(passport(number), "default", b"x" * 10_000)
        kept.trim("anna", "default")
    assert [n for n in range(5) if kept.get(f"a{n}", ANNA)] == [3, 4]


def test_one_that_is_too_large_is_not_kept(kept: PassportStore) -> None:
    with pytest.raises(Unavailable, match="too large"):
        kept.add(replace(passport(), sql="x" * store.MOST_BYTES), "default")


def test_what_is_forgotten_is_not_in_the_file(kept: PassportStore, tmp_path: Path) -> None:
    kept.add(passport(1, session="c1"), "default", b"rows-of-marta")
    kept.add(passport(2, session="c2"), "default")
    kept.add(replace(passport(3, BO), headline="Bo's own."), "default")
    assert kept.forget(ANNA, "c1") == 1
    assert kept.forget(ANNA, "c1") == 0
    assert kept.get("a1", ANNA) is None
    assert kept.get("a2", ANNA) is not None
    assert kept.get("a3", BO) is not None, "another's conversation may have the same name"
    assert kept.forget(ANNA, "c2") == 1
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"of-marta" not in held
    assert b"Bo's own." in held


def test_text_that_was_changed_in_the_file_is_not_read(kept: PassportStore, tmp_path: Path) -> None:
    kept.add(passport(), "default")
    with sqlite3.connect(tmp_path / "gemba.db") as file:
        file.execute("""UPDATE passports SET passport = replace(passport, '"answered"', '7')""")
    with pytest.raises(CodecError, match=r"^Passport\.status: 7"):
        kept.get("a1", ANNA)


def test_rows_are_packed_and_read_again() -> None:
    table = pa.table({"line": ["a", None], "kwh": [1.5, float("nan")]})
    short, packed = rows_of.print_of(Result(table, False, 1.0), COLUMNS, is_ordered=True)
    assert packed is not None
    assert str(rows_of.unpack(packed, short, COLUMNS).to_pylist()) == str(table.to_pylist())
    for wrong in (b"", b"x" * 99, packed[:-40], packed[:20] + b"\xff" * 40 + packed[60:]):
        with pytest.raises(CodecError):
            rows_of.unpack(wrong, short, COLUMNS)
    with pytest.raises(CodecError, match="not those of the answer"):
        rows_of.unpack(packed, replace(short, content=("other",)), COLUMNS)


def test_of_many_rows_only_the_hash_is_kept() -> None:
    table = pa.table({"kwh": np.random.default_rng(1).random(20_000)})
    short, packed = rows_of.print_of(Result(table, True, 1.0), COLUMNS[1:], is_ordered=False)
    assert packed is None
    assert (short.count, short.is_cut, short.is_kept, short.order) == (20_000, True, False, ())
