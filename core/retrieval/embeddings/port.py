"""What an embedding model is to the rest of Gemba, and a memory for the vectors of questions."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.errors import Unavailable

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors of length 1. Safe to use from several threads.

    name: for people. fingerprint: the same for the same weights, pooling and prefixes, and never
    for others: vectors are comparable only under one fingerprint. It is known without a network.
    size: numbers in a vector; asking may raise Unavailable.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def size(self) -> int: ...

    def questions(self, texts: Sequence[str], *, timeout_s: float | None = None) -> Vectors:
        """Vectors (n, size) of what is asked. Raises Unavailable."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, size) of what is to be found. Raises Unavailable."""
        ...

    def close(self) -> None: ...


def unit_length(vectors: npt.ArrayLike, *, count: int, size: int | None, name: str) -> Vectors:
    """The vectors as (count, size) float32 of length 1.

    Raises Unavailable when there are not so many, not so long, or when one of them is no vector:
    a number that is none, or nothing but zeros.
    """
    try:
        found = np.asarray(vectors, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise Unavailable(f"The embedding model {name!r} answered with no vectors.") from error
    if count == 0:
        return np.zeros((0, size or 0), dtype=np.float32)
    if found.ndim != 2 or len(found) != count or found.shape[1] == 0:
        raise Unavailable(
            f"The embedding model {name!r} answered with vectors of shape {found.shape} for "
            f"{count} texts."
        )
    if size is not None and found.shape[1] != size:
        raise Unavailable(
            f"The embedding model {name!r} answered with vectors of {found.shape[1]} numbers, "
            f"not {size}: is another model served under its name?"
        )
    lengths = np.linalg.norm(found.astype(np.float64), axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise Unavailable(f"The embedding model {name!r} answered with a vector that is none.")
    return np.asarray(found / lengths, dtype=np.float32)


class Remembering:
    """An embedder that keeps the vectors of the last questions, so that a follow-up, a re-run and
    the admin's page cost nothing. `capacity` questions at most."""

    def __init__(self, embedder: Embedder, capacity: int = 2_048) -> None:
        self._embedder = embedder
        self._capacity = capacity
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def size(self) -> int:
        return self._embedder.size

    def questions(self, texts: Sequence[str], *, timeout_s: float | None = None) -> Vectors:
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
            for text in known:
                self._kept.move_to_end(text)
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            made = self._embedder.questions(missing, timeout_s=timeout_s)
            known |= dict(zip(missing, made, strict=True))
            with self._lock:
                self._kept |= {text: known[text] for text in missing}
                while len(self._kept) > self._capacity:
                    self._kept.popitem(last=False)
        if not texts:
            return np.zeros((0, self.size), dtype=np.float32)
        return np.stack([known[text] for text in texts])

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.passages(texts)

    def close(self) -> None:
        self._embedder.close()
