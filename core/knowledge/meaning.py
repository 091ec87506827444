"""What a pair means, as a text: equal texts, equal meanings."""

from __future__ import annotations

from core.entries import Entry
from core.semantic.compile import canonical
from core.semantic.model import SemanticModel
from core.semantic.recognise import recognise


def meaning_of(entry: Entry, model: SemanticModel) -> str:
    """The query that a pair's SQL says, in its canonical form; empty for a note, and for SQL that
    says what no SemanticQuery can."""
    if entry.kind != "qa" or not entry.sql.strip():
        return ""
    query = recognise(entry.sql, model)
    return repr(canonical(query, model)) if query is not None else ""
