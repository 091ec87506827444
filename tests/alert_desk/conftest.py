"""The desk over the demo plant, with alerts that are written to its store directly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.alert_desk import AlertDesk
from core.alerting.store import AlertStore
from core.services import Services
from core.thresholds.store import ThresholdStore
from core.types import User
from tests.alert_desk.scene import Scene
from tests.plant_services import plant_services


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("desk")) as built:
        yield built


@pytest.fixture
def scene(services: Services, tmp_path: Path) -> Iterator[Scene]:
    store, thresholds = AlertStore(tmp_path), ThresholdStore(tmp_path)
    audit: list[tuple[str, dict[str, Any]]] = []
    told: list[str] = []

    def may_act(user: User) -> bool:
        role = services.policy.role(user)
        return role is not None and role.handles_alerts

    desk = AlertDesk(
        store, thresholds, services._parts_for, services._queries,
        lambda event, **body: audit.append((event, body)), lambda user: None, may_act,
        checked=lambda tenant, model: dt.datetime(2026, 6, 30, 20),
        outbox=(lambda connection, changes: told.extend(c.after.id for c in changes),),
    )  # fmt: skip
    yield Scene(desk, store, thresholds, services.policy.user, audit, told)
    store.close()
    thresholds.close()
