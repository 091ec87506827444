"""Columns that are reckoned from others of their row, such as how long it took: what they read, and
which of them somebody may see."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp

from core.semantic.model import Column, Table
from core.semantic.units import same_dimension


@lru_cache(maxsize=1024)
def _tree(expression: str) -> exp.Expression:
    tree = sqlglot.parse_one(expression, read="starrocks")
    assert isinstance(tree, exp.Expression)
    return tree


def columns_read(column: Column) -> frozenset[str]:
    """The columns of its table that a reckoned column reads; none for one that the store holds."""
    if not column.expression:
        return frozenset()
    return frozenset(one.name for one in _tree(column.expression).find_all(exp.Column))


def reckoned(column: Column, table: str) -> exp.Expression:
    """Its SQL, over the columns of that source."""
    tree = _tree(column.expression).copy()
    for one in tree.find_all(exp.Column):
        one.set("table", exp.to_identifier(table))
    return tree


def difference_of(table: Table, left: str, right: str) -> Column | None:
    """The column that is the one less the other; None without one, or where several are."""
    found = []
    for column in table.columns.values():
        tree = _tree(column.expression) if column.expression else None
        if not isinstance(tree, exp.Sub):
            continue
        sides = (tree.this, tree.expression)
        if all(isinstance(side, exp.Column) for side in sides) and [s.name for s in sides] == [
            left,
            right,
        ]:
            found.append(column)
    return found[0] if len(found) == 1 else None


def length_of(table: Table) -> Column | None:
    """The column that says how long a row took, from its time to its end; None without one."""
    axis = table.own_time
    if axis is None:
        return None
    found = [
        column
        for column in table.columns.values()
        if column.expression
        and column.unit is not None
        and same_dimension(column.unit, "h")
        and axis.timestamp in columns_read(column)
    ]
    ends = [column for column in found if axis.end in columns_read(column)]
    return (ends or found)[0] if len(ends or found) == 1 else None
