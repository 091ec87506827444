"""One HTTP call within a deadline: no redirects, no proxy, no cookies, a short answer.

The transport is used without httpx' client: that writes each URL into the log, and the URL of a
Teams room is a secret.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpx

from core.deadlines import Bounded
from core.delivery.addresses import Endpoint
from core.delivery.outcome import SENT, Outcome, later, never
from core.translation import gettext as _

#: Bytes of an answer that are read; what comes after decides nothing.
MOST_ANSWER: Final = 4_096
#: Beside the call's own time, for what cannot be cut off: a name that is not resolved.
_SPARE_S: Final = 1.0
_AGAIN: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
_BUSY: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(slots=True)
class Answer:
    """What came back. status: 0 until there is one. text: its beginning."""

    status: int = 0
    retry_after: str = ""
    text: bytes = b""


class Post:
    """Sends POST requests. Thread-safe. timeout_s: of a whole call. clock: UTC, naive."""

    def __init__(
        self, trust: ssl.SSLContext, timeout_s: float, clock: Callable[[], dt.datetime]
    ) -> None:
        self._trust = trust
        self._timeout_s = timeout_s
        self._clock = clock
        self._bounded = Bounded(_("The receiver"), 4)

    @property
    def longest_s(self) -> float:
        """Seconds after which a call is over."""
        return self._timeout_s + 2 * _SPARE_S

    def send(
        self,
        endpoint: Endpoint,
        body: bytes,
        headers: Mapping[str, str],
        status_in: Callable[[Answer], int] | None = None,
    ) -> Outcome:
        """POST a body; how it went. status_in: finds the status of a receiver that hides it in its
        text. Raises Unavailable at the deadline."""
        answer, failure = self._bounded.run(
            lambda: asyncio.run(self._call(endpoint, body, headers)), self._timeout_s + _SPARE_S
        )
        if answer.status:
            status = status_in(answer) if status_in is not None else answer.status
            return outcome_of(status, _seconds(answer.retry_after, self._clock()))
        return failure or later(_("The receiver ended the call without an answer."), is_down=True)

    async def _call(
        self, endpoint: Endpoint, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Answer, Outcome | None]:
        answer = Answer()
        request = httpx.Request("POST", endpoint.url, content=body, headers=dict(headers))
        request.extensions["timeout"] = dict.fromkeys(
            ("connect", "read", "write", "pool"), self._timeout_s
        )
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                httpx.AsyncHTTPTransport(verify=self._trust, trust_env=False) as transport,
            ):
                response = await transport.handle_async_request(request)
                answer.status = response.status_code
                answer.retry_after = response.headers.get("retry-after", "")
                try:
                    async for piece in response.aiter_raw():
                        answer.text += piece[:MOST_ANSWER]
                        if len(answer.text) >= MOST_ANSWER:
                            break
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TransportError) as error:
            # Once there is a status it decides: the rest of the answer says nothing more.
            return answer, later(_said(error, self._timeout_s), is_down=True)
        return answer, None


def outcome_of(status: int, asked_s: float | None = None) -> Outcome:
    """What a status means for a message. asked_s: of `Retry-After`."""
    if 200 <= status < 300:
        return SENT
    try:
        said = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        said = str(status)
    if 300 <= status < 400:
        why = _("The receiver answered {status}: it points elsewhere, and Gemba does not follow.")
        return never(why.format(status=said))
    why = _("The receiver answered {status}.").format(status=said)
    if 400 <= status < 500 and status not in _AGAIN:
        return never(why)
    return later(why, retry_after_s=asked_s, is_down=status in _BUSY)


def _seconds(text: str, now: dt.datetime) -> float | None:
    """`Retry-After` in seconds: a number, or a date; None for what is neither."""
    if re.fullmatch(r"[0-9]{1,9}", text.strip()):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment - now).total_seconds())


def _said(error: BaseException, timeout_s: float) -> str:
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return _("The receiver's certificate is not trusted. Check GEMBA_WEBHOOK_CA.")
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return _("No encrypted connection to the receiver could be made.")
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return _("The receiver did not answer in {timeout_s:.1f} s.").format(timeout_s=timeout_s)
    if isinstance(error, httpx.ConnectError):
        return _("The receiver cannot be reached.")
    return _("The receiver ended the call before its answer was complete.")
