"""Small pieces of SQL trees: columns, literals, conjunctions, conditions inside aggregates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

import sqlglot
from sqlglot import exp

from core.errors import UserFixable
from core.semantic.model import ColumnType
from core.semantic.query import Scalar
from core.translation import gettext as _

DIALECT = "starrocks"


def column(name: str, table: str | None = None) -> exp.Column:
    """A column, qualified with the table's alias where one is given."""
    return exp.Column(
        this=exp.to_identifier(name), table=exp.to_identifier(table) if table else None
    )


def alias(tree: exp.Expression, name: str) -> exp.Expression:
    """`tree AS name`, or the bare column where it has that name already."""
    if isinstance(tree, exp.Column) and tree.name == name and not tree.table:
        return tree
    return exp.Alias(this=tree, alias=exp.to_identifier(name))


def number(value: float) -> exp.Expression:
    """A number literal; a minus sign becomes a negation, as the parser reads it."""
    text = str(value) if isinstance(value, int) else _plain(value)
    if text.startswith("-"):
        return exp.Neg(this=exp.Literal.number(text[1:]))
    return exp.Literal.number(text)


def _plain(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return f"{value:.15f}".rstrip("0") if "e" in text else text


def literal(value: Scalar, kind: ColumnType | None = None) -> exp.Expression:
    """A literal for a column of that type: moments as `'YYYY-MM-DD HH:MM:SS'`, dates as
    `'YYYY-MM-DD'`. A moment within a day does not fit a date column: ValueError."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, dt.datetime | dt.date):
        return exp.Literal.string(_moment(value, kind))
    return exp.Literal.string(value)


def _moment(value: dt.date, kind: ColumnType | None) -> str:
    if kind == "datetime" and not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time(0))
    if isinstance(value, dt.datetime):
        if kind != "date":
            return value.isoformat(sep=" ")
        if value.time() != dt.time(0):
            raise ValueError(f"{value} is a moment within a day, and the column holds dates")
        value = value.date()
    return value.isoformat()


@lru_cache(maxsize=1024)
def _parsed(text: str) -> exp.Expression:
    tree = sqlglot.parse_one(text, read=DIALECT)
    assert isinstance(tree, exp.Expression)
    return tree


def parsed(text: str) -> exp.Expression:
    """The tree of an expression of the model, a copy that may be changed."""
    return _parsed(text).copy()


def conjunction(conditions: Iterable[exp.Expression]) -> exp.Expression | None:
    """All conditions joined by AND, or None where there are none. Takes the trees over."""
    parts = list(conditions)
    found: exp.Expression | None = None
    for part in parts:
        safe = exp.Paren(this=part) if isinstance(part, exp.Or) and len(parts) > 1 else part
        found = safe if found is None else exp.And(this=found, expression=safe)
    return found


def wrapped(tree: exp.Expression) -> exp.Expression:
    """The tree in parentheses where an operator beside it could tear it apart."""
    return exp.Paren(this=tree) if isinstance(tree, exp.Binary | exp.Neg | exp.Not) else tree


def divided(over: exp.Expression, under: exp.Expression) -> exp.Div:
    """`over / under`. Division by zero gives NULL on every engine (StarRocks' own rule)."""
    left = over if isinstance(over, exp.Mul | exp.Div) else wrapped(over)
    return exp.Div(this=left, expression=wrapped(under))


def case(condition: exp.Expression, then: exp.Expression) -> exp.Case:
    """`CASE WHEN condition THEN then END`."""
    return exp.Case(ifs=[exp.If(this=condition, true=then)])


def under(tree: exp.Expression, condition: exp.Expression | None) -> exp.Expression:
    """The aggregates of `tree` taken only over rows where the condition holds.

    COUNT(*) becomes COUNT(CASE WHEN c THEN 1 END); MAX_BY(x, key) gets a NULL key, which it
    ignores; every other aggregate gets NULL, which it ignores too.
    """
    if condition is None:
        return tree
    for node in list(tree.find_all(exp.AggFunc)):
        if node.find_ancestor(exp.AggFunc) is not None:
            continue
        if isinstance(node, exp.ArgMax | exp.ArgMin):
            key = node.expression
            if (
                isinstance(key, exp.Case)
                and len(key.args["ifs"]) == 1
                and not key.args.get("default")
            ):
                test = key.args["ifs"][0]
                test.set("this", conjunction([test.this, condition.copy()]))
            else:
                node.set("expression", case(condition.copy(), key))
        elif isinstance(node.this, exp.Distinct):
            inner = node.this.expressions
            node.this.set("expressions", [case(condition.copy(), inner[0]), *inner[1:]])
        else:
            held = exp.Literal.number(1) if isinstance(node.this, exp.Star) else node.this
            node.set("this", case(condition.copy(), held))
    return tree


def cut_off(select: exp.Select, limit: int | None, skip: int = 0) -> None:
    """LIMIT and, where places at the top are left out, OFFSET; nothing without a limit. Raises
    UserFixable for a number of rows below 1."""
    if limit is None:
        return
    if limit < 1 or skip < 0:
        raise UserFixable(_("The number of rows to show must be 1 or more."))
    select.set("limit", exp.Limit(expression=exp.Literal.number(limit)))
    if skip:
        select.set("offset", exp.Offset(expression=exp.Literal.number(skip)))
