"""What Gemba was taught, ready to answer with: declared entries, live ones, their search index."""

from core.knowledge.declared import declared_entries
from core.knowledge.knowledge import Knowledge

__all__ = ["Knowledge", "declared_entries"]
