"""What StarRocks' own messages and plans mean. Texts: its documentation and issues."""

import pymysql
import pytest

from core.errors import GembaError, ModelFixable, QueryTimeout, Unavailable
from core.execution.starrocks.address import Address
from core.execution.starrocks.explain import read_plan
from core.execution.starrocks.failures import query_failure
from core.types import Scan

ADDRESS = Address("db.plant", 9030, "gemba", "mill", "hush")
MEANINGS = [
    (
        5024,
        "Query reached its timeout of 300 seconds, please increase the 'query_timeout'",
        QueryTimeout,
        "longer than 7 s",
    ),
    (1064, "Query reached its timeout of 7 seconds", QueryTimeout, "longer than 7 s"),
    (
        1064,
        "Memory of default_wg exceed limit. Pipeline Backend: X, Used: 11, Limit: 10.",
        Unavailable,
        "more memory",
    ),
    (
        1064,
        "Memory of process exceed limit. try consume:25 Used: 21, Limit: 22.",
        Unavailable,
        "more memory",
    ),
    (
        1064,
        "Memory exceed limit. HashJoinNode Backend: X, fragment: 4 Used: 5",
        Unavailable,
        "more memory",
    ),
    (
        1064,
        "exceed big query scan_rows limit: current is 4 but limit is 1",
        Unavailable,
        "resource group ended",
    ),
    (1064, "exceed big query cpu limit", Unavailable, "resource group ended"),
    (1064, "Exceed concurrency limit", Unavailable, "busy"),
    (1040, "Reach cluster-wide connection limit, qe_max_connection=4096", Unavailable, "busy"),
    (
        5203,
        "Access denied; you need (at least one of) the SELECT privilege(s) on TABLE x",
        ModelFixable,
        "'gemba' may not",
    ),
    (1317, "Query execution was interrupted", Unavailable, "administrator"),
    (
        1064,
        "Getting analyzing error. Detail message: Column 'memory_used' cannot be resolved.",
        ModelFixable,
        "memory_used",
    ),
    (
        1064,
        "Getting analyzing error. Detail message: Column 'memory_limit' cannot be resolved.",
        ModelFixable,
        "memory_limit",
    ),
    (
        1064,
        "Getting syntax error at line 1, column 8. Detail message: Unexpected input.",
        ModelFixable,
        "did not accept",
    ),
    (2013, "Lost connection to MySQL server during query", Unavailable, "was lost"),
]


@pytest.mark.parametrize(("code", "text", "kind", "says"), MEANINGS, ids=lambda v: str(v)[:30])
def test_what_a_message_means(code: int, text: str, kind: type[GembaError], says: str):
    told = query_failure(pymysql.err.OperationalError(code, text), ADDRESS, 7.0)
    assert type(told) is kind
    assert says in str(told)
    assert "hush" not in str(told)


def test_bytes_that_are_not_the_protocol_are_not_quoted():
    told = query_failure(ValueError("secret bytes"), ADDRESS, 7.0)
    assert isinstance(told, Unavailable)
    assert "secret" not in str(told)


VERBOSE = """\
RESOURCE GROUP: default_wg

PLAN FRAGMENT 0(F02)
  Output Exprs:1: machine
  Input Partition: UNPARTITIONED
  RESULT SINK

  4:EXCHANGE
     distribution type: GATHER
     cardinality: 1

PLAN FRAGMENT 1(F00)

  3:HASH JOIN
  |  join op: INNER JOIN (BROADCAST)
  |  cardinality: 10
  |
  |----2:EXCHANGE
  |       cardinality: 36
  |
  0:OlapScanNode
     table: readings, rollup: readings
     preAggregation: on
     Predicates: [1: site, VARCHAR, false] = 'N'
     partitionsRatio=2/24, tabletsRatio=20/20
     tabletList=10041,10043
     actualRows=360000, avgRowSize=20.0
     cardinality: 120000

PLAN FRAGMENT 2(F01)

  1:OlapScanNode
     table: orders, rollup: orders
     partitionsRatio=1/1, tabletsRatio=3/3
     actualRows=36, avgRowSize=3.0
     cardinality: 36
"""
PLAIN = """\
PLAN FRAGMENT 0
  0:OlapScanNode
     TABLE: readings
     PREAGGREGATION: ON
     partitions=1/12
     rollup: readings
     tabletRatio=10/10
     cardinality=277502
     avgRowSize=20.0
"""


def test_verbose_rows_are_those_before_any_filter():
    estimate = read_plan(VERBOSE.splitlines())
    assert estimate.scans == (Scan("readings", 360_000, 2, 24), Scan("orders", 36, 1, 1))
    assert estimate.rows == 360_036
    assert estimate.plan == VERBOSE.rstrip("\n")


def test_the_plain_form_stands_in_with_its_cardinality():
    assert read_plan(PLAIN.splitlines()).scans == (Scan("readings", 277_502, 1, 12, "estimated"),)


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "no plan at all", "  0:OlapScanNode", "  0:OlapScanNode\n     cardinality: 4"],
)
def test_a_plan_without_a_table_has_no_scan(text: str):
    assert read_plan(text.splitlines()).scans == ()


def test_a_scan_without_figures_has_no_rows():
    estimate = read_plan(["  0:OlapScanNode", "     table: db.readings, rollup: readings"])
    assert estimate.scans == (Scan("readings", None, 1, 1),)
