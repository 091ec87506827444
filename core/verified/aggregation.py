"""Whether a statement adds up, averages and counts as the question and the columns ask for.

A sum of temperatures means nothing; the mean of an amount over rows is seldom what is asked for;
a ratio is one of sums, and not the mean of the rows' ratios. A reading of poor quality is no
reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp

from core.language.tagger import Item
from core.semantic.model import Column
from core.translation import told
from core.verified.reading_sql import Statement

_MIDDLES: Final = (exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.ApproxQuantile)
_SPREADS: Final = (exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop)
#: By what a word's aggregate may be computed.
_WAYS: Final[dict[str, tuple[type[exp.Expr], ...]]] = {
    "avg": (exp.Avg, exp.Div, *_MIDDLES),
    "max": (exp.Max, exp.Ordered),
    "min": (exp.Min, exp.Ordered),
    "sum": (exp.Sum, exp.Count),
    "median": (*_MIDDLES, exp.Median),
    "percentile": (*_MIDDLES, exp.Window),
    "stddev": _SPREADS,
}
_OF_READINGS: Final = (exp.Avg, exp.Max, exp.Min, exp.Corr, *_MIDDLES, *_SPREADS)


def doubts(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    """What is aggregated in another way than the question's words or the columns ask for."""
    yield from _by_word(statement, items)
    yield from _by_column(statement, items)
    yield from _ratios(statement)
    yield from _ends(statement, items)
    yield from _quality(statement, items)


def _by_word(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        ways = _WAYS.get(item.tags.get("aggregates", ""))
        if ways and not item.targets and statement.tree.find(*ways) is None:
            yield told(
                "The question says “{phrase}”, and the SQL does not compute that.", phrase=item.text
            )


def _by_column(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    said = {item.tags.get("aggregates") for item in items}
    for node in statement.tree.find_all(exp.Sum, exp.Avg):
        column = _column(statement, node)
        if column is None or column.role != "measure":
            continue
        label = column.label.lower()
        is_mean = isinstance(node, exp.Avg)
        if is_mean and column.additive and ("avg" not in said or _is_by_interval(statement, node)):
            yield told(
                "The SQL takes the mean of {label} over rows, and it is an amount: add it up.",
                label=label,
            )
        if not is_mean and not _adds_up(column) and not _is_at_a_moment(statement, node):
            yield told("The SQL adds up {label}, and a sum of it means nothing.", label=label)


def _column(statement: Statement, node: exp.Expr) -> Column | None:
    inner = node.this
    return statement.columns.get(inner.name) if isinstance(inner, exp.Column) else None


def _adds_up(column: Column) -> bool:
    return column.additive or column.default_agg == "sum"


def _is_by_interval(statement: Statement, node: exp.Expr) -> bool:
    """Whether the rows are slices of time: an amount's mean over them is of no use."""
    select = node.find_ancestor(exp.Select)
    tables = {t.name for t in select.find_all(exp.Table)} if select else set()
    found = (statement.model.tables.get(name) for name in tables)
    return any(t is not None and t.time is not None and t.time.interval_min for t in found)


def _is_at_a_moment(statement: Statement, node: exp.Expr) -> bool:
    """Whether it is added up over things at one moment each ("the site's load")."""
    select = node.find_ancestor(exp.Select)
    group = select.args.get("group") if select else None
    stamps = {t.time.timestamp for t in statement.model.tables.values() if t.time}
    return group is not None and any(
        isinstance(e, exp.Column) and e.name in stamps for e in group.expressions
    )


def _ratios(statement: Statement) -> Iterator[str]:
    """A mean of the rows' ratios, or a ratio of two means."""
    for node in statement.tree.find_all(exp.Avg):
        parts = [d for d in node.find_all(exp.Div) if _amounts(statement, d.this)]
        if any(_amounts(statement, part.expression) for part in parts):
            yield "The SQL takes the mean of a ratio of rows: divide the sums instead."
    for division in statement.tree.find_all(exp.Div):
        sides = (division.this.find(exp.Avg), division.expression.find(exp.Avg))
        if all(side is not None and _amounts(statement, side) for side in sides):
            yield "The SQL divides means of amounts: divide the sums instead."


def _amounts(statement: Statement, node: exp.Expr | None) -> bool:
    return node is not None and any(
        known is not None and known.additive
        for known in (statement.columns.get(c.name) for c in node.find_all(exp.Column))
    )


def _ends(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    """The lowest where the question says the highest, and the first where it says the last."""
    tree = statement.tree
    lowest, highest = tree.find(exp.Min), tree.find(exp.Max)
    if (lowest is None) == (highest is None):
        return
    words = {item.tags.get("superlatives", "") for item in items}
    words |= {item.tags.get("aggregates", "") for item in items}
    words |= {
        kind for item in items for kind in ("first_time", "last_time", "last") if kind in item.tags
    }
    up = words & {"high", "max", "latest", "last_time", "last"}
    down = words & {"low", "min", "first_time"}
    if lowest is not None and up and not down:
        yield "The question asks for the highest or the last, and the SQL takes the lowest."
    if highest is not None and down and not up:
        yield "The question asks for the lowest or the first, and the SQL takes the highest."


def _quality(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    qualities = {t.quality.column for t in statement.model.tables.values() if t.quality}
    read = {c.name for c in statement.tree.find_all(exp.Column)}
    if read & qualities or any(t.name in qualities for i in items for t in i.targets):
        return
    for node in statement.tree.find_all(*_OF_READINGS):
        for name in dict.fromkeys(c.name for c in node.find_all(exp.Column)):
            known = statement.columns.get(name)
            if known is not None and known.needs_good:
                yield told(
                    "The SQL takes readings of {label} of every quality.",
                    label=known.label.lower(),
                )
