"""Rows as bytes: an Arrow IPC stream with LZ4, behind a head that says what it holds.

    magic · digest of all that follows and of the key · length of the notes · notes · IPC stream

Nothing is read that is not as it was written, under this key. And since who can write to the Redis
can also make a digest that fits, what is read is bounded before any of it is unpacked: columns
hold plain values alone, and no buffer may say that it unpacks to more than its limit.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from core.sessions.ipc_sizes import NotReadable, unpacked_bytes

#: Most bytes of a frame as it is kept.
CEILING = 5 * 2**20
#: Most bytes that one may take in memory. Rows of a plant shrink to a fifth or less.
MOST_UNPACKED = 128 * 2**20
_MAGIC = b"GMB1"
_DIGEST = 32
_HEAD = struct.Struct(f"<4s{_DIGEST}sI")
_MOST_NOTES = 65_536
MOST_ROWS = 1_000_000
#: The number of rows that fits is found to within this part of it.
_EXACT = 100


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows that were kept. of: how many there were; the first ones are here. notes: what was kept
    beside them, as JSON holds it."""

    table: pa.Table
    of: int
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        """Whether there were more rows than are here."""
        return self.of > int(self.table.num_rows)


class NotAFrame(ValueError):
    """Bytes that are not as they were written."""


def pack(
    table: pa.Table,
    key: str,
    *,
    notes: dict[str, Any] | None = None,
    ceiling: int = CEILING,
) -> tuple[bytes, int] | None:
    """The bytes for this key, at most `ceiling`, and how many rows they hold: all, or the first
    ones that fit. None where not one fits, or a column holds other than plain values."""
    plain = _plain(table)
    if plain is None:
        return None
    of = int(plain.num_rows)

    def tried(rows: int) -> bytes | None:
        piece = plain.slice(0, rows)
        if rows > MOST_ROWS or piece.nbytes > MOST_UNPACKED:
            return None
        made = _packed(piece, key, {**(notes or {}), "of": of, "rows": rows})
        return made if len(made) <= ceiling else None

    whole = tried(of)
    if whole is not None:
        return whole, of
    best: tuple[bytes, int] | None = None
    low, high = 0, of
    while high - low > max(1, low // _EXACT):
        rows = (low + high) // 2
        found = tried(rows)
        if found is None:
            high = rows
        else:
            best, low = (found, rows), rows
    return best


def unpack(data: bytes, key: str) -> Frame:
    """What `pack` made for this key. Raises NotAFrame for anything else, and takes no more memory
    than MOST_UNPACKED in finding that out."""
    if len(data) < _HEAD.size:
        raise NotAFrame("too short")
    magic, digest, length = _HEAD.unpack_from(data)
    if magic != _MAGIC:
        raise NotAFrame("it does not begin as a frame does")
    if digest != _digest(key, data[_HEAD.size - 4 :]):
        raise NotAFrame("it was changed, or was written for another key")
    if length > min(_MOST_NOTES, len(data) - _HEAD.size):
        raise NotAFrame("its notes are longer than it is")
    body = memoryview(data)[_HEAD.size + length :]
    try:
        notes = json.loads(data[_HEAD.size : _HEAD.size + length])
        rows, of = notes.pop("rows"), notes.pop("of")
        if unpacked_bytes(body) > MOST_UNPACKED or rows > MOST_ROWS:
            raise NotAFrame("it unpacks to more than it may")
        table = _read(body)
        table.validate(full=True)
    except NotAFrame:
        raise
    except (NotReadable, ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        # Arrow's own errors are ValueError, TypeError, KeyError and OSError.
        raise NotAFrame(str(error)) from error
    except (pa.ArrowException, MemoryError, RecursionError) as error:
        raise NotAFrame(type(error).__name__) from error
    if type(rows) is not int or type(of) is not int or not rows == table.num_rows <= of:
        raise NotAFrame("it has not the rows that it says")
    return Frame(table, of, notes)


def _packed(table: pa.Table, key: str, notes: dict[str, Any]) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    written = json.dumps(notes, separators=(",", ":")).encode()
    if len(written) > _MOST_NOTES:
        raise ValueError(f"notes of {len(written)} bytes")
    stream: bytes = sink.getvalue().to_pybytes()
    rest = struct.pack("<I", len(written)) + written + stream
    return _MAGIC + _digest(key, rest) + rest


def _digest(key: str, rest: bytes) -> bytes:
    made = hashlib.blake2b(digest_size=_DIGEST)
    name = key.encode()
    made.update(struct.pack("<I", len(name)) + name)
    made.update(rest)
    return made.digest()


def _read(body: memoryview) -> pa.Table:
    options = pa.ipc.IpcReadOptions(use_threads=False)
    with pa.ipc.open_stream(pa.py_buffer(body), options=options) as reader:
        for column in reader.schema:
            if not _is_plain(column.type):
                raise NotAFrame(f"a column of type {column.type}")
        return reader.read_all()


def _plain(table: pa.Table) -> pa.Table | None:
    """The table with dictionaries written out; None where a column is of no plain type."""
    types = [t.value_type if pa.types.is_dictionary(t) else t for t in table.schema.types]
    if not all(map(_is_plain, types)):
        return None
    if types == table.schema.types:
        return table
    columns = [c.cast(t) for c, t in zip(table.columns, types, strict=True)]
    fields = [f.with_type(t) for f, t in zip(table.schema, types, strict=True)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata=table.schema.metadata))


def _is_plain(kind: pa.DataType) -> bool:
    """A type whose values lie once, one after another: none can stand for more than it takes."""
    t = pa.types
    return bool(
        t.is_boolean(kind)
        or t.is_integer(kind)
        or t.is_floating(kind)
        or t.is_decimal(kind)
        or t.is_string(kind)
        or t.is_large_string(kind)
        or t.is_binary(kind)
        or t.is_date(kind)
        or t.is_time(kind)
        or t.is_timestamp(kind)
        or t.is_duration(kind)
        or t.is_null(kind)
    )
