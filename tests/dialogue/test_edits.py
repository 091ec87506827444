"""Changes of a query as properties: whatever comes of them compiles and runs, or is asked back."""

import datetime as dt
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dialogue.edits import (
    Against,
    All,
    Anywhere,
    AsRows,
    Edit,
    Ground,
    InUnits,
    Limited,
    Measured,
    Ranked,
    Readings,
    Reversed,
    Split,
    Unsplit,
    When,
    Where,
    edited,
)
from core.dialogue.settle import settled
from core.errors import GembaError
from core.language.reading import Ask
from core.language.time_phrases import ClockTime
from core.semantic.compile import compile_query
from core.semantic.facts import DataFacts
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
)
from tests.semantic.small_model import MODEL
from tests.semantic.small_plant import SmallPlant, readings
from tests.semantic.strategies import AMOUNTS, PLACES, dimensions, queries, windows

CLOCK = ClockTime(dt.date(2026, 6, 30), dt.datetime(2026, 7, 1), 1)
GROUND = Ground(MODEL, DataFacts((), {}, CLOCK.today, CLOCK.now), CLOCK)
VALUES = {"plant_id": ["HAM", "AUS"], "line_name": ["Line 1", "Line 2"], "asset_id": ["PMP-01"]}


@lru_cache(maxsize=1)
def plant() -> SmallPlant:
    return SmallPlant(readings("24h"))


@st.composite
def places(draw: st.DrawFn) -> Filter:
    column = draw(st.sampled_from(sorted(VALUES)))
    op = draw(st.sampled_from([Op.EQ, Op.NE]))
    return Filter(column, op, (draw(st.sampled_from(VALUES[column])),), phrase="it")


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """One change, of any kind."""
    split = draw(dimensions("plant_obt"))
    modes = st.sampled_from(["swap", "add", "set"])
    step = st.just((Dimension(grain=Grain.DAY),))
    kinds: list[st.SearchStrategy[Edit]] = [
        st.builds(
            Measured,
            _figures(),
            st.just("plant_obt"),
            st.booleans(),
        ),
        st.builds(Split, st.one_of(st.just(split or (Dimension("line_name"),)), step), modes),
        st.builds(Unsplit, st.sampled_from([(), (Dimension("line_name"),)])),
        st.builds(Where, st.tuples(places()), st.sampled_from(["set", "only", "also"])),
        st.builds(Anywhere, st.sampled_from([(), ("plant_id",), ("line_name", "asset_id")])),
        st.builds(When, st.one_of(st.none(), windows(axis="clock"))),
        st.builds(Against, st.one_of(st.none(), st.builds(_against, windows(axis="clock")))),
        st.builds(
            Ranked,
            st.just((Order("measure", 0),)),
            st.one_of(st.none(), st.integers(1, 9)),
            st.booleans(),
        ),
        st.builds(Limited, st.just((Having(0, Op.GT, (1.0,)),))),
        st.just(All()),
        st.just(Reversed()),
        st.builds(Readings, st.sampled_from(["good", "all", "bad"])),
        st.just(InUnits((None,))),
        st.just(AsRows()),
    ]
    return draw(st.one_of(kinds))


def _figures() -> st.SearchStrategy[tuple[Measure, ...]]:
    metric = st.sampled_from(["oee", "scrap_rate"]).map(lambda name: Measure(metric=name))
    names = {m.name for m in MODEL.metrics.values()}
    column = st.sampled_from(AMOUNTS).map(lambda name: Measure(agg=Agg.SUM, column=name))
    return st.tuples(st.one_of(metric.filter(lambda m: m.metric in names), column))


def _against(window: TimeWindow) -> Comparison:
    return Comparison("window", window)


def runs(query: SemanticQuery) -> bool:
    """Whether a query is one that the compiler takes; what it takes must run."""
    try:
        sql = compile_query(query, MODEL)
    except GembaError:
        return False
    plant().sql(sql)
    return True


@settings(max_examples=40, deadline=None)
@given(queries(), st.lists(edits(), min_size=1, max_size=4))
def test_what_comes_of_changes_runs_or_is_asked_back(
    query: SemanticQuery, made: list[Edit]
) -> None:
    if not runs(query):
        return
    try:
        found = edited(query, made, GROUND)
    except Ask:
        return
    assert runs(found)


@settings(max_examples=150)
@given(queries())
def test_settling_twice_is_settling_once(query: SemanticQuery) -> None:
    once = settled(query, MODEL)
    assert settled(once, MODEL) == once


@given(queries(), places())
def test_a_condition_that_is_set_is_the_one_of_its_column(
    query: SemanticQuery, one: Filter
) -> None:
    if one.op is not Op.EQ or one.column not in MODEL.tables[query.table].columns:
        return
    try:
        found = edited(query, [Where((one,))], GROUND)
    except Ask:
        assert not runs(query)
        return
    assert [f for f in found.filters if f.column == one.column] == [one]


@given(queries())
def test_a_time_that_is_set_leaves_all_else(query: SemanticQuery) -> None:
    window = TimeWindow(dt.datetime(2026, 3, 2), dt.datetime(2026, 3, 9))
    try:
        found = edited(query, [When(window)], GROUND)
    except Ask:
        assert not runs(query) or query.comparison is not None
        return
    plain = settled(query, MODEL)
    assert found.time is not None
    assert (found.time.start, found.time.end) == (window.start, window.end)
    assert (found.measures, found.dimensions) == (plain.measures, plain.dimensions)
    assert found.filters == plain.filters


OEE = SemanticQuery("small", "plant_obt", measures=(Measure(metric="oee"),))
HAM = Filter("plant_id", Op.EQ, ("HAM",), phrase="HAM")


@pytest.mark.parametrize(
    ("query", "edit"),
    [
        (OEE, Against(None)),
        (OEE, All()),
        (OEE, Reversed()),
        (OEE, Anywhere()),
        (OEE, Anywhere(("plant_id",))),
        (OEE, Unsplit()),
        (OEE, InUnits((None, None))),
        (OEE, AsRows()),
        (OEE.with_(filters=(HAM,)), Where((Filter("plant_id", Op.NE, ("HAM",)),))),
        (OEE, Where((HAM,), "also")),
    ],
)
def test_what_does_not_fit_is_asked_back(query: SemanticQuery, edit: Edit) -> None:
    before = query
    with pytest.raises(Ask):
        edited(query, [edit], GROUND)
    assert query == before


def test_limits_fall_away_with_the_groups_that_they_were_of() -> None:
    query = OEE.with_(
        dimensions=(Dimension("line_name"),),
        having=(Having(0, Op.GT, (0.5,)),),
        order=(Order("measure", 0),),
        limit=3,
    )
    found = edited(query, [Unsplit()], GROUND)
    assert (found.having, found.limit) == ((), None)
    # the first three stay three, of other groups; a limit on figures was of those groups alone
    other = edited(query, [Split((Dimension("asset_id"),))], GROUND)
    assert (other.having, other.limit) == ((), 3)
    steps = edited(query, [Split((Dimension(grain=Grain.DAY),))], GROUND)
    assert (steps.having, steps.limit) == ((), None)
    kept = edited(query, [Where((HAM,))], GROUND)
    assert (kept.having, kept.limit) == (query.having, 3)


def test_columns_that_tests_use_are_there() -> None:
    assert set(VALUES) <= set(PLACES)
