"""What an import of one table or of several recognised and found, as lines and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.ingest.load import Opened
from core.ingest.proposed import Proposal
from core.ingest.report import LoadReport, as_json
from core.ingest.several import OpenedTables
from core.ingest.shown import recognised_as_json, recognised_lines, report_lines
from core.ingest.tables import TablesReport


def looked_at_lines(ready: Opened | OpenedTables) -> list[str]:
    """What the files are, table by table where they are several, for a terminal."""
    if isinstance(ready, Opened):
        return recognised_lines(ready.found)
    tables = ready.tables
    lines = _adding_lines(ready)
    if not lines:
        lines = [f"{len(tables)} tables: {', '.join(table.name for table in tables)}"]
    for table in tables:
        lines += ["", f"Table {table.name}", *recognised_lines(table.found), *table.notes]
    lines += ["", *ready.notes] if ready.notes else []
    if ready.is_alike:
        lines += [
            "",
            "Files of the same columns: --same-columns one or apart, or --table NAME=FILES",
        ]
    return lines


def _adding_lines(ready: OpenedTables) -> list[str]:
    """Which table each file's rows come to; none where they replace what is there."""
    if not ready.adds_to:
        return []
    lines = [f"Rows come to {len(ready.tables)} of {len(ready.there)} tables of {ready.adds_to}:"]
    for table in ready.tables:
        is_open = any(question.about == "table" for question in table.found.questions)
        where = "to be answered" if is_open else table.name
        lines.append(f"  {', '.join(table.found.names)} -> {where}")
    rest = [name for name in ready.there if name not in {table.name for table in ready.tables}]
    return [*lines, *([f"Nothing comes to {', '.join(rest)}"] if rest else [])]


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
        ],
        "adds_to": ready.adds_to or None,
        "there": list(ready.there),
        "left_out": [source.name for source in ready.left_out],
        "notes": [str(note) for note in ready.notes],
    }


def said_lines(report: LoadReport | TablesReport) -> list[str]:
    """What the import found, for a terminal."""
    if isinstance(report, LoadReport):
        return report_lines(report)
    lines = [line for table in report.tables for line in report_lines(table)]
    rows = sum(table.stored for table in report.tables)
    many = "1 table" if len(report.tables) == 1 else f"{len(report.tables)} tables"
    lines.append(f"{many}, {rows:,} rows in {report.elapsed_s:.1f} s")
    if report.proposal is not None:
        lines += proposal_lines(report.proposal)
    return [*lines, *(f"To confirm: {note}" for note in report.confirm)]


def proposal_lines(proposal: Proposal) -> list[str]:
    """Joins and times of a drafted model, for a terminal."""
    lines = [
        f"Join: {', '.join(f'{one.left}.{a} = {one.right}.{b}' for a, b in one.pairs)}"
        for one in proposal.joins
    ]
    return [
        *lines,
        *(f"Time of {table}: {time or 'none'}" for table, time in proposal.times.items()),
    ]


def said_as_json(report: LoadReport | TablesReport) -> dict[str, Any]:
    """The report as values that JSON has."""
    if isinstance(report, LoadReport):
        return as_json(report)
    return {
        "name": report.name,
        "tables": [as_json(table) for table in report.tables],
        "confirm": [str(note) for note in report.confirm],
        "joins": [asdict(one) for one in report.proposal.joins] if report.proposal else [],
        "times": dict(report.proposal.times) if report.proposal else {},
        "elapsed_s": report.elapsed_s,
        "target": str(report.target) if report.target else None,
        "model": report.model,
    }
