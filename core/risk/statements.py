"""The statements that a risk score reads, one for each table and all assets at once.

Names come from the semantic model; who asks decides through governance which rows there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from core.semantic.model import Orders, Risk, SemanticModel, Table, Watch

_DAY_MIN: Final = 1440


@dataclass(frozen=True, slots=True)
class Spans:
    """The times that a score looks at, plant-local, all up to `now`. level: of the level now;
    trend, alarms, failures: of those."""

    now: dt.datetime
    level: dt.datetime
    trend: dt.datetime
    alarms: dt.datetime
    failures: dt.datetime

    @classmethod
    def before(cls, now: dt.datetime, risk: Risk) -> Spans:
        """Those that end now."""
        scale = risk.scale
        return cls(
            now,
            now - dt.timedelta(hours=scale.level_hours),
            now - dt.timedelta(days=scale.trend_days),
            now - dt.timedelta(days=scale.alarm_days),
            now - dt.timedelta(days=scale.failure_days),
        )

    @property
    def first(self) -> dt.datetime:
        """From when on something is read."""
        return min(self.trend, self.alarms, self.failures)


def readings_sql(
    model: SemanticModel,
    watch: Watch,
    places: Sequence[str],
    measures: Sequence[str],
    spans: Spans,
) -> str:
    """One row an asset: places under their own names; `readings`, `good`, `uncertain` and `bad` of
    its rows; of the i-th measure, over Good readings and with time in days around the middle of
    the window: `n_i`, `level_i` and `spread_i` (mean and standard deviation of the last hours),
    `y_i`, `x_i`, `xy_i`, `xx_i` (means)."""
    table = model.tables[watch.table]
    middle = spans.trend + (spans.now - spans.trend) / 2
    time = _time(table)
    inner = [*places, f"{time} AS at_ts"]
    inner.append(f"TIMESTAMPDIFF(MINUTE, {_moment(middle)}, {time}) / {_DAY_MIN} AS x")
    inner += _grades(table)
    for i, name in enumerate(measures):
        is_good = table.quality is not None and table.columns[name].needs_good
        value = f"CASE WHEN {_good(table)} THEN {name} END" if is_good else name
        inner.append(f"{value} AS y{i}")
    keys = _keys(table, watch.asset)
    outer = [*keys, *(f"MAX({name}) AS {name}" for name in places if name not in keys)]
    outer += [
        "COUNT(*) AS readings", "SUM(is_good) AS good", "SUM(is_uncertain) AS uncertain",
        "SUM(is_bad) AS bad",
    ]  # fmt: skip
    for i, _name in enumerate(measures):
        x = f"CASE WHEN y{i} IS NOT NULL THEN x END"
        outer += [
            f"COUNT(y{i}) AS n_{i}",
            f"AVG(CASE WHEN at_ts >= {_moment(spans.level)} THEN y{i} END) AS level_{i}",
            f"STDDEV(CASE WHEN at_ts >= {_moment(spans.level)} THEN y{i} END) AS spread_{i}",
            f"AVG(y{i}) AS y_{i}",
            f"AVG({x}) AS x_{i}",
            f"AVG(x * y{i}) AS xy_{i}",
            f"AVG(x * {x}) AS xx_{i}",
        ]
    where = _within(table, spans.trend, spans.now)
    return (
        f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {table.name} "
        f"WHERE {where}) AS r GROUP BY {', '.join(keys)} ORDER BY {', '.join(keys)}"
    )


def alarms_sql(model: SemanticModel, watch: Watch, spans: Spans) -> str:
    """One row an asset with `n` activations. The model must have a table of them."""
    assert watch.alarms is not None
    table = model.tables[watch.alarms]
    keys = ", ".join(_keys(table, watch.asset))
    where = _within(table, spans.alarms, spans.now)
    return f"SELECT {keys}, COUNT(*) AS n FROM {table.name} WHERE {where} GROUP BY {keys}"


def orders_sql(model: SemanticModel, orders: Orders, watch: Watch, spans: Spans) -> str:
    """One row an asset: `open_orders`, when the `oldest` of them was opened, and `failures`."""
    table = model.tables[orders.table]
    assert table.time is not None
    keys = ", ".join(_keys(table, watch.asset))
    opened, ended = table.time.timestamp, table.time.end
    failures = "0"
    if orders.type is not None:
        kinds = ", ".join(map(_text, orders.failures))
        failures = (
            f"SUM(CASE WHEN {orders.type} IN ({kinds}) AND {opened} >= {_moment(spans.failures)} "
            "THEN 1 ELSE 0 END)"
        )
    return (
        f"SELECT {keys}, SUM(CASE WHEN {ended} IS NULL THEN 1 ELSE 0 END) AS open_orders, "
        f"MIN(CASE WHEN {ended} IS NULL THEN {opened} END) AS oldest, {failures} AS failures "
        f"FROM {table.name} WHERE {opened} < {_moment(spans.now)} AND "
        f"({ended} IS NULL OR {opened} >= {_moment(spans.failures)}) GROUP BY {keys}"
    )


def columns_read(table: Table, names: Sequence[str]) -> frozenset[str]:
    """All columns that the statements over a table read, beside `names`."""
    time = table.time
    found = set(names)
    if table.scope is not None:
        found.add(table.scope)
    if time is not None:
        found |= {name for name in (time.timestamp, time.date, time.end) if name}
    if table.quality is not None:
        found.add(table.quality.column)
    return frozenset(found)


def _keys(table: Table, asset: str) -> tuple[str, ...]:
    return (table.scope, asset) if table.scope is not None else (asset,)


def _time(table: Table) -> str:
    assert table.time is not None
    return table.time.timestamp


def _within(table: Table, start: dt.datetime, end: dt.datetime) -> str:
    """[start, end), by the date too where the table has one: its partitions follow it."""
    time = _time(table)
    parts = [f"{time} >= {_moment(start)}", f"{time} < {_moment(end)}"]
    date = table.time.date if table.time is not None else None
    if date is not None:
        parts += [f"{date} >= '{start:%Y-%m-%d}'", f"{date} <= '{end:%Y-%m-%d}'"]
    return " AND ".join(parts)


def _good(table: Table) -> str:
    assert table.quality is not None
    return f"{table.quality.column} IN ({', '.join(map(_text, table.quality.good))})"


def _grades(table: Table) -> list[str]:
    quality = table.quality
    grades = {
        "good": quality.good if quality else (),
        "uncertain": quality.uncertain if quality else (),
        "bad": quality.bad if quality else (),
    }
    return [
        f"CASE WHEN {quality.column} IN ({', '.join(map(_text, values))}) THEN 1 ELSE 0 END "
        f"AS is_{name}"
        if quality is not None and values
        else f"0 AS is_{name}"
        for name, values in grades.items()
    ]


def _moment(moment: dt.datetime) -> str:
    return f"'{moment:%Y-%m-%d %H:%M:%S}'"


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="starrocks")
