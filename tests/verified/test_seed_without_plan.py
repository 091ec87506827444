"""Seed pairs whose SQL no SemanticQuery says: what an answer tells, on the whole demo plant."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks import verified
from core.assistant import Assistant, ModelParts, Queries, SqlTurns, VerifiedAnswers
from core.assistant.report import as_json, as_text
from core.semantic.load import load_model
from core.semantic.recognise import recognise
from core.services import Services
from core.settings import load_settings
from core.statement.reads import reads_of
from core.statement.scopes import Statement
from core.statement.trees import columns_in
from core.types import Answer
from tests.statement.parsed import statement_of

ROOT = Path(__file__).resolve().parents[2]


def _without_plan(name: str) -> list[dict[str, Any]]:
    model = load_model(ROOT / "data" / "models" / f"{name}.yaml")
    pairs = verified.read_lines(ROOT / "data" / "corpus" / name / "pairs.jsonl")
    return [pair for pair in pairs if recognise(pair["sql"], model) is None]


PLANT, STEEL = _without_plan("plant"), _without_plan("steel")
#: A name as SQL writes it: joined words, or a word that ends in a unit.
_RAW = re.compile(r"\b[a-z]+_[a-z0-9_]+\b")


class House:
    """The demo plant's assistant with all seed pairs; nothing is written down."""

    def __init__(self, data_dir: Path) -> None:
        patch = pytest.MonkeyPatch()
        patch.setenv("GEMBA_DATA_DIR", str(data_dir))
        self.services = Services(load_settings())
        patch.undo()
        self.parts: ModelParts = self.services.parts("plant")
        self.user = self.services.policy.user("admin")
        queries = Queries(self.services.policy, lambda *_: None)
        entries = verified.entries_of(verified.PAIRS)
        self.assistant = Assistant(queries, VerifiedAnswers(lambda _tenant, _model: entries))
        self.sql_turns = SqlTurns(queries)

    def ask(self, question: str) -> Answer:
        *_, answer = self.assistant.turn(question, self.user, self.parts)
        assert isinstance(answer, Answer)
        return answer

    def run(self, sql: str) -> Answer:
        *_, answer = self.sql_turns.turn(sql, self.user, self.parts)
        assert isinstance(answer, Answer)
        return answer


@pytest.fixture(scope="module")
def house(demo_data_dir: Path) -> Iterator[House]:
    found = House(demo_data_dir)
    yield found
    found.services.close()


def _named(statement: Statement) -> set[tuple[str, str]]:
    """(table, column) of all that the statement names."""
    found = set()
    for scope in statement.scopes:
        for part in scope.select.args.values():
            for node in part if isinstance(part, list) else [part]:
                for column in columns_in(node) if hasattr(node, "walk") else ():
                    origin = scope.origin(column)
                    if origin is not None:
                        found.add((origin.table.name, origin.column.name))
    return found


def test_there_are_many_of_them() -> None:
    assert len(PLANT) >= 100
    assert len(STEEL) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("pair", PLANT, ids=lambda p: p["question"])
def test_an_answer_tells_its_time_its_conditions_and_its_quality(
    house: House, pair: dict[str, Any]
) -> None:
    answer = house.ask(pair["question"])
    assert (answer.status, answer.source, answer.plan) == ("answered", "verified", None)
    kinds = [chip.kind for chip in answer.chips]
    assert "when" in kinds
    assert "measure" in kinds
    assert all(chip.label and not _RAW.search(chip.label) for chip in answer.chips)
    assert not _RAW.search(answer.headline)
    assert not re.search(r"(?i)\b(kwh?|kvarh?|mm s|m3)\b(?<!kWh)(?<!kW)(?<!kvarh)", answer.headline)

    written = as_json(answer)
    assert written["time_windows"]
    dates = {text[:10] for text in re.findall(r"'(\d{4}-\d\d-\d\d)", pair["sql"])}
    for window in written["time_windows"]:
        edges = {str(window[k])[:10] for k in ("start", "end") if window[k]}
        assert edges <= dates | {_day_after(d) for d in dates}

    statement = statement_of(pair["sql"], house.parts.model)
    graded = [r for r in reads_of(statement) if r.table.quality is not None]
    tables = {read.table.name for read in reads_of(statement)}
    assert answer.quality is not None
    assert answer.quality.data_to is not None
    if graded:
        assert answer.quality.readings > 0
        assert answer.quality.good is not None
        assert " Good" in as_text(answer)
    sensors = {
        (table, name)
        for table, name in _named(statement)
        if house.parts.model.tables[table].columns[name].needs_good
    }
    assert not sensors or graded
    assert tables


def _day_after(day: str) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()


@pytest.mark.soundness
@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(
            "WITH d AS (SELECT asset_id, event_date, AVG(vibration_mm_s) AS v FROM plant_obt "
            "WHERE asset_class = 'pump' AND event_date >= '2026-06-01' "
            "AND event_date < '2026-06-08' GROUP BY asset_id, event_date) "
            "SELECT asset_id, MAX(v) - MIN(v) AS spread FROM d GROUP BY asset_id",
            id="a window and a filter",
        ),
        pytest.param(
            "WITH a AS (SELECT AVG(power_kw) AS p FROM plant_obt WHERE asset_class = 'pump' AND "
            "event_date >= '2026-06-01' AND event_date < '2026-06-03'), b AS (SELECT "
            "AVG(power_kw) AS p FROM plant_obt WHERE asset_class = 'pump' AND event_date >= "
            "'2026-06-06' AND event_date < '2026-06-08') SELECT a.p - b.p AS d FROM a CROSS JOIN b",
            id="two windows apart",
        ),
        pytest.param(
            "WITH a AS (SELECT AVG(power_kw) AS p FROM plant_obt WHERE asset_class = 'pump' AND "
            "event_date >= '2026-06-01' AND event_date < '2026-06-06'), b AS (SELECT "
            "AVG(power_kw) AS p FROM plant_obt WHERE asset_class = 'pump' AND event_date >= "
            "'2026-06-03' AND event_date < '2026-06-08') SELECT a.p - b.p AS d FROM a CROSS JOIN b",
            id="two windows that overlap",
        ),
    ],
)
def test_each_reading_that_is_read_is_counted_once(
    house: House, demo_plant: Path, sql: str
) -> None:
    answer = house.run(sql)
    assert answer.plan is None
    days = sorted(set(re.findall(r"event_date >= '([\d-]+)' AND event_date < '([\d-]+)'", sql)))
    either = " OR ".join(f"event_date >= '{a}' AND event_date < '{b}'" for a, b in days)
    with duckdb.connect(str(demo_plant), read_only=True) as con:
        counted = dict(
            con.execute(
                "SELECT signal_quality, COUNT(*) FROM plant_obt WHERE asset_class = 'pump' AND "
                f"({either}) GROUP BY 1"
            ).fetchall()
        )
    total = sum(counted.values())
    quality = answer.quality
    assert quality is not None
    assert quality.readings == total
    assert quality.good == pytest.approx(counted["GOOD"] / total)
    assert quality.note == ""


@pytest.mark.parametrize("pair", STEEL, ids=lambda p: p["question"])
def test_the_steel_works_pairs_tell_their_time(pair: dict[str, Any]) -> None:
    model = load_model(ROOT / "data" / "models" / "steel.yaml")
    statement = statement_of(pair["sql"], model)
    reads = reads_of(statement)
    assert reads
    dates = set(re.findall(r"'(\d{4}-\d\d-\d\d)", pair["sql"]))
    for read in reads:
        assert read.window is not None
        assert {f"{read.window.start:%Y-%m-%d}", f"{read.window.end:%Y-%m-%d}"} <= dates


def test_what_is_printed_is_json(house: House) -> None:
    text = json.dumps(as_json(house.ask(PLANT[0]["question"])), allow_nan=False)
    assert json.loads(text)["time_window"]["start"].startswith("2026-06-29")
