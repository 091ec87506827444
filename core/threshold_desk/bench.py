"""One person at work on one model's thresholds: what they see, and what they may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from core.assistant.parts import ModelParts
from core.errors import Refused, UserFixable
from core.governance.policy import ThresholdRight
from core.semantic.facts import Fetch
from core.semantic.model import SemanticModel
from core.threshold_desk import records
from core.threshold_desk.effective import Holding, holdings
from core.threshold_desk.plants import EVERYWHERE, Branch, Known, branches
from core.threshold_desk.rights import Rights
from core.threshold_desk.suggesting import Suggestions, blank, suggestions
from core.threshold_desk.trying import Tried, tried
from core.thresholds.acts import Change, Current, Ref, ref
from core.thresholds.checks import check
from core.thresholds.difference import Difference, differences
from core.thresholds.exchange import Delimiter, Imported, export_csv, import_csv
from core.thresholds.finding import Finding, Unfit, errors
from core.thresholds.grounds import Grounds, Measure
from core.thresholds.record import Scope, Threshold
from core.thresholds.resolve import model_limits, resolve
from core.thresholds.starter import StarterSet, install, load_sets
from core.thresholds.store import ThresholdStore
from core.thresholds.whole import levels_of
from core.translation import gettext as _
from core.watch.trial import Course, Trial

#: Thresholds that stand together over a window: `core.watch.trial.trial`.
TrialOf = Callable[[Fetch, SemanticModel, Sequence[Threshold], dt.datetime, dt.datetime], Trial]
#: The longest window of a trial.
MOST_DAYS = 366


@dataclass(frozen=True)
class Compared:
    """A draft and what is in force, over the same window; None where there is none."""

    draft: Tried | None
    current: Tried | None


@dataclass(frozen=True)
class Bench:
    """Every method may raise Refused, UserFixable (Unfit with findings) or Unavailable; then
    nothing is written. Acts take the versions that the person saw, and are in the audit."""

    _store: ThresholdStore
    _parts: ModelParts
    rights: Rights
    _record: Callable[..., Any]
    _trial: TrialOf
    _clock: Callable[[], dt.datetime]
    four_eyes: bool

    @property
    def known(self) -> Known:
        return self.rights.known

    @property
    def grounds(self) -> Grounds:
        return self.known.grounds

    @property
    def model(self) -> str:
        return self.grounds.model.name

    @property
    def measures(self) -> Mapping[str, Measure]:
        """What the person may put thresholds on."""
        return self.rights.measures()

    # -- what is there -----------------------------------------------------------------------

    def branches(self, view: str, path: Scope) -> tuple[Branch, ...]:
        """The children of a node in the tree that begins at the level `view`."""
        return branches(self.known, self.rights.user, view, path)

    def assets(self, at: Scope = EVERYWHERE) -> tuple[str, ...]:
        """The person's assets at a place."""
        asset = self.known.watch.asset
        return tuple(one[asset] for one in self.known.assets(self.rights.user, at))

    def values(self, level: str, at: Scope = EVERYWHERE) -> tuple[str, ...]:
        """The values of a level that the person's assets at a place have, in their order."""
        found = {one[level] for one in self.known.assets(self.rights.user, at)}
        return tuple(sorted(found - {""}))

    def holdings(self, at: Scope) -> tuple[Holding, ...]:
        """What is in force at a place, with where each comes from and what it hides."""
        in_force = self.in_force()
        model, user = self.grounds.model, self.rights.user
        levels = {one.per for one in in_force} - {""}
        return holdings(
            in_force,
            self._seen(model_limits(model.name, model.limits, self.grounds.levels)),
            self.known.assets(self.rights.user, at),
            self.known.node(at),
            self.known.watch.asset,
            self.grounds.levels,
            {per: self.known.wholes(user, per, at) for per in levels},
        )

    def counting(self, name: str, per: str = "") -> tuple[Threshold, ...]:
        """The limits that count for an asset by its name, or for a place of a level as a whole."""
        user, asset = self.rights.user, self.known.watch.asset
        if not per:
            only = Scope(((asset, name),))
            found = self.holdings(only) if self.known.assets(user, only) else ()
            return tuple(row.threshold for row in found if not row.threshold.per)
        places = self.known.wholes(user, per)
        place = next((one for one in places if "/".join(one.values()) == name), None)
        if place is None:
            return ()
        counts = resolve(self.in_force(), {name: place}, self.grounds.levels, per=per)[name]
        return tuple(one.threshold for one in counts)

    def in_force(self) -> tuple[Threshold, ...]:
        """All that is in force and that the person sees, in no order."""
        found = self._store.effective(self.model, self._clock(), self.rights.user.tenant)
        return tuple(self._seen(found))

    def places_of(self, measure: str) -> tuple[str, ...]:
        """Of what a threshold may take a measure: empty for each asset, and levels as a whole."""
        watch, known = self.known.watch, self.measures.get(measure)
        if known is None or not known.is_metric:
            return ("",)
        found = levels_of(measure, self.grounds.model, watch)
        return (*("" for one in found if one == watch.asset),
                *(one for one in found if one != watch.asset))  # fmt: skip

    def drafts(self, at: Scope = EVERYWHERE) -> tuple[Current, ...]:
        """What is not published yet and holds for an asset of a place, by place and measure."""
        mine = self.known.assets(self.rights.user, at)
        found = [
            one
            for one in self._current()
            if one.newest.status in ("draft", "pending")
            and (not at.at or any(one.newest.scope.holds_for(asset) for asset in mine))
        ]
        levels = self.grounds.levels
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    one.newest.scope.rank(levels),
                    one.newest.scope.at,
                    one.newest.measure,
                    one.newest.kind,
                ),
            )
        )

    def get(self, threshold_id: str) -> Current:
        """A threshold as it stands. Raises UserFixable for one that is not there for the person."""
        found = next(
            (one for one in self._current(ended=True) if one.newest.id == threshold_id), None
        )
        if found is None:
            raise UserFixable(_("This threshold is not there, or not for your plants."))
        return found

    def history(self, threshold_id: str) -> tuple[Threshold, ...]:
        """All versions, the newest first."""
        self.get(threshold_id)
        return self._store.history(threshold_id, self.rights.user.tenant)

    def differences(self, before: Threshold, after: Threshold) -> tuple[Difference, ...]:
        """The fields that differ."""
        measure = self.grounds.measures.get(after.measure)
        return differences(before, after, measure.unit if measure else "")

    def blank(self, at: Scope, measure: str) -> Threshold:
        """A threshold to begin with at a place."""
        return Threshold("", 0, self.model, self.known.node(at), measure, "high")

    def may_change(self, threshold: Threshold) -> bool:
        """Whether the person may edit it: by role and plants."""
        return self.rights.may_edit and self.rights.owns(threshold.scope)

    # -- drafts ------------------------------------------------------------------------------

    def check(self, threshold: Threshold) -> tuple[Finding, ...]:
        """All that is wrong with a draft or worth a look, by field."""
        at, tenant = self._clock(), self.rights.user.tenant
        beside = self._store.beside(self.model, at, tenant).get(threshold.place, ())
        versions = self._store.history(threshold.id, tenant) if threshold.id else ()
        earlier = next((one for one in versions if one.status in ("published", "retired")), None)
        return check(
            threshold, self.grounds, at=at, beside=[o for o in beside if o.id != threshold.id],
            earlier=earlier,
        )  # fmt: skip

    def save(self, threshold: Threshold) -> tuple[Change, ...]:
        """Keep a draft: another threshold, or the next version of one."""
        before = self._store.history(threshold.id, self.rights.user.tenant)[:1]
        self._require("edit", [threshold, *before])
        return self._done("save", self._store.save([threshold], self.rights.user, self._clock()))

    def change(self, refs: Iterable[Ref], fields: Mapping[str, Any]) -> tuple[Change, ...]:
        """Set the same fields of many, as drafts."""
        refs = self._may("edit", refs)
        moved = fields.get("scope")
        if isinstance(moved, Scope):
            self.rights.require("edit", [moved])
        changes = self._store.change(refs, fields, self.rights.user, self._clock())
        return self._done("change", changes)

    def discard(self, refs: Iterable[Ref]) -> tuple[Change, ...]:
        """Throw drafts away."""
        refs = self._may("edit", refs)
        return self._done("discard", self._store.discard(refs, self.rights.user, self._clock()))

    def roll_back(self, seen: Ref, version: int) -> tuple[Change, ...]:
        """A draft with the content of an older version."""
        self._may("edit", [seen])
        changes = self._store.roll_back(seen, version, self.rights.user, self._clock())
        return self._done("roll_back", changes)

    # -- approval and publication ------------------------------------------------------------

    def submit(self, refs: Iterable[Ref]) -> tuple[Change, ...]:
        """Ask for approval."""
        refs = self._may("edit", refs)
        user = self.rights.user
        return self._done("submit", self._store.submit(refs, self.grounds, user, self._clock()))

    def approve(self, refs: Iterable[Ref]) -> tuple[Change, ...]:
        """Approve what waits for it."""
        refs = self._may("approve", refs)
        return self._done("approve", self._store.approve(refs, self.rights.user, self._clock()))

    def send_back(self, refs: Iterable[Ref]) -> tuple[Change, ...]:
        """What waits for approval is a draft again."""
        refs = self._may("edit", refs)
        return self._done("send_back", self._store.send_back(refs, self.rights.user, self._clock()))

    def publish(
        self, refs: Iterable[Ref], valid_from: dt.datetime | None = None
    ) -> tuple[Change, ...]:
        """Put drafts in force."""
        refs = self._may("approve", refs)
        changes = self._store.publish(
            refs, self.grounds, self.rights.user, valid_from=valid_from, at=self._clock()
        )
        return self._done("publish", changes)

    def retire(
        self, refs: Iterable[Ref], valid_from: dt.datetime | None = None
    ) -> tuple[Change, ...]:
        """Take thresholds out of force; with four eyes that waits for another's approval."""
        refs = self._may("edit" if self.four_eyes else "approve", refs)
        changes = self._store.retire(
            refs, self.grounds, self.rights.user, valid_from=valid_from, at=self._clock()
        )
        return self._done("retire", changes)

    # -- on history --------------------------------------------------------------------------

    def window(self, days: float) -> tuple[dt.datetime, dt.datetime]:
        """The last days of the data, UTC."""
        if not 0 < days <= MOST_DAYS:
            raise UserFixable(_("A window has from 1 to {n} days.").format(n=MOST_DAYS))
        return max(self.known.first, self.known.last - dt.timedelta(days=days)), self.known.last

    def compare(self, current: Current, start: dt.datetime, end: dt.datetime) -> Compared:
        """The draft of a threshold, where it has one that can be tried, and what is in force of it,
        over a window. Raises Unfit for a draft with errors."""
        draft = current.newest if current.newest.status in ("draft", "pending") else None
        if draft is not None and draft.ends:
            draft = None
        if draft is not None:
            self._refuse_unfit(draft)
        return Compared(
            self.try_out([draft], start, end) if draft is not None else None,
            self.try_out([current.in_force], start, end) if current.in_force is not None else None,
        )

    def try_out(self, wanted: Sequence[Threshold], start: dt.datetime, end: dt.datetime) -> Tried:
        """Thresholds over a window, each where it would count beside the others that are in
        force."""
        start, end = self._clipped(start, end)
        records.read(self._record, self.rights.user, self.model, "trial", wanted, start, end)
        courses, notes = self._courses(wanted, start, end)
        return tried(wanted, courses, self.known, start, end, notes)

    def load(self, start: dt.datetime, end: dt.datetime, draft: Threshold | None = None) -> Tried:
        """All thresholds in force of the person's plants together, with a draft in its place."""
        wanted = [one for one in self.in_force() if draft is None or one.id != draft.id]
        if draft is not None:
            self._refuse_unfit(draft)
            wanted.append(draft)
        return self.try_out(wanted, start, end)

    def curve(
        self, asset: str, measure: str, start: dt.datetime, end: dt.datetime
    ) -> Course | None:
        """An asset's readings as they are; None where it has none. Raises Refused for one that is
        not the person's, UserFixable for a measure that is not for them."""
        self._require_asset(asset)
        if measure not in self.measures:
            raise UserFixable(_("There is no measure {name!r} for you.").format(name=measure))
        own = Scope(((self.known.watch.asset, asset),))
        looked_at = blank(Threshold("curve", 1, self.model, own, measure, "high"))
        start, end = self._clipped(start, end)
        records.read(self._record, self.rights.user, self.model, "curve", [looked_at], start, end)
        found = self._run([looked_at], start, end)
        return next((one for one in found.courses if one.asset == asset), None)

    def with_readings(
        self, measure: str, at: Scope, start: dt.datetime, end: dt.datetime
    ) -> tuple[str, ...]:
        """The person's assets at a place that have Good readings of a measure in a window, in the
        order of their names; none for a measure that is not for them, or that needs a window."""
        if measure not in self.measures or self.measures[measure].others:
            return ()
        looked_at = blank(Threshold("curve", 1, self.model, self.known.node(at), measure, "high"))
        start, end = self._clipped(start, end)
        records.read(self._record, self.rights.user, self.model, "curve", [looked_at], start, end)
        courses = self._mine(self._run([looked_at], start, end).courses, at)
        return tuple(sorted(one.asset for one in courses if _has_readings(one)))

    def suggest(self, threshold: Threshold, start: dt.datetime, end: dt.datetime) -> Suggestions:
        """Limits from the data of the places where it holds, and from the starter sets."""
        looked_at = replace(blank(threshold), id=threshold.id or "suggestion")
        start, end = self._clipped(start, end)
        measure = self.measures.get(threshold.measure)
        if measure is None:
            raise UserFixable(
                _("There is no measure {name!r} for you.").format(name=threshold.measure)
            )
        records.read(self._record, self.rights.user, self.model, "suggest", [looked_at], start, end)
        found = self._run([looked_at], start, end)
        courses = self._mine(found.courses, threshold.scope)
        days = (f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}")
        return suggestions(threshold, courses, measure.unit, self._starters(threshold), days)

    # -- files and sets ----------------------------------------------------------------------

    def export(self, delimiter: Delimiter = ",") -> bytes:
        """All thresholds that the person sees, as CSV; it is in the audit before it leaves."""
        rows = [one.newest for one in self._current()]
        records.note(
            self._record, "export", self.rights.user, self.model, what="thresholds", rows=len(rows)
        )
        return export_csv(rows, self.grounds.levels, delimiter)

    def import_file(
        self, content: bytes, *, take: Literal["all", "right"] = "all", trial: bool = False
    ) -> Imported:
        """A file's rows as drafts, with a report on each; a row of a plant that is not the person's
        is wrong."""
        self.rights.require("edit", ())
        found = import_csv(
            self._store, content, self.grounds, self.rights.user, take=take, trial=trial,
            refused=self._why_not,
        )  # fmt: skip
        self._done("import", found.changes)
        return found

    def sets(self) -> tuple[StarterSet, ...]:
        """Sets of thresholds to start from."""
        return load_sets(self.model, self.grounds.levels)

    def installable(self, chosen: StarterSet) -> tuple[Threshold, ...]:
        """Those of a set that are not there and that the person may add."""
        tenant = self.rights.user.tenant
        return tuple(
            one
            for one in chosen.thresholds
            if self.may_change(one) and not self._store.history(one.id, tenant)
        )

    def install(self, name: str) -> tuple[Change, ...]:
        """Add those of a set that are not there as drafts."""
        chosen = next((one for one in self.sets() if one.name == name), None)
        if chosen is None:
            raise UserFixable(_("There is no set {name!r}.").format(name=name))
        mine = replace(chosen, thresholds=self.installable(chosen))
        self._require("edit", mine.thresholds or chosen.thresholds)
        changes = install(self._store, [mine], self.grounds, self.rights.user)
        return self._done("install", changes)

    # -- the rest ----------------------------------------------------------------------------

    def _current(self, *, ended: bool = False) -> list[Current]:
        tenant, measures = self.rights.user.tenant, self.measures
        return [
            one
            for one in self._store.current(self.model, self._clock(), tenant, ended=ended)
            if one.newest.measure in measures and self.rights.sees(one.newest.scope)
        ]

    def _seen(self, thresholds: Iterable[Threshold]) -> list[Threshold]:
        measures = self.measures
        return [
            one
            for one in thresholds
            if one.measure in measures and (not one.scope.at or self.rights.sees(one.scope))
        ]

    def _courses(
        self, wanted: Sequence[Threshold], start: dt.datetime, end: dt.datetime
    ) -> tuple[list[Course], tuple[str, ...]]:
        """Of the person's assets, beside what else is in force for the same measures and kinds."""
        in_force = self._store.effective(self.model, self._clock(), self.rights.user.tenant)
        slots = {(one.measure, one.kind) for one in wanted}
        ids = {one.id for one in wanted}
        beside = [one for one in in_force if (one.measure, one.kind) in slots and one.id not in ids]
        found = self._run([*wanted, *beside], start, end)
        courses = [
            self._while_told(one)
            for one in self._mine(found.courses)
            if one.threshold in ids and _has_readings(one)
        ]
        return courses, found.notes

    def _mine(self, courses: Iterable[Course], at: Scope = EVERYWHERE) -> list[Course]:
        """Those of the person's assets at a place, and of whole places of their plants."""
        assets, plants = set(self.assets(at)), self.rights.user.plants
        return [
            one
            for one in courses
            if (
                (self.known.scope is None or one.plant in plants)
                if one.per
                else one.asset in assets
            )
        ]

    def _while_told(self, course: Course) -> Course:
        """Without what rose after the plant's own data end: plants end at different times, and
        one that is behind is not silent."""
        end = self.known.ends.get(course.plant, self.known.last)
        return replace(course, spans=tuple(s for s in course.spans if s.raised_at < end))

    def _run(self, thresholds: Sequence[Threshold], start: dt.datetime, end: dt.datetime) -> Trial:
        return self._trial(self._parts.engine.fetch, self._parts.model, thresholds, start, end)

    def _starters(self, threshold: Threshold) -> list[Threshold]:
        mine = self.known.assets(self.rights.user, threshold.scope)
        return [
            one
            for each in self.sets()
            for one in each.thresholds
            if (one.measure, one.kind) == (threshold.measure, threshold.kind)
            and any(one.scope.holds_for(place) for place in mine)
        ]

    def _clipped(self, start: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        start, end = max(start, self.known.first), min(end, self.known.last)
        if start >= end:
            raise UserFixable(_("There are no readings in this window."))
        if end - start > dt.timedelta(days=MOST_DAYS):
            raise UserFixable(_("A window has from 1 to {n} days.").format(n=MOST_DAYS))
        return start, end

    def _refuse_unfit(self, draft: Threshold) -> None:
        found = self.check(draft)
        if wrong := errors(found):
            raise Unfit(wrong[0].text, {draft.id: found})

    def _require_asset(self, asset: str) -> None:
        if asset not in self.assets():
            raise UserFixable(_("There is no asset {name!r} in your plants.").format(name=asset))

    def _require(self, right: ThresholdRight, thresholds: Iterable[Threshold]) -> None:
        thresholds = list(thresholds)
        self.rights.require(right, [one.scope for one in thresholds])
        for one in thresholds:
            if one.measure not in self.measures and one.measure in self.grounds.measures:
                raise UserFixable(
                    _("There is no measure {name!r} for you.").format(name=one.measure)
                )

    def _may(self, right: ThresholdRight, refs: Iterable[Ref]) -> list[Ref]:
        """The same, once the person may do that to each."""
        refs = list(refs)
        known = {one.newest.id: one.newest for one in self._current(ended=True)}
        if any(one.id not in known for one in refs):
            raise UserFixable(_("This threshold is not there, or not for your plants."))
        self.rights.require(right, [known[one.id].scope for one in refs])
        return refs

    def _why_not(self, threshold: Threshold) -> str:
        try:
            self._require("edit", [threshold] if threshold.scope.at else [])
        except (UserFixable, Refused) as error:
            return str(error)
        return ""

    def _done(self, act: str, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        records.acted(self._record, self.rights.user, self.model, act, changes, self.grounds)
        return changes


def _has_readings(course: Course) -> bool:
    """An asset without such a sensor has none."""
    return bool(course.spans) or bool(np.isfinite(course.values).any())


def seen(current: Current) -> Ref:
    """What an act hands back of a threshold that the person saw."""
    return ref(current.newest)
