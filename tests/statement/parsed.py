"""Statements taken apart for tests."""

from __future__ import annotations

import sqlglot

from core.semantic.model import SemanticModel
from core.statement.scopes import Statement


def statement_of(sql: str, model: SemanticModel) -> Statement:
    """The statement of a text, taken apart."""
    return Statement(sqlglot.parse_one(sql, read="starrocks"), model)
