"""What the client's exceptions mean: why no reply came, what to do, and whether to ask again."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx2
import openai

from core.generation.port import ModelTrouble, Trouble
from core.generation.roles import RoleSettings

_LOG = logging.getLogger(__name__)
_SERVER: Final = "The model server"
#: Parts of a request that only vLLM knows and that a reply can be had without.
OPTIONAL: Final = ("cache_salt", "chat_template_kwargs", "stream_options", "seed")
_CONSTRAINTS: Final = re.compile(
    r"structured_outputs|response_format|json_schema|grammar|guided|choice\b", re.IGNORECASE
)
_UNKNOWN: Final = re.compile(
    r"extra (?:inputs?|fields?)|unknown|unrecogni[sz]ed|unexpected"
    r"|not (?:permitted|allowed|supported)|additional propert",
    re.IGNORECASE,
)
_TOO_LONG: Final = re.compile(r"context length|max_model_len|maximum context|too long", re.I)
#: A 503 for want of room.
_FULL: Final = re.compile(r"\bbusy\b|overloaded|at capacity|too many requests", re.I)


class NotOfTheApi(Exception):
    """An answer that is no stream of chat completions."""


class CutOff(Exception):
    """The stream ended before the reply did."""


class Closed(Exception):
    """Gemba closed its side: it is being stopped."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed.

    may_repeat: asking again may help, and does no harm before a piece came. after_s: how long the
    server asks to wait. is_servers: it counts against the server (its circuit). refused: optional
    parts of the request that the server does not know. is_unlisted: it has no such model.
    is_too_long: prompt and reply do not fit the model's context.
    """

    kind: Trouble
    message: str
    may_repeat: bool = False
    after_s: float | None = None
    is_servers: bool = True
    refused: tuple[str, ...] = ()
    is_unlisted: bool = False
    is_too_long: bool = False

    def trouble(self, partial: str = "") -> ModelTrouble:
        """The error for the caller."""
        return ModelTrouble(
            self.message, kind=self.kind, partial=partial, is_too_long=self.is_too_long
        )


def late(limit_s: float) -> Failure:
    """No whole reply within the time."""
    return Failure("late", f"{_SERVER} did not answer in {limit_s:.3g} s.")


def no_model(wanted: str, names: Sequence[str] = ()) -> Failure:
    """The server lists none, or not the wanted one."""
    listed = f"It lists {', '.join(map(repr, names[:5]))}." if names else "It lists none."
    what = f"has no model {wanted!r}" if wanted else "does not say what its model is called"
    return Failure(
        "denied", f"{_SERVER} {what}. {listed} Name one with GEMBA_LLM_MODEL.", is_servers=False
    )


def failure_of(
    error: BaseException, role: RoleSettings, *, is_constrained: bool, limit_s: float
) -> Failure:
    """What a failed attempt means; one that is not known is not of the API, and is logged."""
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, role, is_constrained=is_constrained)
    if isinstance(error, TimeoutError):
        return late(limit_s)
    if isinstance(error, Closed | asyncio.CancelledError):
        return Failure("down", "Gemba is being stopped. Try again later.", is_servers=False)
    if isinstance(error, openai.APIConnectionError):
        return _of_connection(error, limit_s)
    if isinstance(error, openai.APIError):
        _log(error.message)
        return Failure("down", f"{_SERVER} failed within its reply. Try again.")
    if isinstance(error, CutOff | httpx2.HTTPError):
        return Failure("down", f"{_SERVER} broke off its reply. Try again.", may_repeat=True)
    if isinstance(error, OSError):
        return Failure("down", f"{_SERVER} broke off the connection. Try again.", may_repeat=True)
    if not isinstance(error, NotOfTheApi | ValueError):
        _LOG.error("a model server's answer could not be read", exc_info=error)
    detail = f" ({error})" if isinstance(error, NotOfTheApi) else ""
    return Failure(
        "wrong",
        f"What answered is not of the API of a language model{detail}: check GEMBA_LLM_URL, it "
        "ends in /v1.",
    )


def _of_status(
    error: openai.APIStatusError, role: RoleSettings, *, is_constrained: bool
) -> Failure:
    status = error.status_code
    setting = role.setting
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Failure(
            "denied", f"{_SERVER} refuses the key ({status}): check GEMBA_LLM_KEY, or key= in "
            f"{setting}.", is_servers=False,
        )  # fmt: skip
    if status == HTTPStatus.NOT_FOUND:
        name = f"model {role.model!r}" if role.model else "such address"
        return Failure(
            "denied", f"{_SERVER} has no {name} (404): check GEMBA_LLM_MODEL and GEMBA_LLM_URL, or "
            f"model= and url= in {setting}.", is_servers=False, is_unlisted=True,
        )  # fmt: skip
    if status == HTTPStatus.TOO_MANY_REQUESTS or _is_full(error):
        return Failure(
            "busy", f"{_SERVER} has too many calls ({status}). Try again in a moment, or lower "
            "GEMBA_LLM_CONCURRENCY.", may_repeat=True, after_s=_after_s(error), is_servers=False,
        )  # fmt: skip
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        may_repeat = status in (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE)
        return Failure(
            "down", f"{_SERVER} failed ({status}). Try again; its own log says why.",
            may_repeat=may_repeat, after_s=_after_s(error),
        )  # fmt: skip
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        return _of_bad_request(error, setting, is_constrained=is_constrained)
    where = (
        "a proxy stands before it" if status < HTTPStatus.BAD_REQUEST else "it is of another API"
    )
    return Failure("wrong", f"{_SERVER} answered {status}: check GEMBA_LLM_URL, or {where}.")


def _is_full(error: openai.APIStatusError) -> bool:
    """Whether a 503 is a server's word that it has too many requests: vLLM's, over
    `--max-num-queued-reqs`. It does well, so it is not to be left alone."""
    is_503 = error.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    return is_503 and _FULL.search(error.message) is not None


def _of_bad_request(error: openai.APIStatusError, setting: str, *, is_constrained: bool) -> Failure:
    text = f"{error.message} {error.param or ''}"
    _log(text)
    if _TOO_LONG.search(text):
        return Failure(
            "wrong", f"The prompt and the reply are longer than the model's context: start the "
            f"server with more, or lower tokens= in {setting}.", is_servers=False,
            is_too_long=True,
        )  # fmt: skip
    refused = tuple(name for name in OPTIONAL if name in text)
    if refused:
        return Failure("wrong", _unknown(refused[0]), is_servers=False, refused=refused)
    if is_constrained and _CONSTRAINTS.search(text):
        return Failure(
            "wrong", f"{_SERVER} cannot keep a reply to a grammar (400): name a vLLM of 0.30 or "
            f"later with GEMBA_LLM_URL, or with url= in {setting}.", is_servers=False,
        )  # fmt: skip
    if _UNKNOWN.search(text):
        return Failure("wrong", _unknown("a part"), is_servers=False, refused=OPTIONAL)
    return Failure(
        "wrong", f"{_SERVER} refuses the request ({error.status_code}): its log says why.",
        is_servers=False,
    )  # fmt: skip


def _unknown(part: str) -> str:
    return f"{_SERVER} does not know {part} of the request (400): use vLLM of 0.30 or later."


def _of_connection(error: openai.APIConnectionError, limit_s: float) -> Failure:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, NotOfTheApi):
            return Failure("wrong", f"{_SERVER}'s answer cannot be used ({cause}).")
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = (cause.verify_message or "not valid").rstrip(".")
            return Failure(
                "down", f"{_SERVER}'s certificate is not trusted ({why}): renew it, or name its "
                "authority's file with GEMBA_LLM_CA.",
            )  # fmt: skip
        if isinstance(cause, ssl.SSLError):
            return Failure(
                "down", f"{_SERVER} speaks no TLS as expected: check http or https in "
                "GEMBA_LLM_URL.",
            )  # fmt: skip
        if isinstance(cause, socket.gaierror):
            return Failure(
                "down", "The name of the model server is not known to the network: check "
                "GEMBA_LLM_URL.",
            )  # fmt: skip
    if any(isinstance(cause, httpx2.ConnectTimeout) for cause in causes):
        return Failure("down", f"{_SERVER} cannot be reached: check GEMBA_LLM_URL and the network.")
    if isinstance(error, openai.APITimeoutError):
        return late(limit_s)
    if any(isinstance(cause, httpx2.ConnectError) for cause in causes):
        return Failure(
            "down", f"{_SERVER} cannot be reached: is it running? Check GEMBA_LLM_URL.",
            may_repeat=True,
        )  # fmt: skip
    return Failure("down", f"{_SERVER} broke off the connection. Try again.", may_repeat=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    seen: set[int] = set()
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _after_s(error: openai.APIStatusError) -> float | None:
    """Retry-After in seconds; a date or nonsense is as good as none."""
    text = error.response.headers.get("retry-after", "").strip()
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else None


def _log(text: str) -> None:
    """A server's own words, for who runs it; cut, on one line."""
    _LOG.warning("the model server said: %s", " ".join(text.split())[:200])
