"""Whether a statement puts first what the question asks for first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from core.language.tagger import Item
from core.translation import marked, told
from core.verified.reading_sql import Statement


def doubts(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    """Orders by a figure that are against the question's superlative; and the lowest first where no
    word asks for it."""
    said = {i.tags["superlatives"]: i.text for i in items if "superlatives" in i.tags}
    is_low_said = any("ascending" in i.tags or i.tags.get("aggregates") == "min" for i in items)
    if len(said) > 1 or is_low_said:
        return
    kind, text = next(iter(said.items()), ("", ""))
    ranks = [i.text for i in items if i.tags.keys() & {"rank_markers", "top"}]
    for ordered in _figures(statement):
        is_desc = bool(ordered.args.get("desc"))
        wanted = _is_high(kind, statement, ordered, items)
        if wanted is None and not is_desc and not ranks and _is_cut(ordered):
            yield told(
                "The SQL puts the lowest first, and the question does not ask for the lowest."
            )
        elif wanted is not None and wanted is not is_desc:
            highest = marked("The question says “{phrase}”, and the SQL puts the highest first.")
            lowest = marked("The question says “{phrase}”, and the SQL puts the lowest first.")
            yield told(highest if is_desc else lowest, phrase=text)


def _figures(statement: Statement) -> Iterator[exp.Ordered]:
    """The first key of each order, where it is a figure."""
    for order in statement.tree.find_all(exp.Order):
        first = order.expressions[0] if order.expressions else None
        if isinstance(first, exp.Ordered) and statement.is_figure(first.this):
            yield first


def _is_cut(ordered: exp.Ordered) -> bool:
    """Whether only the first rows are kept."""
    select = ordered.find_ancestor(exp.Select)
    return select is not None and select.args.get("limit") is not None


def _is_high(
    kind: str, statement: Statement, ordered: exp.Ordered, items: Sequence[Item]
) -> bool | None:
    """Whether the highest figure comes first; None where no word says so for sure."""
    if kind == "low" and statement.is_duration(ordered.this):
        return None  # "slowest" is the longest time, "shortest" the least
    if kind in ("high", "low"):
        return kind == "high"
    if kind not in ("good", "bad"):
        return None
    model = statement.model
    metrics = [model.metrics[t.name] for i in items for t in i.of_kind("metric")]
    directions = {m.direction for m in metrics} or {
        c.direction for c in statement.measures(ordered.this)
    }
    if len(directions) != 1 or "none" in directions:
        return None
    return (kind == "good") == ("higher" in directions)
