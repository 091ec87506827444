"""Risk scores for people: today's ranking, what other weights would make of it, and the weights."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
from core.errors import Refused, UserFixable
from core.governance.policy import Policy, ThresholdRight
from core.risk.assessment import Parts, Scores, parts_of, scores_of
from core.risk.limits import pairs_of
from core.risk.outlook import Moved, outlook
from core.risk.reading import Alerts, Reader, no_alerts, risk_of
from core.risk.store import PlantWeights, Proposal, WeightStore
from core.risk.weights import Weights, wrong
from core.semantic.model import SemanticModel
from core.thresholds.record import Threshold
from core.translation import gettext as _
from core.types import Governed, User

#: What a role may do with thresholds, and so with weights, each more than the one before.
_RIGHTS: Final[tuple[ThresholdRight, ...]] = get_args(ThresholdRight)
_PURPOSE: Final = "risk ranking"
#: Thresholds in force now: for a person, over a model.
InForce = Callable[[User, str], Sequence[Threshold]]


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """The assets that a person sees, and what their scores are made of. usual: the model's weights;
    weights: those of plants that have their own. written: the statements that were read, before
    governance; governed: as they ran. limits: which were in force, in short."""

    parts: Parts
    scores: Scores
    usual: Weights
    weights: Mapping[str, Weights]
    written: tuple[str, ...] = ()
    governed: tuple[Governed, ...] = ()
    limits: str = ""

    @property
    def statements(self) -> tuple[str, ...]:
        """The governed SQL that was read."""
        return tuple(one.sql for one in self.governed)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the weights of a plant stand for a person. current: the version that counts, 0 and no
    weights for one that was never changed. proposal: what waits for approval. may_propose: they may
    have a change wait for approval; may_save: they may let one count at once; may_approve: they may
    approve what waits; may_dismiss: they may take it back."""

    plant: str
    current: PlantWeights
    proposal: Proposal | None
    may_propose: bool
    may_save: bool
    may_approve: bool
    may_dismiss: bool


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
        four_eyes: bool = False,
    ) -> None:
        """record: writes to the audit. in_force, alerts: thresholds and Gemba's own alerts.
        four_eyes: somebody else than its author has to approve a change of weights."""
        self.four_eyes = four_eyes
        self._parts = parts
        self._queries = queries
        self._policy = policy
        self._record = record
        self._in_force = in_force
        self._alerts = alerts
        self._store = WeightStore(folder)

    def model(self, user: User, model: str | None = None) -> SemanticModel:
        """The semantic model that a person asks. Raises as `Services.ask` does."""
        return self._parts(user, model).model

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
        return Assessment(
            found, scores, usual, weights, tuple(reader.written), tuple(reader.governed),
            _in_short(thresholds),
        )  # fmt: skip

    def ranking(
        self, plant: str, weights: Weights, user: User, model: str | None = None
    ) -> tuple[Moved, ...]:
        """What other weights would make of today's ranking of a plant, the riskiest under them
        first; nothing is kept. Raises UserFixable for weights that are none."""
        self._check(weights)
        now = self.assess(user, model)
        self._must_see(plant, user)
        return outlook(now, plant, weights)

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

    def standing(self, plant: str, user: User, model: str | None = None) -> Standing:
        """How the weights of one of the person's plants stand."""
        self._must_see(plant, user)
        name = self._parts(user, model).model.name
        proposal = self._store.open_proposals(name, user.tenant).get(plant)
        edits, approves = self._may(user, "edit"), self._may(user, "approve")
        is_own = proposal is not None and proposal.by == user.name
        waits = proposal is not None
        return Standing(
            plant,
            self.weights(user, model)[plant],
            proposal,
            may_propose=edits and not waits,
            may_save=approves and not self.four_eyes and not waits,
            may_approve=approves and waits and not (is_own and self.four_eyes),
            may_dismiss=waits and (approves or (edits and is_own)),
        )

    def save(
        self,
        plant: str,
        weights: Weights | None,
        user: User,
        *,
        seen: int,
        note: str,
        model: str | None = None,
    ) -> PlantWeights:
        """Let other weights count from now on; None for the model's. seen: the version that the
        person saw. note: why. Raises Refused for who may not publish thresholds, UserFixable
        without a reason, where somebody else has to approve, and as the store does."""
        self._require("approve", user)
        if self.four_eyes:
            raise UserFixable(
                _("Here somebody else has to approve what changes. Propose it for approval.")
            )
        name = self._ready(plant, weights, user, note, model)
        before = self._store.current(name, user.tenant).get(plant)
        kept = self._store.save(name, plant, weights, user, seen=seen, note=note)
        self._note("save", name, user, kept, before)
        return kept

    def propose(
        self,
        plant: str,
        weights: Weights | None,
        user: User,
        *,
        seen: int,
        note: str,
        model: str | None = None,
    ) -> Proposal:
        """Have other weights wait until somebody approves them. Raises Refused for who may not
        write thresholds, UserFixable as `save` does, and where something waits already."""
        self._require("edit", user)
        name = self._ready(plant, weights, user, note, model)
        made = self._store.propose(name, plant, weights, user, seen=seen, note=note)
        self._record(
            "risk_weights", user=user.name, tenant=user.tenant, act="propose", model=name,
            plant=plant, after=_said(weights), note=made.note,
        )  # fmt: skip
        return made

    def approve(self, proposal: Proposal, user: User, model: str | None = None) -> PlantWeights:
        """Let a proposal count from now on. Raises Refused for who may not publish thresholds,
        UserFixable for one's own where somebody else has to approve, and as the store does."""
        self._require("approve", user)
        self._must_see(proposal.plant, user)
        if self.four_eyes and proposal.by == user.name:
            raise UserFixable(_("Somebody else than its author has to approve this."))
        name = self._parts(user, model).model.name
        before = self._store.current(name, user.tenant).get(proposal.plant)
        kept = self._store.decide(name, proposal, user, is_approved=True)
        assert kept is not None
        self._note("approve", name, user, kept, before)
        return kept

    def dismiss(self, proposal: Proposal, user: User, model: str | None = None) -> None:
        """Take a proposal back: one's own, or any for who may approve. Raises as `approve`."""
        self._require("edit" if proposal.by == user.name else "approve", user)
        self._must_see(proposal.plant, user)
        name = self._parts(user, model).model.name
        self._store.decide(name, proposal, user, is_approved=False)
        self._record(
            "risk_weights", user=user.name, tenant=user.tenant, act="dismiss", model=name,
            plant=proposal.plant, after=_said(proposal.weights), author=proposal.by,
        )  # fmt: skip

    def proposals(self, plant: str, user: User, model: str | None = None) -> tuple[Proposal, ...]:
        """All that were made of a plant, the newest first."""
        self._must_see(plant, user)
        return self._store.proposals(self._parts(user, model).model.name, plant, user.tenant)

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def _own(self, user: User, model: str) -> dict[str, Weights]:
        kept = self._store.current(model, user.tenant)
        return {plant: one.weights for plant, one in kept.items() if one.weights is not None}

    def _ready(
        self, plant: str, weights: Weights | None, user: User, note: str, model: str | None
    ) -> str:
        """The model's name, where a change can be written. Raises Refused or UserFixable."""
        self._must_see(plant, user)
        if weights is not None:
            self._check(weights)
        if not note.strip():
            raise UserFixable(_("Say why, in a few words: others read it in the history."))
        return self._parts(user, model).model.name

    def _note(
        self, act: str, model: str, user: User, kept: PlantWeights, before: PlantWeights | None
    ) -> None:
        self._record(
            "risk_weights",
            user=user.name,
            tenant=user.tenant,
            act=act,
            model=model,
            plant=kept.plant,
            version=kept.version,
            before=_said(before.weights if before else None),
            after=_said(kept.weights),
            author=kept.by,
            note=kept.note,
        )

    def _may(self, user: User, right: ThresholdRight) -> bool:
        role = self._policy.role(user)
        return role is not None and _RIGHTS.index(role.thresholds) >= _RIGHTS.index(right)

    def _require(self, right: ThresholdRight, user: User) -> None:
        if not self._may(user, right):
            text = (
                _("Your role may not change the weights of the risk score.")
                if right == "edit"
                else _("Your role may not let weights count. Propose them for approval.")
            )
            raise Refused(text, rule="ROLE")

    @staticmethod
    def _check(weights: Weights) -> None:
        found = wrong(weights)
        if found:
            raise UserFixable(" ".join(dict.fromkeys(found.values())))

    @staticmethod
    def _must_see(plant: str, user: User) -> None:
        if plant not in user.plants:
            raise Refused(_("This plant is not one of yours."), rule="SCOPE")


def _in_short(thresholds: Sequence[Threshold]) -> str:
    """How many thresholds, and a name that is another one where a version of them is."""
    named = sorted(f"{one.id} {one.version}" for one in thresholds)
    return f"{len(named)} ({hashlib.sha256(' '.join(named).encode()).hexdigest()[:8]})"


def _said(weights: Weights | None) -> dict[str, float] | None:
    return weights.as_dict() if weights is not None else None
