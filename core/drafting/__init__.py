"""Drafts a semantic model from a database, and keeps drafts, versions and what is in force."""

from core.drafting.draft import Drafted
from core.drafting.init import draft_store

__all__ = ["Drafted", "draft_store"]
