"""Calls to a server on an event loop of their own, so that each can be ended at any moment.

A thread that waits in a read cannot be woken; a task can: in name look-up, TLS, headers and body
alike. Its connection is then closed, and the server ends the request.
"""

from __future__ import annotations

import asyncio
import queue
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
import openai

from core.generation.failures import Closed, CutOff, NotOfTheApi
from core.generation.port import Usage

#: A longer answer is an error, so that a wrong server cannot fill the memory.
MOST_BYTES: Final = 16 * 2**20
#: All that is sent beside the body: nothing of the machine, its system or its environment.
_HEADERS: Final = frozenset(
    {"host", "accept", "authorization", "connection", "content-length", "content-type"}
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a stream. text: of the reply; hidden: characters of reasoning that the server
    parted from it; finish: why it ended, or empty; usage: None until the server says."""

    text: str = ""
    hidden: int = 0
    finish: str = ""
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The last event of a call. error: None when it came to its end."""

    error: BaseException | None


Event = Chunk | End


class Loop:
    """An event loop on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="language model", daemon=True
        )
        self._thread.start()

    def start(
        self, work: Coroutine[Any, Any, None], done: Callable[[BaseException | None], None]
    ) -> Task:
        """Run it; `done` is called on the loop with its error, CancelledError when it was ended.

        Raises Closed.
        """
        task = Task(self._loop, work, done)
        try:
            self._loop.call_soon_threadsafe(task.begin)
        except RuntimeError as error:
            work.close()
            raise Closed from error
        return task

    def close(self, last: Coroutine[Any, Any, None]) -> None:
        """End what is under way, run `last`, and stop."""
        if self._loop.is_closed():
            last.close()
            return
        done = threading.Event()

        async def end() -> None:
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await last

        self.start(end(), lambda _: done.set())
        done.wait(2)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)
        if not self._thread.is_alive():
            self._loop.close()


class Task:
    """Work on the loop, from another thread."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, None],
        done: Callable[[BaseException | None], None],
    ) -> None:
        self._loop = loop
        self._work = work
        self._done = done
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """On the loop."""
        self._task = self._loop.create_task(self._work)
        self._task.add_done_callback(self._ended)

    def end(self) -> None:
        """From any thread, any number of times."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._done(asyncio.CancelledError() if task.cancelled() else task.exception())


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is. connections: kept open at most."""

    url: str
    key: str = field(default="", repr=False)
    connections: int = 8


def open_client(address: Address, trust: ssl.SSLContext) -> openai.AsyncOpenAI:
    """A client that takes nothing from the environment, follows no redirect and never retries."""
    transport = _Transport(
        has_key=bool(address.key),
        verify=trust,
        trust_env=False,
        # uvicorn closes an idle connection after 5 s; one that is closing must not be taken.
        limits=httpx2.Limits(
            max_connections=address.connections + 2,
            max_keepalive_connections=address.connections,
            keepalive_expiry=4.0,
        ),
    )
    client = openai.AsyncOpenAI(
        api_key=address.key or "none",
        base_url=address.url,
        max_retries=0,
        http_client=httpx2.AsyncClient(transport=transport, trust_env=False),
    )
    _ = client.chat.completions  # imported now, not within the first call
    return client


async def stream_chat(
    client: openai.AsyncOpenAI,
    body: dict[str, Any],
    extra: dict[str, Any],
    *,
    left_s: float,
    events: queue.SimpleQueue[Event],
) -> None:
    """Put the chunks of one chat completion into `events` until it ends or the time is over.

    Raises TimeoutError, openai's errors, NotOfTheApi, CutOff, ValueError.
    """
    async with asyncio.timeout(left_s):
        create: Any = client.chat.completions.create
        stream = await create(**body, stream=True, extra_body=extra, timeout=_limits(left_s))
        kind = stream.response.headers.get("content-type", "")
        if not kind.startswith("text/event-stream"):
            await stream.close()
            raise NotOfTheApi(f"its content is {kind.partition(';')[0][:40] or 'of no type'!r}")
        is_whole = False
        try:
            async for item in stream:
                chunk = _chunk_of(item)
                is_whole = is_whole or bool(chunk.finish)
                events.put(chunk)
        except (openai.APIConnectionError, httpx2.HTTPError):
            if not is_whole:  # else the reply is there, and only what follows it is not
                raise
        if not is_whole:
            raise CutOff


async def list_models(client: openai.AsyncOpenAI, left_s: float) -> list[tuple[str, int]]:
    """Names that a server lists, with the tokens of each one's context, 0 where it does not say."""
    async with asyncio.timeout(left_s):
        page = await client.models.list(timeout=_limits(left_s))
        found = []
        for model in getattr(page, "data", None) or []:
            name = getattr(model, "id", None)
            length = getattr(model, "max_model_len", None)
            if isinstance(name, str) and name:
                found.append((name, length if isinstance(length, int) and length > 0 else 0))
        return found


def _limits(left_s: float) -> httpx2.Timeout:
    return httpx2.Timeout(left_s, connect=min(3.0, left_s))


def _chunk_of(item: Any) -> Chunk:
    """A chunk as the client read it; it checks nothing itself. Raises NotOfTheApi."""
    choices = getattr(item, "choices", None)
    if not isinstance(choices, list):
        raise NotOfTheApi("a part of its stream holds no choices")
    usage = _usage_of(getattr(item, "usage", None))
    if not choices:
        return Chunk(usage=usage)
    delta = getattr(choices[0], "delta", None)
    text = getattr(delta, "content", None) or ""
    finish = getattr(choices[0], "finish_reason", None) or ""
    if not isinstance(text, str) or not isinstance(finish, str):
        raise NotOfTheApi("a part of its stream holds no text")
    hidden = getattr(delta, "reasoning", None) or getattr(delta, "reasoning_content", None)
    return Chunk(text, len(hidden) if isinstance(hidden, str) else 0, finish, usage)


def _usage_of(usage: Any) -> Usage | None:
    if usage is None:
        return None
    details = getattr(usage, "prompt_tokens_details", None)
    return Usage(
        _count(getattr(usage, "prompt_tokens", 0)),
        _count(getattr(details, "cached_tokens", 0)),
        _count(getattr(usage, "completion_tokens", 0)),
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


class _Transport(httpx2.AsyncHTTPTransport):
    """Sends only what is needed, takes only so much."""

    def __init__(self, *, has_key: bool, **options: Any) -> None:
        super().__init__(**options)
        self._allowed = _HEADERS if has_key else _HEADERS - {"authorization"}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        kept = [(k, v) for k, v in request.headers.items() if k.lower() in self._allowed]
        request.headers = httpx2.Headers([*kept, ("accept-encoding", "identity")])
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise NotOfTheApi("it is compressed, which was not asked for")
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Ceiling(response.stream)
        return response


class _Ceiling(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for piece in self._stream:
            seen += len(piece)
            if seen > MOST_BYTES:
                raise NotOfTheApi("it is too long")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
