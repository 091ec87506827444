"""A model's reply as a query, and a verified pair's SQL as the query that a model is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core.errors import ModelFixable
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.recognise import recognise
from core.semantic.written import from_json, to_json

#: Characters beyond which a reply is not read.
MAX_REPLY = 20_000
_MESSAGE = "No query could be made of this question. Ask in other words."


def read_reply(
    text: str, model: SemanticModel, visible: Mapping[str, frozenset[str]]
) -> SemanticQuery | None:
    """The query of a reply; None where it says that the question cannot be answered.

    Raises ModelFixable with a hint for everything else: text that is no JSON, numbers that JSON
    does not have, a name given twice, and what `from_json` raises.
    """
    if len(text) > MAX_REPLY:
        raise ModelFixable(_MESSAGE, hint="The object is too long. Leave out what is not needed.")
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError as error:
        raise ModelFixable(_MESSAGE, hint="Objects stand too deep inside one another.") from error
    except ValueError as error:
        raise ModelFixable(_MESSAGE, hint=f"The reply is no JSON object: {error}") from error
    if value == {"none": True} and value["none"] is True:
        return None
    return from_json(value, model, visible)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands twice in one object.")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON.")


def query_of(
    sql: str, model: SemanticModel, visible: Mapping[str, frozenset[str]]
) -> dict[str, Any] | None:
    """The SQL as JSON that a model could have written for this person; None where the SQL says
    more than a query can, or something that may not be named."""
    query = _recognised(_Sql(sql, model.name, model.version, model))
    if query is None:
        return None
    value = to_json(query)
    try:
        again = from_json(value, model, visible)
    except ModelFixable:
        return None
    return value if again == query else None


@dataclass(frozen=True, slots=True)
class _Sql:
    """SQL over a model, whose version stands for it."""

    sql: str
    name: str
    version: str
    model: SemanticModel = field(compare=False)


@lru_cache(maxsize=512)
def _recognised(asked: _Sql) -> SemanticQuery | None:
    return recognise(asked.sql, asked.model)
