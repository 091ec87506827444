"""Which had none: those without a row too, and those without data are told apart."""

import contextlib
from collections.abc import Iterator

import pyarrow as pa
import pytest

from core.assistant.absent import told_of_absent
from core.types import Result
from tests.assistant.bakehouse import Bakehouse, rows


@pytest.fixture(scope="module")
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


@pytest.mark.soundness
def test_what_has_no_row_in_the_time_had_none(house: Bakehouse) -> None:
    answer = house.ask("which shops had no complaints on 1 March 2031")
    assert rows(answer.result) == [("South", 0)]
    assert answer.headline == "South was the only shop with 0 complaints on 1 Mar 2031."
    assert answer.notes[-1].startswith("Counted are all that bakes hold at any time")


def test_where_all_had_some_it_is_said(house: Bakehouse) -> None:
    answer = house.ask("which shops had no complaints")
    assert answer.status == "empty"
    assert answer.message.startswith("No shop had 0 complaints over all loaded data.")


@pytest.mark.soundness
def test_what_has_no_data_at_all_is_told_apart(house: Bakehouse) -> None:
    query = house.ask("which shops had no complaints on 1 March 2031").plan
    assert query is not None
    silent = pa.table({"shop_name": ["North"], "row_count": pa.array([0], pa.int64())})
    model = house.parts.model
    asked = []

    def run(one: object) -> Result:
        asked.append(one)
        return Result(silent, False, 0.0)

    told = told_of_absent(query, model, run)
    assert told[1:] == (
        "Nothing at all is known in this time of North: no data, and so none counted.",
    )
    assert asked[0].time == query.time
    assert asked[0].every == query.every


@pytest.mark.parametrize(
    "question",
    [
        "top 3 shops with no complaints",
        "which shops had no complaints and no loaves",
        "days without complaints",
        "which ovens had no heat yesterday",
    ],
)
def test_more_than_that_is_asked_back(house: Bakehouse, question: str) -> None:
    assert house.ask(question).status == "clarify"
