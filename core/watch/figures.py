"""Metrics over windows, one figure of each place: of a line as a whole, and of several tables.

One statement for each level, length of window and set of tables, whatever the number of thresholds
and steps. Each table is grouped on its own before they are joined, as answers do it; what adds up
is added up by step first, so that a long window costs little more than a short one.

    a row of the watched table, an event   counts where it begins in the window
    a row of a longer interval             counts where all of it lies in the window; there is a
                                           value in those steps alone with which such a row ends
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from core.semantic.compile.figures import Figure, Leaf
from core.semantic.compile.predicates import good_readings
from core.semantic.compile.trees import conjunction, divided, parsed, under
from core.semantic.model import Table
from core.thresholds.whole import figure_behind, keys_of
from core.watch.arrays import Floats, places_in, spread
from core.watch.clock import began
from core.watch.wanted import Wanted, numbers
from core.watch.watched import Watched

_FOLDED = exp.Sum | exp.Count | exp.Avg | exp.Min | exp.Max


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all parts of a statement share. count: steps that windows end with, from start_s on."""

    watched: Watched
    keys: tuple[str, ...]
    steps: int
    start_s: int
    count: int

    @property
    def names(self) -> str:
        return ", ".join(f"k{n}" for n in range(len(self.keys)))


def is_figure(watched: Watched, one: Wanted) -> bool:
    """Whether it is one figure of a place, or of several tables."""
    return bool(one.per or watched.measures[one.measure].others)


def figures(
    watched: Watched,
    wanted: Iterable[Wanted],
    start_s: int,
    count: int,
    places: Mapping[str, Sequence[str]],
) -> dict[Wanted, Floats]:
    """float64[count, places] of each, NaN where there is no value. places: by level, names of
    places in the order of the arrays; of the empty level assets."""
    groups: dict[tuple[str, int, tuple[str, ...]], list[tuple[Wanted, Figure]]] = {}
    for one in sorted(wanted):
        figure = figure_behind(one.measure, watched.model)
        tables = tuple(dict.fromkeys(leaf.table for leaf in figure.leaves))
        groups.setdefault((one.per, one.steps, tables), []).append((one, figure))
    found: dict[Wanted, Floats] = {}
    for (per, steps, tables), group in groups.items():
        keys = keys_of(per, watched.model, watched.watch)
        frame = _Frame(watched, keys, steps, start_s, count)
        rows = watched.fetch(_statement(frame, tables, [figure for _one, figure in group]))
        names = [rows.column(f"k{n}").cast(pa.string()) for n in range(len(keys))]
        asset = names[0] if len(names) == 1 else pc.binary_join_element_wise(*names, "/")
        known = pa.array(places[per], pa.string())
        place = places_in(rows.append_column("asset", asset), known, count)
        for number, (one, _figure) in enumerate(group):
            found[one] = spread(rows.column(f"f{number}"), place, (count, len(known)))
    return found


def is_light(watched: Watched, one: Wanted) -> bool:
    """Whether a figure is made of what adds up by step."""
    leaves = figure_behind(one.measure, watched.model).leaves
    return all(_adds_up(leaf.expression) for leaf in leaves)


def _statement(frame: _Frame, tables: Sequence[str], figures: Sequence[Figure]) -> str:
    """Rows of (k0, .., n, f0, ..): n the step that the window ends with."""
    leaves = list(dict.fromkeys(leaf for figure in figures for leaf in figure.leaves))
    names = {leaf: f"v{number}" for number, leaf in enumerate(leaves)}
    parts = {
        table: _part(frame, table, {names[leaf]: leaf for leaf in leaves if leaf.table == table})
        for table in tables
    }
    said = ", ".join(
        f"{figure.filled(lambda leaf: _filled(leaf, names, tables)).sql('starrocks')} AS f{number}"
        for number, figure in enumerate(figures)
    )
    if len(tables) == 1:
        return f"SELECT {frame.names}, n, {said} FROM ({parts[tables[0]]}) t0"
    called = {table: f"t{number}" for number, table in enumerate(tables)}
    each = ", ".join(f"{called[table]} AS ({sql})" for table, sql in parts.items())
    every = " UNION ".join(f"SELECT {frame.names}, n FROM {name}" for name in called.values())
    joins = " ".join(
        f"{'JOIN' if lasts_of(frame.watched, table) > 1 else 'LEFT JOIN'} {name} ON "
        + " AND ".join(f"g.{key} = {name}.{key}" for key in (*frame.names.split(", "), "n"))
        for table, name in called.items()
    )
    keys = ", ".join(f"g.{key} AS {key}" for key in frame.names.split(", "))
    return f"WITH {each} SELECT {keys}, g.n AS n, {said} FROM ({every}) g {joins}"


def _filled(leaf: Leaf, names: Mapping[Leaf, str], tables: Sequence[str]) -> exp.Expression:
    value: exp.Expression = exp.column(names[leaf], table=f"t{tables.index(leaf.table)}")
    if leaf.is_count and len(tables) > 1:  # no rows are a count of 0, as in answers
        value = exp.Coalesce(this=value, expressions=[exp.Literal.number(0)])
    return value


def _part(frame: _Frame, name: str, leaves: Mapping[str, Leaf]) -> str:
    """Rows of (k0, .., n, leaves) of one table."""
    table = frame.watched.model.tables[name]
    lasts = lasts_of(frame.watched, name)
    trees = {column: _aggregate(leaf, table) for column, leaf in leaves.items()}
    rows, outer = _rows(frame, table, trees), trees
    if all(map(_adds_up, trees.values())):
        parts: dict[str, str] = {}
        outer = {column: _outer(tree, parts) for column, tree in trees.items()}
        inner = "".join(f", {sql} AS {part}" for sql, part in parts.items())
        rows = f"SELECT {frame.names}, gj{inner} FROM ({rows}) r GROUP BY {frame.names}, gj"
    said = ", ".join(f"{tree.sql('starrocks')} AS {column}" for column, tree in outer.items())
    ends = f" HAVING MAX(q.gj) = s.n - {lasts - 1}" if lasts > 1 else ""
    return (
        f"SELECT {frame.names}, s.n AS n, {said} FROM ({rows}) q JOIN ({numbers(frame.count)}) s "
        f"ON s.n >= q.gj + {lasts - 1} AND s.n < q.gj + {frame.steps} "
        f"GROUP BY {frame.names}, s.n{ends}"
    )


def lasts_of(watched: Watched, name: str) -> int:
    """Steps that a row of a table covers; an event is in the one in which it begins."""
    time = watched.model.tables[name].time
    minutes = (time.interval_min if time is not None else None) or 0
    return max(1, minutes // watched.watch.interval_min)


def _rows(frame: _Frame, table: Table, trees: Mapping[str, exp.Expression]) -> str:
    """Rows of (k0, .., gj, columns that are used) that may lie in a window; gj: the step in which
    a row begins."""
    watched = frame.watched
    first_s = frame.start_s - (frame.steps - 1) * watched.step_s
    end_s = frame.start_s + frame.count * watched.step_s
    step, condition = began(watched, table, first_s, end_s, frame.start_s)
    used = {c.name for tree in trees.values() for c in tree.find_all(exp.Column)}
    said = [f"{key} AS k{number}" for number, key in enumerate(frame.keys)]
    said += [f"{step} AS gj", *sorted(used & set(table.columns))]
    known = " AND ".join(f"NOT {key} IS NULL" for key in frame.keys)
    return f"SELECT {', '.join(said)} FROM {table.name} WHERE {condition} AND {known}"


def _aggregate(leaf: Leaf, table: Table) -> exp.Expression:
    """A leaf over its own rows, Good ones alone where it asks for them."""
    conditions = [parsed(leaf.condition)] if leaf.condition else []
    good = good_readings(table)
    if leaf.needs_good and good is not None:
        conditions.append(good)
    return under(leaf.expression.copy(), conjunction(conditions))


# -- by step, then over the window -----------------------------------------------------------


def _nodes(tree: exp.Expression) -> list[exp.AggFunc]:
    return [n for n in tree.find_all(exp.AggFunc) if n.find_ancestor(exp.AggFunc) is None]


def _adds_up(tree: exp.Expression) -> bool:
    return all(
        isinstance(node, _FOLDED) and not isinstance(node.this, exp.Distinct)
        for node in _nodes(tree)
    )


def _outer(tree: exp.Expression, parts: dict[str, str]) -> exp.Expression:
    """The tree over parts of steps; the parts that it needs are put into `parts`, SQL -> name."""

    def part(sql: str) -> exp.Expression:
        return exp.column(parts.setdefault(sql, f"p{len(parts)}"))

    holder = exp.Paren(this=tree.copy())
    for node in _nodes(holder):
        if isinstance(node, exp.Avg):
            total = exp.Sum(this=part(exp.Sum(this=node.this.copy()).sql("starrocks")))
            rows = exp.Sum(this=part(exp.Count(this=node.this.copy()).sql("starrocks")))
            node.replace(exp.Paren(this=divided(total, rows)))
            continue
        kind = type(node) if isinstance(node, exp.Min | exp.Max) else exp.Sum
        node.replace(kind(this=part(node.sql("starrocks"))))
    found: exp.Expression = holder.this
    return found.pop()
