"""Entries that files declare (`seed`) or the semantic model implies (`model`).

They are live at once: whoever put the file there has decided. An admin's later decision about one
of them stands, whatever the file says then.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.corpus import rows, twins
from core.corpus.ledger import Ledger, Work
from core.corpus.publishing import put_live
from core.corpus.tables import HEADS, SEEDS
from core.corpus.values import New
from core.entries import Entry
from core.errors import UserFixable
from core.types import DEFAULT_TENANT, User

_SOURCES = ("seed", "model")


@dataclass(frozen=True, slots=True)
class Seeded:
    """What files' entries did. kept: changed or gone in the files, and left as an admin made
    them; skipped: the corpus has their question and answer already."""

    added: int = 0
    updated: int = 0
    deprecated: int = 0
    kept: int = 0
    skipped: int = 0


class Seeds:
    """Brings files' entries in, at each start."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def has(self, model: str, stamp: str, tenant: str = DEFAULT_TENANT) -> bool:
        """Whether what was brought in last had this stamp."""
        known = sa.select(SEEDS.c.stamp).where(SEEDS.c.tenant == tenant, SEEDS.c.model == model)
        with self._ledger.reading() as connection:
            return bool(connection.execute(known).scalar() == stamp)

    def bring(
        self,
        model: str,
        new: Sequence[New],
        tenant: str = DEFAULT_TENANT,
        at: dt.datetime | None = None,
        *,
        stamp: str = "",
    ) -> Seeded:
        """Make a model's files' entries those of the corpus, all or none. Quick, without a write,
        when the files are what they were. Identifiers must be the same at each start
        (core.entries.entry_id). stamp: the caller's own text for what is brought in, for `has`.
        Raises UserFixable for an entry that cannot be kept.
        """
        by = User("system", "system", (), tenant=tenant, display_name="Files")
        wanted = {}
        for one in new:
            entry = rows.cleaned(one.entry, tenant)
            if entry.model != model or entry.source not in _SOURCES or entry.id in wanted:
                raise UserFixable(f"{entry.title or entry.text!r} does not belong among {model!r}.")
            wanted[entry.id] = New(entry, one.plan_key)
        stamp = stamp or _stamp(wanted)
        if self.has(model, stamp, tenant):
            return Seeded()
        with self._ledger.act("seed", by, at) as work:
            done = _bring(work, model, wanted)
            here = sa.and_(SEEDS.c.tenant == tenant, SEEDS.c.model == model)
            work.connection.execute(sa.delete(SEEDS).where(here))
            work.connection.execute(
                sa.insert(SEEDS).values(tenant=tenant, model=model, stamp=stamp)
            )
            if work.live:
                work.publish(model)
            work.told.update(model=model, **dataclasses.asdict(done))
        return done


def _stamp(wanted: Mapping[str, New]) -> str:
    parts = sorted((id_, rows.digest(n.entry), n.plan_key) for id_, n in wanted.items())
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _bring(work: Work, model: str, wanted: Mapping[str, New]) -> Seeded:
    query = sa.select(HEADS).where(
        HEADS.c.tenant == work.tenant, HEADS.c.model == model, HEADS.c.source.in_(_SOURCES)
    )
    heads = {r["entry"]: dict(r) for r in work.connection.execute(query).mappings()}
    # One of theirs may stand there as imported by somebody.
    heads |= {r["entry"]: dict(r) for r in work.some(HEADS, [i for i in wanted if i not in heads])}
    counts = Counter[str]()
    for id_, head in heads.items():
        if id_ not in wanted and head["file_digest"]:
            counts[_gone(work, head)] += 1
    # Those whose contents give way to the file's are no twins of what the file brings.
    leaving = {i for i, one in wanted.items() if i in heads and _is_behind(heads[i], one.entry)}
    for id_, one in wanted.items():
        counts[_came(work, heads.get(id_), one, leaving)] += 1
        leaving.discard(id_)
    return Seeded(**{f.name: counts[f.name] for f in dataclasses.fields(Seeded)})


def _gone(work: Work, head: dict[str, Any]) -> str:
    if head["digest"] != head["applied_digest"]:
        work.set_head(head["entry"], file_json="", file_digest="")
        return "kept"
    entry = dataclasses.replace(
        rows.entry_of(head), status="deprecated", verified_by="", verified_at=None
    )
    extra = {"file_json": "", "file_digest": "", "applied_digest": rows.digest(entry)}
    put_live(work, work.put(entry, head["plan_key"], head, extra=extra))
    return "deprecated"


def _is_behind(head: rows.Row, entry: Entry) -> bool:
    """Whether the file says otherwise and no admin did."""
    return bool(rows.digest(entry) != head["digest"] == head["applied_digest"])


def _came(work: Work, head: dict[str, Any] | None, one: New, leaving: Collection[str]) -> str:
    entry = one.entry
    said = rows.digest(entry)
    extra = {
        "file_json": json.dumps(rows.as_json(entry), ensure_ascii=False),
        "file_digest": said,
        "applied_digest": said,
    }
    if head is None:
        if twins.exact(work.connection, entry, one.plan_key, leaving):
            return "skipped"
        put_live(work, work.put(_dated(entry, work), one.plan_key, None, extra=extra))
        return "added"
    if said == head["digest"]:
        # As the file says, whoever made it so; the file may have changed to say it.
        extra["plan_key"] = one.plan_key
        if any(head[name] != value for name, value in extra.items()):
            work.set_head(entry.id, **extra)
        return "same"
    if said == head["file_digest"] and head["digest"] != head["applied_digest"]:
        return "same"
    if head["digest"] != head["applied_digest"]:
        del extra["applied_digest"]
        work.set_head(entry.id, **extra)
        return "kept"
    if twins.exact(work.connection, entry, one.plan_key, leaving):
        return _stands_back(work, head, extra)
    before = rows.entry_of(head)
    again = dataclasses.replace(
        entry, author=entry.author or before.author, created=entry.created or before.created
    )
    put_live(work, work.put(_dated(again, work), one.plan_key, head, extra=extra))
    return "updated"


def _dated(entry: Entry, work: Work) -> Entry:
    """Created and, if so, verified when it came in, where the file does not say."""
    is_verified = entry.status == "verified"
    return dataclasses.replace(
        entry,
        created=entry.created or work.at,
        verified_at=(entry.verified_at or work.at) if is_verified else None,
    )


def _stands_back(work: Work, head: dict[str, Any], extra: dict[str, Any]) -> str:
    """Put an entry away that would say what another says by now, until its file says more."""
    entry = rows.entry_of(head)
    extra["applied_digest"] = rows.digest(entry, deleted=True)
    if head["deleted"]:
        work.set_head(entry.id, **extra)
    else:
        put_live(work, work.put(entry, head["plan_key"], head, deleted=True, extra=extra))
    return "skipped"
