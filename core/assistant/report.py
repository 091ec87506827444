"""An answer as one JSON object, and as lines for a terminal."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.insights import quality_line
from core.semantic.display import format_change, format_number, format_value, unit_symbol
from core.semantic.exact import digits, is_held, is_number
from core.translation import gettext as _
from core.types import Answer, ReadWindow, ResultColumn, Verified

_TEXT_ROWS = 20


def as_json(answer: Answer) -> dict[str, Any]:
    """The object that `ask --json` prints."""
    table = answer.result.table if answer.result is not None else None
    windows = _windows(answer)
    return {
        "id": answer.id,
        "question": answer.question,
        "status": answer.status,
        "intent": answer.intent,
        "source": answer.source,
        "model": answer.model,
        "follows": answer.follows or None,
        "user": answer.user.name,
        "plan": _plain(answer.plan),
        "beside": _plain(answer.beside.asked) if answer.beside is not None else None,
        "sql": answer.sql,
        "columns": [
            {"name": c.name, "label": c.label, "unit": c.unit, "type": c.type, "role": c.role}
            for c in answer.columns
        ],
        "rows": [_plain(list(row.values())) for row in table.to_pylist()] if table else [],
        "row_count": answer.result.row_count if answer.result is not None else 0,
        "read_at": _plain(answer.result.read_at) if answer.result is not None else None,
        "truncated": answer.result.truncated if answer.result is not None else False,
        "time_window": _whole_window(windows),
        "time_windows": windows,
        "data_quality": _plain(answer.quality),
        "chart": _plain(answer.chart),
        "headline": answer.headline,
        "drift": _plain(answer.drift),
        "insights": [{"kind": f.kind, "text": f.text} for f in answer.facts],
        "chips": [{"kind": c.kind, "label": c.label, "detail": c.detail} for c in answer.chips],
        "explanation": answer.explanation,
        "clarification": None
        if answer.clarification is None
        else {
            "question": answer.clarification.question,
            "options": [
                {"label": o.label, "question": o.question} for o in answer.clarification.options
            ],
            "unknown_words": list(answer.clarification.unknown_words),
        },
        "message": answer.message,
        "empty": answer.empty,
        "rule": answer.rule or None,
        "verified": None if answer.verified is None else _verified(answer.verified),
        "notes": list(answer.notes),
        "narration": list(answer.narration),
        "made": _plain(answer.made),
        "proof": None
        if answer.governed is None
        else {
            "tables": list(answer.governed.tables),
            "predicates": _plain(answer.governed.predicates),
            "masked": list(answer.governed.masked),
            "rules_version": answer.governed.rules_version,
        },
        "cost": None
        if answer.estimate is None
        else {"rows": answer.estimate.rows, "scans": _plain(answer.estimate.scans)},
        "timings_ms": dict(answer.timings_ms),
    }


def _windows(answer: Answer) -> list[dict[str, Any]]:
    """Each time that the answer reads; `first` and `last` of the data where it has no bound."""
    read = answer.windows
    if answer.plan is not None:
        plan = answer.plan
        other = plan.comparison.window if plan.comparison is not None else None
        read = tuple(ReadWindow(w) for w in (plan.time, other) if w is not None)
    return [
        {
            "start": _plain(one.window.start if one.window else None),
            "end": _plain(one.window.end if one.window else None),
            "axis": one.window.axis if one.window else None,
            "of": one.of,
            "first": _plain(one.first),
            "last": _plain(one.last),
        }
        for one in read
    ]


def _whole_window(windows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The time of the answer's own plan or SQL; of several times the first, which its rows are of.
    None without a bound."""
    first = next(iter(windows), None)
    if first is None or first["axis"] is None:
        return None
    return {key: first[key] for key in ("start", "end", "axis")}


def _verified(verified: Verified) -> dict[str, Any]:
    """The pair that answered; its SQL as governed is the answer's own."""
    found = {f.name: _plain(getattr(verified, f.name)) for f in dataclasses.fields(verified)}
    found.pop("sql")
    return found


def _plain(value: Any) -> Any:
    """A value as JSON holds it: dataclasses as objects, moments as ISO text, no NaN."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, float) and value != value:
        return None
    return value


def _decimal(value: Decimal) -> int | float | str:
    """A number where a reader that takes JSON's numbers as doubles has all of its digits, else
    the digits as text."""
    if not is_held(value):
        return digits(value)
    return int(value) if value == value.to_integral_value() else float(value)


def as_text(answer: Answer) -> str:
    """Lines for a terminal: the sentence, the first rows, how it was understood, the SQL."""
    lines = []
    if answer.status == "answered":
        lines.append(answer.headline)
        lines += _table(answer)
        lines += answer.narration or [f"- {fact.text}" for fact in answer.facts]
    elif answer.clarification is not None:
        lines.append(answer.clarification.question)
        lines += [f"  {i}. {o.label}" for i, o in enumerate(answer.clarification.options, 1)]
    else:
        lines.append(answer.message)
    if answer.chips:
        lines.append(_("Understood: ") + " · ".join(c.label for c in answer.chips))
    if answer.quality is not None and quality_line(answer.quality):
        lines.append(_("Data: ") + quality_line(answer.quality))
    if answer.result is not None and answer.result.read_at is not None:
        lines.append(
            _("Rows: read at {read_at:%Y-%m-%d %H:%M} UTC, data unchanged").format(
                read_at=answer.result.read_at
            )
        )
    if answer.verified is not None:
        verified = answer.verified
        by = _(" by {name}").format(name=verified.by) if verified.by else ""
        on = _(" on {day:%Y-%m-%d}").format(day=verified.on) if verified.on is not None else ""
        text = _("Verified{by}{on}: “{question}”")
        lines.append(text.format(by=by, on=on, question=verified.question))
    if answer.source == "model" and answer.made is not None:
        lines.append(
            _("Written by {model}: {why}").format(model=answer.made.model, why=answer.made.why)
        )
    lines += [_("Note: {note}").format(note=note) for note in answer.notes]
    if answer.sql:
        lines += ["", answer.sql]
    return "\n".join(lines) + "\n"


def _cell(value: object, column: ResultColumn) -> str:
    """A value as the table shows it; a difference of two ratios is in points."""
    if column.role == "change" and is_number(value):
        return format_change(value, column)
    return format_value(value, column)


def _table(answer: Answer) -> list[str]:
    if answer.result is None or answer.result.row_count == 0:
        return []
    header = [
        f"{c.label} ({unit_symbol(c.unit)})" if unit_symbol(c.unit) else c.label
        for c in answer.columns
    ]
    rows = [
        [_cell(v, c) for v, c in zip(row.values(), answer.columns, strict=False)]
        for row in answer.result.table.slice(0, _TEXT_ROWS).to_pylist()
    ]
    widths = [max(len(r[i]) for r in [header, *rows]) for i in range(len(header))]
    lines = ["  ".join(t.ljust(w) for t, w in zip(r, widths, strict=True)) for r in [header, *rows]]
    more = answer.result.row_count - len(rows)
    return [
        *lines,
        *([_("... {n} more rows").format(n=format_number(more, 0))] if more > 0 else []),
    ]
