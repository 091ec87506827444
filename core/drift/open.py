"""Answers whether something drifts, over the store of thresholds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from core.assistant.queries import Queries
from core.drift.answer import DriftTurn
from core.thresholds.record import Threshold
from core.thresholds.store import ThresholdStore
from core.types import User


def open_drift(queries: Queries, thresholds: Callable[[], ThresholdStore]) -> DriftTurn:
    """thresholds: gives the store, once somebody asks."""

    def in_force(user: User, model: str) -> Sequence[Threshold]:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        return thresholds().effective(model, now, user.tenant)

    return DriftTurn(queries, in_force)
