"""Text that is not what was written gives one kind of error, with the place, and never a crash."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec import from_json, to_json
from core.errors import CodecError, Unavailable
from core.semantic.query import Filter, Op, SemanticQuery, TimeWindow
from core.types import Fact, Made

QUERY = SemanticQuery("plant", "plant_obt", filters=(Filter("line_name", Op.EQ, ("Line 2",)),))


def text_of(change: dict[str, Any]) -> str:
    """The query's text, with some of its fields changed; None as a value is JSON's null."""
    kept = json.loads(to_json(QUERY))
    kept["value"].update(change)
    return json.dumps(kept)


def envelope(value: str, kind: str = "SemanticQuery") -> str:
    return f'{{"gemba": 1, "type": "{kind}", "value": {value}}}'


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"nope": 1}, "SemanticQuery: there is no field 'nope'."),
        ({"limit": "5"}, "SemanticQuery.limit: '5' is none of its types."),
        ({"limit": 5.0}, "SemanticQuery.limit: 5.0 is none of its types."),
        ({"limit": True}, "SemanticQuery.limit: True is none of its types."),
        ({"per_group": 1}, "SemanticQuery.per_group: 1 is no bool."),
        ({"table": None}, "SemanticQuery.table: None is no text."),
        ({"fields": "abc"}, "SemanticQuery.fields: 'abc' is no list."),
        ({"fields": ["a", 1]}, "SemanticQuery.fields[1]: 1 is no text."),
        ({"kind": "all"}, "SemanticQuery.kind: 'all' is not among ['aggregate', 'records']."),
        ({"filters": [1]}, "SemanticQuery.filters[0]: 1 is no object."),
        (
            {"filters": [{"column": "a", "op": "like"}]},
            "SemanticQuery.filters[0].op: 'like' is not among ['=', '!=', '<', '<=', ",
        ),
        ({"filters": [{"op": "="}]}, "SemanticQuery.filters[0]: the field 'column' is missing."),
        (
            {"filters": [{"column": "a", "op": "=", "values": [{"$date": "1.1.2026"}]}]},
            "SemanticQuery.filters[0].values[0]: '1.1.2026' is no date.",
        ),
        (
            {"filters": [{"column": "a", "op": "=", "values": [{"$object": "os"}]}]},
            "SemanticQuery.filters[0].values[0]: {'$object': 'os'} is none of its types.",
        ),
        (
            {"time": {"start": {"$datetime": ["2026-01-01", 7]}, "end": None}},
            "SemanticQuery.time.start: ['2026-01-01', 7] is no datetime.",
        ),
        (
            {"time": {"start": "2026-01-01", "end": None}},
            "SemanticQuery.time.start: '2026-01-01' is none of its types.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_as_declared_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(CodecError) as caught:
        from_json(text_of(change), SemanticQuery)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "7", '"x"', "{", "not JSON", '{"model": "plant"}',
        envelope("NaN"), envelope("Infinity"), envelope("null"), envelope("[]"),
        envelope('{"model": "a", "model": "b", "table": "t"}'),
        envelope('{"model": "a", "table": "t", "limit": ' + "9" * 5_000 + "}"),
        envelope("[" * 100_000 + "]" * 100_000),
        envelope('{"model":' * 100_000 + "1" + "}" * 100_000),
        envelope('{"model": "a"}', "Answer"),
        '{"gemba": 2, "type": "SemanticQuery", "value": {}}',
        '{"gemba": true, "type": "SemanticQuery", "value": {}}',
        '{"gemba": 1, "type": ["SemanticQuery"], "value": {}}',
        '{"gemba": 1, "type": "SemanticQuery", "value": {}, "more": 1}',
    ],
)  # fmt: skip
def test_text_that_is_no_query(text: str) -> None:
    with pytest.raises(CodecError) as caught:
        from_json(text, SemanticQuery)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("number", ["1e999", "-1e999", '{"$float": "1e5"}', '{"$float": 1}', '"1"'])
def test_a_number_that_is_none(number: str) -> None:
    text = envelope(f'{{"kind": "gap", "text": "", "numbers": [{number}]}}', "Fact")
    with pytest.raises(CodecError, match=r"^Fact\.numbers\[0\]: "):
        from_json(text, Fact)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(
        ["model", "table", "filters", "values", "$date", "$float", "$utf8", "$seconds"]
    ), inner),
))  # fmt: skip
def test_any_json_is_read_or_refused(value: Any) -> None:
    for kind in (SemanticQuery, Made, Fact):
        text = json.dumps({"gemba": 1, "type": kind.__name__, "value": value})
        with pytest.raises(CodecError):
            from_json(text, kind)


@given(st.data())
def test_text_that_was_cut_or_changed_is_refused_or_is_a_query(data: st.DataObject) -> None:
    text = to_json(QUERY)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from(["", "{", '"', "\ud800", "0"])) + text[at + 1 :]
    with contextlib.suppress(CodecError):
        assert isinstance(from_json(changed, SemanticQuery), SemanticQuery)
    with pytest.raises(CodecError):
        from_json(text[:at], SemanticQuery)


def test_it_is_an_error_that_callers_know_as_a_part_that_is_away() -> None:
    assert issubclass(CodecError, Unavailable)


@dataclass(frozen=True)
class _Older:
    name: str
    size: int = 3


def test_text_of_before_a_field_was_there() -> None:
    @dataclass(frozen=True)
    class Card:
        name: str

    kept = to_json(Card("a"))

    @dataclass(frozen=True)
    class Newer:
        name: str
        size: int = 3
        tags: tuple[str, ...] = field(default=())

    Newer.__name__ = "Card"
    assert from_json(kept, Newer) == Newer("a", 3, ())


def test_text_of_before_a_field_that_must_be_there() -> None:
    with pytest.raises(CodecError, match="'name' is missing"):
        from_json('{"gemba": 1, "type": "_Older", "value": {"size": 3}}', _Older)


@dataclass(frozen=True)
class _Odd:
    number: int = 0
    share: float = 0.0
    flag: bool = False
    word: Literal["a", "b"] = "a"
    pair: tuple[int, str] = (1, "a")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (_Odd(number=True), "_Odd.number: True is no int. It is not kept."),
        (_Odd(number=10**5_000), "This _Odd has no form as text: Exceeds the limit"),
        (_Odd(share="1"), "_Odd.share: '1' is no number."),
        (_Odd(flag=1), "_Odd.flag: 1 is no bool."),
        (_Odd(word="c"), "_Odd.word: 'c' is not among ['a', 'b']."),
        (_Odd(pair=(1, "a", 2)), "_Odd.pair: 3 values stand where 2 belong."),
        (_Odd(pair=[1, "a"]), "_Odd.pair: [1, 'a'] is no tuple."),
        (7, "int is no dataclass"),
        (_Odd, "type is no dataclass"),
    ],
)
def test_a_value_that_is_not_as_declared_is_not_kept(value: object, said: str) -> None:
    with pytest.raises(CodecError) as caught:
        to_json(value)
    assert str(caught.value).startswith(said)


@dataclass(frozen=True)
class _Alike:
    either: tuple[int, ...] | list[int] = ()


def test_a_union_that_json_cannot_tell_apart_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="would look the same"):
        to_json(_Alike())


def test_a_zone_of_parts_of_a_second_is_refused_and_not_rounded() -> None:
    zone = dt.timezone(dt.timedelta(microseconds=1))
    with pytest.raises(CodecError):
        to_json(TimeWindow(dt.datetime(2026, 1, 1, tzinfo=zone), None))
