"""What is out of service, under a person's rights: listed, taken out, put back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.alert_desk.words import measured
from core.alerting.outages import Noted, Outage, Wanted
from core.alerting.step import Change
from core.alerting.store import AlertStore, Outbox
from core.alerting.tables import utc_now
from core.assistant.parts import ModelParts
from core.errors import Refused, UserFixable
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel, Watch
from core.thresholds.record import KINDS, Threshold
from core.thresholds.resolve import resolve
from core.thresholds.store import ThresholdStore
from core.thresholds.whole import keys_of
from core.translation import gettext as _
from core.types import User
from core.watch.starting import grounds_of

#: The longest time that is taken.
MOST: dt.timedelta = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Spot:
    """What of a person's plants can be taken out of service: an asset, or a place with all that is
    in it. name: as alerts have it. at: level -> value. per: the level of a place; empty of an
    asset. assets: how many are in it."""

    name: str
    plant: str
    at: Mapping[str, str]
    per: str = ""
    assets: int = 1


@dataclass(frozen=True, slots=True)
class OutageDesk:
    """Thread-safe. Acts raise Refused for a role that does not handle alerts, UserFixable with
    words for the person, and Unavailable; each is in the audit, or is not done.

    parts: a model for a person; raises Refused. outbox: writes messages about alerts that come
    back.
    """

    store: AlertStore
    thresholds: ThresholdStore
    parts: Callable[[User, str | None], ModelParts]
    record: Callable[..., Any]
    may_act: Callable[[User], bool]
    outbox: tuple[Outbox, ...] = ()
    _spots: dict[str, tuple[DataFacts, tuple[Spot, ...]]] = field(default_factory=dict)

    def in_force(self, user: User, model: str | None = None) -> tuple[Outage, ...]:
        """What is out of service at the person's plants now."""
        return self.store.outages.in_force(user, self.parts(user, model).model.name)

    def spots(self, user: User, model: str | None = None) -> tuple[Spot, ...]:
        """What of the person's plants can be taken out of service: assets by plant and name, then
        places from the general to the particular."""
        parts = self.parts(user, model)
        name, watch = parts.model.name, parts.model.watch
        if watch is None:
            return ()
        kept = self._spots.get(name)
        if kept is None or kept[0] is not parts.facts:
            found = grounds_of(parts.model, parts.engine.fetch).places.assets
            kept = self._spots[name] = (parts.facts, _spots(found, parts.model, watch))
        return tuple(one for one in kept[1] if one.plant in user.plants)

    def thresholds_at(
        self, name: str, user: User, model: str | None = None
    ) -> tuple[Threshold, ...]:
        """What counts at one of the person's assets, or at a place as a whole, now."""
        parts = self.parts(user, model)
        spot = self._spot(name, user, model)
        watch = parts.model.watch
        if spot is None or watch is None:
            return ()
        now = self.thresholds.effective(parts.model.name, utc_now(), user.tenant)
        found = resolve(now, {name: spot.at}, watch.levels, per=spot.per)[name]
        return tuple(one.threshold for one in found)

    def put(
        self,
        name: str,
        user: User,
        reason: str,
        *,
        until: dt.datetime | None = None,
        threshold_id: str = "",
        model: str | None = None,
    ) -> Outage:
        """Take an asset, a place with all that is in it, or one threshold at either out of service.
        until: UTC, naive; None: until somebody puts it back."""
        self._must_act(user)
        spot = self._spot(name, user, model)
        if spot is None:
            raise UserFixable(_("There is no such asset in your plants."))
        if until is not None and until - utc_now() > MOST:
            raise UserFixable(_("Say an end within a year, or none."))
        one = None
        if threshold_id:
            here = self.thresholds_at(name, user, model)
            one = next((t for t in here if t.id == threshold_id), None)
            if one is None:
                raise UserFixable(_("This threshold does not count at {asset} any more.").format(
                    asset=name))  # fmt: skip
        wanted = Wanted(
            self.parts(user, model).model.name, spot.plant, name, reason, until, threshold_id,
            one.measure if one else "", one.kind if one else "",
            tuple(spot.at.items()) if spot.per else (),
        )  # fmt: skip
        return self.store.outages.put(wanted, user, self._noted("out_of_service", user))

    def end(self, number: int, user: User) -> Outage:
        """Put it back into service."""
        self._must_act(user)
        return self.store.outages.end(number, user, self._noted("into_service", user))

    def subject(self, outage: Outage, user: User) -> str:
        """What of it is out of service, in words; empty where all of it is."""
        if not outage.threshold_id:
            return ""
        seen = measured(outage.measure, self.parts(user, outage.model).model)
        kind = next((k for k in KINDS if k == outage.kind), None)
        label = seen.label if seen is not None else outage.measure
        return f"{label}: {_(KINDS[kind].words)}" if kind is not None else label

    # -- the rest ----------------------------------------------------------------------------

    def _spot(self, name: str, user: User, model: str | None) -> Spot | None:
        return next((one for one in self.spots(user, model) if one.name == name), None)

    def _must_act(self, user: User) -> None:
        if not self.may_act(user):
            raise Refused(_("Your role looks at alerts and does not act on them."), rule="ROLE")

    def _noted(self, act: str, user: User) -> tuple[Noted, ...]:
        def noted(connection: sa.Connection, outage: Outage, changes: tuple[Change, ...]) -> None:
            for put in self.outbox:
                put(connection, changes)
            # in the act's own transaction: what cannot be written down is not done
            self.record(
                "outage", user=user.name, tenant=user.tenant, act=act, model=outage.model,
                plant=outage.plant, asset=outage.asset, threshold=outage.threshold_id,
                reason=outage.reason, until=outage.until.isoformat() if outage.until else "",
                alerts=len(changes),
            )  # fmt: skip

        return (noted,)


def _spots(
    assets: Sequence[Mapping[str, str]], model: SemanticModel, watch: Watch
) -> tuple[Spot, ...]:
    scope = model.tables[watch.table].scope or ""
    named = {(at.get(scope, ""), at[watch.asset]): at for at in assets if at[watch.asset]}
    found = [Spot(asset, plant, at) for (plant, asset), at in sorted(named.items())]
    for level in watch.levels:
        if level == watch.asset:
            continue
        keys = keys_of(level, model, watch)
        held = Counter(tuple(at[key] for key in keys) for at in named.values())
        for values in sorted(one for one in held if all(one)):
            at = dict(zip(keys, values, strict=True))
            found.append(Spot("/".join(values), at.get(scope, ""), at, level, held[values]))
    return tuple(found)
