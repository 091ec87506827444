"""Figures in different units that are added up or compared as bare numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, removed, shown
from core.inspection.units import unit_of
from core.semantic.phrases import listed
from core.semantic.units import UnitError, convert, display_unit, same_dimension
from core.statement.scopes import Scope, Statement
from core.statement.trees import bare, conjuncts, own_nodes, value_of

_SUMS = (exp.Add, exp.Sub)
_COMPARED = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.NEQ)


def mixed_units(statement: Statement) -> Iterator[Hit]:
    """Sums, differences and comparisons of figures in different units."""
    for scope in statement.scopes:
        for node in own_nodes(scope.select):
            if not isinstance(node, (*_SUMS, *_COMPARED)):
                continue
            one, other = unit_of(node.this, scope), unit_of(node.expression, scope)
            if one is None or other is None or one == other:
                continue
            done = "added" if isinstance(node, _SUMS) else "compared"
            is_convertible = _convertible(one, other)
            fix, edit = "", None
            if is_convertible:
                fix, edit = _converted(node, one, other, scope)
            elif isinstance(node, _SUMS):
                fix, edit = _apart(node, scope)
            else:
                fix, edit = _left_out(node, scope)
            yield Hit(
                node,
                f"{shown(node.this)} is in {_sign(one)} and {shown(node.expression)} in "
                f"{_sign(other)}: they are {done} as bare numbers. "
                + ("Convert one of them first." if is_convertible else
                   "They measure different things."),
                fix=fix,
                edit=edit,
            )  # fmt: skip


def _sign(unit: str) -> str:
    return display_unit(unit) or unit


def _convertible(one: str, other: str) -> bool:
    try:
        return same_dimension(one, other)
    except UnitError:
        return False


def _everywhere(node: exp.Expr, scope: Scope) -> list[exp.Expr]:
    """Each place of the SELECT that says the same: a group and the column that shows it change
    together."""
    return [each for each in own_nodes(scope.select) if each == node]


def _converted(node: exp.Expr, one: str, other: str, scope: Scope) -> tuple[str, Edit]:
    """The right side in the unit of the left one."""
    side = node.expression
    offset = convert(0.0, other, one)
    factor = float(f"{convert(1.0, other, one) - offset:.12g}")
    divisor = float(f"{1 / factor:.12g}") if factor else 0.0
    value = exp.Paren(this=side.copy()) if isinstance(side, exp.Binary) else side.copy()
    # 1 / 60 has no end; 60 does.
    is_divided = not factor.is_integer() and divisor.is_integer()
    number = exp.Literal.number(_written(divisor if is_divided else factor))
    kind = exp.Div if is_divided else exp.Mul
    new: exp.Expr = kind(this=value, expression=number)
    if offset:
        shift = exp.Literal.number(_written(abs(offset)))
        new = (exp.Sub if offset < 0 else exp.Add)(this=new, expression=shift)
        new = exp.Paren(this=new)

    places = _everywhere(node, scope)

    def edit(twin: Twin) -> None:
        for place in places:
            twin(place.expression).replace(new.copy())

    return f"Convert {shown(side)} to {_sign(one)}", edit


def _written(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


# -- sums ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """The terms of a sum that are in one unit, None for those of which it is not known."""

    unit: str | None
    terms: list[tuple[bool, exp.Expr]]  # (is taken off, term)


def _apart(node: exp.Expr, scope: Scope) -> tuple[str, Edit]:
    """The sum as one column for each unit; where it is no column of the result, its first unit."""
    top = node
    while isinstance(top.parent, (*_SUMS, exp.Paren)):
        top = top.parent
    parts = _parts(top, scope)
    item = _item_of(top, scope)
    if item is None:
        unit = _sign(parts[0].unit or "")
        left = listed([shown(_joined(p)) for p in parts[1:]])
        return f"Take only what is in {unit}, without {left}", _only(top, parts[0], scope)
    names = [_name_of(item, part, n) for n, part in enumerate(parts)]
    units = listed([_sign(p.unit) for p in parts if p.unit])
    return f"Give a column for each unit: {units}", _split(scope, item, top, parts, names)


def _parts(top: exp.Expr, scope: Scope) -> list[_Part]:
    """The terms by unit, in the order in which each unit first stands."""
    found: dict[str | None, _Part] = {}
    stack: list[tuple[bool, exp.Expr]] = [(False, top)]
    while stack:
        is_off, at = stack.pop()
        inner = bare(at)
        if isinstance(inner, _SUMS) and unit_of(inner, scope) is None:
            flipped = is_off != isinstance(inner, exp.Sub)
            stack += [(flipped, inner.expression), (is_off, inner.this)]
            continue
        unit = unit_of(at, scope)
        found.setdefault(unit, _Part(unit, [])).terms.append((is_off, at))
    return sorted(found.values(), key=lambda part: part.unit is None)


def _joined(part: _Part) -> exp.Expr:
    """The terms of one unit added up; a unit that is only taken off stands as it is."""
    off_all = all(is_off for is_off, _ in part.terms)
    added = [term for is_off, term in part.terms if is_off == off_all]
    taken = [term for is_off, term in part.terms if is_off != off_all]
    whole = added[0].copy()
    for term in added[1:]:
        whole = exp.Add(this=whole, expression=_closed(term))
    for term in taken:
        whole = exp.Sub(this=whole, expression=_closed(term))
    return whole


def _closed(term: exp.Expr) -> exp.Expr:
    return exp.Paren(this=term.copy()) if isinstance(term, _SUMS) else term.copy()


def _item_of(top: exp.Expr, scope: Scope) -> exp.Expr | None:
    """The column of the result that the sum is a part of; None where its columns are counted on
    elsewhere: in a step, a set operation, a subquery, or as a group."""
    if scope.place != "root" or scope.is_arm:
        return None
    for item in scope.select.expressions:
        value = value_of(item)
        if any(part is top for part in value.walk()):
            is_group = any(key == value for key in scope.group_keys())
            return None if is_group else item
    return None


def _name_of(item: exp.Expr, part: _Part, number: int) -> str:
    stem = item.alias if isinstance(item, exp.Alias) else "total"
    sign = re.sub(r"[^a-z0-9]+", "_", _sign(part.unit or "").lower()).strip("_")
    return f"{stem}_{sign or ('other' if part.unit is None else number + 1)}"


def _only(top: exp.Expr, part: _Part, scope: Scope) -> Edit:
    new = exp.Paren(this=_joined(part)) if len(part.terms) > 1 else _joined(part)
    places = _everywhere(top, scope)

    def edit(twin: Twin) -> None:
        for place in places:
            twin(place).replace(new.copy())

    return edit


def _split(
    scope: Scope, item: exp.Expr, top: exp.Expr, parts: list[_Part], names: list[str]
) -> Edit:
    def edit(twin: Twin) -> None:
        select, place, whole = twin(scope.select), twin(item), twin(top)
        path = _path(whole, place)
        columns: list[exp.Expr] = []
        for part, name in zip(parts, names, strict=True):
            column = place.copy()
            value = column.this if isinstance(column, exp.Alias) else column
            holder = exp.Paren(this=value)
            _at(column, path).replace(_joined(part))
            columns.append(exp.alias_(holder.this, name))
        items = [columns[0] if each is place else each for each in select.expressions]
        # The others stand last, so that positions in GROUP BY and ORDER BY keep their meaning.
        select.set("expressions", [*items, *columns[1:]])
        if isinstance(item, exp.Alias):
            _renamed(select, item.alias, names[0], scope)

    return edit


def _path(node: exp.Expr, top: exp.Expr) -> int:
    """Where a node stands among those of its tree."""
    return next(n for n, each in enumerate(top.walk()) if each is node)


def _at(tree: exp.Expr, path: int) -> exp.Expr:
    return next(each for n, each in enumerate(tree.walk()) if n == path)


def _renamed(select: exp.Expr, old: str, new: str, scope: Scope) -> None:
    """The name of a column of the result where other clauses say it."""
    for clause in ("order", "having", "qualify", "group"):
        part = select.args.get(clause)
        for column in part.find_all(exp.Column) if part is not None else ():
            is_alias = not column.table and column.name.casefold() == old.casefold()
            if is_alias and scope.owner_of_name(column) is None:
                column.set("this", exp.to_identifier(new))


# -- comparisons -----------------------------------------------------------------------------------


def _left_out(node: exp.Expr, scope: Scope) -> tuple[str, Edit]:
    """The comparison is left out: as a condition on its own, or as one that always holds."""
    parts = [scope.where, *(scope.select.args.get(n) for n in ("having", "qualify"))]
    chains = [c.this if isinstance(c, exp.Having | exp.Qualify) else c for c in parts]
    label = f"Leave {shown(node)} out, as if it held for every row"
    if any(condition is node for chain in chains for condition in conjuncts(chain)):

        def without(twin: Twin) -> None:
            removed(node, twin)

        return label, without

    places = _everywhere(node, scope)

    def held(twin: Twin) -> None:
        for place in places:
            twin(place).replace(exp.true())

    return label, held


RULES = (Rule("mixed_units", "Figures in different units", mixed_units),)
