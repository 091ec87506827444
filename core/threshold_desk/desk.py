"""The desk of thresholds: opens a bench for a person and a model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from core.assistant.parts import ModelParts
from core.governance.policy import Policy
from core.threshold_desk.bench import Bench, TrialOf
from core.threshold_desk.plants import Plants
from core.threshold_desk.rights import rights_of
from core.thresholds.acts import now
from core.thresholds.store import ThresholdStore
from core.types import User
from core.watch.trial import trial

#: Parts of a model for a person. Raises Refused for a model that the role may not use.
PartsOf = Callable[[User, str | None], ModelParts]


class ThresholdDesk:
    """Thresholds of one installation, for people. Thread-safe."""

    def __init__(
        self,
        store: ThresholdStore,
        parts: PartsOf,
        policy: Policy,
        record: Callable[..., Any],
        *,
        four_eyes: bool = False,
        trial: TrialOf = trial,
        clock: Callable[[], dt.datetime] = now,
    ) -> None:
        """store: made with the same `four_eyes`. record: writes to the audit. trial: thresholds on
        history. clock: UTC, naive."""
        self._store = store
        self._parts = parts
        self._policy = policy
        self._record = record
        self._trial = trial
        self._clock = clock
        self._plants = Plants()
        self.four_eyes = four_eyes

    def is_watched(self, user: User, model: str | None = None) -> bool:
        """Whether thresholds can be put on this model. Raises Refused as `bench` does."""
        return self._parts(user, model).model.watch is not None

    def bench(self, user: User, model: str | None = None) -> Bench:
        """One person at work on one model's thresholds. Raises Refused for a role that may not see
        them, ConfigError for a model that is not watched."""
        parts = self._parts(user, model)
        rights = rights_of(self._policy, user, self._plants.of(parts))
        return Bench(
            self._store, parts, rights, self._record, self._trial, self._clock, self.four_eyes
        )
