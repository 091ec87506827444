"""Every metric of the demo plant's model compiles, runs and is read back."""

from pathlib import Path

import duckdb
import pytest
import sqlglot

from core.semantic.columns import describe
from core.semantic.compile import canonical, compile_query
from core.semantic.load import load_model
from core.semantic.query import SemanticQuery
from core.semantic.recognise import recognise
from data.demo import plant as demo
from tests.semantic.queries import by, metric, window

MODEL = load_model(Path(__file__).parents[2] / "data" / "models" / "plant.yaml")


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    path = tmp_path_factory.mktemp("plant") / "plant.duckdb"
    demo.build(path, days=3)
    with duckdb.connect(str(path), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("name", MODEL.metrics)
@pytest.mark.parametrize("split", ["plant_name", "day"])
def test_a_metric_runs_and_is_read_back(name, split, connection):
    asked = SemanticQuery(
        MODEL.name,
        MODEL.default_table,
        measures=(metric(name),),
        dimensions=(by(split),),
        time=window("2026-01-01", "2026-01-04"),
    )
    sql = compile_query(asked, MODEL)
    translated = sqlglot.parse_one(sql, read="starrocks").sql("duckdb")
    columns = connection.sql(translated).columns
    assert columns == [c.name for c in describe(asked, MODEL)] == [split, name]
    assert recognise(sql, MODEL) == canonical(asked, MODEL)
