"""The labelled sets of retrieval and of verified answers: whole, and about things that exist."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.semantic.load import load_model
from tests.corpus_data import named

ROOT = Path(__file__).resolve().parents[2]
EVAL = ROOT / "data" / "eval"
CORPUS = ROOT / "data" / "corpus" / "plant"
MODEL = load_model(ROOT / "data" / "models" / "plant.yaml")
Line = dict[str, Any]

PARAMETERS = {"window", "limit", "plant_id", "line_name", "asset_id", "product_code"}


def read(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def folded(text: str) -> str:
    return " ".join(re.findall(r"[\w%/.+-]+", text.casefold()))


PAIRS = {pair["question"]: pair for pair in read(CORPUS / "pairs.jsonl")}
WORDINGS = {folded(t) for p in PAIRS.values() for t in (p["question"], *p["paraphrases"])}
RETRIEVAL = read(EVAL / "retrieval.jsonl")
MATCHES = read(EVAL / "verified_match.jsonl")
SWAPS = read(EVAL / "verified_swaps.jsonl")


def documents() -> set[str]:
    """The ids that a label may name."""
    ids = {f"qa:{question}" for question in PAIRS}
    for file in (CORPUS / "notes").glob("*.md"):
        headings = re.findall(r"^## (.+)$", file.read_text("utf-8"), flags=re.MULTILINE)
        ids |= {f"doc:{file.stem}#{heading.strip()}" for heading in headings}
    for table in MODEL.tables.values():
        ids.add(f"ddl:{table.name}")
        ids |= {f"ddl:{table.name}.{column}" for column in table.columns}
    return ids | {f"ddl:metric.{name}" for name in MODEL.metrics}


def test_retrieval_labels_are_enough_of_each_kind() -> None:
    kinds = Counter(line["kind"] for line in RETRIEVAL)
    languages = Counter(line["language"] for line in RETRIEVAL)
    assert len(RETRIEVAL) >= 240
    assert kinds["doc"] >= 60
    assert kinds["ddl"] >= 50
    assert kinds["qa"] >= 100
    assert languages["de"] >= 25
    assert languages["vi"] >= 25
    assert set(kinds) == {"qa", "doc", "ddl"}
    assert set(languages) == {"en", "de", "vi"}


def test_retrieval_labels_name_documents_of_their_kind() -> None:
    known = documents()
    for line in RETRIEVAL:
        assert set(line) == {"question", "relevant", "kind", "language"}
        assert line["relevant"], line["question"]
        for document in line["relevant"]:
            assert document in known, document
            assert document.startswith(f"{line['kind']}:")


def test_every_pair_and_note_is_asked_for() -> None:
    asked = {document for line in RETRIEVAL for document in line["relevant"]}
    assert {d for d in documents() if d.startswith(("qa:", "doc:"))} <= asked


def test_labelled_questions_are_no_copies() -> None:
    """A question that is a pair's own text would be found by any search."""
    for lines in (RETRIEVAL, MATCHES):
        times = Counter(folded(line["question"]) for line in lines)
        assert [text for text, n in times.items() if n > 1] == []
        assert [text for text in times if text in WORDINGS] == []


def test_matches_and_near_misses_are_enough_in_each_half() -> None:
    halves = Counter((line["half"], line["match"] is not None) for line in MATCHES)
    assert len(MATCHES) >= 260
    for half in ("tune", "hold"):
        assert halves[half, True] >= 55
        assert halves[half, False] >= 75


NEAR = [pytest.param(m, id=m["question"]) for m in MATCHES if m["match"] is None]
TRUE = [pytest.param(m, id=m["question"]) for m in MATCHES if m["match"] is not None]


@pytest.mark.parametrize("line", NEAR)
def test_a_near_miss_says_of_what_and_why(line: Line) -> None:
    assert set(line) == {"question", "match", "params", "near", "why", "half"}
    assert line["near"] in PAIRS
    assert line["why"]
    assert line["params"] == {}


@pytest.mark.parametrize("line", TRUE)
def test_a_match_has_parameters_that_the_pair_can_take(line: Line) -> None:
    assert set(line) == {"question", "match", "params", "half"}
    sql, params = PAIRS[line["match"]]["sql"], line["params"]
    assert set(params) <= PARAMETERS
    for name in set(params) - {"window", "limit"}:
        assert re.search(rf"\b{name} = '", sql), name
    if "limit" in params:
        assert re.search(r" LIMIT \d+$", sql)
        assert not sql.endswith(f" LIMIT {params['limit']}")
    if "window" in params:
        start, end = (dt.date.fromisoformat(day) for day in params["window"])
        assert start < end <= named.END


@pytest.mark.parametrize("line", TRUE)
def test_a_matchs_parameters_are_what_its_question_names(line: Line) -> None:
    question, pair, params = line["question"], line["match"], line["params"]
    windows = named.windows(question) or named.windows(pair)
    wanted = {tuple(params["window"])} if "window" in params else named.windows(pair)
    assert windows == wanted
    assert named.assets(question) == {
        *params.get("asset_id", ()),
        *params.get("product_code", ()),
    } or named.assets(question) == named.assets(pair)
    cities = {name.casefold(): code for name, code in named.PLANTS.items()}
    places = {code for name, code in cities.items() if name in question.casefold()}
    assert places == set(params.get("plant_id", named.plants(pair)))
    assert named.lines(question) == set(params.get("line_name", named.lines(pair)))
    numbers = named.how_many(question)
    if numbers:
        assert numbers == {params.get("limit", *named.how_many(pair))}


def test_swaps_are_near_misses_of_pairs_that_there_are() -> None:
    assert len(SWAPS) >= 60
    assert len({folded(line["question"]) for line in SWAPS} - WORDINGS) == len(SWAPS)
    for line in SWAPS:
        assert set(line) == {"question", "match", "params", "near", "why", "half"}
        assert (line["match"], line["params"], line["half"]) == (None, {}, "swaps")
        assert line["near"] in PAIRS
        assert line["why"]
