"""Risk scores for people: today's ranking, what other weights would make of it, and the weights."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
from core.errors import Refused, UserFixable
from core.governance.policy import Policy
from core.risk.assessment import Parts, Scores, parts_of, scores_of
from core.risk.inputs import Key
from core.risk.limits import pairs_of
from core.risk.reading import Alerts, Reader, no_alerts, risk_of
from core.risk.store import PlantWeights, WeightStore
from core.risk.weights import Weights, wrong
from core.thresholds.record import Threshold
from core.translation import gettext as _
from core.types import User

_PURPOSE: Final = "risk ranking"
#: Thresholds in force now: for a person, over a model.
InForce = Callable[[User, str], Sequence[Threshold]]


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """The assets that a person sees, and what their scores are made of. usual: the model's weights;
    weights: those of plants that have their own. statements: the governed SQL that was read."""

    parts: Parts
    scores: Scores
    usual: Weights
    weights: Mapping[str, Weights]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """An asset of a plant under two sets of weights; places from 1 on, 0 for none."""

    asset: str
    score_before: int
    score_after: int
    place_before: int
    place_after: int


class RiskDesk:
    """Risk scores of one installation. Thread-safe. Raises UserFixable for a model without a score,
    and what governance and the engine raise."""

    def __init__(
        self,
        folder: Path,
        parts: Callable[[User, str | None], ModelParts],
        queries: Queries,
        policy: Policy,
        record: Callable[..., Any],
        *,
        in_force: InForce = lambda _user, _model: (),
        alerts: Alerts = no_alerts,
    ) -> None:
        """record: writes to the audit. in_force, alerts: thresholds and Gemba's own alerts."""
        self._parts = parts
        self._queries = queries
        self._policy = policy
        self._record = record
        self._in_force = in_force
        self._alerts = alerts
        self._store = WeightStore(folder)

    # -- scores ------------------------------------------------------------------------------

    def assess(
        self, user: User, model: str | None = None, *, now: dt.datetime | None = None
    ) -> Assessment:
        """All assets of the person's plants; now: plant-local, None for the end of the newest data.
        The limits are always those of today."""
        parts = self._parts(user, model)
        return self.assessed(parts, Errand(secrets.token_hex(6), user, _PURPOSE), now)

    def assessed(
        self, parts: ModelParts, errand: Errand, now: dt.datetime | None = None
    ) -> Assessment:
        """The same for a question that is being answered."""
        model, user = parts.model, errand.user
        watch, risk = risk_of(model)
        thresholds = self._in_force(user, model.name)
        reader = Reader(parts, self._queries, errand, now)
        inputs = reader.read(thresholds, self._alerts)
        pairs = pairs_of(thresholds, inputs.keys, inputs.places, inputs.measures, model, watch)
        found = parts_of(inputs, pairs, risk.scale)
        usual, weights = Weights.of(risk.weights), self._own(user, model.name)
        scores = scores_of(found, weights, usual)
        return Assessment(found, scores, usual, weights, tuple(reader.statements))

    def ranking(
        self, plant: str, weights: Weights, user: User, model: str | None = None
    ) -> tuple[Moved, ...]:
        """What other weights would make of today's ranking of a plant, the riskiest under them
        first; nothing is kept. Raises UserFixable for weights that are none."""
        self._check(weights)
        now = self.assess(user, model)
        self._must_see(plant, user)
        after = scores_of(now.parts, {**now.weights, plant: weights}, now.usual)
        before = _places(now.scores, now.parts.inputs.keys, plant)
        then = _places(after, now.parts.inputs.keys, plant)
        moved = [
            Moved(
                now.parts.inputs.keys[at][1], int(now.scores.score[at]), int(after.score[at]),
                before.get(at, 0), place,
            )
            for at, place in then.items()
        ]  # fmt: skip
        return tuple(moved)

    # -- weights -----------------------------------------------------------------------------

    def weights(self, user: User, model: str | None = None) -> Mapping[str, PlantWeights]:
        """Of each of the person's plants the version that counts; one that was never changed has
        version 0 and no weights of its own."""
        name = self._parts(user, model).model.name
        kept = self._store.current(name, user.tenant)
        return {plant: kept.get(plant) or PlantWeights(plant, 0, None) for plant in user.plants}

    def history(self, plant: str, user: User, model: str | None = None) -> tuple[PlantWeights, ...]:
        """All versions of a plant's weights, the newest first."""
        self._must_see(plant, user)
        return self._store.history(self._parts(user, model).model.name, plant, user.tenant)

    def save(
        self,
        plant: str,
        weights: Weights | None,
        user: User,
        *,
        seen: int,
        note: str = "",
        model: str | None = None,
    ) -> PlantWeights:
        """Let other weights count from now on; None for the model's. seen: the version that the
        person saw. Raises Refused for who does not administer, UserFixable as the store does."""
        role = self._policy.role(user)
        if role is None or not role.administers:
            raise Refused(_("Weights of the risk score are for administrators."), rule="ROLE")
        self._must_see(plant, user)
        name = self._parts(user, model).model.name
        before = self._store.current(name, user.tenant).get(plant)
        if weights is not None:
            self._check(weights)
        kept = self._store.save(name, plant, weights, user, seen=seen, note=note)
        self._record(
            "risk_weights",
            user=user.name,
            tenant=user.tenant,
            model=name,
            plant=plant,
            version=kept.version,
            before=_said(before.weights if before else None),
            after=_said(weights),
            note=kept.note,
        )
        return kept

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def _own(self, user: User, model: str) -> dict[str, Weights]:
        kept = self._store.current(model, user.tenant)
        return {plant: one.weights for plant, one in kept.items() if one.weights is not None}

    @staticmethod
    def _check(weights: Weights) -> None:
        found = wrong(weights)
        if found:
            raise UserFixable(" ".join(dict.fromkeys(found.values())))

    @staticmethod
    def _must_see(plant: str, user: User) -> None:
        if plant not in user.plants:
            raise Refused(_("This plant is not one of yours."), rule="SCOPE")


def _places(scores: Scores, keys: Sequence[Key], plant: str) -> dict[int, int]:
    """Asset -> its place among those of a plant, in order."""
    own = [int(at) for at in scores.order if keys[int(at)][0] == plant]
    return {at: place for place, at in enumerate(own, start=1)}


def _said(weights: Weights | None) -> dict[str, float] | None:
    return weights.as_dict() if weights is not None else None
