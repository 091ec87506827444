"""Gemba's web app: pages, health routes and start-up, in one process.

`make run` starts it; so does `streamlit run app.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import streamlit as st

from core.api import routes
from core.errors import SettingsError
from core.settings import load_settings
from core.ui.runtime import StartFailure, quicken, runtime

_LOG = logging.getLogger(__name__)


def start_log(level: str) -> None:
    """Have Gemba's own lines on standard error, from `level` on (GEMBA_LOG_LEVEL)."""
    known = logging.getLevelNamesMapping()
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("core")
    log.handlers = [handler]
    log.propagate = False
    log.setLevel(known.get(level.upper(), logging.INFO))
    if level.upper() not in known:
        log.warning(
            "GEMBA_LOG_LEVEL=%s is no level. Use DEBUG, INFO, WARNING or ERROR; INFO holds.", level
        )


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Build the services before the first visitor comes; a failure is shown on the page."""
    with suppress(SettingsError):  # said by the start below
        start_log(load_settings().log_level)
    try:
        await asyncio.to_thread(runtime)
    except StartFailure as failure:
        _LOG.error("Gemba cannot start yet: %s", failure)
    yield {}


def status() -> Mapping[str, Any]:
    """How the services are; raises when they could not be built."""
    return runtime().services.status()


quicken()
app = st.App(
    Path(__file__).resolve().parent / "core" / "ui" / "shell.py",
    routes=routes(status),
    lifespan=lifespan,
)
