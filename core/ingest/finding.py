"""The files that an import reads: which there are, of which kind, and that they do not change."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from core.errors import UserFixable
from core.translation import told

#: text: cells parted by a mark. excel: a workbook. jsonl: one JSON object a line.
Kind = Literal["text", "excel", "parquet", "jsonl"]
_SUFFIXES: Final[dict[str, Kind]] = {
    ".csv": "text", ".tsv": "text", ".tab": "text", ".txt": "text", ".asc": "text",
    ".xlsx": "excel", ".xlsm": "excel", ".xlsb": "excel", ".xls": "excel", ".ods": "excel",
    ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
}  # fmt: skip
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET: Final = b"PAR1"
#: A folder of more files than that is hardly one table.
MOST_FILES: Final = 2_000
#: Files that are named one by one where people read of them.
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was found, or one sheet of it. size: bytes as it stands on the disk; state: what
    changes when somebody writes to it (size, time of the last change in ns, inode). sheet: of a
    workbook of which several are read, empty else."""

    path: Path
    name: str
    kind: Kind
    is_gzip: bool
    size: int
    state: tuple[int, int, int]
    sheet: str = ""

    @property
    def key(self) -> str:
        """Tells it from all others."""
        return f"{self.path}\n{self.sheet}" if self.sheet else str(self.path)

    @property
    def stem(self) -> str:
        """What a table of it may be called: the file's name without its endings, or the sheet's."""
        return self.sheet or self.name.split(".")[0]

    def check_unchanged(self) -> None:
        """Raises UserFixable when the file is not what it was when it was found."""
        try:
            now = _state(self.path.stat())
        except OSError:
            now = None
        if now != self.state:
            raise UserFixable(
                told(
                    "{name} changed while it was read. Nothing was imported. Wait until it is "
                    "complete, then import again.",
                    name=self.name,
                )
            )


def find(
    paths: Sequence[Path],
    *,
    within: Path | None = None,
    of_one: bool = True,
    without: frozenset[str] = frozenset(),
) -> tuple[Source, ...]:
    """The files of these paths, by name; a folder gives all files in it that can be read.

    within: no file may stand outside this folder, whatever links say. of_one: whether they are to
    be one table, and so of one kind. without: keys of files that are passed over. Raises
    UserFixable with the path that cannot be taken and why.
    """
    found: dict[Path, Source] = {}
    for path in paths:
        for file, base in _files(path):
            real = _real(file)
            if str(real) in without:
                continue
            _check_place(file, real, base, within)
            found.setdefault(real, _source(real, file.name))
            if len(found) > MOST_FILES:
                raise UserFixable(
                    told(
                        "These are over {n} files. Name a folder with those of one table.",
                        n=MOST_FILES,
                    )
                )
    if not found:
        raise UserFixable(
            told(
                "There is no file to import. CSV, TSV, Excel, Parquet and JSON lines can be "
                "read, each also as .gz."
            )
        )
    sources = tuple(found.values())
    if of_one:
        check_kind(sources)
    return sources


def listed(paths: Sequence[Path]) -> dict[str, str]:
    """Key -> name of the files of these paths, up to MOST_FILES, those too that hold nothing that
    can be read."""
    found: dict[str, str] = {}
    with contextlib.suppress(UserFixable):
        for path in paths:
            for file, _ in _files(path):
                found[str(_real(file))] = file.name
                if len(found) == MOST_FILES:
                    return found
    return found


def check_kind(sources: Sequence[Source]) -> None:
    """Raises UserFixable for files of one table that are of several kinds."""
    kinds = {source.kind for source in sources}
    if len(kinds) > 1:
        raise UserFixable(
            told(
                "These files are of several kinds ({kinds}), and those of one table are of one. "
                "Import those of one kind at a time.",
                kinds=", ".join(sorted(kinds)),
            )
        )


def _files(path: Path) -> Iterator[tuple[Path, Path | None]]:
    """Each file of a path, with the folder that it must stand in."""
    if not path.is_dir():
        yield path, None
        return
    base = _real(path)
    try:
        inside = sorted(p for p in path.rglob("*") if not p.is_dir())
    except OSError as error:
        raise _unreadable(path, error) from error
    for file in inside:
        hidden = any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
        if not hidden and _suffix(file.name) in _SUFFIXES:
            yield file, base


def _check_place(file: Path, real: Path, base: Path | None, within: Path | None) -> None:
    """A link may not lead out of the folder that was named, nor out of the allowed one."""
    for folder in (base, within.resolve() if within else None):
        if folder is not None and not real.is_relative_to(folder):
            raise UserFixable(
                told(
                    "{file} leads out of the folder {folder}. Name a file that stands in it.",
                    file=repr(str(file)),
                    folder=repr(str(folder)),
                )
            )


def _source(path: Path, name: str) -> Source:
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        raise UserFixable(told("{name} is no file that can be read twice.", name=repr(name)))
    if status.st_size == 0:
        raise UserFixable(told("{name} is empty. Get the file again.", name=name))
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise _unreadable(path, error) from error
    is_gzip = head.startswith(_GZIP)
    inner = name[: -len(".gz")] if name.casefold().endswith(".gz") else name
    kind = _SUFFIXES.get(_suffix(inner), "text")
    if not is_gzip:
        kind = _kind_by_content(name, kind, head)
    return Source(path, name, kind, is_gzip, status.st_size, _state(status))


def _kind_by_content(name: str, kind: Kind, head: bytes) -> Kind:
    """What the first bytes say, where they say it; a name may be wrong."""
    if head.startswith(_PARQUET):
        return "parquet"
    if kind == "excel":
        if not head.startswith((_ZIP, _OLE)):
            raise UserFixable(
                told("{name} is no Excel file. Save it as .xlsx or as CSV again.", name=name)
            )
        return kind
    if head.startswith(_OLE):
        return "excel"
    if head.startswith(_ZIP):
        raise UserFixable(
            told("{name} is a zip archive. Unpack it and import the files in it.", name=name)
        )
    if kind == "parquet":
        raise UserFixable(told("{name} is no Parquet file. Get the file again.", name=name))
    return kind


def _suffix(name: str) -> str:
    return Path(name.casefold().removesuffix(".gz")).suffix


def _real(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except OSError as error:
        raise _unreadable(path, error) from error
    except RuntimeError as error:  # links that go in a circle
        raise UserFixable(told("{path} is a link to itself.", path=repr(str(path)))) from error


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _unreadable(path: Path, error: OSError) -> UserFixable:
    if isinstance(error, FileNotFoundError):
        return UserFixable(
            told("{path} cannot be read: there is no such file.", path=repr(str(path)))
        )
    why = (error.strerror or str(error)).lower()
    return UserFixable(told("{path} cannot be read: {why}.", path=repr(str(path)), why=why))


def names_of(sources: Sequence[Source]) -> str:
    """The files' names for people, the first few of many."""
    names = ", ".join(source.name for source in sources[:_MOST_NAMED])
    return names + (" …" if len(sources) > _MOST_NAMED else "")
