"""Workbooks of the kinds that no library here writes: `.xls` (BIFF8, compound) and `.xlsb`."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

Rows = Sequence[Sequence[str | float]]
_SECTOR = 512
_FREE, _END, _OF_FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_RELATIONS = (
    '<?xml version="1.0"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.bin"/></Relationships>'
)


def write_xls(path: Path, rows: Rows, sheet: str = "Jobs") -> None:
    """One sheet of texts and numbers, as Excel 97 writes it."""
    name = struct.pack("<BB", len(sheet), 0) + sheet.encode("latin-1")
    before = _biff(0x0809, struct.pack("<6H4x", 0x0600, 0x0005, 0, 1997, 0, 0))
    before += _biff(0x0042, struct.pack("<H", 1200))
    begins = len(before) + 4 + 6 + len(name) + 4
    before += _biff(0x0085, struct.pack("<IBB", begins, 0, 0) + name) + _biff(0x000A, b"")
    inside = _biff(0x0809, struct.pack("<6H4x", 0x0600, 0x0010, 0, 1997, 0, 0))
    inside += _biff(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0))
    for r, c, cell in _cells(rows):
        at = struct.pack("<HHH", r, c, 0)
        if isinstance(cell, str):
            text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
            inside += _biff(0x0204, at + text)
        else:
            inside += _biff(0x0203, at + struct.pack("<d", cell))
    path.write_bytes(_compound("Workbook", before + inside + _biff(0x000A, b"")))


def _biff(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _compound(name: str, content: bytes) -> bytes:
    """A compound file with one stream, of 4,096 bytes at least: shorter ones lie elsewhere."""
    content = content.ljust(4096, b"\0")
    content = content.ljust(-(-len(content) // _SECTOR) * _SECTOR, b"\0")
    first, many = 2, len(content) // _SECTOR
    chain = [*range(first + 1, first + many), _END]
    fat = [_OF_FAT, _END, *chain]
    assert len(fat) <= _SECTOR // 4
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<5H6x", 0x003E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, first, len(content))
    return header + struct.pack("<128I", *fat) + folder.ljust(_SECTOR, b"\0") + content


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    made = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    return (
        made + struct.pack("<3I", _FREE, _FREE, child) + bytes(36) + struct.pack("<IQ", start, size)
    )


def write_xlsb(path: Path, rows: Rows, sheet: str = "Jobs") -> None:
    """One sheet of texts and numbers, as Excel writes its binary workbooks."""
    named = struct.pack("<II", 0, 1) + _wide("rId1") + _wide(sheet)
    book = _brt(131) + _brt(143) + _brt(156, named) + _brt(144) + _brt(132)
    inside = _brt(129) + _brt(
        148, struct.pack("<4I", 0, len(rows) - 1, 0, max(0, len(rows[0]) - 1))
    )
    inside += _brt(145)
    row = -1
    for r, c, cell in _cells(rows):
        if r != row:
            inside, row = inside + _brt(0, struct.pack("<I", r) + bytes(21)), r
        at = struct.pack("<II", c, 0)
        is_text = isinstance(cell, str)
        inside += (
            _brt(6, at + _wide(str(cell))) if is_text else _brt(5, at + struct.pack("<d", cell))
        )
    inside += _brt(146) + _brt(130)
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("xl/workbook.bin", book)
        out.writestr("xl/_rels/workbook.bin.rels", _RELATIONS)
        out.writestr("xl/worksheets/sheet1.bin", inside)


def _brt(kind: int, data: bytes = b"") -> bytes:
    return _seven(kind) + _seven(len(data)) + data


def _seven(number: int) -> bytes:
    """Seven bits a byte, the last one below 128."""
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    return bytes([*made, number])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _cells(rows: Rows) -> Iterator[tuple[int, int, str | float]]:
    return ((r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row))
