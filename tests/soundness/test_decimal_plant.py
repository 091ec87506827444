"""A plant that stores DECIMALs is answered as one that stores doubles.

Every golden question is asked of the demo plant and of its twin, whose figures are DECIMAL(18, 4),
the digits that the demo plant's figures have. Answers agree in all that is shown: sentence, facts,
chart with its labels, table, files. They may differ by one in the last digit shown, where a
double lies on the other side of a half.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from core.assistant.report import as_json, as_text
from core.charts import figure
from core.evaluation.rows import difference
from core.export import export
from core.services import Services
from core.settings import load_settings
from core.types import Answer
from core.ui import table as shown_table
from tests.services.spreadsheet import read_sheets

EVAL = Path(__file__).resolve().parents[2] / "data" / "eval"
#: All columns of these types but for keys hold figures.
_FIGURES = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'main' AND data_type IN ('DOUBLE', 'BIGINT')
"""
_TRACE = ("name", "text", "hovertext", "hovertemplate", "customdata", "cells", "type")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def twins(demo_plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Services]]:
    """Services over doubles, and over DECIMALs."""
    made = []
    for kind in ("double", "decimal"):
        data = tmp_path_factory.mktemp(kind)
        (data / "demo").mkdir()
        path = data / "demo" / "plant.duckdb"
        shutil.copy(demo_plant, path)
        if kind == "decimal":
            with duckdb.connect(str(path)) as store:
                for name, column in store.execute(_FIGURES).fetchall():
                    store.execute(f"ALTER TABLE {name} ALTER {column} TYPE DECIMAL(18, 4)")
        made.append(Services.open(load_settings({"GEMBA_DATA_DIR": str(data)})))
    yield made
    for services in made:
        services.close()


def questions(name: str) -> list[dict[str, Any]]:
    lines = (EVAL / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def asked(services: Services, question: dict[str, Any]) -> Answer:
    user = services.policy.user(question.get("as") or services.policy.default_user)
    return services.answer(question["question"], user)


def alike(one: str, other: str) -> bool:
    """The same words, and numbers that differ by one in the last digit at most."""
    if one == other:
        return True
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    return all(map(_near, _NUMBER.findall(one), _NUMBER.findall(other)))


def _near(one: str, other: str) -> bool:
    a, b = (Decimal(text.replace(",", "")) for text in (one, other))
    steps = [Decimal(1).scaleb(int(v.as_tuple().exponent)) for v in (a, b)]
    return abs(a - b) <= max(steps)


def close(one: float | str, other: float | str, near: float) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return alike(str(one), str(other))
    return one == pytest.approx(other, rel=1e-6, abs=near)


def said(answer: Answer) -> list[str]:
    """What is said in words."""
    facts = [fact.text for fact in answer.facts]
    return [answer.headline, answer.message, answer.explanation, *facts, *answer.notes]


def drawn(answer: Answer) -> list[str]:
    """The words of the chart: its labels, hover texts and notes."""
    assert answer.chart is not None
    assert answer.result is not None
    made = figure(answer.chart, answer.result, answer.columns).to_dict()
    found = [str(answer.chart.type), answer.chart.title, answer.chart.note, *answer.chart.y]
    for trace in made["data"]:
        found += [repr(trace.get(key)) for key in _TRACE]
    return [*found, *(str(a.get("text")) for a in made["layout"].get("annotations", ()))]


def sheet(answer: Answer) -> list[list[Any]]:
    return [list(row) for row in read_sheets(export(answer, "xlsx"))[0].cells]


def lines(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(export(answer, "csv").decode("utf-8-sig"), newline="")))


def rows_of(table: pa.Table) -> list[list[Any]]:
    return [list(row.values()) for row in table.to_pylist()]


def labels(answer: Answer) -> list[tuple[str, str]]:
    return [(column.label, column.type) for column in answer.columns]


def cells_differ(one: list[list[Any]], other: list[list[Any]], near: float) -> bool:
    def value(cell: Any) -> Any:
        try:
            return float(cell)
        except (TypeError, ValueError):
            return "" if cell is None else str(cell)

    if [len(cells) for cells in one] != [len(cells) for cells in other]:
        return True
    pairs = zip(chain.from_iterable(one), chain.from_iterable(other), strict=True)
    return not all(close(value(a), value(b), near) for a, b in pairs)


def complaints(double: Answer, exact: Answer) -> list[str]:
    """Where the two answers differ."""
    if double.status != exact.status:
        return [f"{double.status} and {exact.status}: {exact.message}"]
    # A percentile of DECIMALs has their digits, in StarRocks too.
    near = 1e-4 if "PERCENTILE" in (double.sql or "") else 1e-6
    found = [f"{a!r}\n and {b!r}" for a, b in zip(said(double), said(exact), strict=False)
             if not alike(a, b)]  # fmt: skip
    if len(said(double)) != len(said(exact)):
        found.append(f"{said(double)}\n and {said(exact)}")
    if not (double.result and exact.result and double.chart and exact.chart):
        return found
    if cells_differ(*(rows_of(a.result.table) for a in (double, exact)), near):
        found.append(difference(double.result.table, exact.result.table) or "the rows differ")
    if not all(map(alike, drawn(double), drawn(exact))):
        found.append(f"drawn {drawn(double)}\n and {drawn(exact)}")
    tables = [shown_table._display_rows(a.result, a.columns) for a in (double, exact)]
    if cells_differ(*map(rows_of, tables), near) or labels(double) != labels(exact):
        found.append("the tables on the page differ")
    if any(pa.types.is_decimal(field.type) for field in tables[1].schema):
        found.append("the page gets DECIMALs")
    footers = [shown_table.footer(a.result, a.columns) for a in (double, exact)]
    if not all(map(alike, *footers)):
        found.append(f"{footers}")
    if any(cells_differ(read(double), read(exact), near) for read in (sheet, lines)):
        found.append("the files differ")
    if not alike(as_text(double), as_text(exact)):
        found.append(f"{as_text(double)}\n and {as_text(exact)}")
    rows = [json.loads(json.dumps(as_json(a)))["rows"] for a in (double, exact)]
    if cells_differ(*rows, near):
        found.append("the rows in JSON differ")
    return found


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "every"),
    [
        ("plant.jsonl", 8),
        ("plant.jsonl", 1),
        ("plant_second.jsonl", 1),
    ],
)
def test_decimals_are_answered_as_doubles(twins: list[Services], name: str, every: int) -> None:
    found = {}
    compared = 0
    for question in questions(name)[::every]:
        if "question" not in question:
            continue
        answers = [asked(services, question) for services in twins]
        compared += answers[1].result is not None
        if complaint := complaints(*answers):
            found[question["question"]] = complaint
    assert compared > 200 // every
    assert not found, "\n\n".join(f"{q}\n" + "\n".join(c) for q, c in found.items())
