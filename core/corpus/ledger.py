"""Where changes are written: one transaction an act, audited before it can be seen.

A writer takes its tenant's lock first, so that acts of one tenant follow one another; what it has
written and the audit's record of it come together: the record stands before the commit, and when
it cannot be made, nothing of the act stays. An act that the audit names and the corpus does not
have is one whose commit failed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.corpus import rows
from core.corpus import text as texts
from core.corpus.tables import (
    BATCHES,
    CHANGES,
    HEADS,
    LOCKS,
    PLANTS,
    PUBLISHED,
    PUBLISHES,
    QUESTIONS,
    VERSIONS,
)
from core.corpus.values import Action, Batch, Change, LiveChange, Publish, Record
from core.entries import LIVE, Entry
from core.errors import Unavailable, UserFixable
from core.translation import told
from core.types import User

#: Entries that one record of the audit holds; more go into several records.
_A_RECORD = 200
_A_QUERY = 500


@dataclass(slots=True)
class Ledger:
    """The database and the audit that its changes are told to. Thread-safe."""

    engine: sa.Engine
    record: Record

    @contextmanager
    def act(
        self, action: Action, by: User, at: dt.datetime | None, note: str = ""
    ) -> Iterator[Work]:
        """A transaction in which an act is prepared; it is audited and committed at the end.

        Raises what the audit raises, Unavailable when the database fails; then nothing stays.
        """
        note = texts.lines(note, texts.MAX_COMMENT, "reason")
        try:
            with self.engine.begin() as connection:
                _take_turn(connection, by.tenant)
                work = Work(connection, action, by, at or now(), note)
                yield work
                work.finish(self.record)
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(told("The corpus could not be written; please try again.")) from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read with. Raises Unavailable."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(told("The corpus could not be read; please try again.")) from error

    @contextmanager
    def counting(self, tenant: str) -> Iterator[sa.Connection]:
        """A transaction for what is counted and not audited. Raises Unavailable."""
        try:
            with self.engine.begin() as connection:
                _take_turn(connection, tenant)
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(told("The corpus could not be written; please try again.")) from error


def now() -> dt.datetime:
    """UTC, naive."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _take_turn(connection: sa.Connection, tenant: str) -> None:
    # An UPDATE is the first statement: it takes the row's lock, or SQLite's only one, before
    # anything is read, so that what is read cannot be out of date when it is written.
    turn = sa.update(LOCKS).where(LOCKS.c.tenant == tenant).values(turn=LOCKS.c.turn + 1)
    if connection.execute(turn).rowcount == 0:
        connection.execute(sa.insert(LOCKS).values(tenant=tenant, turn=1))


@dataclass(slots=True)
class Work:
    """An act while it is prepared."""

    connection: sa.Connection
    action: Action
    by: User
    at: dt.datetime
    note: str
    undoes: int | None = None
    changes: list[Change] = field(default_factory=list)
    live: list[LiveChange] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    batch: int = field(init=False)
    result: Batch = field(init=False, repr=False)

    def __post_init__(self) -> None:
        newest = sa.select(sa.func.max(BATCHES.c.batch)).where(BATCHES.c.tenant == self.tenant)
        self.batch = (self.connection.execute(newest).scalar() or 0) + 1

    @property
    def tenant(self) -> str:
        """Whose entries these are."""
        return self.by.tenant

    def heads(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The rows of these entries, by their identifier. Raises UserFixable for one that is not
        there."""
        wanted = list(dict.fromkeys(ids))
        found = {r["entry"]: dict(r) for r in self.some(HEADS, wanted)}
        if len(found) < len(wanted):
            raise UserFixable(told("An entry is no longer in the corpus. Reload the page."))
        return {id_: found[id_] for id_ in wanted}

    def some(self, table: sa.Table, ids: Sequence[str]) -> Iterator[sa.RowMapping]:
        """The rows of a table that are of these entries."""
        for begin in range(0, len(ids), _A_QUERY):
            part = ids[begin : begin + _A_QUERY]
            query = sa.select(table).where(table.c.tenant == self.tenant, table.c.entry.in_(part))
            yield from self.connection.execute(query).mappings().all()

    def version(self, id_: str, version: int) -> dict[str, Any]:
        """The row of a version. Raises UserFixable when it was purged."""
        query = sa.select(VERSIONS).where(
            VERSIONS.c.tenant == self.tenant,
            VERSIONS.c.entry == id_,
            VERSIONS.c.version == version,
        )
        row = self.connection.execute(query).mappings().first()
        if row is None:
            raise UserFixable(told("This version was removed for good."))
        return dict(row)

    # -- contents ----------------------------------------------------------------------------

    def put(
        self,
        entry: Entry,
        plan_key: str,
        head: Mapping[str, Any] | None,
        *,
        deleted: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Write a version and make it the working copy; the head's row as it is then.

        head: the row as it was; None for an entry that is added. extra: other columns of it.
        """
        entry = dataclasses.replace(entry, version=head["version"] + 1 if head else 1)
        shared = rows.contents(entry, plan_key, deleted=deleted)
        key = {"tenant": self.tenant, "entry": entry.id}
        version = {**key, "version": entry.version, "batch": self.batch, **shared}
        self.connection.execute(sa.insert(VERSIONS).values(version))
        kept = head or {
            "live_version": None, "live_digest": "", "file_json": "", "file_digest": "",
            "applied_digest": "", "hits": 0, "used_at": None,
        }  # fmt: skip
        row = {
            **kept,
            **key,
            **shared,
            **(extra or {}),
            "version": entry.version,
            "changed_by": self.by.name,
            "changed_at": self.at,
            "haystack": rows.haystack(entry),
            "sorted_as": rows.sorted_as(entry),
        }
        row["staged"] = is_staged(row)
        if head is None:
            self.connection.execute(sa.insert(HEADS).values(row))
        else:
            self._update(entry.id, row)
        self._index(entry, deleted=deleted, is_new=head is None)
        before = rows.entry_of(head, hits=head["hits"]) if head else None
        was_deleted = bool(head and head["deleted"])
        self.changes.append(Change(entry.id, before, entry, deleted, was_deleted))
        return row

    def _update(self, id_: str, values: Mapping[str, Any]) -> None:
        self.connection.execute(
            sa.update(HEADS)
            .where(HEADS.c.tenant == self.tenant, HEADS.c.entry == id_)
            .values({k: v for k, v in values.items() if k not in ("tenant", "entry")})
        )

    def _index(self, entry: Entry, *, deleted: bool, is_new: bool) -> None:
        if not is_new:
            for table in (QUESTIONS, PLANTS):
                mine = sa.and_(table.c.tenant == self.tenant, table.c.entry == entry.id)
                self.connection.execute(sa.delete(table).where(mine))
        key = {"tenant": self.tenant, "entry": entry.id}
        if entry.plants:
            self.connection.execute(sa.insert(PLANTS), [{**key, "plant": p} for p in entry.plants])
        if entry.kind == "qa" and not deleted:
            asked = (entry.text, *entry.paraphrases)
            self.connection.execute(
                sa.insert(QUESTIONS),
                [
                    {**key, "model": entry.model, "position": i, "key": texts.question_key(q)}
                    for i, q in enumerate(asked)
                ],
            )

    def set_head(self, id_: str, **values: Any) -> None:
        """Write columns of a head that are not contents."""
        self._update(id_, values)

    # -- what is live ------------------------------------------------------------------------

    def go_live(self, row: rows.Row, version: int | None, live_digest: str) -> None:
        """Make a version what is live of an entry; none: nothing is. row: its head's."""
        before = row["live_version"]
        after = {**row, "live_version": version, "live_digest": live_digest}
        self._update(
            row["entry"],
            {"live_version": version, "live_digest": live_digest, "staged": is_staged(after)},
        )
        self.live.append(
            LiveChange(
                row["entry"],
                rows.entry_of(self.version(row["entry"], before)) if before else None,
                rows.entry_of(self.version(row["entry"], version)) if version else None,
            )
        )

    def publish(
        self,
        model: str,
        report: Mapping[str, Any] | None = None,
        back_to: int | None = None,
    ) -> Publish:
        """Write the record of what went live in this act."""
        here = sa.and_(PUBLISHES.c.tenant == self.tenant, PUBLISHES.c.model == model)
        newest = sa.select(sa.func.max(PUBLISHES.c.number)).where(here)
        number = (self.connection.execute(newest).scalar() or 0) + 1
        done = Publish(
            tenant=self.tenant,
            model=model,
            number=number,
            action="rollback" if back_to else "seed" if self.action == "seed" else "publish",
            by=self.by.name,
            at=self.at,
            changes=len(self.live),
            report=dict(report or {}),
            back_to=back_to,
        )
        values = {name: getattr(done, name) for name in Publish.__slots__}
        values["report"] = json.dumps(done.report, ensure_ascii=False, default=str)
        self.connection.execute(sa.insert(PUBLISHES).values(batch=self.batch, **values))
        if self.live:
            self.connection.execute(
                sa.insert(PUBLISHED),
                [
                    {
                        "tenant": self.tenant, "model": model, "number": number, "entry": c.id,
                        "before": c.before.version if c.before else None,
                        "after": c.after.version if c.after else None,
                    }
                    for c in self.live
                ],
            )  # fmt: skip
        self.told.update(model=model, publish=number, report=done.report)
        if back_to:
            self.told["back_to"] = back_to
        return done

    # -- the end -----------------------------------------------------------------------------

    def finish(self, record: Record) -> None:
        """Write the batch and tell the audit."""
        key = {"tenant": self.tenant, "batch": self.batch}
        self.connection.execute(
            sa.insert(BATCHES).values(
                **key,
                action=self.action,
                by=self.by.name,
                at=self.at,
                note=self.note,
                undoes=self.undoes,
            )
        )
        if self.changes:
            self.connection.execute(
                sa.insert(CHANGES),
                [
                    {
                        **key, "entry": c.id, "after": c.after.version,
                        "before": c.before.version if c.before else None,
                    }
                    for c in self.changes
                ],
            )  # fmt: skip
        self.result = Batch(
            self.batch, self.tenant, self.action, self.by.name, self.at, self.note, self.undoes,
            tuple(self.changes),
        )  # fmt: skip
        self._tell(record)

    def _tell(self, record: Record) -> None:
        pairs = [
            (
                _away(c.before, is_away=c.was_deleted),
                _away(c.after, is_away=c.is_deleted),
            )
            for c in self.changes
        ]
        if not pairs:
            pairs = [(rows.as_json(c.before), rows.as_json(c.after)) for c in self.live]
        parts = max(1, -(-len(pairs) // _A_RECORD))
        for part in range(parts):
            some = pairs[part * _A_RECORD : (part + 1) * _A_RECORD]
            body: dict[str, Any] = {
                **self.told,
                "tenant": self.tenant,
                "batch": self.batch,
                "at_time": self.at.isoformat(),
                "before": [before for before, _ in some],
                "after": [after for _, after in some],
            }
            if self.note:
                body["note"] = self.note
            if self.undoes:
                body["undoes"] = self.undoes
            if parts > 1:
                body["part"] = f"{part + 1}/{parts}"
            record(f"corpus.{self.action}", self.by.name, **body)


def _away(entry: Entry | None, *, is_away: bool) -> dict[str, Any] | None:
    found = rows.as_json(entry)
    return {**found, "deleted": True} if found and is_away else found


def is_staged(row: rows.Row) -> bool:
    """Whether publishing a head would change what is live of it."""
    return bool(wanted_digest(row) != row["live_digest"])


def wanted_digest(row: rows.Row) -> str:
    """Digest of what would be live of a head once published; empty: nothing."""
    status_is_live = row["status"] in LIVE
    return str(row["digest"]) if status_is_live and not row["deleted"] else ""
