"""How much memory an Arrow IPC stream takes once it is unpacked, from its heads alone.

A buffer of a compressed batch begins with the length that it unpacks to, and a reader takes that
much memory on its word. Here the words are added up before anything is unpacked. The layout is
Arrow's: `Message.fbs` and the section "IPC streaming format" of its columnar specification.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

#: Message.header_type of what may stand in a stream of ours.
_SCHEMA, _BATCH = 1, 3
_CONTINUED = 0xFFFFFFFF
#: A buffer that was not compressed, since that would have made it longer.
_AS_IT_IS = -1
#: A stream of ours has one batch for each piece of a result.
_MOST_MESSAGES = 100_000


class NotReadable(ValueError):
    """Not a stream as Arrow writes one."""


def unpacked_bytes(stream: memoryview) -> int:
    """Bytes of all buffers, unpacked, and of rows that need none (one byte each). Raises
    NotReadable for a stream with other messages than a schema and batches."""
    total = 0
    for kind, head, body in _messages(stream):
        if kind == _BATCH:
            total += _batch_bytes(head, body)
        elif kind != _SCHEMA:
            raise NotReadable(f"a message of kind {kind}")
    return total


def _messages(stream: memoryview) -> Iterator[tuple[int, _Table, memoryview]]:
    at = 0
    for _ in range(_MOST_MESSAGES):
        mark, size = _numbers("<Ii", stream, at)
        if mark != _CONTINUED or size < 0:
            raise NotReadable("a message without its mark")
        at += 8
        if size == 0:
            return
        head = stream[at : at + size]
        if len(head) != size:
            raise NotReadable("a head that is cut off")
        message = _Table.root(head)
        length = message.number("<q", 3)
        at += size
        body = stream[at : at + length]
        if length < 0 or len(body) != length:
            raise NotReadable("a body that is cut off")
        at += length
        yield message.number("<B", 1), message.table(2), body
    raise NotReadable("too many messages")


def _batch_bytes(batch: _Table, body: memoryview) -> int:
    rows = batch.number("<q", 0)
    if rows < 0:
        raise NotReadable("a number of rows below zero")
    is_packed = batch.has(3)
    nodes, total = batch.vector(1, 16), rows
    for at in nodes:
        length, nulls = _numbers("<qq", batch.data, at)
        if not 0 <= nulls <= length == rows:
            raise NotReadable("a column that is not as long as its batch")
    for at in batch.vector(2, 16):
        offset, length = _numbers("<qq", batch.data, at)
        if not 0 <= offset <= offset + length <= len(body):
            raise NotReadable("a buffer outside of its body")
        if is_packed and length:
            (said,) = _numbers("<q", body, offset)
            if said < _AS_IT_IS:
                raise NotReadable("a buffer that unpacks to less than nothing")
            total += length if said == _AS_IT_IS else said
        else:
            total += length
    return total


class _Table:
    """A table of a flatbuffer. Slots are counted from 0 as in the schema's text."""

    def __init__(self, data: memoryview, at: int) -> None:
        self.data = data
        self._at = at
        (back,) = _numbers("<i", data, at)
        self._fields = at - back
        (self._size,) = _numbers("<H", data, self._fields)

    @classmethod
    def root(cls, data: memoryview) -> _Table:
        return cls(data, _numbers("<I", data, 0)[0])

    def has(self, slot: int) -> bool:
        return self._place(slot) is not None

    def number(self, form: str, slot: int) -> int:
        """0 where it is not written."""
        place = self._place(slot)
        return 0 if place is None else _numbers(form, self.data, place)[0]

    def table(self, slot: int) -> _Table:
        place = self._place(slot)
        if place is None:
            raise NotReadable("a message without a head")
        return _Table(self.data, place + _numbers("<I", self.data, place)[0])

    def vector(self, slot: int, size: int) -> range:
        """Where each element of so many bytes begins."""
        place = self._place(slot)
        if place is None:
            return range(0)
        start = place + _numbers("<I", self.data, place)[0]
        (count,) = _numbers("<I", self.data, start)
        if count * size > len(self.data):
            raise NotReadable("a vector that is longer than its message")
        return range(start + 4, start + 4 + count * size, size)

    def _place(self, slot: int) -> int | None:
        at = 4 + 2 * slot
        if at + 2 > self._size:
            return None
        (offset,) = _numbers("<H", self.data, self._fields + at)
        return self._at + offset if offset else None


def _numbers(form: str, data: memoryview, at: int) -> tuple[int, ...]:
    if at < 0:
        raise NotReadable("an offset below zero")
    try:
        return struct.unpack_from(form, data, at)
    except struct.error as error:
        raise NotReadable("an offset behind the end") from error
