"""Thresholds as rows of the state database, one a version."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from core.thresholds.record import Scope, Source, Threshold

META: Final = sa.MetaData()
VERSIONS: Final = sa.Table(
    "threshold_versions",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(48), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("measure", sa.String(256), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("low", sa.Float),
    sa.Column("high", sa.Float),
    sa.Column("unit", sa.String(256), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("deadband", sa.Float, nullable=False),
    sa.Column("on_delay_min", sa.BigInteger, nullable=False),
    sa.Column("off_delay_min", sa.BigInteger, nullable=False),
    sa.Column("window_min", sa.BigInteger, nullable=False),
    sa.Column("statistic", sa.String(16), nullable=False),
    sa.Column("baseline_days", sa.BigInteger),
    sa.Column("weight", sa.Float, nullable=False),
    sa.Column("latch", sa.Boolean, nullable=False),
    sa.Column("realarm_min", sa.BigInteger),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("source_standard", sa.Text, nullable=False),
    sa.Column("source_part", sa.Text, nullable=False),
    sa.Column("source_group", sa.Text, nullable=False),
    sa.Column("source_support", sa.Text, nullable=False),
    sa.Column("source_note", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("ends", sa.Boolean, nullable=False),
    sa.Column("valid_from", sa.DateTime),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("author", sa.String(128), nullable=False),
    sa.Column("approver", sa.String(128), nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Column("per", sa.String(256), nullable=False, server_default=""),
    sa.Index("threshold_versions_of", "tenant", "model", "status"),
    # Published versions are history; drafts alone are changed.
    sa.CheckConstraint("status in ('draft', 'pending') or valid_from is not null"),
)
#: A tenant's acts follow one another: who writes takes the tenant's row first.
TURNS: Final = sa.Table(
    "threshold_turns",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("turn", sa.Integer, nullable=False),
)


def _keep_published(_table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    """What was published explains alerts: not even a mistake of ours changes or deletes it."""
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER threshold_versions_no_{verb.lower()} "
            f"BEFORE {verb} ON threshold_versions "
            "WHEN OLD.status IN ('published', 'retired') "
            "BEGIN SELECT RAISE(ABORT, 'published thresholds are never changed'); END"
        )


sa.event.listen(VERSIONS, "after_create", _keep_published)

_PLAIN: Final = tuple(name for name in Threshold.__slots__ if name not in ("scope", "source"))
_SOURCE: Final = tuple(Source.__slots__)


def row_of(threshold: Threshold, tenant: str) -> dict[str, Any]:
    """A version's columns."""
    row: dict[str, Any] = {name: getattr(threshold, name) for name in _PLAIN}
    row |= {f"source_{name}": getattr(threshold.source, name) for name in _SOURCE}
    row["scope"] = json.dumps(threshold.scope.at, ensure_ascii=False)
    return {**row, "tenant": tenant}


def threshold_of(row: sa.RowMapping) -> Threshold:
    """A version as it was kept."""
    plain = {name: row[name] for name in _PLAIN}
    source = Source(**{name: row[f"source_{name}"] for name in _SOURCE})
    return Threshold(scope=_scope(row["scope"]), source=source, **plain)


@lru_cache(maxsize=20_000)
def _scope(text: str) -> Scope:
    return Scope(tuple((level, value) for level, value in json.loads(text)))
