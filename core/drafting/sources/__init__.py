"""Databases that a model can be drafted from, behind one class."""

from core.drafting.sources.address import Where, parse_where
from core.drafting.sources.open import open_source
from core.drafting.sources.source import Source, changed

__all__ = ["Source", "Where", "changed", "open_source", "parse_where"]
