"""One call of a model: what is sent for a request, and the reply that is made of what comes."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from core.generation.cleaning import Cleaner, Kind
from core.generation.endpoint import Endpoint
from core.generation.port import (
    Choice,
    Constraint,
    Grammar,
    ModelTrouble,
    Reply,
    Request,
    Usage,
)
from core.generation.roles import RoleSettings
from core.generation.wire import Chunk
from core.types import CancelToken

#: Characters of a reply at most, a token: a model that will not stop is stopped.
_CHARACTERS: Final = 12
#: A reply may have so many whatever its tokens are.
_SHORT: Final = 256


@dataclass(slots=True)
class Call:
    """One call with its attempts. limit_s: for all of them."""

    request: Request
    settings: RoleSettings
    endpoint: Endpoint
    limit_s: float
    cancel: CancelToken | None
    retries: int = 0
    clock: Callable[[], float] = time.monotonic
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def until(self) -> float:
        return self.started + self.limit_s

    @property
    def left_s(self) -> float:
        return self.until - self.clock()

    @property
    def elapsed_s(self) -> float:
        return self.clock() - self.started

    @property
    def body(self) -> dict[str, Any]:
        """The parts that every server of this API knows."""
        request, settings = self.request, self.settings
        messages = [
            {"role": "system", "content": _plain(request.prefix)},
            {"role": "user", "content": _plain(request.body)},
        ]
        for exchange in request.earlier:
            messages += [
                {"role": "assistant", "content": _plain(exchange.reply)},
                {"role": "user", "content": _plain(exchange.told)},
            ]
        temperature = request.temperature
        body: dict[str, Any] = {
            "model": self.endpoint.model(settings.model),
            "messages": messages,
            "max_tokens": settings.tokens,
            "temperature": settings.temperature if temperature is None else temperature,
        }
        optional: dict[str, Any] = {"stream_options": {"include_usage": True}}
        if request.seed is not None:
            optional["seed"] = request.seed
        body |= self.endpoint.known(optional)
        return body | _response_format(request.constraint)

    @property
    def extra(self) -> dict[str, Any]:
        """The parts that vLLM knows."""
        optional: dict[str, Any] = {}
        if self.request.tenant:
            optional["cache_salt"] = _salt(self.settings.key, self.request.tenant)
        if not self.settings.thinking:
            optional["chat_template_kwargs"] = {"enable_thinking": False}
        return self.endpoint.known(optional) | _structured(self.request.constraint)


class Text:
    """What came of one attempt."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cleaner = Cleaner(_kind(call.request))
        self._ceiling = max(_SHORT, call.settings.tokens * _CHARACTERS)
        self._raw: list[str] = []
        self._length = 0
        self._finish = ""
        self._usage = Usage()
        self._first_ms = 0.0

    @property
    def is_over(self) -> bool:
        """The ceiling is met: the model does not stop."""
        return self._length > self._ceiling

    @property
    def partial(self) -> str:
        return "".join(self._raw)

    def take(self, chunk: Chunk) -> str:
        """What may be shown of it."""
        if chunk.text and not self._first_ms:
            self._first_ms = self._call.elapsed_s * 1_000
        self._finish = chunk.finish or self._finish
        self._usage = chunk.usage or self._usage
        self._length += len(chunk.text) + chunk.hidden
        self._raw.append(chunk.text)
        return self._cleaner.feed(chunk.text)

    def reply(self) -> tuple[str, Reply]:
        """What may be shown at the end, and the reply. Raises ModelTrouble for an empty one."""
        last, whole = self._cleaner.finish()
        call = self._call
        is_cut = self._finish == "length" or self.is_over
        if not whole:
            how = (
                f"It came to its limit of tokens before: raise tokens= in {call.settings.setting}."
                if is_cut
                else f"Try again, or name another model= in {call.settings.setting}."
            )
            raise ModelTrouble(
                f"The model server gave an empty reply. {how}", kind="wrong", partial=self.partial
            )
        finish: Literal["stop", "length"] = "length" if is_cut else "stop"
        model = call.endpoint.model(call.settings.model)
        return last, Reply(
            whole, model, finish, self._usage, self._first_ms, call.elapsed_s * 1_000, call.retries
        )


def _plain(text: str) -> str:
    """Half a character cannot be sent."""
    return text.encode("utf-8", "replace").decode()


def _kind(request: Request) -> Kind:
    if request.constraint is not None:
        return "exact"
    return "sql" if request.role in ("sql", "hard") else "text"


def _response_format(constraint: Constraint | None) -> dict[str, Any]:
    if constraint is None or isinstance(constraint, Grammar | Choice):
        return {}
    schema = {"name": constraint.name, "schema": dict(constraint.schema), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _structured(constraint: Constraint | None) -> dict[str, Any]:
    if isinstance(constraint, Grammar):
        return {"structured_outputs": {"grammar": constraint.text}}
    if isinstance(constraint, Choice):
        return {"structured_outputs": {"choice": list(constraint.options)}}
    return {}


def _salt(key: str, tenant: str) -> str:
    """Parts the prefix cache by tenant; does not tell which."""
    return hmac.new(
        f"gemba:{key}".encode(), tenant.encode("utf-8", "replace"), hashlib.sha256
    ).hexdigest()
