"""What was recognised and what an import found, as lines and as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.ingest.recognised import Column, Recognised
from core.ingest.report import Added, LoadReport
from core.semantic.units import display_unit

_SHOWN_COLUMNS = 60
_SHOWN_TAGS = 40
_WIDTH = 22


def recognised_lines(found: Recognised) -> list[str]:
    """What the files are, for a terminal."""
    many = f"{len(found.names)} files" if len(found.names) > 3 else ", ".join(found.names)
    rows = "" if found.rows is None else f", about {found.rows:,} rows"
    lines = [f"{many}: {', '.join(f'{name} {value}' for name, value in found.layout)}{rows}"]
    lines.append(f"Shape: {found.shape}")
    lines += _table(
        ("column", "type", "unit", "such as"),
        [
            (c.source, type_text(c), display_unit(c.unit), ", ".join(c.samples))
            for c in found.columns[:_SHOWN_COLUMNS]
        ],
    )
    if len(found.columns) > _SHOWN_COLUMNS:
        lines.append(f"  and {len(found.columns) - _SHOWN_COLUMNS:,} more columns")
    if found.mapping:
        lines.append("Tags (edit with --write-mapping FILE and --mapping FILE):")
        lines += _table(
            ("tag", "asset", "measure", "unit"),
            [
                (
                    row.tag,
                    row.asset if row.is_used else "not used",
                    row.measure + ("" if row.is_certain else " ?"),
                    display_unit(row.unit),
                )
                for row in found.mapping[:_SHOWN_TAGS]
            ],
        )
        if len(found.mapping) > _SHOWN_TAGS:
            lines.append(f"  and {len(found.mapping) - _SHOWN_TAGS:,} more tags")
    elif found.sample:
        lines.append("First rows:")
        lines += [
            "  " + " | ".join(_short(cell or "") for cell in row[:12]) for row in found.sample[:5]
        ]
    lines += found.notes
    for question in found.questions:
        options = ", ".join(f"--{question.about.replace('_', '-')} {o}" for o, _ in _said(question))
        lines.append(f"To be answered: {question.text} ({options})")
    return lines


def _said(question: Any) -> list[tuple[str, str]]:
    """Options as the command line writes them."""
    words = {".": "point", ",": "comma"}
    return [(words.get(option, option), text) for option, text in question.options]


def recognised_as_json(found: Recognised) -> dict[str, Any]:
    """What the files are, as values that JSON has."""
    return {
        "files": list(found.names),
        "layout": dict(found.layout),
        "shape": found.shape,
        "rows": found.rows,
        "columns": [
            {
                "source": c.source,
                "name": c.name,
                "type": c.type,
                "unit": c.unit,
                "format": c.date.written(found.choices.dates or None) if c.date else None,
                "time_of_day": c.clock.source if c.clock else None,
                "part_of": c.part_of or None,
                "samples": list(c.samples),
            }
            for c in found.columns
        ],
        "tags": [
            {
                "tag": row.tag,
                "asset": row.asset,
                "measure": row.measure,
                "unit": row.unit,
                "area": row.area,
                "use": row.is_used,
                "certain": row.is_certain,
            }
            for row in found.mapping
        ],
        "questions": [
            {"about": q.about, "text": str(q.text), "options": [o for o, _ in _said(q)]}
            for q in found.questions
        ],
        "notes": [str(note) for note in found.notes],
        "sample": [list(row) for row in found.sample],
    }


def report_lines(report: LoadReport) -> list[str]:
    """What the import found, for a terminal."""
    many = f"{len(report.files)} files" if len(report.files) > 3 else ", ".join(report.files)
    read = f"{report.read:,} rows read from {many}"
    lines = [f"{read}, {report.stored:,} rows of {report.name} in {report.elapsed_s:.1f} s"]
    if report.added is not None:
        lines += _added_lines(report.added)
    if report.first and report.last:
        step = f", usually every {step_text(report.interval_s)}" if report.interval_s else ""
        lines.append(f"From {report.first:%Y-%m-%d %H:%M} to {report.last:%Y-%m-%d %H:%M}{step}")
    if report.alike:
        kept = "are kept" if report.shape == "table" else "count once"
        lines.append(f"{report.alike:,} rows repeat another one exactly; they {kept}")
    if report.repeats:
        lines.append(f"{report.repeats:,} readings repeat a time with another value")
    if report.unordered:
        lines.append(f"{report.unordered:,} rows are older than the row before them")
    if report.gap_count:
        lines.append(f"{report.gap_count:,} gaps, the longest:")
        lines += [
            f"  {gap.asset + ': ' if gap.asset else ''}{gap.start:%Y-%m-%d %H:%M} to "
            f"{gap.end:%Y-%m-%d %H:%M} ({gap.missing:,} missing)"
            for gap in report.gaps[:5]
        ]
    if report.untimed:
        lines.append(f"{report.untimed:,} rows without a time were left out")
    lines += [f"{column}: {count:,} cells taken as empty" for column, count in report.bad.items()]
    lines += [
        f"  {cell.file} row {cell.row:,}, {cell.column}: {cell.text!r}"
        for cell in report.bad_cells[:5]
    ]
    if report.qualities:
        parts = ", ".join(f"{count:,} {grade}" for grade, count in report.qualities.items())
        lines.append(f"Quality: {parts}")
    lines += [str(note) for note in report.notes]
    lines += [f"To confirm: {note}" for note in report.confirm]
    return lines


def _added_lines(added: Added) -> list[str]:
    by = (
        f"by {', '.join(added.key)}"
        if added.key
        else "by all columns: one that differs in any is new"
    )
    lines = [f"{added.new:,} rows are new, {added.there:,} were there already ({by})"]
    if added.conflicts:
        which = "the new ones count" if added.taken == "new" else "the old ones stay"
        lines.append(f"{added.conflicts:,} are there with other values; {which}:")
        lines += [f"  {example}" for example in added.examples]
    return [*lines, *added.notes]


def type_text(column: Column) -> str:
    """A column's type, with the form of its times."""
    if column.is_blank:
        return "nothing, left out"
    if column.part_of:
        return f"time of {column.part_of}"
    if column.dress is not None and column.dress.length:
        return f"{column.type}, of {'HH:MM:SS' if column.dress.length == 3 else 'HH:MM'}"
    form = form_text(column)
    return f"{column.type} {form}" if form else column.type


def form_text(column: Column) -> str:
    """How a column writes times, also where the time of day stands in another one; empty for one
    that holds none."""
    date = column.date.written() if column.date else ""
    return f"{date} + {column.clock.form.written()}".lstrip() if column.clock else date


def step_text(seconds: float) -> str:
    """A step between rows: `10 min`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{dt.timedelta(seconds=seconds).total_seconds():g} s"


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    cells = [[_short(cell) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    return [
        "  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _short(cell: str) -> str:
    text = "".join(c if c.isprintable() else " " for c in cell)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
