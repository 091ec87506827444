"""What an admin does to entries: each act on one or many, all of them or none."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.corpus import rows, twins
from core.corpus.ledger import Ledger, Work
from core.corpus.tables import (
    BATCHES,
    CASES,
    CHANGES,
    HEADS,
    PLANTS,
    PUBLISHED,
    QUESTIONS,
    VERSIONS,
)
from core.corpus.values import Action, Batch, Edit, New, Stale
from core.entries import Entry, EntryStatus
from core.errors import UserFixable
from core.translation import told
from core.types import User

#: From which statuses an act leads on, and where to.
_MOVES: Mapping[Action, tuple[tuple[EntryStatus, ...], EntryStatus]] = {
    "approve": (("candidate", "verified", "rejected"), "approved"),
    "verify": (("candidate", "approved"), "verified"),
    "reject": (("candidate", "approved", "verified"), "rejected"),
    "deprecate": (("candidate", "approved", "verified"), "deprecated"),
}
_FOREVER = frozenset({"seed", "publish", "rollback", "purge"})


class Editing:
    """Acts on entries; each gives its batch, which can be undone."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(
        self, new: Sequence[New], by: User, at: dt.datetime | None = None, *, note: str = ""
    ) -> Batch:
        """Add entries to the working copy. Raises Duplicate, or UserFixable for one that cannot
        be kept as it is."""
        with self._ledger.act("add", by, at, note) as work:
            add(work, new)
        return work.result

    def bring_in(self, new: Sequence[New], by: User, at: dt.datetime | None = None) -> Batch:
        """The same for entries of a file that somebody imports."""
        with self._ledger.act("import", by, at) as work:
            add(work, new)
        return work.result

    def edit(
        self, edits: Sequence[Edit], by: User, at: dt.datetime | None = None, *, note: str = ""
    ) -> Batch:
        """Give entries other contents. A verified one whose question or SQL changes is approved
        only, until somebody verifies it again. Raises Stale, Duplicate or UserFixable."""
        with self._ledger.act("edit", by, at, note) as work:
            edit(work, edits)
        return work.result

    def approve(
        self, ids: Iterable[str], by: User, at: dt.datetime | None = None, **more: Any
    ) -> Batch:
        """Good enough to be found. versions: the version that was looked at, for each entry:
        another one is refused as Stale. note: why."""
        return self._move("approve", ids, by, at, **more)

    def verify(
        self, ids: Iterable[str], by: User, at: dt.datetime | None = None, **more: Any
    ) -> Batch:
        """Good enough to answer by itself, with this person's name. As `approve`."""
        return self._move("verify", ids, by, at, **more)

    def reject(
        self, ids: Iterable[str], by: User, at: dt.datetime | None = None, **more: Any
    ) -> Batch:
        """Wrong. As `approve`."""
        return self._move("reject", ids, by, at, **more)

    def deprecate(
        self, ids: Iterable[str], by: User, at: dt.datetime | None = None, **more: Any
    ) -> Batch:
        """Right once, and no more. As `approve`."""
        return self._move("deprecate", ids, by, at, **more)

    def _move(
        self,
        action: Action,
        ids: Iterable[str],
        by: User,
        at: dt.datetime | None,
        versions: Mapping[str, int] | None = None,
        note: str = "",
    ) -> Batch:
        with self._ledger.act(action, by, at, note) as work:
            for head in _seen(work, ids, versions):
                move(work, head)
            _something(work)
        return work.result

    def delete(
        self,
        ids: Iterable[str],
        by: User,
        at: dt.datetime | None = None,
        *,
        versions: Mapping[str, int] | None = None,
        note: str = "",
    ) -> Batch:
        """Put entries away; their history stays, and they can be restored."""
        with self._ledger.act("delete", by, at, note) as work:
            for head in _seen(work, ids, versions):
                work.put(rows.entry_of(head), head["plan_key"], head, deleted=True)
            _something(work)
        return work.result

    def restore(
        self, ids: Iterable[str], by: User, at: dt.datetime | None = None, *, note: str = ""
    ) -> Batch:
        """Bring back what was deleted, rejected or deprecated, with the status that it had while
        its question and SQL were these; else as a candidate."""
        with self._ledger.act("restore", by, at, note) as work:
            for head in work.heads(ids).values():
                if not head["deleted"] and head["status"] not in ("rejected", "deprecated"):
                    continue
                work.put(_as_it_was(work, head), head["plan_key"], head)
            _refuse_twins_made(work)
            _something(work)
        return work.result

    def merge(
        self, keep: str, others: Iterable[str], by: User, at: dt.datetime | None = None
    ) -> Batch:
        """One entry of several: their questions become its paraphrases, their uses its uses, and
        they are put away. Raises UserFixable for entries that are not questions."""
        with self._ledger.act("merge", by, at) as work:
            heads = work.heads([keep, *others])
            kept = heads.pop(keep)
            if not heads or any(h["kind"] != "qa" or h["deleted"] for h in (kept, *heads.values())):
                raise UserFixable(told("Choose two questions or more to merge."))
            if len({h["model"] for h in (kept, *heads.values())}) > 1:
                raise UserFixable(told("Only questions of one model can be merged."))
            entry = rows.entry_of(kept)
            wordings = list(entry.paraphrases)
            for head in heads.values():
                other = rows.entry_of(head)
                wordings += [other.text, *other.paraphrases]
                work.put(other, head["plan_key"], head, deleted=True)
            entry = dataclasses.replace(entry, paraphrases=tuple(wordings))
            hits = kept["hits"] + sum(h["hits"] for h in heads.values())
            work.put(rows.cleaned(entry, work.tenant), kept["plan_key"], kept, extra={"hits": hits})
        return work.result

    def undo(self, batch: int, by: User, at: dt.datetime | None = None) -> Batch:
        """Give the entries of a batch the contents before it, as new versions; undoing that
        brings them back. A case that the batch decided is open again.

        Raises UserFixable for a batch that cannot be undone, Stale when an entry is not as the
        batch left it; what came after it and was undone itself is in nobody's way.
        """
        with self._ledger.act("undo", by, at) as work:
            _take_back(work, batch)
        return work.result

    def purge(self, ids: Iterable[str], by: User, at: dt.datetime | None = None) -> Batch:
        """Remove deleted entries with all their history for good; only the audit knows them.
        Raises UserFixable for one that is not deleted, or is live."""
        with self._ledger.act("purge", by, at) as work:
            heads = work.heads(ids)
            for head in heads.values():
                if not head["deleted"] or head["live_version"] is not None:
                    raise UserFixable(
                        told(
                            "{entry} is still in use. Delete it and publish, then remove it for "
                            "good.",
                            entry=repr(rows.entry_of(head).text[:80]),
                        )
                    )
            for table in (HEADS, VERSIONS, QUESTIONS, PLANTS, CHANGES, PUBLISHED):
                for id_ in heads:
                    mine = sa.and_(table.c.tenant == work.tenant, table.c.entry == id_)
                    work.connection.execute(sa.delete(table).where(mine))
            work.told["purged"] = [rows.as_json(rows.entry_of(h)) for h in heads.values()]
        return work.result

    def count_uses(self, tenant: str, uses: Mapping[str, int], at: dt.datetime) -> None:
        """Add to how often entries were used; no version, no audit."""
        with self._ledger.counting(tenant) as connection:
            for id_, times in uses.items():
                connection.execute(
                    sa.update(HEADS)
                    .where(HEADS.c.tenant == tenant, HEADS.c.entry == id_)
                    .values(hits=HEADS.c.hits + times, used_at=at)
                )


# -- parts of an act, for those who decide a case in the same one ----------------------------------


def add(work: Work, new: Sequence[New]) -> list[Entry]:
    """Add entries in an act. As Editing.add."""
    added = []
    for one in new:
        given = dataclasses.replace(
            one.entry, author=one.entry.author or work.by.name,
            created=one.entry.created or work.at, hits=0,
        )  # fmt: skip
        entry = _by(rows.cleaned(given, work.tenant), work)
        _refuse_derived(entry)
        taken = sa.select(HEADS.c.entry).where(
            HEADS.c.tenant == work.tenant, HEADS.c.entry == entry.id
        )
        if work.connection.execute(taken).first():
            raise UserFixable(told("An entry with this identifier is in the corpus already."))
        twins.refuse_exact(work.connection, entry, one.plan_key)
        work.put(entry, one.plan_key, None)
        added.append(entry)
    if not added:
        raise UserFixable(told("There is nothing to add."))
    return added


def edit(work: Work, edits: Sequence[Edit]) -> list[Entry]:
    """Change entries in an act. As Editing.edit."""
    heads = work.heads(e.id for e in edits)
    changed = []
    for one in edits:
        head = heads[one.id]
        _refuse_stale(work, head, one.base)
        if head["deleted"]:
            raise UserFixable(told("This entry was deleted. Restore it, then change it."))
        before = rows.entry_of(head, hits=head["hits"])
        _refuse_derived(before)
        given = {
            name: value
            for name in ("title", "text", "sql", "paraphrases", "plants", "language")
            if (value := getattr(one, name)) is not None
        }
        entry = rows.cleaned(dataclasses.replace(before, **given), work.tenant)
        is_other = (entry.text, entry.sql) != (before.text, before.sql)
        if is_other and entry.status == "verified":
            entry = dataclasses.replace(entry, status="approved", verified_by="", verified_at=None)
        # A meaning is of the text that it was computed from.
        plan_key = (
            one.plan_key if one.plan_key is not None else "" if is_other else head["plan_key"]
        )
        if rows.digest(entry) == head["digest"] and plan_key == head["plan_key"]:
            continue
        work.put(entry, plan_key, head)
        changed.append(entry)
    _refuse_twins_made(work)
    _something(work)
    return changed


def move(work: Work, head: Mapping[str, Any], action: Action | None = None) -> None:
    """Give an entry the status that an act leads to. Raises UserFixable where it leads nowhere."""
    action = action or work.action
    sources, target = _MOVES[action]
    entry = rows.entry_of(head, hits=head["hits"])
    if head["deleted"]:
        raise UserFixable(told("{entry} was deleted. Restore it first.", entry=_name(entry)))
    if entry.status == target:
        return
    if entry.status not in sources:
        raise UserFixable(
            told(
                "{entry} is not in use ({status}). Restore it first.",
                entry=_name(entry),
                status=entry.status,
            )
        )
    moved = dataclasses.replace(entry, status=target, verified_by="", verified_at=None)
    work.put(_by(moved, work), head["plan_key"], head)


def _by(entry: Entry, work: Work) -> Entry:
    """A verified entry says by whom and when; another one does not."""
    if entry.status != "verified":
        return dataclasses.replace(entry, verified_by="", verified_at=None)
    return dataclasses.replace(
        entry,
        verified_by=entry.verified_by or work.by.name,
        verified_at=entry.verified_at or work.at,
    )


def _take_back(work: Work, number: int) -> None:
    here = sa.and_(BATCHES.c.tenant == work.tenant, BATCHES.c.batch == number)
    batch = work.connection.execute(sa.select(BATCHES).where(here)).mappings().first()
    if batch is None:
        raise UserFixable(told("There is no such change."))
    if batch["action"] in _FOREVER:
        raise UserFixable(
            told(
                "This act ({act}) is not undone. Roll back to an earlier publish instead.",
                act=batch["action"],
            )
        )
    work.undoes = number
    done = sa.select(CHANGES).where(CHANGES.c.tenant == work.tenant, CHANGES.c.batch == number)
    changes = work.connection.execute(done).mappings().all()
    decided = sa.and_(CASES.c.tenant == work.tenant, CASES.c.batch == number)
    cases = work.connection.execute(sa.select(CASES.c.case_id).where(decided)).scalars().all()
    if not changes and not cases:
        raise UserFixable(told("Nothing of this change is left to undo."))
    heads = work.heads(c["entry"] for c in changes)
    for change in changes:
        head = heads[change["entry"]]
        if not _is_as(work, head, change["after"]):
            _refuse_stale(work, head, change["after"])
    for change in changes:
        head = heads[change["entry"]]
        if change["before"] is None:
            work.put(rows.entry_of(head), head["plan_key"], head, deleted=True)
            continue
        before = work.version(change["entry"], change["before"])
        work.put(rows.entry_of(before), before["plan_key"], head, deleted=before["deleted"])
    _refuse_twins_made(work)
    if cases:
        work.told["reopened"] = list(cases)
        work.connection.execute(
            sa.update(CASES)
            .where(decided)
            .values(state="open", decided_by="", decided_at=None, why="", entry="", batch=None)
        )


def _is_as(work: Work, head: Mapping[str, Any], version: int) -> bool:
    """Whether an entry says what it said in a version, as it does when later acts were undone."""
    then = work.version(head["entry"], version)
    return (then["digest"], then["deleted"]) == (head["digest"], head["deleted"])


def _seen(
    work: Work, ids: Iterable[str], versions: Mapping[str, int] | None
) -> list[dict[str, Any]]:
    heads = work.heads(ids)
    for id_, head in heads.items():
        if versions is not None and id_ in versions:
            _refuse_stale(work, head, versions[id_])
    return [h for h in heads.values() if not (work.action == "delete" and h["deleted"])]


def _refuse_stale(work: Work, head: Mapping[str, Any], base: int) -> None:
    if head["version"] == base:
        return
    entry = rows.entry_of(head)
    changes = rows.differences(rows.entry_of(work.version(entry.id, base)), entry)
    what = ", ".join(c.field.replace("_", " ") for c in changes) or told("nothing that stayed")
    if head["deleted"]:
        what = told("it was deleted")
    raise Stale(
        told(
            "{entry} was changed by {name} on {moment} UTC ({what}). Look at it as it is, then "
            "decide again.",
            entry=_name(entry),
            name=head["changed_by"],
            moment=f"{head['changed_at']:%Y-%m-%d %H:%M}",
            what=what,
        ),
        changes,
    )


def _refuse_derived(entry: Entry) -> None:
    if entry.kind == "ddl":
        raise UserFixable(
            told("Tables and columns are described in the model's file; change them there.")
        )


def _refuse_twins_made(work: Work) -> None:
    """Raises Duplicate when an entry that the act wrote is now there twice."""
    kept = [c for c in work.changes if not c.is_deleted]
    heads = work.heads(c.id for c in kept)
    for change in kept:
        twins.refuse_exact(work.connection, change.after, heads[change.id]["plan_key"])


def _as_it_was(work: Work, head: Mapping[str, Any]) -> Entry:
    """The entry with its last status that was neither rejected nor deprecated."""
    entry = rows.entry_of(head, hits=head["hits"])
    if entry.status not in ("rejected", "deprecated"):
        return entry
    query = (
        sa.select(VERSIONS)
        .where(
            VERSIONS.c.tenant == work.tenant,
            VERSIONS.c.entry == entry.id,
            VERSIONS.c.status.not_in(("rejected", "deprecated")),
        )
        .order_by(VERSIONS.c.version.desc())
        .limit(1)
    )
    row = work.connection.execute(query).mappings().first()
    is_same = row is not None and (row["text"], row["sql"]) == (entry.text, entry.sql)
    if row is None or not is_same:
        return dataclasses.replace(entry, status="candidate", verified_by="", verified_at=None)
    return dataclasses.replace(
        entry,
        status=row["status"],
        verified_by=row["verified_by"],
        verified_at=row["verified_at"],
    )


def _something(work: Work) -> None:
    if not work.changes:
        raise UserFixable(told("Nothing changes by this: the entries are so already."))


def _name(entry: Entry) -> str:
    return repr(entry.title or entry.text[:80])
