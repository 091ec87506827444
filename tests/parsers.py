"""Parsers that are made once: building one takes longer than all else of a start."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.language import Lexicon, QuestionParser
from core.language.rendering.wordbook import Wordbook
from core.language.vocabulary import Vocabulary
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel

_PARSERS: dict[tuple[object, ...], QuestionParser] = {}


def parser_once(
    model: SemanticModel,
    facts: DataFacts,
    lexicon: Lexicon,
    read_books: Sequence[Callable[[Vocabulary], Wordbook]] = (),
) -> QuestionParser:
    """A parser is a pure function of its arguments; building one a command would take minutes."""
    key = (model.version, facts.now, facts.values)
    if key not in _PARSERS:
        _PARSERS[key] = QuestionParser(model, facts, lexicon, read_books)
    return _PARSERS[key]
