"""What holds a model's reply to the form that the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass

from core.generation.grammar import Grammars, UserGrammar
from core.generation.port import Constraint
from core.generation.prompt import Visible
from core.generation.query_schema import query_schema, values_seen
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.types import Output


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one person may name. columns: those that the prompt tells of, by table. plants: whose
    values may be named. masked: (table, column) that are shown under a mask. row_cap: the most rows
    that a statement may ask for."""

    model: SemanticModel
    columns: Visible
    facts: DataFacts
    plants: tuple[str, ...]
    masked: frozenset[tuple[str, str]]
    row_cap: int


class Constraints:
    """Grammars and schemas by what somebody may name. Thread-safe; each is made once."""

    def __init__(self) -> None:
        self._grammars = Grammars()

    def of(self, output: Output, allowed: Allowed) -> Constraint | None:
        """What a reply is held to; None for free SQL."""
        if output == "sql":
            return None
        if output == "query":
            values = values_seen(allowed.facts, allowed.plants)
            return query_schema(allowed.model, allowed.columns, values)
        return self._grammar(allowed).grammar

    def example(self, output: Output, allowed: Allowed, sql: str) -> str | None:
        """A verified statement as such a reply would spell it; None where none could say it."""
        return self._grammar(allowed).spelled(sql) if output == "grammar" else sql

    def _grammar(self, allowed: Allowed) -> UserGrammar:
        return self._grammars.of(
            allowed.model,
            allowed.columns,
            allowed.facts,
            plants=allowed.plants,
            row_cap=allowed.row_cap,
            masked=allowed.masked,
        )
