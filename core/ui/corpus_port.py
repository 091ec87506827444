"""What the corpus page asks of its desk; `core.curation.desk.Desk` and the tests' stand-in have
it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from core.corpus import (
    Batch,
    Case,
    FieldChange,
    Group,
    LiveChange,
    Page,
    Publish,
    Report,
    Search,
    Stored,
    Version,
)
from core.corpus.case import CaseKind, CaseState
from core.corpus.transfer import Format, Imported
from core.curation.checking import Checked, Draft
from core.curation.desk import Tested
from core.curation.suggesting import Suggestion
from core.curation.trial import Trial
from core.curation.wording import Proposal
from core.types import CancelToken


class Desk(Protocol):
    """The corpus of one model for one admin. Every act is one batch, all or nothing. Any method
    may raise a GembaError that says what to do; times are UTC, naive."""

    @property
    def model(self) -> str: ...

    @property
    def plants(self) -> tuple[str, ...]: ...

    def page(self, search: Search) -> Page: ...

    # -- reading

    def get(self, entry: str, /) -> Stored: ...

    def history(self, entry: str, /) -> tuple[Version, ...]: ...

    def difference(self, entry: str, before: int, after: int, /) -> tuple[FieldChange, ...]: ...

    def authors(self) -> tuple[str, ...]: ...

    def batches(self, limit: int = 50) -> tuple[Batch, ...]: ...

    def batch(self, number: int, /) -> Batch: ...

    def twins(self) -> tuple[Group, ...]: ...

    # -- editing

    def check(self, draft: Draft, /) -> Checked:
        """Governs and runs the SQL: up to some seconds."""
        ...

    def save(self, draft: Draft, note: str = "") -> Batch:
        """Adds (no id) or edits. Raises Stale, Duplicate."""
        ...

    def approve(self, ids: Sequence[str], note: str = "") -> Batch: ...

    def reject(self, ids: Sequence[str], note: str = "") -> Batch: ...

    def verify(self, ids: Sequence[str], note: str = "") -> Batch: ...

    def deprecate(self, ids: Sequence[str], note: str = "") -> Batch: ...

    def restore(self, ids: Sequence[str], note: str = "") -> Batch: ...

    def delete(self, ids: Sequence[str], note: str = "") -> Batch: ...

    def purge(self, ids: Sequence[str]) -> Batch: ...

    def merge(self, keep: str, others: Sequence[str]) -> Batch: ...

    def undo(self, batch: int, /) -> Batch: ...

    # -- the review queue

    def queue(
        self,
        *,
        kind: CaseKind | None = None,
        reason: str = "",
        state: CaseState | None = "open",
        offset: int = 0,
        limit: int = 50,
    ) -> tuple[Case, ...]:
        """Most asked first."""
        ...

    def waiting(self) -> Mapping[str, int]:
        """Open cases by kind."""
        ...

    def case(self, case: str, /) -> Case: ...

    def reports(self, case: str, /) -> tuple[Report, ...]: ...

    def accept(self, case: str, draft: Draft, why: str = "") -> Batch: ...

    def fix(self, case: str, draft: Draft | None, why: str = "") -> Batch: ...

    def dismiss(self, cases: Sequence[str], why: str = "") -> Batch: ...

    # -- learning

    def try_retrieval(self, question: str, as_user: str = "") -> Trial: ...

    def accounts(self) -> tuple[str, ...]: ...

    def suggestions(self, limit: int = 30) -> tuple[Suggestion, ...]: ...

    def paraphrases(self, entry: str, /) -> Proposal: ...

    # -- files

    def export(self, fmt: Format, search: Search | None = None) -> bytes: ...

    def import_file(self, content: bytes, fmt: Format, *, dry: bool) -> Imported: ...

    # -- publishing

    def staged(self) -> tuple[LiveChange, ...]: ...

    def gate(self, progress: Callable[[int, int], None], cancel: CancelToken, /) -> Tested:
        """Some 30 s: run it in a job beside the page."""
        ...

    def publish(self, tested: Tested, ids: Sequence[str] | None = None) -> Publish: ...

    def publishes(self, limit: int = 20) -> tuple[Publish, ...]: ...

    def rollback(self, number: int, /) -> Publish: ...
