"""Asking small databases through the compiler, under rights that are said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import duckdb

from core.execution.dialect import MACROS, to_duckdb
from core.governance.policy import Policy
from core.semantic.compile import compile_query
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.recognise import recognise

Rows = list[tuple[object, ...]]
Ask = Callable[[SemanticQuery], Rows]


@contextmanager
def database(data: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with these tables and what compiled SQL calls."""
    with duckdb.connect() as made:
        made.execute(data)
        for macro in MACROS:
            made.execute(macro)
        yield made


def asking(model: SemanticModel, db: duckdb.DuckDBPyConnection) -> Ask:
    """Gives rows of a query; each is read back from its own SQL too."""

    def rows(q: SemanticQuery) -> Rows:
        sql = compile_query(q, model)
        read = recognise(sql, model)
        assert read is not None, sql
        assert compile_query(read, model) == sql
        return db.execute(to_duckdb(sql)).fetchall()

    return rows


def with_rights(policy: Policy, **rights: Any) -> Policy:
    """The policy with other rights of the role admin."""
    role = replace(policy.roles["admin"], **rights)
    return replace(policy, roles={**policy.roles, "admin": role})
