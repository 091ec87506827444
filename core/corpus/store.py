"""The corpus of one installation: its parts over one database and one audit."""

from __future__ import annotations

from pathlib import Path

from core.corpus.browse import Browse
from core.corpus.cases import Cases
from core.corpus.editing import Editing
from core.corpus.ledger import Ledger
from core.corpus.publishing import Publishing
from core.corpus.saved import take_over
from core.corpus.seeds import Seeds
from core.corpus.tables import META
from core.corpus.twins import Twins
from core.corpus.values import Record
from core.state import open_state


class Corpus:
    """Entries, what is live of them, and what waits for review. Thread-safe; safe with several
    processes on one database.

    browse: lists, one entry, histories. editing: acts on entries. live: staged, published, rolled
    back. twins: duplicates and conflicts. seeds: files' entries. cases: the review queue.
    """

    def __init__(self, folder: Path, record: Record) -> None:
        """folder: where the state database stands; record: the audit log's. Raises Unavailable
        when the folder cannot be written."""
        ledger = Ledger(open_state(folder, META), record)
        self._ledger = ledger
        self.browse = Browse(ledger)
        self.editing = Editing(ledger)
        self.live = Publishing(ledger)
        self.twins = Twins(ledger)
        self.seeds = Seeds(ledger)
        self.cases = Cases(ledger)
        take_over(ledger)

    def close(self) -> None:
        """Close the file."""
        self._ledger.engine.dispose()
