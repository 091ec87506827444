"""What is live: staged changes go live together, and what was live comes back.

Answers are made from live entries alone. They change by a publish, a rollback or the files' own
entries, each with a number; the newest number is the version of what is live.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.corpus import rows, twins
from core.corpus.ledger import Ledger, Work, wanted_digest
from core.corpus.tables import HEADS, PUBLISHED, PUBLISHES, VERSIONS
from core.corpus.values import LiveChange, Publish, Stale
from core.entries import Entry
from core.errors import UserFixable
from core.translation import told
from core.types import User


class Publishing:
    """Staged and live entries of a tenant and model."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    # -- reading -----------------------------------------------------------------------------

    def live_entries(self, tenant: str, model: str) -> tuple[Entry, ...]:
        """The entries that answers are made from, in order of their identifiers."""
        with self._ledger.reading() as connection:
            return _live(connection, tenant, model)

    def version(self, tenant: str, model: str) -> int:
        """Another number whenever what is live has changed; 0 before anything was."""
        query = sa.select(sa.func.max(PUBLISHES.c.number)).where(
            PUBLISHES.c.tenant == tenant, PUBLISHES.c.model == model
        )
        with self._ledger.reading() as connection:
            return connection.execute(query).scalar() or 0

    def staged(self, tenant: str, model: str) -> tuple[LiveChange, ...]:
        """What publishing would do to what is live."""
        with self._ledger.reading() as connection:
            heads = connection.execute(_staged(tenant, model)).mappings().all()
            ids = {h["entry"] for h in heads}
            live = {e.id: e for e in _live(connection, tenant, model) if e.id in ids}
        return tuple(LiveChange(h["entry"], live.get(h["entry"]), _wanted(h)) for h in heads)

    def stamp(self, tenant: str, model: str) -> str:
        """Another text whenever what is staged or live is another: what the gate looked at."""
        with self._ledger.reading() as connection:
            return _stamp(connection, tenant, model)

    def live_with_staged(
        self, tenant: str, model: str, ids: Iterable[str] | None = None
    ) -> tuple[Entry, ...]:
        """What would be live after publishing the staged changes, or those of these entries."""
        chosen = None if ids is None else set(ids)
        with self._ledger.reading() as connection:
            entries = {e.id: e for e in _live(connection, tenant, model)}
            for head in connection.execute(_staged(tenant, model)).mappings():
                if chosen is not None and head["entry"] not in chosen:
                    continue
                wanted = _wanted(head)
                if wanted is None:
                    entries.pop(head["entry"], None)
                else:
                    entries[wanted.id] = wanted
        return tuple(entries[id_] for id_ in sorted(entries))

    def publishes(self, tenant: str, model: str, *, limit: int = 50) -> tuple[Publish, ...]:
        """The newest publish first."""
        query = (
            sa.select(PUBLISHES)
            .where(PUBLISHES.c.tenant == tenant, PUBLISHES.c.model == model)
            .order_by(PUBLISHES.c.number.desc())
            .limit(limit)
        )
        with self._ledger.reading() as connection:
            return tuple(_publish(r) for r in connection.execute(query).mappings())

    def changes(self, tenant: str, model: str, number: int) -> tuple[LiveChange, ...]:
        """What a publish did to what is live, but for entries that were removed for good."""
        with self._ledger.reading() as connection:
            found = connection.execute(
                sa.select(PUBLISHED).where(
                    PUBLISHED.c.tenant == tenant,
                    PUBLISHED.c.model == model,
                    PUBLISHED.c.number == number,
                )
            ).mappings()
            return tuple(
                LiveChange(
                    r["entry"],
                    _version(connection, tenant, r["entry"], r["before"]),
                    _version(connection, tenant, r["entry"], r["after"]),
                )
                for r in found.all()
            )

    # -- writing -----------------------------------------------------------------------------

    def publish(
        self,
        model: str,
        by: User,
        at: dt.datetime | None = None,
        *,
        report: Mapping[str, Any] | None = None,
        ids: Iterable[str] | None = None,
        stamp: str | None = None,
    ) -> Publish:
        """Make staged changes live, all or those of these entries. report: the evaluation's
        summary, values that JSON can hold. stamp: of what was evaluated.

        Raises Stale when something else is staged by then, UserFixable when nothing is.
        """
        with self._ledger.act("publish", by, at) as work:
            if stamp is not None and _stamp(work.connection, work.tenant, model) != stamp:
                raise Stale(
                    told(
                        "The staged changes are not those that were tested. Test them again, then "
                        "publish."
                    )
                )
            heads = work.connection.execute(_staged(work.tenant, model)).mappings().all()
            chosen = None if ids is None else set(ids)
            if chosen is not None and chosen - {h["entry"] for h in heads}:
                raise Stale(told("A chosen change is no longer staged. Look at the list again."))
            for head in heads:
                if chosen is None or head["entry"] in chosen:
                    put_live(work, head)
            if not work.live:
                raise UserFixable(told("There is nothing to publish: no change is staged."))
            return work.publish(model, report)

    def rollback(self, model: str, number: int, by: User, at: dt.datetime | None = None) -> Publish:
        """Bring back what was live after publish `number`, as new versions.

        Entries whose live contents change get the working copy of then too (those that were not
        there are put away); staged work on others stays. Raises UserFixable for a number that was
        never published, or when what was live then is live now.
        """
        with self._ledger.act("rollback", by, at) as work:
            here = sa.and_(
                PUBLISHES.c.tenant == work.tenant,
                PUBLISHES.c.model == model,
                PUBLISHES.c.number == number,
            )
            then = work.connection.execute(sa.select(PUBLISHES).where(here)).mappings().first()
            if then is None:
                raise UserFixable(told("There is no publish {n}.", n=number))
            _bring_back(work, model, number, then["batch"])
            if not work.live:
                raise UserFixable(told("What publish {n} made live is live already.", n=number))
            return work.publish(model, back_to=number)


def put_live(work: Work, head: rows.Row) -> None:
    """Make the working copy of a head what is live of it."""
    wanted = wanted_digest(head)
    work.go_live(head, head["version"] if wanted else None, wanted)


def _bring_back(work: Work, model: str, number: int, batch: int) -> None:
    then = _live_at(work, model, number)
    heads = {
        row["entry"]: dict(row)
        for row in work.connection.execute(
            sa.select(HEADS).where(
                HEADS.c.tenant == work.tenant,
                HEADS.c.model == model,
                sa.or_(HEADS.c.live_version.is_not(None), HEADS.c.entry.in_(then)),
            )
        ).mappings()
    }
    back: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
    for id_, head in heads.items():
        wanted = work.version(id_, then[id_]) if id_ in then else None
        if (wanted["digest"] if wanted else "") != head["live_digest"]:
            back.append((head, wanted))
    # First those that go, so that none that comes back meets its twin.
    for head, wanted in sorted(back, key=lambda pair: pair[1] is not None):
        if wanted is not None:
            _make_way(work, wanted, {h["entry"] for h, _ in back})
        _go_back(work, head, wanted, batch)


def _go_back(work: Work, head: dict[str, Any], wanted: dict[str, Any] | None, batch: int) -> None:
    if wanted is not None:
        row = work.put(rows.entry_of(wanted), wanted["plan_key"], head)
        work.go_live(row, row["version"], row["digest"])
        return
    query = (
        sa.select(VERSIONS)
        .where(
            VERSIONS.c.tenant == work.tenant,
            VERSIONS.c.entry == head["entry"],
            VERSIONS.c.batch <= batch,
        )
        .order_by(VERSIONS.c.version.desc())
        .limit(1)
    )
    was = work.connection.execute(query).mappings().first()
    if was is None:
        row = work.put(rows.entry_of(head), head["plan_key"], head, deleted=True)
    else:
        row = work.put(rows.entry_of(was), was["plan_key"], head, deleted=was["deleted"])
    work.go_live(row, None, "")


def _make_way(work: Work, wanted: Mapping[str, Any], going: set[str]) -> None:
    """Put back or away the staged work that became a twin of what comes back."""
    for twin in twins.exact(work.connection, rows.entry_of(wanted), wanted["plan_key"], going):
        head = work.heads([twin.id])[twin.id]
        if head["live_version"] is None:
            work.put(rows.entry_of(head), head["plan_key"], head, deleted=True)
        else:
            live = work.version(twin.id, head["live_version"])
            work.put(rows.entry_of(live), live["plan_key"], head)


def _live_at(work: Work, model: str, number: int) -> dict[str, int]:
    """Which version of which entry was live after a publish."""
    here = sa.and_(
        PUBLISHED.c.tenant == work.tenant,
        PUBLISHED.c.model == model,
        PUBLISHED.c.number <= number,
    )
    query = sa.select(PUBLISHED.c.entry, PUBLISHED.c.after).where(here)
    found = work.connection.execute(query.order_by(PUBLISHED.c.number)).all()
    newest = {row[0]: row[1] for row in found}
    return {entry: after for entry, after in newest.items() if after is not None}


def _staged(tenant: str, model: str) -> sa.Select[Any]:
    return (
        sa.select(HEADS)
        .where(HEADS.c.tenant == tenant, HEADS.c.model == model, HEADS.c.staged == sa.true())
        .order_by(HEADS.c.changed_at, HEADS.c.entry)
    )


def _wanted(head: rows.Row) -> Entry | None:
    return rows.entry_of(head, hits=head["hits"]) if wanted_digest(head) else None


def _live(connection: sa.Connection, tenant: str, model: str) -> tuple[Entry, ...]:
    query = (
        sa.select(VERSIONS, HEADS.c.hits)
        .join(
            HEADS,
            sa.and_(
                HEADS.c.tenant == VERSIONS.c.tenant,
                HEADS.c.entry == VERSIONS.c.entry,
                HEADS.c.live_version == VERSIONS.c.version,
            ),
        )
        .where(HEADS.c.tenant == tenant, HEADS.c.model == model)
        .order_by(HEADS.c.entry)
    )
    return tuple(rows.entry_of(r, hits=r["hits"]) for r in connection.execute(query).mappings())


def _stamp(connection: sa.Connection, tenant: str, model: str) -> str:
    query = (
        sa.select(HEADS.c.entry, HEADS.c.version, HEADS.c.live_version)
        .where(
            HEADS.c.tenant == tenant,
            HEADS.c.model == model,
            sa.or_(HEADS.c.staged == sa.true(), HEADS.c.live_version.is_not(None)),
        )
        .order_by(HEADS.c.entry)
    )
    found = [tuple(row) for row in connection.execute(query)]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def _version(connection: sa.Connection, tenant: str, id_: str, version: int | None) -> Entry | None:
    if version is None:
        return None
    query = sa.select(VERSIONS).where(
        VERSIONS.c.tenant == tenant, VERSIONS.c.entry == id_, VERSIONS.c.version == version
    )
    row = connection.execute(query).mappings().first()
    return rows.entry_of(row) if row else None


def _publish(row: rows.Row) -> Publish:
    values = {name: row[name] for name in Publish.__slots__}
    return dataclasses.replace(Publish(**values), report=json.loads(row["report"]))
