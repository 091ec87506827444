"""From a question in words to a SemanticQuery."""

from core.language.lexicon import Lexicon, load_lexicon
from core.language.parser import QuestionParser
from core.language.reading import Reading

__all__ = ["Lexicon", "QuestionParser", "Reading", "load_lexicon"]
