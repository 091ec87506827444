"""Health, readiness and metrics answer without a sign-in and say nothing of the plant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import routes
from core.errors import ConfigError


def client(found: Mapping[str, Any] | Exception) -> TestClient:
    def status() -> Mapping[str, Any]:
        if isinstance(found, Exception):
            raise found
        return found

    return TestClient(Starlette(routes=routes(status)))


def test_health_needs_nothing_behind_it() -> None:
    assert client(RuntimeError("down")).get("/health").json() == {"status": "ok"}


def test_ready_follows_the_services() -> None:
    assert client({"ok": True}).get("/ready").status_code == 200
    assert client({"ok": False}).get("/ready").status_code == 503


def test_ready_gives_away_nothing_of_a_failure() -> None:
    reply = client(ConfigError("plant.yaml:3: /srv/secret")).get("/ready")
    assert reply.status_code == 503
    assert "secret" not in reply.text


def test_metrics_are_prometheus_text() -> None:
    reply = client({"ok": True}).get("/metrics")
    assert reply.status_code == 200
    assert "# HELP" in reply.text
