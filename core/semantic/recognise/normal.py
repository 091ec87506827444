"""One form of SQL expressions that give the same values, so that trees can be compared."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from core.semantic.model import Table

Rule = Callable[[exp.Expr], exp.Expr]

_ONE = exp.Literal.number(1)
_ZERO = exp.Literal.number(0)


def parts_of(condition: exp.Expr | None) -> list[exp.Expr]:
    """The conditions joined by AND, without parentheses around them."""
    if condition is None:
        return []
    bare = unwrapped(condition)
    if isinstance(bare, exp.And):
        return [*parts_of(bare.left), *parts_of(bare.right)]
    return [bare]


def unwrapped(tree: exp.Expr) -> exp.Expr:
    """The tree inside its parentheses."""
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return tree


def normal(tree: exp.Expr, table: Table) -> exp.Expr:
    """A copy of the expression in one form.

    Parentheses go (the tree holds the order), `NULLIF(x, 0)` under a division is `x` (division by
    zero is NULL), `COUNT(1)` is `COUNT(*)`, IF is CASE, a CASE without ELSE has none, factors
    and summands are sorted, casts around date literals and date functions go, and the day of the
    timestamp is the table's date column. Columns lose the table's name and their case.
    """
    holder = exp.Paren(this=tree.copy())
    for node in list(holder.walk(bfs=False))[::-1]:
        if node is holder:
            continue
        changed = _simplified(node, table)
        if changed is not node:
            node.replace(changed)
    found: exp.Expr = holder.this
    return found.pop()


def _simplified(node: exp.Expr, table: Table) -> exp.Expr:
    match node:
        case exp.Paren():
            return unwrapped(node)
        case exp.Column():
            return exp.Column(this=exp.Identifier(this=node.name.lower(), quoted=False))
        case exp.Literal() if not node.is_string:
            return exp.Literal.number(_number_text(node.name))
        case exp.Count() if node.this == _ONE or isinstance(node.this, exp.Star):
            return exp.Count(this=exp.Star())
        case exp.Count():
            node.set("big_int", None)
        case exp.Div():
            return _division(node)
        case exp.Mul() | exp.Add():
            return _sorted_chain(node)
        case exp.If() if not isinstance(node.parent, exp.Case):
            test = exp.If(this=node.this, true=node.args["true"])
            return _case(exp.Case(ifs=[test], default=node.args.get("false")))
        case exp.Case():
            return _case(node)
        case exp.Cast():
            return _cast(node, table)
        case exp.TsOrDsToDate():
            return _day(node.this, table)
        case exp.TimestampTrunc() | exp.DateTrunc():
            return _truncation(node, table)
        case exp.In():
            return _list(node)
        case exp.Not():
            return _negation(node)
        case exp.Or():
            return _alternatives(node)
        case exp.Sum():
            return _sum(node)
    return node


def _number_text(text: str) -> str:
    if "e" in text.lower():
        return text
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def _division(node: exp.Div) -> exp.Expr:
    under = node.expression
    if isinstance(under, exp.Nullif) and under.expression == _ZERO:
        under = under.this
    return exp.Div(this=node.this, expression=under)


def _sorted_chain(node: exp.Mul | exp.Add) -> exp.Expr:
    kind = type(node)
    terms: list[exp.Expr] = []

    def gather(part: exp.Expr) -> None:
        if isinstance(part, kind):
            gather(part.left)
            gather(part.right)
        else:
            terms.append(part)

    gather(node)
    if kind is exp.Mul:
        terms = [t for t in terms if t != _ONE] or [_ONE]
    terms.sort(key=lambda t: t.sql())
    found = terms[0]
    for term in terms[1:]:
        found = kind(this=found, expression=term)
    return found


def _case(node: exp.Case) -> exp.Expr:
    if isinstance(node.args.get("default"), exp.Null):
        node.set("default", None)
    return node


def _sum(node: exp.Sum) -> exp.Expr:
    """`SUM(CASE WHEN c THEN k ELSE 0 END)` counts the rows, k times each."""
    inner = node.this
    if not isinstance(inner, exp.Case) or inner.this or len(inner.args["ifs"]) != 1:
        return node
    test, default = inner.args["ifs"][0], inner.args.get("default")
    times = test.args["true"]
    is_number = isinstance(times, exp.Literal) and not times.is_string
    if not is_number or default != _ZERO:
        return node
    counted = exp.Count(this=exp.Case(ifs=[exp.If(this=test.this, true=_ONE.copy())]))
    if times == _ONE:
        return counted
    return _sorted_chain(exp.Mul(this=counted, expression=times))


def _cast(node: exp.Cast, table: Table) -> exp.Expr:
    kind = node.to.this
    if kind == exp.DType.DATE:
        return _day(node.this, table)
    is_text = isinstance(node.this, exp.Literal) and node.this.is_string
    if is_text and kind in (exp.DType.DATETIME, exp.DType.TIMESTAMP):
        return unwrapped(node.this)
    return node


def _is_date_function(node: exp.Expr) -> bool:
    return isinstance(node, exp.TimestampTrunc | exp.DateTrunc | exp.DateAdd | exp.DateSub)


def _day(inner: exp.Expr, table: Table) -> exp.Expr:
    """The date of a date or moment."""
    if isinstance(inner, exp.Literal) or _is_date_function(inner):
        return inner
    if isinstance(inner, exp.Column):
        column = table.columns.get(inner.name)
        if column is not None and column.type == "date":
            return inner
        if table.time and table.time.date and inner.name == table.time.timestamp:
            return exp.Column(this=exp.Identifier(this=table.time.date, quoted=False))
    return exp.Cast(this=inner, to=exp.DataType.build("date"))


def _truncation(node: exp.Expr, table: Table) -> exp.Expr:
    unit = str(node.args["unit"].name).upper()
    inner = node.this
    if unit in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR"):
        inner = _day(inner, table)
        if isinstance(inner, exp.Cast):
            inner = node.this
        elif unit == "DAY":
            return inner
    return exp.TimestampTrunc(this=inner, unit=exp.Var(this=unit))


def _list(node: exp.In) -> exp.Expr:
    if node.args.get("query") or node.args.get("unnest"):
        return node
    values = list(node.expressions)
    if len(values) == 1:
        return exp.EQ(this=node.this, expression=values[0])
    return exp.In(this=node.this, expressions=values)


def _negation(node: exp.Not) -> exp.Expr:
    inner = node.this
    if isinstance(inner, exp.EQ):
        return exp.NEQ(this=inner.this, expression=inner.expression)
    return node


def _alternatives(node: exp.Or) -> exp.Expr:
    """`a = 1 OR a = 2` is `a IN (1, 2)`."""
    values: list[exp.Expr] = []
    left: exp.Expr | None = None
    for side in (node.left, node.right):
        if isinstance(side, exp.EQ) and isinstance(side.expression, exp.Literal):
            found = [side.expression]
        elif isinstance(side, exp.In) and side.expressions:
            found = list(side.expressions)
        else:
            return node
        if left is not None and side.this != left:
            return node
        left = side.this
        values += found
    return _list(exp.In(this=left, expressions=values))
