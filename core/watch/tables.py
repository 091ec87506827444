"""The watch's own tables in the state database: leases, runs, and how many rows were seen."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from core.alerting.columns import PLANT, whose
from core.types import DEFAULT_TENANT

META: Final = sa.MetaData()
LEASES: Final = sa.Table(
    "watch_leases",
    META,
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("holder", sa.String(256), nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)
RUNS: Final = sa.Table(
    "watch_runs",
    META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    *whose("model", index=True),
    *whose("tenant", server_default=DEFAULT_TENANT),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("began", sa.DateTime),
    sa.Column("until", sa.DateTime),
    sa.Column("steps", sa.Integer, nullable=False),
    sa.Column("raised", sa.Integer, nullable=False),
    sa.Column("returned", sa.Integer, nullable=False),
    sa.Column("late", sa.Integer, nullable=False),
    sa.Column("holder", sa.String(256), nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("is_behind", sa.Boolean, nullable=False),
    sa.Column("is_over", sa.Boolean, nullable=False),
)
#: Rows that a step was watched with, for as long as late ones are looked for.
SEEN: Final = sa.Table(
    "watch_seen",
    META,
    *whose(*PLANT, is_key=True),
    sa.Column("start_s", sa.BigInteger, primary_key=True),
    sa.Column("rows", sa.Integer, nullable=False),
)
#: Steps of a plan that were told, of each round of an alert.
TELLINGS: Final = sa.Table(
    "watch_tellings",
    META,
    sa.Column("alert_id", sa.String(32), primary_key=True),
    sa.Column("since", sa.DateTime, primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
)
