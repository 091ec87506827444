"""What the pages ask of the services; `core.services.Services` and the tests' stand-in have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

from core.alert_desk import AlertDesk, DeliveryDesk, OutageDesk
from core.assistant.talk import Change
from core.board_desk import BoardDesk
from core.conversations import Conversations
from core.corpus import SavedQuestion
from core.dialogue.choices import Choices
from core.gatekeeping import DataDesk
from core.governance.access import Access
from core.governance.policy import Role
from core.handover import HandoverDesk
from core.history import Run
from core.ingest.desk import ImportDesk
from core.inspection.report import Report
from core.model_desk import ModelDesk
from core.passports.passport import Passport, Rerun
from core.risk.desk import RiskDesk
from core.semantic.model import SemanticModel
from core.sessions.frames import Frame
from core.settings import Settings
from core.threshold_desk import ThresholdDesk
from core.types import Answer, CancelToken, Progress, Result, User
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

    @property
    def alerts(self) -> AlertDesk: ...

    @property
    def deliveries(self) -> DeliveryDesk: ...

    @property
    def outages(self) -> OutageDesk: ...

    @property
    def thresholds(self) -> ThresholdDesk: ...

    @property
    def model_desk(self) -> ModelDesk: ...

    @property
    def data(self) -> DataDesk: ...

    @property
    def risk(self) -> RiskDesk: ...

    def model_names(self, user: User) -> tuple[str, ...]:
        """The models that have data and that this person's role may use, the default first."""
        ...

    def data_to(self, user: User, model: str) -> dt.datetime | None:
        """The newest row of a model's default table that this person may see."""
        ...

    def model(self, name: str) -> SemanticModel:
        """The model of that name, which the titles and limits of an answer's chart come from."""
        ...

    def ask(
        self,
        question: str,
        user: User,
        *,
        session: str = "",
        turn: str = "",
        model: str | None = None,
        cancel: CancelToken | None = None,
        change: Change | None = None,
    ) -> Iterator[Progress | Answer]:
        """Any number of Progress, then exactly one Answer. session: the conversation that it
        belongs to, in which it is kept under the id `turn`. change: what was pressed under an
        answer of it."""
        ...

    def choices(self, answer: Answer, user: User) -> Choices | None:
        """What each part of an answer could be instead; None for one that no query says."""
        ...

    @property
    def conversations(self) -> Conversations:
        """What is kept of conversations."""
        ...

    def kept_rows(self, user: User, conversation: str, answer: Answer) -> Frame | None:
        """The rows of an answer of this person's conversation, as far as they are kept; None where
        none are."""
        ...

    def reread(self, answer_id: str, user: User, conversation: str) -> Result | None:
        """The rows of an answer, read again and kept; None where they are other ones by now. Raises
        a GembaError where the query does not run."""
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

    def passport(self, answer_id: str, user: User) -> Passport | None:
        """None where there is none that this person may see. Raises Refused or Unavailable."""
        ...

    def rerun(self, answer_id: str, user: User, *, cancel: CancelToken | None = None) -> Rerun:
        """The answer's query run again, and compared. Raises UserFixable, Refused or Unavailable;
        what keeps the query from running is in the finding."""
        ...

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

    def imports(self, user: User) -> ImportDesk:
        """Imports of files, for who administers; raises Refused for others."""
        ...

    def status(self) -> Mapping[str, Any]:
        """`model_state` (words), `data_to` (datetime or None), `ok`; `model_ok`, false where a
        language model is set and does not answer."""
        ...

    def feedback(
        self, answer_id: str, user: User, verdict: Literal["up", "down"], reason: str, text: str
    ) -> None: ...

    def export(self, answer: Answer, fmt: Literal["csv", "xlsx"], user: User) -> bytes: ...
