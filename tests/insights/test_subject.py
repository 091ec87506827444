"""Every filter is said: what is left out, which state, which clock time, which threshold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from core.insights import chips, empty_message, find_facts, headline, suggest
from core.semantic.columns import describe
from core.semantic.model import Column, Hierarchy, State
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
    Transform,
)
from core.types import EmptyReason, Result
from tests.charts.brewery import (
    DAY,
    HALL,
    JUNE,
    LOSS,
    MAY,
    MODEL,
    ON_MAY,
    PUMPS,
    SHAKE,
    STOPS,
    TANK,
    YIELD,
    days,
    query,
    result,
)

ENDED = Column("ended", "datetime", "time", "Ended")
_stops = MODEL.tables["stops"]
#: The brewery with kinds of tanks above the tanks, and stops that end.
PLANT = replace(
    MODEL,
    hierarchies=(*MODEL.hierarchies, Hierarchy("equipment", ("kind", "tank"))),
    tables={
        **MODEL.tables,
        "stops": replace(
            _stops,
            columns={**_stops.columns, "ended": ENDED},
            states=(State("lasting", "ended", is_null=True), State("over", "ended", is_null=False)),
        ),
    },
)
LATER = Comparison("window", TimeWindow(dt.datetime(2026, 7, 1), dt.datetime(2026, 8, 1)))
SHARE = Measure(agg=Agg.SUM, column="loss", transform=Transform.SHARE)
RUNNING = Measure(agg=Agg.SUM, column="loss", transform=Transform.RUNNING)


def where(column: str, op: Op, *values: Any) -> Filter:
    return Filter(column, op, values)


def said(q: SemanticQuery, values: Any) -> str:
    columns = describe(q, PLANT)
    table = pa.table([pa.array(v) for v in values], names=[c.name for c in columns])
    found = Result(table, truncated=False, elapsed_ms=1.0)
    return headline(found, columns, q, PLANT).replace("\u00a0", " ")


NOT_C2 = where("tank", Op.NE, "C-2")
FILTERED = [
    ((PUMPS, NOT_C2), "Loss of pumps without C-2 came to 5 L in June 2026."),
    ((where("house", Op.EQ, "North"), where("turn", Op.EQ, "Night")),
     "Loss in North on turn Night came to 5 L in June 2026."),
    ((where("@weekday", Op.EQ, 7),), "Loss on Sundays came to 5 L in June 2026."),
    ((where("@weekday", Op.IN, 1, 2, 3, 4, 5),), "Loss on weekdays came to 5 L in June 2026."),
    ((where("@weekday", Op.IN, 1, 2, 3, 4, 5, 6),),
     "Loss without Sundays came to 5 L in June 2026."),
    ((where("@minute_of_day", Op.BETWEEN, 840, 959),),
     "Loss between 14:00 and 16:00 came to 5 L in June 2026."),
    ((where("shake", Op.GT, 4.5),),
     "Loss with vibration above 4.5 mm/s came to 5 L in June 2026."),
    ((where("loss_cause", Op.NOT_IN, "spill", "leak"),),
     "Loss without cause of loss spill and cause of loss leak came to 5 L in June 2026."),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "text"), FILTERED)
def test_a_single_figure_says_its_filters(filters: tuple[Filter, ...], text: str) -> None:
    assert said(query(LOSS, filters=filters), [[5.0]]) == text


@pytest.mark.parametrize(("filters", "text"), FILTERED)
def test_and_so_do_groups_and_days(filters: tuple[Filter, ...], text: str) -> None:
    words = text.removeprefix("Loss").split(" came to")[0]
    grouped = said(query(LOSS, by=[HALL], filters=filters), [["A1", "B1"], [6.0, 4.0]])
    assert f"highest loss{words} in June 2026" in grouped
    daily = said(query(LOSS, by=[DAY], filters=filters), [days(2), [6.0, 4.0]])
    assert daily.startswith(f"Loss{words} came to 10 L")


def test_of_many_conditions_the_most_particular_are_said_and_the_rest_counted() -> None:
    filters = (
        where("house", Op.EQ, "North"), PUMPS, NOT_C2, where("shake", Op.GT, 4.5),
        where("turn", Op.EQ, "Night"), where("@weekday", Op.EQ, 7),
    )  # fmt: skip
    text = said(query(LOSS, filters=filters), [[5.0]])
    assert text.startswith("Loss without C-2 on turn Night on Sundays with vibration above 4.5")
    assert "(and 2 more conditions)" in text


def test_names_that_the_rows_show_are_not_said_twice() -> None:
    q = query(LOSS, by=[HALL], filters=(where("hall", Op.IN, "A1", "B1"),))
    assert "of A1" not in said(q, [["A1", "B1"], [6.0, 4.0]])


class TestStates:
    def test_in_the_words_of_the_model(self) -> None:
        for op, name in ((Op.IS_NULL, "Lasting"), (Op.NOT_NULL, "Over")):
            q = query(STOPS, table="stops", filters=(where("ended", op),), time=None)
            assert [c.label for c in chips(q, PLANT) if c.kind == "where"] == [name]
            assert said(q, [[14]]) == f"There are 14 {name.lower()} stops in all loaded data."

    def test_the_range_of_a_date_is_one_condition(self) -> None:
        ends = (
            where("ended", Op.GE, dt.datetime(2026, 6, 22)),
            where("ended", Op.LT, dt.datetime(2026, 6, 29)),
        )
        q = query(STOPS, table="stops", filters=ends, time=None)
        assert [c.label for c in chips(q, PLANT) if c.kind == "where"] == [
            "Ended 22 to 28 Jun 2026"
        ]
        assert said(q, [[57]]) == "There were 57 stops ended 22 to 28 Jun 2026."
        one = query(STOPS, table="stops", filters=ends[:1], time=None)
        assert "Ended from 22 Jun 2026 on" in [c.label for c in chips(one, PLANT)]

    def test_none_is_said_in_words(self) -> None:
        q = query(STOPS, table="stops", filters=(PUMPS,))
        assert said(q, [[0]]) == "There were no stops of pumps in June 2026."


class TestArrowOfTime:
    def test_nothing_rises_towards_the_past(self) -> None:
        q = query(YIELD, comparison=LATER)
        values = [[0.67], [0.691], [-0.021], [-0.03]]
        assert said(q, values) == (
            "Yield was 67.0 % in June 2026, 2.1 points below July 2026 (69.1 %)."
        )
        made, columns = result(q, values)
        facts = find_facts(made, columns, q, PLANT)
        assert [f.is_good for f in facts] == [None]
        assert not any(w in facts[0].text for w in ("went", "worse", "better"))

    def test_nor_is_it_better_or_worse_in_a_table_or_a_chart(self) -> None:
        assert {c.direction for c in describe(query(YIELD, comparison=LATER), PLANT)} == {"none"}
        assert {c.direction for c in describe(query(YIELD, comparison=ON_MAY), PLANT)} == {"higher"}

    def test_groups(self) -> None:
        q = query(YIELD, by=[HALL], comparison=LATER)
        text = said(q, [["A", "B"], [0.7, 0.8], [0.9, 0.7], [-0.2, 0.1], [-0.2, 0.1]])
        assert text.startswith(
            "Hall A differs most in yield: 70.0 % in June 2026, 20.0 points below"
        )


class TestThresholds:
    def kept(self, op: Op, value: float, measure: Measure = YIELD, **more: Any) -> SemanticQuery:
        return query(
            measure, by=[TANK], having=(Having(0, op, (value,), **more),), filters=(PUMPS,)
        )

    def test_are_said_with_who_met_them(self) -> None:
        text = said(self.kept(Op.LT, 0.7), [["C-1", "C-2"], [0.6, 0.65]])
        assert text == "2 pumps had yield below 70 % in June 2026: C-1 (60.0 %) and C-2 (65.0 %)."

    def test_the_same_value_is_said_once(self) -> None:
        text = said(self.kept(Op.LT, 5000, LOSS), [["C-1", "C-2"], [0.0, 0.0]])
        assert "each 0 L: C-1 and C-2" in text

    def test_the_only_one(self) -> None:
        text = said(self.kept(Op.LT, 0.7), [["C-1"], [0.6]])
        assert text == "C-1 was the only pump with yield below 70 % in June 2026: 60.0 %."

    def test_a_count_is_counted(self) -> None:
        text = said(self.kept(Op.GT, 5, STOPS).with_(table="stops"), [["C-1", "C-2"], [7, 9]])
        assert text.startswith("2 pumps had more than 5 stops in June 2026: C-2 (9)")

    def test_on_a_change(self) -> None:
        q = self.kept(Op.LT, 0.0, on="change").with_(comparison=ON_MAY)
        text = said(q, [["C-1", "C-2"], [0.6, 0.5], [0.7, 0.7], [-0.1, -0.2], [-0.1, -0.2]])
        assert text.startswith("2 pumps had lower yield in June 2026 against May 2026: C-2 (−20.0")
        assert "Only where yield fell" in [c.label for c in chips(q, PLANT)]

    def test_that_nobody_met_name_the_nearest(self) -> None:
        q = self.kept(Op.LT, 0.65)
        text = empty_message(EmptyReason.NO_ROWS, q, PLANT, nearest=("C-1", "66.9 %"))
        assert text.replace("\u00a0", " ") == (
            "No pump had yield below 65 % in June 2026; the nearest was C-1 with 66.9 %."
        )
        assert "No pump had yield below 65" in empty_message(EmptyReason.NO_ROWS, q, PLANT)


class TestFigures:
    def test_a_share_is_what_is_spoken_of(self) -> None:
        q = query(LOSS, SHARE, by=[HALL], order=(Order("measure"),))
        text = said(q, [["A1", "B1", "C1"], [60.0, 30.0, 10.0], [0.6, 0.3, 0.1]])
        assert text.startswith("A1 had the highest share of loss in June 2026: 60.0 %")

    def test_a_running_total_ends_somewhere(self) -> None:
        q = query(LOSS, RUNNING, by=[DAY])
        text = said(q, [days(3), [1.0, 2.0, 3.0], [1.0, 3.0, 6.0]])
        assert text == "Running loss reached 6 L by 3 Jun 2026 (June 2026)."

    def test_a_mean_of_days_is_never_summed(self) -> None:
        daily = Measure(agg=Agg.SUM, column="loss", per=Grain.DAY)
        assert said(query(daily), [[785.0]]).startswith("Loss per day on average was 785")
        text = said(query(daily, by=[HALL]), [["A1", "B1", "C1"], [6.0, 3.0, 1.0]])
        assert "of the total" not in text
        assert not describe(query(daily), PLANT)[0].additive

    def test_the_latest_has_no_window(self) -> None:
        latest = Measure(agg=Agg.LATEST, column="shake")
        q = query(latest, filters=(where("tank", Op.EQ, "C-1"),), time=None)
        assert said(q, [[2.02]]) == "The latest vibration of C-1 was 2.02 mm/s."

    def test_the_most_of_one_row_is_not_that_of_a_day(self) -> None:
        most = Measure(agg=Agg.MAX, column="loss")
        q = query(most, by=[DAY, HALL])
        text = said(q, [days(1) * 2, ["A1", "B1"], [6.0, 3.0]])
        assert "highest loss in one reading" in text

    def test_plurals_were(self) -> None:
        bottles = replace(PLANT.metrics["yield_rate"], name="b", label="Bottles", display="number",
                          unit=None)  # fmt: skip
        model = replace(PLANT, metrics={**PLANT.metrics, "b": bottles})
        q = query(Measure(metric="b"))
        made, columns = result(query(YIELD), [[3.0]])
        assert headline(made, columns, q, model).startswith("Bottles were")

    def test_two_values_that_round_alike_are_told_apart(self) -> None:
        q = query(LOSS, by=[HALL], order=(Order("measure"),), limit=2)
        text = said(q, [["A1", "B1"], [1.76, 1.75]])
        assert "1.8 L" in text or "1.76 L" in text

    def test_the_lowest_day_is_named_as_such(self) -> None:
        q = query(LOSS, by=[DAY], order=(Order("measure", descending=False),), limit=1)
        assert said(q, [days(1), [2.0]]) == "1 Jun 2026 had the lowest loss in June 2026: 2 L."


def test_the_last_row_names_itself() -> None:
    q = query(
        kind="records",
        table="stops",
        fields=("tank", "brewed_at", "loss"),
        filters=(where("hall", Op.EQ, "Cellar"),),
        order=(Order("column", column="brewed_at"),),
        limit=1,
        time=None,
    )
    text = said(q, [["C-1"], [dt.datetime(2026, 6, 30, 4)], [5.0]])
    assert text == "The last stop of Cellar is C-1, time 30 Jun 2026 04:00, loss 5 L."
    most = q.with_(order=(Order("column", column="loss"),))
    text = said(most, [["C-1"], [dt.datetime(2026, 6, 30, 4)], [5.0]])
    assert text.startswith("The stop of Cellar with the highest loss is C-1")


def test_a_figure_that_cannot_be_says_why() -> None:
    text = empty_message(EmptyReason.NOT_ANSWERABLE, query(YIELD, filters=(PUMPS,)), PLANT,
                         has_rows=True)  # fmt: skip
    assert text == "There is no value for yield of pumps in June 2026: nothing was brewed."
    text = empty_message(EmptyReason.NOT_ANSWERABLE, query(SHAKE, filters=(PUMPS,)), PLANT,
                         has_rows=True)  # fmt: skip
    assert text.startswith("There are readings of pumps in June 2026, but none of vibration")


def test_days_without_any_of_what_is_counted_had_none() -> None:
    doubtful = where("grade", Op.EQ, "doubtful")
    q = query(STOPS, by=[DAY], filters=(doubtful,))
    own = [d for d in days(30) if d.day not in (4, 5)]
    made, columns = result(q, [own, [3] * 28])
    texts = [f.text for f in find_facts(made, columns, q, PLANT)]
    assert "2 of 30 days had none: 4 Jun 2026 and 5 Jun 2026." in texts


def test_follow_ups_speak_of_the_time_as_the_question_did() -> None:
    week = TimeWindow(dt.datetime(2026, 6, 22), dt.datetime(2026, 6, 29), phrase="last week")
    texts = suggest(query(YIELD, filters=(PUMPS,), time=week), PLANT)
    assert texts[0].startswith("Yield for pumps by")
    assert all("last week" in t and "2026" not in t for t in texts)
    assert MAY.start != JUNE.start


def test_dimension_of_kinds_is_plural() -> None:
    q = query(SHAKE, by=[Dimension(column="kind")])
    assert said(q, [["pump", "mixer"], [3.0, 2.0]]).startswith("Pumps had the highest")


def test_states_stand_before_what_is_counted_by_group() -> None:
    q = query(STOPS, by=[HALL], table="stops", filters=(where("ended", Op.NOT_NULL),))
    assert said(q, [["A1", "B1"], [5, 3]]).startswith("A1 had the most over stops in June 2026: 5")
