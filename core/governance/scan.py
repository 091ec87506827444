"""The scoped subquery that stands for a base table: only the columns needed, personal ones masked,
only the rows of the user's plants.

One mechanism gives row scope, column scope and masking in every place a table can be read, so a
filter, a join or an ORDER BY on a masked column sees the mask and cannot be used to guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from core.governance.allowed import PSEUDONYM_SALT
from core.governance.dialect import RESERVED_WORDS
from core.governance.policy import Mask, Role
from core.semantic.model import Column, SemanticModel, Table
from core.types import ScopePredicate, User

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "datetime": "DATETIME",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: user, role and model together, and what tables look like to them."""

    user: User
    role: Role
    model: SemanticModel

    def tables(self) -> dict[str, Table]:
        """Tables the role may read, by folded name."""
        return {
            name.casefold(): table
            for name, table in self.model.tables.items()
            if self.role.may_read(self.model.name, name)
        }

    def columns(self, table: Table) -> dict[str, Column]:
        """Columns the role may see, by folded name, in the model's order."""
        return {
            name.casefold(): column
            for name, column in table.own.items()
            if self.role.may_see(table.name, name)
        }

    def mask(self, table: Table, column: Column) -> Mask:
        """How the column is shown to this viewer."""
        return self.role.mask(table.name, column.name, personal=column.personal)

    def predicate(self, table: Table) -> ScopePredicate | None:
        """The row filter of a table; None for a table that belongs to no plant."""
        if table.scope is None:
            return None
        return ScopePredicate(table.name, table.scope, tuple(sorted(set(self.user.plants))))


def keys_meet(role: Role, model: SemanticModel, pair: tuple[tuple[str, str], ...]) -> bool:
    """Whether keys of a relation, as (table, column), still tell rows apart as a role sees them:
    as they are, or as the same pseudonyms. By other masks rows would go with those of others."""
    kinds = set()
    for table, name in pair:
        column = model.tables[table].columns[name]
        kind = role.mask(table, name, personal=column.personal).kind
        kinds.add(kind if kind == "show" or column.type == "string" else "null")
    return kinds in ({"show"}, {"hash"})


def scoped_select(viewer: Viewer, table: Table, columns: Sequence[Column]) -> exp.Select:
    """`SELECT columns FROM table WHERE scope IN (...)` as this viewer may see it."""
    select = exp.Select(
        expressions=[_projection(viewer, table, column) for column in columns],
        from_=exp.From(this=exp.Table(this=identifier(table.name))),
    )
    predicate = viewer.predicate(table)
    if predicate is not None:
        values = [exp.Literal.string(value) for value in predicate.values]
        condition = exp.In(this=_column(predicate.column), expressions=values)
        select.set("where", exp.Where(this=condition))
    return select


def identifier(name: str) -> exp.Identifier:
    """A name, quoted only where StarRocks needs it."""
    plain = _PLAIN_NAME.fullmatch(name) and name.upper() not in RESERVED_WORDS
    return exp.Identifier(this=name, quoted=not plain)


def _column(name: str) -> exp.Column:
    return exp.Column(this=identifier(name))


def _projection(viewer: Viewer, table: Table, column: Column) -> exp.Expr:
    mask = viewer.mask(table, column)
    if mask.kind == "show":
        return _column(column.name)
    return exp.Alias(this=_masked(column, mask), alias=identifier(column.name))


def _masked(column: Column, mask: Mask) -> exp.Expr:
    value = _column(column.name)
    number = column.type in ("integer", "double")
    if mask.kind == "bucket" and number and mask.width:
        width = exp.Literal.number(f"{mask.width:g}")
        return exp.Mul(
            this=exp.Floor(this=exp.Div(this=value, expression=width, typed=False, safe=True)),
            expression=width.copy(),
        )
    if mask.kind == "bucket" and column.type in ("date", "datetime"):
        return exp.TimestampTrunc(this=value, unit=exp.Var(this="MONTH"))
    if mask.kind == "hash" and column.type == "string":
        salted = exp.Concat(
            expressions=[exp.Literal.string(PSEUDONYM_SALT), value], safe=True, coalesce=False
        )
        return exp.Left(this=exp.MD5(this=salted), expression=exp.Literal.number(8))
    if mask.kind == "partial" and column.type == "string":
        first = exp.Left(this=value, expression=exp.Literal.number(1))
        return exp.Concat(expressions=[first, exp.Literal.string("***")], safe=True, coalesce=False)
    # A mask that does not fit the column's type shows nothing.
    return exp.Cast(this=exp.Null(), to=exp.DataType.build(_SQL_TYPES[column.type], "starrocks"))
