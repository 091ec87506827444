"""An embedding model for tests: fast, deterministic, with no weights."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from core.errors import Unavailable
from core.retrieval.embeddings.port import Vectors


class HashedWords:
    """A text's vector is the sum of its words' random directions: texts with shared words are
    near. `down` makes it unavailable; `asked` holds the texts that it embedded."""

    def __init__(self, fingerprint: str = "hashed", size: int = 64) -> None:
        self._fingerprint = fingerprint
        self._size = size
        self.down = False
        self.asked: list[str] = []

    @property
    def name(self) -> str:
        return self._fingerprint

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def size(self) -> int:
        self._check()
        return self._size

    def questions(self, texts: Sequence[str], *, timeout_s: float | None = None) -> Vectors:
        return self._embed(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def close(self) -> None:
        pass

    def _check(self) -> None:
        if self.down:
            raise Unavailable("The embedding server cannot be reached (ConnectError).")

    def _embed(self, texts: Sequence[str]) -> Vectors:
        self._check()
        self.asked += texts
        made = np.stack([self._vector(text) for text in texts])
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)

    def _vector(self, text: str) -> Vectors:
        total = np.full(self._size, 1e-3)
        for word in text.lower().split():
            seed = hashlib.sha256(f"{self._fingerprint}:{word}".encode()).digest()[:8]
            total += np.random.default_rng(int.from_bytes(seed)).standard_normal(self._size)
        return np.asarray(total, dtype=np.float32)
