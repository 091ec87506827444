"""The tables of alerts in the state database, and the way in and out of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, Final

import sqlalchemy as sa

from core.alerting.alert import Alert, Entry
from core.alerting.columns import PAIR, PLANT, whose
from core.alerting.lifecycle import Event, State
from core.errors import Unavailable
from core.translation import gettext as _

META: Final = sa.MetaData()
ALERTS: Final = sa.Table(
    "alerts",
    META,
    sa.Column("id", sa.String(32), primary_key=True),
    *whose(*PAIR, "plant"),
    sa.Column("threshold_version", sa.Integer, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("measure", sa.String(128), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("value", sa.Float, nullable=True),
    sa.Column("limit", sa.Float, nullable=True),
    sa.Column("unit", sa.String(32), nullable=False),
    sa.Column("opened_at", sa.DateTime, nullable=False),
    sa.Column("raised_at", sa.DateTime, nullable=False),
    sa.Column("returned_at", sa.DateTime, nullable=True),
    sa.Column("closed_at", sa.DateTime, nullable=True),
    sa.Column("told_at", sa.DateTime, nullable=True),
    sa.Column("acknowledged_at", sa.DateTime, nullable=True),
    sa.Column("acknowledged_by", sa.String(128), nullable=False),
    sa.Column("acknowledged_reason", sa.Text, nullable=False),
    sa.Column("away_until", sa.DateTime, nullable=True),
    sa.Column("away_by", sa.String(128), nullable=False),
    sa.Column("away_reason", sa.Text, nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("beneath", sa.String(32), nullable=True),
    sa.Column("parent", sa.String(32), nullable=False, index=True),
    sa.Column("latches", sa.Boolean, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Index("alerts_seen", "tenant", "plant", "state"),
    sa.Index("alerts_opened", "tenant", "opened_at"),
)
#: A pair has one open alert at most, whoever writes.
sa.Index(
    "alerts_one_open",
    *(ALERTS.c[name] for name in PAIR),
    unique=True,
    sqlite_where=ALERTS.c.state != State.NORMAL.value,
    postgresql_where=ALERTS.c.state != State.NORMAL.value,
)
JOURNAL: Final = sa.Table(
    "alert_journal",
    META,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("alert_id", sa.String(32), nullable=False, index=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("written_at", sa.DateTime, nullable=False),
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("from_state", sa.String(32), nullable=False),
    sa.Column("to_state", sa.String(32), nullable=False),
    sa.Column("until", sa.DateTime, nullable=True),
    sa.Column("value", sa.Float, nullable=True),
    sa.Column("is_shown", sa.Boolean, nullable=False),
)
TRIPS: Final = sa.Table(
    "alert_trips",
    META,
    *whose(*PLANT, "threshold_id", "asset", is_key=True),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("since_s", sa.BigInteger, nullable=False),
    sa.Column("until_s", sa.BigInteger, nullable=False),
)
#: Assets, or single thresholds at them, that were taken out of service.
OUTAGES: Final = sa.Table(
    "alert_outages",
    META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    *whose(*PAIR, "plant"),
    sa.Column("measure", sa.String(128), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("put_at", sa.DateTime, nullable=False),
    sa.Column("until", sa.DateTime, nullable=True),
    sa.Column("since", sa.DateTime, nullable=False),
    sa.Column("upto", sa.DateTime, nullable=True),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("ended_at", sa.DateTime, nullable=True),
    sa.Column("ended_by", sa.String(128), nullable=False),
    sa.Column("place", sa.Text, nullable=False, server_default="[]"),
    sa.Index("outages_at", *PLANT),
)
sa.Index(
    "outages_one_open",
    *(OUTAGES.c[name] for name in PAIR),
    unique=True,
    sqlite_where=OUTAGES.c.ended_at.is_(None),
    postgresql_where=OUTAGES.c.ended_at.is_(None),
)
WATERMARKS: Final = sa.Table(
    "alert_watermarks",
    META,
    *whose(*PLANT, is_key=True),
    sa.Column("upto", sa.DateTime, nullable=False),
)


_KEPT: Final = {
    "alert_journal_no_update": "UPDATE ON alert_journal",
    # whole stories alone can go: those whose alert went first, in the same transaction
    "alert_journal_no_delete": "DELETE ON alert_journal "
    "WHEN EXISTS (SELECT 1 FROM alerts WHERE id = OLD.alert_id)",
}


def keep_journal(engine: sa.Engine) -> None:
    """The journal is only ever added to, and held so by the database itself, also in a file that
    an older version made. Raises Unavailable."""
    if engine.dialect.name != "sqlite":
        return
    known = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    wanted = {
        name: f"CREATE TRIGGER {name} BEFORE {when} "
        "BEGIN SELECT RAISE(ABORT, 'the journal of alerts is only ever added to'); END"
        for name, when in _KEPT.items()
    }
    with writing(engine) as connection:
        there = {row.name: row.sql for row in connection.execute(known)}
        for name, sql in wanted.items():
            if there.get(name) != sql:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
                connection.exec_driver_sql(sql)


_ALERT_FIELDS: Final = tuple(one.name for one in fields(Alert))
_ENTRY_FIELDS: Final = tuple(one.name for one in fields(Entry))


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that is the only one to write from its first read on; all of it is kept, or
    nothing. Raises Unavailable where the database takes nothing."""
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
    except sa.exc.SQLAlchemyError as error:
        raise Unavailable(
            _(
                "Nothing was written of the alerts; please try again. If it goes on, check the "
                "space and rights of the data folder."
            )
        ) from error


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to read by. Raises Unavailable."""
    try:
        with engine.connect() as connection:
            yield connection
    except sa.exc.SQLAlchemyError as error:
        raise Unavailable(_("The alerts could not be read; please try again.")) from error


def row_of(alert: Alert) -> dict[str, Any]:
    """An alert as a row."""
    row = {name: getattr(alert, name) for name in _ALERT_FIELDS}
    beneath = alert.beneath.value if alert.beneath is not None else None
    return {
        **row,
        "place": json.dumps(alert.place),
        "state": alert.state.value,
        "beneath": beneath,
    }


def alert_of(row: Mapping[str, Any] | sa.RowMapping) -> Alert:
    """A row as an alert."""
    plain = {name: row[name] for name in _ALERT_FIELDS}
    plain["place"] = place_of(plain["place"])
    plain["state"] = State(plain["state"])
    plain["beneath"] = State(plain["beneath"]) if plain["beneath"] else None
    return Alert(**plain)


def place_of(text: str) -> tuple[tuple[str, str], ...]:
    """A place as it is kept."""
    return tuple((level, value) for level, value in json.loads(text))


def entry_row(entry: Entry) -> dict[str, Any]:
    """A line of the journal as a row."""
    row = {name: getattr(entry, name) for name in _ENTRY_FIELDS}
    states = {name: row[name].value for name in ("event", "from_state", "to_state")}
    return {**row, **states}


def entry_of(row: sa.RowMapping) -> Entry:
    """A row as a line of the journal."""
    plain = {name: row[name] for name in _ENTRY_FIELDS}
    plain["event"] = Event(plain["event"])
    plain["from_state"], plain["to_state"] = State(plain["from_state"]), State(plain["to_state"])
    return Entry(**plain)


def utc_now() -> dt.datetime:
    """The time, UTC, naive."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
