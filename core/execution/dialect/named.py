"""Functions that sqlglot knows by name only."""

from __future__ import annotations

import re

from sqlglot import exp

from core.execution.dialect.dates import complete_units, moved, week_and_year
from core.execution.dialect.formats import read_date
from core.execution.dialect.trees import as_text, call, cast, is_text, moment, number, text
from core.execution.dialect.types import Mend

_UNITS = "YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND|MILLISECOND"
_MOVES = re.compile(rf"({_UNITS}|MICROSECOND)S_(ADD|SUB)")
_DIFFS = re.compile(rf"({_UNITS})S_DIFF")


def _mend_named(node: exp.Expr) -> exp.Expr:
    name, args = node.name.upper(), node.expressions
    if move := _MOVES.fullmatch(name):
        kind = exp.Sub if move[2] == "SUB" else exp.Add
        return moved(args[0], args[1], move[1], kind)
    if diff := _DIFFS.fullmatch(name):
        return complete_units(diff[1].lower(), moment(args[1]), moment(args[0]))
    mend = _BY_NAME.get(name)
    return mend(node) if mend is not None else node


def _unix_timestamp(node: exp.Expr) -> exp.Expr:
    return call("sr_unix", moment(node.expressions[0]))


def _weekday(node: exp.Expr) -> exp.Expr:
    day = call("isodow", moment(node.expressions[0]))
    return exp.Paren(this=exp.Sub(this=day, expression=number(1)))


def _week_iso(node: exp.Expr) -> exp.Expr:
    return call("weekofyear", moment(node.expressions[0]))


def _yearweek(node: exp.Expr) -> exp.Expr:
    args = node.expressions
    return week_and_year(moment(args[0]), int(args[1].name) if len(args) > 1 else 0)


def _to_date(node: exp.Expr) -> exp.Expr:
    return cast(moment(node.expressions[0]), "DATE")


def _str2date(node: exp.Expr) -> exp.Expr:
    value, form = node.expressions
    return read_date(as_text(value), form.name, "DATE")


def _date_slice(node: exp.Expr) -> exp.Expr:
    """As TIME_SLICE; the interval's own mend has made a product of it."""
    args = node.expressions
    kind = "END" if len(args) > 2 and args[2].name.upper() == "CEIL" else "START"
    product = args[1].this if isinstance(args[1], exp.Paren) else args[1]
    amount, single = product.this, product.expression
    step = int(amount.this.name) * int(single.this.name)
    cut = exp.TimeSlice(
        this=moment(args[0]),
        expression=number(step),
        unit=exp.Var(this=single.args["unit"].name),
        kind=kind,
        origin=text("0001-01-01"),
    )
    return cast(call("sr_bounded", cut) if kind == "END" else cut, "DATE")


def _makedate(node: exp.Expr) -> exp.Expr:
    return call("sr_makedate", *node.expressions)


def _from_days(node: exp.Expr) -> exp.Expr:
    return call("sr_from_days", *node.expressions)


def _distinct_count(node: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[node.expressions[0]]))


def _distinct_sum(node: exp.Expr) -> exp.Expr:
    return exp.Sum(this=exp.Distinct(expressions=[node.expressions[0]]))


def _percentile(node: exp.Expr) -> exp.Expr:
    """The exact percentile stands for the estimate, which is a DOUBLE of a DECIMAL too."""
    value = cast(node.expressions[0], "DOUBLE")
    return exp.PercentileCont(this=value, expression=node.expressions[1])


def _null_or_empty(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.EQ(
        this=exp.Coalesce(this=node.expressions[0], expressions=[text("")]), expression=text(""),
    ))  # fmt: skip


def _edge(function: str) -> Mend:
    def mend(node: exp.Expr) -> exp.Expr:
        value, length = node.expressions
        return call(function, as_text(value), call("greatest", length, number(0)))

    return mend


def _field(node: exp.Expr) -> exp.Expr:
    """The place in a list, 0 when it is not there."""
    value, *items = node.expressions
    ifs = [exp.If(this=item, true=number(at)) for at, item in enumerate(items, 1)]
    subject = as_text(value) if is_text(items[0]) else value
    return exp.Case(this=subject, ifs=ifs, default=number(0))


def _find_in_set(node: exp.Expr) -> exp.Expr:
    return call("sr_find", *(as_text(a) for a in node.expressions))


def _strcmp(node: exp.Expr) -> exp.Expr:
    return call("sr_strcmp", *(as_text(a) for a in node.expressions))


def _pmod(node: exp.Expr) -> exp.Expr:
    return call("sr_pmod", *node.expressions)


def _fmod(node: exp.Expr) -> exp.Expr:
    value, divisor = (cast(a, "DOUBLE") for a in node.expressions)
    return exp.Paren(
        this=exp.Mod(this=value, expression=exp.Nullif(this=divisor, expression=number(0)))
    )


def _square(node: exp.Expr) -> exp.Expr:
    return call("sr_finite", call("pow", cast(node.expressions[0], "DOUBLE"), number(2)))


def _euler(_: exp.Expr) -> exp.Expr:
    return call("exp", number(1))


_BY_NAME: dict[str, Mend] = {
    "UNIX_TIMESTAMP": _unix_timestamp,
    "WEEKDAY": _weekday,
    "WEEK_ISO": _week_iso,
    "YEARWEEK": _yearweek,
    "TO_DATE": _to_date,
    "STR2DATE": _str2date,
    "DATE_SLICE": _date_slice,
    "MAKEDATE": _makedate,
    "FROM_DAYS": _from_days,
    "NDV": _distinct_count,
    "MULTI_DISTINCT_COUNT": _distinct_count,
    "MULTI_DISTINCT_SUM": _distinct_sum,
    "PERCENTILE_APPROX": _percentile,
    "NULL_OR_EMPTY": _null_or_empty,
    "STRLEFT": _edge("left"),
    "STRRIGHT": _edge("right"),
    "FIELD": _field,
    "FIND_IN_SET": _find_in_set,
    "STRCMP": _strcmp,
    "PMOD": _pmod,
    "FMOD": _fmod,
    "SQUARE": _square,
    "E": _euler,
}
MENDS: dict[type[exp.Expr], Mend] = {exp.Anonymous: _mend_named}
