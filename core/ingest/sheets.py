"""Excel workbooks as text, a sheet each, with values as they are stored and not as they are
shown."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import python_calamine as calamine

from core.errors import UserFixable, did_you_mean
from core.ingest.finding import Source
from core.ingest.texts import Prepared, check_growth, opened
from core.ingest.workspace import Workspace
from core.translation import told

#: Calamine holds a whole sheet in memory.
MOST_BYTES: Final = 1_500_000_000
_CHUNK: Final = 1024 * 1024


def prepare_sheets(
    source: Source, sheet: str, place: Workspace, number: int, *, all_of_them: bool = False
) -> tuple[Prepared, ...]:
    """Sheets as UTF-8 text with commas. sheet: a name, empty for the first that holds cells, or for
    all that do with `all_of_them`; where these are several, each has a source of its own.

    Raises UserFixable for a workbook with a password, one that unpacks into too much, and a sheet
    that is not there.
    """
    book = _open(source, _plain(source, place, number))
    names = list(book.sheet_names)
    if sheet and sheet not in names:
        raise UserFixable(
            told(
                "{name} has no sheet {sheet}.{hint} Sheets: {names}.",
                name=source.name,
                sheet=repr(sheet),
                hint=did_you_mean(sheet, names),
                names=", ".join(names),
            )
        )
    made: list[Prepared] = []
    for place_of, name in enumerate([sheet] if sheet else names):
        found = book.get_sheet_by_name(name)
        if not (found.height and found.width):
            continue
        path = place.folder / f"{number}.{place_of}.txt"
        own = replace(source, sheet=name, name=f"{source.name} › {name}")
        made.append(_written(own, found, path))
        if not all_of_them:
            break
    if not made:
        raise UserFixable(told("{name} is empty. Get the file again.", name=source.name))
    if len(made) == 1:
        return (replace(made[0], source=source),)
    return tuple(made)


def _written(source: Source, sheet: calamine.CalamineSheet, path: Path) -> Prepared:
    lines = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for row in sheet.iter_rows():
            writer.writerow([_text(cell) for cell in row])
            lines += 1
    return Prepared(source, path, None, lines, path.stat().st_size, is_canonical=True)


def _text(cell: object) -> str:
    """A cell's value as text that reads back as the same value."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case dt.datetime():
            return cell.isoformat(" ")
        case dt.date() | dt.time():
            return cell.isoformat()
        case dt.timedelta():
            return str(cell)
    return str(cell).replace("\0", "")


def _plain(source: Source, place: Workspace, number: int) -> Path:
    """The workbook, unpacked from its gzip, after a look at what is in it."""
    path = source.path
    if source.is_gzip:
        path = place.folder / f"{number}.book"
        grown = 0
        try:
            with opened(source) as file, path.open("wb") as out:
                while piece := file.read(_CHUNK):
                    grown += len(piece)
                    check_growth(source.name, source.size, grown, MOST_BYTES)
                    out.write(piece)
        except (EOFError, zlib.error, OSError) as error:
            raise _broken(source) from error
    if zipfile.is_zipfile(path):
        _check_parts(source, path)
    return path


def _check_parts(source: Source, path: Path) -> None:
    """Unpack every part once, without keeping it: sizes that a zip declares may be lies."""
    grown = 0
    try:
        with zipfile.ZipFile(path) as book:
            for part in book.infolist():
                with book.open(part) as file:
                    while piece := file.read(_CHUNK):
                        grown += len(piece)
                        check_growth(source.name, source.size, grown, MOST_BYTES)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, OSError) as error:
        raise _broken(source) from error


def _open(source: Source, path: Path) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    except calamine.PasswordError as error:
        raise _locked(source) from error
    except (calamine.CalamineError, OSError) as error:
        # A workbook with a password is an OLE file that holds the packed one.
        with path.open("rb") as file:
            head = file.read(64 * 1024)
        if "EncryptedPackage".encode("utf-16-le") in head or b"EncryptionInfo" in head:
            raise _locked(source) from error
        raise _broken(source) from error


def _locked(source: Source) -> UserFixable:
    return UserFixable(
        told(
            "{name} has a password. Open it in Excel, save a copy without one, and import that.",
            name=source.name,
        )
    )


def _broken(source: Source) -> UserFixable:
    return UserFixable(
        told("{name} is broken or not complete. Get the file again.", name=source.name)
    )
