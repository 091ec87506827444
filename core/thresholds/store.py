"""Thresholds in the state database: drafts, approval, publication, and their history.

A published version is never changed or deleted; another one follows it. Who changes a draft names
the version and the revision that they saw: when somebody else was quicker, nothing is written and
the message says so. Acts of one tenant follow one another, in one process or in several.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from core.errors import Unavailable, UserFixable
from core.state import open_state
from core.thresholds.acts import Act, Change, Current, Ref, grouped, now, of_model, versions_of
from core.thresholds.checks import keep_findings
from core.thresholds.finding import Unfit
from core.thresholds.grounds import Grounds
from core.thresholds.publishing import by_place, check_drafts, may_approve
from core.thresholds.record import CONTENTS, Place, Threshold, cleaned
from core.thresholds.tables import META, VERSIONS, threshold_of
from core.thresholds.timeline import Span, in_force, newest_published, spans, to_be
from core.translation import gettext as _
from core.types import User

#: What a bulk change may set.
CHANGEABLE: Final = frozenset(CONTENTS) - {"model", "ends"} | {"valid_from"}


class ThresholdStore:
    """Thresholds of one installation. Thread-safe, and safe with several processes. Every call that
    writes returns what it changed; it raises UserFixable (Unfit for what the checks find) and
    Unavailable, and then nothing is written."""

    def __init__(self, folder: Path, *, four_eyes: bool = False) -> None:
        """four_eyes: a version is published only after somebody but its author approved it."""
        self._engine = open_state(folder, META)
        self.four_eyes = four_eyes

    # -- reading -----------------------------------------------------------------------------

    def effective(self, model: str, at: dt.datetime, tenant: str) -> tuple[Threshold, ...]:
        """The versions in force at a moment (UTC, naive), in no order."""
        mine = sa.and_(*_published(model, tenant), VERSIONS.c.valid_from <= at)
        nearest = sa.func.row_number().over(
            partition_by=VERSIONS.c.id,
            order_by=(VERSIONS.c.valid_from.desc(), VERSIONS.c.version.desc()),
        )
        newest = sa.select(VERSIONS, nearest.label("place")).where(mine).subquery()
        query = sa.select(newest).where(newest.c.place == 1, newest.c.status == "published")
        return tuple(map(threshold_of, self._read(query)))

    def published(self, model: str, tenant: str) -> int:
        """How many versions were ever published: as none of them changes, what is in force at each
        moment is the same as long as this is."""
        query = sa.select(sa.func.count().label("n")).where(*_published(model, tenant))
        return int(self._read(query)[0]["n"])

    def begins(self, model: str, tenant: str) -> tuple[dt.datetime, ...]:
        """The moments at which what is in force changes, in no order."""
        query = sa.select(VERSIONS.c.valid_from.label("at")).distinct()
        return tuple(row["at"] for row in self._read(query.where(*_published(model, tenant))))

    def spans(self, model: str, measure: str, tenant: str) -> tuple[Span, ...]:
        """When the thresholds of a measure were in force, and will be, in no order."""
        query = sa.select(VERSIONS).where(*_published(model, tenant), VERSIONS.c.measure == measure)
        every = grouped(self._read(query)).values()
        return tuple(span for versions in every for span in spans(versions))

    def current(
        self, model: str, at: dt.datetime, tenant: str, *, ended: bool = False
    ) -> tuple[Current, ...]:
        """All thresholds of a model as they stand at a moment. ended: those too that were taken out
        of force before it."""
        found = []
        for versions in grouped(self._read(of_model(model, tenant))).values():
            current = Current(versions[-1], in_force(versions, at), newest_published(versions))
            if ended or current.in_force or to_be(versions, at):
                found.append(current)
        return tuple(found)

    def history(self, threshold_id: str, tenant: str) -> tuple[Threshold, ...]:
        """All versions, the newest first; empty for one that is not there."""
        query = (
            sa.select(VERSIONS)
            .where(VERSIONS.c.tenant == tenant, VERSIONS.c.id == threshold_id)
            .order_by(VERSIONS.c.version.desc())
        )
        return tuple(map(threshold_of, self._read(query)))

    def beside(self, model: str, at: dt.datetime, tenant: str) -> dict[Place, list[Threshold]]:
        """By place, what a threshold is checked against: of each its draft, or what of it is in
        force at a moment or later."""
        known = grouped(self._read(of_model(model, tenant))).values()
        return by_place(one for versions in known for one in to_be(versions, at))

    # -- drafts ------------------------------------------------------------------------------

    def save(
        self, thresholds: Sequence[Threshold], by: User, at: dt.datetime | None = None
    ) -> tuple[Change, ...]:
        """Keep them as drafts, all or none. An empty id, or one that is not known, makes another
        threshold; else its version and revision must be the newest. Of a published one the next
        version begins. What says the same as before is passed over."""
        _refuse_unkept(thresholds)
        with self._act(by, at) as act:
            known = versions_of(act.connection, by.tenant, [one.id for one in thresholds if one.id])
            changes = []
            for one in thresholds:
                versions = known.get(one.id, [])
                change = act.save(cleaned(one), versions)
                changes.append(change)
                if change is not None and change.after is not None:
                    known[change.after.id] = [*versions, change.after]
            act.refuse_too_many({one.model for one in thresholds})
            return tuple(change for change in changes if change is not None)

    def change(
        self,
        refs: Iterable[Ref],
        fields: Mapping[str, Any],
        by: User,
        at: dt.datetime | None = None,
    ) -> tuple[Change, ...]:
        """Set the same fields of many, as drafts; all or none. Raises UserFixable for a field that
        cannot be set."""
        if unknown := sorted(set(fields) - CHANGEABLE):
            raise UserFixable(_("{name!r} cannot be set.").format(name=unknown[0]))
        with self._act(by, at) as act:
            changes = []
            for versions in act.seen(refs):
                changed = cleaned(replace(versions[-1], ends=False, **fields))
                _refuse_unkept([changed])
                changes.append(act.save(changed, versions))
            return tuple(change for change in changes if change is not None)

    def roll_back(
        self, seen: Ref, version: int, by: User, at: dt.datetime | None = None
    ) -> tuple[Change, ...]:
        """A draft with the content of an older version. seen: the newest version."""
        with self._act(by, at) as act:
            versions = act.seen([seen])[0]
            act.refuse_draft(versions)
            old = next((one for one in versions if one.version == version), None)
            if old is None:
                raise UserFixable(_("There is no version {n}.").format(n=version))
            again = replace(
                old, version=seen.version, revision=seen.revision, ends=False, valid_from=None
            )
            change = act.save(again, versions)
            return (change,) if change else ()

    def discard(
        self, refs: Iterable[Ref], by: User, at: dt.datetime | None = None
    ) -> tuple[Change, ...]:
        """Throw drafts away; what is published stays."""
        with self._act(by, at) as act:
            drafts = [act.draft(versions) for versions in act.seen(refs)]
            for draft in drafts:
                act.delete(draft)
            return tuple(Change(draft, None) for draft in drafts)

    # -- approval ----------------------------------------------------------------------------

    def submit(
        self, refs: Iterable[Ref], grounds: Grounds, by: User, at: dt.datetime | None = None
    ) -> tuple[Change, ...]:
        """Ask for approval. Raises Unfit where the checks find an error."""
        with self._act(by, at) as act:
            drafts = [act.draft(versions) for versions in act.seen(refs)]
            check_drafts(drafts, act.around(drafts), grounds, act.at)
            return tuple(act.update(draft, status="pending", approver="") for draft in drafts)

    def approve(
        self, refs: Iterable[Ref], by: User, at: dt.datetime | None = None
    ) -> tuple[Change, ...]:
        """Approve what waits for it."""
        with self._act(by, at) as act:
            pending = [act.draft(versions) for versions in act.seen(refs)]
            for one in pending:
                may_approve(one, by.name, four_eyes=self.four_eyes)
            return tuple(act.update(one, approver=by.name) for one in pending)

    def send_back(
        self, refs: Iterable[Ref], by: User, at: dt.datetime | None = None
    ) -> tuple[Change, ...]:
        """What waits for approval is a draft again."""
        with self._act(by, at) as act:
            pending = [act.draft(versions) for versions in act.seen(refs)]
            return tuple(act.update(one, status="draft", approver="") for one in pending)

    # -- publication -------------------------------------------------------------------------

    def publish(
        self,
        refs: Iterable[Ref],
        grounds: Grounds,
        by: User,
        *,
        valid_from: dt.datetime | None = None,
        at: dt.datetime | None = None,
    ) -> tuple[Change, ...]:
        """Put drafts in force, all or none, each from `valid_from` on, or from its own moment, or
        from now on. They are checked as they will stand together."""
        with self._act(by, at) as act:
            drafts = [act.draft(versions) for versions in act.seen(refs)]
            return act.publish(drafts, grounds, valid_from, four_eyes=self.four_eyes)

    def retire(
        self,
        refs: Iterable[Ref],
        grounds: Grounds,
        by: User,
        *,
        valid_from: dt.datetime | None = None,
        at: dt.datetime | None = None,
    ) -> tuple[Change, ...]:
        """Take thresholds out of force from a moment on, now unless said. With four eyes this is a
        version that waits for approval and is published as others are."""
        with self._act(by, at) as act:
            ended = []
            for versions in act.seen(refs):
                newest = versions[-1]
                act.refuse_draft(versions)
                if newest.status == "retired":
                    text = _("{name} is out of force already.")
                    raise UserFixable(text.format(name=newest.name))
                # one that is still ahead ends at its own beginning
                ahead = newest.valid_from if (newest.valid_from or act.at) > act.at else None
                ending = replace(newest, ends=True, valid_from=valid_from or ahead)
                change = act.save(cleaned(ending), versions)
                if change is not None and change.after is not None:
                    ended.append(change.after)
            if self.four_eyes:
                return tuple(act.update(one, status="pending") for one in ended)
            return act.publish(ended, grounds, None, four_eyes=False)

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    # -- the rest ----------------------------------------------------------------------------

    @contextmanager
    def _act(self, by: User, at: dt.datetime | None) -> Iterator[Act]:
        try:
            with self._engine.begin() as connection:
                act = Act.begin(connection, by, at or now())
                yield act
                act.flush()
        except sa.exc.SQLAlchemyError as error:
            text = _("The thresholds could not be written; please try again.")
            raise Unavailable(text) from error

    def _read(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).mappings().all()
        except sa.exc.SQLAlchemyError as error:
            text = _("The thresholds could not be read; please try again.")
            raise Unavailable(text) from error


def _published(model: str, tenant: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        VERSIONS.c.tenant == tenant,
        VERSIONS.c.model == model,
        VERSIONS.c.status.in_(("published", "retired")),
    )


def _refuse_unkept(thresholds: Sequence[Threshold]) -> None:
    wrong = {
        one.id or str(place): found
        for place, one in enumerate(thresholds)
        if (found := keep_findings(one))
    }
    if wrong:
        raise Unfit(next(iter(wrong.values()))[0].text, wrong)
