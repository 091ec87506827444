"""How the tests speak to the server itself: plain HTTP, and its own counters."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx


@dataclass(frozen=True, slots=True)
class Server:
    """url: its API's root, with /v1. in_flight: over how many it answers 503; 0 when not known."""

    url: str
    key: str
    model: str
    in_flight: int = 0

    @property
    def root(self) -> str:
        return self.url.removesuffix("/v1")

    def client(self, *, key: str | None = None) -> httpx.Client:
        sent = self.key if key is None else key
        headers = {"Authorization": f"Bearer {sent}"} if sent else {}
        # Plain HTTP on this machine: reading the system's certificates takes longer than a call.
        return httpx.Client(headers=headers, timeout=90, trust_env=False, verify=False)

    def body(self, question: str, **more: Any) -> dict[str, Any]:
        message = {"role": "user", "content": question}
        given = {"model": self.model, "messages": [message], "max_tokens": 48, "temperature": 0}
        return {**given, **more}

    def ask(self, question: str, **more: Any) -> httpx.Response:
        with self.client() as client:
            return client.post(f"{self.url}/chat/completions", json=self.body(question, **more))

    def reply(self, question: str, **more: Any) -> str:
        return str(self.answer(question, **more)["choices"][0]["message"]["content"])

    def answer(self, question: str, **more: Any) -> dict[str, Any]:
        said = self.ask(question, **more)
        assert said.status_code == 200, said.text
        return dict(said.json())

    @contextmanager
    def stream(self, question: str, **more: Any) -> Iterator[Iterator[dict[str, Any]]]:
        """The events of a streamed reply; leaving the block hangs up."""
        body = self.body(question, **more, stream=True, stream_options={"include_usage": True})
        with (
            self.client() as client,
            client.stream("POST", f"{self.url}/chat/completions", json=body) as said,
        ):
            assert said.status_code == 200, said.read()
            yield (
                json.loads(line.removeprefix("data: "))
                for line in said.iter_lines()
                if line.startswith("data: ") and line != "data: [DONE]"
            )

    @contextmanager
    def held(self, number: int, tokens: int) -> Iterator[None]:
        """So many long requests at once, sent and not read; leaving the block hangs up on all."""
        parts = urlsplit(self.url)
        body = json.dumps(
            self.body("Tell me all.", max_tokens=tokens, ignore_eos=True, stream=True)
        ).encode()
        head = (
            f"POST {parts.path}/chat/completions HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        with ExitStack() as stack:
            for _ in range(number):
                address = (parts.hostname or "", parts.port or 80)
                connection = stack.enter_context(socket.create_connection(address, timeout=30))
                connection.sendall(head + body)
            yield

    def metric(self, name: str) -> float:
        """The sum of a counter or gauge over its labels. Fails when the server has none."""
        with self.client(key="") as client:
            text = client.get(f"{self.root}/metrics").text
        values = [
            float(line.rpartition(" ")[2])
            for line in text.splitlines()
            if line.startswith((f"{name}{{", f"{name} "))
        ]
        assert values, f"the server counts no {name}"
        return sum(values)

    def busy(self) -> float:
        return self.metric("vllm:num_requests_running") + self.metric("vllm:num_requests_waiting")

    def wait_busy(self, number: int, limit_s: float = 20.0) -> None:
        """Wait until it has so many requests, computed or queued."""
        start = time.monotonic()
        while self.busy() < number:
            assert time.monotonic() - start < limit_s, f"it has {self.busy():.0f} requests"
            time.sleep(0.01)

    def wait_idle(self, limit_s: float = 20.0) -> float:
        """Wait until it computes nothing. Returns how long that took, in seconds."""
        start = time.monotonic()
        while self.busy():
            assert time.monotonic() - start < limit_s, "the server is still busy"
            time.sleep(0.01)
        return time.monotonic() - start
