"""The plant's seed pairs: each is governed, runs, gives rows, and reads the window it names."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from core.assistant import Assistant
from core.evaluation.rows import difference
from core.services import Services
from core.settings import Settings
from core.types import Answer
from tests.corpus_data import named

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "data" / "corpus" / "plant" / "pairs.jsonl"
SIBLINGS = Path(__file__).with_name("siblings.jsonl")
MOST_ROWS = 10_000
KEYS = {"question", "sql", "paraphrases", "plants", "language"}


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


PAIRS = read(FILE)
BY_QUESTION = {pair["question"]: pair for pair in PAIRS}
EACH = [pytest.param(pair, id=pair["question"]) for pair in PAIRS]
Pair = dict[str, Any]


def wordings(pair: Pair) -> list[str]:
    return [pair["question"], *pair["paraphrases"]]


def folded(text: str) -> str:
    return " ".join(re.findall(r"[\w%/.+-]+", text.casefold()))


def before(day: str) -> str:
    return str(dt.date.fromisoformat(day) - dt.timedelta(days=1))


def literals(sql: str) -> set[str]:
    return {
        str(node.this) for node in sqlglot.parse_one(sql, read="starrocks").find_all(exp.Literal)
    }


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("seed"))
    built = Services.open(Settings(data_dir=folder))
    yield built
    built.close()


def run(services: Services, sql: str) -> Answer:
    *_, last = services.run_sql(sql, services.policy.user("admin"))
    assert isinstance(last, Answer)
    return last


def rows(answer: Answer) -> pa.Table:
    assert answer.result is not None, answer.message
    return answer.result.table


def test_there_are_enough_and_all_are_whole() -> None:
    assert len(PAIRS) >= 130
    for pair in PAIRS:
        assert set(pair) == KEYS
        assert len(pair["paraphrases"]) <= 3
        assert set(pair["plants"]) <= {"HAM", "AUS", "HPH"}
        assert pair["language"] == "en"


def test_each_wording_stands_once() -> None:
    times = Counter(folded(text) for pair in PAIRS for text in wordings(pair))
    assert [text for text, n in times.items() if n > 1] == []


def test_no_two_questions_have_the_same_sql() -> None:
    times = Counter(" ".join(pair["sql"].split()) for pair in PAIRS)
    assert [sql for sql, n in times.items() if n > 1] == []


@pytest.mark.parametrize("pair", EACH)
def test_it_runs_within_governance_and_gives_rows(services: Services, pair: Pair) -> None:
    answer = run(services, pair["sql"])
    assert answer.status == "answered", answer.message
    assert answer.result is not None
    assert not answer.result.truncated
    assert 0 < answer.result.row_count < MOST_ROWS
    assert not any(column.null_count == len(column) for column in answer.result.table.columns), (
        "a column of nothing but NULL"
    )


@pytest.mark.parametrize("pair", EACH)
def test_dates_are_literals(pair: Pair) -> None:
    tree = sqlglot.parse_one(pair["sql"], read="starrocks")
    assert not list(tree.find_all(exp.CurrentDate, exp.CurrentTimestamp))


@pytest.mark.parametrize("pair", EACH)
def test_the_windows_named_are_the_dates_of_the_sql(pair: Pair) -> None:
    windows = named.windows(pair["question"])
    assert windows, "a question names its time"
    edges = {edge for window in windows for edge in window if edge}
    dates = set(re.findall(r"'(\d{4}-\d\d-\d\d)", pair["sql"]))
    moments = {before(end) for start, end in windows if not start}
    assert dates <= edges | moments, "a date that the question does not name"
    for start, end in windows:
        is_day = start in dates and f"= '{start}'" in pair["sql"].replace(">= ", "")
        assert {start, end} - {""} <= dates or is_day


@pytest.mark.parametrize("pair", EACH)
def test_the_places_and_numbers_named_are_literals_of_the_sql(pair: Pair) -> None:
    question, found = pair["question"], literals(pair["sql"])
    assert named.plants(question) == found & set(named.PLANTS.values())
    assert named.lines(question) == {text for text in found if text.startswith("Line ")}
    assert named.assets(question) == {t for t in found if re.fullmatch(r"[A-Z]{3}-\d\d|GH20", t)}
    for forms in named.limits(question):
        assert set(forms.split("|")) & found, forms
    limit = re.search(r" LIMIT (\d+)$", pair["sql"])
    if limit and int(limit[1]) > 1:
        assert named.how_many(question) == {int(limit[1])}
    else:
        assert named.how_many(question) == set()


@pytest.mark.parametrize("pair", EACH)
def test_paraphrases_name_the_same_things(pair: Pair) -> None:
    question = pair["question"]
    for text in pair["paraphrases"]:
        assert named.windows(text) == named.windows(question), text
        assert named.plants(text) == named.plants(question), text
        assert named.lines(text) == named.lines(question), text
        assert named.assets(text) == named.assets(question), text
        assert named.how_many(text) == named.how_many(question), text


def read_by_parser(services: Services, question: str) -> Answer:
    """The answer without any verified pair."""
    alone = Assistant(services._queries)
    *_, answer = alone.turn(question, services.policy.user("admin"), services.parts())
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.parametrize("sibling", [pytest.param(s, id=s["pair"]) for s in read(SIBLINGS)])
def test_figures_agree_with_the_parsers_answer(services: Services, sibling: dict[str, str]) -> None:
    """The parser reads `ask`; each column of its answer is among those of the pair's rows."""
    answer = read_by_parser(services, sibling["ask"])
    assert answer.status == "answered", answer.message
    pair = run(services, BY_QUESTION[sibling["pair"]]["sql"])
    assert difference(rows(answer), rows(pair)) is None


def test_many_are_beyond_the_parser(services: Services) -> None:
    """What a pair is for: the built-in parser asks back where these have an answer."""
    beyond = [p for p in PAIRS if read_by_parser(services, p["question"]).status != "answered"]
    assert len(beyond) >= 60
