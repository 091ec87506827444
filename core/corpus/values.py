"""What the corpus hands out and takes: entries as they are kept, changes, batches, publishes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from core.entries import Entry, EntryStatus, Kind
from core.errors import UserFixable

Action = Literal[
    "add", "edit", "approve", "reject", "verify", "deprecate", "restore", "delete", "merge",
    "import", "accept", "fix", "dismiss", "undo", "seed", "publish", "rollback", "purge",
]  # fmt: skip


class Record(Protocol):
    """The audit log's `record`: called with before and after, before a change can be seen."""

    def __call__(self, event: str, user: str, **body: Any) -> object: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry's working copy. live_version: the version that answers; None: none does.
    is_staged: publishing would change what is live. seed_differs: a file says otherwise, and an
    admin's edit was kept. plan_key: the caller's text for what the question means; equal texts,
    equal meanings; empty where there is none."""

    entry: Entry
    live_version: int | None
    is_staged: bool
    is_deleted: bool
    seed_differs: bool
    plan_key: str
    changed_by: str
    changed_at: dt.datetime
    used_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class New:
    """An entry to be added, with the caller's text for its meaning."""

    entry: Entry
    plan_key: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Other contents for an entry. base: the version that they were made from. A field that is
    None stays as it is."""

    id: str
    base: int
    title: str | None = None
    text: str | None = None
    sql: str | None = None
    paraphrases: tuple[str, ...] | None = None
    plants: tuple[str, ...] | None = None
    language: str | None = None
    plan_key: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of two versions that is not the same in both."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch did to an entry. before: None when it was not there; is_deleted: it was put
    away by this change; was_deleted: it was away before it."""

    id: str
    before: Entry | None
    after: Entry
    is_deleted: bool = False
    was_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """One act of one person on one or many entries. undoes: the batch whose effect it took back.
    at: UTC, naive."""

    id: int
    tenant: str
    action: Action
    by: str
    at: dt.datetime
    note: str = ""
    undoes: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One contents that an entry had, with the batch that made it."""

    entry: Entry
    is_deleted: bool
    batch: int
    action: Action
    by: str
    at: dt.datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class LiveChange:
    """What a publish did to what answers: before or after is None where nothing was live."""

    id: str
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class Publish:
    """A change of what is live. number: counts from 1 within tenant and model. action: publish,
    rollback or seed. report: the evaluation's summary. back_to: the number rolled back to."""

    tenant: str
    model: str
    number: int
    action: Literal["publish", "rollback", "seed"]
    by: str
    at: dt.datetime
    changes: int
    report: Mapping[str, Any] = field(default_factory=dict)
    back_to: int | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries a page lists. text: all its words, anywhere in question, SQL, title or
    paraphrases. plants: those of a reader: entries for others are left out; None: all. use: never
    used, used, or the most used first. deleted: only those put away."""

    model: str
    text: str = ""
    kind: Kind | None = None
    plant: str = ""
    status: EntryStatus | None = None
    author: str = ""
    source: str = ""
    use: Literal["", "never", "used", "most"] = ""
    staged: bool = False
    deleted: bool = False
    plants: tuple[str, ...] | None = None
    sort: Literal["changed", "created", "question", "hits", "status"] = "changed"
    ascending: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. total: all that match; by_status, by_kind: how many there would be
    with another choice of status or kind and the same other filters."""

    items: tuple[Stored, ...]
    total: int
    by_status: Mapping[str, int]
    by_kind: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Twin:
    """An entry that asks the same. `same`: it means the same too, so one of the two is enough
    (is_exact: to the letter); `conflict`: it answers otherwise."""

    id: str
    question: str
    kind: Literal["same", "conflict"]
    why: str
    is_exact: bool = False


class Stale(UserFixable):
    """Somebody changed the entry meanwhile. changes: what."""

    def __init__(self, message: str, changes: tuple[FieldChange, ...] = ()) -> None:
        super().__init__(message)
        self.changes = changes


class Duplicate(UserFixable):
    """The corpus has this entry already. twins: which; merging adds to them."""

    def __init__(self, message: str, twins: tuple[Twin, ...]) -> None:
        super().__init__(message)
        self.twins = twins
