"""How far back a SELECT reads: which of its tables are held to a stretch of time."""

from __future__ import annotations

from collections import defaultdict

from sqlglot import exp

from core.semantic.model import Column, Table
from core.statement.scopes import Scope, Source, Statement
from core.statement.trees import aggregates_in, bare, columns_in, conjuncts, limit_of

COMPARISONS = (exp.EQ, exp.NullSafeEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
# These come round again: a condition on them holds no stretch of time.
_RECURRING = (
    exp.Hour, exp.Minute, exp.Second, exp.Day, exp.DayOfMonth, exp.DayOfWeek, exp.DayOfWeekIso,
    exp.DayOfYear, exp.Week, exp.WeekOfYear, exp.Month, exp.Quarter, exp.Dayname, exp.Extract,
)  # fmt: skip
_RECURRING_NAMES = frozenset(("WEEKDAY", "WEEK_ISO", "WEEK", "DAYOFWEEK_ISO", "MONTHNAME"))


def axis_columns(table: Table) -> tuple[str, ...]:
    """Columns by which a table can be held to a stretch of time."""
    axis = table.own_time
    if axis is None:
        return ()
    names = (axis.timestamp, axis.date, axis.utc, axis.production_date)
    return tuple(name for name in names if name is not None)


def partition_column(table: Table) -> Column | None:
    """The date by which the model says that partitions are pruned, else the timestamp."""
    if table.own_time is None:
        return None
    return table.columns.get(table.own_time.date or table.own_time.timestamp)


class Reach:
    """Answers, for one statement, whether a table in a SELECT is held to a stretch of time.

    What counts is a comparison on a time column that every row has to meet: here, in a SELECT
    that reads the rows on (an engine carries it down), or through an equality with a table that
    is held itself.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._readers: dict[int, list[tuple[Scope, Source]]] = defaultdict(list)
        self._known: dict[tuple[int, str], bool] = {}
        for scope in statement.scopes:
            for source in scope.sources.values():
                for arm in source.arms:
                    self._readers[id(arm)].append((scope, source))

    def is_held(self, scope: Scope, source: Source) -> bool:
        key = (id(scope), source.name.casefold())
        if key not in self._known:
            self._known[key] = False  # a loop of references holds nothing
            self._known[key] = self._is_held(scope, source)
        return self._known[key]

    def readers(self, scope: Scope) -> list[tuple[Scope, Source]]:
        """The SELECTs that read a SELECT's rows on, each with the source that it is to them."""
        return self._readers.get(id(scope), [])

    def _is_held(self, scope: Scope, source: Source) -> bool:
        if source.name.casefold() in held_sources(scope):
            return True
        readers = self.readers(scope)
        if not readers or limit_of(scope.select) is not None or scope.select.find(exp.Window):
            return False
        return all(self.is_held(reader, inner) for reader, inner in readers)

    def open_sources(self, scope: Scope) -> list[Source]:
        """Tables with a time axis that are read from the beginning."""
        if _asks_for_edges(scope):
            return []
        return [
            source
            for source in scope.sources.values()
            if source.table is not None
            and source.table.own_time is not None
            and not self.is_held(scope, source)
        ]


def _asks_for_edges(scope: Scope) -> bool:
    """Whether it only asks for the first or last moment, which needs no rows."""
    if scope.group is not None or scope.joins() or scope.where is not None:
        return False
    found = [a for item in scope.select.expressions for a in aggregates_in(item)]
    columns = [c for item in scope.select.expressions for c in columns_in(item)]
    return bool(found) and all(
        isinstance(a, exp.Min | exp.Max) and is_axis(a.this, scope) for a in found
    ) and all(is_axis(c, scope) for c in columns)  # fmt: skip


def is_axis(node: exp.Expr | None, scope: Scope) -> bool:
    """Whether it is a plain column of a table's time axis."""
    origin = scope.origin(node)
    return origin is not None and origin.column.name in axis_columns(origin.table)


def held_sources(scope: Scope) -> set[str]:
    """Folded names of the sources that the SELECT's own conditions hold to a stretch of time."""
    held: set[str] = set()
    links: list[tuple[str, str]] = []
    for condition, allowed in conditions_of(scope):
        found, joined = _holds(condition, scope)
        held |= found & allowed
        links += [(a, b) for a, b in joined if a in allowed]
    timeless = {
        key
        for key, s in scope.sources.items()
        if (s.table is not None and s.table.own_time is None) or s.arms
    }
    changed = True
    while changed:
        changed = False
        for name, other in links:
            if name not in held and other in (held | timeless):
                held.add(name)
                changed = True
    return held


def conditions_of(scope: Scope) -> list[tuple[exp.Expr, set[str]]]:
    """(condition, the sources that it takes rows from)."""
    everything = set(scope.sources)
    found = [(c, everything) for c in conjuncts(scope.where)]
    before: set[str] = set()
    for key, source in scope.sources.items():
        join = source.join
        if join is not None:
            side = join.side.upper()
            allowed = {"LEFT": {key}, "RIGHT": set(before), "FULL": set()}.get(side, before | {key})
            found += [(c, allowed) for c in conjuncts(join.args.get("on"))]
            for name in join.args.get("using") or ():
                found += [(c, allowed) for c in _using(name, key, before, scope)]
        before.add(key)
    return found


def _using(name: exp.Expr, key: str, before: set[str], scope: Scope) -> list[exp.Expr]:
    here = exp.column(name.name, table=scope.sources[key].name)
    return [
        exp.EQ(this=here.copy(), expression=exp.column(name.name, table=scope.sources[b].name))
        for b in before
    ]


def _holds(condition: exp.Expr, scope: Scope) -> tuple[set[str], list[tuple[str, str]]]:
    """(sources held by a condition, (source, other source) equal in a time column)."""
    condition = bare(condition) or condition
    if isinstance(condition, exp.Or):
        sides = [condition.this, condition.expression]
        held = [set().union(*(_holds(c, scope)[0] for c in conjuncts(s))) for s in sides]
        return held[0] & held[1], []
    if isinstance(condition, exp.Between):
        return _held_by(condition.this, [condition.args["low"], condition.args["high"]], scope), []
    if isinstance(condition, exp.In):
        return _held_by(condition.this, list(condition.expressions), scope), []
    if isinstance(condition, exp.Like):
        return _held_by(condition.this, [condition.expression], scope), []
    if not isinstance(condition, COMPARISONS):
        return set(), []
    one, other = condition.this, condition.expression
    held_here = _held_by(one, [other], scope) | _held_by(other, [one], scope)
    links: list[tuple[str, str]] = []
    if isinstance(condition, exp.EQ | exp.NullSafeEQ):
        for mine, theirs in ((one, other), (other, one)):
            a, b = _time_source(mine, scope), _sources_in(theirs, scope)
            links += [(a, name) for name in b if a is not None and a != name]
    return held_here, links


def _held_by(side: exp.Expr, others: list[exp.Expr], scope: Scope) -> set[str]:
    name = _time_source(side, scope)
    if name is None or any(_sources_in(o, scope) for o in others):
        return set()
    return {name}


def _sources_in(node: exp.Expr, scope: Scope) -> set[str]:
    owners = [scope.owner(c) for c in columns_in(node)]
    return {o.name.casefold() for o in owners if o is not None}


def _time_source(node: exp.Expr, scope: Scope) -> str | None:
    """The source whose time an expression follows: a column, or a function that keeps order."""
    columns = columns_in(node)
    if len(columns) != 1 or not is_axis(columns[0], scope) or has_recurring(node):
        return None
    owner = scope.owner(columns[0])
    return owner.name.casefold() if owner is not None else None


def has_recurring(node: exp.Expr) -> bool:
    """Whether a part of it comes round again, such as an hour of the day."""
    for part in node.walk():
        if isinstance(part, exp.Extract) and part.name.upper() == "YEAR":
            continue
        if isinstance(part, _RECURRING):
            return True
        if isinstance(part, exp.Anonymous) and part.name.upper() in _RECURRING_NAMES:
            return True
        if isinstance(part, exp.TimeToStr):
            text = part.args["format"].name
            if not text.startswith(("%Y", "%y", "yyyy", "%F")):
                return True
    return False
