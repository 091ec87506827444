"""A SELECT over two joined tables, written so that each is grouped before the join.

Both tables are grouped by the columns of the join, so that no row is repeated, and the groups are
put together again to those that were asked for: sums of sums, the lowest of the lowest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from core.inspection.rule import Edit, Twin, both
from core.statement.scopes import GROUPINGS, Scope, Source
from core.statement.trees import bare, columns_in, conjuncts, value_of

_ADDED = (exp.Sum, exp.Count, exp.Min, exp.Max, exp.Avg)


@dataclass(slots=True)
class _Side:
    """One of the tables. keys: its columns of the join, in order; conditions: of WHERE and ON on
    it alone; figures: aggregates of its rows, by their number."""

    source: Source
    is_optional: bool = False  # rows of the other side without a match here stay
    keys: list[str] = field(default_factory=list)
    conditions: list[exp.Expr] = field(default_factory=list)
    figures: dict[str, exp.Expr] = field(default_factory=dict)

    def key_names(self) -> list[str]:
        return [k.casefold() for k in self.keys]


def grouped_apart(scope: Scope) -> Edit | None:
    """An edit that groups both tables before they are joined; None where that is not surely what
    the statement means: further tables, figures of both at once, groups that are no key of the
    join."""
    sides = _sides(scope)
    if sides is None or not _conditions(scope, sides) or not all(s.keys for s in sides):
        return None
    groups = [_position(key, scope, sides) for key in scope.group_keys()]
    if None in groups or not _is_plain(scope):
        return None
    is_whole = set(groups) == set(range(len(sides[0].keys)))
    figures = _figures(scope, sides, is_whole)
    if figures is None:
        return None
    tables = [_grouped(side) for side in sides]
    join = exp.Join(this=tables[1], side="LEFT" if sides[1].is_optional else None, on=_equal(sides))

    plain = _plain_columns(scope)

    def edit(twin: Twin) -> None:
        select = twin(scope.select)
        for column, owner in plain:
            twin(column).set("table", exp.to_identifier(owner.name))
        for call, new in figures:
            twin(call).replace(new.copy())
        select.set("from_", exp.From(this=tables[0].copy()))
        select.set("joins", [join.copy()])
        select.set("where", None)
        if is_whole:
            select.set("group", None)

    return edit


def _sides(scope: Scope) -> list[_Side] | None:
    sources = list(scope.sources.values())
    if len(sources) != 2 or any(s.table is None for s in sources):
        return None
    join = sources[1].join
    if join is None or join.side.upper() not in ("", "LEFT") or join.kind.upper() == "CROSS":
        return None
    return [_Side(sources[0]), _Side(sources[1], join.side.upper() == "LEFT")]


def _conditions(scope: Scope, sides: list[_Side]) -> bool:
    """Share the conditions out; False where one is on both tables and no equality of columns."""
    join = sides[1].source.join
    assert join is not None
    for name in join.args.get("using") or ():
        sides[0].keys.append(name.name)
        sides[1].keys.append(name.name)
    for condition in conjuncts(join.args.get("on")):
        if _add_keys(condition, scope, sides):
            continue
        at = _side_of(condition, scope, sides)
        if at is None or (at == 0 and sides[1].is_optional):
            return False
        sides[at].conditions.append(condition)
    for condition in conjuncts(scope.where):
        at = _side_of(condition, scope, sides)
        if at is None or (at == 1 and sides[1].is_optional):
            return False
        sides[at].conditions.append(condition)
    _carry_over(sides)
    return True


def _add_keys(condition: exp.Expr, scope: Scope, sides: list[_Side]) -> bool:
    pair = [bare(condition.this), bare(condition.args.get("expression"))]
    if not isinstance(condition, exp.EQ) or not all(isinstance(c, exp.Column) for c in pair):
        return False
    owners = [_side_of(c, scope, sides) for c in pair if c is not None]
    if sorted(o for o in owners if o is not None) != [0, 1]:
        return False
    for column, at in zip(pair, owners, strict=True):
        if column is not None and at is not None:
            sides[at].keys.append(column.name)
    return True


def _carry_over(sides: list[_Side]) -> None:
    """A condition on a column of the join holds for the other side too, which then reads less."""
    one, other = sides
    carried = [(s, t, c) for s, t in ((one, other), (other, one)) for c in s.conditions]
    for source, target, condition in carried:
        names = source.key_names()
        if source.is_optional or not all(c.name.casefold() in names for c in columns_in(condition)):
            continue
        copy = condition.copy()
        for column in columns_in(copy):
            column.replace(exp.column(target.keys[names.index(column.name.casefold())]))
        if copy not in [_unqualified(c) for c in target.conditions]:
            target.conditions.append(copy)


def _unqualified(condition: exp.Expr) -> exp.Expr:
    copy = condition.copy()
    for column in columns_in(copy):
        column.set("table", None)
    return copy


def _side_of(node: exp.Expr, scope: Scope, sides: list[_Side]) -> int | None:
    """Which table an expression is of; None for both, neither, or a query inside."""
    owners = {id(scope.owner(c)) for c in columns_in(node)}
    if len(owners) != 1 or node.find(exp.Query) is not None:
        return None
    return next((n for n, side in enumerate(sides) if id(side.source) in owners), None)


def _position(key: exp.Expr, scope: Scope, sides: list[_Side]) -> int | None:
    """Which column of the join a group is."""
    plain = bare(key)
    if not isinstance(plain, exp.Column):
        return None
    at = _side_of(plain, scope, sides)
    # A column of the side that may have no match is NULL where the other is not.
    if at is None or sides[at].is_optional or plain.name.casefold() not in sides[at].key_names():
        return None
    return sides[at].key_names().index(plain.name.casefold())


def _is_plain(scope: Scope) -> bool:
    """Whether nothing but groups, figures, names and positions stands in it."""
    select = scope.select
    if any(select.args.get(k) for k in ("distinct", "having", "qualify", "with_")):
        return False
    if select.find(exp.Window) or (scope.group is not None and scope.group.find(*GROUPINGS)):
        return False
    order = select.args.get("order")
    aliases = scope.aliases()
    return order is None or all(
        isinstance(o.this, exp.Literal)
        or (isinstance(o.this, exp.Column) and not o.this.table and o.name.casefold() in aliases)
        for o in order.expressions
    )


def _figures(
    scope: Scope, sides: list[_Side], is_whole: bool
) -> list[tuple[exp.Expr, exp.Expr]] | None:
    """(aggregate, what stands for it) with the figures of each side named, None where one cannot
    be put together again."""
    found: list[tuple[exp.Expr, exp.Expr]] = []
    calls = scope.aggregates()
    for call in calls:
        at = _side_of(call, scope, sides)
        is_distinct = isinstance(call.this, exp.Distinct)
        if at is None or not (is_whole or (isinstance(call, _ADDED) and not is_distinct)):
            return None
        found.append((call, _again(call, sides[at], is_whole)))
    groups = scope.group_keys()
    for item in scope.select.expressions:
        value = value_of(item)
        outside = [c for c in columns_in(value) if not any(_within(c, call) for call in calls)]
        if item.is_star or any(c not in groups for c in outside):
            return None
    return found


def _plain_columns(scope: Scope) -> list[tuple[exp.Column, Source]]:
    """The groups' own columns where they stand, which both tables have one of."""
    parts = [value_of(item) for item in scope.select.expressions]
    parts += scope.group.expressions if scope.group is not None else []
    calls = scope.aggregates()
    found = [c for part in parts for c in columns_in(part) if not any(_within(c, a) for a in calls)]
    is_known = {id(c): scope.owner_of_name(c) is not None for c in found}
    owners = [(c, scope.owner(c)) for c in found if is_known[id(c)]]
    return [(c, owner) for c, owner in owners if owner is not None]


def _within(node: exp.Expr, call: exp.Expr) -> bool:
    at: exp.Expr | None = node
    while at is not None and at is not call:
        at = at.parent
    return at is call


def _again(call: exp.Expr, side: _Side, is_whole: bool) -> exp.Expr:
    """A figure out of the figures of the groups."""
    if isinstance(call, exp.Avg) and not is_whole:
        total = exp.Sum(this=_named(exp.Sum(this=call.this.copy()), side))
        count = exp.Sum(this=_named(exp.Count(this=call.this.copy()), side))
        below = exp.Nullif(this=count, expression=exp.Literal.number(0))
        ratio = exp.Div(this=total, expression=below)
        is_inside = isinstance(call.parent, exp.Binary | exp.Unary)
        return exp.Paren(this=ratio) if is_inside else ratio
    new: exp.Expr = _named(call, side)
    if not is_whole:
        new = type(call)(this=new) if isinstance(call, exp.Min | exp.Max) else exp.Sum(this=new)
    if isinstance(call, exp.Count) and side.is_optional:
        return exp.Coalesce(this=new, expressions=[exp.Literal.number(0)])
    return new


def _named(call: exp.Expr, side: _Side) -> exp.Column:
    """The column that a figure of a side is given as."""
    name = next((n for n, known in side.figures.items() if known == call), "")
    if not name:
        name = f"figure_{len(side.figures) + 1}"
        side.figures[name] = call.copy()
    return exp.column(name, table=side.source.name)


def _grouped(side: _Side) -> exp.Subquery:
    """The table of a side, grouped by the columns of the join."""
    keys = list(dict.fromkeys(side.keys))
    columns: list[exp.Expr] = [exp.column(k, table=side.source.name) for k in keys]
    items = [*columns, *(exp.alias_(v, n) for n, v in side.figures.items())]
    where: exp.Expr | None = None
    for condition in side.conditions:
        where = both(where, condition)
    table = side.source.node.copy()
    select = exp.Select(
        expressions=[i.copy() for i in items],
        from_=exp.From(this=table),
        group=exp.Group(expressions=[c.copy() for c in columns]),
    )
    if where is not None:
        select.set("where", exp.Where(this=where))
    for column in select.find_all(exp.Column):
        column.set("table", exp.to_identifier(side.source.name))
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(side.source.name)))


def _equal(sides: list[_Side]) -> exp.Expr:
    on: exp.Expr | None = None
    for mine, theirs in zip(sides[0].keys, sides[1].keys, strict=True):
        pair = exp.EQ(
            this=exp.column(mine, table=sides[0].source.name),
            expression=exp.column(theirs, table=sides[1].source.name),
        )
        on = pair if on is None else exp.And(this=on, expression=pair)
    assert on is not None
    return on
