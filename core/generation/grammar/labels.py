"""What a figure may be called: a closed list, so that no name can be made up."""

from __future__ import annotations

from collections.abc import Iterable

from core.generation.grammar.nodes import Book, Node, maybe, one_of, seq
from core.generation.grammar.offer import OfferedTable, sql_name

_PLAIN = (
    "average", "change", "count", "difference", "duration", "figure", "first_time", "hours",
    "last_time", "minutes", "previous", "rate", "ratio", "reference", "row_count", "seconds",
    "share", "total", "value",
)  # fmt: skip
_BEFORE = (
    "sum_", "avg_", "min_", "max_", "count_", "count_distinct_", "stddev_", "latest_", "p10_",
    "p25_", "p50_", "p75_", "p90_", "p95_", "p99_",
)  # fmt: skip
_AFTER = (
    "_previous", "_reference", "_change", "_change_pct", "_share", "_running", "_moving", "_rank",
    "_total", "_per_hour", "_per_shift", "_per_day", "_per_week", "_per_month", "_per_quarter",
    "_per_year", "_2", "_3",
)  # fmt: skip


def label_rule(book: Book, tables: Iterable[OfferedTable], formulas: Iterable[str]) -> Node:
    """Names of figures: a metric, or a column under an aggregate, and what was done to it."""
    names: dict[str, None] = dict.fromkeys(_PLAIN)
    for table in tables:
        names |= dict.fromkeys(c.name for c in table.columns if sql_name(c.name) == c.name)
        names |= dict.fromkeys(metric.name for metric, _ in table.metrics)
    names |= dict.fromkeys(formulas)
    name = book.rule("name", one_of(*names))
    after = book.rule("after", one_of(*_AFTER))
    return book.rule("label", seq(maybe(one_of(*_BEFORE)), name, maybe(after), maybe(after)))
