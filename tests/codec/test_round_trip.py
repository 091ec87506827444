"""What was written is read again: the same value, of the same types, to the last one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import types
from core.codec import from_json, to_json
from core.dialogue.past import Past, PastTurn
from core.errors import CodecError
from core.passports.passport import Passport
from core.semantic import query as q
from core.semantic.query import Filter, Op, SemanticQuery
from core.semantic.result import ResultColumn
from core.services import Services
from core.settings import load_settings
from core.types import Answer, ChartSpec, Clarification, Fact, Result
from tests.conftest import ROOT
from tests.semantic import strategies

MOMENTS = st.datetimes(
    timezones=st.none()
    | st.integers(-23 * 3600, 23 * 3600).map(lambda s: dt.timezone(dt.timedelta(seconds=s))),
    allow_imaginary=True,
).flatmap(lambda m: st.sampled_from([m, m.replace(fold=1)]))
TEXTS = st.text(st.characters(exclude_categories=()))
SCALARS = st.one_of(
    TEXTS,
    st.integers(),
    st.integers(2**64, 10**400),
    st.floats(),
    st.booleans(),
    st.dates(),
    MOMENTS,
)
WINDOWS = st.builds(
    q.TimeWindow,
    st.none() | MOMENTS,
    st.none() | MOMENTS,
    st.sampled_from(["clock", "production"]),
    phrase=TEXTS,
    grain=st.none() | st.sampled_from(q.Grain),
)
FILTERS = st.builds(
    Filter, TEXTS, st.sampled_from(Op), st.lists(SCALARS, max_size=4).map(tuple), TEXTS
)


def _mapping(kind: Any) -> st.SearchStrategy[Any]:
    key, value = typing.get_args(kind) or (str, str)
    return st.dictionaries(st.from_type(key), st.from_type(value), max_size=3)


#: A mapping comes back as a dictionary, whatever it was.
st.register_type_strategy(Mapping, _mapping)


def some(each: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(each, max_size=3).map(tuple)


#: Every field of a query with whatever its type allows, sense or none.
QUERIES = st.builds(
    SemanticQuery,
    model=TEXTS,
    table=TEXTS,
    kind=st.sampled_from(["aggregate", "records"]),
    measures=some(
        st.builds(
            q.Measure,
            metric=st.none() | TEXTS,
            agg=st.none() | st.sampled_from(q.Agg),
            percentile=st.none() | st.floats(),
            where=some(FILTERS),
            transform=st.sampled_from(q.Transform),
            window=st.none() | st.integers(),
            per=st.none() | st.sampled_from(q.Grain),
            unit=st.none() | TEXTS,
        )
    ),
    dimensions=some(
        st.builds(q.Dimension, bin_width=st.none() | st.floats() | st.integers())
    ),
    fields=some(TEXTS),
    filters=some(FILTERS),
    time=st.none() | WINDOWS,
    comparison=st.none()
    | st.builds(
        q.Comparison,
        kind=st.sampled_from(["window", "reference"]),
        window=st.none() | WINDOWS,
        drop=some(TEXTS),
        phrase=TEXTS,
    ),
    having=some(
        st.builds(
            q.Having,
            measure=st.integers(),
            op=st.sampled_from(Op),
            values=some(st.floats()),
            on=st.sampled_from(["value", "change"]),
        )
    ),
    order=some(
        st.builds(q.Order, by=st.sampled_from(["measure", "dimension", "change", "column"]))
    ),
    limit=st.none() | st.integers(),
    per_group=st.booleans(),
    readings=st.sampled_from(["good", "all", "bad"]),
    anchor=st.none()
    | st.builds(
        q.Anchor,
        table=TEXTS,
        edge=st.sampled_from(["first", "last"]),
        relation=st.sampled_from(["before", "after"]),
        filters=some(FILTERS),
        span=st.none() | st.timedeltas(),
        phrase=TEXTS,
    ),
)  # fmt: skip


def same(one: Any, other: Any) -> None:
    """Equal in every field, those that `==` leaves out too, and of the same types."""
    assert type(one) is type(other)
    if dataclasses.is_dataclass(one):
        for item in dataclasses.fields(one):
            same(getattr(one, item.name), getattr(other, item.name))
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            same(left, right)
    elif isinstance(one, float):
        assert repr(one) == repr(other)  # nan is nan, and -0.0 is not 0.0
    elif isinstance(one, dt.datetime):
        assert (one, one.fold, one.utcoffset()) == (other, other.fold, other.utcoffset())
    else:
        assert one == other


@given(QUERIES)
def test_any_query(query: SemanticQuery) -> None:
    text = to_json(query)
    text.encode("utf-8")  # no half a character is left for a database to stumble over
    same(from_json(text, SemanticQuery), query)


@pytest.mark.parametrize(
    "kind",
    [
        types.Made, types.Verified, types.Estimate, types.Governed, types.ChartSpec, types.Fact,
        types.Chip, types.DataQuality, types.Clarification, types.WordUse, types.ReadWindow,
        types.User, ResultColumn, Passport,
    ],
)  # fmt: skip
@given(data=st.data())
def test_whatever_the_types_allow(kind: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    same(from_json(to_json(value), kind), value)


@given(strategies.queries())
def test_queries_that_mean_something(query: SemanticQuery) -> None:
    same(from_json(to_json(query), SemanticQuery), query)


def test_a_text_that_looks_like_a_date_stays_a_text() -> None:
    values = ("2026-01-01", dt.date(2026, 1, 1), dt.datetime(2026, 1, 1), 1, 1.0, True)
    kept = SemanticQuery("m", "t", filters=(Filter("c", Op.IN, values),))
    read = from_json(to_json(kept), SemanticQuery)
    assert [type(v) for v in read.filters[0].values] == [type(v) for v in values]


def test_a_text_that_looks_like_a_mark_stays_a_text() -> None:
    kept = Fact("gap", '{"$date": "2026-01-01"}', (float("-inf"), 3))
    same(from_json(to_json(kept), Fact), kept)


def test_two_halves_of_a_character_stay_two() -> None:
    kept = Clarification("\ud83d\ude00 and \U0001f600", unknown_words=("\x00", "\u2028"))
    assert len(kept.question) == 8
    same(from_json(to_json(kept), Clarification), kept)


def test_a_conversation() -> None:
    column = ResultColumn("oee", "OEE", "double", "measure", "1", display="percent")
    plan = SemanticQuery("plant", "plant_obt", time=q.TimeWindow(None, dt.datetime(2026, 1, 1)))
    answer = Answer(
        "a1", "Wie war die OEE gestern? \u1ebf", "answered", "NEW_QUERY", "parser",
        types.User("anna", "engineer", ("N",)), "plant", plan=plan, columns=(column,),
        chart=ChartSpec("kpi", "OEE", y=("oee",)), asked_at=dt.datetime(2026, 1, 2, 3, 4, 5, 6),
    )  # fmt: skip
    turn = PastTurn(answer, is_truncated=True, elapsed_ms=1.5)
    kept = Past((turn, PastTurn(replace(answer, plan=None, status="empty", chart=None))))
    same(from_json(to_json(kept), Past), kept)


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    data = plant_folder(tmp_path_factory.mktemp("data"))
    built = Services.open(load_settings({"GEMBA_DATA_DIR": str(data)}))
    yield built
    built.close()


def test_answers_of_the_golden_questions(services: Services) -> None:
    lines = (ROOT / "data" / "eval" / "plant.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines][::12]
    kinds = set()
    for case in cases:
        if "question" in case:
            person = services.policy.user(case.get("as") or "admin")
            answer = replace(services.answer(case["question"], person), result=None)
            kinds.add(answer.status)
            same(from_json(to_json(answer), Answer), answer)
    assert kinds >= {"answered", "clarify"}


@dataclass(frozen=True)
class _Tree:
    name: str
    inside: tuple[_Tree, ...] = ()


def test_a_dataclass_may_hold_itself() -> None:
    kept = _Tree("a", (_Tree("b", (_Tree("c"),)), _Tree("d")))
    assert from_json(to_json(kept), _Tree) == kept


def test_rows_have_no_form_and_none_of_them_has() -> None:
    result = Result(pa.table({"a": [1]}), truncated=False, elapsed_ms=1.0)
    with pytest.raises(CodecError, match=r"^Result\.table: a Table has no form as text"):
        to_json(result)
