"""The demo plant's own model with a few of its values, read through `load_facts` from a store
that holds no rows of readings: enough for questions, and built in milliseconds."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import pyarrow as pa
import sqlglot
from sqlglot import exp

from core.language import QuestionParser, books_of
from core.language.reading import Reading
from core.semantic.facts import DataFacts, load_facts
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.settings import ROOT
from tests.language.reading import lexicon

PLANTS = {"HAM": "Hamburg", "AUS": "Austin", "HPH": "Hai Phong"}
COUNTRIES = {"HAM": "Germany", "AUS": "United States", "HPH": "Vietnam"}
ALL = tuple(PLANTS)
FIRST, LAST = dt.datetime(2026, 1, 1), dt.datetime(2026, 6, 30, 23, 50)
#: Values that occur in every plant.
SHARED = {
    "shift_name": ("Early", "Late", "Night"),
    "area_name": ("Assembly", "Machining", "Packaging", "Utilities"),
    "line_name": ("Line 1", "Line 2", "Line 3", "Line 4"),
    "asset_class": ("chiller", "cnc", "compressor", "conveyor", "oven", "packager", "press",
                    "pump", "robot"),
    "criticality": ("A", "B", "C"),
    "crew": ("A", "B", "C", "D"),
    "signal_quality": ("BAD", "GOOD", "UNCERTAIN"),
    "downtime_reason": ("Breakdown", "Changeover", "Cleaning", "Jam", "Material shortage"),
    "scrap_reason": ("Assembly error", "Dimension", "Material", "Setup", "Surface"),
    "product_family": ("Brackets", "Gear housings", "Valve bodies"),
    "product_code": ("BR40", "GH10", "VB20"),
    "product_name": ("Bracket left", "Gear housing small", "Valve body 20"),
    "priority": ("high", "low", "medium"),
    "message": ("Bearing temperature high", "Vibration high"),
    "order_type": ("corrective", "predictive", "preventive"),
    "failure_mode": ("Air leak", "Bearing wear"),
}  # fmt: skip
#: Values of one plant each.
OWN = {
    "plant_id": {p: (p,) for p in PLANTS},
    "plant_name": {p: (name,) for p, name in PLANTS.items()},
    "country": {p: (name,) for p, name in COUNTRIES.items()},
    "asset_id": {
        "HAM": ("CMP-01", "PMP-01", "PMP-02", "PMP-03"),
        "AUS": ("CMP-03", "PMP-04", "PMP-05", "PMP-06"),
        "HPH": ("CMP-05", "PMP-07", "PMP-08", "PMP-09"),
    },
    "order_no": {"HAM": ("PO-110001",), "AUS": ("PO-120001",), "HPH": ("PO-130001",)},
}


def _fetch(sql: str) -> pa.Table:
    """What the two kinds of queries of `load_facts` give: a table's extent, a column's values."""
    tree = sqlglot.parse_one(sql, read="starrocks")
    names = [e.alias_or_name for e in tree.selects]
    if names[0] == "first_ts":
        return pa.table(
            {
                "first_ts": [FIRST] * 3,
                "last_ts": [LAST] * 3,
                "row_count": [100] * 3,
                "scope_value": list(PLANTS),
            }
        )
    column = tree.selects[0].name
    assert isinstance(tree.selects[0], exp.Column)
    own = OWN.get(column) or {p: SHARED.get(column, ()) for p in PLANTS}
    pairs = [(value, p) for p, values in own.items() for value in values]
    found = {column: [v for v, _ in pairs]}
    if len(names) > 1:
        found[names[1]] = [p for _, p in pairs]
    return pa.table({k: pa.array(v, pa.string()) for k, v in found.items()})


@lru_cache(maxsize=1)
def model() -> SemanticModel:
    return load_model(ROOT / "data" / "models" / "plant.yaml")


@lru_cache(maxsize=1)
def facts() -> DataFacts:
    return load_facts(model(), _fetch)


@lru_cache(maxsize=1)
def parser() -> QuestionParser:
    """The parser, with the words of the model in every language that there is."""
    data = ROOT / "data"
    books = books_of(data / "lexicon", "en", data / "models", "plant", model())
    return QuestionParser(model(), facts(), lexicon(), books)


def read(question: str, scopes: tuple[str, ...] = ALL) -> Reading:
    return parser().parse(question, scopes)
