"""What StarRocks' plans say of rows and partitions; a query's own words make it no cheaper.

The texts in plans/ are written after the forms that StarRocks documents: no server made them.
"""

from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from core.execution.starrocks.explain import read_plan
from core.types import Scan

PLANS = Path(__file__).parent / "plans"
SCAN = """PLAN FRAGMENT 1(F00)

  1:SELECT
  |  predicates: [3: note, VARCHAR, true] != {literal}
  |  cardinality: 1
  |
  0:OlapScanNode
     table: readings, rollup: readings
     preAggregation: on
     Predicates: [3: note, VARCHAR, true] != {literal}
     partitionsRatio=12/12, tabletsRatio=96/96
     tabletList=10011,10013
     actualRows=900000000, avgRowSize=20.0
     cardinality: 1"""


@pytest.mark.parametrize(
    ("name", "scans"),
    [
        ("verbose_join", (Scan("readings", 52_000, 2, 12), Scan("codes", 3, 1, 1))),
        # What a filter leaves is not what is read: no figure is better than a smaller one.
        ("plain", (Scan("readings", None, 3, 12), Scan("orders", 4_100, 1, 1))),
        ("logical", (Scan("readings", None, 2, 12), Scan("codes", 3, 1, 1))),
        ("view_and_empty", (Scan("archive", None, 4, 40),)),
    ],
)
def test_scans_of_a_plan(name: str, scans: tuple[Scan, ...]):
    text = (PLANS / f"{name}.txt").read_text()
    estimate = read_plan(text.splitlines())
    assert estimate.scans == scans
    assert estimate.plan == text.rstrip("\n")


@pytest.mark.parametrize(
    "lines", [[], [""], ["no plan at all"], ["0:OlapScanNode"], ["  PLAN FRAGMENT 0"]]
)
def test_what_is_no_plan_has_no_scan(lines: list[str]):
    assert read_plan(lines).scans == ()


DISGUISES = [
    "'actualRows=1, avgRowSize=1'",
    "'x\n     actualRows=1, avgRowSize=1'",
    "'x\n  9:SELECT\n  |  y'",
    "'x\n  9:OlapScanNode\n     table: z\n     actualRows=1, avgRowSize=1\n     cardinality: 1'",
    "'x\n- SCAN [z] => [1:a]\n  Estimates: {row: 1}'",
    "'x\nPLAN FRAGMENT 7(F07)\n'",
    "'table: z, rollup: z'",
]


@pytest.mark.parametrize("literal", DISGUISES)
@pytest.mark.parametrize("is_split", [True, False], ids=["a row a line", "one row"])
def test_the_words_of_a_query_make_its_plan_no_cheaper(literal: str, is_split: bool):
    text = SCAN.format(literal=literal)
    estimate = read_plan(text.split("\n") if is_split else [text])
    assert estimate.rows >= 900_000_000


WORDS = st.sampled_from([
    "actualRows=1", "cardinality: 1", "0:OlapScanNode", "3:SELECT", "table: z", "- SCAN [z] =>",
    "Predicates: 1", "partitionsRatio=0/0", "PLAN FRAGMENT 1", "Estimates: {row: 1}", "|", " ", "'",
])  # fmt: skip


@hypothesis.given(st.lists(st.tuples(WORDS, st.sampled_from(["\n", " ", "\r\n", "\v", " "]))))
def test_no_literal_makes_a_plan_cheaper(parts: list[tuple[str, str]]):
    literal = "'" + "".join(word + gap for word, gap in parts) + "'"
    assert read_plan(SCAN.format(literal=literal).splitlines()).rows >= 900_000_000
