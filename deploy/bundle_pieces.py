"""One long file as numbered pieces of a size limit: written, read as one again, and summed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_BLOCK = 2**20


class Damaged(Exception):
    """A file of the bundle is missing or not as it was packed; the message names it."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class PieceWriter:
    """A file to write to that lands in pieces `bundle.tar.001`, `.002`, ... of a folder.

    Attributes:
        paths: the pieces so far, in order.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        if limit < 1:
            raise ValueError("a piece holds at least a byte")
        self.paths: list[Path] = []
        self._folder, self._limit, self._room = folder, limit, 0
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        while rest:
            if self._room == 0:
                self._next()
            part, rest = rest[: self._room], rest[self._room :]
            if self._file is not None:
                self._file.write(part)
            self._room -= len(part)
        return len(data)

    def _next(self) -> None:
        if self._file is not None:
            self._file.close()
        path = self._folder / f"bundle.tar.{len(self.paths) + 1:03d}"
        self._file, self._room = path.open("wb"), self._limit
        self.paths.append(path)


class PieceReader:
    """The pieces as one file to read from."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._rest = list(paths)
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def read(self, size: int = _BLOCK) -> bytes:
        """At most so many bytes; fewer only at the very end."""
        parts, missing = [], size
        while missing:
            if self._file is None:
                if not self._rest:
                    break
                self._file = self._rest.pop(0).open("rb")
            part = self._file.read(missing)
            if not part:
                self._file.close()
                self._file = None
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)
