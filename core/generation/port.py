"""What the turn asks of a language model, and what it gets: values, and one interface.

Nothing here knows a server. `server` speaks to one over HTTP; tests have a fake of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from core.errors import Unavailable
from core.types import CancelToken

#: What a model is asked for. Each may have its own server, model and limits; `hard` writes SQL for
#: questions that are scored as hard, where one is set.
Role = Literal["sql", "hard", "intent", "reflect", "narrate"]

#: Why no reply came. down: refused, unreachable, cut off; late: over its time; busy: over the calls
#: at once, on our side or the server's; resting: the circuit is open after failures; wrong: an
#: answer that is not of the API; denied: key or model name.
Trouble = Literal["down", "late", "busy", "resting", "wrong", "denied"]


class ModelTrouble(Unavailable):
    """The model server gave no usable reply.

    Attributes:
        kind: why.
        partial: the text that had come until then.
        is_too_long: prompt and reply do not fit the model's context.
    """

    def __init__(
        self, message: str, *, kind: Trouble, partial: str = "", is_too_long: bool = False
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.partial = partial
        self.is_too_long = is_too_long


@dataclass(frozen=True, slots=True)
class Grammar:
    """The reply is a sentence of this grammar. text: EBNF in xgrammar's form, root rule `root`;
    made by our code alone, never from a user's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The reply is one of these."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """The reply is a JSON value of this schema. name: letters, digits, `_` and `-`."""

    name: str
    schema: Mapping[str, Any]


Constraint = Grammar | Choice | JsonSchema


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier attempt: what the model replied, and what it was told of it."""

    reply: str
    told: str


@dataclass(frozen=True, slots=True)
class Request:
    """One call.

    prefix: the same text for many calls, so that a server computes it once; sent as the system
    message. body: what is new in this one. earlier: attempts at the same, oldest first.
    tenant: parts the server's prefix cache, so that no tenant's timing tells of another's.
    temperature, seed: where several different replies are wanted; else the role's own.
    """

    role: Role
    prefix: str
    body: str
    constraint: Constraint | None = None
    earlier: tuple[Exchange, ...] = ()
    tenant: str = ""
    temperature: float | None = None
    seed: int | None = None

    @property
    def text(self) -> str:
        """All that is sent of it."""
        told = (text for exchange in self.earlier for text in (exchange.reply, exchange.told))
        return "\n".join((self.prefix, self.body, *told))


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; zeros where it did not say. cached: of the prompt's,
    those taken from its prefix cache."""

    prompt: int = 0
    cached: int = 0
    reply: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished reply.

    text: all of it, without thinking, fences and chatter where no constraint held. finish: `stop`,
    or `length` when it was cut at the role's number of tokens or characters. first_ms: until its
    first piece; retries: attempts before this one.
    """

    text: str
    model: str
    finish: Literal["stop", "length"]
    usage: Usage = Usage()
    first_ms: float = 0.0
    total_ms: float = 0.0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class ServerState:
    """For the frame's foot, health and metrics. circuit: of its breaker. why: the last failure, or
    empty."""

    model: str
    circuit: Literal["closed", "open", "half-open"]
    why: str = ""


class LanguageModel(Protocol):
    """Thread-safe; calls may run at once."""

    def stream(
        self, request: Request, *, timeout_s: float, cancel: CancelToken | None = None
    ) -> Iterator[str | Reply]:
        """Pieces of the reply as they come, fit to be shown, then exactly one Reply.

        timeout_s: what is left of the turn; the role's own limit holds where it is shorter.
        Closing the iterator, and setting `cancel`, end the call at the server.
        Raises ModelTrouble; QueryCancelled once `cancel` is set.
        """
        ...

    def has(self, role: Role) -> bool:
        """Whether a model is set for it; always true of all but `hard`."""
        ...

    def room(self, role: Role) -> int:
        """Tokens that a prompt of this role may have, beside those kept for its reply."""
        ...

    def count(self, role: Role, text: str) -> int:
        """Tokens of a text, without a request: exactly, or a bound that is hardly ever too low."""
        ...

    def state(self, role: Role) -> ServerState:
        """How its server does; without a request."""
        ...

    def close(self) -> None: ...


def reply_of(
    model: LanguageModel, request: Request, *, timeout_s: float, cancel: CancelToken | None = None
) -> Reply:
    """The finished reply alone. Raises as `stream` does."""
    for event in model.stream(request, timeout_s=timeout_s, cancel=cancel):
        if isinstance(event, Reply):
            return event
    raise ModelTrouble("The model server ended without a reply.", kind="wrong")
