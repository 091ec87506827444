"""A reply is a query, nothing, or told what is wrong; and SQL becomes what a model writes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ModelFixable
from core.generation.query_reply import MAX_REPLY, query_of, read_reply
from core.models import model_file
from core.semantic.compile import compile_query
from core.semantic.load import load_model
from core.semantic.query import Measure, SemanticQuery

MODEL = load_model(model_file("plant"))
VISIBLE = {name: frozenset(table.columns) for name, table in MODEL.tables.items()}
OEE = SemanticQuery("plant", "plant_obt", measures=(Measure(metric="oee"),))
TEXT = '{"table": "plant_obt", "measures": [{"metric": "oee"}]}'


def hint_of(text: str) -> str:
    with pytest.raises(ModelFixable) as caught:
        read_reply(text, MODEL, VISIBLE)
    return caught.value.hint


def test_a_reply_is_a_query_or_says_that_there_is_none():
    assert read_reply(TEXT, MODEL, VISIBLE) == OEE
    assert read_reply(f" {TEXT}\n", MODEL, VISIBLE) == OEE
    assert read_reply('{"none": true}', MODEL, VISIBLE) is None
    for almost in ('{"none": false}', '{"none": 1}', '{"none": true, "table": "plant_obt"}'):
        assert "there is no field 'none'" in hint_of(almost)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The reply is no JSON object"),
        ("SELECT 1", "The reply is no JSON object"),
        (f"{TEXT} and more", "Extra data"),
        ('{"table": "plant_obt", "limit": NaN}', "NaN is no number of JSON"),
        ('{"table": "plant_obt", "limit": -Infinity}', "-Infinity is no number of JSON"),
        ('{"table": "plant_obt", "limit": 1e999}', "limit: inf is too large"),
        ('{"table": "plant_obt", "limit": ' + "9" * 5_000 + "}", "The reply is no JSON object"),
        ('{"table": "plant_obt", "table": "work_orders"}', "a field stands twice"),
        ('{"table": ' + "[" * 9_000 + "]" * 9_000 + "}", "too deep"),
        (" " * (MAX_REPLY + 1) + TEXT, "too long"),
        ("[]", "must be an object with the fields"),
        ("null", "must be an object with the fields"),
    ],
)
def test_what_is_no_query_is_told(text: str, said: str):
    assert said in hint_of(text)


@given(st.text(max_size=60) | st.integers(0, len(TEXT)).map(lambda n: TEXT[:n]))
def test_any_text_is_read_or_told(text: str):
    try:
        found = read_reply(text, MODEL, VISIBLE)
    except ModelFixable:
        return
    assert found is None or found == OEE


def test_sql_becomes_the_query_that_it_says():
    sql = compile_query(OEE.with_(limit=None), MODEL)
    assert query_of(sql, MODEL, VISIBLE) == json.loads(TEXT)
    fewer = {"plant_obt": VISIBLE["plant_obt"] - {"good_units"}}
    assert query_of(sql, MODEL, fewer) is None, "oee rests on what may not be seen"
    assert query_of("SELECT 1", MODEL, VISIBLE) is None
    assert query_of("not SQL", MODEL, VISIBLE) is None
    assert query_of("SELECT SUM(temperature_c) AS s FROM plant_obt", MODEL, VISIBLE) is None
