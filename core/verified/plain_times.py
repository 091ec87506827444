"""A statement's times as plain windows, however they were written.

`YEAR(day) = 2026 AND MONTH(day) = 5`, `DATE_TRUNC('month', day) = '2026-05-01'` and a list of days
that follow each other say the same as `day >= '2026-05-01' AND day < '2026-06-01'`. What is made
here is compared with the question and never run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from sqlglot import exp

_DAY: Final = dt.timedelta(days=1)
#: Months of the units that a date is cut to.
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"day": 1, "week": 7}


def with_plain_times(tree: exp.Expr, now: dt.datetime) -> exp.Expr:
    """A copy in which each such condition is two comparisons. An end after `now` becomes `now`:
    there is no row behind it. What is not understood stays."""
    tree = tree.copy()
    for node in list(tree.find_all(exp.EQ, exp.In)):
        column = _cut(node) or _listed(node)
        if column is not None:
            node.replace(_within(*column))
    for select in [tree, *tree.find_all(exp.Select)]:
        _calendar_parts(select)
    for end in list(tree.find_all(exp.LT, exp.LTE)):
        _not_after(end.expression, now)
    for between in list(tree.find_all(exp.Between)):
        _not_after(between.args["high"], now, is_within=True)
    return tree


def _within(column: exp.Expr, start: dt.date, end: dt.date) -> exp.Expr:
    low = exp.GTE(this=column.copy(), expression=exp.Literal.string(start.isoformat()))
    high = exp.LT(this=column.copy(), expression=exp.Literal.string(end.isoformat()))
    return exp.Paren(this=exp.And(this=low, expression=high))


def _cut(node: exp.Expr) -> tuple[exp.Expr, dt.date, dt.date] | None:
    """`DATE_TRUNC('month', x) = '2026-05-01'` or `DATE_FORMAT(x, '%Y-%m') = '2026-05'`."""
    if not isinstance(node, exp.EQ):
        return None
    cut, said = _bare(node.this), _bare(node.expression)
    if isinstance(cut, exp.Literal):
        cut, said = said, cut
    if not isinstance(said, exp.Literal) or not said.is_string:
        return None
    if isinstance(cut, exp.TimeToStr):
        text = {"%Y-%m": f"{said.name}-01", "%Y": f"{said.name}-01-01"}.get(
            str(cut.args["format"].name), ""
        )
        unit = "month" if len(said.name) > len("2026") else "year"
        start, column = _date(text), _bare(cut.this)
    elif isinstance(cut, exp.DateTrunc | exp.TimestampTrunc):
        unit, start, column = cut.text("unit").casefold(), _date(said.name), _bare(cut.this)
    else:
        return None
    if start is None or not isinstance(column, exp.Column):
        return None
    end = _after(start, unit)
    return (column, start, end) if end is not None else None


def _listed(node: exp.Expr) -> tuple[exp.Expr, dt.date, dt.date] | None:
    """`x IN ('2026-06-13', '2026-06-14')`: days that follow each other."""
    if not isinstance(node, exp.In) or isinstance(node.parent, exp.Not):
        return None
    days = [_date(_bare(e).name) for e in node.expressions]
    known = sorted(d for d in days if d is not None)
    if not known or len(known) != len(days) or known[-1] - known[0] != _DAY * (len(known) - 1):
        return None
    return node.this, known[0], known[-1] + _DAY


def _calendar_parts(select: exp.Expr) -> None:
    """`YEAR(x) = 2026`, and with it `MONTH(x) = 5` and `QUARTER(x) = 2`."""
    parts = list(_parts(select))
    years = {column: number for kind, column, number, _ in parts if kind == "year"}
    narrowed = set()
    for kind, column, number, node in parts:
        year = years.get(column)
        months = {"month": 1, "quarter": 3}.get(kind)
        if year is None or months is None or not 1 <= number <= 12 // months:
            continue
        start = dt.date(year, (number - 1) * months + 1, 1)
        if node.find_ancestor(exp.If, exp.Case) is None:
            narrowed.add(column)
        node.replace(_within(_bare(node.this.this), start, _later(start, months)))
    for kind, column, number, node in parts:
        if kind == "year" and column in narrowed:
            node.replace(exp.true())
        elif kind == "year":
            start = dt.date(number, 1, 1)
            node.replace(_within(_bare(node.this.this), start, _later(start, 12)))


def _parts(select: exp.Expr) -> Iterator[tuple[str, str, int, exp.EQ]]:
    kinds = {exp.Year: "year", exp.Month: "month", exp.Quarter: "quarter"}
    for node in select.find_all(exp.EQ):
        kind = kinds.get(type(node.this))
        if kind is None or node.find_ancestor(exp.Select) is not select:
            continue
        column, number = _bare(node.this.this), node.expression
        if not isinstance(column, exp.Column) or not isinstance(number, exp.Literal):
            continue
        if number.name.isdecimal() and 1 <= int(number.name) < dt.MAXYEAR:
            yield kind, column.name, int(number.name), node


def _not_after(literal: exp.Expr, now: dt.datetime, *, is_within: bool = False) -> None:
    literal = _bare(literal)
    day = _date(literal.name) if isinstance(literal, exp.Literal) else None
    if day is None or dt.datetime.combine(day, dt.time()) <= now:
        return
    last = now - _DAY if is_within or isinstance(literal.find_ancestor(exp.LTE), exp.LTE) else now
    literal.set("this", last.date().isoformat())


def _after(start: dt.date, unit: str) -> dt.date | None:
    if unit in _MONTHS:
        return _later(start, _MONTHS[unit])
    days = _DAYS.get(unit)
    return start + _DAY * days if days else None


def _later(start: dt.date, months: int) -> dt.date:
    count = start.year * 12 + start.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)


def _bare(node: exp.Expr) -> exp.Expr:
    wrappers = (exp.Paren, exp.Cast, exp.TryCast, exp.TsOrDsToDate, exp.Date, exp.TsOrDsToTimestamp)
    while isinstance(node, wrappers) and isinstance(node.this, exp.Expr):
        node = node.this
    return node


def _date(text: str) -> dt.date | None:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.date() if moment.time() == dt.time() else None
