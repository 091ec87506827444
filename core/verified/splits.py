"""Whether a statement is split by what the question names, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp

from core.language.normalise import singular
from core.language.tagger import Item
from core.translation import told
from core.verified.dictionary import Dictionary
from core.verified.reading_sql import Statement

_CUTS: Final[dict[type[exp.Expr], str]] = {
    exp.Year: "year",
    exp.Quarter: "quarter",
    exp.Month: "month",
    exp.Week: "week",
    exp.WeekOfYear: "week",
    exp.Day: "day",
    exp.Date: "day",
    exp.Hour: "hour",
}
_STEPS: Final = frozenset(_CUTS.values())


def doubts(statement: Statement, items: Sequence[Item], words: Dictionary) -> Iterator[str]:
    """Splits that a word such as "per" asks for and the SQL does not make; and those that it makes
    and no word names, nor a place within which a named thing lies."""
    made = set(_made(statement))
    if statement.tree.find(exp.Group) is None:
        return
    shown = made | {c.name for c in _shown(statement)}
    named = {t.name for i in items for t in i.targets if t.kind in ("column", "value")}
    for item, before in zip(items[1:], items, strict=False):
        columns = {t.name for t in item.targets if t.kind == "column"}
        known = {c for c in columns if c in statement.columns}
        if "by" not in before.tags or known != columns or not known:
            continue
        split = {c for c in known if statement.columns[c].role != "measure"}
        if split and not any(_is_same(c, other, words) for c in split for other in shown):
            yield told(
                "The question asks for it by “{text}”, and the SQL does not split by it.",
                text=item.text,
            )
    yield from _by_time(statement, items)
    wide = {*_above(statement, named | _named_twins(named, words))}
    things = _things(statement, items, words)
    stems = {_stem(token.norm) for item in items for token in item.tokens}
    for column in sorted(made):
        split_by = statement.columns[column]
        if split_by.role == "time" or split_by.personal or column in wide | things:
            continue
        if stems & {_stem(w) for w in split_by.label.split()}:
            continue
        if not any(_is_same(column, other, words) for other in named):
            yield told(
                "The SQL splits by {label}, which the question does not name.",
                label=split_by.label.lower(),
            )


def _by_time(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    """A step of time that is asked for, where the SQL only takes others."""
    groups = (g for found in statement.tree.find_all(exp.Group) for g in found.expressions)
    steps = {step for g in groups if (step := _step(statement, statement.meant(g)))}
    for item, before in zip(items[1:], items, strict=False):
        step = item.tags.get("grains", "")
        if "by" in before.tags and steps and step in _STEPS and step not in steps:
            yield told(
                "The question asks for it by “{text}”, and the SQL takes another step.",
                text=item.text,
            )


def _step(statement: Statement, node: exp.Expr) -> str:
    """The step of time that an expression cuts to; empty for none."""
    if isinstance(node, exp.DateTrunc | exp.TimestampTrunc):
        return node.text("unit").casefold()
    if isinstance(node, exp.Column):
        known = statement.columns.get(node.name)
        return "day" if known is not None and known.role == "time" and known.type == "date" else ""
    return next((name for kind, name in _CUTS.items() if isinstance(node, kind)), "")


def _things(statement: Statement, items: Sequence[Item], words: Dictionary) -> set[str]:
    """The column of single things, and its twins, where a kind of them is named ("which pumps")."""
    entity = statement.model.entity
    kinds = {t.name for i in items for t in i.of_kind("value")} - words.places
    levels = {e for h in statement.model.hierarchies if entity in h.levels for e in h.levels}
    if entity is None or not kinds & levels:
        return set()
    return {entity, *(c for c in words.values if _is_same(c, entity, words))}


def _stem(word: str) -> str:
    return singular(word.casefold())


def _made(statement: Statement) -> Iterator[str]:
    """Columns that rows are grouped by, where they hold no single value anyway."""
    for group in statement.tree.find_all(exp.Group):
        for node in group.expressions:
            meant = statement.meant(node)
            if isinstance(meant, exp.Column) and meant.name in statement.columns:
                yield meant.name


def _shown(statement: Statement) -> Iterator[exp.Column]:
    for select in statement.tree.find_all(exp.Select):
        for node in select.expressions:
            yield from node.find_all(exp.Column)


def _is_same(one: str, other: str, words: Dictionary) -> bool:
    """The same column, or another that names the same things."""
    return words.same(one, other) or words.is_alike(one, other)


def _named_twins(named: set[str], words: Dictionary) -> set[str]:
    return {c for c in words.values for n in named if _is_same(c, n, words)}


def _above(statement: Statement, named: set[str]) -> Iterator[str]:
    """Levels over a named one: lines of two plants are told apart by their plant."""
    for hierarchy in statement.model.hierarchies:
        for at, level in enumerate(hierarchy.levels):
            if {*hierarchy.levels[at:]} & named:
                yield level
