"""A bakery as a semantic model with rows in memory: nothing in it is of a plant.

Fourteen days at one hour, three ovens in two shops, and a table of complaints. `today` is
2031-03-14, a Friday.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from core.errors import ModelFixable
from core.execution.dialect import MACROS, to_duckdb
from core.governance.policy import Account, Mask, Policy, Role
from core.language import QuestionParser
from core.semantic.facts import DataFacts, load_facts
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.types import CancelToken, Estimate, Governed, Result, Scan
from tests.language.reading import lexicon

SHOPS = ("N", "S")
TODAY = dt.date(2031, 3, 14)

MODEL = """\
label: Bakery
default_table: bakes
clock: watermark
week_start: monday
entity: oven
timezones: {N: Europe/Oslo, S: Europe/Oslo}
hierarchies:
  - {name: house, levels: [shop_name, oven]}
relations:
  - {left: bakes, right: complaints, keys: [shop_id, shop_name, day]}
tables:
  bakes:
    label: Bakes
    entity: bake
    scope: shop_id
    time: {timestamp: baked_at, date: day, interval_min: 60}
    quality: {column: grade, good: [FINE], uncertain: [POOR], bad: [LOST]}
    default_fields: [baked_at, shop_name, oven, bread, loaves]
    columns:
      baked_at: {type: datetime, role: time, label: Baked at}
      day: {type: date, role: time, label: Day}
      shop_id: {type: string, role: dimension, label: Shop code, linked: true}
      shop_name: {type: string, role: dimension, label: Shop, synonyms: [store],
                  linked: true}
      oven: {type: string, role: dimension, label: Oven, linked: true}
      bread: {type: string, role: dimension, label: Bread, plural: breads,
              synonyms: [kind of bread], linked: true, value_synonyms: {Rye: [black bread]}}
      counter: {type: string, role: dimension, label: Counter, linked: true,
                values_need_name: true}
      baker: {type: string, role: dimension, label: Baker, personal: true}
      grade: {type: string, role: dimension, label: Grade, linked: true}
      loaves: {type: integer, role: measure, label: Loaves, synonyms: [output, baked],
               default_agg: sum, additive: true, direction: higher, decimals: 0}
      burnt: {type: integer, role: measure, label: Burnt loaves, synonyms: [burnt],
              default_agg: sum, additive: true, direction: lower, decimals: 0}
      heat: {type: double, role: measure, label: Heat, synonyms: [oven heat], unit: Cel,
             needs_good: true, direction: none, decimals: 1}
      dough: {type: double, role: measure, label: Dough, unit: kg, default_agg: sum, additive: true}
  complaints:
    label: Complaints
    entity: complaint
    synonyms: [grievances]
    scope: shop_id
    time: {timestamp: said_at, date: day, end: settled_at}
    default_fields: [said_at, shop_name, topic]
    states:
      open: {column: settled_at, empty: true, synonyms: [unsettled]}
    columns:
      said_at: {type: datetime, role: time, label: Said at}
      settled_at: {type: datetime, role: time, label: Settled at}
      day: {type: date, role: time, label: Day}
      shop_id: {type: string, role: dimension, label: Shop code, linked: true}
      shop_name: {type: string, role: dimension, label: Shop, synonyms: [store],
                  linked: true}
      topic: {type: string, role: dimension, label: Topic, linked: true}
metrics:
  burn_rate:
    label: Burn rate
    table: bakes
    expression: SUM(burnt) / NULLIF(SUM(loaves), 0)
    unit: "1"
    display: percent
    direction: lower
    synonyms: [share of burnt loaves]
  complaint_count:
    label: Number of complaints
    table: complaints
    expression: COUNT(*)
    additive: true
    decimals: 0
"""

ROWS = """
CREATE TABLE bakes AS
SELECT moment AS baked_at, CAST(moment AS DATE) AS day, shop_id, shop_name, oven,
       CASE hour(moment) % 3 WHEN 0 THEN 'Rye' WHEN 1 THEN 'Wheat' ELSE 'Spelt' END AS bread,
       CASE WHEN nr = 1 THEN 'Left' ELSE 'Right' END AS counter,
       'Baker ' || nr AS baker,
       CASE WHEN nr = 2 AND day(moment) = 10 THEN 'LOST'
            WHEN hour(moment) = 5 THEN 'POOR' ELSE 'FINE' END AS grade,
       CAST(10 + nr * 3 + hour(moment) % 5 AS INTEGER) AS loaves,
       CAST(CASE WHEN hour(moment) % 4 = 0 THEN nr ELSE 0 END AS INTEGER) AS burnt,
       CAST(200 + nr * 5 + hour(moment) % 7 AS DOUBLE) AS heat,
       CAST(12.5 + nr AS DOUBLE) AS dough
FROM (VALUES (1, 'N', 'North', 'OV-1'), (2, 'N', 'North', 'OV-2'), (3, 'S', 'South', 'OV-3'))
     AS ovens(nr, shop_id, shop_name, oven),
     generate_series(TIMESTAMP '2031-03-01', TIMESTAMP '2031-03-14 23:00', INTERVAL 1 HOUR)
     AS moments(moment);
CREATE TABLE complaints AS
SELECT TIMESTAMP '2031-03-01 09:00' + INTERVAL (n * 15) HOUR AS said_at,
       CASE WHEN n % 6 <> 0 THEN TIMESTAMP '2031-03-01 09:00' + INTERVAL (n * 15 + 2) HOUR END
           AS settled_at,
       CAST(TIMESTAMP '2031-03-01 09:00' + INTERVAL (n * 15) HOUR AS DATE) AS day,
       CASE WHEN n % 2 = 0 THEN 'N' ELSE 'S' END AS shop_id,
       CASE WHEN n % 2 = 0 THEN 'North' ELSE 'South' END AS shop_name,
       CASE n % 3 WHEN 0 THEN 'Stale' WHEN 1 THEN 'Late' ELSE 'Too salty' END AS topic
FROM range(20) AS numbers(n);
"""


class Store:
    """An engine in this process. `ran`: the SQL of every governed query so far."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        for statement in (*MACROS, ROWS):
            self.connection.execute(statement)
        self.ran: list[str] = []

    def fetch(self, sql: str) -> pa.Table:
        return self.connection.sql(to_duckdb(sql)).to_arrow_table()

    def run(
        self, governed: Governed, *, timeout_s: float, cancel: CancelToken | None = None
    ) -> Result:
        self.ran.append(governed.sql)
        try:
            table = self.fetch(governed.sql)
        except duckdb.Error as error:
            raise ModelFixable("the engine cannot run it", hint=str(error)) from error
        cap = governed.limit - 1
        return Result(table.slice(0, cap), table.num_rows > cap, 1.0)

    def explain(
        self, governed: Governed, *, timeout_s: float, cancel: CancelToken | None = None
    ) -> Estimate:
        """Every table read whole, in parts of ten rows."""
        scans = []
        for name in governed.tables:
            rows = self.fetch(f"SELECT COUNT(*) AS n FROM {name}").column(0)[0].as_py()
            scans.append(Scan(name, rows, -(-rows // 10), -(-rows // 10)))
        return Estimate(tuple(scans), "a plan")

    def close(self) -> None:
        self.connection.close()


@lru_cache(maxsize=1)
def model() -> SemanticModel:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bakery.yaml"
        file.write_text(MODEL, encoding="utf-8")
        return load_model(file)


@lru_cache(maxsize=1)
def facts() -> DataFacts:
    store = Store()
    try:
        return load_facts(model(), store.fetch)
    finally:
        store.close()


@lru_cache(maxsize=1)
def parser() -> QuestionParser:
    return QuestionParser(model(), facts(), lexicon())


def policy(row_cap: int = 10_000) -> Policy:
    """`owner` sees both shops, `clerk` the southern one without names, `guest` nothing."""

    def role(name: str, models: tuple[str, ...] | None, personal: Mask) -> Role:
        return Role(name, name.title(), row_cap, 10.0, 10**9, 8, models, personal=personal)

    return Policy(
        "bakery-1",
        {
            "owner": role("owner", None, Mask("show")),
            "clerk": role("clerk", None, Mask("null")),
            "guest": role("guest", (), Mask("null")),
        },
        {
            "owner": Account("owner", "owner", SHOPS),
            "clerk": Account("clerk", "clerk", ("S",)),
            "guest": Account("guest", "guest", SHOPS),
        },
        "owner",
    )
