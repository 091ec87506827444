"""Rows in the demo plant's columns that are hard to carry, and what must arrive of them."""

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import duckdb

from data.demo.schema import TABLES

ODD_TEXTS = [
    "plain",
    "tab\there, line\nbreak, carriage\rreturn",
    "quote \" and ' and \\ backslash",
    "\\N",
    "NULL",
    "",
    " spaces around ",
    "Hải Phòng – Größe Ω 𝔊 🙂",
    "a,b;c|d\x01e",
]


def row_of(columns: tuple[tuple[str, str], ...], n: int) -> list[object]:
    row: list[object] = []
    for place, (name, kind) in enumerate(columns):
        if name != "event_date" and (n + place) % 7 == 0:
            row.append(None)
        elif kind == "DATE":
            row.append(date(2026, 1 + n % 3, 1 + n % 28))
        elif kind == "TIMESTAMP":
            row.append(datetime(2026, 3, 29, 2, 59, 59, 123456 if n % 2 else 0))
        elif kind == "VARCHAR":
            row.append(ODD_TEXTS[(n + place) % len(ODD_TEXTS)])
        elif kind == "BIGINT":
            row.append(9_007_199_254_740_993 + n)
        else:
            row.append([0.1, -0.0, 1e-300, 1.7976931348623157e308, 5.0][n % 5])
    return row


def expected(path: Path, table: str) -> Counter[str]:
    """The rows as StarRocks would read them from JSON, asked of DuckDB in its own way."""
    texts = ", ".join(
        f"strftime({name}, '%Y-%m-%d %H:%M:%S') || CASE WHEN microsecond({name}) % 1000000 = 0 "
        f"THEN '' ELSE strftime({name}, '.%f') END AS {name}"
        if kind == "TIMESTAMP"
        else (f"CAST({name} AS VARCHAR) AS {name}" if kind == "DATE" else name)
        for name, kind in TABLES[table]
    )
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(f"SELECT {texts} FROM {table}").fetchall()
    names = [name for name, _ in TABLES[table]]
    return Counter(json.dumps(dict(zip(names, row, strict=True)), sort_keys=True) for row in rows)
