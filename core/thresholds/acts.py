"""An act on thresholds while its transaction is open: what is there, and what is written."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import sqlalchemy as sa

from core.errors import UserFixable
from core.thresholds.grounds import Grounds
from core.thresholds.publishing import Versions, as_published, check_together, may_publish
from core.thresholds.record import Threshold, same_contents
from core.thresholds.tables import TURNS, VERSIONS, row_of, threshold_of
from core.thresholds.timeline import working_copy
from core.translation import gettext as _
from core.types import User

#: Thresholds of one model and tenant.
MOST_THRESHOLDS: Final = 50_000
_AT_ONCE: Final = 500
_DRAFTS: Final = ("draft", "pending")
_KEY: Final = (VERSIONS.c.tenant, VERSIONS.c.id, VERSIONS.c.version)
#: Write a draft's row; one that is published is never matched.
_UPDATE: Final = (
    sa.update(VERSIONS)
    .where(
        sa.or_(*(VERSIONS.c.status == status for status in _DRAFTS)),
        *(key == sa.bindparam(f"of_{key.name}") for key in _KEY),
    )
    .values({column.name: sa.bindparam(column.name) for column in VERSIONS.c})
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A version as somebody saw it."""

    id: str
    version: int
    revision: int


def ref(threshold: Threshold) -> Ref:
    """What a caller hands back to change the version that it saw."""
    return Ref(threshold.id, threshold.version, threshold.revision)


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did to one threshold. before: None for a first version; after: None for a draft
    that is gone."""

    before: Threshold | None
    after: Threshold | None


@dataclass(frozen=True, slots=True)
class Current:
    """A threshold as it stands. newest: its last version, draft or not; in_force: the version that
    counts at the moment asked for; published: the last one that was published or ended it; None
    for none."""

    newest: Threshold
    in_force: Threshold | None
    published: Threshold | None


def now() -> dt.datetime:
    """UTC, naive."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction of a person's."""

    connection: sa.Connection
    by: User
    at: dt.datetime
    _inserted: list[dict[str, Any]] = field(default_factory=list)
    _updated: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def begin(cls, connection: sa.Connection, by: User, at: dt.datetime) -> Act:
        """Wait for the tenant's turn: an UPDATE is the first statement, so that nothing that is
        read afterwards can be out of date when it is written."""
        turn = sa.update(TURNS).where(TURNS.c.tenant == by.tenant).values(turn=TURNS.c.turn + 1)
        if connection.execute(turn).rowcount == 0:
            connection.execute(sa.insert(TURNS).values(tenant=by.tenant, turn=1))
        return cls(connection, by, at)

    # -- what is there -----------------------------------------------------------------------

    def seen(self, refs: Iterable[Ref]) -> list[list[Threshold]]:
        """All versions of each, the oldest first. Raises UserFixable for one that is not there any
        more, or whose newest version is not the one that was seen."""
        wanted = list(dict.fromkeys(refs))
        known = versions_of(self.connection, self.by.tenant, [one.id for one in wanted])
        for one in wanted:
            versions = known.get(one.id)
            if not versions:
                raise UserFixable(_gone())
            self._refuse_stale(versions[-1], one.version, one.revision)
        return [known[one.id] for one in wanted]

    def _refuse_stale(self, newest: Threshold, version: int, revision: int) -> None:
        if (newest.version, newest.revision) != (version, revision):
            text = _(
                "{name} was changed by {who} in the meantime. Nothing was written: reload the page "
                "and look at it again."
            )
            who = newest.approver if newest.status != "draft" and newest.approver else newest.author
            raise UserFixable(text.format(name=newest.name, who=who))

    def draft(self, versions: Sequence[Threshold]) -> Threshold:
        """The version that is not published. Raises UserFixable where there is none."""
        found = working_copy(versions)
        if found is None:
            text = _("{name} has no draft: its newest version is published already.")
            raise UserFixable(text.format(name=versions[-1].name))
        return found

    def refuse_draft(self, versions: Sequence[Threshold]) -> None:
        """Raises UserFixable where there is a draft."""
        if working_copy(versions) is not None:
            text = _("{name} has a draft. Publish or discard it first.")
            raise UserFixable(text.format(name=versions[-1].name))

    def around(self, thresholds: Iterable[Threshold]) -> Versions:
        """All versions of all thresholds of the same models, by id."""
        self.flush()
        found: dict[str, list[Threshold]] = {}
        for model in {one.model for one in thresholds}:
            rows = self.connection.execute(of_model(model, self.by.tenant)).mappings().all()
            found |= grouped(rows)
        return found

    # -- what is written ---------------------------------------------------------------------

    def save(self, threshold: Threshold, versions: Sequence[Threshold]) -> Change | None:
        """Write a draft; None where it says what the newest version says."""
        newest = versions[-1] if versions else None
        draft = replace(
            threshold,
            id=threshold.id or secrets.token_hex(6),
            version=1,
            revision=1,
            status="draft",
            author=self.by.name,
            approver="",
            changed_at=self.at,
        )
        if newest is None:
            if threshold.version:
                raise UserFixable(_gone())
            self._inserted.append(row_of(draft, self.by.tenant))
            return Change(None, draft)
        self._refuse_stale(newest, threshold.version, threshold.revision)
        if newest.model != threshold.model:
            raise UserFixable(_("{name} is of another model.").format(name=newest.name))
        if says_nothing_new(draft, newest):
            return None
        if newest.status in _DRAFTS:
            draft = replace(draft, version=newest.version, revision=newest.revision + 1)
            self._write(draft)
        else:
            moment = chosen_moment(draft, newest, self.at)
            draft = replace(draft, version=newest.version + 1, valid_from=moment)
            self._inserted.append(row_of(draft, self.by.tenant))
        return Change(newest, draft)

    def update(self, draft: Threshold, **fields: Any) -> Change:
        """Set how far a draft has come."""
        after = replace(draft, **fields, revision=draft.revision + 1, changed_at=self.at)
        self._write(after)
        return Change(draft, after)

    def delete(self, draft: Threshold) -> None:
        """Take a draft away for good."""
        mine = [VERSIONS.c.tenant == self.by.tenant, VERSIONS.c.status.in_(_DRAFTS)]
        that = [VERSIONS.c.id == draft.id, VERSIONS.c.version == draft.version]
        self.connection.execute(sa.delete(VERSIONS).where(*mine, *that))

    def publish(
        self,
        drafts: Sequence[Threshold],
        grounds: Grounds,
        valid_from: dt.datetime | None,
        *,
        four_eyes: bool,
    ) -> tuple[Change, ...]:
        """Put drafts in force."""
        for draft in drafts:
            may_publish(draft, four_eyes=four_eyes)
        published = [as_published(draft, self.by.name, valid_from, self.at) for draft in drafts]
        check_together(published, self.around(drafts), grounds, self.at)
        return tuple(
            self.update(draft, status=one.status, valid_from=one.valid_from, approver=one.approver)
            for draft, one in zip(drafts, published, strict=True)
        )

    def refuse_too_many(self, models: Iterable[str]) -> None:
        """Raises UserFixable where a model has more thresholds than it may."""
        self.flush()
        for model in models:
            count = sa.select(sa.func.count(sa.distinct(VERSIONS.c.id))).where(
                VERSIONS.c.tenant == self.by.tenant, VERSIONS.c.model == model
            )
            if (self.connection.execute(count).scalar() or 0) > MOST_THRESHOLDS:
                text = _("There may be {n} thresholds at most. Put some on a class or a line.")
                raise UserFixable(text.format(n=MOST_THRESHOLDS))

    def flush(self) -> None:
        """Write what was prepared, many rows at once."""
        if self._inserted:
            self.connection.execute(sa.insert(VERSIONS), self._inserted)
        if self._updated:
            self.connection.execute(_UPDATE, self._updated)
        self._inserted.clear()
        self._updated.clear()

    def _write(self, draft: Threshold) -> None:
        row = row_of(draft, self.by.tenant)
        self._updated.append({**row, **{f"of_{key.name}": row[key.name] for key in _KEY}})


def chosen_moment(threshold: Threshold, newest: Threshold, at: dt.datetime) -> dt.datetime | None:
    """From when on a version is to hold that follows another. The moment of a published version is
    no choice for the next one, unless it is still ahead."""
    moment = threshold.valid_from
    is_published = newest.status in ("published", "retired")
    if moment is not None and is_published and moment == newest.valid_from and moment <= at:
        return None
    return moment


def says_nothing_new(threshold: Threshold, newest: Threshold) -> bool:
    """Whether it says what the newest version says."""
    is_draft = newest.status in _DRAFTS
    is_then = threshold.valid_from == newest.valid_from or not (is_draft or threshold.valid_from)
    return is_then and same_contents(newest, threshold)


def _gone() -> str:
    return _("A threshold is not there any more. Reload the page.")


def of_model(model: str, tenant: str) -> sa.Select[Any]:
    """All versions of a model's thresholds, each threshold's in order."""
    mine = sa.and_(VERSIONS.c.tenant == tenant, VERSIONS.c.model == model)
    return sa.select(VERSIONS).where(mine).order_by(VERSIONS.c.id, VERSIONS.c.version)


def grouped(rows: Iterable[sa.RowMapping]) -> dict[str, list[Threshold]]:
    """Versions by id, as they come."""
    found: dict[str, list[Threshold]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(threshold_of(row))
    return found


def versions_of(
    connection: sa.Connection, tenant: str, ids: Sequence[str]
) -> dict[str, list[Threshold]]:
    """All versions of these thresholds, the oldest first, by id."""
    found: dict[str, list[Threshold]] = {}
    for part in _parts(list(dict.fromkeys(ids))):
        query = (
            sa.select(VERSIONS)
            .where(VERSIONS.c.tenant == tenant, VERSIONS.c.id.in_(part))
            .order_by(VERSIONS.c.id, VERSIONS.c.version)
        )
        found |= grouped(connection.execute(query).mappings().all())
    return found


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(ids), _AT_ONCE):
        yield ids[begin : begin + _AT_ONCE]
