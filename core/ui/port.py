"""What the pages ask of the services; `core.services.Services` and the tests' stand-in have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

from core.board_desk import BoardDesk
from core.corpus import SavedQuestion
from core.governance.access import Access
from core.governance.policy import Role
from core.handover import HandoverDesk
from core.history import Run
from core.inspection.report import Report
from core.settings import Settings
from core.types import Answer, CancelToken, Progress, User
from core.ui.corpus_port import Desk


class Policy(Protocol):
    """Who may see what. `user` raises UserFixable for a name that it does not know."""

    @property
    def accounts(self) -> Mapping[str, Any]: ...

    def user(self, name: str) -> User: ...

    def role(self, user: User) -> Role | None: ...


class Services(Protocol):
    """The services as the pages use them. All of it may be called from any thread."""

    @property
    def settings(self) -> Settings: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def boards(self) -> BoardDesk: ...

    @property
    def handover(self) -> HandoverDesk: ...

    def model_names(self) -> tuple[str, ...]: ...

    def ask(
        self,
        question: str,
        user: User,
        *,
        session: str = "",
        model: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        """Any number of Progress, then exactly one Answer."""
        ...

    def inspect_sql(self, sql: str, user: User, *, model: str | None = None) -> Report:
        """What every rule says of a statement, what it means, would read and could be better."""
        ...

    def run_sql(
        self,
        sql: str,
        user: User,
        *,
        model: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        """Any number of Progress, then exactly one Answer with source `sql`."""
        ...

    def history(self, user: User, *, everyone: bool = False, limit: int = 100) -> tuple[Run, ...]:
        """The newest queries first; `everyone` counts only for who administers."""
        ...

    def past_run(self, answer_id: str, user: User) -> Run | None: ...

    def save_question(
        self, question: str, sql: str, user: User, *, model: str | None = None
    ) -> SavedQuestion:
        """Raises Refused or UserFixable with what to do."""
        ...

    def saved_questions(
        self, user: User, *, everyone: bool = False
    ) -> tuple[SavedQuestion, ...]: ...

    def access(self, user: User) -> tuple[Access, ...]:
        """What this person may see, first; for who administers, every account after it."""
        ...

    def suggestions(self, user: User, model: str | None = None) -> tuple[str, ...]: ...

    def catalogue(self, user: User, model: str | None = None) -> Sequence[Mapping[str, Any]]:
        """Rows with kind (metric, dimension, measure, value), label, unit, synonyms,
        description."""
        ...

    def desk(self, user: User, model: str | None = None) -> Desk:
        """The corpus for who administers; raises Refused for others."""
        ...

    def status(self) -> Mapping[str, Any]:
        """`model_state` (words), `data_to` (datetime or None), `ok`; `model_ok`, false where a
        language model is set and does not answer."""
        ...

    def feedback(
        self, answer_id: str, user: User, verdict: Literal["up", "down"], reason: str, text: str
    ) -> None: ...

    def export(self, answer: Answer, fmt: Literal["csv", "xlsx"], user: User) -> bytes: ...
