"""The first request of a turn: what was found for the question, within the room that there is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from core.assistant.by_model.prompting import Columns, prompt_for
from core.assistant.nearby import Search
from core.assistant.parts import ModelParts
from core.assistant.queries import Queries
from core.assistant.statements import statement_of
from core.dialogue.past import PastTurn
from core.errors import GembaError, UserFixable
from core.generation.before import Before
from core.generation.constraints import Allowed, Constraints
from core.generation.port import LanguageModel, Request, Role
from core.generation.query_reply import query_of
from core.language import QuestionParser
from core.language.normalise import clean, tokenise
from core.retrieval.retriever import Found
from core.types import Answer, Output, User

_LOG = logging.getLogger(__name__)
#: Tokens kept for what later attempts are told of earlier ones.
_ROOM_FOR_HINTS: Final = 1_500


class Requests:
    """Makes requests for statements. Thread-safe."""

    def __init__(
        self,
        queries: Queries,
        model: LanguageModel,
        constraints: Constraints,
        output: Output,
        search: Search | None,
    ) -> None:
        self._queries = queries
        self._model = model
        self._constraints = constraints
        self._output = output
        self._search = search

    def first(
        self,
        draft: Answer,
        role: Role,
        parts: ModelParts,
        before: Sequence[PastTurn] = (),
    ) -> tuple[Request, Columns] | None:
        """The request, and the columns by table that it tells of; None where the model's context
        is too short for them. before: turns that the question goes on from, oldest first."""
        user = draft.user
        visible = self._queries.visible(user, parts.model)
        room = self._model.room(role) - _ROOM_FOR_HINTS
        whole = self._allowed(user, parts, visible)
        fitted = prompt_for(
            draft.question,
            self._found(draft, before, parts),
            parts.parser,
            user,
            visible,
            lambda sql, asker: self._may_run(sql, asker, parts),
            output=self._output,
            before=self.before(before, draft.user, parts),
            spell=lambda sql: self._constraints.example(self._output, whole, sql),
            fits=lambda prompt: self._model.count(role, prompt.text) <= room,
        )
        if fitted is None:
            return None
        allowed = self._allowed(user, parts, fitted.columns)
        request = Request(
            role,
            fitted.prompt.prefix,
            fitted.prompt.body,
            constraint=self._constraints.of(self._output, allowed),
            tenant=user.tenant,
        )
        return request, fitted.columns

    def _allowed(self, user: User, parts: ModelParts, columns: Columns) -> Allowed:
        model = parts.model
        masked, row_cap = self._queries.masked(user, model), self._queries.row_cap(user)
        return Allowed(model, columns, parts.facts, user.plants, masked, row_cap)

    def before(
        self, turns: Sequence[PastTurn], user: User, parts: ModelParts
    ) -> tuple[Before, ...]:
        """The turns as a prompt tells of them; a statement that this person may not run now is
        left out."""
        whole = self._allowed(user, parts, self._queries.visible(user, parts.model))
        return tuple(
            Before(
                turn.answer.question,
                turn.answer.message if turn.answer.status == "clarify" else "",
                self._statement(statement_of(turn.answer, parts.model), user, parts, whole),
            )
            for turn in turns
        )

    def _statement(self, sql: str, user: User, parts: ModelParts, whole: Allowed) -> object | None:
        """A statement in the form that a reply has; None where it has none."""
        if not sql or not self._may_run(sql, user, parts):
            return None
        if self._output == "query":
            return query_of(sql, parts.model, whole.columns)
        return self._constraints.example(self._output, whole, sql)

    def _found(self, draft: Answer, before: Sequence[PastTurn], parts: ModelParts) -> Found:
        """What the corpus has for the question; nothing when it cannot be searched. One that goes
        on from another is looked for with that one's words."""
        text = " ".join((*(t.answer.question for t in before[-1:]), draft.question))
        if self._search is not None:
            try:
                return self._search(text, draft.user, parts.model.name)
            except GembaError as error:
                _LOG.warning("the prompt goes without examples: %s", error)
        return Found(text, {})

    def _may_run(self, sql: str, user: User, parts: ModelParts) -> bool:
        try:
            self._queries.govern(sql, user, parts.model)
        except GembaError:
            return False
        return True


def names_something(question: str, parser: QuestionParser) -> bool:
    """Whether the question names a time, or anything of the model."""
    try:
        items = parser.tagger.tag(tokenise(clean(question))).items
    except UserFixable:
        return False
    return any(item.targets or item.time is not None for item in items)
