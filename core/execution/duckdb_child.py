"""The process that holds DuckDB: opens one file read-only, shuts every door, answers queries.

Run by file path in an isolated interpreter; it imports duckdb and pyarrow alone, so that it
starts in a fraction of a second. DuckDB's own memory limit and interrupt do not bound scalar
functions (`repeat('a', 2e9)`), so the operating system's limits do: address space, CPU time, open
files, file size. The parent kills it at the deadline.

Frames, both ways: 4 bytes length of a JSON head, 8 bytes length of a body, head, body (network
order). The body of an answer is an Arrow stream.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
import threading
import time
from typing import IO, Any

import duckdb
import pyarrow as pa

_HEAD = struct.Struct("!IQ")
_EXPLAIN = "EXPLAIN (FORMAT JSON) "
_ROWS_A_BATCH = 10_000
_RESULT_BYTES = 64 * 1024 * 1024
# Code, libraries, thread stacks and allocator reserves of an idle child, in bytes.
_OWN_ADDRESS_SPACE = 1536 * 1024 * 1024


def read_frame(source: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next frame, None when the other side has closed."""
    lengths = source.read(_HEAD.size)
    if len(lengths) < _HEAD.size:
        return None
    head_size, body_size = _HEAD.unpack(lengths)
    head = source.read(head_size)
    return json.loads(head), source.read(body_size) if body_size else b""


def write_frame(sink: IO[bytes], head: dict[str, Any], body: bytes | pa.Buffer = b"") -> None:
    """Send one frame and flush it."""
    text = json.dumps(head).encode()
    sink.write(_HEAD.pack(len(text), len(body)))
    sink.write(text)
    if len(body):
        sink.write(body)
    sink.flush()


def open_store(path: str, memory_mb: int, threads: int, macros: list[str]) -> Any:
    """A connection to the file with everything but reading its tables switched off."""
    connection = duckdb.connect(
        path,
        read_only=True,
        config={
            "memory_limit": f"{memory_mb}MB",
            "threads": str(threads),
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_unsigned_extensions": "false",
            "temp_directory": "",
            "python_enable_replacements": "false",
            "preserve_insertion_order": "true",
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    for macro in macros:
        connection.execute(macro)
    connection.execute("SET lock_configuration = true")
    return connection


def limit_process(memory_mb: int) -> None:
    """Bounds that the kernel holds, whatever a query does."""
    space = memory_mb * 1024 * 1024 * 3 // 2 + _OWN_ADDRESS_SPACE
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_cpu(seconds: float, threads: int) -> None:
    """CPU time until the kernel ends this process: what it has used, and the query's share."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(usage.ru_utime + usage.ru_stime + seconds * threads) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def run_query(connection: Any, sql: str, limit: int) -> tuple[pa.Buffer, int]:
    """At most `limit` rows as an Arrow stream, and how many they are."""
    _check_select(connection, sql)
    relation = connection.sql(sql)
    if relation is None:
        raise NotAQueryError("only a SELECT gives rows")
    if "UHUGEINT" in map(str, relation.types):
        # Arrow would carry its upper half as negative numbers.
        raise NoPlaceError("a column is UHUGEINT, which results cannot hold; cast it to HUGEINT")
    reader = relation.to_arrow_reader(_ROWS_A_BATCH)
    sink = pa.BufferOutputStream()
    rows = 0
    size = 0
    with pa.ipc.new_stream(sink, reader.schema) as writer:
        for batch in reader:
            part = batch.slice(0, limit - rows)
            size += part.nbytes
            if size > _RESULT_BYTES:
                raise ResultTooLargeError
            writer.write_batch(part)
            rows += part.num_rows
            if rows >= limit:
                break
    return sink.getvalue(), rows


def _check_select(connection: Any, sql: str) -> None:
    """One SELECT, or the plan of one. A read-only file still takes temporary views, which would
    stand before its tables for all who ask next, prepared statements, transactions and pragmas."""
    statements = connection.extract_statements(sql.removeprefix(_EXPLAIN))
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise NotAQueryError("only one SELECT may run")


class NotAQueryError(Exception):
    """The statement is no SELECT, or gave no rows at all."""


class NoPlaceError(Exception):
    """A column has a type whose values would come out as others."""


class ResultTooLargeError(Exception):
    """The rows take more than the bytes that one answer may have."""


def main() -> None:
    """Serve until the parent closes its end."""
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get into the frames.
    os.dup2(2, 1)
    parent = os.getppid()
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    first = read_frame(source)
    if first is None:
        return
    setup, _ = first
    try:
        limit_process(setup["memory_mb"])
        connection = open_store(
            setup["path"], setup["memory_mb"], setup["threads"], setup["macros"]
        )
    except (duckdb.Error, OSError, ValueError, RuntimeError) as error:
        write_frame(sink, {"error": type(error).__name__, "message": str(error)})
        return
    write_frame(sink, {"ready": True})
    while (frame := read_frame(source)) is not None:
        request, _ = frame
        allow_cpu(request["cpu_s"], setup["threads"])
        started = time.perf_counter()
        try:
            body, rows = run_query(connection, request["sql"], request["limit"])
        except (
            duckdb.Error,
            pa.ArrowException,
            ResultTooLargeError,
            NotAQueryError,
            NoPlaceError,
            MemoryError,
        ) as error:
            write_frame(sink, {"error": type(error).__name__, "message": str(error)[:4000]})
            continue
        elapsed_ms = (time.perf_counter() - started) * 1000
        write_frame(sink, {"rows": rows, "elapsed_ms": elapsed_ms}, body)


def _leave_with(parent: int) -> None:
    """A query that runs for long does not outlive the process that asked."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


if __name__ == "__main__":
    sys.setrecursionlimit(2_000)
    main()
