"""An assistant over the bakery, with a record that can fail."""

from __future__ import annotations

from core.assistant import Assistant, ModelParts, Queries, VerifiedAnswers
from core.dialogue import DialogueReader, load_dialogue_words
from core.entries import Entry
from core.errors import Unavailable
from core.settings import ROOT
from core.types import Answer, CancelToken, Estimate, Governed, Progress, Result, User
from tests.language import bakery

DIALOGUE = ROOT / "data" / "lexicon" / "dialogue" / "en.yaml"


class Bakehouse:
    """recorded: (answer id, user, question, SQL) of each query; ran_before: how many queries had
    run when it was recorded."""

    def __init__(self, row_cap: int = 10_000, pairs: tuple[Entry, ...] = ()) -> None:
        self.store = bakery.Store()
        self.policy = bakery.policy(row_cap)
        self.parts = ModelParts(
            bakery.model(),
            bakery.facts(),
            bakery.parser(),
            self.store,
            DialogueReader(bakery.parser(), load_dialogue_words(DIALOGUE)),
        )
        self.recorded: list[tuple[str, str, str, str]] = []
        self.ran_before: list[int] = []
        self.audit_fails = False
        self.purposes: list[str] = []
        self.queries = Queries(self.policy, self._record, row_cap=row_cap)
        verified = VerifiedAnswers(lambda _tenant, _model: pairs)
        self.assistant = Assistant(self.queries, verified)

    def _record(
        self,
        answer_id: str,
        user: User,
        question: str,
        governed: Governed,
        estimate: Estimate,
        purpose: str,
    ) -> None:
        if self.audit_fails:
            raise Unavailable("The audit record could not be written, so the query was not run.")
        self.recorded.append((answer_id, user.name, question, governed.sql))
        self.purposes.append(purpose)
        self.ran_before.append(len(self.store.ran))

    def close(self) -> None:
        self.store.close()

    def events(
        self, question: str, user: str = "owner", cancel: CancelToken | None = None
    ) -> list[Progress | Answer]:
        return list(self.assistant.turn(question, self.policy.user(user), self.parts, cancel))

    def ask(self, question: str, user: str = "owner") -> Answer:
        answer = self.events(question, user)[-1]
        assert isinstance(answer, Answer)
        return answer


def rows(result: Result | None) -> list[tuple[object, ...]]:
    assert result is not None
    return [tuple(row.values()) for row in result.table.to_pylist()]
