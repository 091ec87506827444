"""A model's server beside the services: it is named, its failure is told, and stops nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.services import Services
from core.settings import Settings, load_settings
from tests.fakes.llm_server import FaultyServer


def settings_of(folder: Path, **more: str) -> Settings:
    return load_settings({"GEMBA_DATA_DIR": str(folder), **more})


def state(services: Services, wanted: str) -> str:
    """Its state once it is as wanted, or what it was until the end."""
    until = time.monotonic() + 3
    while (found := services.status()["model_state"]) != wanted and time.monotonic() < until:
        time.sleep(0.02)
    return str(found)


def test_no_server_is_the_parser_alone(tmp_path: Path) -> None:
    services = Services(settings_of(tmp_path))
    assert services.language_model is None
    assert services.status()["model_state"] == "parser only"
    services.close()


def test_the_server_says_its_models_name(tmp_path: Path) -> None:
    with FaultyServer() as server:
        services = Services(settings_of(tmp_path, GEMBA_LLM_URL=server.url))
        assert state(services, "coder") == "coder"
        services.close()


def test_a_server_that_is_down_is_told_and_stops_no_start(tmp_path: Path) -> None:
    with FaultyServer() as server:
        server.refuse()
        services = Services(
            settings_of(tmp_path, GEMBA_LLM_URL=server.url, GEMBA_LLM_MODEL="coder")
        )
        assert state(services, "coder, not answering") == "coder, not answering"
        assert not services.status()["model_ok"]
        services.close()


def test_malformed_settings_stop_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GEMBA_LLM_SQL"):
        Services(settings_of(tmp_path, GEMBA_LLM_URL="http://h/v1", GEMBA_LLM_SQL="temperature=9"))
