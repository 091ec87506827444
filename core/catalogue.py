"""Everything that a question can name: figures, splits and values, with units and synonyms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.assistant import ModelParts
from core.semantic import units
from core.types import User


def catalogue(
    parts: ModelParts, user: User, visible: Mapping[str, frozenset[str]]
) -> list[dict[str, Any]]:
    """Everything that this user can name: figures, splits, values; with units and synonyms.

    visible: table -> the columns that their role may see.
    """
    seen_by_role = frozenset().union(*visible.values())
    rows = [
        _row("metric", metric.label, metric.unit, metric.synonyms, metric.description)
        for metric in parts.model.metrics.values()
    ]
    seen: set[str] = set()
    for table in parts.model.tables.values():
        for column in table.columns.values():
            if column.name in seen or column.name not in seen_by_role:
                continue
            if column.role in ("time", "text"):
                continue
            seen.add(column.name)
            kind = "measure" if column.role == "measure" else "dimension"
            rows.append(_row(kind, column.label, column.unit, column.synonyms, column.description))
    scopes = set(user.plants)
    values: dict[tuple[str, str], set[str]] = {}
    for entry in parts.facts.values:
        values.setdefault((entry.column, entry.text), set()).update(entry.scopes)
    for (name, text), where in values.items():
        if name not in seen_by_role or (where and not where & scopes):
            continue
        column = next(t.columns[name] for t in parts.model.tables.values() if name in t.columns)
        rows.append(_row("value", text, None, column.value_synonyms.get(text, ()), column.label))
    return rows


def _row(
    kind: str, label: str, unit: str | None, synonyms: tuple[str, ...], description: str
) -> dict[str, Any]:
    return {
        "kind": kind,
        "label": label,
        "unit": units.display_unit(unit) if unit else "",
        "synonyms": ", ".join(synonyms),
        "description": description,
    }
