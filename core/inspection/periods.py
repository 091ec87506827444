"""What a SELECT without a time filter makes of all the time that it reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from core.statement.calendar import day_after, moment_of
from core.statement.reach import Reach, has_recurring, is_axis
from core.statement.scopes import Scope, Source
from core.statement.trees import bare, columns_in, conjuncts, limit_of, number_of

#: figures: one figure over all of it; rows: every row of it; cases: figures that each take their
#: own stretch of it; periods: a figure for each step of time; some: a few rows, the values of a
#: column, the first or last moment.
Kind = Literal["figures", "rows", "cases", "periods", "some"]
_WORST: tuple[Kind, ...] = ("figures", "rows", "cases", "periods", "some")


def kind_of(scope: Scope, reach: Reach) -> Kind:
    """What becomes of the rows of a SELECT; where it hands them on, the worst that readers do."""
    select = scope.select
    calls = scope.aggregates()
    if not calls and scope.group is None:
        if select.args.get("distinct") or scope.place == "subquery" or limit_of(select) is not None:
            return "some"
        readers = [kind_of(reader, reach) for reader, _ in reach.readers(scope)]
        return min(readers, key=_WORST.index) if readers else "rows"
    if not calls:
        return "some"
    if any(_is_step(key, scope) for key in scope.group_keys()):
        return "periods"
    if all(_is_edge(call, scope) for call in calls):
        return "some"
    if all(_own_condition(call, scope) is not None for call in calls):
        return "cases"
    return "figures"


def _is_step(key: exp.Expr, scope: Scope) -> bool:
    """Whether groups are steps of time that do not come round again."""
    columns = columns_in(key)
    return bool(columns) and all(is_axis(c, scope) for c in columns) and not has_recurring(key)


def _is_edge(call: exp.Expr, scope: Scope) -> bool:
    """Whether only a first or last moment, or which values there are, is asked for."""
    if isinstance(call, exp.Min | exp.Max):
        return is_axis(_chosen(call.this), scope)
    if isinstance(call, exp.ArgMax | exp.ArgMin):
        return is_axis(_chosen(call.expression), scope)
    if not isinstance(call, exp.Count) or not isinstance(call.this, exp.Distinct):
        return False
    origins = [scope.origin(e) for e in call.this.expressions]
    return all(o is not None and o.column.role == "dimension" for o in origins)


def _chosen(node: exp.Expr | None) -> exp.Expr | None:
    """The value of a CASE with one branch and no other value, any other expression itself."""
    node = bare(node)
    if isinstance(node, exp.Case) and len(node.args["ifs"]) == 1 and not node.args.get("default"):
        value = node.args["ifs"][0].args.get("true")
        return value if isinstance(value, exp.Expr) else None
    return node


@dataclass(frozen=True, slots=True)
class _Own:
    """The condition inside an aggregate. is_empty: without a row in it there is no value."""

    condition: exp.Expr
    is_empty: bool


def _own_condition(call: exp.Expr, scope: Scope) -> _Own | None:
    """A CASE or IF around all that an aggregate takes, that asks for a time."""
    inside = bare(call.this)
    if isinstance(inside, exp.Distinct) and len(inside.expressions) == 1:
        inside = bare(inside.expressions[0])
    if isinstance(inside, exp.Case) and inside.this is None and len(inside.args["ifs"]) == 1:
        condition, default = inside.args["ifs"][0].this, inside.args.get("default")
    elif isinstance(inside, exp.If):
        condition, default = inside.this, inside.args.get("false")
    else:
        return None
    is_empty = default is None or isinstance(default, exp.Null)
    if not is_empty and not (isinstance(call, exp.Sum) and number_of(default) == 0):
        return None
    if not any(is_axis(c, scope) for c in columns_in(condition)):
        return None
    return _Own(condition, is_empty)


@dataclass(frozen=True, slots=True)
class Stretch:
    """start <= column < end for every row that a figure takes, None for an open side, never for
    both. is_exact: the figures are the same when nothing else is read."""

    name: str
    start: dt.datetime | None
    end: dt.datetime | None
    is_exact: bool


def stretch_of(scope: Scope, source: Source) -> Stretch | None:
    """The time that the figures of a SELECT span together, where each says its own."""
    found: list[Stretch] = []
    for call in scope.aggregates():
        own = _own_condition(call, scope)
        if own is None:
            return None
        edges = _edges(own.condition, scope, source)
        if edges is None:
            return None
        is_exact = own.is_empty and scope.group is None
        found.append(Stretch(edges[0], edges[1], edges[2], is_exact))
    if len({s.name for s in found}) != 1:
        return None
    starts = [s.start for s in found if s.start is not None]
    ends = [s.end for s in found if s.end is not None]
    start = min(starts) if len(starts) == len(found) else None
    end = max(ends) if len(ends) == len(found) else None
    if start is None and end is None:
        return None
    return Stretch(found[0].name, start, end, all(s.is_exact for s in found))


def _edges(
    condition: exp.Expr, scope: Scope, source: Source
) -> tuple[str, dt.datetime | None, dt.datetime | None] | None:
    """(column, start, end) where a condition holds a column of the source, on both sides if there
    is one that it so holds."""
    starts: dict[str, dt.datetime] = {}
    ends: dict[str, dt.datetime] = {}
    for op, name, at in edges_in(conjuncts(condition), scope, source):
        is_date = source.table is not None and source.table.columns[name].type == "date"
        if op in ("GT", "GTE", "EQ"):
            starts[name] = max(at, starts.get(name, at))
        if op in ("LT", "LTE", "EQ"):
            is_open = op == "LT" and not (is_date and at.time() != dt.time(0))
            end = at if is_open else day_after(at) if is_date else at + dt.timedelta(seconds=1)
            ends[name] = min(end, ends.get(name, end))
    names = sorted({*starts, *ends}, key=lambda name: (name in starts) + (name in ends))
    return (names[-1], starts.get(names[-1]), ends.get(names[-1])) if names else None


_FLIPPED = {"GT": "LT", "GTE": "LTE", "LT": "GT", "LTE": "GTE", "EQ": "EQ"}


def edges_in(
    conditions: list[exp.Expr], scope: Scope, source: Source
) -> list[tuple[str, str, dt.datetime]]:
    """(operator, column, moment) of each comparison of a time column of the source with a literal
    moment; BETWEEN as its two ends."""
    found: list[tuple[str, str, dt.datetime]] = []
    for condition in conditions:
        if isinstance(condition, exp.Between):
            sides = [("GTE", condition.this, condition.args["low"])]
            sides.append(("LTE", condition.this, condition.args["high"]))
        elif isinstance(condition, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.EQ):
            op = type(condition).__name__
            sides = [(op, condition.this, condition.expression)]
            sides.append((_FLIPPED[op], condition.expression, condition.this))
        else:
            continue
        for op, left, right in sides:
            at, column = moment_of(right), bare(left)
            if at is None or not isinstance(column, exp.Column) or not is_axis(column, scope):
                continue
            origin = scope.origin(column)
            if origin is not None and scope.owner(column) is source:
                found.append((op, origin.column.name, at))
    return found
