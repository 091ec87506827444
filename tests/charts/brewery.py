"""A small model of another trade than the demo's, and results over it, for charts and insights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from core.semantic.columns import describe
from core.semantic.model import (
    Column,
    Hierarchy,
    Limit,
    Metric,
    Quality,
    SemanticModel,
    Table,
    TimeAxis,
)
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    SemanticQuery,
    TimeWindow,
)
from core.types import Result, ResultColumn

COLUMNS = (
    Column("brewed_at", "datetime", "time", "Time"),
    Column("brewed_on", "date", "time", "Date"),
    Column("crew_day", "date", "time", "Production day"),
    Column("turn", "string", "dimension", "Turn"),
    Column("house", "string", "dimension", "Brewhouse"),
    Column("hall", "string", "dimension", "Hall"),
    Column("tank", "string", "dimension", "Tank"),
    Column("kind", "string", "dimension", "Kind", plural="kinds"),
    Column("loss_cause", "string", "dimension", "Cause of loss", "causes of loss", drop_null=True),
    Column("grade", "string", "dimension", "Grade"),
    Column("temp", "double", "measure", "Temperature", unit="Cel", needs_good=True, decimals=1),
    Column("shake", "double", "measure", "Vibration", unit="mm/s", direction="lower",
           needs_good=True),
    Column("loss", "double", "measure", "Loss", unit="L", default_agg="sum", additive=True,
           direction="lower", decimals=0),
    Column("power", "double", "measure", "Power", unit="kW", decimals=1),
)  # fmt: skip

MODEL = SemanticModel(
    name="brewery",
    label="Brewery",
    version="1",
    tables={
        "brews": Table(
            "brews",
            "Brews",
            "reading",
            {c.name: c for c in COLUMNS},
            TimeAxis("brewed_at", "brewed_on", None, "crew_day", "turn", interval_min=15),
            "house",
            Quality("grade", ("ok",), ("doubtful",), ("broken",)),
        ),
        "stops": Table(
            "stops",
            "Stops",
            "stop",
            {c.name: c for c in COLUMNS if c.name not in ("grade",)},
            TimeAxis("brewed_at", "brewed_on"),
            "house",
        ),
    },
    metrics={
        "yield_rate": Metric(
            "yield_rate",
            "Yield",
            "brews",
            expression="SUM(good) / SUM(total)",
            unit="1",
            display="percent",
            decimals=1,
            direction="higher",
            description="Good over all beer",
            zero_note="nothing was brewed",
            warn_above=1.0,
        ),
    },
    default_table="brews",
    hierarchies=(Hierarchy("place", ("house", "hall", "tank")),),
    limits=(
        Limit("shake", 4.5, "Zone B/C", "Standard 1, group 2", "warning", {"kind": "pump"}),
        Limit("shake", 7.1, "Zone C/D", "Standard 1, group 2", "critical", {"kind": "pump"}),
    ),
    timezones={"north": "Europe/Berlin"},
    entity="tank",
)

JUNE = TimeWindow(dt.datetime(2026, 6, 1), dt.datetime(2026, 7, 1))
MAY = TimeWindow(dt.datetime(2026, 5, 1), dt.datetime(2026, 6, 1))

YIELD = Measure(metric="yield_rate")
SHAKE = Measure(agg=Agg.AVG, column="shake")
LOSS = Measure(agg=Agg.SUM, column="loss")
POWER = Measure(agg=Agg.AVG, column="power")
STOPS = Measure(agg=Agg.COUNT)
TANK = Dimension(column="tank")
HALL = Dimension(column="hall")
CAUSE = Dimension(column="loss_cause")
DAY = Dimension(grain=Grain.DAY)
PUMPS = Filter("kind", Op.EQ, ("pump",))
ON_MAY = Comparison("window", MAY)


def query(*measures: Measure, by: Sequence[Dimension] = (), **more: Any) -> SemanticQuery:
    """A question about June, unless it says otherwise."""
    more.setdefault("time", JUNE)
    more.setdefault("table", "brews")
    return SemanticQuery("brewery", measures=measures, dimensions=tuple(by), **more)


def result(
    q: SemanticQuery, values: Mapping[str, Sequence[Any]] | Sequence[Sequence[Any]], **more: Any
) -> tuple[Result, tuple[ResultColumn, ...]]:
    """A result with the columns that the query really gives, filled column by column."""
    columns = describe(q, MODEL)
    data = list(values.values()) if isinstance(values, Mapping) else list(values)
    arrays = [pa.array(own) for own in data]
    table = pa.table(arrays, names=[c.name for c in columns])
    return Result(table, more.get("truncated", False), 1.0), columns


def days(n: int, start: dt.date = dt.date(2026, 6, 1)) -> list[dt.date]:
    return [start + dt.timedelta(days=i) for i in range(n)]
