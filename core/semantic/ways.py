"""The ways that many-to-one relations lead from a table, and the columns that it has by them: the
city of an order's store, the country of that city.

Each row goes with one row at most of whatever a way leads to, so the splits found there can split
the table's figures. Figures cannot be taken over: they would be counted once for each row. Where
several ways lead to one table, no name stands for one of them by chance: the table's own relation
has the plain names, and any other way is named.

A table without a time of its own has that of the nearest table that has one, so that lines are of
the day of their order. Where two are equally near none is taken, unless the model says which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.semantic.model import Column, Relation, SemanticModel, Step, Table, TimeAxis, Via

#: Steps from a table to the farthest one whose splits it has.
MAX_STEPS: Final = 4
#: Ways to one table that are followed, the shorter ones first.
_MOST_WAYS: Final = 3
#: Ways from one table that have names of their own, the shorter ones first; a database in which
#: everything leads to everything else would have thousands.
_MOST_NAMED: Final = 24

Way = tuple[Step, ...]


def with_borrowed(model: SemanticModel) -> SemanticModel:
    """The model whose tables have the splits of the tables that they name one row of, and the time
    where they have none. A name that one of them has already, or gets from two tables, is said with
    the other table's in all."""
    timed = {name: time_ways(name, model) for name in model.tables}
    ends = {name: _ends(name, model, timed[name]) for name in model.tables}
    clashing = {pair for name in ends for pair in _clashing(name, ends[name], model)}
    tables = dict(model.tables)
    for name, table in model.tables.items():
        found: dict[str, Column] = {}
        for column in _borrowed(ends[name], clashing, model):
            if column.name not in table.columns:
                found.setdefault(column.name, column)
        if found:
            held = replace(table, columns={**table.columns, **found})
            tables[name] = _with_time(held, timed[name], model)
    return replace(model, tables=tables)


def time_ways(start: str, model: SemanticModel) -> tuple[Way, ...]:
    """The ways to the tables whose time a table without one may have: the shortest ones, of those
    that the model names where it names any. model: before anything is taken over."""
    table = model.tables[start]
    if table.time is not None or table.time_by == ():
        return ()
    by = list(table.time_by or ())
    found = [
        way
        for way in ways(start, model)
        if model.tables[way[-1].table].time is not None
        and [step.table for step in way][-len(by) or len(way) :] == by
    ]
    return tuple(way for way in found if len(way) == len(found[0]))


def _with_time(table: Table, timed: tuple[Way, ...], model: SemanticModel) -> Table:
    """The table with the time at the end of the only way there is; with those to choose from, where
    there are several or two relations go the same way."""
    axes = [_axis(table, way, model) for way in timed]
    times = tuple(axis for axis in axes if axis is not None)
    is_sure = table.time_by is not None or not any(
        _are_two(one, step.table, model)
        for way in timed
        for one, step in zip((table.name, *(s.table for s in way)), way, strict=False)
    )
    if len(timed) == len(times) == 1 and is_sure:
        return replace(table, time=times[0])
    return replace(table, times=times)


def _are_two(left: str, right: str, model: SemanticModel) -> bool:
    """Whether a row of one table may name two of another."""
    return sum((r.left, r.right) == (left, right) for r in _one_sides(model)) > 1


def _axis(table: Table, way: Way, model: SemanticModel) -> TimeAxis | None:
    """The time of the table at a way's end by what its columns are called here; None where it
    cannot be had. Its rows' lengths are not those of the rows that name them."""
    axis = model.tables[way[-1].table].time
    assert axis is not None
    called = {c.via.column: c.name for c in table.columns.values()
              if c.via is not None and c.via.steps == way}  # fmt: skip
    if len(way) == 1:
        called |= {theirs: mine for mine, theirs in way[0].pairs}
    if axis.timestamp not in called:
        return None
    day, shift = (called.get(name or "") for name in (axis.production_date, axis.shift))
    has_shifts = day is not None and shift is not None
    return TimeAxis(
        timestamp=called[axis.timestamp],
        date=called.get(axis.date or ""),
        utc=called.get(axis.utc or ""),
        production_date=day,
        shift=shift if has_shifts else None,
        shift_hours=axis.shift_hours if has_shifts else {},
        via=way,
    )


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
    or the only way; others: those that are named; timed: those by which its times may be had."""

    table: Table
    main: Way | None
    others: tuple[Way, ...]
    timed: tuple[Way, ...] = ()


def _ends(start: str, model: SemanticModel, timed: tuple[Way, ...]) -> list[_End]:
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
            timed,
        )
        for name in leading
    ]


def _offered(way: Way, end: _End) -> list[Column]:
    """What may be taken over; the keys are there already, as those that name them. Times are where
    the table has none of its own: of two it would not be plain which is meant."""
    keys = {theirs for _, theirs in way[-1].pairs}
    roles = ("dimension", "text", "time") if way in end.timed else ("dimension", "text")
    return [c for c in end.table.own.values() if c.role in roles and c.name not in keys]


def _clashing(name: str, ends: Sequence[_End], model: SemanticModel) -> Iterator[tuple[str, str]]:
    """(table, column) whose plain name would stand for something else too."""
    plain = [(end.table.name, c.name) for end in ends if end.main
             for c in _offered(end.main, end)]  # fmt: skip
    times = Counter(column for _, column in plain)
    for table, column in plain:
        if column in model.tables[name].columns or times[column] > 1:
            yield table, column


def _borrowed(
    ends: Sequence[_End], clashing: set[tuple[str, str]], model: SemanticModel
) -> Iterator[Column]:
    for end in ends:
        for column in _offered(end.main, end) if end.main is not None else ():
            is_told = (end.table.name, column.name) in clashing
            yield _called(column, end.main, (end.table,) if is_told else ())
    taken = {c.name for end in ends if end.main is not None for c in _offered(end.main, end)}
    for end in ends:
        for way in end.others:
            by = tuple(model.tables[name] for name in _apart(way, end.others))
            for column in _offered(way, end):
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
