"""What a model is made to write, and what is made of it: a statement, a query, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.errors import GembaError, ModelFixable
from core.generation import query_reply
from core.generation.prompt import Visible
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.recognise import recognise
from core.types import Output

#: What a model replies where the tables do not hold the answer.
_NONE: Final = "NONE"
_MOST_CHARACTERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Written:
    """sql: StarRocks, before governance; empty where the plan alone was written. plan: the query
    that it says, where there is one."""

    sql: str
    plan: SemanticQuery | None


class Unread(GembaError):
    """A reply that is not of the form asked for; the message is the hint to the model."""


def read_reply(text: str, output: Output, model: SemanticModel, columns: Visible) -> Written | None:
    """What the reply says; None where the model says that the tables do not hold the answer.
    columns: those that may be named in a query, by table. Raises Unread."""
    text = text.strip()
    if not text:
        raise Unread("The reply was empty. Reply with the statement alone.")
    if len(text) > _MOST_CHARACTERS:
        raise Unread("The reply was too long. Write a shorter statement.")
    if output == "query":
        return _read_query(text, model, columns)
    if text.strip("`'\" .;").upper() == _NONE:
        return None
    try:
        return Written(text, recognise(text, model))
    except RecursionError as error:
        raise Unread("The statement is nested too deeply.") from error


def _read_query(text: str, model: SemanticModel, columns: Visible) -> Written | None:
    try:
        query = query_reply.read_reply(text, model, columns)
    except ModelFixable as error:
        raise Unread(error.hint or str(error)) from error
    return None if query is None else Written("", query)
