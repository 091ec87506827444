"""The first request of a turn: what was found for the question, within the room that there is."""

from __future__ import annotations

import logging
from typing import Final

from core.assistant.by_model.prompting import Columns, prompt_for
from core.assistant.nearby import Search
from core.assistant.parts import ModelParts
from core.assistant.queries import Queries
from core.errors import GembaError, UserFixable
from core.generation.constraints import Allowed, Constraints
from core.generation.port import LanguageModel, Request, Role
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

    def first(self, draft: Answer, role: Role, parts: ModelParts) -> tuple[Request, Columns] | None:
        """The request, and the columns by table that it tells of; None where the model's context
        is too short for them."""
        user = draft.user
        visible = self._queries.visible(user, parts.model)
        room = self._model.room(role) - _ROOM_FOR_HINTS
        whole = self._allowed(user, parts, visible)
        fitted = prompt_for(
            draft.question,
            self._found(draft, parts),
            parts.parser,
            user,
            visible,
            lambda sql, asker: self._may_run(sql, asker, parts),
            output=self._output,
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

    def _found(self, draft: Answer, parts: ModelParts) -> Found:
        """What the corpus has for the question; nothing when it cannot be searched."""
        if self._search is not None:
            try:
                return self._search(draft.question, draft.user, parts.model.name)
            except GembaError as error:
                _LOG.warning("the prompt goes without examples: %s", error)
        return Found(draft.question, {})

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
