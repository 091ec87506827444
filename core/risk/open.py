"""The risk desk over the stores of thresholds and alerts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.alerting.reading import Activation, Filter
from core.alerting.store import AlertStore
from core.assistant.parts import ModelParts
from core.assistant.queries import Queries
from core.governance.policy import Policy
from core.risk.desk import RiskDesk
from core.thresholds.record import Threshold
from core.thresholds.store import ThresholdStore
from core.types import User


def open_risk(
    folder: Path,
    parts: Callable[[User, str | None], ModelParts],
    queries: Queries,
    policy: Policy,
    record: Callable[..., Any],
    thresholds: Callable[[], ThresholdStore],
    alerts: Callable[[], AlertStore],
    *,
    four_eyes: bool = False,
) -> RiskDesk:
    """thresholds, alerts: give the stores, once somebody asks."""

    def in_force(user: User, model: str) -> Sequence[Threshold]:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        return thresholds().effective(model, now, user.tenant)

    def own_alerts(user: User, model: str, days: float) -> Sequence[Activation] | None:
        store = alerts()
        until = store.watermark(user.tenant, model)
        if until is None:
            return None
        since = until - dt.timedelta(days=days)
        found = store.reading.activations(user, since, until, Filter(model=model))
        return tuple(one for one in found if one.raised_at >= since)

    return RiskDesk(
        folder, parts, queries, policy, record,
        in_force=in_force, alerts=own_alerts, four_eyes=four_eyes,
    )  # fmt: skip
