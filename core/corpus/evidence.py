"""What a case keeps of the answer that it is about: enough to judge it later, and bounded."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import Any

from core.types import Answer

_ROWS = 5
_COLUMNS = 40
_CELL_CHARS = 200
_NOTES = 20
_TRIED = 12
_TRIED_CHARS = 2_000


def evidence_of(answer: Answer) -> dict[str, Any]:
    """Interpretation, first rows, quality and trace of an answer, as JSON can hold them.

    rows are cells in the order of columns; a long text is cut. timings_ms: by stage.
    """
    columns = answer.columns[:_COLUMNS]
    result = answer.result
    rows: list[list[Any]] = []
    if result is not None:
        head = result.table.slice(0, _ROWS).columns[: len(columns)]
        rows = [list(map(_cell, row)) for row in zip(*(c.to_pylist() for c in head), strict=True)]
    return {
        "status": answer.status,
        "route": answer.source or "",
        "headline": answer.headline[:_CELL_CHARS],
        "message": answer.message[:_CELL_CHARS],
        "chips": [
            {"kind": c.kind, "label": c.label[:_CELL_CHARS], "detail": c.detail[:_CELL_CHARS]}
            for c in answer.chips
        ],
        "plan": repr(answer.plan)[:4_000] if answer.plan is not None else "",
        "columns": [{"name": c.name, "label": c.label, "unit": c.unit or ""} for c in columns],
        "rows": rows,
        "row_count": result.row_count if result is not None else 0,
        "truncated": result.truncated if result is not None else False,
        "quality": _plain(dataclasses.asdict(answer.quality)) if answer.quality else {},
        "empty": str(answer.empty or ""),
        "notes": [n[:_CELL_CHARS] for n in answer.notes[:_NOTES]],
        "way": answer.made.why[:_CELL_CHARS] if answer.made is not None else "",
        "attempts": _attempts(answer),
        "timings_ms": {k: round(v, 1) for k, v in answer.timings_ms.items()},
    }


def _attempts(answer: Answer) -> list[dict[str, Any]]:
    """What a language model tried, in order."""
    if answer.made is None:
        return []
    return [
        {
            "model": a.model[:_CELL_CHARS],
            "output": a.output,
            "text": a.text[:_TRIED_CHARS],
            "outcome": a.outcome,
            "why": a.why[:_TRIED_CHARS],
            "rows": a.rows,
            "ms": round(a.total_ms, 1),
        }
        for a in answer.made.attempts[:_TRIED]
    ]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: _cell(v) for k, v in values.items()}


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)[:_CELL_CHARS]
