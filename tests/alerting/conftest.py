"""A store of alerts in a folder of its own, and steps that a watch would hand over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.alerting.store import AlertStore
from tests.alerting.watching import Watch


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AlertStore]:
    store = AlertStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
def watch(store: AlertStore) -> Watch:
    return Watch(store)
