"""What Gemba was taught, kept with its history: state alone, without governance or search."""

from core.corpus.case import REASONS, AskedOften, Case, Report, SavedQuestion, Told
from core.corpus.evidence import evidence_of
from core.corpus.seeds import Seeded
from core.corpus.store import Corpus
from core.corpus.twins import Group
from core.corpus.values import (
    Batch,
    Change,
    Duplicate,
    Edit,
    FieldChange,
    LiveChange,
    New,
    Page,
    Publish,
    Search,
    Stale,
    Stored,
    Twin,
    Version,
)

__all__ = [
    "REASONS",
    "AskedOften",
    "Batch",
    "Case",
    "Change",
    "Corpus",
    "Duplicate",
    "Edit",
    "FieldChange",
    "Group",
    "LiveChange",
    "New",
    "Page",
    "Publish",
    "Report",
    "SavedQuestion",
    "Search",
    "Seeded",
    "Stale",
    "Stored",
    "Told",
    "Twin",
    "Version",
    "evidence_of",
]
