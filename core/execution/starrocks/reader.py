"""Reads a result row by row off the wire into Arrow."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pymysql.cursors import SSCursor

from core.errors import Unavailable
from core.execution.starrocks.columns import WireColumn, arrow_batch, arrow_schema
from core.execution.starrocks.pool import abandon
from core.translation import gettext as _

_BATCH_ROWS = 5_000
_RESULT_BYTES = 64 * 1024 * 1024


class _Cursor(SSCursor):
    """Tells of a column what the driver's own description leaves out."""

    _result: Any

    def columns(self) -> tuple[WireColumn, ...]:
        """The columns of the statement that ran; none of one that gives no rows."""
        if self._result is None or not self.description:
            return ()
        return tuple(
            WireColumn(f.name, f.type_code, f.length, f.charsetnr, f.flags, f.scale)
            for f in self._result.fields
        )


class Reader:
    """At most `limit` rows of one query. has_rows: whether any has come. is_whole: whether the
    result was read to its end; the connection is closed when it was not."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.has_rows = False
        self.is_whole = False

    def read(self, connection: Any, sql: str) -> pa.Table:
        """Raises Unavailable for rows that take more than one answer may have, and what the
        driver raises."""
        # Not in a `with`: leaving it would read all the rows that nobody wants.
        cursor = connection.cursor(_Cursor)
        cursor.execute(sql)
        schema = arrow_schema(cursor.columns())
        batches: list[pa.RecordBatch] = []
        rows = size = 0
        while not self.is_whole and rows < self._limit:
            part = self._part(cursor, min(_BATCH_ROWS, self._limit - rows))
            batch = arrow_batch(part, schema)
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if size > _RESULT_BYTES:
                raise Unavailable(
                    _(
                        "The answer's rows are too large to be shown. Ask for fewer columns or "
                        "fewer rows."
                    )
                )
            batches.append(batch)
        self.is_whole = self.is_whole or cursor.fetchone() is None
        if not self.is_whole:
            abandon(connection)  # here, as the cursor's end would read the rest too
        return pa.Table.from_batches(batches, schema=schema)

    def _part(self, cursor: _Cursor, most: int) -> list[tuple[Any, ...]]:
        """The next rows, none of them more than once; their text counts while they come."""
        part: list[tuple[Any, ...]] = []
        size = 0
        while len(part) < most and size < _RESULT_BYTES:
            row = cursor.fetchone()
            if row is None:
                self.is_whole = True
                break
            self.has_rows = True
            part.append(row)
            size += sum(len(value) for value in row if isinstance(value, str | bytes))
        return part
