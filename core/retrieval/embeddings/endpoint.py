"""A model behind an OpenAI-compatible embedding endpoint: TEI, vLLM and their kind."""

from __future__ import annotations

import hashlib
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np

from core.deadlines import Bounded, time_left
from core.errors import SettingsError, Unavailable
from core.retrieval.deadline import DeadlineTransport
from core.retrieval.embeddings.local import Prefixes
from core.retrieval.embeddings.port import Vectors, unit_length

_BATCH: Final = 32
#: A longer text is cut: servers answer 413 to one over their model's context.
_MOST_CHARACTERS: Final = 8_000


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """url: the API's root (`http://host:8080/v1`) or the whole path ending in /embeddings.

    key: sent as a bearer token; empty for none. ca: a file of certificates instead of the
    system's. question_s: the longest time for a question; passages_s: for a batch of passages.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    ca: str = ""
    question_s: float = 2.0
    passages_s: float = 60.0
    prefixes: Prefixes = field(default_factory=Prefixes)


class EndpointEmbedder:
    """Its fingerprint is of the model's name and the prefixes: the weights are out of sight, so a
    server that changes them must serve them under another name."""

    def __init__(self, options: EndpointOptions) -> None:
        root = options.url.rstrip("/")
        self._url = root if root.endswith("/embeddings") else f"{root}/embeddings"
        self._options = options
        self._size: int | None = None
        self._lock = threading.Lock()
        self._bounded = Bounded("The embedding server")
        headers = {"authorization": f"Bearer {options.key}"} if options.key else {}
        self._client = httpx.Client(
            headers=headers, transport=DeadlineTransport(verify=trusted(options.ca))
        )

    @property
    def name(self) -> str:
        return self._options.model

    @property
    def fingerprint(self) -> str:
        prefixes = self._options.prefixes
        parts = ("endpoint", self._options.model, prefixes.question, prefixes.passage)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    @property
    def size(self) -> int:
        if self._size is None:
            self.questions(["size"])
        assert self._size is not None
        return self._size

    def questions(self, texts: Sequence[str], *, timeout_s: float | None = None) -> Vectors:
        prefix = self._options.prefixes.question
        most = self._options.question_s
        limit = most if timeout_s is None else min(most, timeout_s)
        return self._embed([prefix + text for text in texts], limit)

    def passages(self, texts: Sequence[str]) -> Vectors:
        prefix = self._options.prefixes.passage
        return self._embed([prefix + text for text in texts], self._options.passages_s)

    def close(self) -> None:
        self._bounded.close()
        self._client.close()

    def _embed(self, texts: Sequence[str], limit_s: float) -> Vectors:
        batches = [texts[i : i + _BATCH] for i in range(0, len(texts), _BATCH)]
        made = [self._bounded.run(partial(self._batch, batch), limit_s) for batch in batches]
        return np.concatenate(made) if made else np.zeros((0, self.size), dtype=np.float32)

    def _batch(self, texts: Sequence[str]) -> Vectors:
        body = {
            "model": self._options.model,
            "input": [text[:_MOST_CHARACTERS] for text in texts],
            "encoding_format": "float",
        }
        response = self._post(body)
        if response.status_code != httpx.codes.OK:
            raise Unavailable(
                f"The embedding server answered {response.status_code}"
                f"{_reason(response.status_code)}."
            )
        try:
            rows = sorted(response.json()["data"], key=lambda row: int(row["index"]))
            indexes = [int(row["index"]) for row in rows]
            vectors = [row["embedding"] for row in rows]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unavailable("The embedding server's answer is not of its API.") from error
        if indexes != list(range(len(texts))):
            raise Unavailable(
                f"The embedding server answered with {len(rows)} vectors for {len(texts)} texts."
            )
        with self._lock:
            found = unit_length(vectors, count=len(texts), size=self._size, name=self.name)
            self._size = found.shape[1]
        return found

    def _post(self, body: dict[str, Any]) -> httpx.Response:
        """Once more when it could not connect, the connection broke, or the server failed."""
        for is_last in (False, True):
            try:
                response = self._client.post(self._url, json=body)
            except httpx.TimeoutException as error:
                raise Unavailable("The embedding server did not answer in time.") from error
            except httpx.HTTPError as error:
                if is_last or not _worth_waiting():
                    raise Unavailable(
                        f"The embedding server cannot be reached ({type(error).__name__})."
                    ) from error
            except (httpx.InvalidURL, RuntimeError) as error:
                raise Unavailable(f"The embedding server cannot be asked: {error}.") from error
            else:
                if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR or is_last:
                    return response
                if not _worth_waiting():
                    return response
        raise AssertionError("the last attempt returns or raises")


def _worth_waiting() -> bool:
    """Pause before the second attempt; false when the time left is too short for one."""
    left = time_left()
    if left is not None and left < 0.2:
        return False
    time.sleep(0.05)
    return True


def _reason(status: int) -> str:
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return ": check GEMBA_EMBED_KEY"
    if status == httpx.codes.NOT_FOUND:
        return ": check GEMBA_EMBED_URL and GEMBA_EMBED_MODEL"
    return ""


def trusted(ca: str) -> ssl.SSLContext:
    """Certificates that are believed: a file's, or the system's when it is empty.

    Raises SettingsError when the file holds none.
    """
    if not ca:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(Path(ca).expanduser()))
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"The file {ca!r} holds no certificates: {error}.") from error
