"""What an import of one table or of several recognised and found, as lines and as JSON."""

from __future__ import annotations

from typing import Any

from core.ingest.load import Opened
from core.ingest.report import LoadReport, as_json
from core.ingest.several import OpenedTables, TablesReport
from core.ingest.shown import recognised_as_json, recognised_lines, report_lines


def looked_at_lines(ready: Opened | OpenedTables) -> list[str]:
    """What the files are, table by table where they are several, for a terminal."""
    if isinstance(ready, Opened):
        return recognised_lines(ready.found)
    tables = ready.tables
    lines = [f"{len(tables)} tables: {', '.join(table.name for table in tables)}"]
    for table in tables:
        lines += ["", f"Table {table.name}", *recognised_lines(table.found), *table.notes]
    return lines


def looked_at_as_json(ready: Opened | OpenedTables) -> dict[str, Any]:
    """What the files are, as values that JSON has."""
    if isinstance(ready, Opened):
        return {"recognised": recognised_as_json(ready.found)}
    return {
        "tables": [
            {
                "name": table.name,
                "notes": [str(note) for note in table.notes],
                "recognised": recognised_as_json(table.found),
            }
            for table in ready.tables
        ]
    }


def said_lines(report: LoadReport | TablesReport) -> list[str]:
    """What the import found, for a terminal."""
    if isinstance(report, LoadReport):
        return report_lines(report)
    lines = [line for table in report.tables for line in report_lines(table)]
    rows = sum(table.stored for table in report.tables)
    lines.append(f"{len(report.tables)} tables, {rows:,} rows in {report.elapsed_s:.1f} s")
    return [*lines, *(f"To confirm: {note}" for note in report.confirm)]


def said_as_json(report: LoadReport | TablesReport) -> dict[str, Any]:
    """The report as values that JSON has."""
    if isinstance(report, LoadReport):
        return as_json(report)
    return {
        "name": report.name,
        "tables": [as_json(table) for table in report.tables],
        "confirm": [str(note) for note in report.confirm],
        "elapsed_s": report.elapsed_s,
        "target": str(report.target) if report.target else None,
        "model": report.model,
    }
