"""What the data itself says: values with their scopes, extents, today and now."""

import dataclasses
import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import sqlglot

from core.semantic import facts as facts_module
from core.semantic.facts import load_facts, present
from core.semantic.load import load_model
from core.semantic.load.store import check_against_store, model_type
from core.semantic.model import SemanticModel

MODEL = """\
label: Mill
clock: watermark
timezones: {N: Europe/Oslo, S: Asia/Tokyo}
tables:
  readings:
    label: Readings
    entity: reading
    scope: site
    time: {timestamp: at, date: day, interval_min: 15}
    columns:
      at: {type: datetime, label: Time}
      day: {type: date, label: Day}
      site: {type: string, label: Site, linked: true}
      machine: {type: string, label: Machine, linked: true}
      person: {type: string, label: Person, personal: true}
      heat: {type: double, label: Heat}
"""


class Store:
    """An in-memory table that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.connection = duckdb.connect()
        self.connection.execute(
            'CREATE TABLE readings ("at" TIMESTAMP, day DATE, site VARCHAR, machine VARCHAR, '
            "person VARCHAR, heat DOUBLE)"
        )

    def add(self, at: str, site: str | None, machine: str | None) -> None:
        self.connection.execute(
            "INSERT INTO readings VALUES (?, CAST(? AS DATE), ?, ?, 'Somebody', 1.0)",
            [at, at[:10], site, machine],
        )

    def fetch(self, sql: str) -> pa.Table:
        self.asked.append(sql)
        (written,) = sqlglot.transpile(sql, read="starrocks", write="duckdb")
        return self.connection.sql(written).to_arrow_table()


@pytest.fixture
def model(tmp_path: Path) -> SemanticModel:
    file = tmp_path / "mill.yaml"
    file.write_text(MODEL, encoding="utf-8")
    return load_model(file)


@pytest.fixture
def store() -> Store:
    store = Store()
    store.add("2026-03-01 08:00", "N", "M1")
    store.add("2026-03-01 23:45", "N", "M1")
    store.add("2026-03-01 10:00", "S", "M1")
    store.add("2026-03-01 10:15", "S", "M2")
    store.add("2026-03-01 10:15", "S", None)
    return store


def test_values_know_under_which_scopes_they_occur(model: SemanticModel, store: Store) -> None:
    found = {(v.column, v.text): v.scopes for v in load_facts(model, store.fetch).values}
    assert found == {
        ("site", "N"): {"N"},
        ("site", "S"): {"S"},
        ("machine", "M1"): {"N", "S"},
        ("machine", "M2"): {"S"},
    }


def test_personal_columns_are_never_asked_for(model: SemanticModel, store: Store) -> None:
    load_facts(model, store.fetch)
    assert store.asked
    assert not any("person" in sql for sql in store.asked)


def test_extents_overall_and_by_scope(model: SemanticModel, store: Store) -> None:
    readings = load_facts(model, store.fetch).tables["readings"]
    assert (readings.overall.first, readings.overall.last, readings.overall.rows) == (
        dt.datetime(2026, 3, 1, 8),
        dt.datetime(2026, 3, 1, 23, 45),
        5,
    )
    assert readings.within(["S"]).last == dt.datetime(2026, 3, 1, 10, 15)
    assert readings.within(["S", "N"]).rows == 5
    assert readings.within(["nowhere"]).rows == 0


def test_now_is_the_end_of_the_newest_interval(model: SemanticModel, store: Store) -> None:
    facts = load_facts(model, store.fetch)
    assert (facts.today, facts.now) == (dt.date(2026, 3, 1), dt.datetime(2026, 3, 2))
    _, now, _ = present(model, facts.tables, scopes=("S",))
    assert now == dt.datetime(2026, 3, 1, 10, 30)


def test_the_wall_clock_reads_the_plants_zone(model: SemanticModel, store: Store) -> None:
    wall = dataclasses.replace(model, clock="wall")
    moment = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)
    facts = load_facts(wall, store.fetch, clock=lambda: moment)
    assert (facts.today, facts.now) == (dt.date(2026, 3, 2), dt.datetime(2026, 3, 2, 0, 30))
    today, now, _ = present(wall, facts.tables, lambda: moment, ("S",))
    assert (today, now) == (dt.date(2026, 3, 2), dt.datetime(2026, 3, 2, 8, 30))


def test_an_empty_table_falls_back_to_the_clock_and_says_so(model: SemanticModel) -> None:
    moment = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    facts = load_facts(model, Store().fetch, clock=lambda: moment)
    assert facts.now == dt.datetime(2026, 3, 1, 13)
    assert facts.values == ()
    assert "has no rows" in facts.notes[0]


def test_a_column_with_too_many_values_is_left_out_with_a_note(
    model: SemanticModel, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_module, "MAX_VALUES", 1)
    facts = load_facts(model, store.fetch)
    assert facts.values == ()
    assert len(facts.notes) == 2
    assert "'machine'" in facts.notes[1]


def test_the_cache_spares_the_store(model: SemanticModel, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "state" / "facts.json"
    first = load_facts(model, store.fetch, cache_file=file, cache_key="1")
    store.asked.clear()
    assert load_facts(model, store.fetch, cache_file=file, cache_key="1") == first
    assert store.asked == []
    assert [path.name for path in file.parent.iterdir()] == ["facts.json"]


def test_another_key_or_model_reads_the_store_again(
    model: SemanticModel, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "facts.json"
    load_facts(model, store.fetch, cache_file=file, cache_key="1")
    store.add("2026-03-02 10:00", "N", "M9")
    later = load_facts(model, store.fetch, cache_file=file, cache_key="2")
    assert later.today == dt.date(2026, 3, 2)
    store.add("2026-03-03 10:00", "N", "M9")
    other = dataclasses.replace(model, version="another")
    newest = load_facts(other, store.fetch, cache_file=file, cache_key="2")
    assert newest.today == dt.date(2026, 3, 3)


def test_without_a_key_no_cache_is_trusted(
    model: SemanticModel, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "facts.json"
    load_facts(model, store.fetch, cache_file=file)
    assert not file.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": 1}', "null", "\x00"])
def test_a_broken_cache_is_passed_over(
    model: SemanticModel, store: Store, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "facts.json"
    file.write_text(content, encoding="utf-8")
    facts = load_facts(model, store.fetch, cache_file=file, cache_key="1")
    assert len(facts.values) == 4


def test_a_cache_that_cannot_be_written_is_no_error(
    model: SemanticModel, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    facts = load_facts(model, store.fetch, cache_file=tmp_path / "file" / "x.json", cache_key="1")
    assert len(facts.values) == 4


def test_a_store_that_fits_has_no_problems(model: SemanticModel, store: Store) -> None:
    assert check_against_store(model, store.fetch) == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("ALTER TABLE readings RENAME COLUMN heat TO heats", "Did you mean 'heats'?"),
        ("ALTER TABLE readings RENAME TO reading", "Did you mean 'reading'?"),
        ("ALTER TABLE readings ALTER day TYPE VARCHAR", "is date in the model, but VARCHAR"),
        ("ALTER TABLE readings ALTER heat TYPE BIGINT", ""),
    ],
)
def test_a_store_that_differs_is_described(
    model: SemanticModel, store: Store, change: str, message: str
) -> None:
    store.connection.execute(change)
    found = check_against_store(model, store.fetch)
    assert bool(found) == bool(message), found
    assert not message or message in found[0]


@pytest.mark.parametrize(
    ("store_type", "kind"),
    [
        ("varchar(65533)", "string"),
        ("TIMESTAMP WITH TIME ZONE", "datetime"),
        ("decimal(18, 3)", "double"),
        ("int", "integer"),
        ("INTERVAL", None),
        ("tinyint(1)", "boolean"),
        ("json", None),
    ],
)
def test_types_of_stores(store_type: str, kind: str | None) -> None:
    assert model_type(store_type) == kind
