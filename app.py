"""Gemba's web app: pages, health routes and start-up, in one process.

`make run` starts it; so does `streamlit run app.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from core.api import routes
from core.ui.runtime import StartFailure, quicken, runtime

_LOG = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Build the services before the first visitor comes; a failure is shown on the page."""
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
