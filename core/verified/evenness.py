"""Whether the parts of a statement that are set side by side look at the same rows.

A figure of events over a figure of lost time says nothing where only one of them keeps to a plant
or to a month. And a state that is named is not its opposite.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp

from core.language.tagger import Item
from core.translation import told
from core.verified.dictionary import Dictionary
from core.verified.reading_sql import Statement

_TIME: Final = "a time"


def doubts(statement: Statement, items: Sequence[Item], words: Dictionary) -> Iterator[str]:
    """Places and times that one part keeps to and another does not; states turned round."""
    kept_by = (_kept(select, statement) for select in statement.tree.find_all(exp.Select))
    parts = [kept for kept in kept_by if kept is not None]
    every = [{_one_name(c, words) for c in kept} for kept in parts]
    for name in sorted(set().union(*every) if len(every) > 1 else set()):
        if any(name not in kept for kept in every):
            known = statement.columns.get(name)
            label = known.label.lower() if known is not None else name
            yield told(
                "One part of the SQL keeps to {label}, and another one does not.", label=label
            )
    yield from _turned(statement, items)


def _kept(select: exp.Select, statement: Statement) -> set[str] | None:
    """Columns of place and time that a part of its own compares with literals (`_TIME` for any
    time); None for what is no such part: what reads other parts, or is tied to a row around it."""
    tables = {t.alias_or_name for t in select.find_all(exp.Table)}
    sources = {t.name for t in select.find_all(exp.Table)}
    joined = select.args.get("joins") or select.find(exp.Subquery) is not None
    if not sources or not sources <= set(statement.model.tables) or joined:
        return None
    if any(c.table and c.table not in tables for c in select.find_all(exp.Column)):
        return None
    where = select.args.get("where")
    found: set[str] = set()
    places = {level for h in statement.model.hierarchies for level in h.levels[:-1]}
    places |= {t.scope for t in statement.model.tables.values() if t.scope}
    for node in where.find_all(exp.Predicate) if where is not None else ():
        for column in node.find_all(exp.Column):
            known = statement.columns.get(column.name)
            if known is None or node.find(exp.Literal) is None:
                continue
            if known.role == "time":
                found.add(_TIME)
            elif known.name in places:
                found.add(known.name)
    return found


def _one_name(column: str, words: Dictionary) -> str:
    """One name for columns that name the same things."""
    return min([column, *(to for source, to in words.twins if source == column)])


def _turned(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    """A named state ("open") of which the SQL only takes the opposite."""
    empty = {node.this.name for node in statement.tree.find_all(exp.Is) if not _is_denied(node)}
    full = {node.this.name for node in statement.tree.find_all(exp.Is) if _is_denied(node)}
    for at, item in enumerate(items):
        names = {t.name for t in item.of_kind("state")}
        before = items[at - 1] if at else None
        if before is not None and (before.is_unknown or "not" in before.tags):
            continue  # "that nobody finished"
        for table in statement.model.tables.values():
            for state in table.states:
                if state.name not in names or state.is_null is None:
                    continue
                wanted, other = (empty, full) if state.is_null else (full, empty)
                if state.column in other and state.column not in wanted:
                    yield told(
                        "The question says “{phrase}”, and the SQL takes the opposite.",
                        phrase=item.text,
                    )


def _is_denied(node: exp.Is) -> bool:
    return isinstance(node.parent, exp.Not) or isinstance(node.expression, exp.Not)
