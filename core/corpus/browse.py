"""Reading the corpus: lists with filters, one entry, its history, what changed between versions."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.corpus import rows, twins
from core.corpus import text as texts
from core.corpus.ledger import Ledger
from core.corpus.tables import BATCHES, CHANGES, HEADS, PLANTS, VERSIONS
from core.corpus.values import Batch, Change, FieldChange, Page, Search, Stored, Twin, Version
from core.entries import Entry
from core.errors import UserFixable
from core.translation import told

_MOST = 500
_SORTS: dict[str, sa.Column[Any]] = {
    "changed": HEADS.c.changed_at,
    "created": HEADS.c.created,
    "question": HEADS.c.sorted_as,
    "hits": HEADS.c.hits,
    "status": HEADS.c.status,
}
_NARROW = (*(c for c in HEADS.c if c.name not in ("haystack", "file_json")),)


@dataclass(frozen=True, slots=True)
class Known:
    """What a new entry is compared with: identifiers of the tenant, questions of the model, and
    the model's notes by title and text."""

    ids: frozenset[str]
    notes: frozenset[tuple[str, str]]
    index: twins.Index

    def refuse(self, entry: Entry, plan_key: str) -> None:
        """Raises Duplicate when the entry is known to the letter."""
        if entry.kind == "qa":
            found = self.index.twins(twins.ready(entry, plan_key)[0])
            twins.refuse(entry, tuple(t for t in found if t.is_exact))
        elif (entry.title, entry.text) in self.notes:
            shown = entry.title or entry.text[:60]
            twins.refuse(entry, (Twin("", shown, "same", twins.SAME_WORDS, is_exact=True),))


class Browse:
    """What is in the corpus; tenants never see one another's."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def page(self, search: Search, tenant: str) -> Page:
        """Entries that match, a page of them, with counts by status and kind."""
        where = _where(search, tenant)
        choice = [
            column == wanted
            for column, wanted in (
                (HEADS.c.status, search.status),
                (HEADS.c.kind, search.kind),
            )
            if wanted is not None
        ]
        counts = (
            sa.select(HEADS.c.status, HEADS.c.kind, sa.func.count())
            .where(*where)
            .group_by(HEADS.c.status, HEADS.c.kind)
        )
        listed = (
            sa.select(*_NARROW)
            .where(*where, *choice)
            .order_by(*_order(search))
            .offset(max(0, search.offset))
            .limit(max(0, min(search.limit, _MOST)))
        )
        with self._ledger.reading() as connection:
            groups = connection.execute(counts).all()
            found = connection.execute(listed).mappings().all()
        by_status: Counter[str] = Counter()
        by_kind: Counter[str] = Counter()
        total = 0
        for status, kind, n in groups:
            fits_status = search.status in (None, status)
            fits_kind = search.kind in (None, kind)
            by_status[status] += n if fits_kind else 0
            by_kind[kind] += n if fits_status else 0
            total += n if fits_status and fits_kind else 0
        return Page(tuple(map(rows.stored_of, found)), total, +by_status, +by_kind)

    def all(self, search: Search, tenant: str) -> tuple[Stored, ...]:
        """Every entry that matches, not only a page of them, the oldest first."""
        where = _where(search, tenant)
        if search.status is not None:
            where.append(HEADS.c.status == search.status)
        if search.kind is not None:
            where.append(HEADS.c.kind == search.kind)
        query = sa.select(*_NARROW).where(*where).order_by(HEADS.c.created, HEADS.c.entry)
        with self._ledger.reading() as connection:
            return tuple(map(rows.stored_of, connection.execute(query).mappings()))

    def get(self, id_: str, tenant: str) -> Stored:
        """One entry. Raises UserFixable when it is not there."""
        query = sa.select(*_NARROW).where(HEADS.c.tenant == tenant, HEADS.c.entry == id_)
        with self._ledger.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise UserFixable(told("This entry is no longer in the corpus."))
        return rows.stored_of(row)

    def known(self, tenant: str, model: str) -> Known:
        """What an import is compared with."""
        note = sa.select(HEADS.c.title, HEADS.c.text).where(
            HEADS.c.tenant == tenant,
            HEADS.c.model == model,
            HEADS.c.kind == "doc",
            HEADS.c.deleted == sa.false(),
        )
        with self._ledger.reading() as connection:
            ids = connection.execute(sa.select(HEADS.c.entry).where(HEADS.c.tenant == tenant))
            return Known(
                frozenset(ids.scalars()),
                frozenset((row[0], row[1]) for row in connection.execute(note)),
                twins.Index(twins.asked(connection, tenant, model)),
            )

    def authors(self, tenant: str, model: str) -> tuple[str, ...]:
        """Who wrote entries, in order of name."""
        query = (
            sa.select(HEADS.c.author)
            .where(HEADS.c.tenant == tenant, HEADS.c.model == model)
            .distinct()
            .order_by(HEADS.c.author)
        )
        with self._ledger.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def history(self, id_: str, tenant: str) -> tuple[Version, ...]:
        """All versions of an entry, the newest first."""
        query = (
            sa.select(VERSIONS, BATCHES.c.action, BATCHES.c.by, BATCHES.c.at, BATCHES.c.note)
            .join(
                BATCHES,
                sa.and_(BATCHES.c.tenant == VERSIONS.c.tenant, BATCHES.c.batch == VERSIONS.c.batch),
            )
            .where(VERSIONS.c.tenant == tenant, VERSIONS.c.entry == id_)
            .order_by(VERSIONS.c.version.desc())
        )
        with self._ledger.reading() as connection:
            found = connection.execute(query).mappings().all()
        return tuple(
            Version(
                rows.entry_of(r), r["deleted"], r["batch"], r["action"], r["by"], r["at"], r["note"]
            )
            for r in found
        )

    def difference(self, id_: str, before: int, after: int, tenant: str) -> tuple[FieldChange, ...]:
        """What is not the same in two versions, field by field. Raises UserFixable."""
        by_version = {v.entry.version: v.entry for v in self.history(id_, tenant)}
        if before not in by_version or after not in by_version:
            raise UserFixable(told("This entry has no such version."))
        return rows.differences(by_version[before], by_version[after])

    def file_says(self, id_: str, tenant: str) -> dict[str, Any]:
        """What the file holds of an entry that came from one, where an admin's edit was kept;
        empty when the file no longer has it."""
        query = sa.select(HEADS.c.file_json).where(HEADS.c.tenant == tenant, HEADS.c.entry == id_)
        with self._ledger.reading() as connection:
            found = connection.execute(query).scalar()
        return dict(json.loads(found)) if found else {}

    def batches(self, tenant: str, *, limit: int = 50) -> tuple[Batch, ...]:
        """The newest acts first, without their changes."""
        query = (
            sa.select(BATCHES)
            .where(BATCHES.c.tenant == tenant)
            .order_by(BATCHES.c.batch.desc())
            .limit(limit)
        )
        with self._ledger.reading() as connection:
            return tuple(_batch(r) for r in connection.execute(query).mappings())

    def batch(self, number: int, tenant: str) -> Batch:
        """One act with its changes. Raises UserFixable when there is none."""
        with self._ledger.reading() as connection:
            here = sa.and_(BATCHES.c.tenant == tenant, BATCHES.c.batch == number)
            row = connection.execute(sa.select(BATCHES).where(here)).mappings().first()
            if row is None:
                raise UserFixable(told("There is no such change."))
            changes = connection.execute(
                sa.select(CHANGES).where(CHANGES.c.tenant == tenant, CHANGES.c.batch == number)
            ).mappings()
            found = []
            for change in changes.all():
                versions = {
                    r["version"]: r
                    for r in connection.execute(
                        sa.select(VERSIONS).where(
                            VERSIONS.c.tenant == tenant,
                            VERSIONS.c.entry == change["entry"],
                            VERSIONS.c.version.in_((change["before"] or 0, change["after"])),
                        )
                    ).mappings()
                }
                old, new = versions.get(change["before"] or 0), versions[change["after"]]
                found.append(
                    Change(
                        change["entry"],
                        rows.entry_of(old) if old else None,
                        rows.entry_of(new),
                        new["deleted"],
                        bool(old and old["deleted"]),
                    )
                )
        return _batch(row, tuple(found))


def _batch(row: sa.RowMapping, changes: tuple[Change, ...] = ()) -> Batch:
    return Batch(
        row["batch"], row["tenant"], row["action"], row["by"], row["at"], row["note"],
        row["undoes"], changes,
    )  # fmt: skip


def _where(search: Search, tenant: str) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [
        HEADS.c.tenant == tenant,
        HEADS.c.model == search.model,
        HEADS.c.deleted == (sa.true() if search.deleted else sa.false()),
    ]
    if search.staged:
        # A deletion that is not published yet is staged too.
        where[2:] = [HEADS.c.staged == sa.true()]
    where += [
        HEADS.c.haystack.contains(word, autoescape=True)
        for word in texts.folded(search.text)[:1_000].split()[:20]
    ]
    if search.author:
        where.append(HEADS.c.author == search.author)
    if search.source:
        where.append(HEADS.c.source == search.source)
    if search.use == "never":
        where.append(HEADS.c.hits == 0)
    elif search.use == "used":
        where.append(HEADS.c.hits > 0)
    mine = sa.and_(PLANTS.c.tenant == HEADS.c.tenant, PLANTS.c.entry == HEADS.c.entry)
    if search.plant:
        where.append(sa.exists().where(mine, PLANTS.c.plant == search.plant))
    if search.plants is not None:
        where.append(~sa.exists().where(mine, PLANTS.c.plant.not_in(search.plants)))
    return where


def _order(search: Search) -> tuple[sa.ColumnElement[Any], ...]:
    if search.use == "most":
        return HEADS.c.hits.desc(), HEADS.c.changed_at.desc(), HEADS.c.entry
    column = _SORTS[search.sort]
    return (column.asc() if search.ascending else column.desc()), HEADS.c.entry
