"""HTTP beside the pages: is it alive, is it ready, how is it doing.

Small routes that need no sign-in and say nothing about the plant.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.errors import GembaError, RateLimited, Refused, Unavailable, UserFixable

_LOG = logging.getLogger(__name__)
Status = Callable[[], Mapping[str, Any]]


def error_response(error: GembaError) -> Response:
    """An error as an HTTP answer: its message, and for one who asks too often how long to wait."""
    headers = {}
    if isinstance(error, RateLimited):
        code, headers = 429, {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
    elif isinstance(error, Refused):
        code = 403
    elif isinstance(error, UserFixable):
        code = 400
    else:
        code = 503 if isinstance(error, Unavailable) else 500
    return JSONResponse({"status": "error", "message": str(error)}, code, headers)


def routes(status: Status) -> list[Route]:
    """`/health`, `/ready` and `/metrics`.

    status: as `Services.status`; it may raise whatever keeps the services from starting.
    """

    async def health(_: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        """The services stand and their store answers: 200, else 503."""
        try:
            found = await run_in_threadpool(status)
        except Exception as error:  # noqa: BLE001 - a probe is told no, whatever the reason
            _LOG.warning("not ready: %s", error)
            return JSONResponse({"status": "unavailable"}, status_code=503)
        is_ok = bool(found.get("ok"))
        return JSONResponse(
            {"status": "ok" if is_ok else "degraded"}, status_code=200 if is_ok else 503
        )

    async def metrics(_: Request) -> Response:
        """Counters and timings for Prometheus."""
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [Route("/health", health), Route("/ready", ready), Route("/metrics", metrics)]
