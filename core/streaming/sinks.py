"""Where batches go: a DuckDB file, or StarRocks by Stream Load. Both take a label once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa

from core.errors import ConfigError, Unavailable
from core.execution.loads import has_load, has_table, is_loaded, note_load
from core.execution.store import store_of
from core.execution.swap import NotNeeded, changed
from core.semantic.model import SemanticModel, Table
from core.settings import Settings
from core.streaming.batch import READINGS, Batch, as_arrow, schema_of

_ATTEMPTS: Final = 2
_TIMEOUT_S: Final = 120.0


class Sink(Protocol):
    """Takes batches. `deliver` returns when the store has each of them once, also where it had them
    already; raises Unavailable when it lacks one, and all are to be sent again."""

    def deliver(self, batches: Sequence[Batch]) -> None: ...

    def close(self) -> None: ...


class DuckDBSink:
    """Appends to a file that others read all the time; see core/execution/swap.py."""

    def __init__(self, store: Path, tables: Mapping[str, Table]) -> None:
        self._store, self._tables = store, tables

    def deliver(self, batches: Sequence[Batch]) -> None:
        """All in one change of the store, so that a backlog costs one copy of it."""
        if all(has_load(self._store, batch.label) for batch in batches):
            return

        def append(connection: duckdb.DuckDBPyConnection) -> None:
            lacking = [batch for batch in batches if not is_loaded(connection, batch.label)]
            if not lacking:
                raise NotNeeded
            for batch in lacking:
                shape = schema_of(self._tables[batch.table])
                _append(connection, batch.table, as_arrow(batch.rows, shape))
                if batch.readings:
                    _append(connection, batch.readings_table, as_arrow(batch.readings, READINGS))
                note_load(connection, batch.label, batch.table, len(batch.rows))

        try:
            changed(self._store, append)
        except NotNeeded:
            return
        except duckdb.Error as error:
            raise Unavailable(
                f"The store {self._store.name} takes no rows of {batches[0].table!r}: "
                f"{str(error).splitlines()[0]} They are kept; mend the table or the model."
            ) from error

    def close(self) -> None:
        """Nothing stays open."""


def _append(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("new_rows", rows)
    if has_table(connection, name):
        connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM new_rows')
    else:
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM new_rows')
    connection.unregister("new_rows")


class StarRocksSink:
    """Stream Load through a front end, as an account that may INSERT. pause: waits so many seconds
    between attempts."""

    def __init__(self, url: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        from data.starrocks.stream_client import StreamLoadClient

        place = urlsplit(url)
        database = unquote(place.path.strip("/"))
        if not (place.scheme in ("http", "https") and place.hostname and place.username):
            raise ConfigError(
                "GEMBA_STREAM_LOAD_URL must look like https://USER:PASSWORD@FRONTEND:8030/DATABASE."
            )
        if not database:
            raise ConfigError("GEMBA_STREAM_LOAD_URL names no database.")
        front = f"{place.scheme}://{place.hostname}:{place.port or 8030}"
        allowed = [one for one in place.fragment.split(",") if one]
        self._client = StreamLoadClient(
            front, database, unquote(place.username), unquote(place.password or ""),
            allowed=allowed, timeout_s=_TIMEOUT_S, attempts=_ATTEMPTS, pause=pause,
        )  # fmt: skip

    def deliver(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            self._load(batch.label, batch.table, batch.rows)
            if batch.readings:
                self._load(f"{batch.label}_readings", batch.readings_table, batch.readings)

    def _load(self, label: str, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        from data.starrocks.batches import Batch as Load
        from data.starrocks.batches import LoadFailedError

        body = json.dumps(list(rows), ensure_ascii=False, separators=(",", ":")).encode()
        try:
            self._client.load(Load(table, "stream", 1, len(rows), body, label))
        except LoadFailedError as error:
            raise Unavailable(f"StarRocks has not taken the batch: {error}") from error

    def close(self) -> None:
        self._client.__exit__(None, None, None)


def open_sink(settings: Settings, model: SemanticModel) -> Sink:
    """The sink of the store that the model is read from. Raises ConfigError."""
    place = store_of(settings, model).place
    if isinstance(place, Path):
        return DuckDBSink(place, model.tables)
    if not settings.stream_load_url:
        raise ConfigError(
            "The store is StarRocks: set GEMBA_STREAM_LOAD_URL to its front end's HTTP port, as "
            "https://USER:PASSWORD@FRONTEND:8030/DATABASE. The reader's account may not write."
        )
    return StarRocksSink(settings.stream_load_url)
