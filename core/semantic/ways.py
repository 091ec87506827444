"""The ways that many-to-one relations lead from a table, and the columns that it has by them: the
city of an order's store, the country of that city.

Each row goes with one row at most of whatever a way leads to, so the splits found there can split
the table's figures. Figures cannot be taken over: they would be counted once for each row. Where
several ways lead to one table, no name stands for one of them by chance: the table's own relation
has the plain names, and any other way is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.semantic.model import Column, Relation, SemanticModel, Step, Table, Via

#: Steps from a table to the farthest one whose splits it has.
MAX_STEPS: Final = 4
#: Ways to one table that are followed, the shorter ones first.
_MOST_WAYS: Final = 3
#: Ways from one table that have names of their own, the shorter ones first; a database in which
#: everything leads to everything else would have thousands.
_MOST_NAMED: Final = 24

Way = tuple[Step, ...]


def with_borrowed(model: SemanticModel) -> SemanticModel:
    """The model whose tables have the splits of the tables that they name one row of. A name that
    one of them has already, or gets from two tables, is said with the other table's in all."""
    ends = {name: _ends(name, model) for name in model.tables}
    clashing = {pair for name in ends for pair in _clashing(name, ends[name], model)}
    tables = dict(model.tables)
    for name, table in model.tables.items():
        found: dict[str, Column] = {}
        for column in _borrowed(ends[name], clashing, model):
            if column.name not in table.columns:
                found.setdefault(column.name, column)
        if found:
            tables[name] = replace(table, columns={**table.columns, **found})
    return replace(model, tables=tables)


def ways(start: str, model: SemanticModel) -> list[Way]:
    """Every way from a table that comes by no table twice, the shortest first. Of two relations
    between the same two tables the first counts."""
    onward: dict[str, dict[str, Step]] = {}
    for relation in _one_sides(model):
        made = Step(relation.right, relation.pairs)
        onward.setdefault(relation.left, {}).setdefault(relation.right, made)
    found: list[Way] = []
    number: dict[str, int] = {}
    last: list[Way] = [()]
    for _ in range(MAX_STEPS):
        longer: list[Way] = []
        for way in last:
            been = {start, *(step.table for step in way)}
            for step in onward.get(way[-1].table if way else start, {}).values():
                if step.table in been or number.get(step.table, 0) == _MOST_WAYS:
                    continue
                number[step.table] = number.get(step.table, 0) + 1
                longer.append((*way, step))
        found += longer
        last = longer
    return found


def leads_to(start: str, model: SemanticModel) -> frozenset[str]:
    """The tables of which each row of a table goes with one at most, however far."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        at = waiting.pop()
        for relation in _one_sides(model):
            if relation.left == at and relation.right not in found:
                found.add(relation.right)
                waiting.append(relation.right)
    return frozenset(found)


def _one_sides(model: SemanticModel) -> Iterator[Relation]:
    for relation in model.relations:
        if (
            relation.kind == "many_to_one"
            and {relation.left, relation.right} <= model.tables.keys()
        ):
            yield relation


@dataclass(frozen=True, slots=True)
class _End:
    """A table that ways lead to. main: the way that has the plain names, the table's own relation
    or the only way; others: those that are named."""

    table: Table
    main: Way | None
    others: tuple[Way, ...]


def _ends(start: str, model: SemanticModel) -> list[_End]:
    leading: dict[str, list[Way]] = {}
    found = ways(start, model)
    for way in found:
        leading.setdefault(way[-1].table, []).append(way)
    mains = {name: many[0] for name, many in leading.items() if len(many[0]) == 1 or len(many) == 1}
    named = [way for way in found if mains.get(way[-1].table) is not way][:_MOST_NAMED]
    return [
        _End(
            model.tables[name],
            mains.get(name),
            tuple(way for way in named if way[-1].table == name),
        )
        for name in leading
    ]


def _offered(way: Way, table: Table) -> list[Column]:
    """What may be taken over; the keys are there already, as those that name them."""
    keys = {theirs for _, theirs in way[-1].pairs}
    return [
        column
        for column in table.own.values()
        if column.role in ("dimension", "text") and column.name not in keys
    ]


def _clashing(name: str, ends: Sequence[_End], model: SemanticModel) -> Iterator[tuple[str, str]]:
    """(table, column) whose plain name would stand for something else too."""
    plain = [(end.table.name, c.name) for end in ends if end.main
             for c in _offered(end.main, end.table)]  # fmt: skip
    times = Counter(column for _, column in plain)
    for table, column in plain:
        if column in model.tables[name].columns or times[column] > 1:
            yield table, column


def _borrowed(
    ends: Sequence[_End], clashing: set[tuple[str, str]], model: SemanticModel
) -> Iterator[Column]:
    for end in ends:
        for column in _offered(end.main, end.table) if end.main is not None else ():
            is_told = (end.table.name, column.name) in clashing
            yield _called(column, end.main, (end.table,) if is_told else ())
    taken = {c.name for end in ends if end.main is not None for c in _offered(end.main, end.table)}
    for end in ends:
        for way in end.others:
            by = tuple(model.tables[name] for name in _apart(way, end.others))
            for column in _offered(way, end.table):
                yield _by_way(column, way, by, end, taken)


def _called(column: Column, way: Way | None, tables: Sequence[Table]) -> Column:
    """The column under its own name, or said with those of tables before it."""
    assert way is not None
    via = Via(column.name, way)
    if not tables:
        return replace(column, via=via)
    name = "_".join((*(table.name for table in tables), column.name))
    words = " ".join(table.entity.replace("_", " ") for table in tables)
    label = f"{words.capitalize()} {column.label.casefold()}"
    return replace(column, name=name, label=label, plural="", synonyms=(), via=via)


def _by_way(column: Column, way: Way, by: tuple[Table, ...], end: _End, taken: set[str]) -> Column:
    """One that is named by its way. Where no way has the plain name, that means each of them, so
    that it is asked which one is meant."""
    entity = end.table.entity.replace("_", " ").casefold()
    is_said = column.label.casefold().startswith(entity)  # said with its own name once
    made = _called(column, way, by if is_said else (*by, end.table))
    if made.name in taken:
        made = _called(column, way, (*by, end.table))
    if end.main is not None:
        return made
    return replace(made, synonyms=tuple(filter(None, (column.label, column.plural,
                                                      *column.synonyms))))  # fmt: skip


def _apart(way: Way, others: Sequence[Way]) -> list[str]:
    """The last tables before the end by which no other way comes; all where there are none."""
    names = [step.table for step in way[:-1]]
    for length in range(1, len(names)):
        last = names[-length:]
        if not any(
            [step.table for step in other[:-1]][-length:] == last
            for other in others
            if other is not way
        ):
            return last
    return names
