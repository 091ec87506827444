"""Chips, explanation, follow-ups, empties and the quality line."""

from __future__ import annotations

import datetime as dt

import pytest

from core.insights import chips, empty_message, explain, quality_line, suggest
from core.semantic.columns import describe
from core.semantic.phrases import say
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
    Transform,
)
from core.types import DataQuality, EmptyReason, Governed, ScopePredicate
from tests.charts.brewery import (
    CAUSE,
    DAY,
    HALL,
    JUNE,
    LOSS,
    MODEL,
    ON_MAY,
    PUMPS,
    SHAKE,
    STOPS,
    TANK,
    YIELD,
    query,
)


def labels(q: SemanticQuery) -> list[str]:
    return [f"{c.kind}: {c.label}".replace("\u00a0", " ") for c in chips(q, MODEL)]


def test_chips_name_every_part() -> None:
    q = query(
        SHAKE,
        by=[TANK],
        filters=(PUMPS, Filter("shake", Op.GE, (4.5,))),
        comparison=ON_MAY,
        order=(Order("measure"),),
        limit=5,
        having=(Having(0, Op.GT, (2.0,)),),
    )
    assert labels(q) == [
        "measure: Mean vibration",
        "by: Tank",
        "where: Kind pump",
        "where: Vibration of 4.5 mm/s or more",
        "where: Only where mean vibration is above 2 mm/s",
        "when: June 2026",
        "compare: May 2026",
        "top: Top 5",
        "readings: Good readings only",
    ]


def test_chips_leave_out_what_splitting_implies() -> None:
    implied = Filter("loss_cause", Op.NOT_NULL)
    assert "where" not in {
        c.kind for c in chips(query(LOSS, by=[CAUSE], filters=(implied,)), MODEL)
    }
    assert "where" in {c.kind for c in chips(query(LOSS, filters=(implied,)), MODEL)}


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (Filter("hall", Op.EQ, ("Hall 2",)), "Hall 2"),
        (Filter("hall", Op.EQ, ("North",)), "Hall North"),
        (Filter("hall", Op.IN, ("North", "South")), "Hall North or South"),
        (Filter("hall", Op.NE, ("North",)), "Hall not North"),
        (Filter("hall", Op.NOT_IN, ("North", "South")), "Hall other than North or South"),
        (Filter("shake", Op.BETWEEN, (1, 2.5)), "Vibration from 1\u00a0mm/s to 2.5\u00a0mm/s"),
        (Filter("hall", Op.IS_NULL), "Without hall"),
        (Filter("hall", Op.CONTAINS, ("or",)), "Hall with 'or' in it"),
        (Filter("@weekday", Op.IN, (6, 7)), "Weekday Saturday or Sunday"),
        (Filter("@hour", Op.GE, (22,)), "Hour of day of 22:00 or more"),
        (Filter("@month", Op.EQ, (3,)), "Month March"),
        (Filter("@minute_of_day", Op.LT, (390,)), "Time of day below 06:30"),
    ],
)
def test_conditions_in_words(one: Filter, text: str) -> None:
    assert [c.label for c in chips(query(LOSS, filters=(one,)), MODEL) if c.kind == "where"] == [
        text
    ]


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (YIELD, "Yield"),
        (LOSS, "Loss"),
        (STOPS, "Number of readings"),
        (
            Measure(agg=Agg.PERCENTILE, column="shake", percentile=0.95),
            "95th percentile of vibration",
        ),
        (Measure(agg=Agg.PERCENTILE, column="shake", percentile=0.5), "Median vibration"),
        (Measure(agg=Agg.COUNT_DISTINCT, column="kind"), "Number of different kinds"),
        (Measure(agg=Agg.DURATION), "Hours"),
        (Measure(agg=Agg.SUM, column="loss", transform=Transform.SHARE), "Share of loss"),
        (
            Measure(agg=Agg.COUNT, where=(Filter("shake", Op.GT, (4.5,)),)),
            "Number of readings with vibration above 4.5\u00a0mm/s",
        ),
    ],
)
def test_figures_in_words(measure: Measure, text: str) -> None:
    assert chips(query(measure), MODEL)[0].label == text


class TestWindows:
    @pytest.mark.parametrize(
        ("start", "end", "text"),
        [
            ((2026, 6, 1), (2026, 7, 1), "June 2026"),
            ((2026, 4, 1), (2026, 7, 1), "Q2 2026"),
            ((2026, 1, 1), (2027, 1, 1), "2026"),
            ((2026, 6, 22), (2026, 6, 29), "22 to 28 Jun 2026"),
            ((2026, 5, 25), (2026, 6, 1), "25 to 31 May 2026"),
            ((2026, 5, 25), (2026, 6, 8), "25 May to 7 Jun 2026"),
            ((2025, 12, 29), (2026, 1, 5), "29 Dec 2025 to 4 Jan 2026"),
            ((2026, 6, 3), (2026, 6, 4), "3 Jun 2026"),
            ((2026, 6, 3, 14), (2026, 6, 3, 16), "3 Jun 2026 14:00 to 16:00"),
            ((2026, 6, 3, 22), (2026, 6, 4, 6), "3 Jun 2026 22:00 to 4 Jun 2026 06:00"),
        ],
    )
    def test_absolute(self, start: tuple[int, ...], end: tuple[int, ...], text: str) -> None:
        window = TimeWindow(dt.datetime(*start), dt.datetime(*end))  # type: ignore[arg-type]
        assert f"when: {text}" in labels(query(YIELD, time=window))

    def test_open(self) -> None:
        assert "when: All loaded data" in labels(query(YIELD, time=None))
        since = TimeWindow(dt.datetime(2026, 5, 3), None)
        assert "when: From 3 May 2026" in labels(query(YIELD, time=since))

    def test_production_days_are_named(self) -> None:
        window = TimeWindow(JUNE.start, JUNE.end, "production", phrase="in June")
        chip = next(c for c in chips(query(YIELD, time=window), MODEL) if c.kind == "when")
        assert chip.detail == "in June, by production day"


class TestExplanation:
    def test_defines_the_metric_with_its_formula(self) -> None:
        q = query(YIELD, by=[HALL])
        text = explain(q, MODEL, describe(q, MODEL), None)
        assert "Measure: yield = SUM(good) / SUM(total) (Good over all beer)." in text
        assert "never as a mean of ratios" in text
        assert "Without a value: nothing was brewed." in text

    def test_names_window_axis_filters_and_readings(self) -> None:
        q = query(SHAKE, by=[TANK], filters=(PUMPS,))
        lines = explain(q, MODEL, describe(q, MODEL), None).splitlines()
        assert (
            "Time: June 2026 ([2026-06-01 00:00, 2026-07-01 00:00), plant-local clock time)."
            in lines
        )
        assert "Filters: kind pump." in lines
        assert "Readings: only those whose grade is ok count in mean vibration." in lines

    def test_names_what_governance_added_once(self) -> None:
        q = query(SHAKE)
        added = Governed(
            sql="SELECT 1",
            tables=("brews", "stops"),
            predicates=(
                ScopePredicate("brews", "house", ("north", "south")),
                ScopePredicate("stops", "house", ("north", "south")),
            ),
            masked=("brews.brewer",),
            limit=10_001,
            rules_version="1",
        )
        text = explain(q, MODEL, describe(q, MODEL), added)
        assert text.count("Added for your rights: Brewhouse in north, south.") == 1
        assert "Masked for your role: brews.brewer." in text
        assert "At most 10,000 rows are read." in text

    def test_without_a_query_still_names_the_guard(self) -> None:
        added = Governed("SELECT 1", ("brews",), (), (), 11, "1")
        assert explain(None, MODEL, (), added) == "At most 10 rows are read."


class TestFollowUps:
    def test_go_down_over_time_and_back(self) -> None:
        assert suggest(query(YIELD, by=[HALL]), MODEL) == (
            "Yield by tank in June 2026",
            "Yield by hall and day in June 2026",
            "Yield by hall in June 2026 compared with the previous period",
        )

    def test_keep_the_filters(self) -> None:
        for text in suggest(query(YIELD, filters=(Filter("hall", Op.EQ, ("North",)),)), MODEL):
            assert "for North" in text

    def test_none_when_a_filter_would_be_lost(self) -> None:
        assert suggest(query(YIELD, filters=(Filter("shake", Op.GT, (4.5,)),)), MODEL) == ()
        assert suggest(query(YIELD, readings="all"), MODEL) == ()

    def test_never_repeat_what_was_asked(self) -> None:
        over_time = suggest(query(YIELD, by=[DAY]), MODEL)
        assert not any("by day" in text for text in over_time)
        compared = suggest(query(YIELD, comparison=ON_MAY), MODEL)
        assert not any("previous period" in text for text in compared)

    def test_do_not_count_a_thing_by_itself(self) -> None:
        counted = query(Measure(agg=Agg.COUNT_DISTINCT, column="tank"))
        assert not any("by tank" in text for text in suggest(counted, MODEL))


class TestEmpties:
    """Five honest empties; each says what to do."""

    def test_no_rows(self) -> None:
        q = query(YIELD, filters=(PUMPS,))
        assert empty_message(EmptyReason.NO_ROWS, q, MODEL) == (
            "No readings with kind pump match in June 2026. Take a filter away or widen the time "
            "window."
        )

    def test_out_of_scope(self) -> None:
        one = empty_message(EmptyReason.OUT_OF_SCOPE, None, MODEL, subject="South")
        assert one.startswith("South is outside the plants that you may see.")
        two = empty_message(EmptyReason.OUT_OF_SCOPE, None, MODEL, subject=["South", "East"])
        assert two.startswith("South and East are outside")

    def test_not_loaded(self) -> None:
        text = empty_message(
            EmptyReason.NOT_LOADED,
            query(YIELD),
            MODEL,
            first=dt.datetime(2026, 1, 1),
            last=dt.datetime(2026, 5, 31, 23, 50),
        )
        assert text == (
            "There are no data in June 2026. Data are loaded from 1 Jan 2026 00:00 to 31 May 2026 "
            "23:50; ask within that."
        )
        assert "Nothing is loaded yet" in empty_message(EmptyReason.NOT_LOADED, None, MODEL)

    def test_sensor_bad(self) -> None:
        text = empty_message(EmptyReason.SENSOR_BAD, query(SHAKE), MODEL)
        assert "none of good quality" in text
        assert "all readings" in text

    def test_not_answerable(self) -> None:
        text = empty_message(EmptyReason.NOT_ANSWERABLE, None, MODEL, subject="weather")
        assert "'Brewery': it holds nothing about weather" in text


class TestQuality:
    def test_shares_and_age(self) -> None:
        quality = DataQuality(0.972, 0.021, 0.007, None, 9_000, dt.datetime(2026, 6, 30, 23, 50))
        assert quality_line(quality).replace("\u00a0", " ") == (
            "97.2 % Good, 2.1 % Uncertain, 0.7 % Bad; data to 30 Jun 2026 23:50"
        )

    def test_a_little_is_not_nothing_and_almost_all_is_not_all(self) -> None:
        text = quality_line(DataQuality(0.99999, 0.0, 0.00001)).replace("\u00a0", " ")
        assert text == ">99.9 % Good, <0.1 % Bad"

    def test_what_is_unknown_is_left_out(self) -> None:
        assert quality_line(DataQuality()) == ""
        assert quality_line(DataQuality(good=1.0)) == "100.0\u00a0% Good"


def test_a_value_is_never_read_as_a_template() -> None:
    q = query(YIELD, filters=(Filter("hall", Op.EQ, ("{0.__class__} %s {what}",)),))
    assert "{0.__class__} %s {what}" in chips(q, MODEL)[1].label
    with pytest.raises(KeyError):
        say("no_such_sentence")


def test_reference_comparison_names_what_is_dropped() -> None:
    q = query(YIELD, filters=(PUMPS,), comparison=Comparison("reference", drop=("kind",)))
    assert "compare: All, without kind" in labels(q)


def test_bins_name_their_width() -> None:
    q = query(STOPS, by=[Dimension(column="temp", bin_width=5.0)])
    assert "by: Temperature in steps of 5 °C" in labels(q)
