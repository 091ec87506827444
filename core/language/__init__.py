"""From a question in words to a SemanticQuery."""

from core.language.lexicon import Lexicon, load_lexicon
from core.language.parser import QuestionParser
from core.language.reading import Reading
from core.language.rendering.model_words import book_of, books_of, check_words

__all__ = [
    "Lexicon",
    "QuestionParser",
    "Reading",
    "book_of",
    "books_of",
    "check_words",
    "load_lexicon",
]
