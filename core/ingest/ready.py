"""Files made ready to be looked at: copied as plain text where they have to be, in a workspace."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.errors import UserFixable
from core.ingest.finding import Source
from core.ingest.recognised import Choices
from core.ingest.sampling import check_parquet
from core.ingest.sheets import prepare_sheets
from core.ingest.staging import connect
from core.ingest.texts import Prepared, prepare
from core.ingest.trouble import told_plainly
from core.ingest.workspace import Progress, Workspace, workspace
from core.translation import told


@dataclass(frozen=True, slots=True)
class Limits:
    """memory_mb, threads: of the engine that reads. unpacked_bytes: that a packed file may grow
    to."""

    memory_mb: int = 1024
    threads: int = 2
    unpacked_bytes: int = 50_000_000_000


@dataclass(frozen=True, slots=True)
class Ready:
    """Files that can be read. con: to the store that is being built in the workspace."""

    place: Workspace
    con: duckdb.DuckDBPyConnection
    files: tuple[Prepared, ...]


@contextlib.contextmanager
def made_ready(
    sources: Sequence[Source],
    target: Path,
    choices: Choices,
    limits: Limits,
    progress: Progress,
    *,
    encoding_of: Callable[[Source], str | None] | None = None,
    all_sheets: bool = False,
) -> Iterator[Ready]:
    """Files in a workspace beside the target; all of it is gone at the end. encoding_of: as was
    said of that file; without it that of the choices. all_sheets: of a workbook where the choices
    name none, and not the first alone. Raises UserFixable with what is wrong and what to do."""
    with workspace(target) as place, told_plainly(target):
        packed = sum(source.size for source in sources)
        place.need(packed, told("This import"))
        files: list[Prepared] = []
        for number, source in enumerate(sources):
            source.check_unchanged()
            if source.kind == "excel":
                files += prepare_sheets(
                    source, choices.sheet, place, number, all_of_them=all_sheets
                )
                continue
            said = encoding_of(source) if encoding_of else choices.encoding
            files.append(_prepared(source, number, said, place, limits, progress))
        con = connect(place, limits.memory_mb, limits.threads)
        try:
            for file in files:
                if file.source.kind == "parquet":
                    check_parquet(file, con, limits.unpacked_bytes)
            progress("look", 0.0)
            yield Ready(place, con, tuple(files))
        finally:
            con.close()


def _prepared(
    source: Source,
    number: int,
    said: str | None,
    place: Workspace,
    limits: Limits,
    progress: Progress,
) -> Prepared:
    if source.kind == "parquet":
        if source.is_gzip:
            raise UserFixable(
                told("{name} is Parquet in a gzip. Unpack it first.", name=source.name)
            )
        return Prepared(source, source.path, None, None, source.size)
    encoding = said if source.kind == "text" else said or "utf-8"
    return prepare(source, encoding, place, number, limits.unpacked_bytes, progress)
