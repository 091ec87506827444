"""Conditions on columns put together: values let in, shut out, under one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.language.reading import Ask
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.query import Filter, Op, Scalar
from core.translation import gettext as _
from core.types import Clarification


def _of(column: str, values: Iterable[Scalar], *, negated: bool, phrase: str) -> Filter:
    found = tuple(dict.fromkeys(values))
    one, many = (Op.NE, Op.NOT_IN) if negated else (Op.EQ, Op.IN)
    return Filter(column, one if len(found) == 1 else many, found, phrase=phrase)


def less(own: list[Filter], one: Filter) -> list[Filter]:
    """A column's conditions with some values shut out."""
    chosen = [f for f in own if f.op in (Op.EQ, Op.IN)]
    if chosen:
        left = [v for v in chosen[0].values if v not in one.values]
        gone = ", ".join(str(v) for v in one.values)
        if not left:
            raise Ask(
                Clarification(
                    _(
                        "The answer before is only about {gone}. Do you want everything, or all "
                        "but {gone}? Say “remove the filter”, or ask anew."
                    ).format(gone=gone)
                )
            )
        return [_of(one.column, left, negated=False, phrase=chosen[0].phrase)]
    shut = [v for f in own if f.op in (Op.NE, Op.NOT_IN) for v in f.values]
    rest = [f for f in own if f.op not in (Op.NE, Op.NOT_IN)]
    return [*rest, _of(one.column, (*shut, *one.values), negated=True, phrase=one.phrase)]


def more(own: list[Filter], one: Filter) -> list[Filter]:
    """A column's conditions with some values let in too."""
    chosen = next((f for f in own if f.op in (Op.EQ, Op.IN)), None)
    if chosen is not None:
        phrase = ", ".join(filter(None, (chosen.phrase, one.phrase)))
        return [_of(one.column, (*chosen.values, *one.values), negated=False, phrase=phrase)]
    shut = next((f for f in own if f.op in (Op.NE, Op.NOT_IN)), None)
    if shut is not None:
        left = [v for v in shut.values if v not in one.values]
        return [_of(one.column, left, negated=True, phrase=shut.phrase)] if left else []
    raise Ask(
        Clarification(
            _(
                "The answer before is about all there is, so {one} is in it. Do you want "
                "only that, or a split?"
            ).format(one=one.phrase or one.values[0])
        )
    )


def below(column: str, model: SemanticModel) -> set[str]:
    """The columns under a column in any hierarchy."""
    found: set[str] = set()
    for hierarchy in model.hierarchies:
        if column in hierarchy.levels:
            at = hierarchy.levels.index(column)
            found.update(hierarchy.levels[at + 1 :])
    return found


def excludes(there: Filter, one: Filter, facts: DataFacts) -> bool:
    """Whether a condition on a place leaves no row of the values now asked for, as they are in
    another one ("AUS-CMP-01", of a question about Hamburg)."""
    if there.op not in (Op.EQ, Op.IN) or one.column.startswith("@"):
        return False
    mine = _scopes(one, facts)
    theirs = _scopes(there, facts)
    return bool(mine) and bool(theirs) and not mine & theirs


def goes_with(there: Filter, one: Filter, facts: DataFacts) -> bool:
    """Whether all the values that a condition is on are known to be in the place now asked for too
    ("Line 1", of another plant that has one)."""
    if there.op not in (Op.EQ, Op.IN):
        return False
    places = _scopes(one, facts)
    wanted = [_scopes(replace(there, values=(v,)), facts) for v in there.values]
    return bool(places) and all(places <= own for own in wanted)


def is_in_several(one: Filter, facts: DataFacts) -> bool:
    """Whether each value that a condition is on is known to be in more places than one."""
    wanted = [_scopes(replace(one, values=(v,)), facts) for v in one.values]
    return one.op in (Op.EQ, Op.IN) and bool(wanted) and all(len(own) > 1 for own in wanted)


def _scopes(one: Filter, facts: DataFacts) -> frozenset[str]:
    found: set[str] = set()
    for entry in facts.values:
        if entry.column == one.column and entry.text in one.values:
            found |= entry.scopes
    return frozenset(found)


def same_level(column: str, table: str, model: SemanticModel) -> frozenset[str]:
    """The column, and the other name of the same level: a plant's code beside its name."""
    scope = model.tables[table].scope
    top = model.hierarchies[0].levels[0] if model.hierarchies else None
    both = frozenset({scope, top} - {None}) if scope and top else frozenset()
    return frozenset({column}) | ({str(n) for n in both} if column in both else frozenset())
