"""One model with everything that curating it needs: the same parts that answer questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.assistant import Assistant, ModelParts, Queries, SqlTurns, VerifiedAnswers
from core.corpus.values import Record
from core.entries import Entry
from core.errors import GembaError
from core.generation.port import LanguageModel
from core.governance.policy import Policy
from core.knowledge import Knowledge
from core.knowledge.meaning import meaning_of
from core.language.parser import QuestionParser
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.types import Answer, User


@dataclass(frozen=True)
class Workbench:
    """The parts of one model. verified: the pairs that answer now. golden: its golden questions;
    the file may be missing. record: the audit log's. language_model: None without one."""

    parts: ModelParts
    knowledge: Knowledge
    verified: VerifiedAnswers
    policy: Policy
    queries: Queries
    golden: Path
    record: Record
    language_model: LanguageModel | None = None

    @property
    def model(self) -> SemanticModel:
        """The semantic model."""
        return self.parts.model

    @property
    def facts(self) -> DataFacts:
        """What its data holds."""
        return self.parts.facts

    @property
    def parser(self) -> QuestionParser:
        """The parser of its questions."""
        return self.parts.parser

    def account(self, name: str) -> User:
        """An account; raises UserFixable for a name that there is none of."""
        return self.policy.user(name)

    def accounts(self) -> tuple[str, ...]:
        """Names of the accounts."""
        return tuple(self.policy.accounts)

    def plants(self) -> tuple[str, ...]:
        """Every plant that the data knows, sorted; none where it is not parted by plants."""
        found = {scope for value in self.facts.values for scope in value.scopes}
        return tuple(sorted(found))

    def visible(self, user: User) -> Mapping[str, frozenset[str]]:
        """Columns that somebody may see, by table."""
        return self.queries.visible(user, self.model)

    def meaning(self, entry: Entry) -> str:
        """A text on which pairs that mean the same agree."""
        return meaning_of(entry, self.model)

    def may_run(self, sql: str, user: User) -> bool:
        """Whether governance lets somebody run this."""
        try:
            self.queries.govern(sql, user, self.model)
        except GembaError:
            return False
        return True

    def run_sql(self, sql: str, user: User) -> Answer:
        """Governed and run, and not remembered among this person's queries."""
        for event in SqlTurns(self.queries).turn(sql, user, self.parts):
            if isinstance(event, Answer):
                return event
        raise GembaError("The query ended without an answer.")

    def drafted(self, entries: Iterable[Entry]) -> VerifiedAnswers:
        """The verified ones among these entries, for trying them out."""
        found = tuple(entries)
        return VerifiedAnswers(lambda _tenant, _model: found, known=self.verified)

    def ask(self, question: str, user: User, verified: VerifiedAnswers) -> Answer:
        """A turn in which these pairs answer, not remembered either."""
        for event in Assistant(self.queries, verified).turn(question, user, self.parts):
            if isinstance(event, Answer):
                return event
        raise GembaError("The turn ended without an answer.")

    def fetch(self, sql: str) -> pa.Table:
        """Rows of a trusted SELECT of ours."""
        return self.parts.engine.fetch(sql)
