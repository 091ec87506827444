"""Places in SQL by the names that people have for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.query import Filter, Op
from core.verified.dictionary import Dictionary

_KEPT = 4


def names_of_places(model: SemanticModel, facts: DataFacts) -> Callable[[Filter], Filter]:
    """Turns a condition on a plant's code into the one on its name, where the data have one name
    for each code; gives any other condition back."""
    twins = _twins(_Once(model, facts))

    def named(one: Filter) -> Filter:
        if one.op not in (Op.EQ, Op.NE, Op.IN, Op.NOT_IN):
            return one
        for (source, to), words in twins.items():
            if source == one.column and all(value in words for value in one.values):
                return replace(one, column=to, values=tuple(words[str(v)] for v in one.values))
        return one

    return named


class _Once:
    """A model and its data by what they are, not by what is in them."""

    def __init__(self, model: SemanticModel, facts: DataFacts) -> None:
        self.model, self.facts = model, facts

    def __hash__(self) -> int:
        return hash((id(self.model), id(self.facts)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Once):
            return NotImplemented
        return self.model is other.model and self.facts is other.facts


@lru_cache(_KEPT)
def _twins(of: _Once) -> dict[tuple[str, str], dict[str, str]]:
    """(code, name) -> the name of each code."""
    scopes = {table.scope for table in of.model.tables.values()}
    twins = Dictionary.of(of.model, of.facts).twins
    return {pair: words for pair, words in twins.items() if pair[0] in scopes}
