"""A turn that a verified pair answers: its badge, its rows, and what it falls back on."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.assistant import VerifiedAnswers
from core.assistant.report import as_json, as_text
from core.entries import Entry, entry_id
from core.errors import QueryTimeout
from core.types import CancelToken, EmptyReason, Governed, Result
from tests.assistant.bakehouse import Bakehouse, rows

WEEK = "day >= '2031-03-03' AND day < '2031-03-10'"


def pair(question: str, sql: str, plants: tuple[str, ...] = ()) -> Entry:
    return Entry(
        id=entry_id("bakery", question),
        tenant="default",
        model="bakery",
        kind="qa",
        text=question,
        sql=sql,
        plants=plants,
        status="verified",
        verified_by="Ada",
        verified_at=dt.datetime(2031, 3, 12, 9),
    )


LOAVES = pair(
    "How did North bake last week?",
    "SELECT oven, SUM(loaves) AS loaves FROM bakes "
    f"WHERE shop_name = 'North' AND {WEEK} GROUP BY oven",
)
EXTRA = pair(
    "Loaves over the worst hour per oven in North last week",
    "WITH hours AS (SELECT oven, HOUR(baked_at) AS h, SUM(loaves) AS n FROM bakes "
    f"WHERE shop_name = 'North' AND {WEEK} GROUP BY oven, HOUR(baked_at)) "
    "SELECT oven, SUM(n) - MIN(n) AS extra FROM hours GROUP BY oven ORDER BY oven",
)
REFUSED = pair("Loaves by oven last week", f"SELECT SLEEP(1), oven FROM bakes WHERE {WEEK}")
BROKEN = pair(
    "Burnt loaves by oven last week",
    f"SELECT oven, SUM(burnt) / SUM(no_such) AS x FROM bakes WHERE {WEEK} GROUP BY oven",
)
SECRET = pair(
    "Heat by oven last week",
    f"SELECT oven, MAX(heat) AS heat FROM bakes WHERE {WEEK} GROUP BY oven",
    ("N", "S"),
)


@pytest.fixture(scope="module")
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse(pairs=(LOAVES, EXTRA, REFUSED, BROKEN, SECRET))) as built:
        yield built


def test_a_pair_of_a_querys_shape_answers_as_a_question_does(house: Bakehouse) -> None:
    answer = house.ask("How did South bake last week?")
    assert (answer.status, answer.source) == ("answered", "verified")
    # 7 days of 24 hours, each 10 + 3 * 3 loaves and what is left of its hour by five
    assert rows(answer.result) == [("OV-3", 7 * sum(19 + hour % 5 for hour in range(24)))]
    assert answer.plan is not None
    assert [c.label for c in answer.chips if c.kind == "where"]
    assert answer.verified is not None
    assert (answer.verified.by, answer.verified.question) == ("Ada", LOAVES.text)
    assert [p.values for p in answer.verified.parameters] == [
        ("South",),
        (dt.datetime(2031, 3, 3), dt.datetime(2031, 3, 10)),
    ]


def test_sql_outside_that_shape_answers_with_its_rows(house: Bakehouse) -> None:
    answer = house.ask("Loaves over the worst hour per oven in South last week")
    assert (answer.status, answer.source, answer.plan) == ("answered", "verified", None)
    assert answer.verified is not None
    assert "'South'" in answer.verified.sql
    assert [row[0] for row in rows(answer.result)] == ["OV-3"]
    assert answer.question.startswith("Loaves over")


def test_it_is_governed_as_everything_is(house: Bakehouse) -> None:
    answer = house.ask("Loaves over the worst hour per oven in South last week", "clerk")
    assert answer.source == "verified"
    assert answer.governed is not None
    assert all(p.values == ("S",) for p in answer.governed.predicates)
    foreign = house.ask("Loaves over the worst hour per oven in North last week", "clerk")
    assert foreign.verified is None


def test_what_the_user_may_not_see_stays_the_parsers_matter(house: Bakehouse) -> None:
    answer = house.ask("Loaves in North last week", "clerk")
    assert answer.empty is EmptyReason.OUT_OF_SCOPE
    assert house.ask(SECRET.text, "clerk").source == "parser"
    assert house.ask(SECRET.text, "owner").source == "verified"


@pytest.mark.parametrize("entry", [REFUSED, BROKEN])
def test_a_pair_that_cannot_run_gives_way_to_the_parser(house: Bakehouse, entry: Entry) -> None:
    answer = house.ask(entry.text)
    assert (answer.status, answer.source, answer.verified) == ("answered", "parser", None)
    assert any("could not be used here" in note for note in answer.notes)


def test_a_near_miss_is_the_parsers(house: Bakehouse) -> None:
    assert house.ask("Loaves by shop last week").source == "parser"
    assert house.ask("How did South not bake last week?").status == "clarify"


def test_it_is_written_down_by_whom_and_when(house: Bakehouse) -> None:
    answer = house.ask(LOAVES.text)
    written = as_json(answer)
    assert written["source"] == "verified"
    badge = written["verified"]
    assert (badge["by"], badge["on"], badge["entry"]) == ("Ada", "2031-03-12T09:00:00", LOAVES.id)
    assert [p["label"] for p in badge["parameters"]] == ["Shop", "Time"]
    assert "sql" not in badge
    assert f"Verified by Ada on 2031-03-12: “{LOAVES.text}”" in as_text(answer)
    assert as_json(house.ask("Loaves by shop last week"))["verified"] is None


def test_a_store_that_is_late_is_not_asked_twice() -> None:
    with contextlib.closing(Bakehouse(pairs=(EXTRA,))) as own:

        def late(
            governed: Governed, *, timeout_s: float, cancel: CancelToken | None = None
        ) -> Result:
            own.store.ran.append(governed.sql)
            raise QueryTimeout("too late")

        own.store.run = late  # type: ignore[method-assign]
        answer = own.ask(EXTRA.text)
        assert answer.status == "failed"
        assert len(own.store.ran) == 1


def test_pairs_are_opened_once_for_a_version(house: Bakehouse) -> None:
    asked = []
    version = 1

    def pairs(tenant: str, model: str) -> tuple[Entry, ...]:
        asked.append(model)
        return (LOAVES, replace(EXTRA, tenant="other"), replace(SECRET, status="approved"))

    answers = VerifiedAnswers(pairs, lambda _tenant, _model: version)
    owner = house.policy.user("owner")
    first = answers.opened(owner.tenant, house.parts)
    assert answers.opened(owner.tenant, house.parts) is first
    version = 2
    assert answers.opened(owner.tenant, house.parts) is not first
    assert len(asked) == 2
    reading = house.parts.parser.parse(LOAVES.text, owner.plants)
    assert answers.match(LOAVES.text, reading, owner, house.parts) is not None
    for other in (EXTRA, SECRET):
        reading = house.parts.parser.parse(other.text, owner.plants)
        assert answers.match(other.text, reading, owner, house.parts) is None


def test_who_has_no_plants_is_told_of_no_pair(house: Bakehouse) -> None:
    stranger = replace(house.policy.user("owner"), plants=())
    answers = VerifiedAnswers(lambda _tenant, _model: (LOAVES,))
    reading = house.parts.parser.parse(LOAVES.text, ("N", "S"))
    assert answers.match(LOAVES.text, reading, stranger, house.parts) is None


def test_drafts_take_over_what_is_opened(house: Bakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = house.policy.user("owner")
    reading = house.parts.parser.parse(LOAVES.text, owner.plants)
    live = VerifiedAnswers(lambda _tenant, _model: (LOAVES, EXTRA))
    assert live.match(LOAVES.text, reading, owner, house.parts) is not None
    for part in ("core.verified.matching.open_pair", "core.verified.keys.keys_of"):
        monkeypatch.setattr(part, lambda *_: pytest.fail("a pair is read again"))
    draft = VerifiedAnswers(lambda _tenant, _model: (LOAVES,), known=live)
    assert draft.match(LOAVES.text, reading, owner, house.parts) is not None
