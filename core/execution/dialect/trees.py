"""Small trees that several mends are made of."""

from __future__ import annotations

import re

from sqlglot import exp

from core.errors import ModelFixable
from core.execution.dialect.kinds import kind_of

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COPIED_PARTS = 400
#: Predicates whose sides are compared with one another.
COMPARISONS = (
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.Between, exp.In,
)  # fmt: skip
_WRAPPERS = (exp.TsOrDsToDate, exp.TsOrDsToTimestamp)


def call(name: str, *args: exp.Expr) -> exp.Expr:
    """A call of a DuckDB function or of one of our macros."""
    return exp.Anonymous(this=name, expressions=list(args))


def text(value: str) -> exp.Expr:
    """A literal text."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """A literal number."""
    return exp.Literal.number(value)


def bare(node: exp.Expr) -> exp.Expr:
    """An argument without the date casts that the parser puts around it."""
    while isinstance(node, _WRAPPERS):
        node = node.this
    return node


def cast(node: exp.Expr, to: str) -> exp.Expr:
    """A cast that fails aloud; `to` in DuckDB's words."""
    return exp.Cast(this=node, to=exp.DataType.build(to, dialect="duckdb"))


def try_cast(node: exp.Expr, to: str) -> exp.Expr:
    """A cast that gives NULL where it fails; `to` in DuckDB's words."""
    return exp.TryCast(this=node, to=exp.DataType.build(to, dialect="duckdb"))


def moment(node: exp.Expr) -> exp.Expr:
    """A date argument as a TIMESTAMP: literals in ISO form directly, other texts leniently."""
    node = bare(node)
    if isinstance(node, exp.Literal) and node.is_string:
        if ISO_DATE.fullmatch(node.this) or ISO_DATETIME.fullmatch(node.this):
            return try_cast(node, "TIMESTAMP")
        return call("sr_datetime", node)
    return cast(node, "TIMESTAMP")


def is_plain_number(node: object) -> bool:
    """Whether it is a literal number, without a sign."""
    return isinstance(node, exp.Literal) and not node.is_string


def is_text(node: object) -> bool:
    """Whether it is a literal text."""
    return isinstance(node, exp.Literal) and bool(node.is_string)


def as_text(node: exp.Expr) -> exp.Expr:
    """An argument as StarRocks writes it: a boolean as 1 or 0, a whole double without a point."""
    kind = kind_of(node)
    if kind == "text":
        return node
    if kind in ("integer", "decimal", "date", "null"):
        return cast(node, "TEXT")
    if kind == "boolean":
        return cast(cast(node, "INT"), "TEXT")
    if kind == "double":
        return call("regexp_replace", cast(node, "TEXT"), text(r"\.0$"), text(""))
    return call("sr_text", node)


def whole(node: exp.Expr) -> exp.Expr:
    """An argument as a whole number: a number is cut, a text that is no whole number is NULL."""
    if is_text(node):
        return _whole_number(node.this)
    return node if kind_of(node) == "integer" else call("sr_bigint", node)


def copied(node: exp.Expr) -> exp.Expr:
    """The node, for a mend that needs it several times; raises ModelFixable when it is large, so
    that copies of copies do not grow without bound."""
    for count, _ in enumerate(node.walk()):
        if count > _COPIED_PARTS:
            raise ModelFixable(
                "The query has too many functions inside one another.",
                hint="Compute the inner values in a WITH query first, and use their names.",
            )
    return node.copy()


def _whole_number(amount: str) -> exp.Expr:
    """A text that is to be read as a number; what is none would be written as SQL."""
    if not _WHOLE.fullmatch(amount):
        raise ModelFixable(
            f"An amount of time must be a whole number, not {amount[:40]!r}.",
            hint="Write INTERVAL 3 DAY, or DAYS_ADD(x, 3).",
        )
    return exp.Literal.number(amount)


def check_numbers(tree: exp.Expr) -> None:
    """A number is written without quotes: nothing but digits may stand there. Raises
    ModelFixable."""
    for literal in tree.find_all(exp.Literal):
        if not literal.is_string and not _NUMBER.fullmatch(str(literal.this)):
            raise ModelFixable(
                f"{str(literal.this)[:40]!r} is not a number.", hint="Write a number in digits."
            )


def times(amount: exp.Expr, unit: str) -> exp.Expr:
    """`n * INTERVAL 1 unit`; DuckDB has no quarter in literals of every form, so 3 months."""
    step, unit = ("3", "MONTH") if unit == "QUARTER" else ("1", unit)
    single = exp.Interval(this=text(step), unit=exp.Var(this=unit))
    return exp.Mul(this=exp.Paren(this=whole(amount)), expression=single)
