"""Writes the passport of each answer, and runs an answer again by its passport."""

from core.passbook.book import Passbook

__all__ = ["Passbook"]
