"""Reads an .xlsx as the parts it is made of, so that a formula cannot hide behind a reader."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@dataclass(frozen=True)
class Sheet:
    """cells: row by row, texts as str and numbers as float; formulas: how many cells hold one."""

    cells: list[list[str | float]]
    formulas: int
    formats: list[str]


def read_sheets(content: bytes) -> list[Sheet]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = book.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            root = ET.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(i.itertext()) for i in root.findall("m:si", _NS)]
        styles = ET.fromstring(book.read("xl/styles.xml"))
        formats = [n.get("formatCode", "") for n in styles.iter(f"{{{_NS['m']}}}numFmt")]
        assert not [n for n in names if "external" in n.lower() or "vba" in n.lower()]
        sheets = sorted(n for n in names if n.startswith("xl/worksheets/sheet"))
        return [_sheet(ET.fromstring(book.read(name)), shared, formats) for name in sheets]


def _sheet(root: ET.Element, shared: list[str], formats: list[str]) -> Sheet:
    cells: list[list[str | float]] = []
    for row in root.iter(f"{{{_NS['m']}}}row"):
        line: list[str | float] = []
        for cell in row.findall("m:c", _NS):
            value = cell.findtext("m:v", "", _NS)
            if cell.get("t") == "s":
                line.append(shared[int(value)])
            elif cell.get("t") == "inlineStr":
                line.append("".join(cell.itertext()))
            else:
                line.append(float(value) if value else "")
        cells.append(line)
    links = root.findall(".//m:hyperlink", _NS)
    formulas = len(root.findall(".//m:f", _NS)) + len(links)
    return Sheet(cells, formulas, formats)
