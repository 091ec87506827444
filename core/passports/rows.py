"""The rows of an answer as a few bytes, so that they can be set beside those of a later run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from core.errors import CodecError
from core.passports.canonical import hashes, plain
from core.passports.passport import RowPrint
from core.semantic.result import ResultColumn
from core.types import Result

#: Bytes of one answer's rows that are kept; of more rows only the hash is.
MOST_BYTES: Final = 64 * 1024
#: What bytes that are no rows, or hold what no cell can, may meet.
_UNREADABLE: Final = (
    pa.ArrowException, OSError, EOFError, ArithmeticError, LookupError, TypeError, ValueError,
)  # fmt: skip
#: Cells that are printed at once; more take longer than a turn may be held up.
QUICK_CELLS: Final = 2_000


def print_of(
    result: Result, columns: Sequence[ResultColumn], *, is_ordered: bool
) -> tuple[RowPrint, bytes | None]:
    """The rows in short, and themselves where they are small. is_ordered: whether the query says
    in which order they come."""
    packed = pack(result.table)
    found = hashes(result.table, columns)
    short = RowPrint(
        count=result.row_count,
        is_cut=result.truncated,
        content=found.content,
        order=found.order if is_ordered else (),
        columns=tuple(result.table.column_names),
        is_kept=packed is not None,
    )
    return short, packed


def cells_of(result: Result) -> int:
    """How many cells there are."""
    return result.row_count * max(1, int(result.table.num_columns))


def pack(table: pa.Table) -> bytes | None:
    """An Arrow stream with LZ4; None where it is larger than MOST_BYTES."""
    if table.nbytes > 100 * MOST_BYTES:
        return None
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    rows = plain(table).replace_schema_metadata(None)
    with pa.ipc.new_stream(sink, rows.schema, options=options) as writer:
        writer.write_table(rows)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed if len(packed) <= MOST_BYTES else None


def unpack(packed: bytes, short: RowPrint, columns: Sequence[ResultColumn]) -> pa.Table:
    """The rows again. Raises CodecError for bytes that are not those rows, as their hash says."""
    try:
        with pa.ipc.open_stream(packed) as reader:
            table = reader.read_all()
        table.validate(full=True)
        is_same = hashes(table, columns).are_of(short.content)
    except _UNREADABLE as error:
        raise CodecError("The rows that were kept cannot be read.") from error
    if not is_same or tuple(table.column_names) != short.columns:
        raise CodecError("The rows that were kept are not those of the answer.")
    return table
