"""Checks of the SQL in a model file: metric expressions, their conditions, and formulas.

An expression is one aggregate figure of one table, in StarRocks SQL: it may name that table's
columns inside aggregates, and nothing else. What passes here is later read by the compiler and
governed like all other SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.errors import did_you_mean
from core.semantic.model import Column, Table

#: Aggregates that sqlglot reads as functions it does not know.
_NAMED_AGGREGATES = frozenset({"PERCENTILE_APPROX"})
_OTHER_ROWS = (exp.Query, exp.Window, exp.Subquery, exp.Parameter, exp.Placeholder)
_MOMENTARY = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.Rand, exp.Uuid)
_PREDICATES = (exp.Predicate, exp.Connector, exp.Not)
_ARITHMETIC = (exp.Column, exp.Identifier, exp.Literal, exp.Paren, exp.Neg,
               exp.Add, exp.Sub, exp.Mul, exp.Div)  # fmt: skip


def expression_problems(text: str, table: Table) -> Iterator[str]:
    """What is wrong with a metric's expression over `table`; nothing when it is right."""
    tree = _parsed(text)
    if isinstance(tree, str):
        yield tree
        return
    yield from _row_problems(tree, table)
    aggregates = [node for node in tree.walk() if _is_aggregate(node)]
    if not aggregates:
        yield "it has no aggregate, such as SUM(...) or COUNT(*)."
        return
    for column in tree.find_all(exp.Column):
        if not _is_inside_aggregate(column):
            yield f"the column {column.name!r} stands outside an aggregate such as SUM(...)."
    for aggregate in aggregates:
        if _is_inside_aggregate(aggregate):
            yield f"{aggregate.sql('starrocks')} stands inside another aggregate."
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            yield "'*' is only allowed in COUNT(*)."
    yield from _division_problems(tree)


def condition_problems(text: str, table: Table) -> Iterator[str]:
    """What is wrong with a metric's condition; it is one test on a row of `table`."""
    tree = _parsed(text)
    if isinstance(tree, str):
        yield tree
        return
    yield from _row_problems(tree, table)
    if any(_is_aggregate(node) for node in tree.walk()):
        yield "it holds an aggregate; a condition is a test on single rows."
    if not isinstance(tree.unnest(), _PREDICATES):
        yield "it is not a test that is true or false, such as status = 'open'."


def reckoning_problems(text: str, table: Table) -> Iterator[str]:
    """What is wrong with the expression of a column that is reckoned from others of its row."""
    tree = _parsed(text)
    if isinstance(tree, str):
        yield tree
        return
    yield from _row_problems(tree, table)
    if any(_is_aggregate(node) for node in tree.walk()):
        yield "it holds an aggregate; such a column is reckoned from the values of one row."
    named = [column.name for column in tree.find_all(exp.Column)]
    if not named:
        yield "it names no column."
    for name in named:
        if name in table.columns and name not in table.own:
            yield f"the column {name!r} is reckoned itself; name those that the store holds."
    yield from _division_problems(tree)


def formula_problems(text: str, metrics: Collection[str]) -> Iterator[str]:
    """What is wrong with a formula over the metrics of these names."""
    tree = _parsed(text)
    if isinstance(tree, str):
        yield tree
        return
    for node in tree.walk():
        if not isinstance(node, _ARITHMETIC) or (isinstance(node, exp.Literal) and node.is_string):
            yield (
                f"{node.sql('starrocks')} is not allowed; a formula has metric names, numbers, "
                "+ - * / and brackets."
            )
            return
    names = [column.name for column in tree.find_all(exp.Column)]
    if not names:
        yield "it names no metric."
    for name in names:
        if name not in metrics:
            yield f"there is no metric {name!r}.{did_you_mean(name, metrics)}"


def formula_parts(text: str) -> tuple[str, ...]:
    """The metric names of a formula from left to right, each once; empty when it cannot be read."""
    tree = _parsed(text)
    if isinstance(tree, str):
        return ()
    names = [column.name for column in tree.find_all(exp.Column, bfs=False)]
    return tuple(dict.fromkeys(names))


def columns_of(text: str, columns: Mapping[str, Column]) -> tuple[Column, ...]:
    """The known columns that an expression names."""
    tree = _parsed(text)
    if isinstance(tree, str):
        return ()
    return tuple(columns[node.name] for node in tree.find_all(exp.Column) if node.name in columns)


def formula_cycle(formulas: Mapping[str, str]) -> tuple[str, ...]:
    """Names along a circle of formulas, the first one again at the end; empty without one."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if name in path:
            return (*path[path.index(name) :], name)
        if name in done or name not in formulas:
            return ()
        for part in formula_parts(formulas[name]):
            circle = visit(part, (*path, name))
            if circle:
                return circle
        done.add(name)
        return ()

    for start in formulas:
        circle = visit(start, ())
        if circle:
            return circle
    return ()


def _parsed(text: str) -> exp.Expression | str:
    """The tree, or why there is none."""
    try:
        trees = sqlglot.parse(text, read="starrocks")
    except SqlglotError as error:
        details = getattr(error, "errors", None) or [{}]
        near = str(details[0].get("highlight") or "").strip()
        return f"it is not valid SQL{f' near {near!r}' if near else ''}."
    except RecursionError:
        return "it is nested too deeply."
    found = [tree for tree in trees if tree is not None]
    if len(found) != 1:
        return "it must be one expression."
    tree = found[0]
    return tree if isinstance(tree, exp.Expression) else "it is not valid SQL."


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.upper() in _NAMED_AGGREGATES
    return isinstance(node, exp.AggFunc)


def _is_inside_aggregate(node: exp.Expr) -> bool:
    above = node.parent
    while above is not None:
        if _is_aggregate(above):
            return True
        above = above.parent
    return False


def _row_problems(tree: exp.Expression, table: Table) -> Iterator[str]:
    """Problems that an expression and a condition have in common."""
    if tree.find(*_OTHER_ROWS) is not None or isinstance(tree, exp.Alias | exp.Command):
        yield "it must be one plain expression, without queries, windows, aliases or parameters."
        return
    if tree.find(*_MOMENTARY) is not None:
        yield "it uses the present moment or chance; a figure must be the same when asked again."
    for function in tree.find_all(exp.Anonymous):
        if not _is_aggregate(function):
            yield f"the function {function.name!r} is not known."
    for column in tree.find_all(exp.Column):
        if column.table:
            yield f"{column.sql()!r} names a table; name the column alone."
        elif isinstance(column.this, exp.Star):
            yield "'*' is only allowed in COUNT(*)."
        elif column.name not in table.columns:
            yield (
                f"table {table.name!r} has no column {column.name!r}."
                + did_you_mean(column.name, table.columns)
            )
        elif table.columns[column.name].personal:
            yield f"the column {column.name!r} is personal and may not be in a figure."


def _division_problems(tree: exp.Expression) -> Iterator[str]:
    for division in tree.find_all(exp.Div):
        below = division.expression.unnest()
        if isinstance(below, exp.Literal) and not below.is_string and float(below.name) != 0:
            continue
        if not isinstance(below, exp.Nullif):
            shown = below.sql("starrocks")
            yield f"it divides by {shown}, which can be zero: write NULLIF({shown}, 0)."
