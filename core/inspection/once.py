"""A SELECT over a join, written so that a row that the join repeats counts once in each group.

The rows of the tables concerned are numbered before the join; behind it, the first of each number
in each group is told from its repetitions, and only that one enters the figures.

    SELECT w.order_type, SUM(r.down_min) FROM r JOIN w ON ... GROUP BY w.order_type

    SELECT order_type, SUM(CASE WHEN r_turn = 1 THEN down_min END)
    FROM (SELECT w.order_type, r.down_min,
                 ROW_NUMBER() OVER (PARTITION BY r.r_row, w.order_type ORDER BY r.r_row) AS r_turn
          FROM (SELECT ..., ROW_NUMBER() OVER (ORDER BY ...) AS r_row FROM r) AS r JOIN w ON ...)
    GROUP BY order_type
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from core.inspection.rule import Edit, Twin
from core.inspection.sources import as_subquery, used_columns
from core.statement.scopes import Scope, Source
from core.statement.trees import columns_in, conjuncts

#: An aggregate and the source whose rows it takes.
Counted = tuple[exp.Expr, Source]

_INSIDE = frozenset(("from_", "joins", "where", "with_"))


@dataclass(frozen=True, slots=True)
class _Used:
    """A column that stands behind the join, and its name there. is_within: it stands in a
    subquery, where another column may have that name."""

    column: exp.Column
    name: str
    is_within: bool


def counted_once(scope: Scope, counted: Sequence[Counted]) -> Edit | None:
    """An edit after which each row counts once in each group; None where the SELECT list has a
    `*`, which beside figures no engine takes."""
    parts = _parts(scope)
    if any(item.is_star for item in scope.select.expressions):
        return None
    used = _used(parts, scope)
    sources = {id(source): source for _, source in counted}
    taken = {u.name.casefold() for u in used} | set(scope.sources)
    signs = {key: (_free(f"{s.name}_row", taken), _free(f"{s.name}_turn", taken))
             for key, s in sources.items()}  # fmt: skip
    numbered = {key: _numbered(scope, s, signs[key][0]) for key, s in sources.items()}
    groups = [key for key in scope.group_keys() if columns_in(key)]
    joined = _free("joined", taken)

    def edit(twin: Twin) -> None:
        select = twin(scope.select)
        for call, source in counted:
            _take_first(twin(call), signs[id(source)][1])
        items: list[exp.Expr] = [
            twin(u.column).copy()
            if u.name == u.column.name
            else exp.alias_(u.column.copy(), u.name)
            for u in {u.name.casefold(): u for u in used}.values()
        ]
        for key, source in sources.items():
            row, turn = signs[key]
            items.append(exp.alias_(_turn(exp.column(row, table=source.name), groups), turn))
        for u in used:
            _renamed(twin(u.column), u.name, joined if u.is_within else None)
        for key, source in sources.items():
            names, conditions = numbered[key]
            place = twin(source.node)
            place.replace(as_subquery(source, [n.copy() for n in names], conditions, place.copy()))
        inner = exp.Select(
            expressions=items, from_=select.args["from_"], joins=select.args.get("joins")
        )
        inner.set("where", select.args.get("where"))
        alias = exp.TableAlias(this=exp.to_identifier(joined))
        select.set("from_", exp.From(this=exp.Subquery(this=inner, alias=alias)))
        select.set("joins", None)
        select.set("where", None)

    return edit


def _parts(scope: Scope) -> list[exp.Expr]:
    """The clauses that stand behind the join."""
    found: list[exp.Expr] = []
    for name, value in scope.select.args.items():
        if name not in _INSIDE:
            found += [v for v in (value if isinstance(value, list) else [value])
                      if isinstance(v, exp.Expr)]  # fmt: skip
    return found


def _used(parts: list[exp.Expr], scope: Scope) -> list[_Used]:
    """Each column of the sources behind the join, every place of it."""
    found: list[tuple[exp.Column, Source, bool]] = []
    for part in parts:
        for column in columns_in(part):
            owner = scope.owner(column)
            if owner is not None:
                found.append((column, owner, False))
        found += _within(part, scope)
    owners: dict[str, set[int]] = {}
    for column, owner, _ in found:
        owners.setdefault(column.name.casefold(), set()).add(id(owner))
    used: list[_Used] = []
    for column, owner, is_within in found:
        is_alone = len(owners[column.name.casefold()]) == 1
        name = column.name if is_alone else f"{owner.name}_{column.name}"
        used.append(_Used(column, name, is_within))
    return used


def _within(part: exp.Expr, scope: Scope) -> list[tuple[exp.Column, Source, bool]]:
    """The columns of the sources in subqueries of an expression, which say whose they are."""
    found: dict[int, tuple[exp.Column, Source, bool]] = {}
    for query in part.find_all(exp.Query):
        inside = {t.alias_or_name.casefold() for t in query.find_all(exp.Table, exp.Subquery)}
        for column in query.find_all(exp.Column):
            table = column.text("table").casefold()
            if table in scope.sources and table not in inside:
                found[id(column)] = (column, scope.sources[table], True)
    return list(found.values())


def _free(name: str, taken: set[str]) -> str:
    """A name that is not taken, which it then is."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found.casefold())
    return found


def _numbered(scope: Scope, source: Source, row: str) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """The columns of a source that are used and a number for each row; the conditions that may
    be met before the join."""
    columns: list[exp.Expr] = [
        exp.column(n, table=source.name) for n in used_columns(scope, source)
    ]
    time = source.table.own_time if source.table is not None else None
    first = exp.column(time.timestamp, table=source.name) if time is not None else None
    order = first if first is not None else columns[0] if columns else exp.Literal.number(1)
    number = exp.Window(this=exp.RowNumber(), order=_by(order))
    conditions = [] if source.is_nullable else _own(scope.where, scope, source)
    conditions += _carried(scope, source)
    join = source.join
    if join is not None and join.side.upper() in ("", "LEFT"):
        conditions += _own(join.args.get("on"), scope, source)
    return [*columns, exp.alias_(number, row)], conditions


def _own(clause: exp.Expr | None, scope: Scope, source: Source) -> list[exp.Expr]:
    """The conditions on this source alone."""
    return [
        condition
        for condition in conjuncts(clause)
        if columns_in(condition)
        and all(scope.owner(c) is source for c in columns_in(condition))
        and condition.find(exp.Query) is None
    ]


def _carried(scope: Scope, source: Source) -> list[exp.Expr]:
    """What holds for a column of the source because one that it equals in the join is held in
    WHERE: it then reads less."""
    join = source.join
    if join is None or join.side.upper() not in ("", "LEFT"):
        return []
    found: list[exp.Expr] = []
    pairs = [
        (c.this, c.expression) for c in conjuncts(join.args.get("on")) if isinstance(c, exp.EQ)
    ]
    for mine, other in [*pairs, *((b, a) for a, b in pairs)]:
        owner = scope.owner(other) if isinstance(other, exp.Column) else None
        if not isinstance(mine, exp.Column) or scope.owner(mine) is not source or owner is None:
            continue
        for condition in [] if owner.is_nullable else _own(scope.where, scope, owner):
            if {c.name.casefold() for c in columns_in(condition)} == {other.name.casefold()}:
                copy = exp.Paren(this=condition.copy())
                for column in columns_in(copy):
                    column.replace(mine.copy())
                found.append(copy.this)
    own = _own(scope.where, scope, source)
    return [c for c in found if c not in own]


def _turn(row: exp.Column, keys: list[exp.Expr]) -> exp.Window:
    return exp.Window(
        this=exp.RowNumber(),
        partition_by=[row.copy(), *(key.copy() for key in keys)],
        order=_by(row),
    )


def _by(key: exp.Expr) -> exp.Order:
    return exp.Order(expressions=[exp.Ordered(this=key.copy(), nulls_first=True)])


def _take_first(call: exp.Expr, turn: str) -> None:
    """The aggregate over the first repetition of each row."""
    is_first = exp.EQ(this=exp.column(turn), expression=exp.Literal.number(1))
    inside = call.this
    if isinstance(call, exp.CountIf):
        condition = exp.And(this=is_first, expression=exp.Paren())
        call.set("this", condition)
        condition.expression.set("this", inside)
        return
    value = exp.Literal.number(1) if isinstance(inside, exp.Star) else inside
    case = exp.Case(ifs=[exp.If(this=is_first)])
    call.set("this", case)
    # Moved, not copied: the columns in it are named anew below.
    case.args["ifs"][0].set("true", value)


def _renamed(column: exp.Expr, name: str, table: str | None) -> None:
    """The column as it is called behind the join; an item of the SELECT list keeps its name."""
    parent, before = column.parent, column.name
    new = exp.column(name, table=table)
    if isinstance(parent, exp.Select) and name != before:
        column.replace(exp.alias_(new, before))
    else:
        column.replace(new)
