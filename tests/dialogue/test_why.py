"""What a change comes from, against figures worked out by hand."""

import contextlib
import datetime as dt
from collections.abc import Iterator

import pyarrow as pa
import pytest

from core.assistant.why import Behind, behind
from core.dialogue import past_turn
from core.language.reading import Ask
from core.semantic.columns import describe
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Measure,
    Op,
    SemanticQuery,
    TimeWindow,
)
from core.types import Result
from tests.assistant.bakehouse import Bakehouse
from tests.language import bakery

#: shop -> loaves now and before, burnt ones now and before.
DAYS = {"North": (300, 200, 30, 10), "South": (100, 120, 10, 12)}
LOAVES = Measure(agg=Agg.SUM, column="loaves")
RATE = Measure(metric="burn_rate")


def window(day: int) -> TimeWindow:
    return TimeWindow(dt.datetime(2031, 3, day), dt.datetime(2031, 3, day + 1))


def plan(measure: Measure) -> SemanticQuery:
    against = Comparison("window", window(11))
    return SemanticQuery(
        "bakery", "bakes", measures=(measure,), time=window(12), comparison=against
    )


def figures(query: SemanticQuery) -> Result:
    """A query's rows, from DAYS: of each shop, or of all that are not shut out."""
    shut = {str(v) for f in query.filters for v in f.values}
    left = {shop: day for shop, day in DAYS.items() if shop not in shut}
    groups = [[shop] for shop in left] if query.dimensions else [list(left)]
    found = []
    for shops in groups:
        totals = [sum(left[shop][i] for shop in shops) for i in range(4)]
        is_rate = query.measures[0] == RATE
        now = totals[2] / totals[0] if is_rate else float(totals[0])
        was = totals[3] / totals[1] if is_rate else float(totals[1])
        values = {"measure": now, "previous": was, "change": now - was, "change_pct": 0.0}
        columns = describe(query, bakery.model())
        found.append(
            {c.name: shops[0] if c.role == "dimension" else values[c.role] for c in columns}
        )
    return Result(pa.Table.from_pylist(found), False, 1.0)


@pytest.fixture(scope="module")
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def taken_apart(house: Bakehouse, query: SemanticQuery) -> Behind:
    turn = past_turn(house.ask("loaves yesterday"))
    return behind(query, turn, lambda: None, house.parts, figures)


def test_parts_of_a_sum_are_their_own_changes(house: Bakehouse) -> None:
    # North 300 - 200 = 100, South 100 - 120 = -20, all 80
    found = taken_apart(house, plan(LOAVES))
    assert found.whole == 80
    assert found.part is not None
    assert (found.part.value, found.part.change) == ("North", 100)
    assert found.part.share == pytest.approx(1.25)
    assert found.query.dimensions == (Dimension("shop_name"),)


def test_a_part_of_a_ratio_is_what_the_change_would_not_be_without_it(house: Bakehouse) -> None:
    # 40/400 - 22/320 = 0.03125; without North 10/100 - 12/120 = 0, so all of it is North's
    found = taken_apart(house, plan(RATE))
    assert found.whole == pytest.approx(0.03125)
    assert found.part is not None
    assert found.part.value == "North"
    assert found.part.change == pytest.approx(0.03125)
    assert found.part.share == pytest.approx(1.0)


def test_rows_are_no_figure_that_could_have_changed(house: Bakehouse) -> None:
    with pytest.raises(Ask):
        taken_apart(house, SemanticQuery("bakery", "bakes", kind="records"))


def test_one_thing_cannot_be_taken_apart(house: Bakehouse) -> None:
    one = Filter("oven", Op.EQ, ("OV-1",), phrase="OV-1")
    shop = Filter("shop_name", Op.EQ, ("North",), phrase="North")
    with pytest.raises(Ask):
        taken_apart(house, plan(LOAVES).with_(filters=(shop, one)))
