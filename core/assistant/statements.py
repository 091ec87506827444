"""The statement that an answer comes from, as it was before governance."""

from __future__ import annotations

from core.semantic.compile import compile_query
from core.semantic.model import SemanticModel
from core.types import Answer


def statement_of(answer: Answer, model: SemanticModel) -> str:
    """The answer's SQL before governance; empty where there is none."""
    if not answer.sql:
        return ""
    if answer.plan is not None:
        return compile_query(answer.plan, model)
    if answer.verified is not None:
        return answer.verified.sql
    tried = answer.made.attempts if answer.made is not None else ()
    return next((a.text for a in tried if a.outcome == "used"), "")
