"""What Gemba was taught, ready to answer with: live entries, their index, the verified pairs."""

from core.knowledge.book import Book, Likeness
from core.knowledge.declared import declared_entries
from core.knowledge.knowledge import Knowledge

__all__ = ["Book", "Knowledge", "Likeness", "declared_entries"]
