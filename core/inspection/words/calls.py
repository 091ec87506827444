"""Aggregates, functions and windows in words."""

from __future__ import annotations

import re

from sqlglot import exp

from core.inspection.rule import shown
from core.inspection.words.telling import Book, Telling, quoted, told
from core.semantic.phrases import listed
from core.semantic.wording import column_plural, ordinal
from core.statement.trees import bare, is_aggregate, number_of

CALLS: Book = {}

_TESTS = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like, exp.And,
    exp.Or, exp.Not, exp.Is, exp.Exists, exp.RegexpLike, exp.NullSafeEQ, exp.Xor,
)  # fmt: skip

# -- aggregates ------------------------------------------------------------------------------------

_AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Sum: "total {0}",
    exp.Avg: "mean {0}",
    exp.StddevPop: "standard deviation of {0}",
    exp.StddevSamp: "standard deviation (sample) of {0}",
    exp.VariancePop: "variance of {0}",
    exp.Variance: "variance (sample) of {0}",
    exp.AnyValue: "any one {0}",
    exp.ApproxDistinct: "approximate number of different {0}",
    exp.CountIf: "number of rows where {0}",
}


@told(CALLS, *_AGGREGATES)
def _aggregate(node: exp.Expr, to: Telling) -> str:
    of = bare(node.this)
    kind = type(node)
    if isinstance(of, exp.Distinct):
        things = listed([to.of(e) for e in of.expressions])
        return _AGGREGATES[kind].format(f"of the different {things}")
    condition, value, default = _branch(of)
    if condition is not None:
        ones = number_of(value) == 1
        if kind is exp.Sum and ones and number_of(default) == 0:
            return f"number of rows where {to.say(condition)}"
        if kind is exp.Avg and ones and number_of(default) == 0:
            return f"share of rows where {to.say(condition)}"
        if default is None or (kind is exp.Sum and number_of(default) == 0):
            return f"{_AGGREGATES[kind].format(to.of(value))} where {to.say(condition)}"
    if isinstance(of, _TESTS) and kind is exp.Sum:
        return f"number of rows where {to.say(of)}"
    if isinstance(of, _TESTS) and kind is exp.Avg:
        return f"share of rows where {to.say(of)}, of those where that is known"
    return _AGGREGATES[kind].format(to.say(of) if kind is exp.CountIf else to.of(of))


@told(CALLS, exp.Min, exp.Max)
def _extreme(node: exp.Expr, to: Telling) -> str:
    words = ("earliest", "latest") if to.is_time(node.this) else ("lowest", "highest")
    word = words[isinstance(node, exp.Max)]
    condition, value, default = _branch(bare(node.this))
    if condition is not None and default is None:
        return f"{word} {to.of(value)} where {to.say(condition)}"
    return f"{word} {to.of(node.this)}"


def _kinds(node: exp.Expr, to: Telling) -> str:
    """What is counted when equal ones count once: the plural of a column's label."""
    column = to.column(node)
    is_plain = isinstance(node, exp.Column) and column is not None and column.name == node.name
    return column_plural(column) if is_plain and column is not None else to.of(node)


@told(CALLS, exp.Count)
def _count(node: exp.Expr, to: Telling) -> str:
    of = bare(node.this)
    if isinstance(of, exp.Distinct):
        condition, value, default = _branch(of.expressions[0])
        if condition is not None and default is None and len(of.expressions) == 1:
            return f"number of different {to.of(value)} where {to.say(condition)}"
        things = [_kinds(e, to) for e in of.expressions]
        joined = "" if len(things) == 1 else "combinations of "
        return f"number of different {joined}{listed(things)}"
    if of is None or isinstance(of, exp.Star | exp.Literal):
        return "number of rows"
    condition, value, default = _branch(of)
    if condition is not None and default is None:
        end = "" if isinstance(value, exp.Literal) else f" and {to.inner(value)} has a value"
        return f"number of rows where {to.inner(condition) if end else to.say(condition)}{end}"
    return f"number of rows with a value of {to.of(of)}"


def _branch(node: exp.Expr | None) -> tuple[exp.Expr | None, exp.Expr | None, exp.Expr | None]:
    """(condition, value, what else) of a CASE or IF with one branch; NULL as nothing else."""
    default: exp.Expr | None = None
    if isinstance(node, exp.Case) and node.this is None and len(node.args.get("ifs") or ()) == 1:
        one = node.args["ifs"][0]
        condition, value, default = one.this, one.args.get("true"), node.args.get("default")
    elif isinstance(node, exp.If):
        condition, value, default = node.this, node.args.get("true"), node.args.get("false")
    else:
        return None, None, None
    return condition, value, None if isinstance(default, exp.Null) else default


@told(CALLS, exp.PercentileCont, exp.PercentileDisc)
def _percentile(node: exp.Expr, to: Telling) -> str | None:
    rank = number_of(node.expression)
    return _ranked(rank, to.of(node.this)) if rank is not None else None


def _ranked(rank: float, of: str) -> str:
    return f"median {of}" if rank == 0.5 else f"{ordinal(rank)} percentile of {of}"


@told(CALLS, exp.ArgMax, exp.ArgMin)
def _best(node: exp.Expr, to: Telling) -> str:
    edge = "highest" if isinstance(node, exp.ArgMax) else "lowest"
    return f"{to.inner(node.this)} of the row with the {edge} {to.inner(node.expression)}"


@told(CALLS, exp.Corr)
def _correlation(node: exp.Expr, to: Telling) -> str:
    return f"correlation of {to.inner(node.this)} and {to.inner(node.expression)}"


@told(CALLS, exp.GroupConcat)
def _joined_texts(node: exp.Expr, to: Telling) -> str | None:
    if isinstance(node.this, exp.Column):
        return f"every {to.say(node.this)} in one text"
    return None


@told(CALLS, exp.Anonymous)
def _named(node: exp.Expr, to: Telling) -> str | None:
    name, arguments = node.name.upper(), node.expressions
    if name == "NDV":
        return f"approximate number of different {_kinds(arguments[0], to)}"
    if name == "PERCENTILE_APPROX" and len(arguments) == 2:
        rank = number_of(arguments[1])
        return None if rank is None else f"about the {_ranked(rank, to.of(arguments[0]))}"
    if name == "TO_DATE":
        return f"day of {to.of(arguments[0])}"
    return None


_FORMAT = re.compile(r", '([^']*)'\)$")

# -- times -----------------------------------------------------------------------------------------

_PARTS: dict[type[exp.Expr], str] = {
    exp.Year: "year", exp.Quarter: "quarter of the year", exp.Month: "month of the year",
    exp.Day: "day of the month", exp.DayOfMonth: "day of the month", exp.Hour: "hour of the day",
    exp.DayOfYear: "day of the year", exp.Minute: "minute of the hour", exp.Dayname: "weekday",
    exp.Second: "second of the minute", exp.WeekOfYear: "week of the year",
    exp.DayOfWeek: "weekday (1 Sunday)", exp.DayOfWeekIso: "weekday (1 Monday)",
    exp.TsOrDsToDate: "day", exp.LastDay: "last day of the month",
}  # fmt: skip


@told(CALLS, *_PARTS)
def _part(node: exp.Expr, to: Telling) -> str:
    return f"{_PARTS[type(node)]} of {to.of(node.this)}"


@told(CALLS, exp.TsOrDsToTimestamp)
def _as_moment(node: exp.Expr, to: Telling) -> str:
    return to.say(node.this)


@told(CALLS, exp.TimestampTrunc)
def _cut(node: exp.Expr, to: Telling) -> str:
    return f"{node.args['unit'].name.lower()} of {to.of(node.this)}"


@told(CALLS, exp.TimeToStr)
def _written(node: exp.Expr, to: Telling) -> str | None:
    # The tree holds the format in other codes than StarRocks'.
    found = _FORMAT.search(shown(node))
    return f"{to.inner(node.this)} written as {quoted(found.group(1))}" if found else None


@told(CALLS, exp.DateAdd, exp.DateSub)
def _shifted(node: exp.Expr, to: Telling) -> str | None:
    unit = node.args.get("unit")
    if unit is None:
        return None
    sign = "+" if isinstance(node, exp.DateAdd) else "−"
    return f"{to.inner(node.this)} {sign} {_amount(node.expression, unit.name, to)}"


def _amount(node: exp.Expr, unit: str, to: Telling) -> str:
    is_number = isinstance(node, exp.Literal) and node.name.isdecimal()
    words = node.name if is_number else to.inner(node)
    return f"{words} {unit.lower()}{'' if words == '1' else 's'}"


@told(CALLS, exp.Interval)
def _interval(node: exp.Expr, to: Telling) -> str | None:
    unit = node.args.get("unit")
    return None if unit is None or node.this is None else _amount(node.this, unit.name, to)


@told(CALLS, exp.DateDiff, exp.TimestampDiff)
def _apart(node: exp.Expr, to: Telling) -> str:
    unit = node.args.get("unit")
    name = unit.name.lower() if unit is not None else "day"
    return f"{name}s from {to.of(node.expression)} to {to.of(node.this)}"


# -- choices ---------------------------------------------------------------------------------------


@told(CALLS, exp.Case)
def _case(node: exp.Expr, to: Telling) -> str:
    parts = []
    for one in node.args.get("ifs") or ():
        test = to.say(one.this)
        if node.this is not None:
            test = f"{to.inner(node.this)} is {to.value(one.this, node.this)}"
        parts.append(f"{to.inner(one.args.get('true'))} where {test}")
    default = node.args.get("default")
    return ", ".join(parts) + _otherwise(default, to)


def _otherwise(node: exp.Expr | None, to: Telling) -> str:
    return f", else {to.inner(node)}" if node is not None else ", else no value"


@told(CALLS, exp.If)
def _if(node: exp.Expr, to: Telling) -> str:
    value = to.inner(node.args.get("true"))
    return f"{value} where {to.say(node.this)}" + _otherwise(node.args.get("false"), to)


@told(CALLS, exp.Coalesce)
def _first_value(node: exp.Expr, to: Telling) -> str:
    parts = [to.inner(part) for part in (node.this, *node.expressions)]
    return f"{parts[0]}, or {', or '.join(parts[1:])} where it has no value"


@told(CALLS, exp.Nullif)
def _without(node: exp.Expr, to: Telling) -> str:
    return f"{to.inner(node.this)} (no value where it is {to.value(node.expression, node.this)})"


@told(CALLS, exp.Greatest, exp.Least)
def _outermost(node: exp.Expr, to: Telling) -> str:
    edge = "highest" if isinstance(node, exp.Greatest) else "lowest"
    return f"the {edge} of {listed([to.inner(p) for p in (node.this, *node.expressions)])}"


@told(CALLS, exp.Round)
def _rounded(node: exp.Expr, to: Telling) -> str:
    digits = node.args.get("decimals")
    words = to.inner(node.this)
    if digits is None or number_of(digits) == 0:
        return f"{words} (rounded)"
    many = "" if number_of(digits) == 1 else "s"
    return f"{words} (rounded to {to.say(digits)} decimal{many})"


@told(CALLS, exp.Abs)
def _size(node: exp.Expr, to: Telling) -> str:
    return f"absolute value of {to.of(node.this)}"


@told(CALLS, exp.Cast)
def _cast(node: exp.Expr, to: Telling) -> str:
    if node.args["to"].this == exp.DType.DATE:
        if isinstance(node.this, exp.TimestampTrunc):
            return to.say(node.this)  # the start of a unit, as the day that it is
        return f"day of {to.of(node.this)}"
    return f"{to.inner(node.this)} as {node.args['to'].sql()}"


# -- windows ---------------------------------------------------------------------------------------

_RANKS: dict[type[exp.Expr], str] = {
    exp.RowNumber: "row number",
    exp.Rank: "rank",
    exp.DenseRank: "rank without gaps",
    exp.PercentRank: "rank from 0 to 1",
    exp.CumeDist: "share of rows up to this one",
}


@told(CALLS, exp.Window)
def _windowed(node: exp.Expr, to: Telling) -> str | None:
    if node.args.get("alias") is not None or node.args.get("over") not in (None, "OVER"):
        return None  # a window by its name
    call = node.this
    if isinstance(call, exp.IgnoreNulls | exp.RespectNulls):
        return None
    words = _figure(call, to)
    if words is None:
        return None
    groups = [to.inner(g) for g in node.args.get("partition_by") or ()]
    order = node.args.get("order")
    within = f" within each {listed(groups)}" if groups else ""
    by = f" in the order of {ordered(order, to)}" if order is not None else ""
    reach = ""
    is_figure = is_aggregate(call) and type(call) not in (*_RANKS, exp.Lag, exp.Lead)
    if is_figure:
        reach = " over " + _frame(node.args.get("spec"), order is not None)
    elif node.args.get("spec") is not None:
        return None
    return f"{words}{reach}{within}{by}"


def _figure(call: exp.Expr, to: Telling) -> str | None:
    rank = _RANKS.get(type(call))
    if rank is not None:
        return rank
    if isinstance(call, exp.Lag | exp.Lead):
        offset = call.args.get("offset")
        side = "before" if isinstance(call, exp.Lag) else "after"
        if call.args.get("default") is not None:
            return None
        rows = "1 row" if offset is None or number_of(offset) == 1 else f"{to.say(offset)} rows"
        return f"{to.inner(call.this)} of {rows} {side}"
    if isinstance(call, exp.FirstValue | exp.LastValue):
        return f"{'first' if isinstance(call, exp.FirstValue) else 'last'} {to.inner(call.this)}"
    return to.say(call) if is_aggregate(call) else None


def _frame(spec: exp.Expr | None, is_ordered: bool) -> str:
    if spec is None:
        return "all rows up to this one" if is_ordered else "all rows"
    unit = "row" if spec.text("kind") == "ROWS" else "step"
    ends = (_edge(spec, "start", unit), _edge(spec, "end", unit))
    return f"the rows from {ends[0]} to {ends[1]}"


def _edge(spec: exp.Expr, end: str, unit: str) -> str:
    value = spec.args.get(end)
    side = spec.args.get(f"{end}_side")
    if value is None or value == "CURRENT ROW":
        return "this one"
    if value == "UNBOUNDED":
        return "the first" if side == "PRECEDING" else "the last"
    size = value.name if isinstance(value, exp.Expr) else str(value)
    many = "" if size == "1" else "s"
    return f"{size} {unit}{many} {'before' if side == 'PRECEDING' else 'after'}"


def ordered(order: exp.Expr, to: Telling) -> str:
    """Sort keys in words."""
    keys = []
    for one in order.expressions:
        key = one.this if isinstance(one, exp.Ordered) else one
        is_down = isinstance(one, exp.Ordered) and bool(one.args.get("desc"))
        keys.append(f"{to.inner(key)} {'descending' if is_down else 'ascending'}")
    return ", then ".join(keys)
